/* SPDX-License-Identifier: BSD-2-Clause */
/* site.c - from a file of rules to a table like the one that is built in. */
#include "site.h"
#include "compile.h"
#include <stdio.h>
#include <stdlib.h>

void bounce__site_free(struct site *site)
{
    if (!site)
        return;
    bounce__arena_free(&site->memory.arena);
    bounce__arena_free(&site->work.arena);
    free(site);
}

/* What callers may take for a built-in rule has to be one. */
static void check_names(struct book *book, const char *name)
{
    for (size_t i = 0; i < book->rule_count; i++)
        for (size_t b = 0; b < bounce__rule_count; b++)
            if (!strcmp(book->rules[i].id, bounce__rules[b].id))
                bounce__complain(book, book->rule_places[i],
                    "rule \"%s\" is built in; give yours another name", book->rules[i].id);
    if (!book->rule_count && !book->errors)
        bounce__complain(book, (struct place){name, 0}, "no rule in it");
}

static void make_table(struct site *site, const char *name)
{
    struct rulemem *memory = &site->memory;
    struct book *book = site->book;
    struct rule_use *uses = bounce__rulemem_new(memory, (book->use_count + 1) * sizeof *uses);
    struct patterns patterns;
    struct compiled compiled;
    uint16_t *first;

    bounce__patterns_collect(&patterns, book);
    first = bounce__rulemem_new(memory, (patterns.count + 1) * sizeof *first);
    for (size_t i = 0; i <= patterns.count; i++)
        first[i] = (uint16_t)patterns.first[i];
    for (size_t i = 0; i < book->use_count; i++)
        uses[i] = patterns.uses[i].use;
    for (size_t i = 0; i < book->rule_count; i++)
        book->rules[i].conds = book->conds + book->first_conds[i];
    if (!bounce__compile(memory, &site->work, &patterns, SITE_STATES_MOST, &compiled))
        bounce__complain(book, (struct place){name, 0},
            "these phrases are too much together; fewer \"~\" and optional parts help");
    site->table = (struct rule_table){.rules = book->rules,
        .rule_count = book->rule_count,
        .first_use = first,
        .uses = uses,
        .automaton = compiled.automaton};
}

static void read_book(struct site *site, const char *name, struct span text)
{
    struct book *book = bounce__rulemem_new(&site->memory, sizeof *book);

    site->book = book;
    book->memory = &site->memory;
    book->site = true;
    book->reason_count = bounce__reason_count;
    memcpy(book->reasons, bounce__reasons, bounce__reason_count * sizeof *book->reasons);
    if (text.n > SITE_BYTES_MOST) {
        bounce__complain(
            book, (struct place){name, 0}, "a set of rules has %d bytes at most", SITE_BYTES_MOST);
        return;
    }
    bounce__rulefile_read(book, name, text);
    bounce__rulefile_check(book);
    check_names(book, name);
    if (!book->errors)
        make_table(site, name);
}

enum bounce_status bounce__site_read(
    struct site **out, const char *name, struct span text, char *why, size_t why_size)
{
    struct site *site = calloc(1, sizeof *site);

    *out = NULL;
    if (!site)
        return BOUNCE_ENOMEM;
    if (setjmp(site->memory.full) || setjmp(site->work.full)) { /* `site` stays as it is */
        bounce__site_free(site);
        return BOUNCE_ENOMEM;
    }
    read_book(site, name, text);
    if (site->book->errors) {
        bounce__mistakes_copy(site->book, why, why_size);
        bounce__site_free(site);
        return BOUNCE_EINVAL;
    }
    bounce__arena_free(&site->work.arena);
    *out = site;
    return BOUNCE_OK;
}
