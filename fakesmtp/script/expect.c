/* SPDX-License-Identifier: BSD-2-Clause */
/* expect = {...}: what must come of a scenario, read into plain data. */
#include "script/internal.h"

#include <string.h>
#include "util/mem.h"

enum { ALTERNATIVES_MAX = 8, WHY_LEAST = 10 };

/* ---- the words: at_least(2), minutes(5), none ---- */

static int push_range(lua_State *L, double min, double max)
{
    lua_createtable(L, 0, 3);
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, "range");
    lua_pushnumber(L, min);
    lua_setfield(L, -2, "min");
    lua_pushnumber(L, max);
    lua_setfield(L, -2, "max");
    return 1;
}

static double amount(lua_State *L, int arg)
{
    double n = luaL_checknumber(L, arg);
    luaL_argcheck(L, n >= 0 && n < 1e15, arg, "a number from 0 up");
    return n;
}

static int l_at_least(lua_State *L)
{
    return push_range(L, amount(L, 1), -1);
}

static int l_at_most(lua_State *L)
{
    return push_range(L, 0, amount(L, 1));
}

static int l_between(lua_State *L)
{
    double min = amount(L, 1), max = amount(L, 2);
    luaL_argcheck(L, min <= max, 2, "the second number is the larger one");
    return push_range(L, min, max);
}

/* any_of("why the standard leaves it open", one, another, ...): a list that carries its reason. */
static int l_any_of(lua_State *L)
{
    int n = lua_gettop(L);
    if (lua_type(L, 1) != LUA_TSTRING || lua_rawlen(L, 1) < WHY_LEAST)
        return luaL_error(L, "any_of: say first why more than one outcome is right: any_of(\"RFC "
                             "5321 4.2.1 leaves open ...\", {...}, {...})");
    if (n < 3 || n > ALTERNATIVES_MAX + 1)
        return luaL_error(L, "any_of: 2 to %d alternatives after the reason", ALTERNATIVES_MAX);
    lua_createtable(L, n - 1, 1);
    for (int i = 2; i <= n; i++) {
        lua_pushvalue(L, i);
        lua_rawseti(L, -2, i - 1);
    }
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "any_of");
    return 1;
}

static int l_duration(lua_State *L)
{
    lua_pushnumber(L, amount(L, 1) * lua_tonumber(L, lua_upvalueindex(1)));
    return 1;
}

static void duration(lua_State *L, const char *name, double seconds)
{
    lua_pushnumber(L, seconds);
    lua_pushcclosure(L, l_duration, 1);
    lua_setfield(L, -2, name);
}

void open_expect(lua_State *L)
{
    static const luaL_Reg words[] = {{"at_least", l_at_least}, {"at_most", l_at_most},
        {"between", l_between}, {"any_of", l_any_of}, {NULL, NULL}};
    luaL_setfuncs(L, words, 0);
    duration(L, "seconds", 1);
    duration(L, "minutes", 60);
    duration(L, "hours", 3600);
    duration(L, "days", 86400);
    lua_pushliteral(L, "none");
    lua_setfield(L, -2, "none");
}

/* ---- what all of expect is read with ---- */

/* The value on top of the stack. A number means exactly that; open_end: that or more. */
struct expect_range expect_range(lua_State *L, const char *key, bool open_end)
{
    struct expect_range range = {.set = true};
    if (lua_type(L, -1) == LUA_TNUMBER) {
        range.min = lua_tonumber(L, -1);
        range.max = open_end ? -1 : range.min;
        if (!(range.min >= 0))
            load_error(L, key, "%s: a number from 0 up", key);
        return range;
    }
    if (!lua_istable(L, -1) || lua_getfield(L, -1, "range") == LUA_TNIL)
        load_error(L, key, "%s: a number, at_least(n), at_most(n) or between(a, b)", key);
    lua_pop(L, 1);
    lua_getfield(L, -1, "min");
    lua_getfield(L, -2, "max");
    range.min = lua_tonumber(L, -2);
    range.max = lua_tonumber(L, -1);
    lua_pop(L, 2);
    return range;
}

int expect_flag(lua_State *L, const char *key)
{
    if (!lua_isboolean(L, -1))
        load_error(L, key, "%s: true or false, not a %s", key, luaL_typename(L, -1));
    return lua_toboolean(L, -1);
}

