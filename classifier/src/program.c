/* SPDX-License-Identifier: BSD-2-Clause */
/* program.c - all ways at once, one byte further left at a time (Thompson): time is bounded by text
 * times program. */
#include "program.h"
#include "bytes.h"

enum { BACK_MOST = 600 };

static bool waits(enum program_op op)
{
    return op == OP_CHAR || op == OP_DIGIT || op == OP_WORD || op == OP_ANY;
}

/* Follows splits and jumps from pc; true when MATCH is reached. */
static bool enter(
    struct program_run *run, const uint16_t *program, struct threads *threads, uint16_t pc)
{
    size_t n = 0;
    bool matched = false;

    run->stack[n++] = pc;
    while (n) {
        pc = run->stack[--n];
        if (run->seen[pc] == run->round)
            continue;
        run->seen[pc] = run->round;
        if (waits(PROGRAM_OP(program[pc])))
            threads->pc[threads->n++] = pc;
        else if (PROGRAM_OP(program[pc]) == OP_MATCH)
            matched = true;
        else
            run->stack[n++] = (uint16_t)(pc + 1 + program[pc + 1]);
        if (PROGRAM_OP(program[pc]) == OP_SPLIT)
            run->stack[n++] = (uint16_t)(pc + 2);
    }
    return matched;
}

static bool accepts(uint16_t word, char c)
{
    switch (PROGRAM_OP(word)) {
    case OP_CHAR:
        return (unsigned char)c == PROGRAM_ARG(word);
    case OP_DIGIT:
        return byte_digit(c);
    case OP_WORD:
        return byte_alnum(c) || (unsigned char)c >= 0x80;
    default:
        return c != '\n';
    }
}

static bool word_before(const char *text, size_t at)
{
    return at && byte_alnum(text[at - 1]) && byte_alnum(text[at]);
}

size_t bounce__program_start(
    struct program_run *run, const uint16_t *program, const char *text, size_t to)
{
    size_t at = to;

    run->round++;
    run->now.n = 0;
    enter(run, program, &run->now, 0);
    while (at && to - at < BACK_MOST && run->now.n) {
        bool matched = false;

        at--;
        run->round++;
        run->next.n = 0;
        for (size_t i = 0; i < run->now.n; i++)
            if (accepts(program[run->now.pc[i]], text[at]))
                matched |= enter(run, program, &run->next, (uint16_t)(run->now.pc[i] + 1));
        if (matched && !word_before(text, at))
            return at;
        memcpy(run->now.pc, run->next.pc, run->next.n * sizeof run->next.pc[0]);
        run->now.n = run->next.n;
    }
    return to ? to - 1 : 0;
}
