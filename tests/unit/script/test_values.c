/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that a script holds and others rely on: metatables it cannot change under Lua's feet,
 * facts it cannot change under the server's; and how values are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "fakehost.h"

/* ---- metatables ---- */

static void metatables_as_in_the_manual(void **state)
{
    play_says("local mt = { __index = function(_, k) return k .. '!' end, __len = function() "
              "return 7 end,\n"
              "  __call = function(_, x) return x + 1 end, __concat = function() return 'c' end }\n"
              "local t = setmetatable({}, mt)\n"
              "return '220 ' .. t.x .. #t .. t(1) .. (t .. t) .. tostring(getmetatable(t) == mt)",
        "x!72ctrue");
    play_says("local Base = {}\nBase.__index = Base\nfunction Base:name() return 'base' end\n"
              "local Derived = setmetatable({ __index = Base }, Base)\n"
              "local object = setmetatable({}, Derived)\n"
              "function Base:more() return 'more' end\n"
              "return '220 ' .. object:name() .. object:more() .. Derived:name()",
        "basemorebase");
    play_says("local t = setmetatable({}, { __metatable = 'mine' })\n"
              "return '220 ' .. getmetatable(t) .. tostring(pcall(setmetatable, t, {})) .. "
              "tostring(getmetatable {}) .. type(getmetatable '')",
        "minefalseniltable");
    play_says(
        "local t = setmetatable({}, { __index = { x = 1 } })\n"
        "return '220 ' .. t.x .. tostring(setmetatable(t, nil).x) .. tostring(getmetatable(t))",
        "1nilnil");
}

/* What a metatable says is read when it is set. */
static void a_metatable_that_changes_later(void **state)
{
    play_says("local mt = { __index = { x = 'early' } }\nlocal t = setmetatable({}, mt)\n"
              "mt.__index = { x = 'late' }\n"
              "return '220 ' .. t.x .. ' ' .. setmetatable({}, mt).x",
        "early late");
}

/* Collecting a weak table can take a time that nothing bounds. */
static void a_table_cannot_become_weak(void **state)
{
    static const char *const ways[] = {"mt.__mode = 'k'", "rawset(mt, '__mode', 'kv')",
        "getmetatable(t).__mode = 'k'",
        "table.move({ 'k' }, 1, 1, 1, mt); mt['__' .. 'mode'] = mt[1]"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char body[400];
        snprintf(body, sizeof body,
            "local mt = {}\nlocal t = setmetatable({ [{}] = true }, mt)\n%s\n"
            "for i = 1, 200 do local garbage = ('x'):rep(20000) .. i end\n"
            "return '220 ' .. (next(t) and 'held' or 'lost')",
            ways[i]);
        play_says(body, "held");
    }
}

/* ---- what may be read only ---- */

/* A scenario whose rcpt handler has this body gets MAIL and RCPT. */
static void begin(struct play *play, struct talk *talk, const char *body)
{
    char text[1000];
    snprintf(text, sizeof text, "return { rcpt = function(s, to)\n%s\nend }", body);
    play_start(play, text);
    talk_begin(talk, play, 0, 1);
    talk_mail(talk);
    talk_said(talk);
    talk_line(talk, "RCPT TO:<one@x.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Orig@x.test");
}

