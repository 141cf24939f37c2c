/* SPDX-License-Identifier: BSD-2-Clause */
/* What we put in the place of Lua's own library: it gives the same results, and it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "fakehost.h"
#include "script/internal.h"
#include "util/mem.h"

/* ---- the same results ---- */

/* The globals `ours` and `theirs` are two libraries; the chunk compares them. */
static void compare(const char *chunk)
{
    struct script script = {.scenario = {.path = mem_text("compare.lua")}};
    static const struct script_caps caps = {
        .memory = 64 << 20, .instructions = 2000000000, .cpu_ms = 600000};
    lua_State *L = script_new_state(&script, &caps);
    assert_non_null(L);
    luaL_requiref(L, "_G", luaopen_base, 1);
    luaL_requiref(L, "string", luaopen_string, 1);
    luaL_requiref(L, "table", luaopen_table, 1);
    lua_settop(L, 0);
    lua_newtable(L);
    open_strings(L);
    lua_setglobal(L, "ours");
    lua_getglobal(L, "string");
    lua_setglobal(L, "theirs");
    script_limit(&script, L);
    if (luaL_loadstring(L, chunk) != LUA_OK || lua_pcall(L, 0, 0, 0) != LUA_OK)
        fail_msg("%s", lua_tostring(L, -1));
    lua_close(L);
    free(script.scenario.path);
}

static const char *const helpers =
    "local function show(...)\n"
    "  local out = {}\n"
    "  for i = 1, select('#', ...) do out[i] = type(select(i, ...)) .. ':' .. tostring((select(i, "
    "...))) end\n"
    "  return table.concat(out, '|')\n"
    "end\n"
    "local function run(f, ...)\n"
    "  local function keep(fine, ...)\n"
    "    if not fine then return 'error' end\n"
    "    return show(...)\n"
    "  end\n"
    "  return keep(pcall(f, ...))\n"
    "end\n"
    "local function all(lib, text, pattern)\n"
    "  local out = {}\n"
    "  local ok = pcall(function()\n"
    "    for a, b in lib.gmatch(text, pattern) do\n"
    "      out[#out + 1] = tostring(a) .. '/' .. tostring(b)\n"
    "      if #out > 50 then break end\n"
    "    end\n"
    "  end)\n"
    "  return tostring(ok) .. table.concat(out, ';')\n"
    "end\n"
    "local function same(what, text, pattern, a, b)\n"
    "  if a ~= b then\n"
    "    error(('%s(%q, %q): ours %s, theirs %s'):format(what, text, pattern, a, b), 0)\n"
    "  end\n"
    "end\n"
    "local repl = { '<%0>', '%1-%1', 'x', '%%', '%2', { a = 'A', b = false, ab = 3 },\n"
    "  function(x) return x and tostring(x):upper() end, '%x', '%' }\n"
    "local function both(text, pattern, init)\n"
    "  for _, f in ipairs { 'find', 'match' } do\n"
    "    same(f, text, pattern, run(ours[f], text, pattern, init), run(theirs[f], text, pattern, "
    "init))\n"
    "  end\n"
    "  same('gmatch', text, pattern, all(ours, text, pattern), all(theirs, text, pattern))\n"
    "  for _, r in ipairs(repl) do\n"
    "    same('gsub', text, pattern, run(ours.gsub, text, pattern, r), run(theirs.gsub, text, "
    "pattern, r))\n"
    "  end\n"
    "  same('gsub', text, pattern, run(ours.gsub, text, pattern, 'z', 2), run(theirs.gsub, text, "
    "pattern, 'z', 2))\n"
    "end\n";

static void patterns_of_the_manual(void **state)
{
    char *chunk = mem_format("%s%s", helpers,
        "local texts = { '', 'a', 'abc', 'hello world from Lua', '  trim me  ', 'key = value', "
        "'a.b.c',\n"
        "  'THE (quick) fox', '[[x]]', 'f(a(b)c)d', '2026-11-28', 'x\\0y\\0', '550-5.1.1 No such "
        "user',\n"
        "  '\\xff\\xe9', 'aaa', 'abab', '-^$*+?.%' }\n"
        "local patterns = { '', '.', '.-', '.*', 'a*', 'a+', 'a-b', 'a?b', '^a', 'a$', '^$', "
        "'%a+', '%A+',\n"
        "  '%d%d%d%d', '(%w+) = (%w+)', '^%s*(.-)%s*$', '()', '()a()', '%b()', '%bab', "
        "'%f[%w]%w+', '%f[%W]',\n"
        "  '[a-c]+', '[^a-c]+', '[]]', '[^]]', '[]-a]', '[a%]]', '[%a_][%w_]*', '(a)(b)?', "
        "'(a*(.)%w(%s*))',\n"
        "  '(.)%1', '(..)%1', '%0', '%1', '(', ')', '(a', 'a)', '[', '[a', '[^', '%', '[%', '%b', "
        "'%bx', '%f',\n"
        "  '%fa', '%g+', '%p+', '%c', '%x+', '%l%u', '%S+', '%.', '%%', 'a**', '*a', '?', '^^a', "
        "'$a', '$',\n"
        "  '[%d-%w]', '[a-]', '[-a]', '[a-%%]', '((a)(b))', '(()a)', '\\0', '[\\0]', '.\\0', '%z', "
        "'(%d+)%-(%d+)' }\n"
        "for _, text in ipairs(texts) do\n"
        "  for _, pattern in ipairs(patterns) do\n"
        "    for _, init in ipairs { 1, 2, -2, 0, 100, -100 } do both(text, pattern, init) end\n"
        "  end\n"
        "end\n");
    compare(chunk);
    free(chunk);
}

