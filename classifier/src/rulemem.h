/* SPDX-License-Identifier: BSD-2-Clause */
/* rulemem.h - memory for reading rules: freed at once, and out of it means out of the reading.
 *
 * Who starts a reading calls setjmp(memory->full); inside, no allocation has to be checked. Nothing
 * but the arena may be held across one, so the jump leaks nothing. */
#ifndef BOUNCE_RULEMEM_H
#define BOUNCE_RULEMEM_H

#include "arena.h"
#include <setjmp.h>

struct rulemem {
    struct arena arena;
    jmp_buf full;
};

/* Zeroed; does not return when memory ran out. */
void *bounce__rulemem_new(struct rulemem *memory, size_t size);
/* Room for twice as many items and some, with the first `count` in it. */
void *bounce__rulemem_more(
    struct rulemem *memory, const void *items, size_t item, size_t count, size_t *cap);
char *bounce__rulemem_copy(struct rulemem *memory, const char *text);

#endif
