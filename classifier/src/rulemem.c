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

char *bounce__rulemem_copy(struct rulemem *memory, const char *text)
{
    size_t n = strlen(text) + 1;

    return memcpy(bounce__rulemem_new(memory, n), text, n);
}
