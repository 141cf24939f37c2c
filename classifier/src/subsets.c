/* SPDX-License-Identifier: BSD-2-Clause */
/* subsets.c - pieces as one automaton that is in one state at a time.
 *
 * Each piece is written as a graph of spots first, one for each of its elements, in which a reader
 * may be at several at once. A state of the automaton is a set of such spots. */
#include "compile.h"
#include <stdlib.h>

enum spot_kind {
    SPOT_BYTE,
    SPOT_DIGIT,
    SPOT_REST,
    SPOT_FORK, /* both ways without a byte */
    SPOT_END,  /* of piece `to` */
};

struct spot {
    uint8_t kind, byte;
    uint32_t to, other;
};

/* One way out of a state. */
struct way {
    uint32_t to, next; /* next: number + 1 */
};

/* Members of all sets together, for each state that there may be. */
enum { MEMBERS_EACH = 16, WAYS_EACH = 10 };

struct subsets {
    struct rulemem *work;
    const struct steps *steps;
    struct spot *spots;
    size_t spot_count, spot_cap;
    struct intern sets; /* spots that are no forks, in order */
    size_t members_most, members_all;
    uint32_t *members, *stack; /* the set that is being made */
    size_t member_count;
    uint32_t *seen, round; /* of each spot: the set that it was last put into */
    struct way *ways;      /* of the set whose row is being made */
    size_t way_count;
    uint32_t heads[256], rest; /* number + 1 */
    size_t *first_step;        /* of each piece, into by_piece */
    uint16_t *by_piece;
    size_t row_cap;
    struct rows *out;
};

static uint32_t spot(
    struct subsets *s, enum spot_kind kind, unsigned char byte, uint32_t to, uint32_t other)
{
    if (s->spot_count == s->spot_cap)
        s->spots =
            bounce__rulemem_more(s->work, s->spots, sizeof *s->spots, s->spot_count, &s->spot_cap);
    s->spots[s->spot_count] = (struct spot){(uint8_t)kind, byte, to, other};
    return (uint32_t)s->spot_count++;
}

static uint32_t graph(struct subsets *s, const struct node *node, uint32_t then);

static uint32_t graph_number(struct subsets *s, uint32_t then)
{
    uint32_t at = then;

    for (int digits = NUMBER_MOST; digits > 0; digits--) {
        uint32_t digit = spot(s, SPOT_DIGIT, 0, at, 0);
        at = digits > 1 ? spot(s, SPOT_FORK, 0, digit, then) : digit;
    }
    return at;
}

static uint32_t graph_rest(struct subsets *s, uint32_t then)
{
    uint32_t rest = spot(s, SPOT_REST, 0, 0, 0), fork = spot(s, SPOT_FORK, 0, rest, then);

    s->spots[rest].to = fork;
    return fork;
}

static uint32_t graph_row(struct subsets *s, const struct node *first, uint32_t then)
{
    const struct node **nodes;
    size_t n = 0;

    for (const struct node *node = first; node; node = node->next)
        n++;
    nodes = bounce__rulemem_new(s->work, (n + 1) * sizeof *nodes);
    n = 0;
    for (const struct node *node = first; node; node = node->next)
        nodes[n++] = node;
    while (n)
        then = graph(s, nodes[--n], then);
    return then;
}

/* Where the graph of this node begins that leads to the spot `then`. */
static uint32_t graph(struct subsets *s, const struct node *node, uint32_t then)
{
    uint32_t at = then;

    switch (node->kind) {
    case NODE_CHAR:
        return spot(s, SPOT_BYTE, (unsigned char)node->c, then, 0);
    case NODE_NUMBER:
        return graph_number(s, then);
    case NODE_REST:
        return graph_rest(s, then);
    case NODE_CHOICE:
        at = graph(s, node->first, then);
        for (const struct node *n = node->first->next; n; n = n->next)
            at = spot(s, SPOT_FORK, 0, graph(s, n, then), at);
        return at;
    case NODE_OPTION:
        return spot(s, SPOT_FORK, 0, graph(s, node->first, then), then);
    case NODE_REPEAT:
        for (int i = 0; i < REPEATS_MOST; i++)
            at = spot(s, SPOT_FORK, 0, graph(s, node->first, at), then);
        return at;
    default:
        return graph_row(s, node->first, then);
    }
}

