/* SPDX-License-Identifier: BSD-2-Clause */
/* expect = {...}: what must come of a scenario, read into plain data. */
#include "script/internal.h"

#include <string.h>
#include "util/mem.h"

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

static int l_at_least(lua_State *L)
{
    return push_range(L, luaL_checknumber(L, 1), -1);
}

static int l_at_most(lua_State *L)
{
    return push_range(L, 0, luaL_checknumber(L, 1));
}

static int l_between(lua_State *L)
{
    return push_range(L, luaL_checknumber(L, 1), luaL_checknumber(L, 2));
}

static int l_duration(lua_State *L)
{
    lua_pushnumber(L, luaL_checknumber(L, 1) * lua_tonumber(L, lua_upvalueindex(1)));
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
    static const luaL_Reg words[] = {
        {"at_least", l_at_least}, {"at_most", l_at_most}, {"between", l_between}, {NULL, NULL}};
    luaL_setfuncs(L, words, 0);
    duration(L, "seconds", 1);
    duration(L, "minutes", 60);
    duration(L, "hours", 3600);
    duration(L, "days", 86400);
    lua_pushliteral(L, "none");
    lua_setfield(L, -2, "none");
}

/* ---- reading ---- */

/* A number means exactly that; open_end: that or more. */
static struct expect_range read_range(lua_State *L, const char *key, bool open_end)
{
    struct expect_range range = {.set = true};
    if (lua_type(L, -1) == LUA_TNUMBER) {
        range.min = lua_tonumber(L, -1);
        range.max = open_end ? -1 : range.min;
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

static char *read_text(lua_State *L, const char *key)
{
    if (lua_type(L, -1) != LUA_TSTRING)
        load_error(L, key, "%s: a text, not a %s", key, luaL_typename(L, -1));
    return mem_text(lua_tostring(L, -1));
}

static int read_flag(lua_State *L, const char *key)
{
    if (!lua_isboolean(L, -1))
        load_error(L, key, "%s: true or false, not a %s", key, luaL_typename(L, -1));
    return lua_toboolean(L, -1);
}

static const char *const bounce_keys[] = {"reason", "stage", "actor", "status", "reply",
    "permanent", "retryable", "address_dead", "expired", NULL};

static void read_bounce_key(lua_State *L, const char *key, struct expect_bounce *b)
{
    char **const texts[] = {&b->reason, &b->stage, &b->actor, &b->status, &b->reply};
    int *const flags[] = {&b->permanent, &b->retryable, &b->address_dead, &b->expired};
    for (size_t i = 0; bounce_keys[i]; i++) {
        if (strcmp(bounce_keys[i], key) != 0)
            continue;
        if (i < 5)
            *texts[i] = read_text(L, key);
        else
            *flags[i - 5] = read_flag(L, key);
        return;
    }
    load_unknown_key(L, "key of expect.bounce", key, bounce_keys);
}

/* One expectation at the top of the stack, about rcpt (NULL: everybody); rcpt is copied. */
static void read_bounce(lua_State *L, struct expect *expect, const char *rcpt)
{
    expect->bounces =
        mem_grow(expect->bounces, (expect->bounce_count + 1) * sizeof *expect->bounces);
    size_t at = expect->bounce_count++;
    expect->bounces[at] = (struct expect_bounce){.rcpt = mem_text(rcpt),
        .permanent = UNSTATED,
        .retryable = UNSTATED,
        .address_dead = UNSTATED,
        .expired = UNSTATED};
    struct expect_bounce *b = &expect->bounces[at];
    b->line = lint_line_of(script_of(L)->text, "bounce");
    if (lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), "none") == 0) {
        b->none = true;
        return;
    }
    if (!lua_istable(L, -1))
        load_error(
            L, "bounce", "bounce: a table {reason=...} or none, not a %s", luaL_typename(L, -1));
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        read_bounce_key(L, lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?", b);
        lua_pop(L, 1);
    }
    if (!b->reason)
        load_error(L, "bounce", "bounce: a reason is needed");
}

static bool by_recipient(lua_State *L)
{
    bool found = false;
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
        found = found || strchr(key, '@');
        lua_pop(L, 1);
    }
    return found;
}

