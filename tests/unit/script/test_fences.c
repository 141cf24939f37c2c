/* SPDX-License-Identifier: BSD-2-Clause */
/* What a script may not do to its server: loop, hoard, escape, confuse connections, or fail without
 * saying where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "fakehost.h"
#include "util/mem.h"

/* ---- running for ever ---- */

static void an_endless_loop(void **state)
{
    play_breaks("return {\n connect = function(s)\n  while true do end\n end }",
        ":3: ran too long without waiting");
}

static void an_endless_loop_hidden_by_pcall(void **state)
{
    play_breaks("return { connect = function(s)\n"
                "  while true do\n"
                "    pcall(function()\n"
                "      while true do end\n"
                "    end)\n"
                "  end\n"
                "end }",
        ":4: ran too long without waiting"); /* the first place, not where it came up again */
}

static void a_loop_that_pcall_lets_end_in_peace(void **state)
{
    play_breaks(
        "return { connect = function(s)\n pcall(function() while true do end end)\n return '220 "
        "fine' end }",
        ":2: ran too long without waiting");
}

static void a_loop_in_an_error_handler(void **state)
{
    play_breaks(
        "return { connect = function(s)\n xpcall(error, function() while true do end end)\n end }",
        ":2: ran too long without waiting");
}

static void a_loop_in_a_metamethod(void **state)
{
    play_breaks("return { connect = function(s)\n"
                "  local t = setmetatable({}, { __index = function() while true do end end })\n"
                "  return t.x\nend }",
        ":2: ran too long without waiting");
}

/* What a script may run is per wait: one that works a little each time may live for ever. */
static void waiting_refills_the_budget(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, "return { connect = function(s)\n"
                      "  for i = 1, 30 do\n"
                      "    for k = 1, 50000 do end\n"
                      "    s:sleep(1)\n"
                      "  end\n"
                      "end }");
    talk_begin(&talk, &play, 0, 1);
    for (int i = 0; i < 30; i++)
        talk_wake(&talk);
    assert_starts(talk_said(&talk), "220 ");
    talk_end(&talk);
    play_close(&play);
}

static void one_that_loops_leaves_the_others_alone(void **state)
{
    struct play play;
    struct talk good = {0}, bad = {0};
    play_start(&play,
        "return { rcpt = function(s, to)\n if to.user == 'loop' then while true do end end\nend }");
    talk_begin(&good, &play, 0, 1);
    talk_begin(&bad, &play, 0, 2);
    talk_mail(&good);
    talk_mail(&bad);
    talk_line(&bad, "RCPT TO:<loop@x>");
    assert_broke(&bad, ":2: ran too long");
    talk_line(&good, "RCPT TO:<a@x>");
    assert_starts(talk_said(&good), "250 ");
    talk_end(&bad);
    talk_line(&good, "RCPT TO:<b@x>");
    assert_starts(talk_said(&good), "250 ");
    talk_end(&good);
    play_close(&play);
}

/* ---- memory ---- */

static void a_memory_bomb(void **state)
{
    play_breaks("return { connect = function(s)\n"
                "  local t = {}\n"
                "  for i = 1, 1e9 do\n"
                "    t[i] = ('x'):rep(65536) .. i\n"
                "  end\n"
                "end }",
        ":4: not enough memory");
}

static void a_bomb_of_string_rep(void **state)
{
    play_breaks("return { connect = function(s)\n  local x = ('x'):rep(1 << 40)\nend }", ":2: ");
    play_breaks("return { connect = function(s)\n  local x = ('x'):rep(1 << 26)\nend }",
        ":2: not enough memory");
}

static void a_bomb_that_doubles(void **state)
{
    play_breaks(
        "return { connect = function(s)\n local x = 'x'\n while true do\n  x = x .. x\n end\nend }",
        ":4: not enough memory");
}

/* The error can be caught; what was hoarded is garbage then, and the connection lives. */
static void a_caught_bomb(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, "return { connect = function(s)\n"
                      "  local fine = pcall(function() local t = {} for i = 1, 1e9 do t[i] = "
                      "('x'):rep(65536) .. i end end)\n"
                      "  return '220 ' .. tostring(fine)\nend }");
    talk_begin(&talk, &play, 0, 1);
    assert_string_equal(talk_said(&talk), "220 false\r\n");
    talk_end(&talk);
    play_close(&play);
}

/* All memory of the scenario is held by its own tables: a new connection cannot be had, but nothing
 * aborts. */
