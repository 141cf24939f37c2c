/* SPDX-License-Identifier: BSD-2-Clause */
/* The Lua engine: allocator with a cap, one protected entry, coroutines that cannot run for ever.
 *
 * Everything of Lua that can raise is called below script_enter(): outside of it an error would
 * abort the process. */
#include "script/internal.h"

#include <string.h>
#include "util/mem.h"

/* With the address sanitizer everything takes several times as long, and allocations more. */
#ifdef __SANITIZE_ADDRESS__
enum { CPU_TIMES = 10 };
#else
enum { CPU_TIMES = 1 };
#endif
enum {
    DEFAULT_MEMORY = 64 << 20,
    DEFAULT_INSTRUCTIONS = 5000000,
    DEFAULT_CPU_MS = 2000 * CPU_TIMES
};

static void *allocate(void *ud, void *old, size_t old_size, size_t size)
{
    struct script *script = ud;
    if (!old)
        old_size = 0; /* Lua passes a type tag here */
    if (size == 0) {
        script->used -= old_size;
        free(old);
        return NULL;
    }
    if (size > old_size && script->used + (size - old_size) > script->cap)
        return NULL; /* Lua collects garbage and tries once more, then raises "not enough memory" */
    void *got = realloc(old, size);
    if (got)
        script->used = script->used - old_size + size;
    if (size > old_size)
        script_charge_memory(script, size); /* a realloc may have to move all of it */
    return got;
}

struct script *script_of(lua_State *L)
{
    return *(struct script **)lua_getextraspace(
        L); /* coroutines inherit a copy of the main thread's */
}

/* "x.lua:3: what", as most errors are; those of memory, of error(nil) and of C functions do not say
 * where. */
static bool has_place(const char *text)
{
    const char *at = text + strcspn(text, ":\n");
    return *at == ':' && at[1 + strspn(at + 1, "0123456789")] == ':' && at[1] != ':';
}

static int l_describe(lua_State *L)
{
    luaL_tolstring(L, 1, NULL);
    return 1;
}

/* Pushes on L what the error on top of co says. An object that can tell of itself may do so, within
 * what is left of the budget. */
static void push_text(lua_State *L, lua_State *co)
{
    enum { TEXT_MAX = 2000 };
    size_t len;
    const char *text = NULL;
    if (lua_isstring(co, -1)) {
        lua_pushvalue(co, -1);
        text = lua_tolstring(co, -1, &len);
        lua_pushlstring(L, text, len < TEXT_MAX ? len : TEXT_MAX);
        lua_remove(co, L == co ? -2 : -1);
        return;
    }
    const char *kind = luaL_typename(co, -1);
    if (!script_of(L)->over_budget && luaL_getmetafield(co, -1, "__tostring") != LUA_TNIL) {
        lua_pop(co, 1);
        lua_pushvalue(co, -1);
        if (L != co)
            lua_xmove(co, L, 1);
        lua_pushcfunction(L, l_describe);
        lua_insert(L, -2);
        if (lua_pcall(L, 1, 1, 0) == LUA_OK)
            return;
        lua_pop(L, 1);
        lua_pushfstring(L, "(error is a %s that cannot tell of itself)", kind);
        return;
    }
    lua_pushfstring(L, "(error is a %s, not a text)", kind);
}

/* Pushes onto L what the error on top of co says, behind the line of the innermost Lua function
 * from level on. */
const char *script_push_error(lua_State *L, lua_State *co, int level)
{
    lua_Debug ar;
    push_text(L, co);
    const char *text = lua_tostring(L, -1);
    for (; !has_place(text) && lua_getstack(co, level, &ar); level++) {
        lua_getinfo(co, "Sl", &ar);
        if (ar.currentline > 0)
            return lua_pushfstring(L, "%s:%d: %s", ar.short_src, ar.currentline, text);
    }
    return text;
}

char *script_whole_place(const struct script *script, char *why)
{
    const char *const dirs[] = {script->dir, script->lib_dir};
    char *tail = why + 3, *whole = NULL;
    size_t n = strcspn(tail, ":\n"), base = n;
    if (strncmp(why, "...", 3) != 0)
        return why;
    while (base && tail[base - 1] != '/')
        base--;
    for (size_t i = 0; i < 2 && !whole && base; i++) {
        char *path = mem_format("%s/%.*s", dirs[i] ? dirs[i] : "", (int)(n - base), tail + base);
        size_t len = strlen(path);
        if (len >= n && memcmp(path + len - n, tail, n) == 0)
            whole = mem_format("%s%s", path, tail + n);
        free(path);
    }
    if (!whole)
        return why;
    free(why);
    return whole;
}

static int with_traceback(lua_State *L)
{
    lua_settop(L, 1);
    luaL_traceback(L, L, script_push_error(L, L, 1), 1);
    return 1;
}

bool script_enter(struct script *script, lua_CFunction fn, void *arg, char **why)
{
    lua_State *L = script->L;
    int top = lua_gettop(L);
    lua_pushcfunction(L, with_traceback);
    lua_pushcfunction(L, fn);
    lua_pushlightuserdata(L, arg);
    script_limit(script, L);
    int status = lua_pcall(L, 1, 0, top + 1);
    if (status != LUA_OK && why) {
        const char *text = lua_tostring(L, -1);
        *why = mem_text(text ? text : "unknown error");
    }
    lua_settop(L, top);
    script->limited = NULL; /* it may be collected */
    return status == LUA_OK;
}

/* In a coroutine, because its stack is still there when memory has run out. */
void script_call_chunk(lua_State *L)
{
    lua_State *co = lua_newthread(L);
    lua_insert(L, -2);
    lua_xmove(L, co, 1);
    script_limit(script_of(L), co);
    int results;
    if (lua_resume(co, L, 0, &results) != LUA_OK) {
        script_of(L)->cap += ERROR_RESERVE; /* for good: a script that cannot be loaded goes away */
        script_push_error(L, co, 0);
        lua_error(L);
    }
    script_of(L)->limited = L; /* what is left is for reading what it says */
    lua_settop(co, 1);         /* the first result, or nil */
    lua_xmove(co, L, 1);
    lua_remove(L, -2);
}

/* ---- the life of a state ---- */

lua_State *script_new_state(struct script *script, const struct script_caps *caps)
{
    script->cap = caps && caps->memory ? caps->memory : DEFAULT_MEMORY;
    script->budget = caps && caps->instructions ? caps->instructions : DEFAULT_INSTRUCTIONS;
    script->cpu_ms = caps && caps->cpu_ms ? caps->cpu_ms : DEFAULT_CPU_MS;
    lua_State *L = lua_newstate(allocate, script);
    if (L)
        *(struct script **)lua_getextraspace(L) = script;
    return L;
}

const struct scenario *script_scenario(const struct script *script)
{
    return &script->scenario;
}

void script_retire(struct script *script)
{
    script->retired = true;
    if (!script->runs)
        script_free(script);
}

void script_free(struct script *script)
{
    if (!script)
        return;
    if (script->L) {
        lua_sethook(script->L, NULL, 0, 0);
        lua_close(script->L);
    }
    require(script->used == 0);
    scenario_deinit(&script->scenario);
    free(script->lib_dir);
    free(script->dir);
    free(script->text);
    free(script);
}
