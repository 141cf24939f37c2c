/* SPDX-License-Identifier: BSD-2-Clause */
/* How much a script may do between two waits: instructions, the work of library functions, bytes of
 * memory, and, as the last resort, processor time.
 *
 * All of it is one account, `left`. A hook takes instructions off it, the library (library.c,
 * strings.c) what it is about to do, the allocator what it hands out. When it is empty every
 * further instruction raises, so that pcall cannot hide it. What the account cannot see - comparing
 * two texts of megabytes is one instruction - the processor time catches. */
#include "script/internal.h"

#include <string.h>
#include <time.h>

enum {
    STEP = 100,        /* instructions between two looks at the account */
    CLOSER = 10,       /* the same, once it takes long */
    LOOK_CLOSER = 100, /* ms of the wall after which it takes long */
    LOOK_EVERY = 20,   /* ms of the wall between two looks at the processor time, which cost more */
    BYTES_PER_STEP = 256,
};

/* ms; not the run's clock: this is about the machine's own time */
static uint64_t ms_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void on_step(lua_State *L, lua_Debug *ar);

static void hook_every(struct script *script, lua_State *co, int instructions)
{
    script->step = instructions;
    lua_sethook(co, on_step, LUA_MASKCOUNT, instructions);
}

void script_limit(struct script *script, lua_State *co)
{
    script->over_budget = false;
    script->left = script->budget;
    script->limited = co;
    script->cpu_from_ms = 0;
    script->look_ms = ms_of(CLOCK_MONOTONIC_COARSE) + LOOK_CLOSER;
    hook_every(script, co, script->budget < STEP ? (int)script->budget : STEP);
}

/* A machine that is busy with something else is no reason: the wall only says when to ask. */
static bool too_slow(struct script *script, lua_State *L)
{
    uint64_t now = ms_of(CLOCK_MONOTONIC_COARSE);
    if (now < script->look_ms)
        return false;
    script->look_ms = now + LOOK_EVERY;
    uint64_t cpu = ms_of(CLOCK_THREAD_CPUTIME_ID);
    if (!script->cpu_from_ms) {
        script->cpu_from_ms = cpu + 1;
        hook_every(script, L, CLOSER);
    }
    return cpu + 1 - script->cpu_from_ms > script->cpu_ms;
}

/* Raises, with the place where it happened first. */
static int over(struct script *script, lua_State *L)
{
    lua_Debug ar;
    if (!script->over_budget) {
        script->over_budget = true;
        snprintf(script->over_at, sizeof script->over_at, "%s", script->scenario.path);
        for (int level = 0; lua_getstack(L, level, &ar); level++) {
            lua_getinfo(L, "Sl", &ar);
            if (ar.currentline <= 0)
                continue;
            snprintf(
                script->over_at, sizeof script->over_at, "%s:%d", ar.short_src, ar.currentline);
            break;
        }
    }
    hook_every(script, L, 1); /* from now on every instruction raises: pcall cannot hide it */
    lua_pushfstring(L, "%s: ran too long without waiting (%d instructions)", script->over_at,
        (int)script->budget);
    return lua_error(
        L); /* Not: luaL_error. It puts the caller's line in front, be it polite.lua's. */
}

static void on_step(lua_State *L, lua_Debug *ar)
{
    struct script *script = script_of(L);
    script->left -= script->step;
    if (script->over_budget || script->left <= 0 || too_slow(script, L))
        over(script, L);
}

void script_charge(lua_State *L, uint64_t steps)
{
    struct script *script = script_of(L);
    if (script->over_budget || script->left <= 0 || steps >= (uint64_t)script->left) {
        script->left = 0;
        over(script, L);
    }
    script->left -= (int64_t)steps;
}

uint64_t script_steps_left(lua_State *L)
{
    struct script *script = script_of(L);
    return script->left > 0 && !script->over_budget ? (uint64_t)script->left : 0;
}

void script_charge_memory(struct script *script, size_t bytes)
{
    if (!script->limited || script->left <= 0)
        return;
    script->left -= (int64_t)(bytes / BYTES_PER_STEP);
    if (script->left <= 0) /* not here, where nothing may be raised: at the next instruction */
        hook_every(script, script->limited, 1);
}
