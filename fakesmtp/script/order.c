/* SPDX-License-Identifier: BSD-2-Clause */
/* Orders that do not depend on the process: pairs and next go through a table by its keys,
 * table.sort is stable.
 *
 * Lua's own hash order comes from the addresses of the process, and its sort picks pivots by the
 * clock: the same seed would give other faults the next time. Numbers come first, in their order,
 * then texts, byte by byte, then false and true. Keys of other kinds (tables, functions) have no
 * order and come last. */
#include "script/internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- keys ---- */

enum rank { RANK_NUMBER, RANK_TEXT, RANK_BOOLEAN, RANK_NONE };

struct key {
    enum rank rank;
    bool is_integer, truth;
    lua_Integer integer;
    lua_Number number;
    const char *text; /* the table's own */
    size_t len;
};

static struct key key_at(lua_State *L, int index)
{
    struct key key = {.rank = RANK_NONE};
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        key.rank = RANK_NUMBER;
        key.is_integer = lua_isinteger(L, index);
        key.integer = key.is_integer ? lua_tointeger(L, index) : 0;
        key.number = lua_tonumber(L, index);
        break;
    case LUA_TSTRING:
        key.rank = RANK_TEXT;
        key.text = lua_tolstring(L, index, &key.len);
        break;
    case LUA_TBOOLEAN:
        key.rank = RANK_BOOLEAN;
        key.truth = lua_toboolean(L, index);
        break;
    default:
        break;
    }
    return key;
}

static void push_key(lua_State *L, const struct key *key)
{
    if (key->rank == RANK_TEXT)
        lua_pushlstring(L, key->text, key->len);
    else if (key->rank == RANK_BOOLEAN)
        lua_pushboolean(L, key->truth);
    else if (key->is_integer)
        lua_pushinteger(L, key->integer);
    else
        lua_pushnumber(L, key->number);
}

static int compare_numbers(const struct key *a, const struct key *b)
{
    if (a->is_integer && b->is_integer)
        return (a->integer > b->integer) - (a->integer < b->integer);
    if (a->number != b->number)
        return a->number > b->number ? 1 : -1;
    return b->is_integer - a->is_integer;
}

static int compare_keys(const void *one, const void *other)
{
    const struct key *a = one, *b = other;
    if (a->rank != b->rank)
        return (int)a->rank - (int)b->rank;
    if (a->rank == RANK_NUMBER)
        return compare_numbers(a, b);
    if (a->rank == RANK_BOOLEAN)
        return a->truth - b->truth;
    size_t shorter = a->len < b->len ? a->len : b->len;
    int order = shorter ? memcmp(a->text, b->text, shorter) : 0;
    return order ? order : (a->len > b->len) - (a->len < b->len);
}

static size_t count_keys(lua_State *L, int table)
{
    size_t n = 0;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        n++;
    }
    return n;
}

void order_push_keys(lua_State *L, int table)
{
    enum { STEPS_EACH = 4 };
    size_t n = count_keys(L, table), ordered = 0;
    lua_Integer others = 0;
    script_charge(L, n * STEPS_EACH + 1);
    lua_createtable(L, n < INT32_MAX ? (int)n : 0, 0);
    int list = lua_gettop(L);
    struct key *keys = lua_newuserdatauv(L, (n + 1) * sizeof *keys, 0);
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        keys[ordered] = key_at(L, -1);
        ordered += keys[ordered].rank != RANK_NONE;
    }
    qsort(keys, ordered, sizeof *keys, compare_keys);
    for (size_t i = 0; i < ordered; i++) {
        push_key(L, &keys[i]);
        lua_rawseti(L, list, (lua_Integer)i + 1);
    }
    lua_pushnil(L);
    while (ordered < n && lua_next(L, table)) {
        lua_pop(L, 1);
        if (key_at(L, -1).rank != RANK_NONE)
            continue;
        lua_pushvalue(L, -1);
        lua_rawseti(L, list, (lua_Integer)ordered + ++others);
    }
    lua_settop(L, list);
}

/* ---- pairs ---- */

/* Upvalues: the table, its keys, how many were given. What was removed meanwhile is left out. */
static int l_next_pair(lua_State *L)
{
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(3));
    lua_settop(L, 0);
    for (;;) {
        script_charge(L, 1);
        if (lua_rawgeti(L, lua_upvalueindex(2), ++at) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, 1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
            break;
        lua_settop(L, 0);
    }
    lua_pushinteger(L, at);
    lua_replace(L, lua_upvalueindex(3));
    return 2;
}

