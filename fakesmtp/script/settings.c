/* SPDX-License-Identifier: BSD-2-Clause */
/* What a scenario says of the server besides its handlers: extensions, users, lmtp, proxy.
 *
 * Checked while the file is loaded and laid down beside the handlers, for polite_*.lua to read:
 *   ext    what was said of extensions, by name in capitals: {SIZE = 1000, AUTH = {"PLAIN"}}
 *   extra  {"X-UNKNOWN", "X-ODD a b"}: announced as they stand
 *   users, lmtp, proxy, dialogue, tls: as the file has them
 */
#include "script/internal.h"

#include <string.h>
#include "util/mem.h"
#include "util/text.h"

enum { SERVED = 16 }; /* the others are words that we announce and know nothing of */
static const char *const extensions[] = {"PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8",
    "ENHANCEDSTATUSCODES", "DSN", "CHUNKING", "BINARYMIME", "AUTH", "LIMITS", "PRDR", "STARTTLS",
    "XCLIENT", "VRFY", "EXPN", "HELP",
    /* not served: */ "ETRN", "ATRN", "DELIVERBY", "FUTURERELEASE", "MT-PRIORITY", "REQUIRETLS",
    "BURL", "CHECKPOINT", "CONNEG", "CONPERM", "SUBMITTER", "RRVS", "NO-SOLICITING", "XFORWARD",
    "XVERP", "IGNOREQUOTA", "PIPECONNECT", NULL};
static const char *const limits[] = {"RCPTMAX", "MAILMAX", "RCPTDOMAINMAX", NULL}; /* RFC 9422 4 */
/* What can be announced; the first five also work. */
static const char *const mechanisms[] = {"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2",
    "SCRAM-SHA-1", "SCRAM-SHA-256-PLUS", "DIGEST-MD5", "OAUTHBEARER", "EXTERNAL", "ANONYMOUS",
    "GSSAPI", "NTLM", NULL};

static void push_upper(lua_State *L, const char *word)
{
    char *upper = mem_text(word);
    for (char *c = upper; *c; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 32);
    lua_pushstring(L, upper);
    free(upper);
}

/* Pushes the known spelling of a key, or raises; words beginning with X are anybody's. */
static const char *known(lua_State *L, const char *what, const char *key, const char *const *names)
{
    push_upper(L, key);
    const char *upper = lua_tostring(L, -1);
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], upper) == 0)
            return upper;
    if (upper[0] != 'X' || upper[1] != '-') {
        const char *near = text_nearest(upper, names);
        load_error(L, key,
            near ? "unknown %s '%s' (did you mean '%s'?)"
                 : "unknown %s '%s'; one of your own begins with X-",
            what, key, near);
    }
    return upper;
}

static bool is_served(const char *name)
{
    for (size_t i = 0; i < SERVED; i++)
        if (strcmp(extensions[i], name) == 0)
            return true;
    return false;
}

static bool is_mode(lua_State *L, int index)
{
    if (lua_isboolean(L, index))
        return true;
    const char *text = lua_type(L, index) == LUA_TSTRING ? lua_tostring(L, index) : "";
    return strcmp(text, "announced") == 0 || strcmp(text, "hidden") == 0;
}

/* auth = {"PLAIN", "LOGIN"}: replaces the list at the top by one in capitals. */
static void read_mechanisms(lua_State *L)
{
    int list = lua_gettop(L);
    lua_Integer n = luaL_len(L, list);
    if (n < 1 || n > 32)
        load_error(
            L, "auth", "extensions: auth is a list of mechanisms, such as {\"PLAIN\", \"LOGIN\"}");
    lua_createtable(L, (int)n, 0);
    for (lua_Integer i = 1; i <= n; i++) {
        if (lua_rawgeti(L, list, i) != LUA_TSTRING)
            load_error(L, "auth",
                "extensions: auth is a list of mechanisms, such as {\"PLAIN\", \"LOGIN\"}");
        known(L, "SASL mechanism", lua_tostring(L, -1), mechanisms);
        lua_rawseti(L, list + 1, i);
        lua_pop(L, 1);
    }
    lua_replace(L, list);
}

static void read_limits(lua_State *L)
{
    int table = lua_gettop(L);
    lua_newtable(L);
    lua_pushnil(L);
    while (order_next(L, table)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            load_error(L, "limits", "extensions: limits has names, such as {rcptmax = 10}");
        const char *key = lua_tostring(L, -2);
        if (!lua_isinteger(L, -1) || lua_tointeger(L, -1) < 1 || lua_tointeger(L, -1) > 999999)
            load_error(L, key, "limits: %s is a number from 1 to 999999", key); /* RFC 9422 4 */
        known(L, "limit", key, limits);
        lua_insert(L, -2);
        lua_rawset(L, table + 1);
    }
    lua_replace(L, table);
}

