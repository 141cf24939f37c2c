/* SPDX-License-Identifier: BSD-2-Clause */
/* How a run ends: the close handler, variables that wait to be closed, runs freed in the middle of
 * a wait, scripts side by side; and what of Lua a script has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "fakehost.h"
#include "util/mem.h"

/* ---- close ---- */

static void the_close_handler_runs_once(void **state)
{
    struct play play;
    struct talk one = {0}, two = {0};
    play_start(&play, "local closed = 0\n"
                      "return { close = function(s) closed = closed + s.id end,\n"
                      "  connect = function(s) return '220 ' .. closed end }");
    talk_begin(&one, &play, 0, 7);
    assert_int_equal(script_closed(one.run), SCRIPT_ENDED);
    assert_int_equal(script_closed(one.run), SCRIPT_ENDED); /* told twice */
    talk_end(&one);
    talk_begin(&two, &play, 0, 1);
    assert_string_equal(talk_said(&two), "220 7\r\n");
    talk_end(&two);
    play_close(&play);
}

static void the_close_handler_can_break(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"return { close = function(s)\n error('boom') end }", ":2: boom"},
        {"return { close = function(s)\n while true do end end }",
            ":2: ran too long without waiting"},
        {"return { close = function(s)\n pcall(function() while true do end end) end }",
            ":2: ran too long without waiting"},
        {"return { close = function(s)\n s:send('x') end }", ":2: the connection is closed"},
        {"return { close = function(s)\n s:sleep(1) end }", ":2: the connection is closed"},
        {"return { close = function(s)\n s:reset() end }", ":2: the connection is closed"},
        {"return { close = function(s)\n s:keep() end }", ":2: the connection is closed"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct play play;
        struct talk talk = {0};
        play_start(&play, cases[i].text);
        talk_begin(&talk, &play, 0, 1);
        unsigned waits = talk.waits;
        talk.state = script_closed(talk.run);
        assert_broke(&talk, cases[i].why);
        assert_int_equal(talk.waits, waits);
        talk_end(&talk);
        play_close(&play);
    }
}

static void the_close_handler_may_look_at_the_clock(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, "return { close = function(s) assert(s:now() == 5 and s.notes.x == 1 and "
                      "s.from.addr == 'a@client.example') end,\n"
                      "  mail = function(s) s.notes.x = 1 end }");
    talk_begin(&talk, &play, 0, 1);
    talk_mail(&talk);
    talk.now = 5;
    talk_end(&talk);
    assert_int_equal(talk.state, SCRIPT_ENDED);
    play_close(&play);
}

/* The first failure is the one that is told. */
static void a_broken_run_keeps_its_reason(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, "return { connect = function(s)\n error('first') end, close = function(s)\n "
                      "error('second') end }");
    talk_begin(&talk, &play, 0, 1);
    talk.state = script_closed(talk.run);
    assert_broke(&talk, ":2: first");
    talk_end(&talk);
    play_close(&play);
}

/* ---- variables that wait to be closed ---- */

static const char *const pending_close =
    "local log = {}\n"
    "local function closing(f) return setmetatable({}, { __close = f }) end\n"
    "return {\n"
    "  rcpt = function(s, to)\n"
    "    local x <close> = closing(function() log[#log + 1] = to.user end)\n"
    "    s:stall()\n"
    "  end,\n"
    "  connect = function(s) return '220 ' .. table.concat(log, ' ') end }";

static void pending_variables_are_closed(void **state)
{
    struct play play;
    struct talk one = {0}, two = {0}, three = {0};
    play_start(&play, pending_close);
    talk_begin(&one, &play, 0, 1);
    talk_begin(&two, &play, 0, 2);
    talk_mail(&one);
    talk_mail(&two);
    talk_line(&one, "RCPT TO:<one@x>");
    talk_line(&two, "RCPT TO:<two@x>");
    talk_end(&one);
    assert_int_equal(two.state, SCRIPT_WAITING);
    script_run_free(two.run); /* without script_closed */
    two.run = NULL;
    talk_end(&two);
    talk_begin(&three, &play, 0, 3);
    assert_string_equal(talk_said(&three), "220 one two\r\n");
    talk_end(&three);
    play_close(&play);
}

/* The connection is gone when they run: whoever begins a wait there would be woken on freed memory.
 */
