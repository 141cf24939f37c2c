/* SPDX-License-Identifier: BSD-2-Clause */
/* arena.h - many small allocations freed at once.
 *
 * Running out of memory is remembered (`failed`), so callers may carry on with the NULL they got
 * and ask once, at the end. */
#ifndef BOUNCE_ARENA_H
#define BOUNCE_ARENA_H

#include "bytes.h"

struct arena_block;

struct arena {
    struct arena_block *blocks;
    char *at, *end;
    bool failed;
};

void bounce__arena_init(struct arena *arena);
void bounce__arena_free(struct arena *arena);
/* Keeps the largest block for the next message. */
void bounce__arena_reset(struct arena *arena);
/* Zeroed and aligned for anything; NULL when memory ran out. */
void *bounce__arena_new(struct arena *arena, size_t size);
/* The same, with whatever was there before. */
void *bounce__arena_room(struct arena *arena, size_t size);
/* NUL-terminated copies, NULL when memory ran out; NULs in the input become blanks. */
char *bounce__arena_copy(struct arena *arena, struct span s);

#endif
