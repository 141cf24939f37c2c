/* SPDX-License-Identifier: BSD-2-Clause */
/* arena.c - a chain of blocks, each at least as large as the one before. */
#include "arena.h"
#include <stdlib.h>

enum { FIRST_BLOCK = 4096, LARGEST_STEP = 1 << 20, ALIGN = 16 };

struct arena_block {
    struct arena_block *next;
    size_t size;
    _Alignas(16) char bytes[];
};

void bounce__arena_init(struct arena *arena)
{
    *arena = (struct arena){0};
}

void bounce__arena_free(struct arena *arena)
{
    while (arena->blocks) {
        struct arena_block *next = arena->blocks->next;
        free(arena->blocks);
        arena->blocks = next;
    }
    bounce__arena_init(arena);
}

void bounce__arena_reset(struct arena *arena)
{
    struct arena_block *keep = arena->blocks;

    arena->failed = false;
    if (!keep)
        return;
    while (keep->next) {
        struct arena_block *older = keep->next;
        keep->next = older->next;
        free(older);
    }
    arena->at = keep->bytes;
    arena->end = keep->bytes + keep->size;
}

static bool grow(struct arena *arena, size_t need)
{
    size_t size = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
    struct arena_block *block;

    if (size > LARGEST_STEP)
        size = LARGEST_STEP;
    if (size < need)
        size = need;
    block = malloc(sizeof *block + size);
    if (!block) {
        arena->failed = true;
        return false;
    }
    block->next = arena->blocks;
    block->size = size;
    arena->blocks = block;
    arena->at = block->bytes;
    arena->end = block->bytes + size;
    return true;
}

void *bounce__arena_room(struct arena *arena, size_t size)
{
    size_t round = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    void *p;

    if (round < size) {
        arena->failed = true;
        return NULL;
    }
    if ((size_t)(arena->end - arena->at) < round && !grow(arena, round))
        return NULL;
    p = arena->at;
    arena->at += round;
    return p;
}

void *bounce__arena_new(struct arena *arena, size_t size)
{
    void *p = bounce__arena_room(arena, size);

    return p ? memset(p, 0, size) : NULL;
}

char *bounce__arena_copy(struct arena *arena, struct span s)
{
    char *copy = bounce__arena_room(arena, s.n + 1);

    if (!copy)
        return NULL;
    for (size_t i = 0; i < s.n; i++)
        copy[i] = s.p[i] ? s.p[i] : ' ';
    copy[s.n] = '\0';
    return copy;
}
