/* SPDX-License-Identifier: BSD-2-Clause */
/* What a handler sees of its connection and what it can say, do and wait for; and what the server
 * tells its host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "fakehost.h"
#include "util/mem.h"

/* ---- facts ---- */

static void facts_of_the_session(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play,
        "return { connect = function(s)\n"
        "  assert(s.id == 7 and s.connection == 1 and s.peer == '192.0.2.7:40123' and s.ip == "
        "'192.0.2.7')\n"
        "  assert(s.host == 'mx.case.test' and s.max_size == 1000)\n"
        "  assert(s.helo == nil and s.from == nil and s.rcpts == nil and s.auth == nil)\n"
        "  s.notes.mine = { 1 }\n"
        "end,\n"
        "ehlo = function(s, name) assert(name == 'c.example' and s.helo == nil) end,\n"
        "mail = function(s, from)\n"
        "  assert(s.helo == 'c.example' and s.esmtp == true and s.notes.mine[1] == 1)\n"
        "  assert(from.addr == 'A.b@C.example' and from.user == 'A.b' and from.domain == "
        "'C.example')\n"
        "  assert(from.params.SIZE == '10' and from.params.BODY == '8BITMIME' and s.from == nil)\n"
        "end,\n"
        "rcpt = function(s, to) assert(s.from.addr == 'A.b@C.example' and to.user == 'x') end,\n"
        "data = function(s) assert(#s.rcpts == 2 and s.rcpts[2].addr == 'x@e') end,\n"
        "eom = function(s, m) assert(m.size == 42 and m.too_big == false) end,\n"
        "rset = function(s) assert(s.from == nil and s.helo) end }");
    talk_begin(&talk, &play, 0, 7);
    static const char *const lines[] = {"EHLO c.example",
        "mail from:<A.b@C.example> size=10 Body=8BITMIME", "RCPT TO:<x@d>", "RCPT TO:<x@e>",
        "DATA"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        talk_line(&talk, lines[i]);
    talk_message(&talk, 42, false);
    talk_line(&talk, "RSET");
    if (talk.state == SCRIPT_FAILED)
        print_error("%s\n", script_run_why(talk.run));
    assert_int_equal(talk.state, SCRIPT_WAITING);
    assert_int_equal(talk.keeps, 1);
    talk_end(&talk);
    play_close(&play);
}

/* Each verb says what is wrong with what it is given, and with its name. */
static void verbs_that_are_misused(void **state)
{
    static const struct {
        const char *call, *why;
    } cases[] = {
        {"s:stal()", ":2: s has no 'stal' (did you mean 'stall'?)"},
        {"return s.ptr", ":2: s has no 'ptr'"},
        {"return s.heloo", ":2: s has no 'heloo' (did you mean 'helo'?)"},
        {"return s[1]", ":2: s has no '1'"},
        {"s.peer = 'x'", ":2: s.peer cannot be set; put your own notes into s.notes"},
        {"s.notes = {}", ":2: s.notes cannot be set"},
        {"s:sleep()", ":2: bad argument #1 to 'sleep' (number expected, got no value)"},
        {"s:sleep(-1)", ":2: bad argument #1 to 'sleep' (seconds from 0 up)"},
        {"s:sleep('x')", ":2: bad argument #1 to 'sleep' (number expected, got string)"},
        {"s:sleep(0 / 0)", ":2: bad argument #1 to 'sleep' (seconds from 0 up)"},
        {"s.sleep(1)", ":2: verbs of s are called with a colon: s:sleep(...)"},
        {"s:send()", ":2: bad argument #1 to 'send' (string expected, got no value)"},
        {"s:send {}", ":2: bad argument #1 to 'send' (string expected, got table)"},
        {"s:reply()", ":2: a reply is a text, a list of texts, raw() bytes, or nil to behave"},
        {"s:reply('no')", ":2: reply lacks a code"},
        {"s:reply {}", ":2: reply is an empty list"},
        {"s:drip { byts = 1 }", ":2: unknown key 'byts' (did you mean 'bytes'?)"},
        {"s:drip { bytes = 0 }",
            ":2: bad argument #1 to 'drip' (sizes are whole numbers from 1 up)"},
        {"s:drip(5)", ":2: bad argument #1 to 'drip' (table expected, got number)"},
        {"s:split { 1, evry = 2 }", ":2: unknown key 'evry' (did you mean 'every'?)"},
        {"s:split {}", ":2: bad argument #1 to 'split' (1 to 256 sizes)"},
        {"s:split()", ":2: bad argument #1 to 'split' (table expected, got no value)"},
        {"s:chance(2)", ":2: bad argument #1 to 'chance' (a probability from 0 to 1)"},
        {"s:chance()", ":2: bad argument #1 to 'chance' (number expected, got no value)"},
        {"s:line('soon')", ":2: bad argument #1 to 'line' (number expected, got string)"},
        {"s:read(-1)", ":2: bad argument #1 to 'read' (a number of bytes from 0 to 65536)"},
        {"s:stop_reading(-1)", ":2: bad argument #1 to 'stop_reading' (a number of bytes)"},
        {"s:starttls { cret = 'expired' }", ":2: "},
        {"raw()", ":2: bad argument #1 to 'raw' (string expected, got no value)"},
        {"raw('x', 1000)", ":2: bad argument #2 to 'raw' (a code of three digits)"},
        {"hours('two')", ":2: bad argument #1 to 'hours' (number expected, got string)"},
        {"days(-1)", ":2: bad argument #1 to 'days' (a number from 0 up)"},
        {"minuts(1)", ":2: unknown name 'minuts' (did you mean 'minutes'?)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = mem_format("return { connect = function(s)\n%s\nend }", cases[i].call);
        play_breaks(text, cases[i].why);
        free(text);
    }
}

static void facts_are_to_be_read(void **state)
{
    static const char *const writes[] = {
        "s.helo = 'x'", "s.anything = 1", "s.notes = {}", "s.send = nil"};
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++) {
        char *text = mem_format("return { connect = function(s)\n %s\nend }", writes[i]);
        play_breaks(text, ":2: s.");
        free(text);
    }
}

