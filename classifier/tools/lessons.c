/* SPDX-License-Identifier: BSD-2-Clause */
/* lessons.c - reads what is to be learned: the tables of lessons/ and the examples of the rules. */
#include "lessons.h"
#include "../src/fold.h"
#include <stdlib.h>
#include <string.h>

enum { SEEN_LEAST = 2, REPLY_MOST = 8192 }; /* a term of one reply teaches nothing of others */

static struct lesson *add(struct lessons *lessons)
{
    if (lessons->count == lessons->cap)
        lessons->list = bounce__rulemem_more(
            lessons->memory, lessons->list, sizeof *lessons->list, lessons->count, &lessons->cap);
    lessons->list[lessons->count] = (struct lesson){0};
    return &lessons->list[lessons->count++];
}

/* As the library sees it: folded, and then in terms. */
static void set_reply(struct lessons *lessons, struct lesson *lesson, struct span reply)
{
    char out[REPLY_MOST];
    struct fold fold = {.out = out, .cap = sizeof out};
    struct terms terms;

    bounce__fold(&fold, reply, NULL, 0);
    bounce__terms_read(&terms, span_of(out, fold.n));
    lesson->terms = bounce__rulemem_new(lessons->memory, (terms.count + 1) * sizeof *lesson->terms);
    lesson->term_count = terms.count;
    for (size_t i = 0; i < terms.count; i++)
        lesson->terms[i] = terms.list[i].hash;
}

static void set_right(struct lesson *lesson, size_t reason)
{
    if (!lesson->right[reason])
        lesson->right_count++;
    lesson->right[reason] = true;
}

/* "reason|reason"; false when one is unknown. */
static bool set_reasons(struct lesson *lesson, const struct book *book, struct span names)
{
    while (names.n) {
        struct span name = span_upto(names, bounce__find(names, SPAN("|"), 0));
        size_t i = 0;

        while (i < book->reason_count && !bounce__same(name, span_str(book->reasons[i].name)))
            i++;
        if (i == book->reason_count)
            return false;
        set_right(lesson, i);
        names = span_from(names, name.n + 1);
    }
    return lesson->right_count > 0;
}

static void read_line(
    struct lessons *lessons, struct book *book, struct place place, struct span line)
{
    size_t first = bounce__find(line, SPAN("\t"), 0);
    size_t second = first == SIZE_MAX ? SIZE_MAX : bounce__find(line, SPAN("\t"), first + 1);
    struct lesson *lesson;

    if (second == SIZE_MAX) {
        bounce__complain(book, place, "want maker, reasons and reply, with tabs between");
        return;
    }
    lesson = add(lessons);
    if (!set_reasons(lesson, book, span_of(line.p + first + 1, second - first - 1)))
        bounce__complain(
            book, place, "not reasons: \"%.*s\"", (int)(second - first - 1), line.p + first + 1);
    set_reply(lessons, lesson, span_from(line, second + 1));
}

void lessons_read(struct lessons *lessons, struct book *book, const char *name, struct span text)
{
    struct place place = {name, 0};

    while (text.n) {
        struct span line = span_upto(text, bounce__find(text, SPAN("\n"), 0));

        place.line++;
        if (line.n && line.p[0] != '#')
            read_line(lessons, book, place, line);
        text = span_from(text, line.n + 1);
    }
}

static int ascending(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static void pick_terms(struct lessons *lessons)
{
    size_t all = 0, n = 0;
    uint32_t *every;

    for (size_t i = 0; i < lessons->count; i++)
        all += lessons->list[i].term_count;
    every = bounce__rulemem_new(lessons->memory, (all + 1) * sizeof *every);
    for (size_t i = 0; i < lessons->count; i++)
        for (size_t t = 0; t < lessons->list[i].term_count; t++)
            every[n++] = lessons->list[i].terms[t];
    qsort(every, n, sizeof *every, ascending);
    for (size_t i = 0, same; i < n; i += same) {
        for (same = 1; i + same < n && every[i + same] == every[i]; same++)
            ;
        if (same >= SEEN_LEAST)
            every[lessons->hash_count++] = every[i];
    }
    lessons->hashes = every;
}

/* Hashes of terms become their indexes; those that are not learned go. */
static void number_terms(const struct lessons *lessons, struct lesson *lesson)
{
    size_t kept = 0;

    for (size_t t = 0; t < lesson->term_count; t++) {
        const uint32_t *found = bsearch(&lesson->terms[t], lessons->hashes, lessons->hash_count,
            sizeof *lessons->hashes, ascending);
        if (found)
            lesson->terms[kept++] = (uint32_t)(found - lessons->hashes);
    }
    lesson->term_count = kept;
}

void lessons_finish(struct lessons *lessons, struct book *book)
{
    for (size_t e = 0; e < book->example_count; e++) {
        const struct rule *rule = &book->rules[book->examples[e].rule];
        struct lesson *lesson;

        if (!book->examples[e].must || rule->kind != RULE_REASON)
            continue;
        lesson = add(lessons);
        set_right(lesson, rule->target);
        set_reply(lessons, lesson, span_str(book->examples[e].text));
    }
    pick_terms(lessons);
    if (lessons->hash_count > TERMS_CAP)
        bounce__complain(book, (struct place){"lessons", 0}, "more than %d terms", TERMS_CAP);
    for (size_t i = 0; i < lessons->count; i++)
        number_terms(lessons, &lessons->list[i]);
}
