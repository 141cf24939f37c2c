/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/record.h"

#include <stdlib.h>
#include <string.h>
#include "server/server.h"
#include "util/mem.h"
#include "util/text.h"

static struct record_session *session_of(struct record *r, uint64_t id)
{
    for (size_t i = r->session_count; i-- > 0;)
        if (r->sessions[i].id == id)
            return &r->sessions[i];
    r->sessions = mem_grow(r->sessions, (r->session_count + 1) * sizeof *r->sessions);
    r->sessions[r->session_count] = (struct record_session){.id = id, .open = true};
    return &r->sessions[r->session_count++];
}

static void begin_wait(struct record *r, const struct transcript_event *e)
{
    int stage = e->stage ? scenario_stage_find(e->stage) : -1;
    if (e->seconds >= 0 || stage < 0)
        return;
    r->waits = mem_grow(r->waits, (r->wait_count + 1) * sizeof *r->waits);
    r->waits[r->wait_count++] = (struct record_wait){e->session, e->at_ms, 0, stage};
}

static void end_session(struct record *r, const struct transcript_event *e)
{
    session_of(r, e->session)->open = false;
    for (size_t i = 0; i < r->wait_count; i++)
        if (r->waits[i].session == e->session && !r->waits[i].until_ms)
            r->waits[i].until_ms = e->at_ms;
}

void record_event(struct record *r, const struct transcript_event *e)
{
    r->last_ms = e->at_ms;
    switch (e->kind) {
    case TRANSCRIPT_CONNECT:
        r->connections++;
        session_of(r, e->session);
        break;
    case TRANSCRIPT_COMMAND:
        if (e->len == 4 && text_same_n(e->bytes, "quit", 4))
            session_of(r, e->session)->quit = true;
        break;
    case TRANSCRIPT_WAIT:
        begin_wait(r, e);
        break;
    case TRANSCRIPT_DATA:
        r->duplicates += e->duplicate;
        break;
    case TRANSCRIPT_ENDING:
        end_session(r, e);
        break;
    case TRANSCRIPT_SCRIPT_ERROR:
        r->script_errors++;
        if (!r->script_error && e->text)
            r->script_error = mem_bytes(e->text, strcspn(e->text, "\n"));
        break;
    default:
        break;
    }
}

void record_delivery(struct record *r, const struct server_message *message)
{
    r->delivered++;
    r->distinct += !message->duplicate;
}

void record_bounce(struct record *r, const struct server_message *message)
{
    r->bounces = mem_grow(r->bounces, (r->bounce_count + 1) * sizeof *r->bounces);
    r->bounces[r->bounce_count++] =
        (struct record_bounce){mem_bytes(message->bytes, message->len), message->len, message->at_ms};
    r->last_ms = message->at_ms;
}

void record_deinit(struct record *r)
{
    for (size_t i = 0; i < r->bounce_count; i++)
        free(r->bounces[i].bytes);
    free(r->bounces);
    free(r->waits);
    free(r->sessions);
    free(r->script_error);
    memset(r, 0, sizeof *r);
}
