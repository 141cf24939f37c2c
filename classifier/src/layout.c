/* SPDX-License-Identifier: BSD-2-Clause */
/* layout.c - rows as records of bytes (automaton.h). Most states have one way out, so what follows
 * them is written as a run of bytes. */
#include "compile.h"

enum { RUN_MOST = 255 };

struct layout {
    const struct rows *rows;
    uint32_t *order; /* of the rows that have records */
    size_t count;
    uint32_t *offsets; /* of these rows */
    uint32_t *list_at; /* where each list of ends begins */
    uint8_t *code;     /* NULL: only measured */
    size_t n;
};

static void put(struct layout *layout, unsigned byte)
{
    if (layout->code)
        layout->code[layout->n] = (uint8_t)byte;
    layout->n++;
}

static void put_offset(struct layout *layout, uint32_t offset)
{
    for (int i = 0; i < OFFSET_BYTES; i++)
        put(layout, offset >> 8 * i & 0xFF);
}

static bool is_single(const struct row *row)
{
    return row->edge_count == 1 && !row->rest && !row->ends;
}

static const struct edge *only_edge(const struct layout *layout, uint32_t row)
{
    return &layout->rows->edges[layout->rows->rows[row].first_edge];
}

/* Rows that have a record of their own: those that more than one way leads to, or a way from a row
 * that is no part of a run. The roots are tables. */
static bool *find_heads(const struct rows *rows, struct rulemem *work)
{
    bool *heads = bounce__rulemem_new(work, (rows->count + 1) * sizeof *heads);
    bool *reached = bounce__rulemem_new(work, (rows->count + 1) * sizeof *reached);

    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->rows[i];
        bool run = is_single(row) && i != rows->roots[0] && i != rows->roots[1];

        if (row->rest)
            heads[row->rest - 1] = true;
        for (size_t e = 0; e < row->edge_count; e++) {
            uint32_t to = rows->edges[row->first_edge + e].to;
            heads[to] |= reached[to] || !run || !is_single(&rows->rows[to]);
            reached[to] = true;
        }
    }
    return heads;
}

/* The row behind the run that begins at this one, which is a head from now on. */
static uint32_t run_end(const struct layout *layout, bool *heads, uint32_t row, unsigned *n)
{
    *n = 0;
    do {
        row = only_edge(layout, row)->to;
        ++*n;
    } while (!heads[row] && *n < RUN_MOST);
    heads[row] = true;
    return row;
}

static void put_run(struct layout *layout, bool *heads, uint32_t row)
{
    unsigned n;
    uint32_t end = run_end(layout, heads, row, &n);

    put(layout, STATE_RUN);
    put(layout, n);
    for (; row != end; row = only_edge(layout, row)->to)
        put(layout, only_edge(layout, row)->byte);
    put_offset(layout, layout->offsets[end]);
}

/* Of more letters than this each has its place; fewer are looked through. */
enum { LETTERS_FEW = 8 };

static bool has_letters(const struct edge *edges, size_t count)
{
    size_t letters = 0;

    for (size_t i = 0; i < count; i++)
        letters += automaton_letter(edges[i].byte);
    return letters > LETTERS_FEW;
}

static void put_letters(struct layout *layout, const struct edge *edges, size_t count)
{
    uint32_t offsets[LETTERS] = {0};

    for (size_t i = 0; i < count; i++)
        if (automaton_letter(edges[i].byte))
            offsets[edges[i].byte - 'a'] = layout->offsets[edges[i].to];
    for (size_t i = 0; i < LETTERS; i++)
        put_offset(layout, offsets[i]);
}

static void put_state(struct layout *layout, const struct row *row)
{
    const struct edge *edges = layout->rows->edges + row->first_edge;
    bool letters = has_letters(edges, row->edge_count);
    size_t others = 0;

    for (size_t i = 0; i < row->edge_count; i++)
        others += !letters || !automaton_letter(edges[i].byte);
    put(layout, (row->ends ? STATE_ENDS : 0) | (row->rest ? STATE_REST : 0) |
                    (letters ? STATE_LETTERS : 0));
    put(layout, (unsigned)others);
    if (row->ends)
        put_offset(layout, layout->list_at[row->ends - 1]);
    if (row->rest)
        put_offset(layout, layout->offsets[row->rest - 1]);
    if (letters)
        put_letters(layout, edges, row->edge_count);
    for (size_t i = 0; i < row->edge_count; i++)
        if (!letters || !automaton_letter(edges[i].byte))
            put(layout, edges[i].byte);
    for (size_t i = 0; i < row->edge_count; i++)
        if (!letters || !automaton_letter(edges[i].byte))
            put_offset(layout, layout->offsets[edges[i].to]);
}

/* The rows that have records, in the order of a walk that goes on before it goes aside: what a text
 * is led through lies close together. */