/* One known extension: its value at the top of the stack, to be replaced by the one that counts. */
static void check_value(lua_State *L, const char *key, const char *name)
{
    if (is_mode(L, -1))
        return;
    if (strcmp(name, "SIZE") == 0 && lua_isinteger(L, -1) && lua_tointeger(L, -1) >= 0)
        return;
    if (strcmp(name, "AUTH") == 0 && lua_istable(L, -1))
        read_mechanisms(L);
    else if (strcmp(name, "LIMITS") == 0 && lua_istable(L, -1))
        read_limits(L);
    else
        load_error(L, key,
            "extensions: %s is true, false, \"announced\" (but not served) or \"hidden\" (served, "
            "not announced)%s",
            key,
            strcmp(name, "SIZE") == 0     ? ", or a number of octets"
            : strcmp(name, "AUTH") == 0   ? ", or a list of mechanisms"
            : strcmp(name, "LIMITS") == 0 ? ", or a table of limits"
                                          : "");
}

/* ["X-UNKNOWN"] = true, or the words that follow it. */
static void add_extra(lua_State *L, const char *key, const char *name, int extra)
{
    if (lua_type(L, -2) != LUA_TSTRING && !(lua_isboolean(L, -2) && lua_toboolean(L, -2)))
        load_error(L, key, "extensions: %s is true, or a text that follows the word", key);
    if (lua_type(L, -2) == LUA_TSTRING)
        lua_pushfstring(L, "%s %s", name, lua_tostring(L, -2));
    else
        lua_pushstring(L, name);
    lua_rawseti(L, extra, luaL_len(L, extra) + 1);
}

/* The order of pairs() is nobody's: the list must not change from run to run. */
static int l_sort(lua_State *L)
{
    lua_getglobal(L, "table");
    lua_getfield(L, -1, "sort");
    lua_pushvalue(L, 1);
    lua_call(L, 1, 0);
    return 0;
}

static void read_extensions(lua_State *L, int handlers)
{
    if (!lua_istable(L, -1))
        load_error(L, "extensions", "extensions: a table such as {chunking = true, size = 1000}");
    int table = lua_gettop(L);
    lua_newtable(L);
    lua_newtable(L);
    lua_pushnil(L);
    while (order_next(L, table)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            load_error(L, "extensions", "extensions: each has a name, as in {chunking = true}");
        const char *key = lua_tostring(L, -2), *name = known(L, "extension", key, extensions);
        if (!is_served(name)) {
            add_extra(L, key, name, table + 2);
        } else {
            lua_pushvalue(L, -2);
            check_value(L, key, name);
            lua_rawset(L, table + 1);
        }
        lua_settop(L, table + 3);
    }
    lua_pushcfunction(L, l_sort);
    lua_pushvalue(L, table + 2);
    lua_call(L, 1, 0);
    lua_setfield(L, handlers, "extra");
    lua_setfield(L, handlers, "ext");
}

static void check_users(lua_State *L)
{
    if (!lua_istable(L, -1))
        load_error(L, "users", "users: a table of passwords by name, such as {alice = \"secret\"}");
    int table = lua_gettop(L);
    lua_pushnil(L);
    while (order_next(L, table)) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING)
            load_error(
                L, "users", "users: a table of passwords by name, such as {alice = \"secret\"}");
        lua_pop(L, 1);
    }
}

static void copy_flag(lua_State *L, int from, int handlers, const char *key)
{
    if (lua_getfield(L, from, key) != LUA_TNIL && !lua_isboolean(L, -1))
        load_error(L, key, "%s: true or false, not a %s", key, luaL_typename(L, -1));
    if (lua_isnil(L, -1))
        lua_pop(L, 1);
    else
        lua_setfield(L, handlers, key);
}

void read_settings(lua_State *L, int from, int handlers)
{
    copy_flag(L, from, handlers, "lmtp");
    copy_flag(L, from, handlers, "proxy");
    if (lua_getfield(L, from, "extensions") != LUA_TNIL)
        read_extensions(L, handlers);
    lua_settop(L, handlers);
    if (lua_getfield(L, from, "users") != LUA_TNIL) {
        check_users(L);
        lua_setfield(L, handlers, "users");
    } else {
        lua_pop(L, 1);
    }
    if (lua_getfield(L, from, "tls") != LUA_TNIL) {
        check_tls(L, lua_gettop(L));
        lua_setfield(L, handlers, "tls");
    } else {
        lua_pop(L, 1);
    }
    if (lua_getfield(L, from, "dialogue") != LUA_TNIL) {
        if (!lua_isfunction(L, -1))
            load_error(L, "dialogue", "dialogue: a function that gets the bare connection");
        lua_setfield(L, handlers, "dialogue");
    } else {
        lua_pop(L, 1);
    }
}
