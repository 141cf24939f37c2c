/* SPDX-License-Identifier: BSD-2-Clause */
/* One connection: its bytes go to the script as lines, what the script wants goes to the socket,
 * all of it is recorded.
 *
 * The script waits for one thing at a time. After each call into it the run's state decides: wait,
 * an ending, or the 421 of a script that broke. Replies are gathered until the script waits, so a
 * pipelined group is answered in one packet (RFC 2920 3.2) and an ending does not overtake what was
 * said before it. */
#include "server/internal.h"

#include <string.h>
#include "net/address.h"
#include "net/conn.h"
#include "net/listener.h"
#include "util/mem.h"

/* ---- the record ---- */

void connection_record(struct connection *c, struct transcript_event event)
{
    if (!c->server->config.transcript)
        return;
    event.at_ms = clock_now_ms(c->server->config.clock);
    event.session = c->session;
    event.scenario = script_scenario(c->script)->name;
    event.host = c->server->hostname;
    if (!event.stage)
        event.stage = c->stage;
    transcript_event(c->server->config.transcript, &event);
}

void connection_record_text(struct connection *c, enum transcript_kind kind, const char *text)
{
    connection_record(c, (struct transcript_event){.kind = kind, .text = text});
}

/* ---- bytes both ways ---- */

void connection_flush(struct connection *c)
{
    struct buf *out = &c->server->out;
    if (c->server->speaker != c)
        return;
    conn_write(c->conn, out->data, out->len);
    out->len = 0;
    if (out->cap > SCRATCH)
        buf_free(out);
    c->server->speaker = NULL;
    c->choked = c->choked || conn_unsent(c->conn) > OUTPUT_MAX;
}

void connection_send(struct connection *c, const char *bytes, size_t len)
{
    enum { GATHER = 16 * 1024 };
    if (c->choked)
        return;
    connection_record(
        c, (struct transcript_event){.kind = TRANSCRIPT_REPLY, .bytes = bytes, .len = len});
    if (!len)
        return;
    require(!c->server->speaker || c->server->speaker == c);
    c->server->speaker = c;
    buf_add(&c->server->out, bytes, len);
    if (c->server->out.len > GATHER)
        connection_flush(c);
}

void connection_set_timer(struct connection *c, double seconds)
{
    if (seconds >= 0)
        clock_start(c->server->config.clock, &c->timer, (uint64_t)(seconds * 1000 + 0.5),
            connection_on_timer);
}

enum script_input connection_take_line(struct connection *c, const char **line, size_t *len)
{
    switch (linebuf_take(&c->in, line, len)) {
    case LINEBUF_LINE:
        return SCRIPT_LINE;
    case LINEBUF_BARE_LF:
        return SCRIPT_LINE_BARE_LF;
    case LINEBUF_TOO_LONG:
        connection_record(c, (struct transcript_event){.kind = TRANSCRIPT_COMMAND,
                                 .stage = "other",
                                 .bytes = "",
                                 .text = "line too long"});
        return SCRIPT_LINE_TOO_LONG;
    case LINEBUF_NONE:
        break;
    }
    return c->peer_gone ? SCRIPT_CLOSED : SCRIPT_PENDING;
}

void connection_forget_data(struct connection *c)
{
    if (c->data)
        dotread_deinit(c->data);
    free(c->data);
    c->data = NULL;
}

/* ---- after each call into the script ---- */

/* To standard error, with the traceback where it is not the same as the last time. */
static void tell_trouble(struct connection *c, const char *why)
{
    struct server *server = c->server;
    bool again = server->told && strcmp(server->told, why) == 0;
    size_t n = again ? strcspn(why, "\n") : strlen(why);
    fprintf(stderr, "session %llu: %.*s\n", (unsigned long long)c->session, (int)n, why);
    if (again)
        return;
    free(server->told);
    server->told = mem_text(why);
}

static void script_broke(struct connection *c)
{
    c->server->script_errors++;
    connection_record_text(c, TRANSCRIPT_SCRIPT_ERROR, script_run_why(c->run));
    tell_trouble(c, script_run_why(c->run));
    static const char sorry[] = "421 4.3.0 The scenario is broken, closing\r\n";
    if (!c->peer_gone)
        connection_send(c, sorry, sizeof sorry - 1);
}

static void end_with(struct connection *c, enum script_ending ending, const char *how)
{
    c->over = true;
    c->wanting = WANT_NOTHING;
    clock_stop(c->server->config.clock, &c->timer);
    connection_flush(c);
    connection_record(c, (struct transcript_event){.kind = TRANSCRIPT_ENDING,
                             .text = how,
                             .kept = !c->has_message ? 0
                                     : c->kept       ? 1
                                                     : -1});
    if (c->lost || ending == SCRIPT_DROP)
        conn_drop(c->conn);
    else if (ending == SCRIPT_RESET)
        conn_reset(c->conn);
    else
        conn_finish(c->conn);
}

static void end_connection(struct connection *c, enum script_ending ending)
{
    static const char *const names[] = {"finish", "drop", "reset"};
    end_with(c, ending, !c->peer_gone ? names[ending] : c->lost ? "lost" : "closed-by-client");
}