const char *expect_key(lua_State *L, const char *what)
{
    if (lua_type(L, -2) != LUA_TSTRING)
        load_error(L, what, "%s: keys are names, not a %s", what, luaL_typename(L, -2));
    return lua_tostring(L, -2);
}

size_t expect_alternatives(lua_State *L, char **why)
{
    if (!lua_istable(L, -1))
        return 0;
    lua_pushliteral(L, "any_of");
    if (lua_rawget(L, -2) != LUA_TSTRING) {
        lua_pop(L, 1);
        return 0;
    }
    *why = mem_text(lua_tostring(L, -1));
    lua_pop(L, 1);
    return (size_t)lua_rawlen(L, -1);
}

bool expect_by_rcpt(lua_State *L)
{
    bool found = false;
    if (!lua_istable(L, -1))
        return false;
    lua_pushnil(L);
    while (order_next(L, -2)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
        found = found || strchr(key, '@');
        lua_pop(L, 1);
    }
    return found;
}

char *expect_rcpt(lua_State *L, const char *what)
{
    const struct scenario *scenario = &script_of(L)->scenario;
    const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
    size_t n = strlen(key);
    if (!n || key[n - 1] != '@')
        load_error(L, what, "%s: '%s': write recipients as [\"local-part@\"]", what, key);
    for (size_t i = 0; i < scenario->to_count; i++)
        if (strlen(scenario->to[i]) == n - 1 && memcmp(scenario->to[i], key, n - 1) == 0)
            return mem_text(scenario->to[i]);
    load_error(L, what, "%s: nothing is sent to '%.*s'; name it in send = {to = {...}}", what,
        (int)(n - 1), key);
    return NULL;
}

struct expect_range *expect_count(struct expect_counts *counts, char *of)
{
    counts->list = mem_grow(counts->list, (counts->count + 1) * sizeof *counts->list);
    counts->list[counts->count] = (struct expect_count){.of = of};
    return &counts->list[counts->count++].range;
}

/* {["nobody@"] = 1}, or one range for all of them together where that makes sense. */
void expect_counts(lua_State *L, const char *what, bool together, struct expect_counts *counts)
{
    if (together && !expect_by_rcpt(L)) {
        struct expect_range range = expect_range(L, what, false);
        *expect_count(counts, NULL) = range;
        return;
    }
    if (!lua_istable(L, -1))
        load_error(L, what, "%s: a table by recipient, such as {[\"nobody@\"] = 1}", what);
    lua_pushnil(L);
    while (order_next(L, -2)) {
        struct expect_range *range = expect_count(counts, expect_rcpt(L, what));
        *range = expect_range(L, what, false);
        lua_pop(L, 1);
    }
}

/* ---- the whole ---- */

/* The table on top. */
static void read_outcome(lua_State *L, struct expect_outcome *outcome)
{
    static const char *const keys[] = {"bounce", "delayed", "delivered", "client", NULL};
    if (!lua_istable(L, -1))
        load_error(L, "expect", "expect: a table, not a %s", luaL_typename(L, -1));
    lua_pushnil(L);
    while (order_next(L, -2)) {
        const char *key = expect_key(L, "expect");
        if (strcmp(key, "bounce") == 0)
            read_reports(L, "bounce", &outcome->bounces);
        else if (strcmp(key, "delayed") == 0)
            read_reports(L, "delayed", &outcome->delayed);
        else if (strcmp(key, "delivered") == 0)
            expect_counts(L, key, true, &outcome->delivered);
        else if (strcmp(key, "client") == 0)
            read_client(L, &outcome->client);
        else
            load_unknown_key(L, "key of expect", key, keys);
        lua_pop(L, 1);
    }
}

void read_expect(lua_State *L, int index, struct expect *expect)
{
    lua_pushvalue(L, index);
    expect->stated = true;
    size_t n = expect_alternatives(L, &expect->why);
    expect->count = n ? n : 1;
    expect->either = mem_new(expect->count * sizeof *expect->either);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        read_outcome(L, &expect->either[i]);
        lua_pop(L, 1);
    }
    if (!n)
        read_outcome(L, &expect->either[0]);
    lua_pop(L, 1);
}
