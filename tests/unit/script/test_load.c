/* SPDX-License-Identifier: BSD-2-Clause */
/* A scenario that cannot be right is refused with one line that an editor can jump to: "file:line:
 * what". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "fakehost.h"
#include "util/mem.h"

struct refused {
    const char *text, *why; /* NULL: it loads */
};

static void check(const struct refused *cases, size_t n)
{
    struct play play;
    play_open(&play);
    for (size_t i = 0; i < n; i++) {
        play_load(&play, cases[i].text, NULL);
        const char *why = play.why ? play.why : "(it loads)",
                   *expected = cases[i].why ? cases[i].why : "(it loads)";
        if (strcmp(why, expected) != 0)
            print_error("%s\n", cases[i].text);
        assert_string_equal(why, expected);
    }
    play_close(&play);
}
#define CHECK(cases) check(cases, sizeof cases / sizeof *cases)

static void what_is_no_lua(void **state)
{
    static const struct refused cases[] = {
        {"return { 1", "case.lua:1: '}' expected near <eof>"},
        {"local x = 1\nreturn { rcpt = function() end ]", "case.lua:2: '}' expected near ']'"},
        {"\n\nlocal s = 'open\nreturn {}", "case.lua:3: unfinished string near ''open'"},
        {"\x1bLua", "case.lua: attempt to load a binary chunk (mode is 't')"},
        {"local t\nreturn t.x", "case.lua:2: attempt to index a nil value (local 't')"},
        {"-- nothing\n\nerror('mine')", "case.lua:3: mine"},
        {"\nerror()", "case.lua:2: (error is a nil, not a text)"},
        {"\n\nerror({})", "case.lua:3: (error is a table, not a text)"},
        {"error('two\\nlines')", "case.lua:1: two"},
        {"while true do end", "case.lua:1: ran too long without waiting (200000 instructions)"},
        {"local x = 1\npcall(function() while true do end end)\nreturn {}",
            "case.lua:2: ran too long without waiting (200000 instructions)"},
        {"local t = {}\nfor i = 1, 1e9 do t[i] = ('x'):rep(65536) .. i end",
            "case.lua:2: not enough memory"},
    };
    CHECK(cases);
}

static void what_is_no_scenario(void **state)
{
    static const struct refused cases[] = {
        {"", "case.lua: a scenario returns a table or a function, not a nil"},
        {"return 42", "case.lua: a scenario returns a table or a function, not a number"},
        {"return nil, {}", "case.lua: a scenario returns a table or a function, not a nil"},
        {"return {}", NULL},
        {"--- title\nreturn {\n  rctp = '550 no',\n}",
            "case.lua:3: unknown stage or key 'rctp' (did you mean 'rcpt'?)"},
        {"return {\n\n  conect = '550 no',\n}",
            "case.lua:3: unknown stage or key 'conect' (did you mean 'connect'?)"},
        {"return {\n expct = {} }",
            "case.lua:2: unknown stage or key 'expct' (did you mean 'expect'?)"},
        {"return {\n zzzzzzz = {} }", "case.lua:2: unknown stage or key 'zzzzzzz'"},
        {"return {\n zebra = 1,\n expct = {},\n apple = 1, rctp = 'no',\n}",
            "case.lua:2: unknown stage or key 'zebra'; nor is there 'expct' (line 3), 'apple' "
            "(line "
            "4), 'rctp' (line 4)"},
        {"return { -- rcpt = 'no'\n ['dot'] = 1 }", "case.lua: unknown stage or key 'dot'"},
        {"return { '550 no' }", "case.lua: stage or key: '550 no' stands there without a name"},
        {"return {\n [{}] = '550 no' }",
            "case.lua: stage or key: 'table: 1': keys are names, not a table"},
        {"return {\n send = { to = 'a', 'b' } }",
            "case.lua:2: key of send: 'b' stands there without a name"},
        {"return {\n source = {} }", "case.lua:2: source: a text"},
    };
    CHECK(cases);
}

