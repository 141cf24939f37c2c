/* SPDX-License-Identifier: BSD-2-Clause */
/* One connection: its bytes go to the script as lines, what the script wants goes to the socket, all of it is recorded.
 *
 * The script waits for one thing at a time. After each call into it the run's state decides: wait, an ending, or the
 * 421 of a script that broke. Replies are gathered until the script waits, so a pipelined group is answered in one
 * packet (RFC 2920 3.2) and an ending does not overtake what was said before it. */
#include "server/internal.h"

#include <string.h>
#include "net/conn.h"
#include "script/script.h"
#include "smtp/dotread.h"
#include "smtp/linebuf.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/transcript.h"

enum wanting { WANT_NOTHING, WANT_LINE, WANT_DATA, WANT_SLEEP };

struct envelope {
    char *from; /* NULL: no transaction */
    char **rcpts;
    size_t count;
};

struct connection {
    struct connection_links links;
    struct server *server;
    struct conn *conn;
    struct script_run *run;
    struct linebuf in;
    struct buf out;
    struct dotread *data;       /* the message being read, or read last */
    struct clock_timer timer;   /* sleep, or the timeout of a wait */
    enum wanting wanting;
    uint64_t session, random;
    const char *stage;          /* static text */
    struct envelope envelope;
    bool peer_gone, over;
    int lost;                   /* negative UV_E... when the connection broke */
};

struct connection_links *connection_links(struct connection *c)
{
    return &c->links;
}

struct connection *connection_next(struct connection *c)
{
    return c->links.next;
}

/* ---- the record ---- */

static void record(struct connection *c, struct transcript_event event)
{
    const struct scenario *scenario = script_scenario(c->server->config.script);
    event.at_ms = clock_now_ms(c->server->config.clock);
    event.session = c->session;
    event.scenario = scenario->name;
    event.host = c->server->hostname;
    if (!event.stage)
        event.stage = c->stage;
    transcript_event(c->server->config.transcript, &event);
}

static void record_text(struct connection *c, enum transcript_kind kind, const char *text)
{
    record(c, (struct transcript_event){.kind = kind, .text = text});
}

/* ---- what the script asks for: struct script_host ---- */

static void flush(struct connection *c)
{
    if (c->out.len)
        conn_write(c->conn, c->out.data, c->out.len);
    buf_free(&c->out);
}

static void host_send(void *ctx, const char *bytes, size_t len)
{
    struct connection *c = ctx;
    enum { GATHER = 16 * 1024 };
    record(c, (struct transcript_event){.kind = TRANSCRIPT_REPLY, .bytes = bytes, .len = len});
    buf_add(&c->out, bytes, len);
    if (c->out.len > GATHER)
        flush(c);
}

static void on_timer(struct clock_timer *timer);

static void set_timer(struct connection *c, double seconds)
{
    if (seconds >= 0)
        clock_start(c->server->config.clock, &c->timer, (uint64_t)(seconds * 1000 + 0.5), on_timer);
}

static enum script_input take_line(struct connection *c, const char **line, size_t *len)
{
    switch (linebuf_take(&c->in, line, len)) {
    case LINEBUF_LINE:
        return SCRIPT_LINE;
    case LINEBUF_BARE_LF:
        return SCRIPT_LINE_BARE_LF;
    case LINEBUF_TOO_LONG:
        record(c, (struct transcript_event){.kind = TRANSCRIPT_COMMAND, .stage = "other", .bytes = "", .text = "line too long"});
        return SCRIPT_LINE_TOO_LONG;
    case LINEBUF_NONE:
        break;
    }
    return c->peer_gone ? SCRIPT_CLOSED : SCRIPT_PENDING;
}

static enum script_input host_line(void *ctx, double timeout_s, const char **line, size_t *len)
{
    struct connection *c = ctx;
    enum script_input input = take_line(c, line, len);
    if (input != SCRIPT_PENDING)
        return input;
    c->wanting = WANT_LINE;
    set_timer(c, timeout_s);
    return SCRIPT_PENDING;
}

static void drop_data(struct connection *c)
{
    if (c->data)
        dotread_deinit(c->data);
    free(c->data);
    c->data = NULL;
}

static void host_data(void *ctx, double timeout_s)
{
    struct connection *c = ctx;
    drop_data(c);
    c->data = mem_new(sizeof *c->data);
    dotread_init(c->data, c->server->config.max_size);
    c->wanting = WANT_DATA;
    set_timer(c, timeout_s);
}

static void host_sleep(void *ctx, double seconds)
{
    struct connection *c = ctx;
    record(c, (struct transcript_event){.kind = TRANSCRIPT_WAIT, .seconds = seconds, .text = seconds < 0 ? "stall" : "sleep"});
    c->wanting = WANT_SLEEP;
    set_timer(c, seconds);
}

static void host_half_close(void *ctx)
{
    struct connection *c = ctx;
    flush(c);
    conn_half_close(c->conn);
    record_text(c, TRANSCRIPT_ENDING, "half-close");
}

