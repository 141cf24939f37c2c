/* SPDX-License-Identifier: BSD-2-Clause */
/* One command line taken apart: the grammar of RFC 5321 4.1, table by table, and what is no
 * command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "smtp/command.h"
#include "util/mem.h"
#include "util/text.h"

/* Parses a copy that ends where the line ends, so that a read behind it is seen. */
static const char *parse(struct smtp_command *cmd, char **copy, const char *line, size_t len)
{
    *copy = malloc(len ? len : 1);
    memcpy(*copy, line, len);
    return smtp_command_parse(cmd, *copy, len);
}

static void assert_span(struct span span, const char *expected)
{
    char *text = mem_bytes(span.text ? span.text : "", span.len);
    assert_string_equal(text, expected);
    free(text);
}

/* ---- verbs ---- */

static void verbs(void **state)
{
    static const struct {
        const char *line;
        enum smtp_verb verb;
        const char *arg, *reply; /* first four characters */
    } lines[] = {
        {"EHLO client.example", SMTP_EHLO, "client.example", NULL},
        {"ehlo [127.0.0.1]", SMTP_EHLO, "[127.0.0.1]", NULL},
        {"HeLo x", SMTP_HELO, "x", NULL},
        {"EHLO", SMTP_EHLO, "", "501 "},
        {"HELO   ", SMTP_HELO, "", "501 "},
        {"DATA", SMTP_DATA, "", NULL},
        {"DATA  ", SMTP_DATA, "", NULL}, /* trailing blanks: RFC 5321 4.1.1 wants them tolerated */
        {"DATA\t", SMTP_DATA, "", NULL},
        {"DATA now", SMTP_DATA, "now", "501 "},
        {"RSET", SMTP_RSET, "", NULL},
        {"RSET all", SMTP_RSET, "all", "501 "},
        {"QUIT", SMTP_QUIT, "", NULL},
        {"QUIT please", SMTP_QUIT, "please", "501 "},
        {"NOOP", SMTP_NOOP, "", NULL},
        {"NOOP with words", SMTP_NOOP, "with words", NULL},
        {"VRFY someone", SMTP_VRFY, "someone", NULL},
        {"EXPN list", SMTP_EXPN, "list", NULL},
        {"HELP", SMTP_HELP, "", NULL},
        {"HELP MAIL", SMTP_HELP, "MAIL", NULL},
        {"", SMTP_OTHER, "", NULL},
        {" ", SMTP_OTHER, "", NULL},
        {" NOOP", SMTP_OTHER, "NOOP", NULL}, /* no blank comes before a verb */
        {"NOO", SMTP_OTHER, "", NULL},
        {"NOOPS", SMTP_OTHER, "", NULL},
        {"DATA\r", SMTP_OTHER, "", NULL}, /* a CR that is none of the line's end */
        {"WIZ", SMTP_OTHER, "", NULL},
        {"GET / HTTP/1.1", SMTP_OTHER, "/ HTTP/1.1", NULL},
        {"\xff\xfb\x01", SMTP_OTHER, "", NULL},
        {"MAIL", SMTP_MAIL, "", "501 "},
        {"RCPT", SMTP_RCPT, "", "501 "},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct smtp_command cmd;
        char *copy;
        const char *reply = parse(&cmd, &copy, lines[i].line, strlen(lines[i].line));
        if (cmd.verb != lines[i].verb || !reply != !lines[i].reply)
            print_error("%s: verb %s, reply %s\n", lines[i].line, smtp_verb_name(cmd.verb),
                reply ? reply : "none");
        assert_int_equal(cmd.verb, lines[i].verb);
        assert_span(cmd.arg, lines[i].arg);
        if (lines[i].reply)
            assert_memory_equal(reply, lines[i].reply, 4);
        else
            assert_null(reply);
        free(copy);
    }
}

static void verb_names(void **state)
{
    assert_string_equal(smtp_verb_name(SMTP_MAIL), "mail");
    assert_string_equal(smtp_verb_name(SMTP_HELP), "help");
    assert_string_equal(smtp_verb_name(SMTP_OTHER), "other");
    assert_string_equal(smtp_verb_name((enum smtp_verb)999), "other");
}