/* ---- replies ---- */

static void replies_of_handlers(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play,
        "return {\n"
        "  connect = '220 constant',\n"
        "  ehlo = { '250 one', '250 two' },\n"
        "  mail = function(s, from) return '450 4.2.' .. #from.user .. ' later' end,\n"
        "  rset = function(s) return { '250 a', '250 b' } end,\n"
        "  other = function(s, line) if line == 'MINE' then return '250 yours' end end }");
    talk_begin(&talk, &play, 0, 1);
    assert_string_equal(talk_said(&talk), "220 constant\r\n");
    talk_line(&talk, "EHLO x");
    assert_string_equal(talk_said(&talk), "250-one\r\n250 two\r\n");
    talk_line(&talk, "MAIL FROM:<abc@d>");
    assert_string_equal(talk_said(&talk), "450 4.2.3 later\r\n");
    talk_line(&talk, "RSET");
    assert_string_equal(talk_said(&talk), "250-a\r\n250 b\r\n");
    talk_line(&talk, "MINE");
    assert_string_equal(talk_said(&talk), "250 yours\r\n");
    talk_end(&talk);
    play_close(&play);
}

static void replies_that_are_none(void **state)
{
    static const struct {
        const char *value, *why;
    } cases[] = {
        {"'no' .. 'code'", "rcpt: reply lacks a code"},
        {"('250 x'):rep(200)", "rcpt: reply line is longer than 512 octets"},
        {"'250 a' .. '\\r\\n'", "rcpt: reply holds a control character"},
        {"42", "rcpt: a reply is a text, a list of texts"},
        {"{}", "rcpt: reply is an empty list"},
        {"{ '250 a', 5 }", "rcpt: a multi-line reply is a list of texts"},
        {"{ '250 a', '550 b' }", "rcpt: the lines of one reply have different codes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct play play;
        struct talk talk = {0};
        char *text = mem_format(
            "return {\n\n rcpt = function(s) local r = %s return r end }", cases[i].value);
        play_start(&play, text);
        talk_begin(&talk, &play, 0, 1);
        talk_mail(&talk);
        talk_line(&talk, "RCPT TO:<a@b>");
        assert_string_equal(talk_said(&talk), "");
        assert_broke(&talk, ":3: "); /* where the handler stands */
        assert_has(script_run_why(talk.run), cases[i].why);
        talk_end(&talk);
        play_close(&play);
        free(text);
    }
}

static void saying_things(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, "return { connect = function(s)\n"
                      "  s:send 'a\\0b\\xff\\n'\n"
                      "  assert(s:reply '250 ok' == 250 and s:reply { '550 a', '550 b' } == 550)\n"
                      "  local fine, why = pcall(s.reply, s, 'nonsense')\n"
                      "  s:send(tostring(fine) .. ' ' .. tostring(why):sub(1, 18))\n"
                      "  s:finish()\nend }");
    talk_begin(&talk, &play, 0, 1);
    assert_int_equal(talk.state, SCRIPT_ENDED);
    static const char expected[] = "a\0b\xff\n250 ok\r\n550-a\r\n550 b\r\nfalse reply lacks a code";
    assert_int_equal(talk.said.len, sizeof expected - 1);
    assert_memory_equal(talk.said.data, expected, sizeof expected - 1);
    talk_end(&talk);
    play_close(&play);
}