static void begin_set(struct subsets *s)
{
    s->round++;
    s->member_count = 0;
}

/* A spot, and those that forks lead to. */
static void put(struct subsets *s, uint32_t from)
{
    size_t n = 0;

    s->stack[n++] = from;
    while (n) {
        uint32_t at = s->stack[--n];
        const struct spot *here = &s->spots[at];

        if (s->seen[at] == s->round)
            continue;
        s->seen[at] = s->round;
        if (here->kind != SPOT_FORK) {
            s->members[s->member_count++] = at;
            continue;
        }
        s->stack[n++] = here->to;
        s->stack[n++] = here->other;
    }
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static uint32_t end_set(struct subsets *s)
{
    size_t known = s->sets.count;
    uint32_t number;

    qsort(s->members, s->member_count, sizeof *s->members, by_number);
    number = (uint32_t)bounce__intern(&s->sets, s->members, s->member_count * sizeof *s->members);
    if (s->sets.count > known)
        s->members_all += s->member_count;
    return number;
}

static void put_ways(struct subsets *s, uint32_t head)
{
    for (; head; head = s->ways[head - 1].next)
        put(s, s->ways[head - 1].to);
}

static void add_way(struct subsets *s, uint32_t *head, uint32_t to)
{
    s->ways[s->way_count] = (struct way){to, *head};
    *head = (uint32_t)++s->way_count;
}

/* The steps whose pieces end in this set, as a list. */
static uint32_t list_of(struct subsets *s, const uint32_t *members, size_t count)
{
    uint16_t *list;
    size_t n = 0;

    for (int pass = 0; pass < 2; pass++) {
        list = pass && n ? bounce__rulemem_new(s->work, n * sizeof *list) : NULL;
        n = 0;
        for (size_t i = 0; i < count; i++) {
            const struct spot *here = &s->spots[members[i]];
            size_t first = here->kind == SPOT_END ? s->first_step[here->to] : 0;
            size_t end = here->kind == SPOT_END ? s->first_step[here->to + 1] : 0;

            if (list && end > first)
                memcpy(list + n, s->by_piece + first, (end - first) * sizeof *list);
            n += end - first;
        }
        if (!n)
            return 0;
    }
    return (uint32_t)bounce__intern(&s->out->lists, list, n * sizeof *list) + 1;
}

static void find_ways(struct subsets *s, const uint32_t *members, size_t count)
{
    memset(s->heads, 0, sizeof s->heads);
    s->rest = 0;
    s->way_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct spot *here = &s->spots[members[i]];

        if (here->kind == SPOT_BYTE)
            add_way(s, &s->heads[here->byte], here->to);
        else if (here->kind == SPOT_REST)
            add_way(s, &s->rest, here->to);
        for (int d = '0'; here->kind == SPOT_DIGIT && d <= '9'; d++)
            add_way(s, &s->heads[d], here->to);
    }
}

static void add_edge(struct subsets *s, struct row *row, unsigned char byte, uint32_t to)
{
    struct rows *out = s->out;

    if (automaton_in_rest(byte) && row->rest == to + 1)
        return;
    if (out->edge_count == out->edge_cap)
        out->edges = bounce__rulemem_more(
            s->work, out->edges, sizeof *out->edges, out->edge_count, &out->edge_cap);
    out->edges[out->edge_count++] = (struct edge){to, byte};
    row->edge_count++;
}