static void no_memory_for_a_new_connection(void **state)
{
    struct play play;
    struct talk first = {0};
    static const struct script_caps patient = {.memory = 8 << 20, .instructions = 2000000};
    play_open(&play);
    play_load(&play,
        "local hoard = {}\n"
        "return { connect = function(s)\n"
        "  if not hoard then return end\n"
        "  pcall(function() for i = 1, 1e9 do hoard[i] = ('x'):rep(65536) .. i end end)\n"
        "  pcall(function() for i = 1, 1e9 do hoard[#hoard + 1] = ('y'):rep(100) .. i end end)\n"
        "end,\n"
        "rset = function(s) hoard = nil end }",
        &patient);
    assert_null(play.why);
    talk_begin(&first, &play, 0, 1);
    unsigned refused = 0;
    struct talk next[50] = {0};
    for (uint64_t id = 0; id < 50; id++) {
        struct script_facts facts = {id, id, "192.0.2.7:1", "mx.case.test", 1000};
        char *why = NULL;
        next[id].play = &play;
        next[id].run =
            script_start(play.script, 0, &facts, &fake_host, &next[id], &next[id].state, &why);
        assert_true(!next[id].run == (why != NULL));
        if (why)
            assert_has(why, "not enough memory");
        refused += !next[id].run || next[id].state == SCRIPT_FAILED;
        free(why);
    }
    assert_true(refused > 0);
    for (int i = 0; i < 50; i++)
        talk_end(&next[i]);
    talk_line(&first, "RSET"); /* lets go of it: the server is whole again */
    assert_int_equal(first.state, SCRIPT_WAITING);
    struct talk late = {0};
    talk_begin(&late, &play, 0, 99);
    talk_end(&late);
    talk_end(&first);
    play_close(&play);
}

static void deep_recursion(void **state)
{
    play_breaks(
        "local function f(n)\n return 1 + f(n + 1)\nend\nreturn { connect = function(s) f(1) end }",
        ":2: "); /* of stack, memory or budget: whichever is first */
}

static void deep_recursion_through_c(void **state)
{
    play_breaks(
        "local function f(x)\n return (x:gsub('.', f))\nend\nreturn { connect = function(s) "
        "f('x') end }",
        ":2: ");
}

/* ---- whose connection is it? ---- */

static const char *const keeps_s = "local kept\n"
                                   "return { mail = function(s, from)\n"
                                   "  if not kept then kept = s return end\n"
                                   "  kept:send('250 from another\\r\\n')\n"
                                   "end }";

static void s_of_another_connection(void **state)
{
    struct play play;
    struct talk one = {0}, two = {0};
    play_start(&play, keeps_s);
    talk_begin(&one, &play, 0, 1);
    talk_begin(&two, &play, 0, 2);
    talk_mail(&one);
    talk_line(&two, "EHLO x");
    talk_line(&two, "MAIL FROM:<a@b>");
    assert_broke(&two, ":4: this session is over or belongs to another connection");
    assert_string_equal(talk_said(&one), ""); /* nothing went to the wrong client */
    talk_end(&one);
    talk_end(&two);
    play_close(&play);
}

static void s_of_a_connection_that_is_over(void **state)
{
    struct play play;
    struct talk one = {0}, two = {0};
    play_start(&play, keeps_s);
    talk_begin(&one, &play, 0, 1);
    talk_mail(&one);
    talk_end(&one); /* freed */
    talk_begin(&two, &play, 0, 2);
    talk_line(&two, "EHLO x");
    talk_line(&two, "MAIL FROM:<a@b>");
    assert_broke(&two, ":4: this session is over or belongs to another connection");
    talk_end(&two);
    play_close(&play);
}

static void verbs_of_something_that_is_no_session(void **state)
{
    play_breaks("return { connect = function(s)\n s.send({}, 'x')\nend }",
        ":2: verbs of s are called with a colon: s:send(...)");
    play_breaks("return { connect = function(s)\n s.send('x')\nend }",
        ":2: verbs of s are called with a colon: s:send(...)");
    play_breaks("return { connect = function(s)\n s.sleep(nil, 1)\nend }",
        ":2: verbs of s are called with a colon: s:sleep(...)");
    play_breaks("return { connect = function(s)\n local fine, why = pcall(s.sleep, 1)\n "
                "error(why)\nend }",
        ":3: bad argument #1 to '?' (session expected, got number)");
}

/* ---- errors that say little ---- */

static void errors_without_a_text(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"return { connect = function(s) error(nil) end }", "(error is a nil, not a text)"},
        {"return { connect = function(s) error() end }", "(error is a nil, not a text)"},
        {"return { connect = function(s) error({}) end }", "(error is a table, not a text)"},
        {"return { connect = function(s) error(function() end) end }",
            "(error is a function, not a text)"},
        {"return { connect = function(s) error(true) end }", "(error is a boolean, not a text)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct play play;
        struct talk talk = {0};
        play_start(&play, cases[i].text);
        talk_begin(&talk, &play, 0, 1);
        assert_broke(&talk, ":1: (error is a ");
        assert_has(script_run_why(talk.run), cases[i].why);
        talk_end(&talk);
        play_close(&play);
    }
}

static void a_traceback_comes_along(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, "local function inner(x)\n return x.y.z\nend\nreturn { connect = "
                      "function(s)\n inner({})\nend }");
    talk_begin(&talk, &play, 0, 1);
    assert_broke(&talk, ":2: attempt to index a nil value (field 'y')");
    assert_has(script_run_why(talk.run), "case.lua:5: in ");
    talk_end(&talk);
    play_close(&play);
}

