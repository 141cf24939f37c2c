/* SPDX-License-Identifier: BSD-2-Clause */
/* s:starttls{...} and the key `tls`: how a scenario has TLS done, and has it go wrong (RFC 3207).
 *
 * The key says what every STARTTLS of the host is answered with, the verb's table overrides it for
 * one time. Both are read by the same function, so that a misspelt word is found when the file is
 * loaded wherever it can be. */
#include "script/internal.h"

#include <stdarg.h>
#include <string.h>
#include "util/text.h"

enum { HANDSHAKE_TIMEOUT = 300, LIST_MAX = 1000, INJECT_MAX = 16 * 1024 };

struct wish {
    struct script_starttls tls;
    const char *inject; /* bytes in clear right behind the 220 */
    size_t inject_len;
    bool implicit; /* no 220: the client begins with TLS */
};

/* ---- reading {cert = "expired", ...}; what is wrong with it names its key ---- */

struct reader {
    lua_State *L;
    int table;
    bool loading; /* errors name the line of the file, else that of the call */
};

static void complain(const struct reader *r, const char *key, const char *format, ...)
    PRINTF_LIKE(3, 4);
static void complain(const struct reader *r, const char *key, const char *format, ...)
{
    char text[300];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (r->loading)
        load_error(r->L, key, "tls: %s", text);
    else
        luaL_error(r->L, "starttls: %s", text);
}

static bool has(const struct reader *r, const char *key)
{
    if (lua_getfield(r->L, r->table, key) != LUA_TNIL)
        return true;
    lua_pop(r->L, 1);
    return false;
}

/* The word at the top, which goes, as its place in names. */
static unsigned take_name(const struct reader *r, const char *key, const char *const *names)
{
    const char *word = lua_type(r->L, -1) == LUA_TSTRING ? lua_tostring(r->L, -1) : NULL;
    for (unsigned i = 0; word && names[i]; i++)
        if (strcmp(names[i], word) == 0) {
            lua_pop(r->L, 1);
            return i;
        }
    struct buf all = {.limit = 512};
    for (size_t i = 0; names[i] && i < 12; i++)
        buf_addf(&all, i ? ", %s" : "%s", names[i]);
    lua_pushstring(r->L, buf_text(&all)); /* Lua's memory: the error never comes back here */
    buf_free(&all);
    complain(r, key, "%s: '%s' is none of %s", key, word ? word : luaL_typename(r->L, -2),
        lua_tostring(r->L, -1));
    return 0;
}

static bool take_flag(const struct reader *r, const char *key)
{
    if (!lua_isboolean(r->L, -1))
        complain(r, key, "%s: true or false, not a %s", key, luaL_typename(r->L, -1));
    bool flag = lua_toboolean(r->L, -1);
    lua_pop(r->L, 1);
    return flag;
}

static double take_seconds(const struct reader *r, const char *key)
{
    double seconds = lua_tonumber(r->L, -1);
    if (lua_type(r->L, -1) != LUA_TNUMBER || !(seconds >= 0 && seconds < 1e9))
        complain(r, key, "%s: seconds from 0 up", key);
    lua_pop(r->L, 1);
    return seconds;
}

/* The table keeps the text alive for as long as the verb runs. */
static const char *take_text(const struct reader *r, const char *key, size_t max, size_t *len)
{
    const char *text = lua_type(r->L, -1) == LUA_TSTRING ? lua_tolstring(r->L, -1, len) : NULL;
    if (!text || *len > max)
        complain(r, key, "%s: a text of %zu octets at most", key, max);
    lua_pop(r->L, 1);
    return text;
}

static unsigned take_versions(const struct reader *r)
{
    unsigned versions = 0;
    if (!lua_istable(r->L, -1))
        return 1u << take_name(r, "versions", tls_version_names);
    lua_Integer n = luaL_len(r->L, -1);
    for (lua_Integer i = 1; i <= n && i <= TLS_VERSIONS; i++) {
        lua_rawgeti(r->L, -1, i);
        versions |= 1u << take_name(r, "versions", tls_version_names);
    }
    if (n < 1 || n > TLS_VERSIONS)
        complain(r, "versions", "versions: \"1.2\", or a list such as {\"1.0\", \"1.1\"}");
    lua_pop(r->L, 1);
    return versions;
}