/* The row of a set; makes the sets that it leads to. */
static void make_row(struct subsets *s, size_t number)
{
    const uint32_t *members = s->sets.items[number].bytes;
    size_t count = s->sets.items[number].n / sizeof *members;
    struct row row = {.first_edge = s->out->edge_count};

    find_ways(s, members, count);
    row.ends = list_of(s, members, count);
    if (s->rest) {
        begin_set(s);
        put_ways(s, s->rest);
        row.rest = end_set(s) + 1;
    }
    for (int c = 0; c < 256; c++) {
        if (!s->heads[c])
            continue;
        begin_set(s);
        put_ways(s, s->heads[c]);
        if (automaton_in_rest((unsigned char)c))
            put_ways(s, s->rest);
        add_edge(s, &row, (unsigned char)c, end_set(s));
    }
    if (number >= s->row_cap)
        s->out->rows =
            bounce__rulemem_more(s->work, s->out->rows, sizeof *s->out->rows, number, &s->row_cap);
    s->out->rows[number] = row;
    s->out->count = number + 1;
}

/* Steps by their pieces. */
static void sort_steps(struct subsets *s)
{
    const struct steps *steps = s->steps;
    size_t pieces = steps->pieces.count;

    s->first_step = bounce__rulemem_new(s->work, (pieces + 2) * sizeof *s->first_step);
    s->by_piece = bounce__rulemem_new(s->work, (steps->count + 1) * sizeof *s->by_piece);
    for (size_t i = 0; i < steps->count; i++)
        s->first_step[steps->piece_of[i] + 2]++;
    for (size_t i = 2; i < pieces + 2; i++)
        s->first_step[i] += s->first_step[i - 1];
    for (size_t i = 0; i < steps->count; i++)
        s->by_piece[s->first_step[steps->piece_of[i] + 1]++] = (uint16_t)i;
}

static bool inside_words(const struct subsets *s, size_t piece)
{
    for (size_t i = s->first_step[piece]; i < s->first_step[piece + 1]; i++) {
        uint8_t entry = s->steps->steps[s->by_piece[i]].entry;
        if (entry == ENTRY_ANYWHERE || entry == ENTRY_NEAR || entry == ENTRY_TAIL)
            return true;
    }
    return false;
}

/* The graphs of all pieces, and the two sets of spots where they begin. */
static void begin(struct subsets *s)
{
    size_t pieces = s->steps->pieces.count;
    uint32_t *starts = bounce__rulemem_new(s->work, (pieces + 1) * sizeof *starts);

    for (size_t i = 0; i < pieces; i++) {
        const struct piece *piece = s->steps->examples[i];
        uint32_t at = spot(s, SPOT_END, 0, (uint32_t)i, 0);

        for (size_t n = piece->count; n > 0; n--)
            at = graph(s, piece->nodes[n - 1], at);
        starts[i] = at;
    }
    s->members = bounce__rulemem_new(s->work, (s->spot_count + 1) * sizeof *s->members);
    s->stack = bounce__rulemem_new(s->work, (s->spot_count + 1) * 2 * sizeof *s->stack);
    s->seen = bounce__rulemem_new(s->work, (s->spot_count + 1) * sizeof *s->seen);
    s->ways = bounce__rulemem_new(s->work, (s->spot_count + 1) * WAYS_EACH * sizeof *s->ways);
    for (int inside = 0; inside < 2; inside++) {
        begin_set(s);
        for (size_t i = 0; i < pieces; i++)
            if (!inside || inside_words(s, i))
                put(s, starts[i]);
        s->out->roots[inside] = end_set(s);
    }
}

bool bounce__subsets(
    struct rulemem *work, const struct steps *steps, size_t states_most, struct rows *out)
{
    struct subsets s = {.work = work,
        .steps = steps,
        .sets = {.memory = work},
        .members_most = states_most * MEMBERS_EACH,
        .out = out};

    *out = (struct rows){.lists = {.memory = work}};
    sort_steps(&s);
    begin(&s);
    for (size_t i = 0; i < s.sets.count; i++) {
        if (s.sets.count > states_most || s.members_all > s.members_most)
            return false;
        make_row(&s, i);
    }
    return true;
}