static void pending_variables_cannot_wait_or_talk(void **state)
{
    static const char *const verbs[] = {"s:sleep(1)", "s:stall()", "s:line()", "s:data()",
        "s:send('x')", "s:reply('250 x')", "s:half_close()", "s:keep()", "s:reset()"};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        struct play play;
        struct talk talk = {0};
        char *text = mem_format("return { rcpt = function(s)\n"
                                "  local x <close> = setmetatable({}, { __close = function()\n"
                                "    %s end })\n"
                                "  s:stall() end }",
            verbs[i]);
        play_start(&play, text);
        talk_begin(&talk, &play, 0, 1);
        talk_mail(&talk);
        talk_line(&talk, "RCPT TO:<a@x>");
        unsigned waits = talk.waits;
        talk.state = script_closed(talk.run);
        assert_int_equal(talk.waits, waits);
        assert_int_equal(talk.keeps + talk.half_closes, 0);
        assert_string_equal(talk_said(&talk), "");
        assert_broke(&talk, ":3: the connection is closed");
        talk_end(&talk);
        play_close(&play);
        free(text);
    }
}

static void an_error_while_closing_is_told(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, "local function closing(f) return setmetatable({}, { __close = f }) end\n"
                      "return { rcpt = function(s)\n"
                      "  local x <close> = closing(function()\n"
                      "    error('boom') end)\n"
                      "  s:stall() end }");
    talk_begin(&talk, &play, 0, 1);
    talk_mail(&talk);
    talk_line(&talk, "RCPT TO:<a@x>");
    talk.state = script_closed(talk.run);
    assert_broke(&talk, ":4: boom");
    talk_end(&talk);
    play_close(&play);
}

static void closing_cannot_run_for_ever(void **state)
{
    for (int freed_only = 0; freed_only < 2; freed_only++) {
        struct play play;
        struct talk talk = {0};
        play_start(&play, "local mt = { __close = function()\n  while true do end\nend }\n"
                          "return { rcpt = function(s)\n"
                          "  local x <close>, y = setmetatable({}, mt), 1\n"
                          "  s:stall() end }");
        talk_begin(&talk, &play, 0, 1);
        talk_mail(&talk);
        talk_line(&talk, "RCPT TO:<a@x>");
        if (freed_only) {
            script_run_free(talk.run);
            talk.run = NULL;
        } else {
            talk.state = script_closed(talk.run);
            assert_broke(&talk, ":2: ran too long");
        }
        talk_end(&talk);
        play_close(&play);
    }
}

/* Lua switches its hooks off while a hook raises, and leaves them off in a coroutine that dies of
 * it. */
static void one_that_looped_cannot_loop_again_at_its_end(void **state)
{
    static const char *const texts[] = {
        "return { connect = function(s)\n while true do end\nend,\n close = function(s)\n while "
        "true do end\nend }",
        "return { connect = function(s)\n"
        "  local x <close> = setmetatable({}, { __close = function()\n while true do end end })\n"
        "  while true do end\nend }",
    };
    for (size_t i = 0; i < 2; i++)
        for (int freed_only = 0; freed_only < 2; freed_only++) {
            struct play play;
            struct talk talk = {0};
            play_start(&play, texts[i]);
            talk_begin(&talk, &play, 0, 1);
            assert_int_equal(talk.state, SCRIPT_FAILED);
            if (freed_only) {
                script_run_free(talk.run);
                talk.run = NULL;
            }
            talk_end(&talk);
            play_close(&play);
        }
}

/* ---- freed in the middle of a wait ---- */

static void a_run_freed_while_it_waits(void **state)
{
    static const char *const waits[] = {
        "s:sleep(5)", "s:stall()", "s:line()", "s:command()", "s:data()"};
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        struct play play;
        struct talk talk = {0}, next = {0};
        char *text =
            mem_format("return { connect = function(s) if s.id == 1 then %s end end }", waits[i]);
        play_start(&play, text);
        talk_begin(&talk, &play, 0, 1);
        assert_int_equal(talk.state, SCRIPT_WAITING);
        script_run_free(talk.run);
        talk.run = NULL;
        talk_end(&talk);
        talk_begin(&next, &play, 0, 2);
        assert_starts(talk_said(&next), "220 ");
        talk_end(&next);
        play_close(&play);
        free(text);
    }
    script_run_free(NULL);
    script_free(NULL);
}

/* A coroutine that nobody holds would be collected while it waits. */
static void waiting_runs_survive_the_collector(void **state)
{
    enum { MANY = 200 };
    static struct talk talks[MANY];
    struct play play;
    play_start(&play, "return { rcpt = function(s, to)\n"
                      "  local mine = to.user\n"
                      "  for i = 1, 50 do local junk = ('x'):rep(1000) .. i end\n"
                      "  s:sleep(1)\n"
                      "  return '250 ' .. mine end }");
    for (unsigned i = 0; i < MANY; i++) {
        char line[64];
        snprintf(line, sizeof line, "RCPT TO:<u%u@x>", i);
        talk_begin(&talks[i], &play, 0, i + 1);
        talk_mail(&talks[i]);
        talk_line(&talks[i], line);
    }
    for (unsigned i = 0; i < MANY; i++) {
        char reply[64];
        snprintf(reply, sizeof reply, "250 u%u\r\n", i);
        talk_wake(&talks[i]);
        assert_string_equal(talk_said(&talks[i]), reply);
    }
    for (unsigned i = 0; i < MANY; i++)
        talk_end(&talks[i]);
    play_close(&play);
}

