/* SPDX-License-Identifier: BSD-2-Clause */
/* listen = refuse, or {reset, times = 2}: what a host does before any conversation; its addresses;
 * and what it does when all is over: returns = {"550 No such user", after = hours(2)}. Read into
 * plain data. */
#include "script/internal.h"

#include <string.h>
#include "util/mem.h"

enum { ADDRESSES_MAX = 16, REPLY_MAX = 500 /* RFC 5321 4.5.3.1.5 */ };

static const char *const words[] = {
    "accept", "refuse", "blackhole", "reset", NULL}; /* in the order of the enum */

void open_listen(lua_State *L)
{
    for (size_t i = 0; words[i]; i++) {
        lua_pushstring(L, words[i]);
        lua_setfield(L, -2, words[i]);
    }
}

static enum scenario_listen read_word(lua_State *L)
{
    const char *word = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return (enum scenario_listen)i;
    return (enum scenario_listen)load_error(L, "listen",
        "listen: refuse, blackhole, reset or accept, or a table such as {refuse, lasting = "
        "minutes(30)}");
}

/* The number at key of the table on top, or 0. */
static double read_number(lua_State *L, const char *key, double most)
{
    lua_getfield(L, -1, key);
    double value = lua_isnil(L, -1) ? 0 : lua_isnumber(L, -1) ? lua_tonumber(L, -1) : -1;
    if (!lua_isnil(L, -1) && !(value > 0 && value <= most))
        load_error(L, key, "listen: %s is a number above 0", key);
    lua_pop(L, 1);
    return value;
}

static void read_table(lua_State *L, struct scenario_host *host)
{
    static const char *const keys[] = {"lasting", "times", "buffer", NULL};
    int table = lua_gettop(L);
    lua_pushnil(L);
    while (order_next(L, table)) {
        bool known = lua_isinteger(L, -2) && lua_tointeger(L, -2) == 1;
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        for (size_t i = 0; keys[i] && !known; i++)
            known = strcmp(keys[i], key) == 0;
        if (!known)
            load_unknown_key(L, "key of listen", key, keys);
        lua_pop(L, 1);
    }
    lua_rawgeti(L, table, 1);
    host->listen = read_word(L);
    lua_pop(L, 1);
    host->listen_lasting = read_number(L, "lasting", 1e9);
    host->listen_times = (unsigned)read_number(L, "times", 1e9);
    host->receive_buffer = (unsigned)read_number(L, "buffer", 1 << 30);
}

/* The value on top of the stack. */
static void read_value(lua_State *L, struct scenario_host *host)
{
    if (lua_istable(L, -1))
        read_table(L, host);
    else
        host->listen = read_word(L);
    if (host->listen_times && host->listen != LISTEN_RESET)
        load_error(L, "times",
            "listen: only `reset` can count; a refused or lost request leaves no trace, say "
            "lasting = ...");
    if (host->listen_lasting > 0 && host->listen == LISTEN_ACCEPT)
        load_error(L, "lasting",
            "listen: what comes after `accept`? name what comes before it: {refuse, lasting = "
            "...}");
}

void read_listen(lua_State *L, int table, struct scenario_host *host)
{
    if (lua_getfield(L, table, "listen") != LUA_TNIL)
        read_value(L, host);
    lua_pop(L, 1);
}

/* ---- addresses ---- */

/* Another address of the host at index first, or that one itself when it has none yet. */
static struct scenario_host *next_address(
    struct scenario *scenario, size_t first, bool ipv6, bool *used)
{
    if (*used) {
        scenario->hosts =
            mem_grow(scenario->hosts, (scenario->host_count + 1) * sizeof *scenario->hosts);
        struct scenario_host *host = &scenario->hosts[scenario->host_count++];
        *host = (struct scenario_host){.name = mem_text(scenario->hosts[first].name),
            .preference = scenario->hosts[first].preference,
            .handlers = scenario->hosts[first].handlers,
            .again = true,
            .ipv6 = ipv6};
        return host;
    }
    *used = true;
    scenario->hosts[first].ipv6 = ipv6;
    return &scenario->hosts[first];
}

void read_addresses(lua_State *L, int table, struct scenario *scenario)
{
    static const char *const keys[] = {"addresses", "addresses6"};
    size_t first = scenario->host_count - 1;
    bool used = false;
    for (int k = 0; k < 2; k++) {
        if (lua_getfield(L, table, keys[k]) == LUA_TNIL) {
            lua_pop(L, 1);
            continue;
        }
        if (!lua_istable(L, -1) || luaL_len(L, -1) < 1 || luaL_len(L, -1) > ADDRESSES_MAX)
            load_error(L, keys[k], "%s: what each of 1 to %d addresses does: {refuse, accept}",
                keys[k], ADDRESSES_MAX);
        if (lua_getfield(L, table, "listen") != LUA_TNIL)
            load_error(L, keys[k], "%s: says already what listen says", keys[k]);
        lua_pop(L, 1);
        for (lua_Integer i = 1; i <= luaL_len(L, -1); i++) {
            lua_rawgeti(L, -1, i);
            read_value(L, next_address(scenario, first, k == 1, &used));
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
    }
}

/* ---- what comes back ---- */

/* RFC 5321 4.2: one line that refuses. */
static bool is_refusal(const char *reply, size_t len)
{
    if (len < 5 || len > REPLY_MAX || (reply[0] != '4' && reply[0] != '5') || reply[3] != ' ')
        return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)reply[i] < ' ' || (unsigned char)reply[i] > '~' ||
            ((i == 1 || i == 2) && (reply[i] < '0' || reply[i] > '9')))
            return false;
    return true;
}

void read_returns(lua_State *L, int table, struct scenario_host *host)
{
    static const char *const keys[] = {"after", NULL};
    int kind = lua_getfield(L, table, "returns"), top = lua_gettop(L);
    if (kind == LUA_TNIL) {
        lua_pop(L, 1);
        return;
    }
    size_t len = 0;
    const char *reply = NULL;
    if (kind == LUA_TTABLE && lua_rawgeti(L, top, 1) == LUA_TSTRING)
        reply = lua_tolstring(L, -1, &len);
    if (!reply || !is_refusal(reply, len))
        load_error(L, "returns",
            "returns: a reply that the next host gave it, and when it tells: "
            "{\"550 5.1.1 No such user\", after = hours(2)}");
    host->returns = mem_text(reply);
    lua_settop(L, top);
    lua_pushnil(L);
    while (order_next(L, top)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        if (!(lua_isinteger(L, -2) && lua_tointeger(L, -2) == 1) && strcmp(key, "after") != 0)
            load_unknown_key(L, "key of returns", key, keys);
        lua_pop(L, 1);
    }
    if (lua_getfield(L, top, "after") != LUA_TNIL) {
        host->returns_after = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : -1;
        if (!(host->returns_after >= 0 && host->returns_after <= 1e7))
            load_error(L, "after", "returns: after is a number of seconds, at most 1e7");
    }
    lua_settop(L, top - 1);
}
