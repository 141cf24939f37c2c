/* SPDX-License-Identifier: BSD-2-Clause */
/* learned.c - a linear model: every known term adds its weights, the length of the reply is evened
 * out. Whole numbers only, so that it says the same everywhere. */
#include "learned.h"

enum { WORDS_LEAST = 3 }; /* "hello there" may mean anything */

/* 65536 / sqrt(n + 1), rounded down. */
static uint32_t evened(size_t n)
{
    uint64_t square = (uint64_t)1 << 32, root = 0;

    square /= n + 1;
    for (uint64_t bit = 1 << 16; bit; bit >>= 1)
        if ((root | bit) * (root | bit) <= square)
            root |= bit;
    return (uint32_t)root;
}

static const int8_t *weights_of(const struct learned_table *table, uint32_t hash)
{
    size_t last = table->slot_count - 1;

    for (size_t slot = hash & last; table->slots[slot]; slot = (slot + 1) & last) {
        size_t term = table->slots[slot] - 1u;
        if (table->hashes[term] == hash)
            return table->weights + term * table->reason_count;
    }
    return NULL;
}

static size_t add_up(const struct learned_table *table, const struct terms *terms,
    int32_t *restrict sums, size_t *words)
{
    size_t known = 0;

    *words = 0;
    for (size_t i = 0; i < terms->count; i++) {
        const int8_t *weights = weights_of(table, terms->list[i].hash);

        for (size_t r = 0; weights && r < table->reason_count; r++)
            sums[r] += weights[r];
        known += weights != NULL;
        *words += weights && !terms->list[i].wordless;
    }
    return known;
}

static void find_evidence(
    struct leaning *leaning, const struct learned_table *table, const struct terms *terms)
{
    int most = 0;

    for (size_t i = 0; i < terms->count; i++) {
        const struct term *term = &terms->list[i];
        const int8_t *weights = weights_of(table, term->hash);

        if (weights && !term->wordless && weights[leaning->likeliest] > most) {
            most = weights[leaning->likeliest];
            leaning->from = term->from;
            leaning->to = term->to;
        }
    }
}

void bounce__lean(struct leaning *leaning, const struct learned_table *table, struct span text)
{
    struct terms terms;
    int32_t sums[REASONS_MOST] = {0};
    size_t known, words, best = 0;
    int64_t unit;
    int32_t top;

    leaning->heard = false;
    bounce__terms_read(&terms, text);
    known = add_up(table, &terms, sums, &words);
    if (words < WORDS_LEAST)
        return;
    unit = (int64_t)table->unit * evened(known);
    for (size_t r = 0; r < table->reason_count; r++) {
        /* 16 bits of the unit, 16 of the root; 8 of them are kept. */
        leaning->behind[r] = table->bias[r] + (int32_t)(sums[r] * unit / (1 << 24));
        if (leaning->behind[r] > leaning->behind[best])
            best = r;
    }
    top = leaning->behind[best];
    for (size_t r = 0; r < table->reason_count; r++)
        leaning->behind[r] -= top;
    leaning->heard = true;
    leaning->likeliest = (uint8_t)best;
    leaning->from = leaning->to = 0;
    find_evidence(leaning, table, &terms);
}