static int l_pairs(lua_State *L)
{
    luaL_checkany(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 3);
        return 3;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    if (readonly_push_real(L, 1))
        lua_replace(L, 1);
    order_push_keys(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, l_next_pair, 3);
    return 1;
}

/* ---- next ---- */

/* The key that comes after `after` (NULL: the first), among those that have an order. */
static bool nearest_key(lua_State *L, int table, const struct key *after, struct key *nearest)
{
    bool found = false;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        struct key key = key_at(L, -1);
        if (key.rank == RANK_NONE || (after && compare_keys(&key, after) <= 0))
            continue;
        if (!found || compare_keys(&key, nearest) < 0)
            *nearest = key;
        found = true;
    }
    return found;
}

bool order_next(lua_State *L, int table)
{
    table = lua_absindex(L, table);
    script_charge(L, count_keys(L, table) + 1);
    struct key after = key_at(L, -1), key;
    bool begins = lua_isnil(L, -1);
    if ((begins || after.rank != RANK_NONE) &&
        nearest_key(L, table, begins ? NULL : &after, &key)) {
        lua_pop(L, 1);
        push_key(L, &key);
        lua_pushvalue(L, -1);
        lua_rawget(L, table);
        return true;
    }
    if (after.rank != RANK_NONE) { /* on to those without an order */
        lua_pop(L, 1);
        lua_pushnil(L);
    }
    while (lua_next(L, table)) {
        if (key_at(L, -2).rank == RANK_NONE)
            return true;
        lua_pop(L, 1);
    }
    return false;
}

/* next(t, key): looks at the whole table each time. next(t) == nil tells whether it is empty. */
static int l_next(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    if (readonly_push_real(L, 1))
        lua_replace(L, 1);
    if (order_next(L, 1))
        return 2;
    lua_pushnil(L);
    return 1;
}

/* ---- table.sort ---- */

/* Whether the value at a comes before that at b, by the function at 2 or by `<`. */
static bool is_less(lua_State *L, int a, int b)
{
    script_charge(L, 1);
    if (lua_isnil(L, 2))
        return lua_compare(L, a, b, LUA_OPLT);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, a);
    lua_pushvalue(L, b);
    lua_call(L, 2, 1);
    bool less = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return less;
}

/* Merges the runs [from, middle) and [middle, to) of the plain table at `in` into the one at `out`.
 */
static void merge(
    lua_State *L, int in, int out, lua_Integer from, lua_Integer middle, lua_Integer to)
{
    lua_Integer left = from, right = middle;
    for (lua_Integer at = from; at < to; at++) {
        bool take_right = left == middle;
        if (left < middle && right < to) {
            lua_rawgeti(L, in, left);
            lua_rawgeti(L, in, right);
            take_right = is_less(L, lua_gettop(L), lua_gettop(L) - 1);
            lua_pop(L, 2);
        }
        lua_rawgeti(L, in, take_right ? right++ : left++);
        lua_rawseti(L, out, at);
    }
}

/* A merge sort: whatever the function answers, it ends, and equal ones keep their order. */
static int l_sort(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_Integer n = luaL_len(L, 1);
    luaL_argcheck(L, n < INT32_MAX, 1, "array too big");
    script_charge(L, n > 0 ? (uint64_t)n : 0);
    lua_newtable(L);
    lua_newtable(L);
    int in = 3, out = 4;
    for (lua_Integer i = 1; i <= n; i++) {
        lua_geti(L, 1, i);
        lua_rawseti(L, in, i);
    }
    for (lua_Integer run = 1; run < n; run *= 2) {
        for (lua_Integer from = 1; from <= n; from += 2 * run) {
            lua_Integer middle = from + run <= n ? from + run : n + 1;
            merge(L, in, out, from, middle, middle + run <= n ? middle + run : n + 1);
        }
        out = in;
        in = 7 - in;
    }
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, in, i);
        lua_seti(L, 1, i);
    }
    return 0;
}

void open_order(lua_State *L)
{
    lua_pushcfunction(L, l_pairs);
    lua_setfield(L, -2, "pairs");
    lua_pushcfunction(L, l_next);
    lua_setfield(L, -2, "next");
    lua_getfield(L, -1, "table");
    lua_pushcfunction(L, l_sort);
    lua_setfield(L, -2, "sort");
    lua_pop(L, 1);
}
