/* SPDX-License-Identifier: BSD-2-Clause */
/* intern.c - open addressing; the table doubles when it is full. */
#include "intern.h"

/* FNV-1a, and a last stir for the low bits. */
static uint64_t hash_of(const unsigned char *bytes, size_t n)
{
    uint64_t hash = 0xCBF29CE484222325u;

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ bytes[i]) * 0x100000001B3u;
    return hash ^ hash >> 29;
}

/* Where the item stands, or where it would have to. */
static uint32_t *slot_of(const struct intern *intern, const struct interned *item)
{
    size_t mask = intern->cap * 2 - 1, at = item->hash & mask;

    for (; intern->slots[at]; at = (at + 1) & mask) {
        const struct interned *here = &intern->items[intern->slots[at] - 1];
        if (here->hash == item->hash && here->n == item->n &&
            !memcmp(here->bytes, item->bytes, item->n))
            break;
    }
    return &intern->slots[at];
}

static void grow(struct intern *intern)
{
    struct intern more = {.memory = intern->memory, .count = intern->count};

    more.cap = intern->cap ? intern->cap * 2 : 64;
    more.items = bounce__rulemem_new(more.memory, more.cap * sizeof *more.items);
    more.slots = bounce__rulemem_new(more.memory, more.cap * 2 * sizeof *more.slots);
    for (size_t i = 0; i < intern->count; i++) {
        more.items[i] = intern->items[i];
        *slot_of(&more, &more.items[i]) = (uint32_t)i + 1;
    }
    *intern = more;
}

size_t bounce__intern(struct intern *intern, const void *bytes, size_t n)
{
    struct interned item = {bytes, n, hash_of(bytes, n)};
    uint32_t *slot;
    void *copy;

    if (intern->count == intern->cap)
        grow(intern);
    slot = slot_of(intern, &item);
    if (*slot)
        return *slot - 1;
    copy = bounce__rulemem_new(intern->memory, n + 1);
    if (n)
        memcpy(copy, bytes, n);
    item.bytes = copy;
    intern->items[intern->count] = item;
    *slot = (uint32_t)++intern->count;
    return intern->count - 1;
}
