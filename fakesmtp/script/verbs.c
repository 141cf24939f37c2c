/* SPDX-License-Identifier: BSD-2-Clause */
/* The `s` object: the whole public face that a scenario's handlers see of their connection.
 *
 * Verbs that wait or end the connection yield; they cannot be called where Lua cannot yield (inside
 * string.gsub's or table.sort's callbacks). Endings yield and never come back, so pcall cannot
 * swallow them. Times are seconds. */
#include "script/internal.h"

#include <string.h>
#include "smtp/command.h"
#include "smtp/reply.h"
#include "util/mem.h"

/* The mistake that everybody makes who is new to Lua. */
static void complain_of_call(lua_State *L)
{
    lua_Debug ar;
    if (lua_getstack(L, 0, &ar) && lua_getinfo(L, "n", &ar) && ar.name)
        luaL_error(L, "verbs of s are called with a colon: s:%s(...)", ar.name);
    luaL_typeerror(L, 1, "session");
}

/* `s` of the coroutine that runs. A saved handle of another connection, or one that is over, is an
 * error. */
struct script_run *verbs_self(lua_State *L)
{
    struct script_run **box = luaL_testudata(L, 1, "session");
    if (!box)
        complain_of_call(L);
    if (!*box || (*box)->co != L)
        luaL_error(L, "this session is over or belongs to another connection; keep facts, not `s`");
    return *box;
}

struct script_run *verbs_with_peer(lua_State *L)
{
    struct script_run *run = verbs_self(L);
    if (run->no_peer)
        luaL_error(L, "the connection is closed");
    return run;
}

double verbs_seconds(lua_State *L, int index)
{
    double seconds = luaL_checknumber(L, index);
    luaL_argcheck(L, seconds >= 0 && seconds < 1e9, index, "seconds from 0 up");
    return seconds;
}

/* Before a verb tells its host to begin a wait: where Lua cannot yield, nothing has begun yet. */
struct script_run *verbs_who_waits(lua_State *L)
{
    struct script_run *run = verbs_with_peer(L);
    if (!lua_isyieldable(L))
        luaL_error(L, "cannot wait or end the connection inside a callback of a library function");
    return run;
}

/* ---- saying things ---- */

/* s:send(bytes): exactly these bytes, no CRLF added, nothing checked. What is malformed on purpose
 * goes this way. */
static int l_send(lua_State *L)
{
    struct script_run *run = verbs_with_peer(L);
    size_t len;
    const char *bytes = luaL_checklstring(L, 2, &len);
    run->host->send(run->ctx, bytes, len);
    return 0;
}

static const char *build(lua_State *L, int index, struct buf *out)
{
    enum { MOST = 128 };
    const char *lines[MOST];
    size_t lens[MOST], n = 0;
    if (lua_type(L, index) == LUA_TSTRING) {
        lines[0] = lua_tolstring(L, index, &lens[0]);
        return reply_build(out, lines, lens, 1);
    }
    if (!lua_istable(L, index))
        return "a reply is a text, a list of texts, raw() bytes, or nil to behave";
    for (n = 0; lua_rawgeti(L, index, (lua_Integer)n + 1) != LUA_TNIL; n++) {
        if (n == MOST || lua_type(L, -1) != LUA_TSTRING)
            return n == MOST ? "a reply of more than 128 lines"
                             : "a multi-line reply is a list of texts";
        lines[n] = lua_tolstring(L, -1, &lens[n]);
        lua_pop(L, 1); /* the table keeps it alive */
    }
    lua_pop(L, 1);
    return reply_build(out, lines, lens, n);
}

static unsigned send_reply(struct script_run *run, struct buf *wire)
{
    unsigned code = reply_code(wire->data);
    run->host->send(run->ctx, wire->data, wire->len);
    buf_free(wire);
    return code;
}

/* s:reply(text or list): a well-formed reply now; returns its code. */
static int l_reply(lua_State *L)
{
    struct script_run *run = verbs_with_peer(L);
    struct buf wire = {0};
    if (is_raw(L, 2))
        return send_raw(L, run, 2);
    const char *problem = build(L, 2, &wire);
    if (problem) {
        buf_free(&wire);
        return luaL_error(L, "%s", problem);
    }
    lua_pushinteger(L, (lua_Integer)send_reply(run, &wire));
    return 1;
}

/* The place of a handler in the file, since what it returned says nothing of where. */
static void push_place(lua_State *L, struct script_run *run, const char *stage)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, run->handlers);
    if (lua_getfield(L, -1, stage) == LUA_TFUNCTION) {
        lua_Debug ar;
        lua_getinfo(L, ">S", &ar);
        lua_pushfstring(L, "%s:%d", ar.short_src, ar.linedefined);
    } else {
        lua_pushstring(L, run->script->scenario.path);
    }
}

