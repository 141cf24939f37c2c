/* SPDX-License-Identifier: BSD-2-Clause */
/* scan.c - a walk through the automaton from each place where a piece may begin.
 *
 * A walk runs ahead of the places that are still to be looked at, and what it finds must not count
 * there too early: a gap begins where the step before it ends, and the latest end of that step is
 * the one that matters, of those which have been reached. So ends wait, in a slot for the place
 * from which on they count. That gives phrases in the order of their ends as well. */
#include "scan.h"
#include "chains.h"

struct scan {
    const struct automaton *automaton;
    struct scan_space *space;
    struct step_end *ends;
    uint32_t round;
    const char *text;
    size_t n;
    size_t line; /* where the last line end stands */
    scan_found *found;
    void *context;
};

static void wait_for(struct scan *scan, size_t place, const struct due *due)
{
    struct scan_space *space = scan->space;
    uint16_t number = space->free;

    if (number)
        space->free = space->dues[number - 1].next;
    else if (space->used < DUE_MOST)
        number = ++space->used;
    else
        return;
    space->dues[number - 1] = *due;
    space->dues[number - 1].next = 0;
    place %= DUE_SLOTS;
    if (space->slots[place])
        space->dues[space->last[place] - 1].next = number;
    else
        space->slots[place] = number;
    space->last[place] = number;
    space->waiting++;
}

static void take(struct scan *scan, const struct due *due)
{
    struct step_end *end;

    if (due->step >= scan->automaton->gap_count) {
        scan->found(scan->context, scan->automaton->steps[due->step].phrase, due->from, due->end);
        return;
    }
    end = &scan->ends[due->step];
    if (end->scan == scan->round && end->end == due->end && end->from > due->from)
        return; /* the shortest is what is told */
    *end = (struct step_end){scan->round, due->end, due->from};
}

/* What counts from this place on. */
static void take_due(struct scan *scan, size_t place)
{
    struct scan_space *space = scan->space;
    uint16_t number = space->slots[place % DUE_SLOTS];

    space->slots[place % DUE_SLOTS] = 0;
    while (number) {
        struct due *due = &space->dues[number - 1];
        uint16_t next = due->next;

        take(scan, due);
        due->next = space->free;
        space->free = number;
        space->waiting--;
        number = next;
    }
}

/* Where the word begins that `at` is in. */
static size_t word_start(const char *text, size_t at)
{
    while (automaton_in_rest((unsigned char)text[at - 1]))
        at--;
    return at;
}

/* May this step begin at `at`? *from is where its phrase does. */
static bool may_begin(const struct scan *scan, const struct step *step, size_t at, size_t *from)
{
    const struct step_end *before;
    bool near = step->entry == ENTRY_NEAR;

    *from = at;
    if (step->entry == ENTRY_ANYWHERE)
        return true;
    if (step->entry == ENTRY_WORD)
        return !byte_alnum(scan->text[at - 1]);
    before = &scan->ends[step->before];
    if (before->scan != scan->round || scan->line >= before->end)
        return false;
    if (step->entry == ENTRY_TAIL)
        at = word_start(scan->text, at);
    if ((!near && scan->text[at - 1] != ' ') || at < before->end)
        return false;
    *from = before->from;
    return at - before->end <= (size_t)(near ? GAP_MOST : GAP_MOST + 2);
}

static bool may_end(const struct scan *scan, const struct step *step, size_t end)
{
    char after = scan->text[end];

    return step->exit == EXIT_WORD ? !byte_alnum(after) : step->exit != EXIT_BLANKS || after == ' ';
}

static void note_ends(struct scan *scan, size_t list, size_t at, size_t end)
{
    const uint16_t *steps = &scan->automaton->ends[list];

    for (unsigned i = 1; i <= steps[0]; i++) {
        const struct step *step = &scan->automaton->steps[steps[i]];
        size_t from;

        if (may_end(scan, step, end) && may_begin(scan, step, at, &from))
            wait_for(scan, step->exit == EXIT_BLANKS ? end + 1 : end,
                &(struct due){.step = steps[i], .end = (uint32_t)end, .from = (uint32_t)from});
    }
}

static uint32_t offset_at(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
}

/* The state behind this one and the byte c; 0: there is none. */
static uint32_t next_state(const uint8_t *state, unsigned char c)
{
    const uint8_t *bytes = state + 2;
    unsigned flags = state[0], n = state[1];
    uint32_t rest = 0;

    bytes += flags & STATE_ENDS ? OFFSET_BYTES : 0;
    if (flags & STATE_REST) {
        rest = automaton_in_rest(c) ? offset_at(bytes) : 0;
        bytes += OFFSET_BYTES;
    }
    if (flags & STATE_LETTERS) {
        if (automaton_letter(c)) {
            uint32_t next = offset_at(bytes + (size_t)(c - 'a') * OFFSET_BYTES);
            return next ? next : rest;
        }
        bytes += LETTERS * OFFSET_BYTES;
    }
    for (unsigned i = 0; i < n; i++)
        if (bytes[i] == c)
            return offset_at(bytes + n + (size_t)i * OFFSET_BYTES);
    return rest;
}

/* From a state that the byte at `at` has led to. */
static void walk(struct scan *scan, uint32_t state, size_t at)
{
    const char *text = scan->text;
    size_t to = at + 1, end = scan->n - at > PIECE_MOST ? at + PIECE_MOST : scan->n - 1;

    while (state) {
        const uint8_t *p = scan->automaton->code + state;

        if (p[0] == STATE_RUN) {
            size_t n = p[1];

            if (n > end - to || (unsigned char)text[to] != p[2] || memcmp(text + to, p + 2, n) != 0)
                return;
            to += n;
            state = offset_at(p + 2 + n);
            continue;
        }
        if (p[0] & STATE_ENDS)
            note_ends(scan, offset_at(p + 2), at, to);
        if (to >= end)
            return;
        state = next_state(p, (unsigned char)text[to++]);
    }
}

void bounce__scan(const struct automaton *automaton, struct scan_space *space,
    struct step_end *ends, uint32_t *round, struct span text, size_t from, scan_found *found,
    void *context)
{
    struct scan scan = {automaton, space, ends, ++*round, text.p, text.n, from - 1, found, context};

    if (!scan.round) { /* they have all been used */
        memset(ends, 0, automaton->gap_count * sizeof *ends);
        scan.round = *round = 1;
    }
    for (size_t at = from; at < text.n; at++) {
        const uint32_t *root = automaton->roots;
        unsigned char c = (unsigned char)text.p[at];
        uint32_t state;

        if (space->waiting)
            take_due(&scan, at);
        if (c == '\n')
            scan.line = at;
        state = root[byte_alnum(text.p[at - 1]) ? 256 + c : c];
        if (state)
            walk(&scan, state, at);
    }
}
