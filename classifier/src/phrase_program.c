/* SPDX-License-Identifier: BSD-2-Clause */
/* phrase_program.c - a phrase as instructions, last element first. Distances count from the word
 * that holds them. */
#include "phrase.h"
#include "program.h"

struct program {
    struct rulemem *memory;
    uint16_t *words;
    size_t n, cap;
};

static size_t put(struct program *program, unsigned word)
{
    if (program->n == program->cap) {
        uint16_t *more;
        program->cap = program->cap * 2 + 64;
        more = bounce__rulemem_new(program->memory, program->cap * sizeof *more);
        if (program->n)
            memcpy(more, program->words, program->n * sizeof *more);
        program->words = more;
    }
    program->words[program->n] = (uint16_t)word;
    return program->n++;
}

/* Lets the distance at `from` lead to the next instruction. */
static void land(struct program *program, size_t from)
{
    program->words[from] = (uint16_t)(program->n - from);
}

static size_t put_far(struct program *program, enum program_op op)
{
    put(program, PROGRAM_WORD(op, 0));
    return put(program, 0);
}

static void emit(struct program *program, const struct node *node);

/* Children in reverse. */
static void emit_sequence(struct program *program, const struct node *node)
{
    const struct node *children[1024];
    size_t n = 0;

    for (const struct node *child = node->first; child && n < 1024; child = child->next)
        children[n++] = child;
    while (n)
        emit(program, children[--n]);
}

static void emit_choice(struct program *program, const struct node *node)
{
    size_t ends[1024], n = 0;

    for (const struct node *child = node->first; child && n < 1024; child = child->next) {
        size_t other = child->next ? put_far(program, OP_SPLIT) : 0;

        emit(program, child);
        if (!child->next)
            break;
        ends[n++] = put_far(program, OP_JUMP);
        land(program, other);
    }
    while (n)
        land(program, ends[--n]);
}

/* (x)* without the bound of five: libhs has checked that already. */
static void emit_star(struct program *program, const struct node *child, unsigned one)
{
    size_t start = program->n, out = put_far(program, OP_SPLIT), back;

    if (child)
        emit(program, child);
    else
        put(program, one);
    back = put_far(program, OP_JUMP);
    program->words[back] = (uint16_t)(start - back);
    land(program, out);
}

static void emit(struct program *program, const struct node *node)
{
    size_t out;

    switch (node->kind) {
    case NODE_CHAR:
        put(program, PROGRAM_WORD(OP_CHAR, (unsigned char)node->c));
        break;
    case NODE_NUMBER:
        put(program, PROGRAM_WORD(OP_DIGIT, 0));
        emit_star(program, NULL, PROGRAM_WORD(OP_DIGIT, 0));
        break;
    case NODE_REST:
        emit_star(program, NULL, PROGRAM_WORD(OP_WORD, 0));
        break;
    case NODE_GAP:
        out = put_far(program, OP_SPLIT);
        put(program, PROGRAM_WORD(OP_CHAR, ' '));
        emit_star(program, NULL, PROGRAM_WORD(OP_ANY, 0));
        land(program, out);
        put(program, PROGRAM_WORD(OP_CHAR, ' '));
        break;
    case NODE_NEAR:
        emit_star(program, NULL, PROGRAM_WORD(OP_ANY, 0));
        break;
    case NODE_SEQUENCE:
        emit_sequence(program, node);
        break;
    case NODE_CHOICE:
        emit_choice(program, node);
        break;
    case NODE_OPTION:
        out = put_far(program, OP_SPLIT);
        emit_sequence(program, node);
        land(program, out);
        break;
    case NODE_REPEAT:
        emit_star(program, node->first, 0);
        break;
    }
}

size_t bounce__phrase_program(struct rulemem *memory, const struct node *tree, uint16_t **words)
{
    struct program program = {.memory = memory};

    emit(&program, tree);
    put(&program, PROGRAM_WORD(OP_MATCH, 0));
    *words = program.words;
    return program.n;
}