static bool is_sent_to(const struct scenario *scenario, const char *local)
{
    for (size_t i = 0; i < scenario->to_count; i++)
        if (strcmp(scenario->to[i], local) == 0)
            return true;
    return false;
}

static void read_bounces(lua_State *L, struct expect *expect)
{
    const struct scenario *scenario = &script_of(L)->scenario;
    if (!lua_istable(L, -1) || !by_recipient(L)) {
        read_bounce(L, expect, NULL);
        return;
    }
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        size_t n = strlen(key);
        if (!n || key[n - 1] != '@')
            load_error(L, "bounce", "bounce: '%s': write recipients as [\"local-part@\"]", key);
        char local[128];
        snprintf(local, sizeof local, "%.*s", (int)(n - 1), key);
        if (!is_sent_to(scenario, local))
            load_error(L, "bounce",
                "bounce: nothing is sent to '%s'; name it in send = {to = {...}}", local);
        read_bounce(L, expect, local);
        lua_pop(L, 1);
    }
}

static void read_waits(lua_State *L, struct expect_client *client)
{
    if (!lua_istable(L, -1))
        load_error(L, "waits", "waits: a table {rcpt = minutes(5)}");
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        int stage = scenario_stage_find(key);
        if (stage < 0)
            load_error(L, "waits", "waits: unknown stage '%s'", key);
        client->waits[stage] = read_range(L, key, true);
        lua_pop(L, 1);
    }
}

static void read_order(lua_State *L, struct expect_client *client)
{
    const struct scenario *scenario = &script_of(L)->scenario;
    if (!lua_istable(L, -1) || luaL_len(L, -1) < 2)
        load_error(L, "order", "order: a list of hosts {\"mx1\", \"mx2\"}");
    for (lua_Integer i = 1; i <= luaL_len(L, -1); i++) {
        bool known = false;
        const char *name = lua_rawgeti(L, -1, i) == LUA_TSTRING ? lua_tostring(L, -1) : "?";
        for (size_t h = 0; h < scenario->host_count && !known; h++)
            known = strcmp(scenario->hosts[h].name, name) == 0;
        if (!known)
            load_error(L, "order", "order: no host is called '%s'", name);
        client->order = mem_grow(client->order, (client->order_count + 1) * sizeof *client->order);
        client->order[client->order_count++] = mem_text(name);
        lua_pop(L, 1);
    }
}

static void read_client(lua_State *L, struct expect_client *client)
{
    static const char *const keys[] = {
        "attempts", "waits", "order", "gaps", "quit", "duplicates", NULL};
    if (!lua_istable(L, -1))
        load_error(L, "client", "client: a table {attempts = at_least(2)}");
    lua_pushnil(L);
    while (lua_next(L, -2)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        if (strcmp(key, "attempts") == 0)
            client->attempts = read_range(L, key, false);
        else if (strcmp(key, "waits") == 0)
            read_waits(L, client);
        else if (strcmp(key, "order") == 0)
            read_order(L, client);
        else if (strcmp(key, "gaps") == 0)
            client->gaps = read_range(L, key, true);
        else if (strcmp(key, "duplicates") == 0)
            client->duplicates = read_range(L, key, false);
        else if (strcmp(key, "quit") == 0)
            client->quit = read_flag(L, key);
        else
            load_unknown_key(L, "key of expect.client", key, keys);
        lua_pop(L, 1);
    }
}

void read_expect(lua_State *L, int index, struct expect *expect)
{
    static const char *const keys[] = {"bounce", "delivered", "client", NULL};
    if (!lua_istable(L, index))
        load_error(L, "expect", "expect: a table, not a %s", luaL_typename(L, index));
    expect->stated = true;
    expect->client.quit = UNSTATED;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        if (strcmp(key, "bounce") == 0)
            read_bounces(L, expect);
        else if (strcmp(key, "delivered") == 0)
            expect->delivered = read_range(L, key, false);
        else if (strcmp(key, "client") == 0)
            read_client(L, &expect->client);
        else
            load_unknown_key(L, "key of expect", key, keys);
        lua_pop(L, 1);
    }
}
