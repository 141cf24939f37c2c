/* SPDX-License-Identifier: BSD-2-Clause */
/* steps.c - chains as steps: what phrases have in common up to a gap is one step, and pieces that
 * are spelled alike are one piece. */
#include "compile.h"

/* What makes steps one. */
struct key {
    uint32_t before, piece, entry, exit;
};

struct stepping {
    struct rulemem *work;
    struct steps *out;
    size_t example_cap;
    struct intern gaps; /* keys of the steps with a gap behind them */
    struct key *lasts;  /* the others */
    uint16_t *phrases;  /* of these */
    size_t last_count, last_cap, phrase_cap;
};

static uint32_t piece_number(struct stepping *stepping, const struct piece *piece)
{
    struct steps *out = stepping->out;
    char *spelling = bounce__phrase_spelling(stepping->work, piece->nodes, piece->count);
    size_t number = bounce__intern(&out->pieces, spelling, strlen(spelling));

    if (number == stepping->example_cap)
        out->examples = bounce__rulemem_more(stepping->work, out->examples, sizeof *out->examples,
            stepping->example_cap, &stepping->example_cap);
    out->examples[number] = piece;
    return (uint32_t)number;
}

static void add_last(struct stepping *stepping, const struct key *key, size_t phrase)
{
    size_t n = stepping->last_count;

    if (n == stepping->last_cap)
        stepping->lasts = bounce__rulemem_more(
            stepping->work, stepping->lasts, sizeof *stepping->lasts, n, &stepping->last_cap);
    if (n == stepping->phrase_cap)
        stepping->phrases = bounce__rulemem_more(
            stepping->work, stepping->phrases, sizeof *stepping->phrases, n, &stepping->phrase_cap);
    stepping->lasts[n] = *key;
    stepping->phrases[n] = (uint16_t)phrase;
    stepping->last_count++;
}

static void add_chain(struct stepping *stepping, const struct phrase_use *use,
    const struct chain *chain, size_t phrase)
{
    struct key key = {.entry = use->begins_word ? ENTRY_WORD : ENTRY_ANYWHERE};

    for (size_t i = 0; i < chain->count; i++) {
        const struct piece *piece = &chain->pieces[i];

        key.piece = piece_number(stepping, piece);
        if (piece->after == GAP_NONE) {
            key.exit = use->ends_word ? EXIT_WORD : EXIT_PHRASE;
            add_last(stepping, &key, phrase);
            return;
        }
        key.exit = piece->after == GAP_BLANKS ? EXIT_BLANKS : EXIT_NEAR;
        key.before = (uint32_t)bounce__intern(&stepping->gaps, &key, sizeof key);
        key.entry = piece->after == GAP_BLANKS ? ENTRY_BLANKS : ENTRY_NEAR;
    }
}

static void put_step(struct steps *out, const struct key *key, uint16_t phrase)
{
    out->piece_of[out->count] = key->piece;
    out->steps[out->count++] = (struct step){.before = (uint16_t)key->before,
        .phrase = phrase,
        .entry = (uint8_t)key->entry,
        .exit = (uint8_t)key->exit};
}

bool bounce__steps(
    struct rulemem *keep, struct rulemem *work, const struct patterns *patterns, struct steps *out)
{
    struct stepping stepping = {.work = work, .out = out, .gaps = {.memory = work}};
    size_t total;

    *out = (struct steps){.pieces = {.memory = work}};
    for (size_t i = 0; i < patterns->count; i++) {
        const struct phrase_use *use = &patterns->uses[patterns->first[i]];
        for (const struct chain *chain = use->chains; chain; chain = chain->next)
            add_chain(&stepping, use, chain, i);
    }
    total = stepping.gaps.count + stepping.last_count;
    if (total > STEPS_MOST)
        return false;
    out->steps = bounce__rulemem_new(keep, (total + 1) * sizeof *out->steps);
    out->piece_of = bounce__rulemem_new(work, (total + 1) * sizeof *out->piece_of);
    out->gap_count = stepping.gaps.count;
    for (size_t i = 0; i < stepping.gaps.count; i++)
        put_step(out, stepping.gaps.items[i].bytes, 0);
    for (size_t i = 0; i < stepping.last_count; i++)
        put_step(out, &stepping.lasts[i], stepping.phrases[i]);
    return true;
}
