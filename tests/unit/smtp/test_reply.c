/* SPDX-License-Identifier: BSD-2-Clause */
/* What is a reply (RFC 5321 4.2), and how it goes over the wire. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "smtp/reply.h"

static void well_formed(void **state)
{
    static const char *const lines[] = {"220 mx ESMTP", "250 ok", "250", "250 ", "354 go",
        "421 4.3.2 bye", "550 5.1.1 No such user", "559 x", "200 x", "599", "250 tab\there",
        "250 gr\xc3\xbc\xc3\x9f Gott", "250  two blanks", "250 -"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        bool expected = lines[i][1] <= '5'; /* the second digit */
        const char *problem = reply_problem(lines[i], strlen(lines[i]));
        if (!problem != expected)
            print_error("%s: %s\n", lines[i], problem ? problem : "taken");
        assert_true(!problem == expected);
    }
}

static void malformed(void **state)
{
    static const struct {
        const char *line;
        size_t len;
        const char *problem; /* how it begins */
    } lines[] = {
#define LINE(text, problem) {text, sizeof text - 1, problem}
        LINE("", "reply lacks a code"), LINE("ok", "reply lacks a code"),
        LINE("25", "reply lacks a code"), LINE("2x0 ok", "reply lacks a code"),
        LINE(" 250 ok", "reply lacks a code"),
        LINE("\xd9\xa2\xd9\xa5\xd9\xa0", "reply lacks a code"), /* digits elsewhere */
        LINE("150 x", "reply code is none"), LINE("650 x", "reply code is none"),
        LINE("850 x", "reply code is none"), LINE("000 x", "reply code is none"),
        LINE("269 x", "reply code is none"),
        LINE("2500 x", "reply code must be followed by a blank"),
        LINE("250ok", "reply code must be followed by a blank"),
        LINE("250\tok", "reply code must be followed by a blank"),
        LINE("250-ok", "reply code is followed by '-'"),
        LINE("250 ok\r\n", "reply holds a control character"),
        LINE("250 ok\n", "reply holds a control character"),
        LINE("250 a\0b", "reply holds a control character"),
        LINE("250 \x1b[31m", "reply holds a control character"),
        LINE("250 \x7f",
            "reply holds a control character"), /* RFC 5321 4.2: textstring ends at %d126 */
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const char *problem = reply_problem(lines[i].line, lines[i].len);
        if (!problem || strncmp(problem, lines[i].problem, strlen(lines[i].problem)) != 0)
            print_error("%s: %s\n", lines[i].line, problem ? problem : "taken");
        assert_non_null(problem);
        assert_memory_equal(problem, lines[i].problem, strlen(lines[i].problem));
    }
}

static void lengths(void **state)
{
    char line[600];
    memset(line, 'x', sizeof line);
    memcpy(line, "250 ", 4);
    assert_null(reply_problem(line, 510)); /* 512 with CRLF: RFC 5321 4.5.3.1.5 */
    assert_non_null(reply_problem(line, 511));
    assert_non_null(strstr(reply_problem(line, 511), "512 octets"));
}

static const char *build(struct buf *out, const char *const *lines, size_t n)
{
    size_t lens[8];
    for (size_t i = 0; i < n; i++)
        lens[i] = strlen(lines[i]);
    return reply_build(out, lines, lens, n);
}

static void wire_form(void **state)
{
    struct buf out = {0};
    assert_null(build(&out, (const char *const[]){"250 ok"}, 1));
    assert_string_equal(buf_text(&out), "250 ok\r\n");
    assert_null(build(&out, (const char *const[]){"550 a", "550 b", "550 c"}, 3)); /* appended */
    assert_string_equal(buf_text(&out), "250 ok\r\n550-a\r\n550-b\r\n550 c\r\n");
    buf_free(&out);
    assert_null(build(&out, (const char *const[]){"250", "250 "}, 2));
    assert_string_equal(buf_text(&out), "250-\r\n250 \r\n");
    buf_free(&out);
}

static void what_cannot_be_built_adds_nothing(void **state)
{
    struct buf out = {0};
    buf_add(&out, "x", 1);
    assert_string_equal(build(&out, NULL, 0), "reply is an empty list");
    assert_non_null(build(&out, (const char *const[]){"250 a", "oops"}, 2));
    assert_non_null(
        strstr(build(&out, (const char *const[]){"250 a", "251 b"}, 2), "different codes"));
    assert_string_equal(buf_text(&out), "x");
    buf_free(&out);
}

static void the_code(void **state)
{
    assert_int_equal(reply_code("250 ok"), 250);
    assert_int_equal(reply_code("559"), 559);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(well_formed),
        cmocka_unit_test(malformed),
        cmocka_unit_test(lengths),
        cmocka_unit_test(wire_form),
        cmocka_unit_test(what_cannot_be_built_adds_nothing),
        cmocka_unit_test(the_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
