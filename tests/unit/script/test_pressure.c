/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors that hide what they are, and memory that runs out anywhere: told sensibly, and never the
 * end of the process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "fakehost.h"
#include "util/mem.h"

/* ---- what an error says ---- */

static void errors_that_are_objects(void **state)
{
    static const struct {
        const char *object, *why;
    } cases[] = {
        {"setmetatable({}, {__tostring = function() return 'told by itself' end})",
            ":1: told by itself"},
        {"setmetatable({}, {__tostring = function() error 'no' end})",
            ":1: (error is a table that cannot tell of itself)"},
        {"setmetatable({}, {__tostring = function() return {} end})",
            ":1: (error is a table that cannot tell of itself)"},
        {"setmetatable({}, {__tostring = function() while true do end end})",
            ":1: (error is a table that cannot tell of itself)"},
        {"setmetatable({}, {__tostring = tostring})",
            ":1: (error is a table that cannot tell of itself)"},
        {"setmetatable({}, {__tostring = function() return ('x'):rep(1e9) end})",
            ":1: (error is a table that cannot tell of itself)"},
        {"setmetatable({}, {__name = ('n'):rep(1e6)})", ":1: (error is a "},
        {"setmetatable({}, {__tostring = 5})", ":1: (error is a table that cannot tell of itself)"},
        {"42", ":1: 42"},
        {"4.5", ":1: 4.5"},
        {"s", ":1: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = mem_format("return { connect = function(s) error(%s) end }", cases[i].object);
        play_breaks(text, cases[i].why);
        free(text);
    }
}

static void an_endless_message_is_cut(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, "return { connect = function(s) error(('x'):rep(1000000), 0) end }");
    talk_begin(&talk, &play, 0, 1);
    assert_broke(&talk, ":1: xxx");
    assert_true(strlen(script_run_why(talk.run)) < 4000);
    talk_end(&talk);
    play_close(&play);
}

static void handlers_of_xpcall(void **state)
{
    play_breaks("return { connect = function(s)\n"
                " while true do xpcall(error, function(e) error(e) end) end\nend }",
        ":2: ran too long without waiting");
    play_breaks(
        "return { connect = function(s)\n"
        " xpcall(function() while true do end end, function() while true do end end)\nend }",
        ":2: ran too long without waiting");
    play_breaks("return { connect = function(s)\n"
                " local function f() return xpcall(f, f) end f() while true do f() end\nend }",
        ":2: ran too long without waiting");
}

static void closing_variables_that_loop(void **state)
{
    play_breaks(
        "return { connect = function(s)\n"
        " local x <close> = setmetatable({}, {__close = function() while true do end end})\n"
        " error 'first'\nend }",
        ":3: first");
    play_breaks(
        "return { connect = function(s)\n"
        " pcall(function() local x <close> = setmetatable({}, {__close = function() while true "
        "do end end}) while true do end end)\nend }",
        ":2: ran too long without waiting");
}

static void recursion_in_c(void **state)
{
    play_breaks("local function f(x)\n return (x:gsub('.', f))\nend\n"
                "return { connect = function(s) while true do pcall(f, 'x') end end }",
        ":"); /* of stack or budget: whichever is first */
    play_breaks("local t = {}\nsetmetatable(t, {__index = function(_, k) return t[k + 1] end})\n"
                "return { connect = function(s) return t[1] end }",
        ":2: ");
    play_breaks("return { connect = function(s)\n"
                " local function f(a, b) table.sort({1, 2}, f) return true end f()\nend }",
        ":2: ");
}

/* ---- memory that runs out anywhere ---- */

static void converse(struct play *play)
{
    static const char *const lines[] = {"EHLO x", "MAIL FROM:<a@b> SIZE=5", "RCPT TO:<c@d>",
        "RCPT TO:<e@f>", "RSET", "NOOP", "MAIL FROM:<>", "RCPT TO:<postmaster>", "QUIT"};
    struct talk talk = {.play = play};
    struct script_facts facts = {1, 1, "192.0.2.7:1", "mx.case.test", 1000};
    char *why = NULL;
    talk.run = script_start(play->script, 0, &facts, &fake_host, &talk, &talk.state, &why);
    assert_true(!talk.run == (why != NULL));
    free(why);
    for (size_t i = 0; talk.run && i < sizeof lines / sizeof *lines; i++)
        if (talk.state == SCRIPT_WAITING)
            talk.state = script_give_line(talk.run, SCRIPT_LINE, lines[i], strlen(lines[i]));
    talk_end(&talk); /* the close handler, too */
}

