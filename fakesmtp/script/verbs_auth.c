/* SPDX-License-Identifier: BSD-2-Clause */
/* What polite_auth.lua needs of SASL: texts in, texts out. Not for scenarios. */
#include "script/internal.h"

#include "smtp/codec.h"
#include "smtp/sasl.h"
#include "util/text.h"

static int give(lua_State *L, struct buf *text, bool fine)
{
    if (fine)
        lua_pushlstring(L, text->len ? text->data : "", text->len);
    else
        lua_pushnil(L);
    buf_free(text);
    return 1;
}

/* base64(bytes) */
static int l_base64(lua_State *L)
{
    struct buf out = {0};
    size_t len;
    const char *bytes = luaL_checklstring(L, 1, &len);
    base64_encode(&out, bytes, len);
    return give(L, &out, true);
}

/* unbase64(text): nil when it is not base64 */
static int l_unbase64(lua_State *L)
{
    struct buf out = {0};
    size_t len;
    const char *text = luaL_checklstring(L, 1, &len);
    return give(L, &out, base64_decode(&out, text, len));
}

static void push_span(lua_State *L, struct span span)
{
    lua_pushlstring(L, span.text, span.len);
}

/* plain(message): user, password, authzid; or nil */
static int l_plain(lua_State *L)
{
    struct sasl_plain plain;
    size_t len;
    const char *message = luaL_checklstring(L, 1, &len);
    if (!sasl_plain_parse(&plain, message, len))
        return 0;
    push_span(L, plain.user);
    push_span(L, plain.password);
    push_span(L, plain.authzid);
    return 3;
}

/* xoauth2(message): user, token; or nil */
static int l_xoauth2(lua_State *L)
{
    struct sasl_bearer bearer;
    size_t len;
    const char *message = luaL_checklstring(L, 1, &len);
    if (!sasl_xoauth2_parse(&bearer, message, len))
        return 0;
    push_span(L, bearer.user);
    push_span(L, bearer.token);
    return 2;
}

/* cram_md5(password, challenge): the digest that is right */
static int l_cram_md5(lua_State *L)
{
    struct buf out = {0};
    size_t len;
    const char *challenge = luaL_checklstring(L, 2, &len);
    sasl_cram_md5(&out, luaL_checkstring(L, 1), challenge, len);
    return give(L, &out, true);
}

enum { ITERATIONS = 4096 }; /* RFC 7677 4: at least */

static bool first(lua_State *L, struct scram *scram, struct buf *reply)
{
    size_t len, salt_len;
    const char *message = luaL_checklstring(L, 1, &len), *nonce = luaL_checkstring(L, 2);
    const char *salt = luaL_checklstring(L, 3, &salt_len);
    return scram_first(scram, message, len, nonce, salt, salt_len, ITERATIONS, reply);
}

/* scram_first(message, nonce, salt): what to answer, and the user; or nil */
static int l_scram_first(lua_State *L)
{
    struct scram scram = {0};
    struct buf reply = {0};
    bool fine = first(L, &scram, &reply);
    give(L, &reply, fine);
    give(L, &scram.user, fine);
    scram_deinit(&scram);
    return 2;
}

/* scram_final(first message, nonce, salt, final message, password): "ok" and what to answer;
 * "wrong"; "malformed" */
static int l_scram_final(lua_State *L)
{
    static const char *const results[] = {
        [SCRAM_OK] = "ok", [SCRAM_WRONG] = "wrong", [SCRAM_MALFORMED] = "malformed"};
    struct scram scram = {0};
    struct buf unused = {0}, reply = {0};
    size_t len, salt_len;
    const char *message = luaL_checklstring(L, 4, &len), *password = luaL_checkstring(L, 5);
    const char *salt = luaL_checklstring(L, 3, &salt_len);
    enum scram_result result = SCRAM_MALFORMED;
    if (first(L, &scram, &unused))
        result = scram_final(&scram, message, len, password, salt, salt_len, ITERATIONS, &reply);
    scram_deinit(&scram);
    buf_free(&unused);
    lua_pushstring(L, results[result]);
    give(L, &reply, result == SCRAM_OK);
    return 2;
}

void open_auth_helpers(lua_State *L)
{
    static const luaL_Reg helpers[] = {{"base64", l_base64}, {"unbase64", l_unbase64},
        {"plain", l_plain}, {"xoauth2", l_xoauth2}, {"cram_md5", l_cram_md5},
        {"scram_first", l_scram_first}, {"scram_final", l_scram_final}, {NULL, NULL}};
    luaL_setfuncs(L, helpers, 0);
}
