/* SPDX-License-Identifier: BSD-2-Clause */
/* chains.c - the tree is spread into variants, rows of nodes that hold gaps at their top only; each
 * is cut at its gaps. */
#include "chains.h"

/* A variant so far, last node first: variants share how they begin. */
struct item {
    const struct node *node;
    const struct item *before;
};

struct variants {
    const struct item *ends[VARIANTS_MOST];
    size_t count;
};

static void append(struct rulemem *memory, struct variants *variants, const struct node *node)
{
    for (size_t i = 0; i < variants->count; i++) {
        struct item *item = bounce__rulemem_new(memory, sizeof *item);

        *item = (struct item){node, variants->ends[i]};
        variants->ends[i] = item;
    }
}

/* The weight has been looked at: there is room. */
static void unite(struct variants *all, const struct variants *more)
{
    for (size_t i = 0; i < more->count && all->count < VARIANTS_MOST; i++)
        all->ends[all->count++] = more->ends[i];
}

/* Lets each variant go on with what the node may be. */
static void spread(struct rulemem *memory, struct variants *variants, const struct node *node)
{
    struct variants start = *variants, one = *variants;

    if (!bounce__phrase_has_gap(node) || node->kind == NODE_GAP || node->kind == NODE_NEAR) {
        append(memory, variants, node);
        return;
    }
    switch (node->kind) {
    case NODE_CHOICE:
        variants->count = 0;
        for (const struct node *n = node->first; n; n = n->next) {
            one = start;
            spread(memory, &one, n);
            unite(variants, &one);
        }
        break;
    case NODE_OPTION:
        spread(memory, &one, node->first);
        unite(variants, &one);
        break;
    case NODE_REPEAT:
        for (int i = 0; i < REPEATS_MOST; i++) {
            spread(memory, &one, node->first);
            unite(variants, &one);
        }
        break;
    default:
        for (const struct node *n = node->first; n; n = n->next)
            spread(memory, variants, n);
    }
}

static enum gap gap_of(const struct node *node)
{
    return node->kind == NODE_GAP ? GAP_BLANKS : node->kind == NODE_NEAR ? GAP_NEAR : GAP_NONE;
}

static const struct node blank = {.kind = NODE_CHAR, .c = ' '};

static const char between_gaps[] = "between two gaps something has to stand";

struct cutting {
    struct rulemem *memory;
    struct chain *chains; /* made so far */
    const char *why;
};

static bool nothing(const struct node *const *nodes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!bounce__phrase_may_be_nothing(nodes[i]))
            return false;
    return true;
}

static void add_chain(struct cutting *cutting, const struct piece *pieces, size_t count)
{
    struct chain *chain = bounce__rulemem_new(cutting->memory, sizeof *chain);

    chain->pieces = bounce__rulemem_new(cutting->memory, count * sizeof *pieces);
    memcpy(chain->pieces, pieces, count * sizeof *pieces);
    chain->count = count;
    chain->next = cutting->chains;
    cutting->chains = chain;
}

/* With a blank in front of the nodes, or behind them, in the place of a gap that leads nowhere. */
static struct piece with_blank(struct rulemem *memory, struct piece piece, bool behind)
{
    const struct node **nodes = bounce__rulemem_new(memory, (piece.count + 1) * sizeof *nodes);

    memcpy(nodes + !behind, piece.nodes, piece.count * sizeof *nodes);
    nodes[behind ? piece.count : 0] = &blank;
    return (struct piece){nodes, piece.count + 1, piece.after};
}

/* Of "(a)? * b" every match ends where one of " b" does, which is shorter. */
static void drop_first(struct cutting *cutting, struct piece **pieces, size_t *count)
{
    while (*count > 1 && nothing((*pieces)[0].nodes, (*pieces)[0].count)) {
        bool blanks = (*pieces)[0].after == GAP_BLANKS;

        ++*pieces;
        --*count;
        if (blanks)
            (*pieces)[0] = with_blank(cutting->memory, (*pieces)[0], false);
    }
}

/* Of "a * (b)?" there is "a " as well. */
static void drop_last(struct cutting *cutting, struct piece *pieces, size_t *count)
{
    struct piece *last;

    if (*count < 2 || !nothing(pieces[*count - 1].nodes, pieces[*count - 1].count))
        return;
    last = &pieces[*count - 2];
    if (nothing(last->nodes, last->count))
        cutting->why = between_gaps;
    if (pieces[*count - 1].count)
        add_chain(cutting, pieces, *count);
    if (last->after == GAP_BLANKS)
        *last = with_blank(cutting->memory, *last, true);
    last->after = GAP_NONE;
    --*count;
}

static void cut(struct cutting *cutting, const struct item *end)
{
    const struct node **nodes;
    struct piece *pieces;
    size_t n = 0, count = 0, from = 0;

    for (const struct item *item = end; item; item = item->before)
        n++;
    nodes = bounce__rulemem_new(cutting->memory, (n + 1) * sizeof *nodes);
    pieces = bounce__rulemem_new(cutting->memory, (n + 1) * sizeof *pieces);
    for (size_t i = n; end; end = end->before)
        nodes[--i] = end->node;
    for (size_t i = 0; i <= n; i++)
        if (i == n || gap_of(nodes[i]) != GAP_NONE) {
            pieces[count++] =
                (struct piece){nodes + from, i - from, i < n ? gap_of(nodes[i]) : GAP_NONE};
            from = i + 1;
        }
    drop_first(cutting, &pieces, &count);
    drop_last(cutting, pieces, &count);
    for (size_t i = 0; i < count; i++)
        if (nothing(pieces[i].nodes, pieces[i].count))
            cutting->why = count > 1 ? between_gaps : "a phrase has to stand for something";
    add_chain(cutting, pieces, count);
}

struct chain *bounce__chains(struct rulemem *memory, const struct node *tree, const char **why)
{
    struct variants *variants = bounce__rulemem_new(memory, sizeof *variants);
    struct cutting cutting = {.memory = memory};

    variants->count = 1;
    spread(memory, variants, tree);
    for (size_t i = 0; i < variants->count; i++)
        cut(&cutting, variants->ends[i]);
    *why = cutting.why;
    return cutting.chains;
}