/* answer(s, stage, reply): polite.lua sends what a handler returned; an error names the handler. */
static int l_answer(lua_State *L)
{
    struct script_run *run = verbs_with_peer(L);
    const char *stage = luaL_checkstring(L, 2);
    struct buf wire = {0};
    if (is_raw(L, 3))
        return send_raw(L, run, 3);
    const char *problem = build(L, 3, &wire);
    if (problem) {
        buf_free(&wire);
        push_place(L, run, stage);
        lua_pushfstring(L, "%s: %s: %s", lua_tostring(L, -1), stage, problem);
        return lua_error(L);
    }
    lua_pushinteger(L, (lua_Integer)send_reply(run, &wire));
    return 1;
}

/* ---- hearing things ---- */

static void set_span(lua_State *L, const char *key, struct span span)
{
    lua_pushlstring(L, span.text, span.len);
    lua_setfield(L, -2, key);
}

static void push_upper(lua_State *L, struct span span)
{
    char name[64];
    size_t n = span.len < sizeof name ? span.len : sizeof name;
    for (size_t i = 0; i < n; i++)
        name[i] =
            span.text[i] >= 'a' && span.text[i] <= 'z' ? (char)(span.text[i] - 32) : span.text[i];
    lua_pushlstring(L, name, n);
}

static void push_path(lua_State *L, const struct smtp_command *cmd)
{
    lua_createtable(L, 0, 4);
    set_span(L, "addr", cmd->path.addr);
    set_span(L, "user", cmd->path.user);
    set_span(L, "domain", cmd->path.domain);
    if (cmd->param_count)
        lua_createtable(L, 0, (int)cmd->param_count);
    else
        readonly_push_none(L);
    for (size_t i = 0; i < cmd->param_count; i++) {
        const struct smtp_param *p = &cmd->params[i];
        push_upper(L, p->name); /* keywords are case-insensitive: RFC 5321 2.4 */
        if (p->value.text)
            lua_pushlstring(L, p->value.text, p->value.len);
        else
            lua_pushboolean(L, 1);
        lua_rawset(L, -3);
    }
    lua_setfield(L, -2, "params");
}

static void push_chunk(lua_State *L, const struct smtp_command *cmd)
{
    lua_createtable(L, 0, 2);
    lua_pushinteger(L, cmd->chunk > LUA_MAXINTEGER ? LUA_MAXINTEGER : (lua_Integer)cmd->chunk);
    lua_setfield(L, -2, "size");
    lua_pushboolean(L, cmd->last);
    lua_setfield(L, -2, "last");
}

static int push_command(struct script_run *run, lua_State *L, const char *line, size_t len)
{
    struct smtp_command cmd;
    const char *error = smtp_command_parse(&cmd, line, len);
    const char *verb = smtp_verb_name(cmd.verb);
    run->host->command(run->ctx, verb, line, len);
    lua_pushstring(L, verb);
    if (!error && (cmd.verb == SMTP_MAIL || cmd.verb == SMTP_RCPT))
        push_path(L, &cmd);
    else if (!error && cmd.verb == SMTP_BDAT)
        push_chunk(L, &cmd);
    else
        lua_pushlstring(L, cmd.arg.text, cmd.arg.len);
    if (error)
        lua_pushstring(L, error);
    else
        lua_pushnil(L);
    lua_pushlstring(L, line, len);
    return 4;
}

int push_input(struct script_run *run, lua_State *co, enum waiting kind, enum script_input input,
    const char *line, size_t len)
{
    if (input == SCRIPT_CLOSED || input == SCRIPT_TIMEOUT || input == SCRIPT_LINE_TOO_LONG) {
        lua_pushnil(co);
        lua_pushstring(co, input == SCRIPT_CLOSED    ? "closed"
                           : input == SCRIPT_TIMEOUT ? "timeout"
                                                     : "too long");
        return 2;
    }
    if (kind == WAIT_COMMAND)
        return push_command(run, co, line, len);
    run->host->command(run->ctx, NULL, line, len);
    lua_pushlstring(co, line, len);
    return 1;
}

static int want_line(lua_State *L, enum waiting kind)
{
    struct script_run *run = verbs_who_waits(L);
    double timeout = lua_isnoneornil(L, 2) ? SCRIPT_FOREVER : verbs_seconds(L, 2);
    const char *line = NULL;
    size_t len = 0;
    enum script_input input = run->host->line(run->ctx, timeout, &line, &len);
    if (input != SCRIPT_PENDING)
        return push_input(run, L, kind, input, line, len);
    run->waiting = kind;
    return lua_yield(L, 0);
}

/* s:line([timeout]): the next line without CRLF; or nil and "closed", "timeout" or "too long". */
static int l_line(lua_State *L)
{
    return want_line(L, WAIT_LINE);
}

/* s:command([timeout]): verb, argument, nil or the reply to its syntax error, the line; or nil and
 * why, as line(). The argument of mail and rcpt is an address {addr=, user=, domain=, params=}. */
static int l_command(lua_State *L)
{
    return want_line(L, WAIT_COMMAND);
}

/* s:data([timeout]): reads mail data up to the dot: {size=, too_big=}; or nil and "closed" or
 * "timeout". */
