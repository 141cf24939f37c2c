/* SPDX-License-Identifier: BSD-2-Clause */
/* What a script may ask of its connection: struct script_host. Nothing here calls back into the
 * script. */
#include "server/internal.h"

#include <string.h>
#include "net/conn.h"
#include "net/shape.h"
#include "util/mem.h"

static void host_send(void *ctx, const char *bytes, size_t len)
{
    connection_send(ctx, bytes, len);
}

static enum script_input host_line(void *ctx, double timeout_s, const char **line, size_t *len)
{
    struct connection *c = ctx;
    enum script_input input = connection_take_line(c, line, len);
    if (input != SCRIPT_PENDING)
        return input;
    c->wanting = WANT_LINE;
    connection_set_timer(c, timeout_s);
    return SCRIPT_PENDING;
}

static void host_data(void *ctx, double timeout_s)
{
    struct connection *c = ctx;
    connection_forget_data(c);
    c->data = mem_new(sizeof *c->data);
    dotread_init(c->data, c->server->config.max_size);
    c->wanting = WANT_DATA;
    connection_set_timer(c, timeout_s);
}

static void host_chunk(void *ctx, const struct script_chunk *chunk, double timeout_s)
{
    struct connection *c = ctx;
    if (chunk->first || chunk->swallow || !c->data) {
        connection_forget_data(c);
        c->data = mem_new(sizeof *c->data);
        dotread_init(c->data, c->server->config.max_size);
    }
    c->left = chunk->size;
    c->last_chunk = chunk->last && !chunk->swallow;
    c->swallow = chunk->swallow;
    c->wanting = WANT_CHUNK;
    connection_set_timer(c, timeout_s);
}

static void host_bytes(void *ctx, size_t count, double timeout_s)
{
    struct connection *c = ctx;
    c->left = count;
    c->wanting = WANT_BYTES;
    connection_set_timer(c, timeout_s);
}

static size_t host_pending(void *ctx)
{
    struct connection *c = ctx;
    size_t len;
    linebuf_rest(&c->in, &len);
    return len;
}

/* Who stalls for ever reads nothing any more: what has come and what will come is forgotten, not
 * kept. */
static void forget_input(struct connection *c)
{
    size_t len;
    linebuf_rest(&c->in, &len);
    linebuf_used(&c->in, len);
    c->mute_for_ever = true;
}

static void host_sleep(void *ctx, double seconds)
{
    struct connection *c = ctx;
    connection_record(c,
        (struct transcript_event){
            .kind = TRANSCRIPT_WAIT, .seconds = seconds, .text = seconds < 0 ? "stall" : "sleep"});
    c->wanting = WANT_SLEEP;
    if (seconds < 0)
        forget_input(c);
    connection_set_timer(c, seconds);
}

static void host_shape(void *ctx, const struct script_shape *shape)
{
    struct connection *c = ctx;
    connection_flush(c); /* what was said before keeps its shape */
    if (!shape) {
        conn_shape(c->conn, NULL);
        return;
    }
    struct shape_spec spec = {
        shape->sizes, shape->count, shape->repeat, (uint64_t)(shape->every_s * 1000 + 0.5)};
    conn_shape(c->conn, &spec);
}

static bool host_drained(void *ctx)
{
    struct connection *c = ctx;
    connection_flush(c);
    if (!conn_unsent(c->conn) || c->peer_gone)
        return true;
    c->wanting = WANT_DRAIN;
    return false;
}

static void host_deafen(void *ctx, unsigned receive_buffer)
{
    struct connection *c = ctx;
    conn_deafen(c->conn, receive_buffer);
}

static void host_half_close(void *ctx)
{
    struct connection *c = ctx;
    connection_flush(c);
    conn_half_close(c->conn);
    connection_record_text(c, TRANSCRIPT_ENDING, "half-close");
}

static void host_starttls(void *ctx, const struct script_starttls *wish)
{
    connection_start_tls(ctx, wish);
}

static double host_now(void *ctx)
{
    struct connection *c = ctx;
    return (double)clock_now_ms(c->server->config.clock) / 1000;
}

/* SplitMix64: one stream per session, so that faults do not depend on how connections interleave.
 */
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

/* The stage that a verb belongs to, as scenarios and the judge name it. */
static const char *stage_of_verb(const char *verb)
{
    if (strcmp(verb, "helo") == 0 || strcmp(verb, "lhlo") == 0)
        return "ehlo";
    if (strcmp(verb, "bdat") == 0)
        return "data";
    return scenario_stage_find(verb) >= 0 ? verb : "other"; /* noop, vrfy, ... */
}

static void host_command(void *ctx, const char *stage, const char *line, size_t len)
{
    struct connection *c = ctx;
    if (stage)
        c->stage = stage_of_verb(stage);
    connection_record(
        c, (struct transcript_event){.kind = TRANSCRIPT_COMMAND, .bytes = line, .len = len});
}

void envelope_deinit(struct envelope *e)
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
        envelope_deinit(e);
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
    struct server_config *config = &c->server->config;
    if (!c->data || !c->data->done || !c->envelope.from)
        return;
    const char *const *rcpts = (const char *const *)c->envelope.rcpts;
    c->kept = true;
    connection_record(c, (struct transcript_event){.kind = TRANSCRIPT_KEPT,
                             .size = c->data->size,
                             .copy = c->message.copy,
                             .duplicate = c->message.duplicate});
    copies_kept(c->server->copies, c->message.id, rcpts, c->envelope.count);
    struct server_message message = {c->session, clock_now_ms(config->clock), c->envelope.from,
        rcpts, c->envelope.count, c->data->kept.data ? c->data->kept.data : "", c->data->kept.len,
        c->message.copy, c->message.duplicate};
    if (config->on_message)
        config->on_message(config->ctx, &message);
    connection_forget_data(c);
}

const struct script_host connection_host = {.send = host_send,
    .line = host_line,
    .data = host_data,
    .chunk = host_chunk,
    .bytes = host_bytes,
    .pending = host_pending,
    .sleep = host_sleep,
    .half_close = host_half_close,
    .shape = host_shape,
    .drained = host_drained,
    .deafen = host_deafen,
    .starttls = host_starttls,
    .now = host_now,
    .chance = host_chance,
    .stage = host_stage,
    .command = host_command,
    .keep = host_keep,
    .envelope = host_envelope};