static void constant_replies(void **state)
{
    static const struct refused cases[] = {
        {"return { rcpt = '550 5.1.1 no' }", NULL},
        {"return { rcpt = { '550-a', '550 b' } }",
            "case.lua:1: rcpt: reply code is followed by '-'; write a list of lines for a "
            "multi-line reply"},
        {"return { rcpt = { '550 a', '550 b' } }", NULL},
        {"return {\n rcpt = 'no' }", "case.lua:2: rcpt: reply lacks a code: it starts with three "
                                     "digits, as in \"550 5.1.1 No such user\""},
        {"return {\n rcpt = '' }", "case.lua:2: rcpt: reply lacks a code: it starts with three "
                                   "digits, as in \"550 5.1.1 No such user\""},
        {"return {\n\n eom = '250 ok\\r\\n' }",
            "case.lua:3: eom: reply holds a control character; CRLF is added for you, and s:send() "
            "writes raw bytes"},
        {"return {\n mail = '999 x' }", "case.lua:2: mail: reply code is none of RFC 5321 4.2 "
                                        "(2-5, 0-5, 0-9); s:send() writes what is not a reply"},
        {"return {\n data = {} }", "case.lua:2: data: reply is an empty list"},
        {"return {\n data = { '250 a', '251 b' } }",
            "case.lua:2: data: the lines of one reply have different codes; s:send() writes what "
            "is not a reply"},
        {"return {\n data = { '250 a', 7 } }",
            "case.lua:2: data: a multi-line reply is a list of texts"},
        {"return {\n quit = 250 }",
            "case.lua:2: quit: a function, a reply or a list of reply lines, not a number"},
        {"return {\n quit = true }",
            "case.lua:2: quit: a function, a reply or a list of reply lines, not a boolean"},
        {"return {\n close = '221 bye' }",
            "case.lua:2: close: nobody is left to hear a reply; write a function"},
    };
    CHECK(cases);
}

#define NO_CODE "reply lacks a code: it starts with three digits, as in \"550 5.1.1 No such user\""

/* A reply without a code that stands as it is in a handler is found before anything runs. */
static void replies_inside_handlers(void **state)
{
    static const struct refused cases[] = {
        {"return { rcpt = function(s, to)\n  return 'No such user'\nend }", "case.lua:2: " NO_CODE},
        {"return { rcpt = function(s, to)\n  if to.user == 'x' then return '550 no' end\n  if "
         "to.user == 'y' then return 'nope' end\nend }",
            "case.lua:3: " NO_CODE},
        {"return { rcpt = function(s)\n  if s then\n    return \"550-no\"\n  else return '250 ok' "
         "end\nend }",
            "case.lua:3: reply code is followed by '-'; write a list of lines for a multi-line "
            "reply"},
        {"return { rcpt = function(s)\n  do return 'x'; end\nend }", "case.lua:2: " NO_CODE},
        {"return { mail = function(s) return '250 ok' end,\n rcpt = function(s) return 'x' end }",
            "case.lua:2: " NO_CODE},
        /* and what is none is left alone */
        {"return { rcpt = function(s, to) return 'x' .. to.addr end }", NULL},
        {"return { rcpt = function(s, to) return ('550 x'):upper() end }", NULL},
        {"return { rcpt = function(s, to) return nil end }", NULL},
        {"return { rcpt = function(s, to)\n local f = function() return 'text' end\n return '550 ' "
         ".. f()\nend }",
            NULL},
        {"return { rcpt = function(s, to)\n local function f() if s then return 'text' end return "
         "'x' end\n return '550 ' .. f()\nend }",
            NULL},
        {"return { rcpt = function(s, to)\n -- return 'x'\n --[[ return 'y' ]] --[==[\n return 'z' "
         "]==]\n return '550 no'\nend }",
            NULL},
        {"return { rcpt = function(s, to)\n local t = [[ return 'x' ]]\n return '550 no'\nend }",
            NULL},
        {"return { rcpt = function(s, to)\n for i = 1, 2 do while false do repeat until true end "
         "end\n return '550 no'\nend }",
            NULL},
        {"return { rcpt = function(s, to) return '550 \\x41' end }", NULL},
        {"local function help() return 'x' end\nreturn { rcpt = function(s) return '550 ' .. "
         "help() end }",
            NULL},
        {"return { close = function(s) return end }", NULL},
    };
    CHECK(cases);
}

