/* SPDX-License-Identifier: BSD-2-Clause */
/* listen = refuse, or {reset, times = 2}: what a host does before any conversation, read into plain data. */
#include "script/internal.h"

#include <string.h>

static const char *const words[] = {"accept", "refuse", "blackhole", "reset", NULL}; /* in the order of the enum */

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
        "listen: refuse, blackhole, reset or accept, or a table such as {refuse, lasting = minutes(30)}");
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
    while (lua_next(L, table)) {
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

void read_listen(lua_State *L, int table, struct scenario_host *host)
{
    if (lua_getfield(L, table, "listen") == LUA_TTABLE)
        read_table(L, host);
    else if (!lua_isnil(L, -1))
        host->listen = read_word(L);
    lua_pop(L, 1);
    if (host->listen_times && host->listen != LISTEN_RESET)
        load_error(L, "times", "listen: only `reset` can count; a refused or lost request leaves no trace, say lasting = ...");
    if (host->listen_lasting > 0 && host->listen == LISTEN_ACCEPT)
        load_error(L, "lasting", "listen: what comes after `accept`? name what comes before it: {refuse, lasting = ...}");
}
