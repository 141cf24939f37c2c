/* SPDX-License-Identifier: BSD-2-Clause */
/* origin.h - did the user send the message that bounced? */
#ifndef ORIGIN_H
#define ORIGIN_H

#include "attach.h"
#include "bounce.h"
#include "mine.h"

enum origin_verdict { ORIGIN_UNKNOWN, ORIGIN_MINE, ORIGIN_NOT_MINE, ORIGIN_BACKSCATTER };

enum { PROOFS_MOST = 14, PROOF_MOST = 320 };

/* One thing that speaks for (weight > 0) or against the message being the user's. */
struct proof {
    const char *kind; /* "message-id", "host", "batv", "received", ... */
    int weight;       /* 1 .. 100, negative: against */
    char text[PROOF_MOST];
};

struct origin {
    enum origin_verdict verdict;
    struct proof proofs[PROOFS_MOST];
    size_t proof_count;
    struct programs programs;
    bool dressed; /* no bounce at all: a program dressed as one */
};

/* bytes are borrowed; mine may be NULL. False: out of memory. */
bool origin_find(struct origin *origin, const struct mine *mine, const char *bytes, size_t len,
    const struct bounce *bounce);
const char *origin_name(enum origin_verdict verdict); /* "likely-backscatter", ... */

/* traits.c: what the headers alone tell. */
struct returned {
    struct span header;        /* of the returned message; p NULL: none */
    struct span bounce_header; /* of the bounce itself */
    struct span id;            /* Message-ID without brackets */
    struct span from;          /* address */
    size_t original_at;        /* where the returned message begins in the input; SIZE_MAX: none */
};

void origin_prove(struct origin *origin, int weight, const char *kind, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void traits_find(
    struct origin *origin, const struct returned *returned, const struct bounce *bounce);
/* The domain that somebody registered: "mx.example.co.uk" -> "example.co.uk". A guess without the
 * public suffix list. */
struct span traits_registered(struct span domain);
/* Is host equal to domain, or below it? */
bool traits_below(struct span host, struct span domain);

#endif
