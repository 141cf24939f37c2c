/* SPDX-License-Identifier: BSD-2-Clause */
/* lookup.h - single DNS questions through c-ares on the loop; what the answers mean for mail is
 * resolve.h's business.
 *
 * c-ares keeps time by the wall, a run may not: so c-ares is told to wait practically for ever, and
 * asking again (after 10 s) and giving up (after 30 s) are timers of the run's clock. */
#ifndef FAKESMTP_SENDER_LOOKUP_H
#define FAKESMTP_SENDER_LOOKUP_H

#include <stddef.h>
#include "util/require.h"

struct uv_loop_s;
struct clock;
struct lookups;

enum lookup_type {
    LOOKUP_MX,
    LOOKUP_A,
    LOOKUP_AAAA,
};

enum lookup_outcome {
    LOOKUP_OK,
    LOOKUP_NO_NAME,   /* NXDOMAIN */
    LOOKUP_NO_DATA,   /* the name exists, the type does not */
    LOOKUP_TEMPORARY, /* why says what went wrong */
    LOOKUP_CANCELLED, /* by lookups_close */
};

struct lookup_record {
    unsigned preference; /* MX */
    char *text;          /* MX: the host, "" for the root; else the address */
};

struct lookup_answer {
    enum lookup_outcome outcome;
    const char *why; /* static */
    struct lookup_record *records;
    size_t count;
};

/* Everything is borrowed for the call; the records may be moved out (text set to NULL). */
typedef void lookup_on_answer(void *ctx, struct lookup_answer *answer);

/* loop and clock are kept until on_closed was called. NULL with *why set (caller frees). */
struct lookups *lookups_open(struct uv_loop_s *loop, struct clock *clock, const char *server,
    unsigned port, char **why) MUST_CHECK;

/* on_answer is called exactly once and never before this returns. name is copied. */
void lookup_start(struct lookups *lookups, enum lookup_type type, const char *name,
    lookup_on_answer *on_answer, void *ctx);

/* Answers what is open with LOOKUP_CANCELLED before it returns; on_closed when the handles are
 * gone. */
void lookups_close(struct lookups *lookups, void (*on_closed)(void *ctx), void *ctx);

#endif
