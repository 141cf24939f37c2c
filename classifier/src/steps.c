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

/* The piece of a chain that is next, and what the steps before it came to. */
struct chaining {
    const struct phrase_use *use;
    const struct chain *chain;
    size_t next, phrase;
    struct key key;
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

static bool begins_with_rest(const struct node *node)
{
    return node->kind == NODE_SEQUENCE && node->first && node->first->kind == NODE_REST;
}

/* The node without the rest of a word that it, or one of its alternatives, begins with. */
static struct node *without_rest(struct rulemem *memory, const struct node *node)
{
    struct node *copy = bounce__rulemem_new(memory, sizeof *copy), **end = &copy->first;

    *copy = *node;
    if (begins_with_rest(node)) {
        copy->first = node->first->next;
    } else if (node->kind == NODE_SEQUENCE && node->first) {
        copy->first = without_rest(memory, node->first);
        copy->first->next = node->first->next;
    }
    for (const struct node *n = node->first; node->kind == NODE_CHOICE && n; n = n->next) {
        *end = without_rest(memory, n);
        end = &(*end)->next;
    }
    return copy;
}

/* What of the node begins with the rest of a word, or what does not; NULL when that is nothing. */
static struct node *part_of(struct rulemem *memory, const struct node *node, bool with_rest)
{
    struct node *copy = bounce__rulemem_new(memory, sizeof *copy), **end = &copy->first, *part;

    *copy = *node;
    copy->next = NULL;
    if (node->kind == NODE_CHOICE) {
        copy->first = NULL;
        for (const struct node *n = node->first; n; n = n->next)
            if ((part = part_of(memory, n, with_rest))) {
                *end = part;
                end = &part->next;
            }
        return copy->first ? copy : NULL;
    }
    if (node->kind == NODE_SEQUENCE && node->first && !begins_with_rest(node)) {
        copy->first = part_of(memory, node->first, with_rest);
        if (copy->first)
            copy->first->next = node->first->next;
        return copy->first ? copy : NULL;
    }
    return begins_with_rest(node) == with_rest ? copy : NULL;
}

/* The same piece with another node in front. */
static const struct piece *beginning(
    struct rulemem *memory, const struct piece *piece, const struct node *first)
{
    const struct node **nodes = bounce__rulemem_new(memory, piece->count * sizeof *nodes);
    struct piece *copy = bounce__rulemem_new(memory, sizeof *copy);

    *copy = (struct piece){.nodes = nodes, .count = piece->count, .after = piece->after};
    memcpy(nodes, piece->nodes, piece->count * sizeof *nodes);
    nodes[0] = first;
    return copy;
}

static void add_piece(struct stepping *stepping, struct chaining *at, const struct piece *piece);

/* A phrase that may begin anywhere, "(not|~n't) known", may do so without the rest of a word, and
 * that match is the shortest, the one that counts. Behind a gap it takes an entry of its own for
 * the same. Otherwise each word of a text would have to be followed to its end. */
static void add_rest(struct stepping *stepping, struct chaining *at)
{
    const struct piece *piece = &at->chain->pieces[at->next];
    const struct node *first = piece->nodes[0], *others, *rest;
    struct rulemem *work = stepping->work;

    if (at->key.entry == ENTRY_ANYWHERE) {
        add_piece(stepping, at, beginning(work, piece, without_rest(work, first)));
        return;
    }
    rest = at->key.entry == ENTRY_BLANKS ? part_of(work, first, true) : NULL;
    if (!rest) {
        add_piece(stepping, at, piece);
        return;
    }
    others = part_of(work, first, false);
    if (others)
        add_piece(stepping, at, beginning(work, piece, others));
    at->key.entry = ENTRY_TAIL;
    add_piece(stepping, at, beginning(work, piece, without_rest(work, rest)));
}

/* And all behind it. */
static void add_piece(struct stepping *stepping, struct chaining *at, const struct piece *piece)
{
    struct chaining next = *at;

    next.key.piece = piece_number(stepping, piece);
    if (piece->after == GAP_NONE) {
        next.key.exit = at->use->ends_word ? EXIT_WORD : EXIT_PHRASE;
        add_last(stepping, &next.key, at->phrase);
        return;
    }
    next.key.exit = piece->after == GAP_BLANKS ? EXIT_BLANKS : EXIT_NEAR;
    next.key.before = (uint32_t)bounce__intern(&stepping->gaps, &next.key, sizeof next.key);
    next.key.entry = piece->after == GAP_BLANKS ? ENTRY_BLANKS : ENTRY_NEAR;
    next.next++;
    if (stepping->last_count <= STEPS_MOST) /* more is refused in the end */
        add_rest(stepping, &next);
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
            add_rest(
                &stepping, &(struct chaining){.use = use,
                               .chain = chain,
                               .phrase = i,
                               .key = {.entry = use->begins_word ? ENTRY_WORD : ENTRY_ANYWHERE}});
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
