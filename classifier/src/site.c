/* SPDX-License-Identifier: BSD-2-Clause */
/* site.c - from a file of rules to a table like the one that is built in. */
#include "site.h"
#include "program.h"
#include <stdio.h>
#include <stdlib.h>

void bounce__site_free(struct site *site)
{
    if (!site)
        return;
    bounce__arena_free(&site->memory.arena);
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

static void make_programs(struct site *site, uint32_t *starts, bool *ends)
{
    struct rulemem *memory = &site->memory;
    const struct patterns *p = &site->patterns;
    uint16_t *all, *words;
    size_t total = 0;

    for (size_t i = 0; i < p->count; i++) {
        const struct phrase_use *use = &p->uses[p->first[i]];
        size_t n = bounce__phrase_program(memory, use->tree, &words);

        if (n > PROGRAM_MOST)
            bounce__complain(site->book, use->place, "phrase too long");
        starts[i] = (uint32_t)total;
        total += n;
        ends[i] = bounce__phrase_ends_word(use->tree);
    }
    all = bounce__rulemem_new(memory, (total + 1) * sizeof *all);
    for (size_t i = 0; i < p->count; i++) {
        size_t n = bounce__phrase_program(memory, p->uses[p->first[i]].tree, &words);
        memcpy(all + starts[i], words, n * sizeof *all);
    }
    site->table.programs = all;
    site->table.first_word = starts;
    site->table.ends_word = ends;
}

static void make_table(struct site *site)
{
    struct rulemem *memory = &site->memory;
    struct book *book = site->book;
    struct patterns *p = &site->patterns;
    struct rule_use *uses = bounce__rulemem_new(memory, (book->use_count + 1) * sizeof *uses);
    uint16_t *first;

    bounce__patterns_collect(p, book);
    first = bounce__rulemem_new(memory, (p->count + 1) * sizeof *first);
    for (size_t i = 0; i <= p->count; i++)
        first[i] = (uint16_t)p->first[i];
    for (size_t i = 0; i < book->use_count; i++)
        uses[i] = p->uses[i].use;
    for (size_t i = 0; i < book->rule_count; i++)
        book->rules[i].conds = book->conds + book->first_conds[i];
    site->table = (struct rule_table){.rules = book->rules,
        .rule_count = book->rule_count,
        .patterns = p->regexes,
        .pattern_count = p->count,
        .first_use = first,
        .uses = uses};
    make_programs(site, bounce__rulemem_new(memory, (p->count + 1) * sizeof(uint32_t)),
        bounce__rulemem_new(memory, (p->count + 1) * sizeof(bool)));
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
        make_table(site);
}

enum bounce_status bounce__site_read(
    struct site **out, const char *name, struct span text, char *why, size_t why_size)
{
    struct site *site = calloc(1, sizeof *site);

    *out = NULL;
    if (!site)
        return BOUNCE_ENOMEM;
    if (setjmp(site->memory.full)) { /* `site` is not changed behind this line */
        bounce__site_free(site);
        return BOUNCE_ENOMEM;
    }
    read_book(site, name, text);
    if (site->book->errors) {
        bounce__mistakes_copy(site->book, why, why_size);
        bounce__site_free(site);
        return BOUNCE_EINVAL;
    }
    *out = site;
    return BOUNCE_OK;
}
