/* SPDX-License-Identifier: BSD-2-Clause */
/* expect.bounce and expect.delayed: what must be said of each recipient. */
#include "script/internal.h"

#include <string.h>
#include "util/mem.h"

static const char *const bounce_keys[] = {"reason", "stage", "actor", "status", "reply",
    "permanent", "retryable", "address_dead", "expired", NULL};

static char *read_text(lua_State *L, const char *key)
{
    if (lua_type(L, -1) != LUA_TSTRING)
        load_error(L, key, "%s: a text, not a %s", key, luaL_typename(L, -1));
    return mem_text(lua_tostring(L, -1));
}

static void read_key(lua_State *L, const char *what, const char *key, struct expect_bounce *b)
{
    char **const texts[] = {&b->reason, &b->stage, &b->actor, &b->status, &b->reply};
    int *const flags[] = {&b->permanent, &b->retryable, &b->address_dead, &b->expired};
    for (size_t i = 0; bounce_keys[i]; i++) {
        if (strcmp(bounce_keys[i], key) != 0)
            continue;
        if (i < 5)
            *texts[i] = read_text(L, key);
        else
            *flags[i - 5] = expect_flag(L, key);
        return;
    }
    load_unknown_key(L, what, key, bounce_keys);
}

/* The table on top, or `none`. */
static void read_bounce(lua_State *L, const char *what, struct expect_bounce *b)
{
    struct script *script = script_of(L);
    *b = (struct expect_bounce){.permanent = UNSTATED,
        .retryable = UNSTATED,
        .address_dead = UNSTATED,
        .expired = UNSTATED,
        .line = lint_line_of(script->text, script->within, what)};
    if (lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), "none") == 0) {
        b->none = true;
        return;
    }
    if (!lua_istable(L, -1))
        load_error(
            L, what, "%s: a table {reason=...} or none, not a %s", what, luaL_typename(L, -1));
    if (lua_rawgeti(L, -1, 1) != LUA_TNIL)
        load_error(L, what,
            "%s: one table {reason=...}; several that may come are any_of(\"why\", "
            "{...}, {...})",
            what);
    lua_pop(L, 1);
    const char *of = strcmp(what, "bounce") == 0 ? "key of expect.bounce" : "key of expect.delayed";
    lua_pushnil(L);
    while (order_next(L, -2)) {
        read_key(L, of, expect_key(L, what), b);
        lua_pop(L, 1);
    }
    if (!b->reason)
        load_error(L, what, "%s: a reason is needed", what);
}

/* The value on top, about rcpt, which is taken; NULL: about everybody. */
static void read_report(lua_State *L, const char *what, char *rcpt, struct expect_reports *reports)
{
    reports->list = mem_grow(reports->list, (reports->count + 1) * sizeof *reports->list);
    struct expect_report *report = &reports->list[reports->count++];
    *report = (struct expect_report){.rcpt = rcpt};
    size_t n = expect_alternatives(L, &report->why);
    report->either = mem_new((n ? n : 1) * sizeof *report->either);
    report->count = n ? n : 1;
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        read_bounce(L, what, &report->either[i]);
        lua_pop(L, 1);
    }
    if (!n)
        read_bounce(L, what, &report->either[0]);
}

void read_reports(lua_State *L, const char *what, struct expect_reports *reports)
{
    if (!expect_by_rcpt(L)) {
        read_report(L, what, NULL, reports);
        return;
    }
    lua_pushnil(L);
    while (order_next(L, -2)) {
        read_report(L, what, expect_rcpt(L, what), reports);
        lua_pop(L, 1);
    }
}
