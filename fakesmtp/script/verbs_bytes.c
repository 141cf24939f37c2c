/* SPDX-License-Identifier: BSD-2-Clause */
/* Verbs about the bytes on the wire: in which pieces they go, whether they have gone, and no longer
 * reading any. */
#include "script/internal.h"

#include <string.h>
#include "util/text.h"

enum { SIZES_MAX = 256, BUFFER_MAX = 1 << 30 };

#define DEFAULT_SPLIT_GAP                                                                          \
    0.01 /* enough for a client that listens to read one piece before the next comes */

static double field_seconds(lua_State *L, int table, const char *key, double otherwise)
{
    if (lua_getfield(L, table, key) == LUA_TNIL) {
        lua_pop(L, 1);
        return otherwise;
    }
    double seconds = verbs_seconds(L, -1);
    lua_pop(L, 1);
    return seconds;
}

static size_t size_at_top(lua_State *L, int arg)
{
    lua_Integer size = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : 0;
    luaL_argcheck(L, size >= 1 && size <= INT32_MAX, arg, "sizes are whole numbers from 1 up");
    lua_pop(L, 1);
    return (size_t)size;
}

static void only_keys(lua_State *L, int table, const char *first, bool list)
{
    const char *const names[] = {"every", first, NULL};
    lua_pushnil(L);
    while (order_next(L, table)) {
        bool known = list && lua_isinteger(L, -2);
        lua_pushvalue(
            L, -2); /* Not the key itself: turning a number into a text confuses lua_next() */
        const char *key = tell(L, -1);
        for (size_t i = 0; names[i] && !known; i++)
            known = strcmp(names[i], key) == 0;
        const char *near = known ? NULL : text_nearest(key, names);
        if (near)
            luaL_error(L, "unknown key '%s' (did you mean '%s'?)", key, near);
        if (!known)
            luaL_error(L, "unknown key '%s'; known: %s%severy", key, first ? first : "",
                first ? ", " : "sizes and ");
        lua_pop(L, 3);
    }
}

/* s:drip{bytes=1, every=1}: from now on so many bytes at a time; s:drip(false): as they come, and
 * what waits goes now. */
static int l_drip(lua_State *L)
{
    struct script_run *run = verbs_with_peer(L);
    if (lua_isboolean(L, 2) && !lua_toboolean(L, 2)) {
        run->host->shape(run->ctx, NULL);
        return 0;
    }
    if (lua_isnoneornil(L, 2)) {
        lua_settop(L, 1);
        lua_newtable(L);
    }
    luaL_checktype(L, 2, LUA_TTABLE);
    only_keys(L, 2, "bytes", false);
    size_t size = 1;
    if (lua_getfield(L, 2, "bytes") != LUA_TNIL)
        size = size_at_top(L, 2);
    struct script_shape shape = {&size, 1, true, field_seconds(L, 2, "every", 1)};
    run->host->shape(run->ctx, &shape);
    return 0;
}

/* s:split{3, 10, every=0.01}: the next 3 bytes go alone, then 10, then the rest in one piece. */
static int l_split(lua_State *L)
{
    struct script_run *run = verbs_with_peer(L);
    size_t sizes[SIZES_MAX];
    luaL_checktype(L, 2, LUA_TTABLE);
    only_keys(L, 2, NULL, true);
    lua_Integer count = luaL_len(L, 2);
    luaL_argcheck(L, count >= 1 && count <= SIZES_MAX, 2, "1 to 256 sizes");
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, 2, i);
        sizes[i - 1] = size_at_top(L, 2);
    }
    struct script_shape shape = {
        sizes, (size_t)count, false, field_seconds(L, 2, "every", DEFAULT_SPLIT_GAP)};
    run->host->shape(run->ctx, &shape);
    return 0;
}

/* s:flush(): waits until all that was said has gone to the network. */
static int l_flush(lua_State *L)
{
    struct script_run *run = verbs_who_waits(L);
    if (run->host->drained(run->ctx))
        return 0;
    run->waiting = WAIT_WAKE;
    return lua_yield(L, 0);
}

/* s:stop_reading([buffer]): for good; buffer is how many bytes the kernel may still take from the
 * client. */
static int l_stop_reading(lua_State *L)
{
    struct script_run *run = verbs_with_peer(L);
    lua_Integer buffer = luaL_optinteger(L, 2, 0);
    luaL_argcheck(L, buffer >= 0 && buffer <= BUFFER_MAX, 2, "a number of bytes");
    run->host->deafen(run->ctx, (unsigned)buffer);
    return 0;
}

void open_verbs_bytes(lua_State *L)
{
    static const luaL_Reg verbs[] = {{"drip", l_drip}, {"split", l_split}, {"flush", l_flush},
        {"stop_reading", l_stop_reading}, {NULL, NULL}};
    luaL_setfuncs(L, verbs, 0);
}
