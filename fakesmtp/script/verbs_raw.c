/* SPDX-License-Identifier: BSD-2-Clause */
/* Below the lines: s:read(), s:pending(), raw(), and what polite_*.lua needs for chunks, parameters
 * and PROXY. */
#include "script/internal.h"

#include <string.h>
#include "smtp/codec.h"
#include "smtp/param.h"
#include "smtp/proxy.h"
#include "util/text.h"

/* s:read(count[, timeout]): so many bytes, whatever they are; or nil and "closed" or "timeout". For
 * what speaks no SMTP. */
static int l_read(lua_State *L)
{
    struct script_run *run = verbs_who_waits(L);
    lua_Integer count = luaL_checkinteger(L, 2);
    luaL_argcheck(
        L, count >= 0 && count <= SCRIPT_BYTES_MAX, 2, "a number of bytes from 0 to 65536");
    double timeout = lua_isnoneornil(L, 3) ? SCRIPT_FOREVER : verbs_seconds(L, 3);
    run->host->bytes(run->ctx, (size_t)count, timeout);
    run->waiting = WAIT_LINE;
    return lua_yield(L, 0);
}

/* s:pending(): how many bytes the client has sent ahead of what was read of it. */
static int l_pending(lua_State *L)
{
    struct script_run *run = verbs_with_peer(L);
    lua_pushinteger(L, (lua_Integer)run->host->pending(run->ctx));
    return 1;
}

void open_verbs_raw(lua_State *L)
{
    static const luaL_Reg verbs[] = {{"read", l_read}, {"pending", l_pending}, {NULL, NULL}};
    luaL_setfuncs(L, verbs, 0);
}

/* ---- raw(bytes[, code]): a reply that is none ---- */

static lua_Integer code_of(const char *bytes, size_t len)
{
    lua_Integer code = 0;
    for (size_t i = 0; i < 3; i++) {
        if (i >= len || bytes[i] < '0' || bytes[i] > '9')
            return 0;
        code = code * 10 + (bytes[i] - '0');
    }
    return code;
}

static int l_raw(lua_State *L)
{
    size_t len;
    const char *bytes = luaL_checklstring(L, 1, &len);
    lua_Integer code = luaL_optinteger(L, 2, code_of(bytes, len));
    luaL_argcheck(L, code >= 0 && code <= 999, 2, "a code of three digits");
    lua_createtable(L, 0, 2);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "raw");
    lua_pushinteger(L, code);
    lua_setfield(L, -2, "code");
    return 1;
}

void open_raw(lua_State *L)
{
    lua_pushcfunction(L, l_raw);
    lua_setfield(L, -2, "raw");
}

bool is_raw(lua_State *L, int index)
{
    if (!lua_istable(L, index))
        return false;
    lua_pushvalue(L, index);
    lua_pushliteral(L, "raw");
    bool raw = lua_rawget(L, -2) == LUA_TSTRING;
    lua_pop(L, 2);
    return raw;
}

int send_raw(lua_State *L, struct script_run *run, int index)
{
    size_t len;
    lua_getfield(L, index, "raw");
    const char *bytes = lua_tolstring(L, -1, &len);
    if (len)
        run->host->send(run->ctx, bytes, len);
    lua_getfield(L, index, "code");
    return 1;
}

/* ---- for polite_*.lua alone ---- */

/* chunk(s, size, first, last, swallow, timeout): the bytes of a BDAT: {size = of the message so
 * far, too_big=}; or nil and "closed" or "timeout". */
static int l_chunk(lua_State *L)
{
    struct script_run *run = verbs_who_waits(L);
    struct script_chunk chunk = {(uint64_t)luaL_checkinteger(L, 2), lua_toboolean(L, 3),
        lua_toboolean(L, 4), lua_toboolean(L, 5)};
    run->host->chunk(run->ctx, &chunk, verbs_seconds(L, 6));
    run->waiting = WAIT_DATA;
    return lua_yield(L, 0);
}

/* param_problem("mail" or "rcpt", name, value or true): nil, or the reply to a value that its
 * extension forbids */
static int l_param_problem(lua_State *L)
{
    struct span name = {0}, value = {0};
    enum smtp_verb verb = strcmp(luaL_checkstring(L, 1), "mail") == 0 ? SMTP_MAIL : SMTP_RCPT;
    name.text = luaL_checklstring(L, 2, &name.len);
    if (lua_type(L, 3) == LUA_TSTRING)
        value.text = lua_tolstring(L, 3, &value.len);
    lua_pushstring(L, smtp_param_problem(verb, name, value));
    return 1;
}

/* unxtext(text): nil when it is not xtext */
static int l_unxtext(lua_State *L)
{
    struct buf out = {0};
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);
    if (xtext_decode(&out, text, len))
        lua_pushlstring(L, out.len ? out.data : "", out.len);
    else
        lua_pushnil(L);
    buf_free(&out);
    return 1;
}

/* proxy_is_v2(bytes) */
static int l_proxy_is_v2(lua_State *L)
{
    size_t len;
    const char *bytes = luaL_checklstring(L, 1, &len);
    lua_pushboolean(L, proxy_is_v2(bytes, len));
    return 1;
}

/* proxy_rest(fixed): how many bytes follow, or nil */
static int l_proxy_rest(lua_State *L)
{
    size_t len, rest;
    const char *fixed = luaL_checklstring(L, 1, &len);
    if (len != PROXY_FIXED || !proxy_v2_rest(fixed, &rest))
        return 0;
    lua_pushinteger(L, (lua_Integer)rest);
    return 1;
}

/* proxy(line) or proxy(fixed, rest): false when malformed; true when the proxy speaks for itself;
 * ip and port otherwise */
static int l_proxy(lua_State *L)
{
    struct proxy_source source;
    size_t len, rest_len;
    const char *text = luaL_checklstring(L, 1, &len), *rest = lua_tolstring(L, 2, &rest_len);
    bool fine = rest ? len == PROXY_FIXED && proxy_read_v2(&source, text, rest, rest_len)
                     : proxy_read_v1(&source, text, len);
    if (!fine || !source.known) {
        lua_pushboolean(L, fine);
        return 1;
    }
    lua_pushstring(L, source.ip);
    lua_pushinteger(L, (lua_Integer)source.port);
    return 2;
}

void open_raw_helpers(lua_State *L)
{
    static const luaL_Reg helpers[] = {{"chunk", l_chunk}, {"param_problem", l_param_problem},
        {"unxtext", l_unxtext}, {"proxy_is_v2", l_proxy_is_v2}, {"proxy_rest", l_proxy_rest},
        {"proxy", l_proxy}, {NULL, NULL}};
    luaL_setfuncs(L, helpers, 0);
}