static double host_now(void *ctx)
{
    struct connection *c = ctx;
    return (double)clock_now_ms(c->server->config.clock) / 1000;
}

/* SplitMix64: one stream per session, so that faults do not depend on how connections interleave. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static double host_chance(void *ctx)
{
    struct connection *c = ctx;
    return (double)(next_random(&c->random) >> 11) / 9007199254740992.0;
}

static void host_stage(void *ctx, const char *stage)
{
    ((struct connection *)ctx)->stage = stage;
}

static void host_command(void *ctx, const char *stage, const char *line, size_t len)
{
    struct connection *c = ctx;
    c->stage = strcmp(stage, "helo") == 0 ? "ehlo" : stage;
    record(c, (struct transcript_event){.kind = TRANSCRIPT_COMMAND, .bytes = line, .len = len});
}

static void free_envelope(struct envelope *e)
{
    free(e->from);
    for (size_t i = 0; i < e->count; i++)
        free(e->rcpts[i]);
    free(e->rcpts);
    *e = (struct envelope){0};
}

static void host_envelope(void *ctx, const char *from, const char *rcpt)
{
    struct connection *c = ctx;
    struct envelope *e = &c->envelope;
    if (!from || !rcpt)
        free_envelope(e);
    if (!from)
        return;
    if (!e->from)
        e->from = mem_text(from);
    if (!rcpt)
        return;
    e->rcpts = mem_grow(e->rcpts, (e->count + 1) * sizeof *e->rcpts);
    e->rcpts[e->count++] = mem_text(rcpt);
}

static void host_keep(void *ctx)
{
    struct connection *c = ctx;
    if (!c->data || !c->data->done || !c->envelope.from)
        return;
    record(c, (struct transcript_event){.kind = TRANSCRIPT_KEPT, .size = c->data->size});
    struct server_message message = {c->session, clock_now_ms(c->server->config.clock), c->envelope.from,
        (const char *const *)c->envelope.rcpts, c->envelope.count, c->data->kept.data ? c->data->kept.data : "",
        c->data->kept.len};
    if (c->server->config.on_message)
        c->server->config.on_message(c->server->config.ctx, &message);
    drop_data(c);
}

static const struct script_host host = {
    .send = host_send, .line = host_line, .data = host_data, .sleep = host_sleep, .half_close = host_half_close,
    .now = host_now, .chance = host_chance, .stage = host_stage, .command = host_command, .keep = host_keep,
    .envelope = host_envelope};

/* ---- after each call into the script ---- */

static void script_broke(struct connection *c)
{
    c->server->script_errors++;
    record_text(c, TRANSCRIPT_SCRIPT_ERROR, script_run_why(c->run));
    fprintf(stderr, "session %llu: %s\n", (unsigned long long)c->session, script_run_why(c->run));
    static const char sorry[] = "421 4.3.0 The scenario is broken, closing\r\n";
    if (!c->peer_gone)
        host_send(c, sorry, sizeof sorry - 1);
}

static void end_connection(struct connection *c, enum script_ending ending)
{
    static const char *const names[] = {"finish", "drop", "reset"};
    c->over = true;
    c->wanting = WANT_NOTHING;
    clock_stop(c->server->config.clock, &c->timer);
    flush(c);
    const char *how = !c->peer_gone ? names[ending] : c->lost ? "lost" : "closed-by-client";
    record_text(c, TRANSCRIPT_ENDING, how);
    if (c->peer_gone || ending == SCRIPT_DROP)
        conn_drop(c->conn);
    else if (ending == SCRIPT_RESET)
        conn_reset(c->conn);
    else
        conn_finish(c->conn);
}

/* Looks at what a call into the script left behind. The connection may be ending when it returns. */
static void after_script(struct connection *c, enum script_state state)
{
    if (c->over)
        return;
    if (state == SCRIPT_WAITING) {
        flush(c);
        return;
    }
    if (state == SCRIPT_FAILED)
        script_broke(c);
    end_connection(c, state == SCRIPT_FAILED ? SCRIPT_FINISH : script_run_ending(c->run));
}

static void give_data(struct connection *c, enum script_input why)
{
    bool done = c->data && c->data->done;
    struct script_message message = {c->data->size, dotread_overflowed(c->data)};
    record(c, (struct transcript_event){.kind = TRANSCRIPT_DATA, .size = c->data->size,
        .text = done ? "end" : why == SCRIPT_TIMEOUT ? "timeout" : "closed"});
    c->wanting = WANT_NOTHING;
    clock_stop(c->server->config.clock, &c->timer);
    after_script(c, script_give_data(c->run, why, done ? &message : NULL));
}

static bool feed_data(struct connection *c)
{
    size_t len;
    const char *bytes = linebuf_rest(&c->in, &len);
    linebuf_used(&c->in, dotread_feed(c->data, bytes, len));
    if (!c->data->done && !c->peer_gone)
        return false;
    give_data(c, c->data->done ? SCRIPT_LINE : SCRIPT_CLOSED);
    return true;
}