static void two_scripts_side_by_side(void **state)
{
    struct play a, b;
    struct talk one = {0}, two = {0};
    play_start(&a, "local n = 0\nreturn { connect = function(s) n = n + 1 string.mine = n return "
                   "'220 a' .. n end }");
    play_start(&b,
        "return { connect = function(s) return '220 b' .. tostring(rawget(string, 'mine')) end }");
    talk_begin(&one, &a, 0, 1);
    talk_begin(&two, &b, 0, 2);
    assert_string_equal(talk_said(&one), "220 a1\r\n");
    assert_string_equal(talk_said(&two), "220 bnil\r\n");
    talk_end(&one);
    play_close(&a);
    talk_line(&two, "NOOP");
    assert_starts(talk_said(&two), "250 ");
    talk_end(&two);
    play_close(&b);
}

/* ---- what of Lua there is ---- */

static void what_reaches_outside_is_absent(void **state)
{
    static const char *const names[] = {"coroutine", "io", "os", "debug", "package", "load",
        "loadstring", "loadfile", "dofile", "collectgarbage", "_G", "_VERSION", "warn"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct play play;
        char *text = mem_format("local x = %s\nreturn {}", names[i]),
             *why = mem_format("case.lua:1: unknown name '%s'", names[i]);
        play_open(&play);
        play_load(&play, text, NULL);
        assert_starts(play.why, why);
        play_close(&play);
        free(text);
        free(why);
    }
}

static void members_that_are_absent(void **state)
{
    struct play play;
    play_start(&play, "assert(not math.random and not math.randomseed and not string.dump)\n"
                      "assert(not getmetatable(_ENV) or getmetatable(_ENV) == 'protected')\n"
                      "assert(not pcall(setmetatable, _ENV, {}))\n"
                      "return { connect = function(s) assert(getmetatable(s) == 'session') end }");
    struct talk talk = {0};
    talk_begin(&talk, &play, 0, 1);
    assert_int_equal(talk.state, SCRIPT_WAITING);
    talk_end(&talk);
    play_close(&play);
}

static void finalizers_are_refused(void **state)
{
    struct play play;
    play_open(&play);
    play_load(&play, "setmetatable({}, {\n __gc = function() end })\nreturn {}", NULL);
    assert_has(play.why, "__gc is not available to scenarios");
    /* nor the other way round: a mark set later is too late for Lua */
    play_load(&play,
        "local mt = {}\nlocal t = setmetatable({}, mt)\nmt.__gc = function() while true do end "
        "end\nt = nil\nreturn {}",
        NULL);
    assert_null(play.why);
    play_close(&play);
}

static void globals_are_refused(void **state)
{
    struct play play;
    play_open(&play);
    play_load(&play, "local a = 1\ncount = 0\nreturn {}", NULL);
    assert_string_equal(play.why, "case.lua:2: 'count' is not declared: write `local count`");
    play_load(&play, "local a = 1\nlocal b = strnig.rep('x', 3)\nreturn {}", NULL);
    assert_string_equal(play.why, "case.lua:2: unknown name 'strnig' (did you mean 'string'?)");
    play_load(&play, "return { connect = function(s) counter = 1 end }", NULL);
    assert_null(play.why);
    struct talk talk = {0};
    talk_begin(&talk, &play, 0, 1);
    assert_broke(&talk, ":1: 'counter' is not declared");
    talk_end(&talk);
    play_close(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_close_handler_runs_once),
        cmocka_unit_test(the_close_handler_can_break),
        cmocka_unit_test(the_close_handler_may_look_at_the_clock),
        cmocka_unit_test(a_broken_run_keeps_its_reason),
        cmocka_unit_test(pending_variables_are_closed),
        cmocka_unit_test(pending_variables_cannot_wait_or_talk),
        cmocka_unit_test(an_error_while_closing_is_told),
        cmocka_unit_test(closing_cannot_run_for_ever),
        cmocka_unit_test(one_that_looped_cannot_loop_again_at_its_end),
        cmocka_unit_test(a_run_freed_while_it_waits),
        cmocka_unit_test(waiting_runs_survive_the_collector),
        cmocka_unit_test(two_scripts_side_by_side),
        cmocka_unit_test(what_reaches_outside_is_absent),
        cmocka_unit_test(members_that_are_absent),
        cmocka_unit_test(finalizers_are_refused),
        cmocka_unit_test(globals_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
