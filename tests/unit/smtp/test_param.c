/* SPDX-License-Identifier: BSD-2-Clause */
/* MAIL and RCPT parameters, BDAT's numbers, paths and address literals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "smtp/command.h"
#include "smtp/param.h"

static struct span span(const char *text)
{
    return (struct span){text, text ? strlen(text) : 0};
}

static const struct {
    enum smtp_verb verb;
    const char *name, *value;
    bool fine;
} params[] = {
    {SMTP_MAIL, "SIZE", "0", true}, {SMTP_MAIL, "size", "18446744073709551615", true},
    {SMTP_MAIL, "SIZE", "18446744073709551616", false},
    {SMTP_MAIL, "SIZE", "99999999999999999999", false}, {SMTP_MAIL, "SIZE", "12a", false},
    {SMTP_MAIL, "SIZE", "-1", false}, {SMTP_MAIL, "SIZE", NULL, false},
    {SMTP_MAIL, "BODY", "8bitmime", true}, {SMTP_MAIL, "BODY", "BINARYMIME", true},
    {SMTP_MAIL, "BODY", "9BIT", false}, {SMTP_MAIL, "RET", "HDRS", true},
    {SMTP_MAIL, "RET", "full", true}, {SMTP_MAIL, "RET", "HALF", false},
    {SMTP_MAIL, "RET", NULL, false}, {SMTP_MAIL, "ENVID", "QQ314159", true},
    {SMTP_MAIL, "ENVID", "a+3Db", true}, {SMTP_MAIL, "ENVID", "a+3", false},
    {SMTP_MAIL, "ENVID", "a+07", false}, {SMTP_MAIL, "ENVID", NULL, false},
    {SMTP_MAIL, "AUTH", "<>", true}, {SMTP_MAIL, "AUTH", "e+3Dmc2@example.com", true},
    {SMTP_MAIL, "AUTH", NULL, false}, {SMTP_MAIL, "SMTPUTF8", NULL, true},
    {SMTP_MAIL, "SMTPUTF8", "yes", false}, {SMTP_MAIL, "PRDR", NULL, true},
    {SMTP_RCPT, "NOTIFY", "NEVER", true}, {SMTP_RCPT, "NOTIFY", "success,Failure,DELAY", true},
    {SMTP_RCPT, "NOTIFY", "NEVER,DELAY", false}, {SMTP_RCPT, "NOTIFY", "SUCCESS,", false},
    {SMTP_RCPT, "NOTIFY", ",DELAY", false}, {SMTP_RCPT, "NOTIFY", NULL, false},
    {SMTP_RCPT, "ORCPT", "rfc822;Bob@Example.COM", true},
    {SMTP_RCPT, "ORCPT", "rfc822;a+2Bb@example.com", true}, {SMTP_RCPT, "ORCPT", "rfc822", false},
    {SMTP_RCPT, "ORCPT", ";a@b", false}, {SMTP_RCPT, "ORCPT", "rfc822;", false},
    {SMTP_RCPT, "ORCPT", "rfc822;a+2bb", false}, {SMTP_RCPT, "ORCPT", "rfc 822;a@b", false},
    {SMTP_RCPT, "ORCPT", NULL, false}, {SMTP_RCPT, "SIZE", "x", true},
    {SMTP_MAIL, "X-FOO", "?", true}, /* not ours to judge */
};

static void values(void **state)
{
    for (size_t i = 0; i < sizeof params / sizeof *params; i++) {
        const char *problem =
            smtp_param_problem(params[i].verb, span(params[i].name), span(params[i].value));
        if (!problem != params[i].fine)
            fail_msg("%s=%s: %s", params[i].name, params[i].value ? params[i].value : "(none)",
                problem ? problem : "accepted");
    }
}