static void a_nul_is_no_text(void **state)
{
    static const char *const lines[] = {
        "MAIL FROM:<a\0@b>", "NOOP\0    ", "\0\0\0\0     ", "EHLO a\0b"};
    static const size_t lens[] = {16, 9, 9, 8};
    for (size_t i = 0; i < 4; i++) {
        struct smtp_command cmd;
        char *copy;
        const char *reply = parse(&cmd, &copy, lines[i], lens[i]);
        assert_non_null(reply);
        assert_memory_equal(reply, "50", 2);
        free(copy);
    }
}

/* ---- paths ---- */

struct path_line {
    const char *line, *addr, *user, *domain; /* addr NULL: refused */
};

static void check_paths(const struct path_line *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct smtp_command cmd;
        char *copy;
        const char *reply = parse(&cmd, &copy, lines[i].line, strlen(lines[i].line));
        if (!reply != (lines[i].addr != NULL))
            print_error("%s -> %s\n", lines[i].line, reply ? reply : "taken");
        if (lines[i].addr) {
            assert_null(reply);
            assert_span(cmd.path.addr, lines[i].addr);
            assert_span(cmd.path.user, lines[i].user);
            assert_span(cmd.path.domain, lines[i].domain);
        } else {
            assert_non_null(reply);
            assert_memory_equal(reply, "501 ", 4);
        }
        free(copy);
    }
}

static void reverse_paths(void **state)
{
    static const struct path_line lines[] = {
        {"MAIL FROM:<a@b.example>", "a@b.example", "a", "b.example"},
        {"mail from:<A.b-C_9@B>", "A.b-C_9@B", "A.b-C_9", "B"},
        {"MAIL FROM:<>", "", "", ""}, /* RFC 5321 4.5.5 */
        {"MAIL FROM: <a@b>", "a@b", "a", "b"},
        {"MAIL FROM:<a@b>   ", "a@b", "a", "b"},
        {"MAIL FROM:<!#$%&'*+-/=?^_`{|}~@b>", "!#$%&'*+-/=?^_`{|}~@b", "!#$%&'*+-/=?^_`{|}~", "b"},
        {"MAIL FROM:<\"a b\"@c>", "\"a b\"@c", "\"a b\"", "c"},
        {"MAIL FROM:<\"a\\\"@\\\\b\"@c>", "\"a\\\"@\\\\b\"@c", "\"a\\\"@\\\\b\"", "c"},
        {"MAIL FROM:<\">\"@c>", "\">\"@c", "\">\"", "c"},
        {"MAIL FROM:<\"\"@c>", "\"\"@c", "\"\"", "c"},
        {"MAIL FROM:<a@[192.0.2.1]>", "a@[192.0.2.1]", "a", "[192.0.2.1]"},
        {"MAIL FROM:<a@[IPv6:2001:db8::1]>", "a@[IPv6:2001:db8::1]", "a", "[IPv6:2001:db8::1]"},
        {"MAIL FROM:<@r1.example,@r2.example:a@b>", "a@b", "a",
            "b"}, /* source route: accepted, ignored */
        {"MAIL FROM:<@r1:a@b>", "a@b", "a", "b"},
        {"MAIL FROM:<j\xc3\xb6rg@b\xc3\xbc"
         "cher.example>",
            "j\xc3\xb6rg@b\xc3\xbc"
            "cher.example",
            "j\xc3\xb6rg",
            "b\xc3\xbc"
            "cher.example"}, /* RFC 6531 3.3 */
        {"MAIL FROM:<a@xn--bcher-kva.example>", "a@xn--bcher-kva.example", "a",
            "xn--bcher-kva.example"},
        {"MAIL FROM:<a@1.2>", "a@1.2", "a", "1.2"},
        {"MAIL FROM", NULL},
        {"MAIL FROM:", NULL},
        {"MAIL <a@b>", NULL},
        {"MAIL TO:<a@b>", NULL},
        {"MAIL FROM:a@b", NULL}, /* brackets are not optional */
        {"MAIL FROM:<a@b", NULL},
        {"MAIL FROM:a@b>", NULL},
        {"MAIL FROM:<a>", NULL},
        {"MAIL FROM:<postmaster>", NULL}, /* without a domain only in RCPT */
        {"MAIL FROM:<@b>", NULL},
        {"MAIL FROM:<a@>", NULL},
        {"MAIL FROM:<a@@b>", NULL},
        {"MAIL FROM:<a@b@c>", NULL},
        {"MAIL FROM:<.a@b>", NULL},
        {"MAIL FROM:<a.@b>", NULL},
        {"MAIL FROM:<a..b@c>", NULL},
        {"MAIL FROM:<a b@c>", NULL},
        {"MAIL FROM:<(c)a@b>", NULL},
        {"MAIL FROM:<a,b@c>", NULL},
        {"MAIL FROM:<a:b@c>", NULL},
        {"MAIL FROM:<a\tb@c>", NULL},
        {"MAIL FROM:<\"a@b>", NULL},
        {"MAIL FROM:<\"a\"b@c>", NULL},
        {"MAIL FROM:<\"a\x01\"@c>", NULL},
        {"MAIL FROM:<\"a\\>", NULL},
        {"MAIL FROM:<a@b.>", NULL},
        {"MAIL FROM:<a@.b>", NULL},
        {"MAIL FROM:<a@b..c>", NULL},
        {"MAIL FROM:<a@-b>", NULL},
        {"MAIL FROM:<a@b->", NULL},
        {"MAIL FROM:<a@b-.c>", NULL},
        {"MAIL FROM:<a@b c>", NULL},
        {"MAIL FROM:<a@[]>", NULL},
        {"MAIL FROM:<a@[1.2.3.4>", NULL},
        {"MAIL FROM:<a@[1.2.3.4]x>", NULL},
        {"MAIL FROM:<a@[1.2 .3.4]>", NULL},
        {"MAIL FROM:<@r1>", NULL},
        {"MAIL FROM:<@r1:>", NULL},
        {"MAIL FROM:<@:a@b>", NULL}, /* a route names hosts: RFC 5321 4.1.2 A-d-l */
        {"MAIL FROM:<@no route:a@b>", NULL},
        {"MAIL FROM:<@r1,r2:a@b>", NULL},
        {"MAIL FROM:<@r1,:a@b>", NULL},
        {"MAIL FROM:< >", NULL},
        {"MAIL FROM:<<a@b>>", NULL},
        {"MAIL FROM:<a@b\r>", NULL},
    };
    check_paths(lines, sizeof lines / sizeof *lines);
}

