/* SPDX-License-Identifier: BSD-2-Clause */
/* tally.h - what is known of each of many names, in bounded memory. */
#ifndef TALLY_H
#define TALLY_H

#include "bytes.h"

enum { REASONS_MOST = 96, SAMPLES_MOST = 4, TALLY_NAME_MOST = 200 };

/* One address, domain, server, sender, network or window of time. */
struct tally {
    char *name;
    uint32_t failed, delayed, passed, expired, dead;
    uint32_t reasons[REASONS_MOST]; /* failures by reason; only where the table has them */
    uint64_t others; /* one bit for each of the other names seen with it, hashed to 64 */
    char *samples[SAMPLES_MOST]; /* names of messages */
    char *note;                  /* e.g. the IP address; NULL */
};

struct tallies {
    struct tally **slots;
    size_t slot_count, count, cap;
    uint64_t lost; /* reports about names for which there was no room */
    bool failed;   /* out of memory */
};

/* cap: how many names are kept apart. */
void tallies_init(struct tallies *tallies, size_t cap);
void tallies_deinit(struct tallies *tallies);
/* The tally of that name (lower case), made when it is new; NULL when there is no room. */
struct tally *tallies_get(struct tallies *tallies, struct span name);
/* The same, never made. */
struct tally *tallies_find(const struct tallies *tallies, struct span name);
/* Remembers a message by which others can check it. */
void tally_sample(struct tally *tally, const char *source);
void tally_other(struct tally *tally, struct span name);
/* How many others, at least: hashes may fall together. */
int tally_others(const struct tally *tally);
/* The most frequent reason and how many of the failures had it. */
size_t tally_reason(const struct tally *tally, uint32_t *count);
/* Pointers to all, most failures first; the caller frees. NULL when memory ran out. */
struct tally **tallies_sorted(const struct tallies *tallies);

#endif