static void lengths(void **state)
{
    char envid[102], orcpt[600] = "rfc822;";
    memset(envid, 'e', sizeof envid);
    memset(orcpt + 7, 'o', sizeof orcpt - 7);
    assert_null(
        smtp_param_problem(SMTP_MAIL, span("ENVID"), (struct span){envid, 100})); /* RFC 3461 4 */
    assert_non_null(smtp_param_problem(SMTP_MAIL, span("ENVID"), (struct span){envid, 101}));
    assert_null(smtp_param_problem(SMTP_RCPT, span("ORCPT"), (struct span){orcpt, 500}));
    assert_non_null(smtp_param_problem(SMTP_RCPT, span("ORCPT"), (struct span){orcpt, 501}));
}

static const struct {
    const char *line;
    unsigned long long chunk;
    bool last, fine;
} bdats[] = {
    {"BDAT 0 LAST", 0, true, true},
    {"bdat 1000", 1000, false, true},
    {"BDAT 18446744073709551615 last", ~0ull, true, true},
    {"BDAT", 0, false, false},
    {"BDAT x", 0, false, false},
    {"BDAT 12 LASTS", 0, false, false},
    {"BDAT -1", 0, false, false},
    {"BDAT 18446744073709551616", 0, false, false},
    {"BDAT 1 2", 0, false, false},
};

static void bdat(void **state)
{
    for (size_t i = 0; i < sizeof bdats / sizeof *bdats; i++) {
        struct smtp_command cmd;
        const char *error = smtp_command_parse(&cmd, bdats[i].line, strlen(bdats[i].line));
        assert_int_equal(cmd.verb, SMTP_BDAT);
        if (!error != bdats[i].fine)
            fail_msg("%s: %s", bdats[i].line, error ? error : "accepted");
        if (bdats[i].fine) {
            assert_true(cmd.chunk == bdats[i].chunk);
            assert_int_equal(cmd.last, bdats[i].last);
        }
    }
}

static const struct {
    const char *path, *addr; /* addr NULL: a syntax error */
} paths[] = {
    {"<a@[192.0.2.1]>", "a@[192.0.2.1]"}, {"<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]"},
    {"<a@[ipv6:::1]>", "a@[ipv6:::1]"}, {"<a@[x-tag:anything]>", "a@[x-tag:anything]"},
    {"<a@[192.0.2.256]>", NULL}, {"<a@[192.0.2]>", NULL}, {"<a@[IPv6:2001:db8::g]>", NULL},
    {"<a@[2001:db8::1]>", "a@[2001:db8::1]"}, {"<a@[]>", NULL}, {"<a@[:x]>", NULL},
    {"<a@[tag:]>", NULL},
    {"<@one.example,@two.example:joe@three.example>", "joe@three.example"}, /* RFC 5321 4.1.1.3 */
    {"<@[IPv6:2001:db8::1]:joe@three.example>", "joe@three.example"}, {"<@one.example:>", NULL},
    {"<@one.example joe@three.example>", NULL},
    {"<@one.example,two.example:joe@three.example>", NULL}, {"<@:joe@x>", NULL},
    {"<\"a b\\\"c\"@example.org>", "\"a b\\\"c\"@example.org"}, {"<a@-b.example>", NULL},
    {"<a@bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.example>",
        NULL}, /* a label of 64 */
};

static void paths_of_rcpt(void **state)
{
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char line[200];
        struct smtp_command cmd;
        snprintf(line, sizeof line, "RCPT TO:%s", paths[i].path);
        const char *error = smtp_command_parse(&cmd, line, strlen(line));
        if (!error != !!paths[i].addr)
            fail_msg("%s: %s", line, error ? error : "accepted");
        if (!paths[i].addr)
            continue;
        assert_int_equal(cmd.path.addr.len, strlen(paths[i].addr));
        assert_memory_equal(cmd.path.addr.text, paths[i].addr, cmd.path.addr.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values),
        cmocka_unit_test(lengths),
        cmocka_unit_test(bdat),
        cmocka_unit_test(paths_of_rcpt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