static void forward_paths(void **state)
{
    static const struct path_line lines[] = {
        {"RCPT TO:<a@b.example>", "a@b.example", "a", "b.example"},
        {"rcpt to:<a@b>", "a@b", "a", "b"},
        {"RCPT TO:<Postmaster>", "Postmaster", "Postmaster",
            ""}, /* RFC 5321 4.1.1.3, and in any case 4.5.1 */
        {"RCPT TO:<pOSTMASTER>", "pOSTMASTER", "pOSTMASTER", ""},
        {"RCPT TO:<postmaster@b>", "postmaster@b", "postmaster", "b"},
        {"RCPT TO:<@r:a@b>", "a@b", "a", "b"},
        {"RCPT TO:<\"Joe Q. Public\"@b>", "\"Joe Q. Public\"@b", "\"Joe Q. Public\"", "b"},
        {"RCPT TO:<>", NULL},
        {"RCPT TO:<someone>", NULL},
        {"RCPT TO:<postmaster", NULL},
        {"RCPT TO:<postmasterx>", NULL},
        {"RCPT FROM:<a@b>", NULL},
        {"RCPT TO:", NULL},
        {"RCPT TO:<a@b>>", NULL},
    };
    check_paths(lines, sizeof lines / sizeof *lines);
}

/* RFC 5321 4.5.3.1: 64 octets of local part and 255 of domain must be taken. */
static void lengths(void **state)
{
    for (int local = 63; local <= 65; local++) {
        struct smtp_command cmd;
        char *copy, *line = mem_format("RCPT TO:<%0*d@b>", local, 1);
        const char *reply = parse(&cmd, &copy, line, strlen(line));
        assert_true(local <= 64 ? !reply : reply && strncmp(reply, "501", 3) == 0);
        free(copy);
        free(line);
    }
    for (int labels = 10; labels <= 100; labels += 10) {
        struct smtp_command cmd;
        struct buf line = {0};
        char *copy;
        buf_addf(&line, "RCPT TO:<a@x");
        for (int i = 1; i < labels; i++)
            buf_addf(&line, ".abc");
        buf_addf(&line, ">");
        const char *reply = parse(&cmd, &copy, line.data, line.len);
        assert_true(labels * 4 - 3 <= 253 ? !reply : reply != NULL);
        free(copy);
        buf_free(&line);
    }
}

/* ---- parameters ---- */