static void hosts(void **state)
{
    static const struct refused cases[] = {
        {"return { listen = refuse }", NULL},
        {"return { mx = { { host = 'a' }, { preference = 0, host = 'b-1', listen = refuse, rcpt = "
         "'450 later' } } }",
            NULL},
        {"return {\n mx = {} }", "case.lua:2: mx: a list of 1 to 32 hosts"},
        {"return {\n mx = 'mx1' }", "case.lua:2: mx: a list of 1 to 32 hosts"},
        {"return {\n mx = { host = 'a' } }", "case.lua:2: mx: a list of 1 to 32 hosts"},
        {"return {\n mx = { 'mx1' } }",
            "case.lua:2: mx: each entry is a table {preference=, host=, ...}"},
        {"return {\n mx = { {} } }", "case.lua:2: mx: host must be a label such as \"mx1\""},
        {"return {\n mx = { { host = 'a.b' } } }",
            "case.lua:2: mx: host must be a label such as \"mx1\""},
        {"return {\n mx = { { host = 'MX' } } }",
            "case.lua:2: mx: host must be a label such as \"mx1\""},
        {"return {\n mx = { { host = '-a' } } }",
            "case.lua:2: mx: host must be a label such as \"mx1\""},
        {"return { mx = {\n { host = 'a',\n prefrence = 1 } } }",
            "case.lua:3: unknown key of an mx host 'prefrence' (did you mean 'preference'?)"},
        {"return { mx = {\n { host = 'a', preference = 65536 } } }",
            "case.lua:2: mx: preference is a number from 0 to 65535"},
        {"return { mx = {\n { host = 'a', preference = -1 } } }",
            "case.lua:2: mx: preference is a number from 0 to 65535"},
        {"return { mx = {\n { host = 'a', preference = 'low' } } }",
            "case.lua:2: mx: preference is a number from 0 to 65535"},
        {"return { mx = {\n { host = 'a', preference = 1.5 } } }",
            "case.lua:2: mx: preference is a number from 0 to 65535"},
        {"return { mx = {\n { host = 'a',\n rcpt = 'no' } } }", "case.lua:3: rcpt: " NO_CODE},
        {"return { mx = { { host = 'a' } },\n rcpt = 'no' }", "case.lua:2: rcpt: " NO_CODE},
    };
    CHECK(cases);
}

static void mx_tables(void **state)
{
    struct play play;
    play_start(&play, "return { rcpt = '550 all', mail = '450 all',\n"
                      "  mx = { { host = 'first', rcpt = '551 first' }, { preference = 20, host = "
                      "'second', listen = refuse } } }");
    const struct scenario *scenario = script_scenario(play.script);
    assert_int_equal(scenario->host_count, 2);
    assert_string_equal(scenario->hosts[0].name, "first");
    assert_int_equal(scenario->hosts[0].preference, 10);
    assert_int_equal(scenario->hosts[0].listen, LISTEN_ACCEPT);
    assert_string_equal(scenario->hosts[1].name, "second");
    assert_int_equal(scenario->hosts[1].preference, 20);
    assert_int_equal(scenario->hosts[1].listen, LISTEN_REFUSE);
    struct talk talk = {0};
    talk_begin(&talk, &play, 0, 1);
    talk_line(&talk, "EHLO x");
    talk_said(&talk);
    talk_line(&talk, "MAIL FROM:<a@b>");
    assert_string_equal(
        talk_said(&talk), "450 all\r\n"); /* a host has the handlers of the file, save its own */
    talk_end(&talk);
    play_close(&play);
}

