/* SPDX-License-Identifier: BSD-2-Clause */
/* How values are told: tostring, print and %s without the addresses of the process.
 *
 * Lua tells a table by where it lies, which is another place each time: the same seed would give
 * other transcripts. Here things are numbered in the order in which somebody asked. */
#include "script/internal.h"

#include <string.h>

static const char numbers; /* its address is the key of the table thing -> number */

/* Weak, so that what was told once can be collected. Numbers hold nothing: that is cheap. */
static void push_numbers(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &numbers) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_createtable(L, 0, 1);
    lua_pushliteral(L, "k");
    lua_setfield(L, -2, "__mode");
    lua_setmetatable(L, -2);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &numbers);
}

static lua_Integer number_of(lua_State *L, int thing)
{
    push_numbers(L);
    lua_pushvalue(L, thing);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_rawgetp(L, -1, &numbers); /* the last one that was given */
        lua_pushinteger(L, lua_tointeger(L, -1) + 1);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, -4, &numbers);
        lua_pushvalue(L, thing);
        lua_pushvalue(L, -2);
        lua_rawset(L, -5);
    }
    return lua_tointeger(L, -1);
}

static void push_numbered(lua_State *L, int thing)
{
    int top = lua_gettop(L);
    bool named = luaL_getmetafield(L, thing, "__name") == LUA_TSTRING;
    const char *kind = named ? lua_tostring(L, -1) : luaL_typename(L, thing);
    lua_Integer number = number_of(L, thing);
    lua_Debug ar = {.linedefined = -1};
    if (lua_isfunction(L, thing)) {
        lua_pushvalue(L, thing);
        lua_getinfo(L, ">S", &ar);
    }
    if (ar.linedefined > 0)
        lua_pushfstring(L, "%s: %I (%s:%d)", kind, number, ar.short_src, ar.linedefined);
    else
        lua_pushfstring(L, "%s: %I", kind, number);
    lua_replace(L, top + 1);
    lua_settop(L, top + 1);
}

const char *tell(lua_State *L, int index)
{
    int thing = lua_absindex(L, index), type = lua_type(L, thing);
    bool plain =
        type == LUA_TNIL || type == LUA_TBOOLEAN || type == LUA_TNUMBER || type == LUA_TSTRING;
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    if (!plain && luaL_getmetafield(L, thing, "__tostring") == LUA_TNIL) {
        push_numbered(L, thing);
        return lua_tostring(L, -1);
    }
    if (!plain)
        lua_pop(L, 1);
    return luaL_tolstring(L, thing, NULL);
}

static int l_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    tell(L, 1);
    return 1;
}

/* For whoever writes the scenario: to standard error. */
static int l_print(lua_State *L)
{
    enum { LINE_STEPS = 100 };
    int n = lua_gettop(L);
    for (int i = 1; i <= n; i++) {
        tell(L, i);
        size_t len;
        const char *text = lua_tolstring(L, -1, &len);
        script_charge(L, LINE_STEPS + len);
        if (i > 1)
            fputc('\t', stderr);
        fwrite(text, 1, len, stderr);
        lua_pop(L, 1);
    }
    fputc('\n', stderr);
    return 0;
}

void open_tell(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"tostring", l_tostring}, {"print", l_print}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
