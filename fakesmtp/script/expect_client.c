/* SPDX-License-Identifier: BSD-2-Clause */
/* expect.client: how the sender must behave. */
#include "script/internal.h"

#include <string.h>
#include "smtp/command.h"
#include "util/mem.h"

static void read_waits(lua_State *L, struct expect_conduct *conduct)
{
    static const char *const stages[] = {
#define X(id, name) name,
        SCENARIO_STAGES(X)
#undef X
            NULL};
    if (!lua_istable(L, -1))
        load_error(L, "waits", "waits: a table {rcpt = minutes(5)}");
    lua_pushnil(L);
    while (order_next(L, -2)) {
        const char *key = expect_key(L, "waits");
        int stage = scenario_stage_find(key);
        if (stage < 0)
            load_unknown_key(L, "stage of waits", key, stages);
        conduct->waits[stage] = expect_range(L, key, true);
        lua_pop(L, 1);
    }
}

static void read_order(lua_State *L, struct expect_conduct *conduct)
{
    const struct scenario *scenario = &script_of(L)->scenario;
    if (!lua_istable(L, -1) || lua_rawlen(L, -1) < 2)
        load_error(L, "order", "order: a list of hosts {\"mx1\", \"mx2\"}");
    for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, -1); i++) {
        bool known = false;
        const char *name = lua_rawgeti(L, -1, i) == LUA_TSTRING ? lua_tostring(L, -1) : "?";
        for (size_t h = 0; h < scenario->host_count && !known; h++)
            known = strcmp(scenario->hosts[h].name, name) == 0;
        if (!known)
            load_error(L, "order", "order: no host is called '%s'", name);
        conduct->order =
            mem_grow(conduct->order, (conduct->order_count + 1) * sizeof *conduct->order);
        conduct->order[conduct->order_count++] = mem_text(name);
        lua_pop(L, 1);
    }
}

/* {rset = at_least(1), helo = 0} */
static void read_commands(lua_State *L, struct expect_conduct *conduct)
{
    static const char *const verbs[] = {
#define X(id, name) name,
        SMTP_VERBS(X)
#undef X
            NULL};
    if (!lua_istable(L, -1))
        load_error(L, "commands", "commands: a table by verb, such as {rset = at_least(1)}");
    lua_pushnil(L);
    while (order_next(L, -2)) {
        const char *key = expect_key(L, "commands");
        bool known = false;
        for (size_t i = 0; verbs[i] && !known; i++)
            known = strcmp(verbs[i], key) == 0;
        if (!known)
            load_unknown_key(L, "verb of commands", key, verbs);
        struct expect_range *range = expect_count(&conduct->commands, mem_text(key));
        *range = expect_range(L, key, false);
        lua_pop(L, 1);
    }
}

static void read_key(lua_State *L, const char *key, struct expect_conduct *conduct)
{
    static const char *const keys[] = {"attempts", "waits", "order", "gaps", "lifetime", "quit",
        "duplicates", "resent", "asked", "commands", NULL};
    if (strcmp(key, "attempts") == 0)
        conduct->attempts = expect_range(L, key, false);
    else if (strcmp(key, "waits") == 0)
        read_waits(L, conduct);
    else if (strcmp(key, "order") == 0)
        read_order(L, conduct);
    else if (strcmp(key, "gaps") == 0)
        conduct->gaps = expect_range(L, key, true);
    else if (strcmp(key, "lifetime") == 0)
        conduct->lifetime = expect_range(L, key, true);
    else if (strcmp(key, "duplicates") == 0)
        conduct->duplicates = expect_range(L, key, false);
    else if (strcmp(key, "resent") == 0)
        conduct->resent = expect_range(L, key, false);
    else if (strcmp(key, "asked") == 0)
        expect_counts(L, key, false, &conduct->asked);
    else if (strcmp(key, "commands") == 0)
        read_commands(L, conduct);
    else if (strcmp(key, "quit") == 0)
        conduct->quit = expect_flag(L, key);
    else
        load_unknown_key(L, "key of expect.client", key, keys);
}

static void read_conduct(lua_State *L, struct expect_conduct *conduct)
{
    *conduct = (struct expect_conduct){.quit = UNSTATED};
    if (!lua_istable(L, -1))
        load_error(L, "client", "client: a table {attempts = at_least(2)}");
    lua_pushnil(L);
    while (order_next(L, -2)) {
        read_key(L, expect_key(L, "client"), conduct);
        lua_pop(L, 1);
    }
}

void read_client(lua_State *L, struct expect_client *client)
{
    size_t n = expect_alternatives(L, &client->why);
    client->either = mem_new((n ? n : 1) * sizeof *client->either);
    client->count = n ? n : 1;
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        read_conduct(L, &client->either[i]);
        lua_pop(L, 1);
    }
    if (!n)
        read_conduct(L, &client->either[0]);
}
