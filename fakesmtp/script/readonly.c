/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables that a script may read only: s.from, s.rcpts, what a handler is told of, and what lies in
 * them.
 *
 * The server goes by them itself. What the script holds is an empty table before the real one,
 * which only C can reach; the metatable, one for each kind, passes on what is read, and complains
 * of what is written. Of those kinds whose keys are known, it names a misspelt one as well: `nil`
 * would compare unequal to everything and never be noticed. */
#include "script/internal.h"

#include <string.h>

struct kind {
    const char *name;        /* for errors */
    const char *const *keys; /* NULL: any */
};

static const char *const address_keys[] = {"addr", "user", "domain", "params", "size", "body",
    "ret", "envid", "notify", "orcpt", NULL},
                         *const message_keys[] = {"size", "too_big", "copy", "duplicate", NULL};

static const struct kind kinds[] = {
    {"address", address_keys}, {"message", message_keys}, {"fact", NULL}};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const char behind, none; /* their addresses are keys */

bool readonly_push_real(lua_State *L, int index)
{
    if (lua_type(L, index) != LUA_TTABLE)
        return false;
    if (lua_rawgetp(L, index, &behind) == LUA_TTABLE)
        return true;
    lua_pop(L, 1);
    return false;
}

static const struct kind *kind_of(lua_State *L)
{
    return &kinds[lua_tointeger(L, lua_upvalueindex(1))];
}

static int unknown_key(lua_State *L, const struct kind *kind)
{
    luaL_Buffer all;
    luaL_buffinit(L, &all);
    for (size_t i = 0; kind->keys[i]; i++) {
        luaL_addstring(&all, i ? ", " : "");
        luaL_addstring(&all, kind->keys[i]);
    }
    luaL_pushresult(&all);
    return luaL_error(
        L, "the %s has no '%s'; it has %s", kind->name, lua_tostring(L, 2), lua_tostring(L, -1));
}

static int l_index(lua_State *L)
{
    const struct kind *kind = kind_of(L);
    lua_settop(L, 2);
    lua_rawgetp(L, 1, &behind);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, 3) != LUA_TNIL || !kind->keys || lua_type(L, 2) != LUA_TSTRING)
        return 1;
    for (size_t i = 0; kind->keys[i]; i++)
        if (strcmp(kind->keys[i], lua_tostring(L, 2)) == 0)
            return 1;
    return unknown_key(L, kind);
}

static int l_newindex(lua_State *L)
{
    return luaL_error(L,
        "'%s' cannot be set: what the server knows is read only; put your own notes into s.notes",
        tell(L, 2));
}

static int l_len(lua_State *L)
{
    lua_rawgetp(L, 1, &behind);
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, -1));
    return 1;
}

/* An address says itself; of the others nothing is to be told. */
static int l_tostring(lua_State *L)
{
    lua_rawgetp(L, 1, &behind);
    if (lua_getfield(L, -1, "addr") != LUA_TSTRING)
        lua_pushfstring(L, "read-only table");
    return 1;
}

/* Pushes the metatable of this kind, made at its first use. */
static void push_metatable(lua_State *L, int kind)
{
    static const luaL_Reg events[] = {{"__index", l_index}, {"__newindex", l_newindex},
        {"__len", l_len}, {"__tostring", l_tostring}, {NULL, NULL}};
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &kinds[kind]) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    luaL_newlibtable(L, events);
    lua_pushinteger(L, kind);
    luaL_setfuncs(L, events, 1);
    lua_pushliteral(L, "read only");
    lua_setfield(L, -2, "__metatable");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kinds[kind]);
}

static void wrap(lua_State *L, int kind)
{
    lua_createtable(L, 0, 1);
    lua_insert(L, -2);
    lua_rawsetp(L, -2, &behind);
    push_metatable(L, kind);
    lua_setmetatable(L, -2);
}

/* Most addresses have no parameters: one table serves them all. */
void readonly_push_none(lua_State *L)
{
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &none) == LUA_TTABLE)
        return;
    lua_pop(L, 1);
    lua_newtable(L);
    wrap(L, KINDS - 1);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &none);
}

/* The tables in the one at index, which hold none themselves, in their turn. */
static void wrap_fields(lua_State *L, int table)
{
    lua_pushnil(L);
    while (lua_next(L, table)) {
        bool real = lua_istable(L, -1) && !readonly_push_real(L, lua_gettop(L));
        if (real) {
            wrap(L, KINDS - 1);
            lua_pushvalue(L, -2);
            lua_insert(L, -2);
            lua_rawset(L, table); /* a key that is there already may be set on the way */
        } else {
            lua_settop(L, table + 1);
        }
    }
}

void readonly_wrap(lua_State *L)
{
    int table = lua_gettop(L);
    if (readonly_push_real(L, table)) {
        lua_pop(L, 1);
        return;
    }
    wrap_fields(L, table);
    wrap(L, KINDS - 1);
}

/* readonly(table, kind): what a script gets in its place. The table itself goes on to be ours, and
 * what is written to it is seen. */
static int l_readonly(lua_State *L)
{
    int kind = 0;
    luaL_checktype(L, 1, LUA_TTABLE);
    while (kind < KINDS - 1 && strcmp(kinds[kind].name, luaL_checkstring(L, 2)) != 0)
        kind++;
    lua_settop(L, 1);
    wrap_fields(L, 1);
    wrap(L, kind);
    return 1;
}

/* append(list, value): to the real one behind a read-only list. */
static int l_append(lua_State *L)
{
    require(readonly_push_real(L, 1));
    lua_pushvalue(L, 2);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    return 0;
}

/* ---- rawget and the like look behind it as well ---- */

static int l_rawget(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    lua_settop(L, 2);
    if (readonly_push_real(L, 1))
        lua_replace(L, 1);
    lua_rawget(L, 1);
    return 1;
}

static int l_rawlen(lua_State *L)
{
    luaL_argexpected(L, lua_istable(L, 1) || lua_type(L, 1) == LUA_TSTRING, 1, "table or string");
    readonly_push_real(L, 1);
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, lua_istable(L, -1) ? -1 : 1));
    return 1;
}

static int l_rawset(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    luaL_checkany(L, 3);
    lua_settop(L, 3);
    if (readonly_push_real(L, 1))
        return l_newindex(L);
    lua_rawset(L, 1);
    return 1;
}

void open_readonly(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"rawget", l_rawget}, {"rawlen", l_rawlen}, {"rawset", l_rawset}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}

void open_readonly_helpers(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"readonly", l_readonly}, {"append", l_append}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