/* Whatever letters make: the same sequence in each run. */
static void patterns_of_chance(void **state)
{
    char *chunk = mem_format("%s%s", helpers,
        "local seed = 42\n"
        "local function pick(n)\n"
        "  seed = (seed * 6364136223846793005 + 1442695040888963407)\n"
        "  return (seed >> 33) % n + 1\n"
        "end\n"
        "local parts = { 'a', 'b', 'c', '.', '%a', '%d', '%w', '%s', '[ab]', '[^a]', '[a-c]', '(', "
        "')', '()', '*',\n"
        "  '+', '-', '?', '^', '$', '%1', '%2', '%b()', '%f[a]', '[', ']', '%', '1', ' ', '%%' }\n"
        "local letters = { 'a', 'b', 'c', '1', ' ', '(', ')', '%', 'A', '\\0' }\n"
        "local function make(from, most)\n"
        "  local out = {}\n"
        "  for i = 1, pick(most) do out[i] = from[pick(#from)] end\n"
        "  return table.concat(out)\n"
        "end\n"
        "for _ = 1, 3000 do both(make(letters, 12), make(parts, 7)) end\n");
    compare(chunk);
    free(chunk);
}

static void tables_as_in_the_manual(void **state)
{
    play_says("local t = {1,2,3}; table.insert(t, 4); table.insert(t, 1, 0); return '220 ' .. "
              "table.concat(t, ',')",
        "0,1,2,3,4");
    play_says("local t = {1,2,3}; return '220 ' .. table.remove(t, 1) .. table.remove(t) .. #t .. "
              "tostring(table.remove({}))",
        "131nil");
    play_says("return '220 ' .. tostring(pcall(table.insert, {1,2,3}, 6, 'x')) .. "
              "tostring(pcall(table.insert, {})) .. "
              "tostring(pcall(table.remove, {1,2}, 7))",
        "falsefalsefalse");
    play_says("return '220 ' .. table.concat({1,2,3,4}, '-', 2, 3) .. table.concat({}) .. "
              "table.concat({1,2}, ', ')",
        "2-31, 2");
    play_says(
        "return '220 ' .. select('#', table.unpack({1,2,nil,4}, 1, 4)) .. table.unpack({7,8}, 2)",
        "48");
    play_says("return '220 ' .. table.concat(table.move({1,2,3}, 1, 3, 2), '')", "1123");
    play_says(
        "return '220 ' .. ('ab'):rep(3, '-') .. ('x'):rep(0) .. ('x'):rep(-1) .. (''):rep(1 << 60)",
        "ab-ab-ab");
    play_says(
        "return '220 ' .. tonumber('0x10') .. tonumber('z', 36) .. tostring(tonumber('1e')) .. "
        "('%5.1f|%q'):format(2, 'a')",
        "1635nil  2.0|\"a\"");
}

static void sorting(void **state)
{
    play_says("local t = {3,1,2,10,-1}; table.sort(t); return '220 ' .. table.concat(t, ',')",
        "-1,1,2,3,10");
    play_says("local t = {3,1,2}; table.sort(t, function(a, b) return a > b end); return '220 ' .. "
              "table.concat(t, ',')",
        "3,2,1");
    /* equal ones keep their order */
    play_says("local t = {}\nfor i = 1, 200 do t[i] = {i % 3, i} end\n"
              "table.sort(t, function(a, b) return a[1] < b[1] end)\n"
              "for i = 2, 200 do if t[i-1][1] == t[i][1] and t[i-1][2] > t[i][2] then return '220 "
              "unstable' end end\n"
              "return '220 stable'",
        "stable");
    /* a function that lies cannot make it run for ever, or out of the table */
    play_says(
        "local t = {}\nfor i = 1, 100 do t[i] = i end\n"
        "table.sort(t, function() return true end)\nlocal sum = 0\nfor i = 1, #t do sum = sum + "
        "t[i] end\n"
        "return '220 ' .. #t .. ' ' .. sum",
        "100 5050");
    play_says(
        "return '220 ' .. tostring(pcall(table.sort, {1, 'x'})) .. tostring(pcall(table.sort, {3, "
        "2, 1, nil, 1}, 5))",
        "falsefalse");
}

