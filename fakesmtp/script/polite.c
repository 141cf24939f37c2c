/* SPDX-License-Identifier: BSD-2-Clause */
/* The well-behaved server: polite_*.lua, embedded, each given the same table of helpers to add to.
 */
#include "script/internal.h"

#include "polite_auth_lua.h"
#include "polite_data_lua.h"
#include "polite_ehlo_lua.h"
#include "polite_lua.h"
#include "polite_peer_lua.h"
#include "polite_talk_lua.h"
#include "polite_tls_lua.h"

static const struct {
    const char *name, *text;
    size_t len;
} files[] = {
    /* in the order in which they need one another; the last one gives the main function */
    {"@polite_talk.lua", polite_talk_lua, sizeof polite_talk_lua - 1},
    {"@polite_ehlo.lua", polite_ehlo_lua, sizeof polite_ehlo_lua - 1},
    {"@polite_auth.lua", polite_auth_lua, sizeof polite_auth_lua - 1},
    {"@polite_data.lua", polite_data_lua, sizeof polite_data_lua - 1},
    {"@polite_peer.lua", polite_peer_lua, sizeof polite_peer_lua - 1},
    {"@polite_tls.lua", polite_tls_lua, sizeof polite_tls_lua - 1},
    {"@polite.lua", polite_lua, sizeof polite_lua - 1},
};

void load_polite(lua_State *L)
{
    int helpers = lua_gettop(L);
    open_raw_helpers(L);
    open_auth_helpers(L);
    open_readonly_helpers(L);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        lua_settop(L, helpers);
        if (luaL_loadbufferx(L, files[i].text, files[i].len, files[i].name, "t") != LUA_OK)
            lua_error(L);
        lua_pushvalue(L, helpers);
        lua_call(L, 1, 1);
    }
    lua_replace(L, helpers);
}
