/* SPDX-License-Identifier: BSD-2-Clause */
/* The facts of a session, s.peer and the like: read only, and misspelt ones are named. */
#include "script/internal.h"

#include <string.h>
#include "util/text.h"

/* All that there may be; those that are not known yet, such as s.from before MAIL, are nil. */
static const char *const names[] = {"id", "connection", "peer", "ip", "host", "helo", "esmtp",
    "from", "rcpts", "max_size", "protocol", "auth", "transaction", "messages", "xclient", "tls",
    "duplicate", "notes",
    /* polite_*.lua's own: */ "errors", "chunks", "tls_outcome", NULL};

/* "192.0.2.1:40123" and "[2001:db8::1]:40123" without port and brackets. */
static void push_ip(lua_State *L, const char *peer)
{
    const char *colon = strrchr(peer, ':');
    size_t n = colon ? (size_t)(colon - peer) : strlen(peer);
    bool brackets = n > 2 && peer[0] == '[';
    lua_pushlstring(L, peer + brackets, n - 2 * (size_t)brackets);
}

/* Made when they are asked for: thousands of connections stall without a table of their own for
 * these. */
static int push_fact(lua_State *L, const struct script_facts *facts, const char *name)
{
    if (strcmp(name, "host") == 0)
        lua_pushstring(L, facts->hostname);
    else if (strcmp(name, "id") == 0)
        lua_pushinteger(L, (lua_Integer)facts->id);
    else if (strcmp(name, "connection") == 0)
        lua_pushinteger(L, (lua_Integer)facts->connection);
    else if (strcmp(name, "max_size") == 0)
        lua_pushinteger(L, (lua_Integer)facts->max_size);
    else if (strcmp(name, "peer") == 0)
        lua_pushstring(L, facts->peer);
    else if (strcmp(name, "ip") == 0)
        push_ip(L, facts->peer);
    else
        lua_pushnil(L); /* a fact that is not known yet, such as s.from before MAIL */
    return 1;
}

/* s.notes: the script's own table, from its first use on. */
static int push_notes(lua_State *L)
{
    lua_getiuservalue(L, 1, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, "notes");
    return 1;
}

/* A name that is neither verb nor fact. verbs: index of their table. */
static int unknown(lua_State *L, const char *name, int verbs)
{
    enum { MOST = 80 };
    const char *all[MOST];
    size_t n = 0;
    for (; names[n]; n++)
        all[n] = names[n];
    lua_pushnil(L);
    while (n < MOST - 1 && lua_next(L, verbs)) {
        lua_pop(L, 1);
        all[n++] = lua_tostring(L, -1);
    }
    all[n] = NULL;
    const char *near = text_nearest(name, all);
    if (near)
        return luaL_error(L, "s has no '%s' (did you mean '%s'?)", name, near);
    return luaL_error(L, "s has no '%s'; your own notes belong into s.notes", name);
}

/* Facts that were set, then verbs, then facts of the connection. */
int l_session_index(lua_State *L)
{
    struct script_run **box = luaL_checkudata(L, 1, "session");
    lua_getiuservalue(L, 1, 1);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, -2) != LUA_TNIL)
        return 1;
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : NULL;
    if (name && *box && strcmp(name, "notes") == 0)
        return push_notes(L);
    for (size_t i = 0; name && names[i]; i++) {
        if (strcmp(names[i], name) != 0)
            continue;
        if (*box)
            return push_fact(L, &(*box)->facts, name);
        lua_pushnil(L);
        return 1;
    }
    return unknown(L, tell(L, 2), lua_upvalueindex(1));
}

int l_session_newindex(lua_State *L)
{
    return luaL_error(L, "s.%s cannot be set; put your own notes into s.notes", tell(L, 2));
}

/* "session 7" */
int l_session_tostring(lua_State *L)
{
    struct script_run **box = luaL_checkudata(L, 1, "session");
    if (*box)
        lua_pushfstring(L, "session %I", (lua_Integer)(*box)->facts.id);
    else
        lua_pushliteral(L, "session that is over");
    return 1;
}