static unsigned take_alert(const struct reader *r)
{
    if (lua_isinteger(r->L, -1) && lua_tointeger(r->L, -1) > 0 && lua_tointeger(r->L, -1) < 256) {
        unsigned number = (unsigned)lua_tointeger(r->L, -1);
        lua_pop(r->L, 1);
        return number;
    }
    return (unsigned)tls_alert_number(tls_alert_names[take_name(r, "alert", tls_alert_names)]);
}

/* `alert` alone means abort = "alert"; an abort that does not say when comes as early as it can. */
static void read_abort(const struct reader *r, struct tls_plan *plan)
{
    enum { HANDSHAKE_FAILURE = 40 };
    bool abort = has(r, "abort");
    if (abort)
        plan->abort = take_name(r, "abort", tls_abort_names);
    bool alert = has(r, "alert");
    if (alert)
        plan->alert = take_alert(r);
    if (alert && !abort)
        plan->abort = TLS_ABORT_ALERT;
    else if (alert && plan->abort != TLS_ABORT_ALERT)
        complain(r, "alert", "alert: goes with abort = \"alert\"");
    if (plan->abort == TLS_ABORT_ALERT && !plan->alert)
        plan->alert = HANDSHAKE_FAILURE;
    if (has(r, "after"))
        plan->after = take_name(r, "after", tls_after_names);
    else if (abort || alert)
        plan->after = plan->abort == TLS_ABORT_ALERT ? TLS_AFTER_CLIENT_HELLO : TLS_AFTER_REPLY;
    if (plan->abort == TLS_ABORT_ALERT && plan->after != TLS_AFTER_CLIENT_HELLO)
        complain(r, "after", "after: an alert answers the ClientHello: \"client-hello\"");
}

static const char *const keys[] = {"cert", "versions", "ciphers", "client_cert", "abort", "after",
    "alert", "delay", "close_notify", "discard", "inject", "implicit", "timeout", NULL};

static void check_keys(const struct reader *r)
{
    lua_pushnil(r->L);
    while (order_next(r->L, r->table)) {
        const char *key = lua_type(r->L, -2) == LUA_TSTRING ? lua_tostring(r->L, -2) : NULL;
        bool known = false;
        for (size_t i = 0; key && keys[i] && !known; i++)
            known = strcmp(keys[i], key) == 0;
        const char *near = key && !known ? text_nearest(key, keys) : NULL;
        if (near)
            complain(r, key, "unknown key '%s' (did you mean '%s'?)", key, near);
        else if (!known)
            complain(r, key, "unknown key '%s'", key ? key : luaL_typename(r->L, -2));
        lua_pop(r->L, 1);
    }
}

static void read_wish(const struct reader *r, struct wish *wish)
{
    struct tls_plan *plan = &wish->tls.plan;
    size_t len;
    check_keys(r);
    if (has(r, "cert"))
        plan->cert = take_name(r, "cert", tls_cert_names);
    if (has(r, "versions"))
        plan->versions = take_versions(r);
    if (has(r, "ciphers"))
        plan->ciphers = take_text(r, "ciphers", LIST_MAX, &len);
    if (has(r, "client_cert"))
        plan->client_cert = take_name(r, "client_cert", tls_client_cert_names);
    read_abort(r, plan);
    if (has(r, "delay"))
        plan->delay = take_seconds(r, "delay");
    if (has(r, "close_notify"))
        plan->no_close_notify = !take_flag(r, "close_notify");
    if (has(r, "discard"))
        wish->tls.keep_clear = !take_flag(r, "discard");
    if (has(r, "inject"))
        wish->inject = take_text(r, "inject", INJECT_MAX, &wish->inject_len);
    if (has(r, "implicit"))
        wish->implicit = take_flag(r, "implicit");
    if (has(r, "timeout"))
        wish->tls.timeout_s = take_seconds(r, "timeout");
}

void check_tls(lua_State *L, int index)
{
    struct wish wish = {0};
    struct reader reader = {L, index, true};
    if (lua_istable(L, index))
        read_wish(&reader, &wish);
    else if (!lua_isboolean(L, index))
        complain(&reader, "tls", "true, or a table such as {cert = \"expired\"}");
}

/* ---- the verb ---- */

static const char garbage[] = "\x00\xff\x00\xff garbage instead of TLS \xfe\xfe\xfe\xfe\r\n";