static void what_is_sent(void **state)
{
    static const struct refused cases[] = {
        {"return { send = { to = { 'a', 'b' } } }", NULL},
        {"return {\n send = 'a' }", "case.lua:2: send: a table {to = {\"user\"}}"},
        {"return { send = {\n too = { 'a' } } }",
            "case.lua:2: unknown key of send 'too' (did you mean 'to'?)"},
        {"return { send = {\n to = {} } }",
            "case.lua:2: send: to is a list of local parts, such as {\"user\"}"},
        {"return { send = {\n to = 'a' } }",
            "case.lua:2: send: to is a list of local parts, such as {\"user\"}"},
        {"return { send = {\n to = { 1 } } }",
            "case.lua:2: send: to is a list of local parts, such as {\"user\"}"},
    };
    CHECK(cases);
}

/* ---- the file itself ---- */

static void files_that_cannot_be_read(void **state)
{
    static const char *const paths[][2] = {
        {"/nowhere/x.lua", "/nowhere/x.lua: No such file or directory"},
        {"/tmp", "/tmp: Is a directory"}};
    for (size_t i = 0; i < 2; i++) {
        char *why = NULL;
        assert_null(script_load(paths[i][0], NULL, NULL, &why));
        assert_string_equal(why, paths[i][1]);
        free(why);
    }
}

static void files_that_are_no_text(void **state)
{
    struct play play;
    play_open(&play);
    FILE *f = fopen(play.path, "w");
    fwrite("return {}\0", 1, 10, f);
    fclose(f);
    play_load(&play, NULL, NULL);
    assert_string_equal(play.why, "case.lua: holds a NUL byte; scenarios are text");
    f = fopen(play.path, "w");
    for (int i = 0; i <= 1 << 20; i++)
        fputc('\n', f);
    fclose(f);
    play_load(&play, NULL, NULL);
    assert_string_equal(play.why, "case.lua: larger than 1 MiB");
    play_close(&play);
}

static void names_are_domain_labels(void **state)
{
    static const char *const names[] = {"Case.lua", "a_b.lua", "a.b.lua", "-a.lua"};
    struct play play;
    play_open(&play);
    for (size_t i = 0; i < 4; i++) {
        char *why = NULL, *path = mem_format("%s/%s", play.dir, names[i]);
        play_file(&play, names[i], "return {}");
        assert_null(script_load(path, NULL, NULL, &why));
        assert_has(why, "must serve as a domain label");
        free(why);
        free(path);
    }
    play_close(&play);
}

