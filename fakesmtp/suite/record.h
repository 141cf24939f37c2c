/* SPDX-License-Identifier: BSD-2-Clause */
/* record.h - what was seen of one scenario during a run: connections, waits, deliveries, bounces. */
#ifndef FAKESMTP_SUITE_RECORD_H
#define FAKESMTP_SUITE_RECORD_H

#include <stdint.h>
#include "script/scenario.h"
#include "util/transcript.h"

struct server_message;

struct record_wait { /* the server said nothing any more: how long did the client hold out? */
    uint64_t session, from_ms, until_ms; /* until 0: still there at the end */
    int stage;
};

struct record_session {
    uint64_t id;
    bool quit, open;
};

struct record_bounce { /* a message with null reverse-path that came to the origin's MX */
    char *bytes;
    size_t len;
    uint64_t at_ms;
};

struct record {
    unsigned connections; /* that reached a server */
    unsigned reported;    /* attempts the sender itself told of; 0 when it tells nothing */
    unsigned delivered;   /* copies kept by the scenario's hosts */
    unsigned distinct;    /* of these, messages: a second copy for the same recipient is none */
    unsigned duplicates;  /* copies that came whole after an earlier one had been kept, whether they were kept or not */
    unsigned script_errors;
    char *script_error;   /* the first one */
    struct record_wait *waits;
    size_t wait_count;
    struct record_session *sessions;
    size_t session_count;
    struct record_bounce *bounces;
    size_t bounce_count;
    uint64_t submitted_ms, last_ms;
};

void record_event(struct record *record, const struct transcript_event *event);
void record_delivery(struct record *record, const struct server_message *message);
void record_bounce(struct record *record, const struct server_message *message); /* copies it */
void record_deinit(struct record *record);

#endif
