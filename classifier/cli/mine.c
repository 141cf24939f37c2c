/* SPDX-License-Identifier: BSD-2-Clause */
/* mine.c - reads --mine and the files it names. A list of sent Message-IDs is kept as hashes: eight
 * bytes for each of the millions that a newsletter sends. */
#include "mine.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const kind_names[MINE_KINDS] = {
    "id", "host", "address", "file", "batv", "srs", "verp"};

void mine_init(struct mine *mine)
{
    *mine = (struct mine){0};
}

void mine_deinit(struct mine *mine)
{
    for (int kind = 0; kind < MINE_KINDS; kind++)
        while (mine->values[kind]) {
            struct mine_value *next = mine->values[kind]->next;
            free(mine->values[kind]->text);
            free(mine->values[kind]);
            mine->values[kind] = next;
        }
    free(mine->sent);
    mine_init(mine);
}

bool mine_knows(const struct mine *mine, enum mine_kind kind)
{
    return kind == MINE_FILE ? mine->sent_count > 0 : mine->values[kind] != NULL;
}

/* FNV-1a, of lower case. */
static uint64_t hash_of(struct span id)
{
    uint64_t hash = 0xcbf29ce484222325u;

    id = bounce__strip(id, "<>");
    for (size_t i = 0; i < id.n; i++)
        hash = (hash ^ (unsigned char)byte_lower(id.p[i])) * 0x100000001b3u;
    return hash;
}

static bool add_value(struct mine *mine, enum mine_kind kind, struct span text)
{
    struct mine_value *value = calloc(1, sizeof *value), **link = &mine->values[kind];

    if (value)
        value->text = strndup(text.p, text.n);
    if (!value || !value->text) {
        free(value);
        return false;
    }
    while (*link)
        link = &(*link)->next;
    *link = value;
    return true;
}

static bool add_sent(struct mine *mine, struct span id)
{
    if (mine->sent_count == mine->sent_cap) {
        size_t cap = mine->sent_cap * 2 + 1024;
        uint64_t *sent = realloc(mine->sent, cap * sizeof *sent);
        if (!sent)
            return false;
        mine->sent = sent;
        mine->sent_cap = cap;
    }
    mine->sent[mine->sent_count++] = hash_of(id);
    return true;
}

/* A Message-ID alone on its line, or in angle brackets anywhere on it, as in a log. */
static struct span id_in(struct span line)
{
    size_t open = 0, close;

    while ((open = bounce__find(line, SPAN("<"), open)) != SIZE_MAX) {
        close = bounce__find(line, SPAN(">"), open);
        if (close == SIZE_MAX)
            break;
        if (bounce__find(span_upto(line, close), SPAN("@"), open) != SIZE_MAX)
            return span_of(line.p + open + 1, close - open - 1);
        open++;
    }
    if (bounce__find(line, SPAN(" "), 0) != SIZE_MAX || !span_has(line, "@"))
        return SPAN_NONE;
    return line;
}

static bool read_lines(
    struct mine *mine, enum mine_kind kind, const char *path, char *why, size_t size)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t cap = 0, number = 0, found = 0;
    ssize_t n;
    bool good = true;

    if (!file) {
        snprintf(why, size, "%s: %s", path, strerror(errno));
        return false;
    }
    while (good && (n = getline(&line, &cap, file)) >= 0) {
        struct span text = bounce__trim(span_of(line, (size_t)n)), id;

        number++;
        if (!text.n || text.p[0] == '#')
            continue;
        found++;
        if (kind != MINE_FILE) {
            good = add_value(mine, kind, text);
            continue;
        }
        id = id_in(text);
        if (!id.n) {
            snprintf(why, size, "%s:%zu: no Message-ID: %.60s", path, number, line);
            why[strcspn(why, "\n")] = '\0';
            good = false;
        } else {
            good = add_sent(mine, id);
        }
    }
    if (good && ferror(file)) {
        snprintf(why, size, "%s: %s", path, strerror(errno));
        good = false;
    } else if (good && !found) {
        snprintf(why, size, "%s: nothing in it", path);
        good = false;
    } else if (!good && !*why) {
        snprintf(why, size, "%s: out of memory", path);
    }
    free(line);
    fclose(file);
    return good;
}

bool mine_add(struct mine *mine, const char *spec, char *why, size_t size)
{
    const char *colon = strchr(spec, ':');
    struct span kind = span_of(spec, colon ? (size_t)(colon - spec) : 0);

    *why = '\0';
    for (int i = 0; i < MINE_KINDS; i++) {
        struct span value;

        if (!span_same(kind, kind_names[i]))
            continue;
        value = bounce__trim(span_str(colon + 1));
        if (!value.n) {
            snprintf(why, size, "--mine %s: needs a value", kind_names[i]);
            return false;
        }
        if (i == MINE_VERP && (!span_has(value, "{}") || !span_has(value, "@"))) {
            snprintf(why, size, "--mine verp: needs an address with {} for the recipient");
            return false;
        }
        if (i == MINE_FILE || i == MINE_BATV || i == MINE_SRS)
            return read_lines(mine, (enum mine_kind)i, colon + 1, why, size);
        if (i == MINE_ID && value.p[0] == '@')
            value = span_from(value, 1);
        if (add_value(mine, (enum mine_kind)i, bounce__strip(value, "<>")))
            return true;
        snprintf(why, size, "out of memory");
        return false;
    }
    snprintf(why, size,
        "--mine %s: one of id:DOMAIN host:NAME address:ADDRESS file:IDS batv:KEYS srs:KEYS "
        "verp:PATTERN",
        spec);
    return false;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

void mine_ready(struct mine *mine)
{
    if (mine->sent_count)
        qsort(mine->sent, mine->sent_count, sizeof *mine->sent, by_value);
}

bool mine_sent(const struct mine *mine, struct span id)
{
    uint64_t hash = hash_of(id);

    return mine->sent_count &&
           bsearch(&hash, mine->sent, mine->sent_count, sizeof hash, by_value) != NULL;
}
