/* SPDX-License-Identifier: BSD-2-Clause */
/* What a scenario may name: base, string, table, math and utf8, less what reaches outside or hides
 * the clock.
 *
 * No io, os, debug, package, coroutine; no load (text only comes from files); chance only by
 * s:chance(), so that a seed gives the same faults; no finalizers, which would run outside of every
 * budget. */
#include "script/internal.h"

#include <string.h>
#include "util/mem.h"
#include "util/text.h"

static const char *const base_names[] = {"assert", "error", "getmetatable", "ipairs", "next",
    "pairs", "pcall", "rawequal", "rawget", "rawlen", "rawset", "select", "setmetatable",
    "tonumber", "tostring", "type", "xpcall", NULL};

/* ---- xpcall: Lua calls its handler while the hook that ended a loop is still raising, with all
 * hooks off ---- */

static int l_handle(lua_State *L)
{
    if (script_of(L)->over_budget)
        return 1; /* the error as it is: a handler that loops would never be stopped */
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

static int after_xpcall(lua_State *L, int status, lua_KContext ctx)
{
    (void)status;
    (void)ctx;
    return lua_gettop(L);
}

static int l_xpcall(lua_State *L)
{
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, l_handle, 1);
    lua_replace(L, 2);
    lua_pushvalue(L, lua_upvalueindex(1)); /* Lua's own */
    lua_insert(L, 1);
    lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, after_xpcall);
    return after_xpcall(L, LUA_OK, 0);
}

/* ---- require: below scenarios/lib and the script's own folder, text chunks only ---- */

static bool plain_name(const char *name)
{
    if (!*name || strlen(name) > 64)
        return false;
    for (; *name; name++)
        if (!((*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
                (*name >= '0' && *name <= '9') || *name == '_' || *name == '-'))
            return false;
    return true;
}

/* Pushes the chunk; false: there is no such file. */
static bool try_load(lua_State *L, const char *dir, const char *name)
{
    size_t len;
    char *why = NULL;
    lua_pushfstring(L, "@%s/%s.lua", dir, name);
    char *text = source_read(lua_tostring(L, -1) + 1, &len, &why);
    if (why) {
        lua_pushstring(L, why);
        free(why);
        lua_error(L);
    }
    if (!text) {
        lua_pop(L, 1);
        return false;
    }
    int status = luaL_loadbufferx(L, text, len, lua_tostring(L, -1), "t");
    free(text);
    lua_remove(L, -2);
    if (status != LUA_OK)
        lua_error(L);
    return true;
}

static int l_require(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    struct script *script = script_of(L);
    if (!plain_name(name))
        return luaL_error(
            L, "require '%s': a plain name is needed, without dots and slashes", name);
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    int known = lua_getfield(L, 2, name);
    if (known == LUA_TBOOLEAN)
        return luaL_error(L, "require '%s': the file requires itself", name);
    if (known != LUA_TNIL)
        return 1;
    lua_pushboolean(L, 0); /* being loaded */
    lua_setfield(L, 2, name);
    const char *const dirs[] = {script->lib_dir, script->dir};
    for (size_t i = 0; i < 2; i++) {
        if (!dirs[i] || !try_load(L, dirs[i], name))
            continue;
        lua_pushvalue(L, 1);
        push_library_help(L);
        lua_call(L, 2, 1);
        if (lua_isnil(L, -1) || lua_isboolean(L, -1))
            return luaL_error(L, "require '%s': the file returns nothing of use", name);
        lua_pushvalue(L, -1);
        lua_setfield(L, 2, name);
        return 1;
    }
    return luaL_error(
        L, "require '%s': no %s.lua beside the scenario or in scenarios/lib", name, name);
}

/* ---- globals: none of the script's own, and misspelt ones are named ---- */

static int l_no_new_global(lua_State *L)
{
    const char *name = tell(L, 2);
    return luaL_error(L, "'%s' is not declared: write `local %s`", name, name);
}

static int l_unknown_global(lua_State *L)
{
    const char *name = tell(L, 2);
    const char *names[64];
    size_t n = 0;
    lua_pushnil(L);
    while (n < 63 && lua_next(L, 1)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING)
            names[n++] = lua_tostring(L, -1);
    }
    names[n] = NULL;
    const char *near = text_nearest(name, names);
    if (near)
        return luaL_error(L, "unknown name '%s' (did you mean '%s'?)", name, near);
    return luaL_error(L, "unknown name '%s'", name);
}

static void guard_globals(lua_State *L)
{
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, l_no_new_global);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, l_unknown_global);
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, "protected");
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}

static void copy_library(
    lua_State *L, const char *name, lua_CFunction open, const char *const *without)
{
    lua_pushcfunction(L, open);
    lua_call(L, 0, 1);
    for (; without && *without; without++) {
        lua_pushnil(L);
        lua_setfield(L, -2, *without);
    }
    lua_setfield(L, -2, name);
}

int l_open_sandbox(lua_State *L)
{
    static const char *const no_string[] = {"dump", NULL}, *const no_math[] = {
                                                               "random", "randomseed", NULL};
    lua_settop(L, 0);
    lua_newtable(L); /* 1: what scenarios see */
    luaL_requiref(L, "_G", luaopen_base, 0);
    for (size_t i = 0; base_names[i]; i++) {
        lua_getfield(L, -1, base_names[i]);
        lua_setfield(L, 1, base_names[i]);
    }
    lua_settop(L, 1);
    copy_library(L, "string", luaopen_string, no_string);
    copy_library(L, "table", luaopen_table, NULL);
    copy_library(L, "math", luaopen_math, no_math);
    copy_library(L, "utf8", luaopen_utf8, NULL);
    lua_getfield(L, 1, "xpcall");
    lua_pushcclosure(L, l_xpcall, 1);
    lua_setfield(L, -2, "xpcall");
    open_library(L);
    open_order(L);
    open_metatable(L);
    open_tell(L);
    open_readonly(L);
    lua_newtable(L);
    lua_pushcclosure(L, l_require, 1);
    lua_setfield(L, -2, "require");
    open_expect(L);
    open_raw(L);
    open_listen(L);
    open_dns(L);
    guard_globals(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS); /* chunks loaded from now on live in it */
    return 0;
}
