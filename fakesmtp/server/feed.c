/* SPDX-License-Identifier: BSD-2-Clause */
/* Gives the script what it waits for: lines, mail data, bytes, or the news that time is over. */
#include "server/internal.h"

#include "net/conn.h"
#include "util/mem.h"

/* A message is whole: has it been here before? */
static void recognise(struct connection *c)
{
    const struct buf *kept = &c->data->kept;
    uint64_t id = copies_id(kept->data ? kept->data : "", kept->len);
    c->message = copies_received(
        c->server->copies, id, (const char *const *)c->envelope.rcpts, c->envelope.count);
    c->has_message = true;
    c->kept = false;
}

/* whole: what was asked for has come, be it a message or a chunk. */
static void give_data(struct connection *c, enum script_input why, bool whole)
{
    bool ended = whole && c->data->done;
    if (ended)
        recognise(c);
    struct script_message message = {.size = c->data->size,
        .too_big = dotread_overflowed(c->data),
        .copy = ended ? c->message.copy : 0,
        .duplicate = ended && c->message.duplicate};
    connection_record(c, (struct transcript_event){.kind = TRANSCRIPT_DATA,
                             .size = c->data->size,
                             .copy = message.copy,
                             .duplicate = message.duplicate,
                             .text = !whole  ? (why == SCRIPT_TIMEOUT ? "timeout" : "closed")
                                     : ended ? "end"
                                             : "chunk"});
    c->wanting = WANT_NOTHING;
    clock_stop(c->server->config.clock, &c->timer);
    connection_after_script(c, script_give_data(c->run, why, whole ? &message : NULL));
}

static bool feed_data(struct connection *c)
{
    size_t len;
    const char *bytes = linebuf_rest(&c->in, &len);
    linebuf_used(&c->in, dotread_feed(c->data, bytes, len));
    if (!c->data->done && !c->peer_gone)
        return false;
    give_data(c, SCRIPT_CLOSED, c->data->done);
    return true;
}

static bool feed_chunk(struct connection *c)
{
    size_t len;
    const char *bytes = linebuf_rest(&c->in, &len);
    size_t taken = len < c->left ? len : (size_t)c->left;
    if (!c->swallow)
        dotread_chunk(c->data, bytes, taken);
    linebuf_used(&c->in, taken);
    c->left -= taken;
    if (c->left && !c->peer_gone)
        return false;
    c->data->done = !c->left && c->last_chunk;
    give_data(c, SCRIPT_CLOSED, !c->left);
    return true;
}

static bool feed_bytes(struct connection *c)
{
    size_t len;
    const char *rest = linebuf_rest(&c->in, &len);
    bool enough = len >= c->left;
    if (!enough && !c->peer_gone)
        return false;
    len = enough ? (size_t)c->left : 0;
    char *bytes =
        mem_bytes(rest, len); /* the script may ask for a line before it is done with these */
    linebuf_used(&c->in, len);
    c->wanting = WANT_NOTHING;
    clock_stop(c->server->config.clock, &c->timer);
    connection_after_script(
        c, script_give_line(c->run, enough ? SCRIPT_LINE : SCRIPT_CLOSED, bytes, len));
    free(bytes);
    return true;
}

static bool feed_line(struct connection *c)
{
    const char *line;
    size_t len;
    enum script_input input = connection_take_line(c, &line, &len);
    if (input == SCRIPT_PENDING)
        return false;
    c->wanting = WANT_NOTHING;
    clock_stop(c->server->config.clock, &c->timer);
    connection_after_script(c, script_give_line(c->run, input, line, len));
    return true;
}

static bool feed(struct connection *c)
{
    switch (c->wanting) {
    case WANT_LINE:
        return feed_line(c);
    case WANT_BYTES:
        return feed_bytes(c);
    case WANT_DATA:
        return feed_data(c);
    case WANT_CHUNK:
        return feed_chunk(c);
    default:
        return false;
    }
}

/* Its share of the memory that all connections of this process may hold together. */
static bool fits_in_memory(struct connection *c)
{
    struct server_load *load = c->server->config.load;
    if (!load)
        return true;
    load->memory -= c->weight;
    c->weight =
        c->over ? 0 : c->in.in.cap + (c->data ? c->data->kept.cap : 0) + conn_unsent(c->conn);
    load->memory += c->weight;
    return !load->max_memory || load->memory <= load->max_memory || !c->weight;
}

/* As long as there is some. */
void connection_pump(struct connection *c)
{
    bool progress = true;
    while (progress && !c->over)
        progress = feed(c);
    if (!fits_in_memory(c))
        connection_out_of_memory(c);
    if (c->over)
        return;
    if (linebuf_room(&c->in) >= SCRATCH)
        conn_resume(c->conn);
    else
        conn_pause(c->conn); /* the next read must fit: a client that talks on while the script
                                sleeps has to wait */
}

void connection_on_timer(struct clock_timer *timer)
{
    struct connection *c =
        (struct connection *)((char *)timer - offsetof(struct connection, timer));
    enum wanting wanted = c->wanting;
    c->wanting = WANT_NOTHING;
    if (wanted == WANT_SLEEP)
        connection_after_script(c, script_wake(c->run));
    else if (wanted == WANT_LINE || wanted == WANT_BYTES)
        connection_after_script(c, script_give_line(c->run, SCRIPT_TIMEOUT, NULL, 0));
    else if (wanted == WANT_DATA || wanted == WANT_CHUNK)
        give_data(c, SCRIPT_TIMEOUT, false);
    else if (wanted == WANT_TLS)
        connection_tls_failed(c, "timeout");
    if (!c->over)
        connection_pump(c);
}