/* The cap is set to whatever the library needs and a little more each time: so each allocation of a
 * load, of a conversation and of its end fails once. None may end the process, or lose a byte
 * (script_free() counts them). */
static void each_allocation_fails_once(void **state)
{
    static const char text[] =
        "local seen = {}\n"
        "return { mail = function(s, from) seen[#seen + 1] = from.addr .. #seen end,\n"
        "  rcpt = function(s, to)\n"
        "    local x <close> = setmetatable({}, {__close = function() seen[#seen + 1] = {to} "
        "end})\n"
        "    s.notes.n = (s.notes.n or 0) + 1\n"
        "    if to.user == 'e' then return {'451 a', '451 b'} end\n"
        "    pcall(function() return {('x'):rep(2000), to.nothing.x} end)\n"
        "  end,\n"
        "  close = function(s) for k, v in pairs(seen) do s.notes[k] = tostring(v) end end,\n"
        "  expect = { bounce = none, delivered = at_least(1) } }";
    struct play play;
    unsigned loaded = 0, refused = 0;
    play_open(&play);
    play_load(&play, text, NULL); /* writes the file */
    assert_null(play.why);
    for (size_t cap = 30 << 10; cap < 420 << 10; cap += 1531) {
        struct script_caps caps = {.memory = cap, .instructions = 200000};
        play_load(&play, NULL, &caps);
        refused += !play.script;
        loaded += play.script != NULL;
        if (play.script)
            converse(&play);
        else
            assert_has(play.why, "not enough memory");
    }
    assert_true(loaded > 20);
    assert_true(refused > 20);
    play_close(&play);
}

/* Waiting coroutines are held by nobody but us: those of others may collect garbage as they like.
 */
static void garbage_leaves_waiting_connections_alone(void **state)
{
    enum { WAITING = 40 };
    struct play play;
    struct talk talks[WAITING] = {0}, greedy = {0};
    play_start(&play, "return { connect = function(s)\n"
                      "  local mine = ('greeting %d'):format(s.id)\n"
                      "  if s.id > 0 then s:sleep(5) return '220 ' .. mine end\n"
                      "  for i = 1, 5000 do local t = {i, ('x'):rep(i % 50)} end\n"
                      "end }");
    for (uint64_t i = 0; i < WAITING; i++)
        talk_begin(&talks[i], &play, 0, i + 1);
    for (int round = 0; round < 5; round++) {
        talk_begin(&greedy, &play, 0, 0);
        talk_end(&greedy);
    }
    for (unsigned i = 0; i < WAITING; i++) {
        char want[40];
        snprintf(want, sizeof want, "220 greeting %u\r\n", i + 1);
        talk_wake(&talks[i]);
        assert_string_equal(talk_said(&talks[i]), want);
        talk_end(&talks[i]);
    }
    play_close(&play);
}

/* ---- files that are none ---- */

static void files_that_would_never_end(void **state)
{
    struct play play;
    play_open(&play);
    char *fifo = mem_format("%s/pipe.lua", play.dir);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    play_load(&play, "return require 'pipe'", NULL);
    assert_has(play.why, "pipe.lua: not a regular file");
    char *why = NULL;
    assert_null(script_load(fifo, NULL, NULL, &why));
    assert_has(why, "pipe.lua: not a regular file");
    free(why);
    free(fifo);
    char *large = mem_new((1 << 20) + 100);
    memset(large, ' ', (1 << 20) + 50);
    play_file(&play, "large.lua", large);
    play_load(&play, "return require 'large'", NULL);
    assert_has(play.why, "large.lua: larger than 1 MiB");
    free(large);
    play_file(&play, "bytes.lua", "\033Lua\x54 code");
    play_load(&play, "return require 'bytes'", NULL);
    assert_has(play.why, "attempt to load a binary chunk");
    play_load(&play, "return require '../case'", NULL);
    assert_has(play.why, "case.lua:1: require '../case': a plain name is needed");
    play_load(&play, "return require '/etc/passwd'", NULL);
    assert_has(play.why, "a plain name is needed");
    play_close(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_that_are_objects),
        cmocka_unit_test(an_endless_message_is_cut),
        cmocka_unit_test(handlers_of_xpcall),
        cmocka_unit_test(closing_variables_that_loop),
        cmocka_unit_test(recursion_in_c),
        cmocka_unit_test(each_allocation_fails_once),
        cmocka_unit_test(garbage_leaves_waiting_connections_alone),
        cmocka_unit_test(files_that_would_never_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