static void parameters(void **state)
{
    struct smtp_command cmd;
    char *copy;
    static const char line[] =
        "MAIL FROM:<a@b>  SIZE=1000 BODY=8BITMIME smtputf8 X-1=<>+\"!;, RET=HDRS ";
    assert_null(parse(&cmd, &copy, line, sizeof line - 1));
    assert_int_equal(cmd.param_count, 5);
    assert_span(cmd.params[0].name, "SIZE");
    assert_span(cmd.params[0].value, "1000");
    assert_span(cmd.params[2].name, "smtputf8");
    assert_null(cmd.params[2].value.text);
    assert_span(cmd.params[3].name, "X-1");
    assert_span(cmd.params[3].value, "<>+\"!;,");
    assert_span(cmd.params[4].value, "HDRS");
    free(copy);
}

static void malformed_parameters(void **state)
{
    static const char *const lines[] = {"MAIL FROM:<a@b>SIZE=1", "MAIL FROM:<a@b> =1",
        "MAIL FROM:<a@b> SIZE=", "MAIL FROM:<a@b> SIZE==1", "MAIL FROM:<a@b> SIZE=1=2",
        "MAIL FROM:<a@b> -X=1", "MAIL FROM:<a@b> A_B=1", "MAIL FROM:<a@b> A=\x01",
        "MAIL FROM:<a@b> A\tB", "MAIL FROM:<a@b>\tSIZE=1", "MAIL FROM:<> >"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct smtp_command cmd;
        char *copy;
        const char *reply = parse(&cmd, &copy, lines[i], strlen(lines[i]));
        if (!reply)
            print_error("taken: %s\n", lines[i]);
        assert_non_null(reply);
        assert_memory_equal(reply, "501 ", 4);
        free(copy);
    }
}

static void more_parameters_than_fit(void **state)
{
    for (int n = SMTP_PARAMS_MAX - 1; n <= SMTP_PARAMS_MAX + 1; n++) {
        struct smtp_command cmd;
        struct buf line = {0};
        char *copy;
        buf_addf(&line, "RCPT TO:<a@b>");
        for (int i = 0; i < n; i++)
            buf_addf(&line, " P%d=%d", i, i);
        const char *reply = parse(&cmd, &copy, line.data, line.len);
        assert_true(n <= SMTP_PARAMS_MAX ? !reply : reply && strncmp(reply, "501", 3) == 0);
        free(copy);
        buf_free(&line);
    }
}

/* ---- whatever comes ---- */

static void junk_is_survived(void **state)
{
    static const char seedbed[] = "MAIL FROM:<\"a\\b\"@[1]> SIZE=1 RCPT TO:<@x:>\t\0\r\x80\xff";
    uint32_t random = 7;
    for (int round = 0; round < 200000; round++) {
        char line[48], *copy;
        size_t n = 0, len = (random >> 8) % sizeof line;
        bool mail = round & 1;
        for (; n < len; n++) {
            random = random * 1664525 + 1013904223;
            line[n] = mail && n < 11 ? "MAIL FROM:<"[n] : seedbed[(random >> 16) % sizeof seedbed];
        }
        random = random * 1664525 + 1013904223;
        struct smtp_command cmd;
        const char *reply = parse(&cmd, &copy, line, len);
        assert_true(!reply || (reply[0] == '5' && reply[1] == '0' && strlen(reply) > 4));
        assert_true(cmd.arg.len <= len && cmd.param_count <= SMTP_PARAMS_MAX);
        free(copy);
    }
}

static void a_mailbox_alone(void **state)
{
    struct smtp_path path;
    assert_true(smtp_mailbox_parse(&path, "a.b@c.example", 13));
    assert_span(path.user, "a.b");
    assert_span(path.domain, "c.example");
    assert_false(smtp_mailbox_parse(&path, "a@b ", 4));
    assert_false(smtp_mailbox_parse(&path, "<a@b>", 5));
    assert_false(smtp_mailbox_parse(&path, "", 0));
    assert_false(smtp_mailbox_parse(&path, "@r:a@b", 6));
    assert_true(smtp_mailbox_parse(&path, "a@bcd", 3)); /* no more than it was given */
    assert_span(path.domain, "b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verbs),
        cmocka_unit_test(verb_names),
        cmocka_unit_test(a_nul_is_no_text),
        cmocka_unit_test(reverse_paths),
        cmocka_unit_test(forward_paths),
        cmocka_unit_test(lengths),
        cmocka_unit_test(parameters),
        cmocka_unit_test(malformed_parameters),
        cmocka_unit_test(more_parameters_than_fit),
        cmocka_unit_test(junk_is_survived),
        cmocka_unit_test(a_mailbox_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
