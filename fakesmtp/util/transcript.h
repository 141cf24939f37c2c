/* SPDX-License-Identifier: BSD-2-Clause */
/* transcript.h - what happened on every connection, event by event, for a file, a person or the
 * judge.
 *
 * The file is JSON lines (docs/transcript.md): each event is one write, so that a killed run keeps
 * all it saw. */
#ifndef FAKESMTP_UTIL_TRANSCRIPT_H
#define FAKESMTP_UTIL_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "util/require.h"

enum transcript_kind {
    TRANSCRIPT_CONNECT,      /* text: the peer */
    TRANSCRIPT_COMMAND,      /* bytes: the line, without CRLF */
    TRANSCRIPT_REPLY,        /* bytes: what was sent */
    TRANSCRIPT_DATA,         /* size; text: "end", "chunk", "closed" or "timeout" */
    TRANSCRIPT_WAIT,         /* seconds; text: "sleep" or "stall" */
    TRANSCRIPT_KEPT,         /* the server took the message that ended last */
    TRANSCRIPT_TLS,          /* text: "up: ...", "failed: ...", "stopped: ...", "discarded: ..." */
    TRANSCRIPT_ENDING,       /* text: finish, drop, reset, half-close, closed-by-client, lost,
                                output-full, memory-full */
    TRANSCRIPT_SCRIPT_ERROR, /* text */
    TRANSCRIPT_DNS, /* name, type, transport; text: what was answered. No session; scenario NULL:
                       nobody's name */
    TRANSCRIPT_KINDS
};

struct transcript_event { /* everything borrowed for the call; NULL and 0 where it does not apply */
    enum transcript_kind kind;
    uint64_t at_ms; /* on the run's clock */
    uint64_t session;
    const char *scenario, *host;
    const char *stage;
    const char *bytes;
    size_t len;
    const char *text;
    const char *name, *type, *transport;
    uint64_t size;
    double seconds; /* < 0: for ever */
    unsigned copy;  /* of a message that is whole: how many-th time it came */
    bool duplicate; /* ... and an earlier copy had been kept */
    signed char
        kept; /* of an ending: 1 the last message was kept, -1 it was not, 0 none had come */
};

struct transcript_sink {
    void (*on_event)(void *ctx, const struct transcript_event *event);
    void *ctx;
};

struct transcript; /* hands events on to its sinks */

struct transcript *transcript_new(void);
void transcript_free(struct transcript *transcript); /* closes the file; NULL is fine */
void transcript_add_sink(struct transcript *transcript, struct transcript_sink sink); /* ctx kept */
/* Appends to path. False: *why = "path: reason", caller frees. */
bool transcript_to_file(struct transcript *transcript, const char *path, char **why) MUST_CHECK;
/* The same to a descriptor opened for appending, which the transcript closes; name is for messages.
 */
void transcript_to_fd(struct transcript *transcript, int fd, const char *name);
/* Prints C:/S: lines for people; to stdout or stderr. */
void transcript_to_text(struct transcript *transcript, int fd);
void transcript_event(struct transcript *transcript,
    const struct transcript_event *event); /* NULL transcript is fine */
/* Why the file could not be written, from the first failure on; NULL while all is well. */
const char *transcript_failure(const struct transcript *transcript);

#endif