/* ---- an order that is the same everywhere ---- */

static void pairs_in_order(void **state)
{
    play_says(
        "local keys = {}\n"
        "for k in pairs { zebra = 1, apple = 1, [3] = 1, [-2] = 1, [1.5] = 1, [true] = 1, [false] "
        "= 1, B = 1, ['10'] = 1, "
        "['9'] = 1 } do keys[#keys + 1] = tostring(k) end\n"
        "return '220 ' .. table.concat(keys, ' ')",
        "-2 1.5 3 10 9 B apple zebra false true");
    play_says("local keys, k = {}, nil\nlocal t = { b = 1, a = 2, [2] = 3 }\n"
              "repeat k = next(t, k); keys[#keys + 1] = tostring(k) until k == nil\n"
              "return '220 ' .. table.concat(keys, ' ')",
        "2 a b nil");
    play_says(
        "local n, t = 0, { a = 1, [{}] = 2, [print] = 3 }\nfor k, v in pairs(t) do n = n + v end\n"
        "for k, v in next, t do n = n + v end\nreturn '220 ' .. n .. tostring(next({}))",
        "12nil");
    /* what is removed on the way is left out; what is changed is seen */
    play_says("local t, out = { a = 1, b = 2, c = 3 }, {}\n"
              "for k, v in pairs(t) do out[#out + 1] = k .. v; t.b = nil; t.c = 9 end\n"
              "return '220 ' .. table.concat(out, ' ')",
        "a1 c9");
    play_says(
        "local t = setmetatable({}, { __pairs = function(t) return function(_, k) if not k then "
        "return 1, 'x' end end, t "
        "end })\nlocal out = ''\nfor k, v in pairs(t) do out = out .. k .. v end\nreturn '220 ' "
        ".. out",
        "1x");
}

/* ---- it ends ---- */

static void library_calls_that_would_never_end(void **state)
{
    static const char *const calls[] = {
        "table.move({}, 1, 1 << 60, 2)",
        "table.concat(setmetatable({}, {__index = tostring}), '', 1, 1 << 60)",
        "table.unpack({}, 1, 1 << 60)",
        "table.unpack(setmetatable({}, {__len = function() return 1 << 60 end}))",
        "table.insert(setmetatable({}, {__len = function() return 1 << 60 end}), 1, 'x')",
        "table.remove(setmetatable({}, {__len = function() return 1 << 60 end}), 1)",
        "table.sort(setmetatable({}, {__len = function() return (1 << 31) - 2 end, __index = "
        "rawlen}))",
        "('a'):rep(1e5):find(('a-'):rep(50) .. 'b')",
        "('a'):rep(1e5):match(('a*'):rep(50) .. 'b')",
        "('a'):rep(1e5):gsub(('a?'):rep(50) .. ('a'):rep(50) .. 'b', '')",
        "for _ in ('a'):rep(1e5):gmatch(('a+'):rep(30) .. 'b') do end",
        "('('):rep(1e6):find('%b()%b()b')",
        "for i = 1, 1e9 do ('x'):rep(1e6):upper() end",
        "local x = ('x'):rep(1e6) for i = 1, 1e9 do x:find('y', 1, true) end",
        "local x = ('1'):rep(1e6) for i = 1, 1e9 do tonumber(x, 10) end",
        "local x = ('\\xC3\\xA9'):rep(5e5) for i = 1, 1e9 do utf8.len(x) utf8.offset(x, -1, 3) end",
        "local x = ('c1'):rep(5e5) for i = 1, 1e9 do string.packsize(x) end",
        "local t = {} for i = 1, 1e5 do t[i] = i end for i = 1, 1e9 do table.sort(t, rawequal) end",
        "local t = {} for i = 1, 1e5 do t[i] = i end for i = 1, 1e9 do next(t) end",
        "local t = {} for i = 1, 1e5 do t[i] = i end for i = 1, 1e9 do for k in pairs(t) do end "
        "end",
        "local t = {} for i = 1, 1e9 do table.insert(t, 1, i) end",
        "local x = ('x'):rep(1e6) for i = 1, 1e9 do local y = x .. 'a' end",
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        char *text = mem_format("return { connect = function(s)\n%s\nend }", calls[i]);
        print_message("# %s\n", calls[i]);
        play_breaks(text, ":2: ran too long without waiting");
        free(text);
        /* nor does pcall hide it */
        text = mem_format("return { connect = function(s)\n"
                          "pcall(function() %s end) return pcall(s.reply, s, '220 hidden') end }",
            calls[i]);
        play_breaks(text, ":2: ran too long without waiting");
        free(text);
    }
}

