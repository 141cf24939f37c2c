/* SPDX-License-Identifier: BSD-2-Clause */
/* Metatables: setmetatable gives a table a copy of what it is handed, which nobody can reach.
 *
 * No finalizers, which would run outside of every budget; no weak tables, whose collection can take
 * a time that grows with the square of their size and that nothing interrupts. Lua reads both from
 * the metatable whenever it collects, so a table that the script still holds could become weak long
 * after it was looked at. What Lua calls is in the copy; what getmetatable() gives is the script's
 * own. */
#include "script/internal.h"

/* All that Lua (manual, 2.4) and its library ask for. */
static const char *const events[] = {"__add", "__band", "__bnot", "__bor", "__bxor", "__call",
    "__close", "__concat", "__div", "__eq", "__idiv", "__index", "__le", "__len", "__lt",
    "__metatable", "__mod", "__mul", "__name", "__newindex", "__pairs", "__pow", "__shl", "__shr",
    "__sub", "__tostring", "__unm", NULL};

static const char original; /* its address is the key of a copy below which the script's own lies */

static void deny(lua_State *L, int metatable, const char *event)
{
    lua_pushstring(L, event);
    if (lua_rawget(L, metatable) != LUA_TNIL)
        luaL_error(L, "%s is not available to scenarios", event);
    lua_pop(L, 1);
}

static void push_copy(lua_State *L, int metatable)
{
    lua_newtable(L);
    for (size_t i = 0; events[i]; i++) {
        lua_pushstring(L, events[i]);
        lua_pushvalue(L, -1);
        if (lua_rawget(L, metatable) != LUA_TNIL)
            lua_rawset(L, -3);
        else
            lua_pop(L, 2);
    }
    lua_pushvalue(L, metatable);
    lua_rawsetp(L, -2, &original);
}

static int l_setmetatable(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, lua_isnil(L, 2) || lua_istable(L, 2), 2, "nil or table");
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return luaL_error(L, "cannot change a protected metatable");
    lua_settop(L, 2);
    if (lua_istable(L, 2)) {
        deny(L, 2, "__gc");
        deny(L, 2, "__mode");
        push_copy(L, 2);
    }
    lua_setmetatable(L, 1);
    lua_settop(L, 1);
    return 1;
}

static int l_getmetatable(lua_State *L)
{
    luaL_checkany(L, 1);
    if (!lua_getmetatable(L, 1)) {
        lua_pushnil(L);
        return 1;
    }
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return 1;
    if (lua_rawgetp(L, -1, &original) == LUA_TNIL)
        lua_pop(L, 1); /* of texts: the library's own */
    return 1;
}

void open_metatable(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"setmetatable", l_setmetatable}, {"getmetatable", l_getmetatable}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