static void facts_are_read_only(void **state)
{
    static const struct {
        const char *body, *why;
    } cases[] = {
        {"to.addr = 'two@x.test'", ":2: 'addr' cannot be set"},
        {"to.seen = true", ":2: 'seen' cannot be set"},
        {"s.from.user = nil", ":2: 'user' cannot be set"},
        {"to.params.NOTIFY = nil", ":2: 'NOTIFY' cannot be set"},
        {"s.from.params.SIZE = 5", ":2: 'SIZE' cannot be set"},
        {"to.notify[3] = 'DELAY'", ":2: '3' cannot be set"},
        {"to.orcpt.type = 'x400'", ":2: 'type' cannot be set"},
        {"s.rcpts[1] = to", ":2: '1' cannot be set"},
        {"table.insert(s.rcpts, to)", ":2: '1' cannot be set"},
        {"table.sort(to.notify)", ":2: '1' cannot be set"},
        {"table.remove(to.notify)", ":2: '2' cannot be set"},
        {"table.move({ 1 }, 1, 1, 5, s.rcpts)", ":2: '5' cannot be set"},
        {"rawset(to, 'addr', 'two@x.test')", ":2: 'addr' cannot be set"},
        {"setmetatable(to, nil)", ":2: cannot change a protected metatable"},
        {"return '550 ' .. to.address", ":2: the address has no 'address'; it has addr, user,"},
        {"return '550 ' .. s.from.mailbox",
            ":2: the address has no 'mailbox'; it has addr, user, domain, params, size"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct play play;
        struct talk talk = {0};
        begin(&play, &talk, cases[i].body);
        assert_broke(&talk, cases[i].why);
        talk_end(&talk);
        play_close(&play);
    }
}

static void facts_are_read_like_tables(void **state)
{
    static const struct {
        const char *body, *reply;
    } cases[] = {
        {"return '550 ' .. type(to) .. ' ' .. to.user .. ' ' .. tostring(to.size) .. ' ' .. "
         "tostring(to)",
            "550 table one nil one@x.test\r\n"},
        {"local all = {}\nfor k, v in pairs(to.params) do all[#all + 1] = k .. '=' .. v end\n"
         "return '550 ' .. table.concat(all, ' ') .. ' ' .. next(to.params)",
            "550 NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;Orig@x.test NOTIFY\r\n"},
        {"return '550 ' .. #to.notify .. table.concat(to.notify, '+') .. select('#', "
         "table.unpack(to.notify)) .. rawlen(to.notify)",
            "550 2SUCCESS+FAILURE22\r\n"},
        {"for i, word in ipairs(to.notify) do if i == 2 then return '550 ' .. word end end",
            "550 FAILURE\r\n"},
        {"return '550 ' .. to.orcpt.addr .. rawget(to, 'domain') .. tostring(next(s.rcpts)) .. "
         "tostring(rawget(to, 'nothing'))",
            "550 Orig@x.testx.testnilnil\r\n"},
        {"return '550 ' .. tostring(s.from == s.from) .. tostring(getmetatable(to)) .. "
         "tostring(next(s.from.params))",
            "550 trueread onlynil\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct play play;
        struct talk talk = {0};
        begin(&play, &talk, cases[i].body);
        if (talk.state == SCRIPT_FAILED)
            print_error("%s\n", script_run_why(talk.run));
        assert_string_equal(talk_said(&talk), cases[i].reply);
        talk_end(&talk);
        play_close(&play);
    }
}

/* The list grows for whoever holds it, and what a handler is given stands in it. */
static void recipients_are_the_ones_handlers_saw(void **state)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, "local seen = {}\nreturn {\n"
                      "  rcpt = function(s, to) seen[to] = true; s.notes.list = s.rcpts end,\n"
                      "  data = function(s)\n    local n = 0\n"
                      "    for _, to in ipairs(s.notes.list) do n = n + (seen[to] and 1 or 0) end\n"
                      "    return '554 ' .. n .. #s.rcpts\n  end,\n}");
    talk_begin(&talk, &play, 0, 1);
    talk_mail(&talk);
    talk_line(&talk, "RCPT TO:<a@x.test>");
    talk_line(&talk, "RCPT TO:<b@x.test>");
    talk_said(&talk);
    talk_line(&talk, "DATA");
    assert_string_equal(talk_said(&talk), "554 22\r\n");
    talk_end(&talk);
    play_close(&play);
}

static void a_message_is_read_only(void **state)
{
    static const struct {
        const char *body, *why;
    } cases[] = {
        {"message.too_big = false", ":2: 'too_big' cannot be set"},
        {"return '550 ' .. message.body",
            ":2: the message has no 'body'; it has size, too_big, copy, duplicate"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct play play;
        struct talk talk = {0};
        char text[200];
        snprintf(
            text, sizeof text, "return { eom = function(s, message)\n%s\nend }", cases[i].body);
        play_start(&play, text);
        talk_begin(&talk, &play, 0, 1);
        talk_mail(&talk);
        talk_line(&talk, "RCPT TO:<a@x.test>");
        talk_line(&talk, "DATA");
        talk_message(&talk, 100, true);
        assert_broke(&talk, cases[i].why);
        talk_end(&talk);
        play_close(&play);
    }
}

/* ---- how values are told ---- */

static void values_are_told_without_addresses(void **state)
{
    play_says("local a, b = {}, {}\n"
              "return '220 ' .. tostring(b) .. ' ' .. tostring(a) .. ' ' .. ('%s "
              "%5.3s.'):format(b, 'four')",
        "table: 1 table: 2 table: 1   fou.");
    play_says("return ('220 %s %s %d%% %s %s'):format(nil, true, 3, 1.5, s)",
        "nil true 3% 1.5 session 1");
    play_says("local function mine() end\n"
              "return '220 ' .. tostring(print) .. ' ' .. tostring(mine):gsub('%(.*/', '(')",
        "function: 1 function: 2 (case.lua:2)");
    play_says("local t = setmetatable({}, { __tostring = function() return 'me' end })\n"
              "local named = setmetatable({}, { __name = 'thing' })\n"
              "return ('220 %s %s %s'):format(t, tostring(t), named)",
        "me me thing: 1");
    play_says("local _, why = pcall(string.format, '%p', {})\n"
              "local _, more = pcall(function() local x = string.format('%d', {}) end)\nreturn "
              "'220 ' .. why:match('%%p is not available') .. more:match(' bad.*')",
        "%p is not available bad argument #2 to 'format' (number expected, got table)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metatables_as_in_the_manual),
        cmocka_unit_test(a_metatable_that_changes_later),
        cmocka_unit_test(a_table_cannot_become_weak),
        cmocka_unit_test(facts_are_read_only),
        cmocka_unit_test(facts_are_read_like_tables),
        cmocka_unit_test(recipients_are_the_ones_handlers_saw),
        cmocka_unit_test(a_message_is_read_only),
        cmocka_unit_test(values_are_told_without_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