static void find_order(struct layout *layout, struct rulemem *work, bool *heads)
{
    const struct rows *rows = layout->rows;
    uint32_t *stack =
        bounce__rulemem_new(work, (rows->edge_count + rows->count + 2) * sizeof *stack);
    bool *met = bounce__rulemem_new(work, (rows->count + 1) * sizeof *met);
    size_t depth = 0;

    layout->order = bounce__rulemem_new(work, (rows->count + 1) * sizeof *layout->order);
    stack[depth++] = rows->roots[1];
    stack[depth++] = rows->roots[0];
    while (depth) {
        uint32_t at = stack[--depth];
        const struct row *row = &rows->rows[at];
        bool root = at == rows->roots[0] || at == rows->roots[1];
        unsigned n;

        if (met[at])
            continue;
        met[at] = true;
        if (heads[at])
            layout->order[layout->count++] = at;
        if (is_single(row) && !root) {
            stack[depth++] = run_end(layout, heads, at, &n);
            continue;
        }
        if (row->rest)
            stack[depth++] = row->rest - 1;
        for (size_t e = row->edge_count; e > 0; e--)
            stack[depth++] = rows->edges[row->first_edge + e - 1].to;
    }
}

static void put_all(struct layout *layout, bool *heads)
{
    layout->n = 1; /* no state is at 0 */
    for (size_t i = 0; i < layout->count; i++) {
        uint32_t at = layout->order[i];

        layout->offsets[at] = (uint32_t)layout->n;
        if (is_single(&layout->rows->rows[at]))
            put_run(layout, heads, at);
        else
            put_state(layout, &layout->rows->rows[at]);
    }
}

static void put_lists(const struct rows *rows, struct rulemem *keep, struct rulemem *work,
    struct layout *layout, struct compiled *out)
{
    uint16_t *ends;
    size_t n = 0;

    layout->list_at = bounce__rulemem_new(work, (rows->lists.count + 1) * sizeof(uint32_t));
    for (size_t i = 0; i < rows->lists.count; i++) {
        layout->list_at[i] = (uint32_t)n;
        n += 1 + rows->lists.items[i].n / sizeof *ends;
    }
    ends = bounce__rulemem_new(keep, (n + 1) * sizeof *ends);
    for (size_t i = 0; i < rows->lists.count; i++) {
        const struct interned *list = &rows->lists.items[i];
        ends[layout->list_at[i]] = (uint16_t)(list->n / sizeof *ends);
        memcpy(ends + layout->list_at[i] + 1, list->bytes, list->n);
    }
    out->automaton.ends = ends;
    out->ends_count = n;
}

static void put_roots(struct layout *layout, struct rulemem *keep, struct compiled *out)
{
    uint32_t *roots = bounce__rulemem_new(keep, 2 * 256 * sizeof *roots);

    for (size_t inside = 0; inside < 2; inside++) {
        const struct row *row = &layout->rows->rows[layout->rows->roots[inside]];

        for (int c = 0; c < 256 && row->rest; c++)
            if (automaton_in_rest((unsigned char)c))
                roots[inside * 256 + (size_t)c] = layout->offsets[row->rest - 1];
        for (size_t e = 0; e < row->edge_count; e++) {
            const struct edge *edge = &layout->rows->edges[row->first_edge + e];
            roots[inside * 256 + edge->byte] = layout->offsets[edge->to];
        }
    }
    out->automaton.roots = roots;
}

bool bounce__layout(
    struct rulemem *keep, struct rulemem *work, const struct rows *rows, struct compiled *out)
{
    struct layout layout = {.rows = rows};
    bool *heads = find_heads(rows, work);

    put_lists(rows, keep, work, &layout, out);
    layout.offsets = bounce__rulemem_new(work, (rows->count + 1) * sizeof *layout.offsets);
    find_order(&layout, work, heads);
    put_all(&layout, heads);
    if (layout.n > CODE_MOST || out->ends_count > CODE_MOST)
        return false;
    out->code_size = layout.n;
    layout.code = bounce__rulemem_new(keep, layout.n);
    put_all(&layout, heads);
    out->automaton.code = layout.code;
    put_roots(&layout, keep, out);
    return true;
}

bool bounce__compile(struct rulemem *keep, struct rulemem *work, const struct patterns *patterns,
    size_t states_most, struct compiled *out)
{
    struct steps *steps = bounce__rulemem_new(work, sizeof *steps);
    struct rows *rows = bounce__rulemem_new(work, sizeof *rows);

    *out = (struct compiled){.code_size = 0};
    if (!bounce__steps(keep, work, patterns, steps) ||
        !bounce__subsets(work, steps, states_most, rows))
        return false;
    out->automaton.steps = steps->steps;
    out->automaton.gap_count = steps->gap_count;
    out->step_count = steps->count;
    return bounce__layout(keep, work, rows, out);
}
