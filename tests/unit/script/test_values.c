/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that a script holds and others rely on: metatables it cannot change under Lua's feet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metatables_as_in_the_manual),
        cmocka_unit_test(a_metatable_that_changes_later),
        cmocka_unit_test(a_table_cannot_become_weak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
