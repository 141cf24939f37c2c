/* SPDX-License-Identifier: BSD-2-Clause */
/* rulemem.c - see rulemem.h. */
#include "rulemem.h"

void *bounce__rulemem_new(struct rulemem *memory, size_t size)
{
    void *p = bounce__arena_new(&memory->arena, size);

    if (!p)
        longjmp(memory->full, 1);
    return p;
}

void *bounce__rulemem_more(
    struct rulemem *memory, const void *items, size_t item, size_t count, size_t *cap)
{
    void *more;

    *cap = *cap * 2 + 64;
    more = bounce__rulemem_new(memory, *cap * item);
    return count ? memcpy(more, items, count * item) : more;
}

char *bounce__rulemem_copy(struct rulemem *memory, const char *text)
{
    size_t n = strlen(text) + 1;

    return memcpy(bounce__rulemem_new(memory, n), text, n);
}
