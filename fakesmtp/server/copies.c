/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/copies.h"

#include <string.h>
#include "util/mem.h"
#include "util/text.h"

enum { GENERATION = 32768, FIRST_SLOTS = 64 };

struct entry {
    uint64_t key; /* 0: free */
    uint32_t received, kept;
};

struct table { /* open addressing; slots is a power of two, at most half of them in use */
    struct entry *entries;
    size_t slots, used;
};

struct copies { /* the young table fills up, becomes the old one, and the old one goes */
    struct table young, old;
};

/* ---- hashing: nobody attacks it, it only has to be quick and even ---- */

static uint64_t mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    h ^= h >> 29;
    return h;
}

static uint64_t hash(uint64_t h, const char *bytes, size_t len)
{
    uint64_t word;
    for (; len >= sizeof word; bytes += sizeof word, len -= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        h = mix(h ^ word) + 0x9e3779b97f4a7c15u;
    }
    word = len;
    memcpy(&word, bytes, len);
    return mix(h ^ word ^ ((uint64_t)len << 56));
}

/* The value of the Message-ID field (RFC 5322 3.6.4), without the space around it; len 0: there is
 * none. */
static const char *message_id(const char *message, size_t len, size_t *id_len)
{
    static const char name[] = "message-id:";
    const char *line = message, *end = message + len;
    *id_len = 0;
    while (line < end && *line != '\r' && *line != '\n') {
        const char *lf = memchr(line, '\n', (size_t)(end - line)), *stop = lf ? lf : end;
        if ((size_t)(stop - line) > sizeof name - 1 && text_same_n(line, name, sizeof name - 1)) {
            line += sizeof name - 1;
            while (line < stop && (*line == ' ' || *line == '\t'))
                line++;
            while (stop > line && (stop[-1] == '\r' || stop[-1] == ' ' || stop[-1] == '\t'))
                stop--;
            *id_len = (size_t)(stop - line);
            return line;
        }
        line = lf ? lf + 1 : end;
    }
    return NULL;
}

uint64_t copies_id(const char *message, size_t len)
{
    size_t id_len;
    const char *id = message_id(message, len, &id_len);
    return id_len ? hash(1, id, id_len) : hash(2, message, len);
}

static uint64_t key_of(uint64_t id, const char *rcpt)
{
    uint64_t key = hash(id, rcpt, strlen(rcpt));
    return key ? key : 1;
}

/* ---- the tables ---- */

static struct entry *slot_of(const struct table *table, uint64_t key)
{
    size_t at = (size_t)key & (table->slots - 1);
    while (table->entries[at].key && table->entries[at].key != key)
        at = (at + 1) & (table->slots - 1);
    return &table->entries[at];
}

static struct entry *find(const struct table *table, uint64_t key)
{
    struct entry *entry = table->slots ? slot_of(table, key) : NULL;
    return entry && entry->key ? entry : NULL;
}

static void grow(struct table *table)
{
    struct table larger = {
        .slots = table->slots ? table->slots * 2 : FIRST_SLOTS, .used = table->used};
    larger.entries = mem_new(larger.slots * sizeof *larger.entries);
    for (size_t i = 0; i < table->slots; i++)
        if (table->entries[i].key)
            *slot_of(&larger, table->entries[i].key) = table->entries[i];
    free(table->entries);
    *table = larger;
}

/* The entry of key, in the young table. */
static struct entry *have(struct copies *copies, uint64_t key)
{
    struct entry *entry = find(&copies->young, key);
    if (entry)
        return entry;
    struct entry *before = find(&copies->old, key);
    struct entry value = before ? *before : (struct entry){.key = key};
    if (copies->young.used == GENERATION) {
        free(copies->old.entries);
        copies->old = copies->young;
        copies->young = (struct table){0};
    }
    if (copies->young.used * 2 >= copies->young.slots)
        grow(&copies->young);
    entry = slot_of(&copies->young, key);
    *entry = value;
    copies->young.used++;
    return entry;
}

struct copies *copies_new(void)
{
    return mem_new(sizeof(struct copies));
}

void copies_free(struct copies *copies)
{
    if (!copies)
        return;
    free(copies->young.entries);
    free(copies->old.entries);
    free(copies);
}

struct copies_message copies_received(
    struct copies *copies, uint64_t id, const char *const *rcpts, size_t count)
{
    struct copies_message message = {id, 1, false};
    for (size_t i = 0; i < count; i++) {
        struct entry *entry = have(copies, key_of(id, rcpts[i]));
        if (++entry->received > message.copy)
            message.copy = entry->received;
        message.duplicate = message.duplicate || entry->kept;
    }
    return message;
}

void copies_kept(struct copies *copies, uint64_t id, const char *const *rcpts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        have(copies, key_of(id, rcpts[i]))->kept++;
}
