/* SPDX-License-Identifier: BSD-2-Clause */
/* string.find, match, gmatch and gsub, as the Lua manual (6.4) describes them, over pattern.c: each
 * step of a match is taken off the budget. */
#include "script/internal.h"

#include <string.h>
#include "script/pattern.h"

enum { BYTES_PER_STEP = 16 }; /* of a plain search */

static void pattern_init(struct pattern *m, const char *text, size_t len, const char *end)
{
    *m = (struct pattern){.text = text, .text_end = text + len, .end = end};
}

/* pattern_match(), paid for; raises what it complains of. */
static const char *match_at(lua_State *L, struct pattern *m, const char *at, const char *from)
{
    uint64_t left = script_steps_left(L);
    m->steps = left;
    const char *end = pattern_match(m, at, from);
    script_charge(L, m->exhausted ? left : left - m->steps);
    if (m->problem)
        luaL_error(L, "%s", m->problem);
    return end;
}

/* Where `init` is, counted from 0; more than len when it is behind the text. */
static size_t start_of(lua_State *L, int arg, size_t len)
{
    lua_Integer init = luaL_optinteger(L, arg, 1);
    if (init > 0)
        return (lua_Unsigned)init - 1 > len ? len + 1 : (size_t)init - 1;
    if (init == 0 || init < -(lua_Integer)len)
        return 0;
    return len - (size_t)-init;
}

/* ---- captures ---- */

/* i counts from 0; where there are no captures the whole match is the first. */
static void push_capture(
    lua_State *L, const struct pattern *m, size_t i, const char *begin, const char *end)
{
    if (i >= m->count) {
        if (i)
            luaL_error(L, "invalid capture index %%%d", (int)i + 1);
        lua_pushlstring(L, begin, (size_t)(end - begin));
    } else if (m->captures[i].len == PATTERN_OPEN) {
        luaL_error(L, "unfinished capture");
    } else if (m->captures[i].len == PATTERN_POSITION) {
        lua_pushinteger(L, m->captures[i].at - m->text + 1);
    } else {
        lua_pushlstring(L, m->captures[i].at, (size_t)m->captures[i].len);
    }
}

static int push_captures(
    lua_State *L, const struct pattern *m, const char *begin, const char *end, bool whole)
{
    size_t n = m->count || !whole ? m->count : 1;
    luaL_checkstack(L, (int)n, "too many captures");
    for (size_t i = 0; i < n; i++)
        push_capture(L, m, i, begin, end);
    return (int)n;
}

/* ---- find and match ---- */

static int find_plain(
    lua_State *L, const char *text, size_t len, size_t at, const char *what, size_t what_len)
{
    script_charge(L, (len - at) / BYTES_PER_STEP + 1);
    const char *found = what_len ? memmem(text + at, len - at, what, what_len) : text + at;
    if (!found) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushinteger(L, found - text + 1);
    lua_pushinteger(L, found - text + (lua_Integer)what_len);
    return 2;
}

static int search(lua_State *L, bool find)
{
    size_t len, what_len;
    const char *text = luaL_checklstring(L, 1, &len), *what = luaL_checklstring(L, 2, &what_len);
    size_t at = start_of(L, 3, len);
    if (at > len) {
        lua_pushnil(L);
        return 1;
    }
    if (find && (lua_toboolean(L, 4) || pattern_is_plain(what, what_len)))
        return find_plain(L, text, len, at, what, what_len);
    bool anchored = what_len && *what == '^';
    struct pattern m;
    pattern_init(&m, text, len, what + what_len);
    for (const char *s = text + at; s <= m.text_end; s++) {
        const char *end = match_at(L, &m, s, what + anchored);
        if (end && find) {
            lua_pushinteger(L, s - text + 1);
            lua_pushinteger(L, end - text);
            return push_captures(L, &m, s, end, false) + 2;
        }
        if (end)
            return push_captures(L, &m, s, end, true);
        if (anchored)
            break;
    }
    lua_pushnil(L);
    return 1;
}

static int l_find(lua_State *L)
{
    return search(L, true);
}

static int l_match(lua_State *L)
{
    return search(L, false);
}

/* ---- gmatch ---- */