/* ---- hearing ---- */

static void lines_and_what_becomes_of_them(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, "return { dialogue = function(s)\n"
                      "  while true do\n"
                      "    local line, why = s:line(5)\n"
                      "    s:send((line or 'nil ' .. why) .. '|')\n"
                      "    if why == 'closed' then return end\n"
                      "  end\nend }");
    talk_begin(&talk, &play, 0, 1);
    assert_true(talk.timeout == 5);
    talk_line(&talk, "hello");
    talk_line(&talk, "");
    talk_input(&talk, SCRIPT_LINE_TOO_LONG);
    talk_input(&talk, SCRIPT_TIMEOUT);
    talk_input(&talk, SCRIPT_CLOSED);
    assert_string_equal(talk_said(&talk), "hello||nil too long|nil timeout|nil closed|");
    assert_int_equal(talk.state, SCRIPT_ENDED);
    assert_int_equal(script_run_ending(talk.run), SCRIPT_FINISH);
    talk_end(&talk);
    play_close(&play);
}

static void lines_that_are_there_already(void **state)
{
    struct play play;
    struct talk talk = {.at_once = "EHLO x\nMAIL FROM:<a@b>\nRCPT TO:<c@d>\nNOOP\n"};
    play_start(&play, "return {}");
    talk_begin(&talk, &play, 0, 1);
    assert_int_equal(talk.waits, 1); /* only once the pipeline is empty */
    assert_has(talk_said(&talk), "250 2.1.5 Recipient ok\r\n250 2.0.0 Ok\r\n");
    assert_string_equal(
        buf_text(&talk.seen), "ehlo:EHLO x|mail:MAIL FROM:<a@b>|rcpt:RCPT TO:<c@d>|noop:NOOP|");
    talk_end(&talk);
    play_close(&play);
}

static void commands_taken_apart(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play,
        "return { dialogue = function(s)\n"
        "  while true do\n"
        "    local verb, arg, bad, line = s:command()\n"
        "    local what = type(arg) == 'table' and '<' .. arg.addr .. '>' or arg\n"
        "    s:send(('%s %s %s %s|'):format(verb, what, bad and bad:sub(1, 3), line))\n"
        "  end\nend }");
    talk_begin(&talk, &play, 0, 1);
    assert_true(talk.timeout < 0); /* none */
    talk_line(&talk, "noop x y");
    talk_line(&talk, "MAIL FROM:<>");
    talk_line(&talk, "MAIL FROM:a");
    talk_line(&talk, "DATA x");
    talk_line(&talk, "WHAT ever");
    assert_string_equal(talk_said(&talk),
        "noop x y nil noop x y|mail <> nil MAIL FROM:<>|mail FROM:a 501 MAIL FROM:a|"
        "data x 501 DATA x|other ever nil WHAT ever|");
    talk_end(&talk);
    play_close(&play);
}

static void data_and_its_ends(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play,
        "return { dialogue = function(s)\n"
        "  for i = 1, 3 do\n"
        "    local m, why = s:data(9)\n"
        "    s:send(m and ('%d %s|'):format(m.size, m.too_big) or 'nil ' .. why .. '|')\n"
        "  end\nend }");
    talk_begin(&talk, &play, 0, 1);
    assert_true(talk.timeout == 9);
    talk_message(&talk, 5000, true);
    talk.state = script_give_data(talk.run, SCRIPT_TIMEOUT, NULL);
    talk.state = script_give_data(talk.run, SCRIPT_CLOSED, NULL);
    assert_string_equal(talk_said(&talk), "5000 true|nil timeout|nil closed|");
    assert_int_equal(talk.state, SCRIPT_ENDED);
    talk_end(&talk);
    play_close(&play);
}

/* ---- waiting, chance, time ---- */

static void sleeping_and_stalling(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, "return { connect = function(s) s:sleep(2.5) s:sleep(0) s:stall() end }");
    talk_begin(&talk, &play, 0, 1);
    assert_true(talk.slept == 2.5);
    talk.slept = 0;
    talk.state = script_wake(talk.run);
    assert_int_equal(talk.waits, 2);
    talk.state = script_wake(talk.run);
    assert_true(talk.slept < 0); /* for ever */
    assert_int_equal(talk.state, SCRIPT_WAITING);
    talk_end(&talk);
    play_close(&play);
}