/* One instruction, and nothing that is counted: only the processor time shows it. */
static void instructions_that_are_long(void **state)
{
    static const struct script_caps caps = {.cpu_ms = 50};
    static const char *const bodies[] = {
        "local a, b = ('x'):rep(1 << 23) .. 'a', ('x'):rep(1 << 23) .. 'a'\nwhile true do if a ~= "
        "b then return end end",
        "local a, b = ('x'):rep(1 << 23) .. 'a', ('x'):rep(1 << 23) .. 'b'\nwhile true do if b < a "
        "then return end end",
        "local function f(...) return select('#', ...) end\nlocal t = "
        "table.pack(('x'):rep(1e5):byte(1, -1))\n"
        "local function g(...) while true do f(...) end end\ng(table.unpack(t))",
        "local x = ('1'):rep(1 << 22)\nwhile true do pcall(function() return x + 0 end) end",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct play play;
        struct talk talk = {0};
        char *text = mem_format("return { connect = function(s)\n%s\nend }", bodies[i]);
        play_open(&play);
        play_load(&play, text, &caps);
        talk_begin(&talk, &play, 0, 1);
        assert_int_equal(talk.state, SCRIPT_FAILED);
        assert_has(script_run_why(talk.run), "ran too long without waiting");
        talk_end(&talk);
        play_close(&play);
        free(text);
    }
}

static void what_is_refused(void **state)
{
    static const struct {
        const char *call, *why;
    } cases[] = {
        {"setmetatable({}, {__gc = print})", "__gc is not available"},
        {"setmetatable({}, {__mode = 'k'})", "__mode is not available"},
        {"setmetatable({}, 5)",
            "bad argument #2 to 'setmetatable' (nil or table expected, got number)"},
        {"setmetatable(getmetatable(''), {})", ""},
        {"('x'):rep(1 << 40)", "not enough memory"},
        {"('x'):rep(1 << 62, 'yy')", "not enough memory"},
        {"string.format('%99999d', 1)", "invalid "},
        {"string.format('%' .. ('9'):rep(1e5) .. 'd', 1)", "invalid "},
        {"('x'):upper(1, 2, nil):find('[')", "malformed pattern (missing ']')"},
        {"('x'):find(('('):rep(40))", "too many captures"},
        {"('x'):rep(300):find(('.-'):rep(250) .. 'y')", "pattern too complex"},
        {"string.char(256)", "bad argument #1 to 'char'"},
        {"('x'):lower({}, nil):rep()", "bad argument #1 to 'rep'"},
        {"table.concat({1, {}, 3})", "invalid value"},
        {"table.insert({}, 1, 2, 3)", "wrong number of arguments to 'insert'"},
        {"pairs()", "bad argument #1 to 'pairs'"},
        {"next({}, {})", ""},
        {"load('return 1')", "unknown name 'load'"},
        {"collectgarbage()", "unknown name 'collectgarbage'"},
        {"coroutine.wrap(print)", "unknown name 'coroutine'"},
        {"string.dump(print)", "attempt to call a nil value (field 'dump')"},
        {"math.random()", "attempt to call a nil value (field 'random')"},
        {"dofile('/etc/passwd')", "unknown name 'dofile'"},
        {"os.exit(0)", "unknown name 'os'"},
        {"io.open('/etc/passwd')", "unknown name 'io'"},
        {"debug.sethook()", "unknown name 'debug'"},
        {"warn('@on')", "unknown name 'warn'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct play play;
        struct talk talk = {0};
        char *text = mem_format("return { connect = function(s)\n%s\nend }", cases[i].call);
        play_start(&play, text);
        talk_begin(&talk, &play, 0, 1);
        if (*cases[i].why) {
            assert_broke(&talk, ":2: ");
            assert_has(script_run_why(talk.run), cases[i].why);
        }
        talk_end(&talk);
        play_close(&play);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_of_the_manual),
        cmocka_unit_test(patterns_of_chance),
        cmocka_unit_test(tables_as_in_the_manual),
        cmocka_unit_test(sorting),
        cmocka_unit_test(pairs_in_order),
        cmocka_unit_test(library_calls_that_would_never_end),
        cmocka_unit_test(instructions_that_are_long),
        cmocka_unit_test(what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
