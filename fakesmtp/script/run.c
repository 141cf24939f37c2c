/* SPDX-License-Identifier: BSD-2-Clause */
/* The run of one connection: a coroutine that is resumed with what it waited for, until it ends,
 * breaks or is over. */
#include "script/internal.h"

#include <string.h>
#include "util/mem.h"

struct start {
    struct script_run *run;
    size_t host_index;
};

static void set_number(lua_State *L, const char *key, uint64_t value)
{
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, key);
}

/* The coroutine gets polite.lua's main function, `s` and the handlers of its host. */
static int l_start(lua_State *L)
{
    struct start *start = lua_touserdata(L, 1);
    struct script_run *run = start->run;
    struct script *script = run->script;
    run->co = lua_newthread(L);
    run->co_ref = luaL_ref(L, LUA_REGISTRYINDEX);
    run->box = lua_newuserdatauv(L, sizeof *run->box, 1);
    *run->box = run;
    lua_rawgeti(L, LUA_REGISTRYINDEX, script->session_meta);
    lua_setmetatable(L, -2);
    lua_createtable(L, 0, 8); /* what polite.lua sets; l_index of verbs.c knows the rest */
    lua_setiuservalue(L, -2, 1);
    run->handlers = script->scenario.hosts[start->host_index].handlers;
    if (!lua_checkstack(run->co, LUA_MINSTACK))
        return luaL_error(L, "not enough memory");
    lua_rawgeti(L, LUA_REGISTRYINDEX, script->polite);
    lua_pushvalue(L, -2);
    lua_rawgeti(L, LUA_REGISTRYINDEX, run->handlers);
    lua_xmove(L, run->co, 3);
    run->box_ref = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

static void disarm(struct script_run *run)
{
    if (run->box)
        *run->box = NULL; /* a script may have kept `s`: it is nobody's now */
    run->box = NULL;
}

static enum script_state fail(struct script_run *run, char *why)
{
    run->state = SCRIPT_FAILED;
    run->waiting = WAIT_NOTHING;
    free(run->why);
    run->why = script_whole_place(run->script, why);
    return run->state;
}

struct resume {
    struct script_run *run;
    int args;                /* already on the coroutine's stack, or ... */
    enum script_input input; /* ... to be pushed according to run->waiting */
    const char *line;
    size_t len;
    const struct script_message *message;
    enum script_tls_outcome outcome;
    const struct script_tls *tls;
    const char *tls_why;
    char *why;  /* out */
    int status; /* out */
};

/* The fact s.duplicate, of the message that came last. */
static void tell_duplicate(lua_State *L, struct script_run *run, bool duplicate)
{
    if (run->told_duplicate == duplicate)
        return; /* nearly always */
    run->told_duplicate = duplicate;
    lua_rawgeti(L, LUA_REGISTRYINDEX, run->box_ref);
    lua_getiuservalue(L, -1, 1);
    lua_pushboolean(L, duplicate);
    lua_setfield(L, -2, "duplicate");
    lua_pop(L, 2);
}

static int push_message(lua_State *co, const struct resume *r)
{
    if (!r->message) {
        lua_pushnil(co);
        lua_pushstring(co, r->input == SCRIPT_TIMEOUT ? "timeout" : "closed");
        return 2;
    }
    lua_createtable(co, 0, 2);
    set_number(co, "size", r->message->size);
    lua_pushboolean(co, r->message->too_big);
    lua_setfield(co, -2, "too_big");
    if (!r->message->copy)
        return 1;
    set_number(co, "copy", r->message->copy);
    lua_pushboolean(co, r->message->duplicate);
    lua_setfield(co, -2, "duplicate");
    tell_duplicate(co, r->run, r->message->duplicate);
    return 1;
}

static int push_results(struct resume *r, enum waiting waiting)
{
    lua_State *co = r->run->co;
    switch (waiting) {
    case WAIT_LINE:
    case WAIT_COMMAND:
        return push_input(r->run, co, waiting, r->input, r->line, r->len);
    case WAIT_DATA:
        return push_message(co, r);
    case WAIT_TLS:
        return push_tls(co, r->outcome, r->tls, r->tls_why);
    default:
        return 0;
    }
}

static int l_resume(lua_State *L)
{
    struct resume *r = lua_touserdata(L, 1);
    struct script_run *run = r->run;
    enum waiting waiting = run->waiting;
    run->waiting = WAIT_NOTHING;
    if (!lua_checkstack(run->co, LUA_MINSTACK))
        return luaL_error(L, "not enough memory");
    int args = r->args ? r->args : push_results(r, waiting);
    script_limit(run->script, run->co);
    int results;
    r->status = lua_resume(run->co, L, args, &results);
    if (r->status == LUA_YIELD) {
        lua_pop(run->co, results);
        return 0;
    }
    if (r->status != LUA_OK) { /* the stack of a failed coroutine is still there */
        run->script->cap += ERROR_RESERVE;
        luaL_traceback(L, run->co, script_push_error(L, run->co, 0), 0);
        r->why = mem_text(lua_tostring(L, -1));
    }
    return 0;
}

static enum script_state resume(struct resume *r)
{
    struct script_run *run = r->run;
    struct script *script = run->script;
    if (run->state != SCRIPT_WAITING)
        return run->state;
    script->running = run;
    char *why = NULL;
    size_t cap = script->cap;
    bool entered = script_enter(script, l_resume, r, &why);
    script->cap = cap;
    script->running = NULL;
    run->looped = script->over_budget;
    if (!entered)
        return fail(run, why);
    if (run->looped) /* even if a pcall swallowed it and the script ended in peace */
        return fail(
            run, r->why ? r->why : mem_format("%s: ran too long without waiting", script->over_at));
    if (r->why)
        return fail(run, r->why);
    if (r->status == LUA_OK) {
        run->state = SCRIPT_ENDED;
        run->ending = SCRIPT_FINISH;
    }
    return run->state; /* an ending verb has set it before it yielded */
}

struct script_run *script_start(struct script *script, size_t host_index,
    const struct script_facts *facts, const struct script_host *host, void *ctx,
    enum script_state *state, char **why)
{
    require(host_index < script->scenario.host_count);
    struct script_run *run = mem_new(sizeof *run);
    *run = (struct script_run){
        .script = script, .host = host, .ctx = ctx, .co_ref = LUA_NOREF, .box_ref = LUA_NOREF};
    script->runs++;
    run->facts = *facts;
    struct start start = {run, host_index};
    if (!script_enter(script, l_start, &start, why)) {
        script_run_free(run);
        return NULL;
    }
    *state = resume(&(struct resume){.run = run, .args = 2});
    return run;
}

enum script_state script_give_line(
    struct script_run *run, enum script_input input, const char *line, size_t len)
{
    if (run->waiting != WAIT_LINE && run->waiting != WAIT_COMMAND)
        return run->state;
    return resume(&(struct resume){.run = run, .input = input, .line = line, .len = len});
}

enum script_state script_give_data(
    struct script_run *run, enum script_input why, const struct script_message *message)
{
    if (run->waiting != WAIT_DATA)
        return run->state;
    return resume(&(struct resume){.run = run, .input = why, .message = message});
}

enum script_state script_give_tls(struct script_run *run, enum script_tls_outcome outcome,
    const struct script_tls *facts, const char *why)
{
    if (run->waiting != WAIT_TLS)
        return run->state;
    return resume(&(struct resume){.run = run, .outcome = outcome, .tls = facts, .tls_why = why});
}

enum script_state script_wake(struct script_run *run)
{
    if (run->waiting != WAIT_WAKE)
        return run->state;
    return resume(&(struct resume){.run = run});
}

/* ---- the end ---- */

static int raise_error_of(struct script_run *run, lua_State *L)
{
    script_push_error(L, run->co, 0);
    return lua_error(L);
}

/* Runs the pending <close> variables. False: one of them broke, and its error is on the coroutine's
 * stack. Not for a run that looped: a hook that raises leaves the hooks of its coroutine off, so
 * nothing would stop it a second time. */
static bool close_pending(struct script_run *run)
{
    bool known =
        run->state == SCRIPT_FAILED; /* then it still carries the error that is told already */
    return run->looped || lua_resetthread(run->co) == LUA_OK || known;
}

/* Closes the coroutine (pending <close> variables run), then calls the `close` handler in a fresh
 * one. The peer is gone for both: a wait that began here would be answered to nobody. */
static int l_close(lua_State *L)
{
    struct script_run *run = lua_touserdata(L, 1);
    run->no_peer = true;
    script_limit(run->script, run->co);
    if (!close_pending(run))
        return raise_error_of(run, L);
    script_limit(run->script, L); /* the old coroutine may be collected from here on */
    lua_rawgeti(L, LUA_REGISTRYINDEX, run->handlers);
    if (lua_getfield(L, -1, "close") != LUA_TFUNCTION)
        return 0;
    luaL_unref(L, LUA_REGISTRYINDEX, run->co_ref);
    run->co_ref = LUA_NOREF;
    run->co = lua_newthread(L);
    run->co_ref = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_rawgeti(L, LUA_REGISTRYINDEX, run->box_ref);
    lua_xmove(L, run->co, 2);
    script_limit(run->script, run->co);
    int results;
    if (lua_resume(run->co, L, 1, &results) > LUA_YIELD)
        return raise_error_of(run, L);
    return 0;
}

enum script_state script_closed(struct script_run *run)
{
    if (!run->box)
        return run->state;
    char *why = NULL;
    struct script *script = run->script;
    script->running = run;
    bool fine = script_enter(script, l_close, run, &why);
    script->running = NULL;
    disarm(run);
    run->waiting = WAIT_NOTHING;
    if (!fine && run->state != SCRIPT_FAILED)
        return fail(run, why);
    free(why);
    if (run->state == SCRIPT_WAITING) {
        run->state = SCRIPT_ENDED;
        run->ending = SCRIPT_FINISH;
    }
    return run->state;
}

enum script_ending script_run_ending(const struct script_run *run)
{
    return run->ending;
}

const char *script_run_why(const struct script_run *run)
{
    return run->state == SCRIPT_FAILED ? (run->why ? run->why : "unknown error") : NULL;
}

static int l_forget(lua_State *L)
{
    struct script_run *run = lua_touserdata(L, 1);
    if (run->co && run->co_ref != LUA_NOREF)
        close_pending(run);
    luaL_unref(L, LUA_REGISTRYINDEX, run->co_ref);
    luaL_unref(L, LUA_REGISTRYINDEX, run->box_ref);
    return 0;
}

void script_run_free(struct script_run *run)
{
    if (!run)
        return;
    disarm(run);
    char *why = NULL;
    script_enter(run->script, l_forget, run, &why);
    free(why);
    free(run->why);
    struct script *script = run->script;
    free(run);
    if (--script->runs == 0 && script->retired)
        script_free(script);
}