static void seconds_that_are_none(void **state)
{
    static const char *const calls[] = {"s:sleep(-1)", "s:sleep(0/0)", "s:sleep(math.huge)",
        "s:sleep()", "s:sleep 'long'", "s:line(-1)", "s:data(-5)", "s:command(1e300)"};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char *text = mem_format("return { connect = function(s)\n %s\nend }", calls[i]);
        play_breaks(text, ":2: bad argument #1 to '");
        free(text);
    }
}

static void chance(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, "return { dialogue = function(s)\n"
                      "  while s:line() do\n"
                      "    s:send(tostring(s:chance(0)) .. tostring(s:chance(0.5)) .. "
                      "tostring(s:chance(1)) .. '|')\n"
                      "  end\nend }");
    talk_begin(&talk, &play, 0, 1);
    talk.chance = 0;
    talk_line(&talk, "");
    talk.chance = 0.5;
    talk_line(&talk, "");
    talk.chance = 0.999999;
    talk_line(&talk, "");
    assert_string_equal(talk_said(&talk), "falsetruetrue|falsefalsetrue|falsefalsetrue|");
    talk_end(&talk);
    play_close(&play);
}

static void chances_that_are_none(void **state)
{
    static const char *const calls[] = {
        "s:chance(-0.1)", "s:chance(1.1)", "s:chance()", "s:chance(0/0)"};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char *text = mem_format("return { connect = function(s)\n %s\nend }", calls[i]);
        play_breaks(text, ":2: bad argument #1 to 'chance'");
        free(text);
    }
}

/* ---- what the host is told ---- */

static void the_envelope(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(
        &play, "return { rcpt = function(s, to) if to.user == 'no' then return '550 no' end end }");
    talk_begin(&talk, &play, 0, 1);
    talk_line(&talk, "EHLO x");
    buf_free(&talk.envelope);
    static const char *const lines[] = {
        "MAIL FROM:<>", "RCPT TO:<a@b>", "RCPT TO:<no@b>", "RCPT TO:<c@d>", "RSET"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        talk_line(&talk, lines[i]);
    assert_string_equal(
        buf_text(&talk.envelope), "from= rcpt=- from= rcpt=a@b from= rcpt=c@d none ");
    talk_end(&talk);
    play_close(&play);
}

static void keeping_and_refusing(void **state)
{
    static const struct {
        const char *eom;
        unsigned keeps;
    } cases[] = {{"nil", 1}, {"'250 ok'", 1}, {"'251 ok'", 1}, {"'451 later'", 0},
        {"'552 full'", 0}, {"'354 what'", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct play play;
        struct talk talk = {0};
        char *text = mem_format("return { eom = function(s) return %s end }", cases[i].eom);
        play_start(&play, text);
        talk_begin(&talk, &play, 0, 1);
        talk_mail(&talk);
        talk_line(&talk, "RCPT TO:<a@b>");
        talk_line(&talk, "DATA");
        talk_message(&talk, 10, false);
        assert_int_equal(talk.keeps, cases[i].keeps);
        talk_end(&talk);
        play_close(&play);
        free(text);
    }
}

static void stages_are_told_before_the_handler_runs(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, "return { rcpt = function(s) s:stall() end }");
    talk_begin(&talk, &play, 0, 1);
    assert_string_equal(talk.stage, "connect");
    talk_mail(&talk);
    assert_string_equal(talk.stage, "mail");
    talk_line(&talk, "RCPT TO:<a@b>");
    assert_string_equal(talk.stage, "rcpt");
    talk_end(&talk);
    play_close(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_of_the_session),
        cmocka_unit_test(facts_are_to_be_read),
        cmocka_unit_test(verbs_that_are_misused),
        cmocka_unit_test(replies_of_handlers),
        cmocka_unit_test(replies_that_are_none),
        cmocka_unit_test(saying_things),
        cmocka_unit_test(lines_and_what_becomes_of_them),
        cmocka_unit_test(lines_that_are_there_already),
        cmocka_unit_test(commands_taken_apart),
        cmocka_unit_test(data_and_its_ends),
        cmocka_unit_test(sleeping_and_stalling),
        cmocka_unit_test(seconds_that_are_none),
        cmocka_unit_test(chance),
        cmocka_unit_test(chances_that_are_none),
        cmocka_unit_test(the_envelope),
        cmocka_unit_test(keeping_and_refusing),
        cmocka_unit_test(stages_are_told_before_the_handler_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