/* ---- what cannot wait ---- */

static void waiting_where_lua_cannot(void **state)
{
    static const struct {
        const char *text, *line;
    } cases[] = {
        {"return { connect = function(s)\n ('x'):gsub('x', function()\n  s:sleep(1) end)\nend }",
            ":3: cannot wait"},
        {"return { connect = function(s)\n table.sort({2, 1}, function()\n  s:stall() end)\nend }",
            ":3: cannot wait"},
        {"return { connect = function(s)\n ('x'):gsub('x', function()\n  s:line() end)\nend }",
            ":3: cannot wait"},
        {"return { connect = function(s)\n ('x'):gsub('x', function()\n  s:data() end)\nend }",
            ":3: cannot wait"},
        {"return { connect = function(s)\n ('x'):gsub('x', function()\n  s:reset() end)\nend }",
            ":3: cannot wait"},
        {"return { connect = function(s)\n tostring(setmetatable({}, {__tostring = function()\n  "
         "s:drop() end}))\nend }",
            ":3: cannot wait"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        play_breaks(cases[i].text, cases[i].line);
}

/* ---- endings are no errors ---- */

static void pcall_does_not_swallow_an_ending(void **state)
{
    static const struct {
        const char *verb;
        enum script_ending ending;
    } cases[] = {{"finish", SCRIPT_FINISH}, {"drop", SCRIPT_DROP}, {"reset", SCRIPT_RESET}};
    for (size_t i = 0; i < 3; i++) {
        struct play play;
        struct talk talk = {0};
        char *text = mem_format("return { connect = function(s)\n"
                                "  pcall(function() pcall(s.%s, s) end)\n"
                                "  s:send('never said')\nend }",
            cases[i].verb);
        play_start(&play, text);
        talk_begin(&talk, &play, 0, 1);
        assert_int_equal(talk.state, SCRIPT_ENDED);
        assert_int_equal(script_run_ending(talk.run), cases[i].ending);
        assert_string_equal(talk_said(&talk), "");
        assert_null(script_run_why(talk.run));
        talk_end(&talk);
        assert_int_equal(talk.state, SCRIPT_ENDED);
        play_close(&play);
        free(text);
    }
}

static void a_run_that_is_over_stays_over(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, "return { connect = function(s) s:drop() end }");
    talk_begin(&talk, &play, 0, 1);
    assert_int_equal(script_give_line(talk.run, SCRIPT_LINE, "NOOP", 4), SCRIPT_ENDED);
    assert_int_equal(script_give_data(talk.run, SCRIPT_TIMEOUT, NULL), SCRIPT_ENDED);
    assert_int_equal(script_wake(talk.run), SCRIPT_ENDED);
    assert_string_equal(talk_said(&talk), "");
    assert_int_equal(script_closed(talk.run), SCRIPT_ENDED);
    assert_int_equal(script_closed(talk.run), SCRIPT_ENDED);
    talk_end(&talk);
    play_close(&play);
}

/* A wake-up that belongs to another wait than the script is in. */
static void an_answer_that_nobody_waits_for(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, "return {}");
    talk_begin(&talk, &play, 0, 1);
    assert_int_equal(script_wake(talk.run), SCRIPT_WAITING);
    assert_int_equal(script_give_data(talk.run, SCRIPT_CLOSED, NULL), SCRIPT_WAITING);
    talk_line(&talk, "NOOP");
    assert_has(talk_said(&talk), "250 2.0.0 Ok\r\n");
    talk_end(&talk);
    play_close(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_endless_loop),
        cmocka_unit_test(an_endless_loop_hidden_by_pcall),
        cmocka_unit_test(a_loop_that_pcall_lets_end_in_peace),
        cmocka_unit_test(a_loop_in_an_error_handler),
        cmocka_unit_test(a_loop_in_a_metamethod),
        cmocka_unit_test(waiting_refills_the_budget),
        cmocka_unit_test(one_that_loops_leaves_the_others_alone),
        cmocka_unit_test(a_memory_bomb),
        cmocka_unit_test(a_bomb_of_string_rep),
        cmocka_unit_test(a_bomb_that_doubles),
        cmocka_unit_test(a_caught_bomb),
        cmocka_unit_test(no_memory_for_a_new_connection),
        cmocka_unit_test(deep_recursion),
        cmocka_unit_test(deep_recursion_through_c),
        cmocka_unit_test(s_of_another_connection),
        cmocka_unit_test(s_of_a_connection_that_is_over),
        cmocka_unit_test(verbs_of_something_that_is_no_session),
        cmocka_unit_test(errors_without_a_text),
        cmocka_unit_test(a_traceback_comes_along),
        cmocka_unit_test(waiting_where_lua_cannot),
        cmocka_unit_test(pcall_does_not_swallow_an_ending),
        cmocka_unit_test(a_run_that_is_over_stays_over),
        cmocka_unit_test(an_answer_that_nobody_waits_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