static int l_data(lua_State *L)
{
    struct script_run *run = verbs_who_waits(L);
    double timeout = lua_isnoneornil(L, 2) ? SCRIPT_FOREVER : verbs_seconds(L, 2);
    run->host->data(run->ctx, timeout);
    run->waiting = WAIT_DATA;
    return lua_yield(L, 0);
}

/* ---- waiting ---- */

/* s:sleep(seconds): this connection waits; the others go on. */
static int l_sleep(lua_State *L)
{
    struct script_run *run = verbs_who_waits(L);
    run->host->sleep(run->ctx, verbs_seconds(L, 2));
    run->waiting = WAIT_WAKE;
    return lua_yield(L, 0);
}

/* s:stall(): says nothing any more, until the client gives up. */
static int l_stall(lua_State *L)
{
    struct script_run *run = verbs_who_waits(L);
    run->host->sleep(run->ctx, SCRIPT_FOREVER);
    run->waiting = WAIT_WAKE;
    return lua_yield(L, 0);
}

/* ---- endings ---- */

static int end_with(lua_State *L, enum script_ending ending)
{
    struct script_run *run = verbs_who_waits(L);
    run->state = SCRIPT_ENDED;
    run->ending = ending;
    return lua_yield(L, 0);
}

/* s:finish(): what was said goes out, then FIN, then the connection closes once the client has
 * closed. */
static int l_finish(lua_State *L)
{
    return end_with(L, SCRIPT_FINISH);
}

/* s:drop(): closes at once, without a word. */
static int l_drop(lua_State *L)
{
    return end_with(L, SCRIPT_DROP);
}

/* s:reset(): a TCP RST. */
static int l_reset(lua_State *L)
{
    return end_with(L, SCRIPT_RESET);
}

/* s:half_close(): FIN for our side; what the client still says is read. */
static int l_half_close(lua_State *L)
{
    struct script_run *run = verbs_with_peer(L);
    run->host->half_close(run->ctx);
    return 0;
}

/* ---- the rest ---- */

/* s:chance(p): true with probability p (0..1), from the run's seed and the session's number. */
static int l_chance(lua_State *L)
{
    struct script_run *run = verbs_with_peer(L);
    double p = luaL_checknumber(L, 2);
    luaL_argcheck(L, p >= 0 && p <= 1, 2, "a probability from 0 to 1");
    lua_pushboolean(L, run->host->chance(run->ctx) < p);
    return 1;
}

/* s:now(): seconds on the run's clock. */
static int l_now(lua_State *L)
{
    struct script_run *run = verbs_self(L);
    lua_pushnumber(L, run->host->now(run->ctx));
    return 1;
}

/* s:keep(): the server took this message, whatever it says or does not say to the client from here
 * on. */
static int l_keep(lua_State *L)
{
    struct script_run *run = verbs_with_peer(L);
    run->host->keep(run->ctx);
    return 0;
}

/* ---- for polite.lua alone ---- */

/* set(s, key, value): a fact of the session, which scripts may read only. */
static int l_set(lua_State *L)
{
    verbs_self(L);
    lua_settop(L, 3);
    if (lua_istable(L, 3))
        readonly_wrap(L);
    lua_getiuservalue(L, 1, 1);
    lua_replace(L, 1);
    lua_rawset(L, 1);
    return 0;
}

/* stage(s, name): what follows belongs to this stage. */
static int l_stage(lua_State *L)
{
    struct script_run *run = verbs_self(L);
    int stage = scenario_stage_find(luaL_checkstring(L, 2));
    if (stage >= 0 && !run->no_peer)
        run->host->stage(run->ctx, scenario_stage_name((enum scenario_stage)stage));
    return 0;
}

/* envelope(s, from or nil, rcpt or nil): the transaction as accepted so far. */
static int l_envelope(lua_State *L)
{
    struct script_run *run = verbs_with_peer(L);
    run->host->envelope(run->ctx, lua_tostring(L, 2), lua_tostring(L, 3));
    return 0;
}

int l_open_verbs(lua_State *L)
{
    static const luaL_Reg verbs[] = {{"send", l_send}, {"reply", l_reply}, {"line", l_line},
        {"command", l_command}, {"data", l_data}, {"sleep", l_sleep}, {"stall", l_stall},
        {"finish", l_finish}, {"drop", l_drop}, {"reset", l_reset}, {"half_close", l_half_close},
        {"starttls", l_starttls}, {"chance", l_chance}, {"now", l_now}, {"keep", l_keep},
        {NULL, NULL}};
    static const luaL_Reg polite[] = {{"answer", l_answer}, {"set", l_set}, {"stage", l_stage},
        {"envelope", l_envelope}, {NULL, NULL}};
    struct script *script = script_of(L);
    luaL_newmetatable(L, "session");
    luaL_newlib(L, verbs);
    open_verbs_raw(L);
    open_verbs_bytes(L);
    lua_pushcclosure(L, l_session_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, l_session_newindex);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, l_session_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushliteral(L, "session");
    lua_setfield(L, -2, "__metatable");
    script->session_meta = luaL_ref(L, LUA_REGISTRYINDEX);
    luaL_newlib(L, polite);
    return 1;
}
