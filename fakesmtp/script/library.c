/* SPDX-License-Identifier: BSD-2-Clause */
/* What of Lua's library works on its own for as long as its arguments say: the work is taken off
 * the budget before it is done.
 *
 * Nothing can interrupt a C function: table.move({}, 1, 1 << 60, 2) would hang the server with one
 * instruction. Patterns are strings.c's, sorting and pairs order.c's. */
#include "script/internal.h"

#include <string.h>

enum { BYTES_PER_STEP = 8, COPIES_PER_STEP = 64 };

/* The function that stands behind the closure that runs, in its place: so errors name what the
 * script has called. Fit for functions without upvalues of their own. */
static int go_on(lua_State *L)
{
    return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* From first to last, of which there may be none; the difference may be larger than an integer. */
static void charge_range(lua_State *L, lua_Integer first, lua_Integer last)
{
    if (last >= first)
        script_charge(L, (lua_Unsigned)last - (lua_Unsigned)first);
}

/* For functions whose work grows with the length of their texts. */
static int l_by_length(lua_State *L)
{
    uint64_t bytes = 0;
    for (int i = lua_gettop(L); i > 0; i--)
        if (lua_type(L, i) == LUA_TSTRING)
            bytes += lua_rawlen(L, i);
    script_charge(L, bytes / BYTES_PER_STEP);
    return go_on(L);
}

/* ---- string ---- */

static int l_rep(lua_State *L)
{
    size_t len, between;
    luaL_checklstring(L, 1, &len);
    lua_Integer n = luaL_checkinteger(L, 2);
    luaL_optlstring(L, 3, "", &between);
    if (n <= 0 || len + between == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if ((lua_Unsigned)n > script_of(L)->cap / (len + between))
        return luaL_error(L, "not enough memory for a text of that length");
    script_charge(L, (lua_Unsigned)n / COPIES_PER_STEP);
    return go_on(L);
}

/* The letter of the conversion that begins behind a '%'; *at is moved behind it. */
static char conversion(const char **at, const char *end)
{
    while (*at < end && **at && strchr("-+ #0123456789.", **at))
        ++*at;
    return *at < end ? *(*at)++ : '\0';
}

/* %s as tell() does it; Lua's own has nothing but texts to put in then. */
static int l_format(lua_State *L)
{
    size_t len;
    const char *at = luaL_checklstring(L, 1, &len), *end = at + len;
    int arg = 1, top = lua_gettop(L);
    while ((at = memchr(at, '%', (size_t)(end - at)))) {
        at++;
        char letter = conversion(&at, end);
        if (letter == 'p')
            return luaL_error(L, "%%p is not available to scenarios: addresses are never the same");
        if (letter == '%' || ++arg > top || letter != 's')
            continue;
        tell(L, arg);
        lua_replace(L, arg);
    }
    return l_by_length(L);
}

/* ---- table ---- */

static int l_concat(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer first = luaL_optinteger(L, 3, 1);
    lua_Integer last = lua_isnoneornil(L, 4) ? luaL_len(L, 1) : luaL_checkinteger(L, 4);
    charge_range(L, first, last);
    lua_settop(L, 3);
    lua_pushinteger(L, last);
    return go_on(L);
}

static int l_unpack(lua_State *L)
{
    lua_Integer first = luaL_optinteger(L, 2, 1);
    lua_Integer last = lua_isnoneornil(L, 3) ? luaL_len(L, 1) : luaL_checkinteger(L, 3);
    charge_range(L, first, last);
    lua_settop(L, 2);
    lua_pushinteger(L, last);
    return go_on(L);
}

static int l_move(lua_State *L)
{
    charge_range(L, luaL_checkinteger(L, 2), luaL_checkinteger(L, 3));
    return go_on(L);
}

/* Not Lua's own: it asks __len, which may answer something else to us than to it. */
static int l_insert(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    int n = lua_gettop(L);
    if (n != 2 && n != 3)
        return luaL_error(L, "wrong number of arguments to 'insert'");
    lua_Integer end = luaL_intop(+, luaL_len(L, 1), 1);
    lua_Integer at = n == 2 ? end : luaL_checkinteger(L, 2);
    luaL_argcheck(L, (lua_Unsigned)at - 1u < (lua_Unsigned)end, 2, "position out of bounds");
    charge_range(L, at, end);
    for (lua_Integer i = end; i > at; i--) {
        lua_geti(L, 1, i - 1);
        lua_seti(L, 1, i);
    }
    lua_seti(L, 1, at);
    return 0;
}

static int l_remove(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_Integer size = luaL_len(L, 1), at = luaL_optinteger(L, 2, size);
    if (at != size)
        luaL_argcheck(L, (lua_Unsigned)at - 1u <= (lua_Unsigned)size, 2, "position out of bounds");
    charge_range(L, at, size);
    lua_geti(L, 1, at);
    for (; at < size; at++) {
        lua_geti(L, 1, at + 1);
        lua_seti(L, 1, at);
    }
    lua_pushnil(L);
    lua_seti(L, 1, at);
    return 1;
}

/* ---- */

/* Puts fn in the place of a function of the table on top, with the old one behind it. */
static void stand_before(lua_State *L, const char *name, lua_CFunction fn)
{
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, fn, 1);
    lua_setfield(L, -2, name);
}

void open_library(lua_State *L)
{
    static const char *const strings[] = {
        "byte", "lower", "pack", "packsize", "reverse", "unpack", "upper", NULL};
    static const char *const utf8s[] = {"codepoint", "codes", "len", "offset", NULL};
    static const luaL_Reg tables[] = {{"insert", l_insert}, {"remove", l_remove}, {NULL, NULL}};
    stand_before(L, "tonumber", l_by_length);
    lua_getfield(L, -1, "string");
    for (size_t i = 0; strings[i]; i++)
        stand_before(L, strings[i], l_by_length);
    stand_before(L, "rep", l_rep);
    stand_before(L, "format", l_format);
    open_strings(L);
    lua_pop(L, 1);
    lua_getfield(L, -1, "utf8");
    for (size_t i = 0; utf8s[i]; i++)
        stand_before(L, utf8s[i], l_by_length);
    lua_pop(L, 1);
    lua_getfield(L, -1, "table");
    stand_before(L, "concat", l_concat);
    stand_before(L, "unpack", l_unpack);
    stand_before(L, "move", l_move);
    luaL_setfuncs(L, tables, 0);
    lua_pop(L, 1);
}
