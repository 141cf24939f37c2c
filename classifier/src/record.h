/* SPDX-License-Identifier: BSD-2-Clause */
/* record.h - what every format is reduced to: one record per recipient.
 *
 * Everything downstream (reply, match, reason, explain) sees records only and does not know where
 * they came from. */
#ifndef BOUNCE_RECORD_H
#define BOUNCE_RECORD_H

#include "decode.h"

/* A piece of text that speaks of one recipient; lives in the scratch arena. */
struct bit {
    struct span s;
    const struct text *text; /* what it is a part of: knows the input offsets */
    struct bit *next;
};

struct bits {
    struct bit *first, *last;
    size_t bytes;
};

enum { BITS_MOST = 6000 };

struct record {
    struct span address;  /* without angle brackets */
    struct span original; /* the address as the sender wrote it */
    struct span action, status, remote_mta;
    struct span last_attempt, retry_until; /* dates, as they stand there */
    struct span diagnostic_type;           /* "smtp", "X-Postfix", ... */
    struct bits decisive;                  /* Diagnostic-Code, or the reply quoted in the text */
    struct bits said;                      /* what the human-readable part says of this recipient */
    const struct bits *rest; /* the notification's other lines, of all records; or NULL */
    bool from_report;
    bool about_sender; /* what decides names the sender's address, and not this one */
    bool codeless;     /* what decides is quoted as the answer to a command, and has no code */
    struct record *next;
};

struct records {
    struct record *first, *last;
    size_t count;
};

/* More recipients than this are not told apart. */
enum { RECORDS_MOST = 2000 };

static inline void bits_add(
    struct bits *bits, struct arena *arena, const struct text *text, struct span s)
{
    struct bit *bit;

    s = bounce__trim(s);
    if (!s.n || bits->bytes >= BITS_MOST)
        return;
    bit = bounce__arena_new(arena, sizeof *bit);
    if (!bit)
        return;
    bit->s = span_upto(s, BITS_MOST - bits->bytes);
    bit->text = text;
    bits->bytes += bit->s.n;
    if (bits->last)
        bits->last->next = bit;
    else
        bits->first = bit;
    bits->last = bit;
}

static inline struct record *record_add(struct records *records, struct arena *arena)
{
    struct record *record =
        records->count < RECORDS_MOST ? bounce__arena_new(arena, sizeof *record) : NULL;

    if (!record)
        return NULL;
    if (records->last)
        records->last->next = record;
    else
        records->first = record;
    records->last = record;
    records->count++;
    return record;
}

#endif