/* Upvalues: the text, the pattern, where to go on, where the last match ended (-1: none). */
static int l_next_match(lua_State *L)
{
    size_t len, what_len;
    const char *text = lua_tolstring(L, lua_upvalueindex(1), &len),
               *what = lua_tolstring(L, lua_upvalueindex(2), &what_len);
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(3)),
                last = lua_tointeger(L, lua_upvalueindex(4));
    struct pattern m;
    pattern_init(&m, text, len, what + what_len);
    for (; at <= (lua_Integer)len; at++) {
        const char *end = match_at(L, &m, text + at, what);
        if (!end || end - text == last)
            continue; /* an empty match right behind the last one is no other match */
        lua_pushinteger(L, end - text);
        lua_copy(L, -1, lua_upvalueindex(3));
        lua_replace(L, lua_upvalueindex(4));
        return push_captures(L, &m, text + at, end, true);
    }
    return 0;
}

static int l_gmatch(lua_State *L)
{
    size_t len;
    luaL_checklstring(L, 1, &len);
    luaL_checkstring(L, 2);
    size_t at = start_of(L, 3, len);
    lua_settop(L, 2);
    lua_pushinteger(L, (lua_Integer)at);
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, l_next_match, 4);
    return 1;
}

/* ---- gsub ---- */

/* "%1 and %%" */
static void add_text(
    lua_State *L, luaL_Buffer *out, const struct pattern *m, const char *begin, const char *end)
{
    size_t len;
    const char *with = lua_tolstring(L, 3, &len), *stop = with + len;
    script_charge(L, len / BYTES_PER_STEP + 1);
    while (with < stop) {
        const char *mark = memchr(with, '%', (size_t)(stop - with));
        luaL_addlstring(out, with, (size_t)((mark ? mark : stop) - with));
        if (!mark)
            return;
        char next = mark + 1 < stop ? mark[1] : 0;
        if (next == '%') {
            luaL_addchar(out, '%');
        } else if (next == '0') {
            luaL_addlstring(out, begin, (size_t)(end - begin));
        } else if (next >= '1' && next <= '9') {
            push_capture(L, m, (size_t)(next - '1'), begin, end);
            luaL_tolstring(L, -1, NULL); /* a position is a number */
            lua_remove(L, -2);
            luaL_addvalue(out);
        } else {
            luaL_error(L, "invalid use of '%%' in replacement string");
        }
        with = mark + 2;
    }
}

/* What takes the place of one match. */
static void add_value(lua_State *L, luaL_Buffer *out, const struct pattern *m, const char *begin,
    const char *end, int kind)
{
    if (kind == LUA_TSTRING || kind == LUA_TNUMBER) {
        add_text(L, out, m, begin, end);
        return;
    }
    if (kind == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        lua_call(L, push_captures(L, m, begin, end, true), 1);
    } else {
        push_capture(L, m, 0, begin, end);
        lua_gettable(L, 3);
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(out, begin, (size_t)(end - begin));
        return;
    }
    if (!lua_isstring(L, -1))
        luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    luaL_addvalue(out);
}

static int l_gsub(lua_State *L)
{
    size_t len, what_len;
    const char *text = luaL_checklstring(L, 1, &len), *what = luaL_checklstring(L, 2, &what_len);
    int kind = lua_type(L, 3);
    luaL_argexpected(L,
        kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TFUNCTION || kind == LUA_TTABLE,
        3, "string/function/table");
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)len + 1), done = 0;
    bool anchored = what_len && *what == '^';
    const char *s = text, *last = NULL;
    struct pattern m;
    luaL_Buffer out;
    if (kind == LUA_TNUMBER) {
        luaL_tolstring(L, 3, NULL);
        lua_replace(L, 3);
    }
    pattern_init(&m, text, len, what + what_len);
    luaL_buffinit(L, &out);
    while (done < most) {
        const char *end = match_at(L, &m, s, what + anchored);
        if (end && end != last) {
            done++;
            add_value(L, &out, &m, s, end, kind);
            s = last = end;
        } else if (s < m.text_end) {
            luaL_addchar(&out, *s++);
        } else {
            break;
        }
        if (anchored)
            break;
    }
    luaL_addlstring(&out, s, (size_t)(m.text_end - s));
    luaL_pushresult(&out);
    lua_pushinteger(L, done);
    return 2;
}

void open_strings(lua_State *L)
{
    static const luaL_Reg functions[] = {
        {"find", l_find}, {"match", l_match}, {"gmatch", l_gmatch}, {"gsub", l_gsub}, {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
