/* SPDX-License-Identifier: BSD-2-Clause */
/* automaton.h - all phrases of a table in one automaton: constant, without pointers inside, so that
 * the one that is built in is used where it lies.
 *
 * A phrase is a chain of steps, its pieces between gaps. The automaton reads one piece from where
 * it begins and tells, wherever one ends, which steps that may be; scan.h strings them together.
 *
 * States are records in `code`, told apart by their offsets (0: none); numbers of more than one
 * byte, low byte first:
 *     STATE_RUN, n, n bytes, offset        all of these bytes, then that state
 *     flags, n, [ends], [rest], [letters], n bytes, n offsets
 *                                          STATE_ENDS: pieces end here, `ends` says where their
 *                                          steps stand; the offset of the next state for each of
 *                                          n bytes, and of STATE_REST for other bytes of a word;
 *                                          STATE_LETTERS: for each of a-z, 0 where it is none of
 *                                          its own, and the n bytes are no letters */
#ifndef BOUNCE_AUTOMATON_H
#define BOUNCE_AUTOMATON_H

#include "bytes.h"

enum {
    STATE_RUN = 1,
    STATE_ENDS = 2,
    STATE_REST = 4,
    STATE_LETTERS = 8,
    LETTERS = 'z' - 'a' + 1,
    OFFSET_BYTES = 3,
    CODE_MOST = 1 << 8 * OFFSET_BYTES,
    PIECE_MOST = 255 /* bytes of text that a piece matches */
};

/* Where the piece of a step may begin, */
enum step_entry {
    ENTRY_WORD,     /* the first: where a word does, */
    ENTRY_ANYWHERE, /* or not; */
    ENTRY_BLANKS,   /* behind a step and a gap. */
    ENTRY_NEAR,
    ENTRY_TAIL, /* the same as ENTRY_BLANKS, but the word may have begun before */
};

/* and what follows it. */
enum step_exit {
    EXIT_PHRASE, /* nothing, */
    EXIT_WORD,   /* nothing, but there a word ends; */
    EXIT_BLANKS, /* a gap. */
    EXIT_NEAR,
};

struct step {
    uint16_t before; /* the step in front of the gap */
    uint16_t phrase; /* of a last step */
    uint8_t entry, exit;
};

struct automaton {
    const uint8_t *code;
    const struct step *steps; /* those with a gap behind them first */
    const uint16_t *ends;     /* lists: how many steps, and which */
    const uint32_t *roots;    /* two tables of 256: the state that a byte leads to where a word may
                                 begin, and inside a word */
    size_t gap_count;         /* how many steps have a gap behind them */
};

static inline bool automaton_letter(unsigned char c)
{
    return c >= 'a' && c <= 'z';
}

/* What may be part of a word behind "~". */
static inline bool automaton_in_rest(unsigned char c)
{
    return c >= 0x80 || automaton_letter(c) || (c >= '0' && c <= '9');
}

#endif