void connection_after_script(struct connection *c, enum script_state state)
{
    if (c->over)
        return;
    if (state == SCRIPT_WAITING)
        connection_flush(c);
    if (state == SCRIPT_FAILED)
        script_broke(c);
    if (c->choked) /* it says more than anybody reads */
        end_with(c, SCRIPT_DROP, "output-full");
    else if (state != SCRIPT_WAITING)
        end_connection(c, state == SCRIPT_FAILED ? SCRIPT_FINISH : script_run_ending(c->run));
}

void connection_out_of_memory(struct connection *c)
{
    static const char sorry[] =
        "421 4.3.1 Insufficient system storage, closing\r\n"; /* RFC 5321 3.8, RFC 3463 3.4 */
    connection_forget_data(c);
    connection_send(c, sorry, sizeof sorry - 1);
    end_with(c, SCRIPT_FINISH, "memory-full");
}

/* ---- what the socket tells: struct conn_handler ---- */

static void on_bytes(void *ctx, const char *bytes, size_t len)
{
    struct connection *c = ctx;
    if (c->over || c->mute_for_ever)
        return;
    linebuf_feed(
        &c->in, bytes, len); /* fits: reading stops while there is less room than one read brings */
    connection_pump(c);
}

static void on_drained(void *ctx)
{
    struct connection *c = ctx;
    if (c->over || c->wanting != WANT_DRAIN)
        return;
    c->wanting = WANT_NOTHING;
    connection_after_script(c, script_wake(c->run));
    if (!c->over)
        connection_pump(c);
}

/* A client may close its side behind a pipelined QUIT and still wait for the replies (RFC 9293 3.6:
 * FIN ends one direction). One with nothing left to say that we have not read, while the script
 * only sleeps, has given up. */
static bool still_listens(const struct connection *c, int error)
{
    size_t unread;
    linebuf_rest(&c->in, &unread);
    bool wakes = c->wanting == WANT_DRAIN || (c->wanting == WANT_SLEEP && clock_pending(&c->timer));
    return !error && unread && wakes;
}

void connection_gone(struct connection *c, int error)
{
    c->peer_gone = true;
    c->lost = error;
    if (c->over || still_listens(c, error))
        return;
    if (c->wanting == WANT_TLS)
        connection_tls_failed(c, "the client left in the handshake");
    else
        connection_pump(c);
    if (!c->over) /* it slept or stalled: nobody is left to wait for */
        end_connection(c, SCRIPT_FINISH);
}

static void on_eof(void *ctx, int error)
{
    connection_gone(ctx, error);
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
    if (c->server->config.load)
        c->server->config.load->memory -= c->weight;
    linebuf_deinit(&c->in);
    require(c->server->speaker != c);
    connection_forget_data(c);
    envelope_deinit(&c->envelope);
    free(c->tls_trouble);
    struct server *server = c->server;
    server_forget(server, c);
    free(c);
}

static const struct conn_handler conn_handler = {
    on_bytes, on_eof, on_drained, on_closed, connection_on_tls};

/* ---- life ---- */

static void start_script(struct connection *c)
{
    struct server *server = c->server;
    struct script_facts facts = {c->session, server->connections, conn_peer(c->conn),
        server->hostname, server->config.max_size};
    enum script_state state;
    char *why = NULL;
    c->run = script_start(
        c->script, server->config.host_index, &facts, &connection_host, c, &state, &why);
    if (c->run) {
        connection_after_script(c, state);
        return;
    }
    server->script_errors++;
    fprintf(stderr, "session %llu: %s\n", (unsigned long long)c->session, why);
    connection_record_text(c, TRANSCRIPT_SCRIPT_ERROR, why);
    free(why);
    static const char sorry[] = "421 4.3.0 No memory for this connection\r\n";
    connection_send(c, sorry, sizeof sorry - 1);
    end_connection(c, SCRIPT_FINISH);
}

static void begin(struct connection *c)
{
    struct server *server = c->server;
    linebuf_init(&c->in, LINE_MAX_OCTETS, INPUT_MAX + SCRATCH);
    c->session = server_next_session(server);
    c->stage = "connect";
    c->random = server->config.seed ^ (c->session * 0xd1342543de82ef95u);
    c->script = server->config.script;
    server_remember(server, c);
    connection_record_text(c, TRANSCRIPT_CONNECT, conn_peer(c->conn));
}

void connection_open(struct server *server, int fd, const struct address *from)
{
    struct connection *c = mem_new(sizeof *c);
    int error = 0;
    c->server = server;
    c->conn = conn_open(server->config.loop, fd, from, server->config.clock, server->scratch,
        SCRATCH, &conn_handler, c, &error);
    if (!c->conn) {
        fprintf(
            stderr, "%s: a connection could not be served (error %d)\n", server->hostname, error);
        free(c);
        return;
    }
    begin(c);
    if (server->listen == LISTEN_RESET)
        end_with(c, SCRIPT_RESET, "reset");
    else
        start_script(c);
}

void connection_end(struct connection *c)
{
    conn_hurry(c->conn);
    if (c->over)
        return;
    struct buf bye = {0};
    buf_addf(&bye, "421 4.3.2 %s Shutting down\r\n", c->server->hostname); /* RFC 5321 3.8 */
    connection_send(c, bye.data, bye.len);
    buf_free(&bye);
    end_connection(c, SCRIPT_FINISH);
}