/* Does what the scenario chose instead of going on; the ClientHello is forgotten by then. */
static int abort_with(lua_State *L, enum tls_abort how)
{
    struct script_run *run = verbs_with_peer(L);
    if (how == TLS_ABORT_PLAIN) {
        lua_pushnil(L);
        lua_pushliteral(L, "plain");
        return 2;
    }
    if (how == TLS_ABORT_CLOSE || how == TLS_ABORT_RESET) {
        run->state = SCRIPT_ENDED;
        run->ending = how == TLS_ABORT_CLOSE ? SCRIPT_FINISH : SCRIPT_RESET;
        return lua_yield(L, 0);
    }
    if (how == TLS_ABORT_GARBAGE)
        run->host->send(run->ctx, garbage, sizeof garbage - 1);
    run->host->sleep(run->ctx, SCRIPT_FOREVER);
    run->waiting = WAIT_WAKE;
    return lua_yield(L, 0);
}

/* A fact of the session; value at the top, which goes. */
static void set_fact(lua_State *L, const char *name)
{
    lua_getiuservalue(L, 1, 1);
    lua_insert(L, -2);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

/* polite.lua has to know, whoever called the verb: a STARTTLS is answered once. */
static void set_outcome(lua_State *L, const char *outcome)
{
    lua_pushstring(L, outcome);
    set_fact(L, "tls_outcome");
}

/* The handshake is over: the outcome, and the facts or the reason, lie at the top. */
static int l_after_handshake(lua_State *L, int status, lua_KContext how)
{
    (void)status;
    switch (lua_tointeger(L, -2)) {
    case SCRIPT_TLS_UP:
        set_outcome(L, "up");
        readonly_wrap(L);
        set_fact(L, "tls");
        lua_pushboolean(L, 1);
        return 1;
    case SCRIPT_TLS_STOPPED:
        set_outcome(L, "plain");
        return abort_with(L, (enum tls_abort)how);
    default:
        set_outcome(L, "failed");
        lua_pushnil(L);
        lua_insert(L, -2);
        return 2;
    }
}

static void set_text(lua_State *L, const char *key, const char *text)
{
    lua_pushstring(L, text);
    lua_setfield(L, -2, key);
}

int push_tls(
    lua_State *co, enum script_tls_outcome outcome, const struct script_tls *facts, const char *why)
{
    lua_pushinteger(co, outcome);
    if (outcome != SCRIPT_TLS_UP) {
        lua_pushstring(co, why);
        return 2;
    }
    lua_createtable(co, 0, 4);
    set_text(co, "version", facts->version);
    set_text(co, "cipher", facts->cipher);
    set_text(co, "sni", facts->sni);
    set_text(co, "client_cert", facts->client_cert);
    return 2;
}

static void read_tls_of_host(lua_State *L, const struct script_run *run, struct wish *wish)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, run->handlers);
    if (lua_getfield(L, -1, "tls") == LUA_TTABLE)
        read_wish(&(struct reader){L, lua_gettop(L), false}, wish);
    lua_pop(L, 2); /* the host's handlers keep its texts */
}

/* s:starttls{...}: says 220 and does the handshake. True once TLS is up: the session begins anew
 * (RFC 3207 4.2), s.tls says how. Nil and why when it failed, nil and "plain" when it was left on
 * purpose; other aborts do not come back. */
int l_starttls(lua_State *L)
{
    struct script_run *run = verbs_who_waits(L);
    struct wish wish = {0};
    lua_settop(L, 2);
    read_tls_of_host(L, run, &wish);
    if (lua_istable(L, 2))
        read_wish(&(struct reader){L, 2, false}, &wish);
    else if (!lua_isnil(L, 2))
        luaL_typeerror(L, 2, "table");
    static const char ready[] = "220 2.0.0 Ready to start TLS\r\n";
    if (!wish.implicit)
        run->host->send(run->ctx, ready, sizeof ready - 1);
    if (wish.inject)
        run->host->send(run->ctx, wish.inject, wish.inject_len);
    if (!wish.tls.timeout_s)
        wish.tls.timeout_s = wish.tls.plan.delay + HANDSHAKE_TIMEOUT;
    enum tls_abort how = wish.tls.plan.abort;
    if (how != TLS_ABORT_NONE && wish.tls.plan.after == TLS_AFTER_REPLY) {
        set_outcome(L, "plain");
        return abort_with(L, how);
    }
    run->host->starttls(run->ctx, &wish.tls);
    run->waiting = WAIT_TLS;
    return lua_yieldk(L, 0, (lua_KContext)how, l_after_handshake);
}
