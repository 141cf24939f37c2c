/* SPDX-License-Identifier: BSD-2-Clause */
/* Mistakes in the table form are told with the line of their row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "fakehost.h"
#include "util/mem.h"

static char *load(struct play *play, const char *text)
{
    char *why = NULL;
    play_file(play, "case.lua", text);
    struct script *script = script_load(play->path, SOURCE_ROOT "/scenarios/lib", NULL, &why);
    script_free(script);
    char *short_why = why ? mem_text(why + strlen(play->dir) + 1) : NULL;
    free(why);
    return short_why;
}

static void mistakes_name_their_row(void **state)
{
    static const struct {
        const char *row, *why;
    } cases[] = {
        {"at = 'rcpt', reply = '550 5.1.1 No'", NULL},
        {"at = 'rcpt', wait = 5", NULL},
        {"at = 'rctp', reply = '550 5.1.1 No'",
            "case.lua:5: row 2: unknown stage 'rctp' (did you mean 'rcpt'?)"},
        {"at = 'rcpt', rply = '550 5.1.1 No'",
            "case.lua:5: row 2: unknown key 'rply' (did you mean 'reply'?)"},
        {"at = 'rcpt', reply = 'No'", "case.lua:5: row 2: reply: reply lacks a code: it starts "
                                      "with three digits, as in \"550 "
                                      "5.1.1 No such user\""},
        {"at = 'rcpt', reply = { '550 a', '551 b' }", "case.lua:5: row 2: reply: the lines of one "
                                                      "reply have different codes; s:send() writes "
                                                      "what is not a reply"},
        {"at = 'rcpt', reply = 550",
            "case.lua:5: row 2: reply: a reply is a text, a list of texts, or raw() bytes"},
        {"at = 'rcpt', reply = { '550 a', 5 }",
            "case.lua:5: row 2: reply: a reply is a text, a list of texts, or raw() bytes"},
        {"at = 'rcpt', to = 'a@*'", "case.lua:5: row 2: nothing happens: write reply, wait, drop "
                                    "or another of its actions"},
        {"at = 'mail', to = 'a@*', drop = true", "case.lua:5: row 2: to is not known before rcpt"},
        {"at = 'connect', helo = 'x', drop = true",
            "case.lua:5: row 2: helo is not known before ehlo"},
        {"at = 'rcpt', size = 5, drop = true",
            "case.lua:5: row 2: size is known in mail and in eom"},
        {"at = 'rcpt', first = '1', drop = true",
            "case.lua:5: row 2: first is a number, not a string"},
        {"at = 'rcpt', first = 1, every = 2, drop = true",
            "case.lua:5: row 2: one of first, after and every"},
        {"at = 'rcpt', every = 0, drop = true", "case.lua:5: row 2: every is a number from 1 up"},
        {"at = 'rcpt', wait = -1", "case.lua:5: row 2: wait is a number from 0 up"},
        {"at = 'rcpt', by = 'to', drop = true",
            "case.lua:5: row 2: by says what is counted: first, after or every is missing"},
        {"at = 'rcpt', first = 1, by = 'ip', drop = true",
            "case.lua:5: row 2: by is connection, peer, helo, from, to or pair"},
        {"at = 'eom', first = 1, by = 'to', drop = true",
            "case.lua:5: row 2: by = \"to\" belongs into rcpt"},
        {"at = 'rcpt', chance = 2, drop = true",
            "case.lua:5: row 2: chance is a probability from 0 to 1"},
        {"at = 'rcpt', keep = true", "case.lua:5: row 2: keep belongs into eom"},
        {"at = 'rcpt', drop = true, reset = true",
            "case.lua:5: row 2: one of stall, drop, reset and finish"},
        {"to = 'x'", "case.lua:3: row 2: no `at`: which stage is it about?"},
    };
    struct play play;
    play_open(&play);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = mem_format("local rules = require 'rules'\n"
                                "-- at = 'no row'\nreturn rules {\n"
                                "  { at = 'mail', from = '', reply = '550 5.7.1 No' },\n  { %s },\n"
                                "  dns = { at = { mx1 = silent } } }",
            cases[i].row);
        char *why = load(&play, text);
        if (cases[i].why)
            assert_string_equal(why ? why : "(it loads)", cases[i].why);
        else if (why)
            fail_msg("%s", why);
        free(why);
        free(text);
    }
    play_close(&play);
}

static void the_rest_of_a_scenario(void **state)
{
    struct play play;
    play_open(&play);
    char *why =
        load(&play, "return require 'rules' { { at = 'rcpt', drop = true }, rcpt = '550 No' }");
    assert_string_equal(why, "case.lua:1: the rows say already what happens at rcpt");
    free(why);
    why = load(&play, "return require 'rules' { { at = 'rcpt', drop = true },\n expct = {} }");
    assert_string_equal(why, "case.lua:2: unknown stage or key 'expct' (did you mean 'expect'?)");
    free(why);
    why = load(&play, "return require 'rules' { 5 }");
    assert_string_equal(
        why, "case.lua:1: row 1: a row is a table { at = \"rcpt\", ... }, not a number");
    free(why);
    play_close(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_name_their_row),
        cmocka_unit_test(the_rest_of_a_scenario),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
