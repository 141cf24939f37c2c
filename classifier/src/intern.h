/* SPDX-License-Identifier: BSD-2-Clause */
/* intern.h - numbers for strings of bytes: equal ones get the same, new ones the next. */
#ifndef BOUNCE_INTERN_H
#define BOUNCE_INTERN_H

#include "rulemem.h"

struct interned {
    const void *bytes;
    size_t n;
    uint64_t hash;
};

/* Zeroed but for memory, which all of it is in. */
struct intern {
    struct rulemem *memory;
    struct interned *items; /* by number */
    size_t count, cap;
    uint32_t *slots; /* number + 1; twice as many as there is room for items */
};

/* The number of these bytes, which are copied when they are new. */
size_t bounce__intern(struct intern *intern, const void *bytes, size_t n);

#endif