/* Lua cuts the names of chunks to 60 characters; a path that an editor shall find must be whole. */
static void a_long_path_is_told_whole(void **state)
{
    struct play play;
    play_open(&play);
    char *dir = mem_format("%s/%050d", play.dir, 7), *path = mem_format("%s/case.lua", dir),
         *why = NULL;
    assert_int_equal(mkdir(dir, 0755), 0);
    static const struct refused cases[] = {
        {"local t\nreturn t.x", ":2: attempt to index a nil value (local 't')"},
        {"return { 1", ":1: '}' expected near <eof>"},
        {"while true do end", ":1: ran too long without waiting (5000000 instructions)"},
        {"return {\n rctp = 1 }", ":2: unknown stage or key 'rctp' (did you mean 'rcpt'?)"},
        {"return { connect = function(s)\n error('boom') end }", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        play_file(&play, path + strlen(play.dir) + 1, cases[i].text);
        struct script *script = script_load(path, NULL, NULL, &why);
        assert_true(!script == (cases[i].why != NULL));
        if (!script) {
            assert_starts(why, path);
            assert_string_equal(why + strlen(path), cases[i].why);
            free(why);
            continue;
        }
        struct play long_play = {.script = script, .path = path};
        struct talk talk = {0};
        talk_begin(&talk, &long_play, 0, 1);
        assert_broke(&talk, ":2: boom");
        talk_end(&talk);
        script_free(script);
    }
    free(path);
    free(dir);
    play_close(&play);
}

static void the_title(void **state)
{
    static const char *const cases[][2] = {
        {"--- What it does.\n--- More.\nreturn {}", "What it does."},
        {"-- SPDX-License-Identifier: X\n--- The title\nreturn {}", "The title"}, {"return {}", ""},
        {"-- only a comment\nreturn {}", ""}};
    struct play play;
    play_open(&play);
    for (size_t i = 0; i < 4; i++) {
        play_load(&play, cases[i][0], NULL);
        assert_string_equal(script_scenario(play.script)->title, cases[i][1]);
        assert_string_equal(script_scenario(play.script)->name, "case");
    }
    play_close(&play);
}

/* ---- require ---- */

static void require_finds_two_places(void **state)
{
    struct play play;
    play_open(&play);
    play_file(&play, "lib/shared.lua", "return { from = 'lib', n = 0 }");
    play_file(&play, "beside.lua",
        "local shared = require 'shared'\nshared.n = shared.n + 1\nreturn { from = 'beside' }");
    play_load(&play,
        "local a, b, c = require 'shared', require 'beside', require 'shared'\n"
        "require 'beside'\n"
        "assert(a == c and a.from == 'lib' and b.from == 'beside' and a.n == 1)\n"
        "return {}",
        NULL);
    assert_null(play.why);
    play_close(&play);
}

static void require_keeps_to_its_places(void **state)
{
    static const struct refused cases[] = {
        {"require 'absent'",
            "case.lua:1: require 'absent': no absent.lua beside the scenario or in scenarios/lib"},
        {"\nrequire '../case'",
            "case.lua:2: require '../case': a plain name is needed, without dots and slashes"},
        {"require '/etc/passwd'",
            "case.lua:1: require '/etc/passwd': a plain name is needed, without dots and slashes"},
        {"require 'a.b'",
            "case.lua:1: require 'a.b': a plain name is needed, without dots and slashes"},
        {"require ''", "case.lua:1: require '': a plain name is needed, without dots and slashes"},
        {"require 'itself'", NULL},
        {"require 'nothing'", "case.lua:1: require 'nothing': the file returns nothing of use"},
    };
    struct play play;
    play_open(&play);
    play_file(&play, "itself.lua", "require 'itself' return {}");
    play_file(&play, "nothing.lua", "local x = 1");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        play_load(&play, cases[i].text, NULL);
        if (cases[i].why)
            assert_string_equal(play.why, cases[i].why);
        else
            assert_has(play.why, "itself.lua:1: require 'itself': the file requires itself");
    }
    play_close(&play);
}

static void a_broken_library_is_named(void **state)
{
    struct play play;
    play_open(&play);
    play_file(&play, "lib/broken.lua", "local x = 1\nreturn { 1");
    play_load(&play, "local b = require 'broken'\nreturn {}", NULL);
    assert_has(play.why, "lib/broken.lua:2: '}' expected");
    play_file(&play, "lib/broken.lua", "local x = 1\nx.y.z = 1");
    play_load(&play, "local b = require 'broken'\nreturn {}", NULL);
    assert_has(play.why, "lib/broken.lua:2: attempt to index");
    play_file(&play, "lib/binary.lua", "\x1bLuaS");
    play_load(&play, "local b = require 'binary'\nreturn {}", NULL);
    assert_has(play.why, "attempt to load a binary chunk");
    play_close(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_lua),
        cmocka_unit_test(what_is_no_scenario),
        cmocka_unit_test(constant_replies),
        cmocka_unit_test(replies_inside_handlers),
        cmocka_unit_test(hosts),
        cmocka_unit_test(mx_tables),
        cmocka_unit_test(what_is_sent),
        cmocka_unit_test(files_that_cannot_be_read),
        cmocka_unit_test(files_that_are_no_text),
        cmocka_unit_test(names_are_domain_labels),
        cmocka_unit_test(a_long_path_is_told_whole),
        cmocka_unit_test(the_title),
        cmocka_unit_test(require_finds_two_places),
        cmocka_unit_test(require_keeps_to_its_places),
        cmocka_unit_test(a_broken_library_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
