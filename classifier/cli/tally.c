/* SPDX-License-Identifier: BSD-2-Clause */
/* tally.c - a hash table with open addressing that refuses to grow beyond its cap. */
#include "tally.h"
#include <stdlib.h>

static uint64_t hash_of(struct span name)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */

    for (size_t i = 0; i < name.n; i++)
        hash = (hash ^ (unsigned char)byte_lower(name.p[i])) * 0x100000001b3u;
    return hash ^ hash >> 29;
}

void tallies_init(struct tallies *tallies, size_t cap)
{
    *tallies = (struct tallies){.cap = cap};
}

static void tally_free(struct tally *tally)
{
    for (size_t i = 0; tally && i < SAMPLES_MOST; i++)
        free(tally->samples[i]);
    if (tally) {
        free(tally->name);
        free(tally->note);
    }
    free(tally);
}

void tallies_deinit(struct tallies *tallies)
{
    for (size_t i = 0; i < tallies->slot_count; i++)
        tally_free(tallies->slots[i]);
    free(tallies->slots);
    *tallies = (struct tallies){0};
}

/* Where the name is, or would be. */
static struct tally **slot_of(const struct tallies *tallies, struct span name)
{
    size_t at = (size_t)hash_of(name) & (tallies->slot_count - 1);

    while (tallies->slots[at] && !bounce__same(span_str(tallies->slots[at]->name), name))
        at = (at + 1) & (tallies->slot_count - 1);
    return &tallies->slots[at];
}

static bool grow(struct tallies *tallies)
{
    struct tallies bigger = *tallies;

    if (tallies->count * 2 < tallies->slot_count)
        return true;
    bigger.slot_count = tallies->slot_count ? tallies->slot_count * 2 : 64;
    bigger.slots = calloc(bigger.slot_count, sizeof *bigger.slots);
    if (!bigger.slots) {
        tallies->failed = true;
        return false;
    }
    for (size_t i = 0; i < tallies->slot_count; i++)
        if (tallies->slots[i])
            *slot_of(&bigger, span_str(tallies->slots[i]->name)) = tallies->slots[i];
    free(tallies->slots);
    *tallies = bigger;
    return true;
}

struct tally *tallies_find(const struct tallies *tallies, struct span name)
{
    return tallies->slot_count ? *slot_of(tallies, span_upto(name, TALLY_NAME_MOST)) : NULL;
}

struct tally *tallies_get(struct tallies *tallies, struct span name)
{
    struct tally **slot, *tally;

    name = span_upto(name, TALLY_NAME_MOST);
    if (!name.n || !grow(tallies))
        return NULL;
    slot = slot_of(tallies, name);
    if (*slot)
        return *slot;
    if (tallies->count >= tallies->cap) {
        tallies->lost++;
        return NULL;
    }
    tally = calloc(1, sizeof *tally);
    if (tally)
        tally->name = strndup(name.p, name.n);
    if (!tally || !tally->name) {
        tally_free(tally);
        tallies->failed = true;
        return NULL;
    }
    for (char *p = tally->name; *p; p++)
        *p = byte_lower(*p);
    tallies->count++;
    *slot = tally;
    return tally;
}

void tally_sample(struct tally *tally, const char *source)
{
    for (size_t i = 0; tally && i < SAMPLES_MOST; i++) {
        if (!tally->samples[i]) {
            tally->samples[i] = strdup(source);
            return;
        }
        if (!strcmp(tally->samples[i], source))
            return;
    }
}

void tally_other(struct tally *tally, struct span name)
{
    if (tally && name.n)
        tally->others |= (uint64_t)1 << (hash_of(name) & 63);
}

int tally_others(const struct tally *tally)
{
    return __builtin_popcountll(tally->others);
}

size_t tally_reason(const struct tally *tally, uint32_t *count)
{
    size_t best = 0;

    for (size_t i = 1; i < REASONS_MOST; i++)
        if (tally->reasons[i] > tally->reasons[best])
            best = i;
    *count = tally->reasons[best];
    return best;
}

static int by_failures(const void *a, const void *b)
{
    const struct tally *x = *(struct tally *const *)a, *y = *(struct tally *const *)b;

    if (x->failed != y->failed)
        return x->failed < y->failed ? 1 : -1;
    return strcmp(x->name, y->name);
}

struct tally **tallies_sorted(const struct tallies *tallies)
{
    struct tally **list = calloc(tallies->count + 1, sizeof *list);
    size_t n = 0;

    for (size_t i = 0; list && i < tallies->slot_count; i++)
        if (tallies->slots[i])
            list[n++] = tallies->slots[i];
    if (list)
        qsort(list, n, sizeof *list, by_failures);
    return list;
}
