/* SPDX-License-Identifier: BSD-2-Clause */
/* program.h - instructions that find where a match begins.
 *
 * libhs tells the end of a match cheaply and its start dearly. The start is wanted for one phrase
 * per recipient, the evidence; so each phrase has a small program that is run backwards over the
 * text from the end of its match. */
#ifndef BOUNCE_PROGRAM_H
#define BOUNCE_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

enum program_op {
    OP_CHAR, /* arg: the byte */
    OP_DIGIT,
    OP_WORD,  /* a-z 0-9 */
    OP_ANY,   /* anything but a line end */
    OP_SPLIT, /* the next word is the distance of the other way */
    OP_JUMP,  /* the next word is the distance */
    OP_MATCH,
};

#define PROGRAM_WORD(op, arg) ((uint16_t)((op) << 8 | (arg)))
#define PROGRAM_OP(word)      ((enum program_op)((word) >> 8))
#define PROGRAM_ARG(word)     ((word)&0xFF)

enum { PROGRAM_MOST = 4096 };

/* Instructions that wait for the next byte. */
struct threads {
    uint16_t pc[PROGRAM_MOST];
    size_t n;
};

/* Working space, zeroed before its first use. */
struct program_run {
    struct threads now, next;
    uint32_t seen[PROGRAM_MOST]; /* the round in which an instruction was entered last */
    uint32_t round;
    uint16_t stack[PROGRAM_MOST];
};

/* Where the shortest match that ends at `to` begins. */
size_t bounce__program_start(
    struct program_run *run, const uint16_t *program, const char *text, size_t to);

#endif
