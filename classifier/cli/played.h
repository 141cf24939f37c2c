/* SPDX-License-Identifier: BSD-2-Clause */
/* played.h - fakesmtp's record (docs/transcript.md) as whybounced needs it: what became of each
 * recipient in each session. */
#ifndef PLAYED_H
#define PLAYED_H

#include "bytes.h"
#include "cli.h"

enum { OUTCOMES_MOST = 12, LEFT_OUT_MOST = 12, LINE_MOST = 400, STAGE_MOST = 16 };

/* How one attempt ended. */
struct outcome_of {
    char stage[STAGE_MOST];
    char what[LINE_MOST]; /* "replied: 450 4.2.0 busy", "dropped the connection", ... */
    double waited;        /* how long the client waited before it left, in seconds; 0: it did not */
    bool reply;           /* what the server said, not what it did */
    bool kept;            /* the server took the message */
    bool said;            /* the client was told so */
};

/* One recipient's part of one session; no recipient: the session failed before RCPT. */
struct attempt {
    char *address, *host;
    double from, to; /* seconds since the start of the transcript */
    struct outcome_of outcome;
};

struct transcript {
    struct attempt *attempts;
    size_t count, cap;
    char **names; /* DNS questions that were not answered as a healthy server would */
    size_t name_count;
};

/* NULL: the reason was printed, "file:line: what". */
struct transcript *transcript_read(struct cli *cli, const char *path);
void transcript_free(struct transcript *transcript);

/* What the transcript knows of one recipient, and the bounce does not say. */
struct joined_rcpt {
    size_t attempts, dns_failures;
    double first, last;
    struct outcome_of outcomes[OUTCOMES_MOST];
    size_t counts[OUTCOMES_MOST], outcome_count;
    char left_out[LEFT_OUT_MOST][LINE_MOST + 200];
    size_t left_out_count;
};

struct joined {
    struct joined_rcpt *rcpts; /* as many as the bounce has */
    size_t count;
};

/* False: out of memory. Free with joined_deinit. */
bool joined_make(
    struct joined *joined, const struct transcript *transcript, const struct bounce *bounce);
void joined_deinit(struct joined *joined);

#endif
