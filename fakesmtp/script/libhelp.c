/* SPDX-License-Identifier: BSD-2-Clause */
/* What a file of scenarios/lib is given besides its name, so that libraries written in Lua can tell
 * of mistakes as well as the loader does:
 *
 *   local name, loader = ...
 *   loader.place(key, n)         "file:line" of the n-th place where the scenario writes key =
 * "text" (to be used while it is being loaded), else of its last `return`
 *   loader.reply_problem(reply)  what is wrong with a reply, a list of lines or raw(), or nil
 *   loader.nearest(word, names)  the one of a list of names that was probably meant, or nil
 */
#include "script/internal.h"

#include <string.h>
#include "smtp/reply.h"
#include "util/text.h"

enum { NAMES_MAX = 100, LINES_MAX = 128 };

static int l_place(lua_State *L)
{
    struct script *script = script_of(L);
    const char *key = luaL_checkstring(L, 1);
    lua_Integer n = luaL_checkinteger(L, 2);
    int line = script->text ? lint_place(script->text, key, n) : 0;
    lua_pushfstring(L, "%s:%d", script->scenario.path, line);
    return 1;
}

static int l_reply_problem(lua_State *L)
{
    const char *lines[LINES_MAX], *problem;
    size_t lens[LINES_MAX], n = 0;
    struct buf wire = {0};
    luaL_checkany(L, 1);
    if (is_raw(L, 1))
        return 0;
    if (lua_type(L, 1) == LUA_TSTRING) {
        lines[0] = lua_tolstring(L, 1, &lens[0]);
        n = 1;
    } else if (lua_istable(L, 1)) {
        for (; n < LINES_MAX && lua_rawgeti(L, 1, (lua_Integer)n + 1) == LUA_TSTRING; n++) {
            lines[n] = lua_tolstring(L, -1, &lens[n]);
            lua_pop(L, 1); /* the table keeps it alive */
        }
    }
    if (lua_rawlen(L, 1) != (lua_istable(L, 1) ? n : lua_rawlen(L, 1)) ||
        !(lua_istable(L, 1) || n == 1)) {
        lua_pushliteral(L, "a reply is a text, a list of texts, or raw() bytes");
        return 1;
    }
    problem = reply_build(&wire, lines, lens, n);
    buf_free(&wire);
    lua_pushstring(L, problem);
    return 1;
}

static int l_nearest(lua_State *L)
{
    const char *names[NAMES_MAX + 1];
    size_t n = 0;
    const char *word = luaL_checkstring(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    for (; n < NAMES_MAX && lua_rawgeti(L, 2, (lua_Integer)n + 1) == LUA_TSTRING; n++) {
        names[n] = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    names[n] = NULL;
    lua_pushstring(L, text_nearest(word, names));
    return 1;
}

void push_library_help(lua_State *L)
{
    static const luaL_Reg functions[] = {{"place", l_place}, {"reply_problem", l_reply_problem},
        {"nearest", l_nearest}, {NULL, NULL}};
    luaL_newlib(L, functions);
}