static bool feed_line(struct connection *c)
{
    const char *line;
    size_t len;
    enum script_input input = take_line(c, &line, &len);
    if (input == SCRIPT_PENDING)
        return false;
    c->wanting = WANT_NOTHING;
    clock_stop(c->server->config.clock, &c->timer);
    after_script(c, script_give_line(c->run, input, line, len));
    return true;
}

/* Gives the script what it waits for, as long as there is some. */
static void pump(struct connection *c)
{
    bool progress = true;
    while (progress && !c->over) {
        if (c->wanting == WANT_LINE)
            progress = feed_line(c);
        else
            progress = c->wanting == WANT_DATA && feed_data(c);
    }
    if (!c->over && linebuf_room(&c->in) >= SCRATCH)
        conn_resume(c->conn);
    else if (!c->over)
        conn_pause(c->conn); /* the next read must fit: a client that talks on while the script sleeps has to wait */
}

static void on_timer(struct clock_timer *timer)
{
    struct connection *c = (struct connection *)((char *)timer - offsetof(struct connection, timer));
    enum wanting wanted = c->wanting;
    c->wanting = WANT_NOTHING;
    if (wanted == WANT_SLEEP)
        after_script(c, script_wake(c->run));
    else if (wanted == WANT_LINE)
        after_script(c, script_give_line(c->run, SCRIPT_TIMEOUT, NULL, 0));
    else if (wanted == WANT_DATA)
        give_data(c, SCRIPT_TIMEOUT);
    if (!c->over)
        pump(c);
}

/* ---- what the socket tells: struct conn_handler ---- */

static void on_bytes(void *ctx, const char *bytes, size_t len)
{
    struct connection *c = ctx;
    if (c->over)
        return;
    linebuf_feed(&c->in, bytes, len); /* fits: reading stops while there is less room than one read brings */
    pump(c);
}

static void on_eof(void *ctx, int error)
{
    struct connection *c = ctx;
    c->peer_gone = true;
    c->lost = error;
    if (c->over)
        return;
    pump(c);
    if (!c->over) /* it slept or stalled: nobody is left to wait for */
        end_connection(c, SCRIPT_FINISH);
}

static void on_closed(void *ctx)
{
    struct connection *c = ctx;
    c->peer_gone = true;
    clock_stop(c->server->config.clock, &c->timer);
    bool known = c->run && script_run_why(c->run);
    if (c->run && script_closed(c->run) == SCRIPT_FAILED && !known)
        script_broke(c); /* in its `close` handler */
    script_run_free(c->run);
    linebuf_deinit(&c->in);
    buf_free(&c->out);
    drop_data(c);
    free_envelope(&c->envelope);
    struct server *server = c->server;
    server_forget(server, c);
    free(c);
}

static const struct conn_handler conn_handler = {on_bytes, on_eof, on_closed};

/* ---- life ---- */

static void start_script(struct connection *c)
{
    struct server *server = c->server;
    struct script_facts facts = {c->session, server->connections, conn_peer(c->conn), server->hostname,
        server->config.max_size};
    enum script_state state;
    char *why = NULL;
    c->run = script_start(server->config.script, server->config.host_index, &facts, &host, c, &state, &why);
    if (c->run) {
        after_script(c, state);
        return;
    }
    server->script_errors++;
    fprintf(stderr, "session %llu: %s\n", (unsigned long long)c->session, why);
    record_text(c, TRANSCRIPT_SCRIPT_ERROR, why);
    free(why);
    static const char sorry[] = "421 4.3.0 No memory for this connection\r\n";
    host_send(c, sorry, sizeof sorry - 1);
    end_connection(c, SCRIPT_FINISH);
}

void connection_open(struct server *server, struct uv_stream_s *stream)
{
    struct connection *c = mem_new(sizeof *c);
    int error = 0;
    c->server = server;
    c->conn = conn_accept(stream, server->config.clock, server->scratch, SCRATCH, &conn_handler, c, &error);
    if (!c->conn) {
        fprintf(stderr, "%s: a connection could not be accepted (error %d)\n", server->hostname, error);
        free(c);
        return;
    }
    linebuf_init(&c->in, LINE_MAX_OCTETS, INPUT_MAX + SCRATCH);
    c->session = ++*server->config.sessions;
    server->connections++;
    c->stage = "connect";
    c->random = server->config.seed ^ (c->session * 0xd1342543de82ef95u);
    server_remember(server, c);
    record_text(c, TRANSCRIPT_CONNECT, conn_peer(c->conn));
    start_script(c);
}

void connection_end(struct connection *c)
{
    if (c->over)
        return;
    struct buf bye = {0};
    buf_addf(&bye, "421 4.3.2 %s Shutting down\r\n", c->server->hostname); /* RFC 5321 3.8 */
    host_send(c, bye.data, bye.len);
    buf_free(&bye);
    end_connection(c, SCRIPT_FINISH);
}
