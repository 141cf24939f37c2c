/* SPDX-License-Identifier: BSD-2-Clause */
/* rulecheck.c - what can be said of the rules only when all of them are known. */
#include "rulefile.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int reason_of(const struct book *book, const char *name)
{
    for (size_t i = 0; i < book->reason_count; i++)
        if (!strcmp(book->reasons[i].name, name))
            return (int)i;
    return -1;
}

static void check_actor(struct book *book, struct place place, const char *actor)
{
    static const char *const actors[] = {"sender", "sender-postmaster", "recipient",
        "recipient-postmaster", "postmasters", "nobody"};

    for (size_t i = 0; actor && i < sizeof actors / sizeof *actors; i++)
        if (!strcmp(actors[i], actor))
            return;
    bounce__complain(book, place, "unknown actor \"%s\"", actor ? actor : "");
}

static void check_causes(struct book *book, struct place place, const char *causes)
{
    char *copy = bounce__rulemem_copy(book->memory, causes ? causes : ""), *save = NULL;

    for (char *name = strtok_r(copy, " ", &save); name; name = strtok_r(NULL, " ", &save))
        if (reason_of(book, name) < 0)
            bounce__complain(book, place, "unknown reason \"%s\" among the causes", name);
}

static void check_reason(struct book *book, size_t i)
{
    struct reason_info *reason = &book->reasons[i];
    struct place place = book->reason_places[i];

    if (!reason->class_ || !reason->sisimai || !reason->actor || !reason->explain ||
        !reason->remedy)
        bounce__complain(book, place,
            "reason \"%s\" lacks class, sisimai, actor, explain or remedy", reason->name);
    if (reason->parent && reason_of(book, reason->parent) < 0)
        bounce__complain(book, place, "unknown parent \"%s\"", reason->parent);
    check_actor(book, place, reason->actor);
    check_causes(book, place, reason->causes);
}

/* What a rule has to have: a bit for each. */
enum { HAS_WORDS = 1, HAS_EXAMPLE = 2 };

static void check_rule(struct book *book, size_t i, unsigned has)
{
    const struct rule *rule = &book->rules[i];
    struct place place = book->rule_places[i];

    if (!(has & HAS_WORDS))
        bounce__complain(book, place, "rule \"%s\" has nothing to say", rule->id);
    if (!(has & HAS_EXAMPLE))
        bounce__complain(book, place, "rule \"%s\" has no example", rule->id);
    if (rule->actor)
        check_actor(book, place, rule->actor);
    check_causes(book, place, rule->causes);
}

static void check_rules(struct book *book)
{
    unsigned char *has = bounce__rulemem_new(book->memory, book->rule_count + 1);

    for (size_t u = 0; u < book->use_count; u++)
        if (book->uses[u].use.role == USE_SAY)
            has[book->uses[u].use.rule] |= HAS_WORDS;
    for (size_t e = 0; e < book->example_count; e++)
        if (book->examples[e].must)
            has[book->examples[e].rule] |= HAS_EXAMPLE;
    for (size_t i = 0; i < book->rule_count; i++)
        check_rule(book, i, has[i]);
}

static int compare_phrases(const struct phrase_use *a, const struct phrase_use *b)
{
    int order = strcmp(a->spelling, b->spelling);

    if (!order)
        order = a->begins_word - b->begins_word;
    return order ? order : a->ends_word - b->ends_word;
}

/* Equal phrases beside each other, in the order in which they were written. */
static int by_phrase(const void *a, const void *b)
{
    const struct phrase_use *const *x = a, *const *y = b;
    int order = compare_phrases(*x, *y);

    return order ? order : *x < *y ? -1 : *x > *y;
}

/* Two reasons that claim the same words decide by chance. */
static void check_claims(struct book *book)
{
    const struct phrase_use **claims =
        bounce__rulemem_new(book->memory, (book->use_count + 1) * sizeof *claims);
    const struct phrase_use *first[RULE_KINDS] = {NULL};
    size_t n = 0;

    for (size_t u = 0; u < book->use_count; u++) {
        const struct phrase_use *use = &book->uses[u];
        const struct rule *rule = &book->rules[use->use.rule];
        if (use->use.role == USE_SAY && !rule->cond_count && !rule->needs)
            claims[n++] = use;
    }
    qsort(claims, n, sizeof *claims, by_phrase);
    for (size_t i = 0; i < n; i++) {
        const struct phrase_use **said = &first[book->rules[claims[i]->use.rule].kind];
        if (*said && !compare_phrases(*said, claims[i]))
            bounce__complain(book, claims[i]->place, "said already at %s:%d", (*said)->place.file,
                (*said)->place.line);
        else
            *said = claims[i];
    }
}

static void resolve_codes(struct book *book)
{
    for (size_t i = 0; i < book->status_count; i++) {
        int reason = book->status_reason[i] ? reason_of(book, book->status_reason[i]) : -1;
        if (book->status_reason[i] && reason < 0)
            bounce__complain(
                book, book->status_places[i], "unknown reason \"%s\"", book->status_reason[i]);
        book->statuses[i].has_reason = reason >= 0;
        book->statuses[i].reason = (uint8_t)(reason < 0 ? 0 : reason);
    }
    for (size_t i = 0; i < book->reply_count; i++) {
        int reason = book->reply_reason[i] ? reason_of(book, book->reply_reason[i]) : -1;
        if (book->reply_reason[i] && reason < 0)
            bounce__complain(
                book, book->reply_places[i], "unknown reason \"%s\"", book->reply_reason[i]);
        book->replies[i].has_reason = reason >= 0;
        book->replies[i].reason = (uint8_t)(reason < 0 ? 0 : reason);
    }
}

void bounce__rulefile_check(struct book *book)
{
    for (size_t i = 0; i < book->reason_count && !book->site; i++)
        check_reason(book, i);
    check_rules(book);
    check_claims(book);
    resolve_codes(book);
}

/* The uses sorted by phrase, so that each phrase is one pattern. */
static int by_spelling(const void *a, const void *b)
{
    const struct phrase_use *x = a, *y = b;
    int order = compare_phrases(x, y);

    return order ? order : (int)x->use.rule - (int)y->use.rule;
}

void bounce__patterns_collect(struct patterns *patterns, const struct book *book)
{
    struct phrase_use *uses =
        bounce__rulemem_new(book->memory, (book->use_count + 1) * sizeof *uses);
    size_t n = 0;

    *patterns = (struct patterns){.uses = uses,
        .first =
            bounce__rulemem_new(book->memory, (book->use_count + 2) * sizeof *patterns->first)};
    memcpy(uses, book->uses, book->use_count * sizeof *uses);
    qsort(uses, book->use_count, sizeof *uses, by_spelling);
    for (size_t i = 0; i < book->use_count; i++) {
        if (i && !compare_phrases(&uses[i], &uses[i - 1]))
            continue;
        patterns->first[n++] = (unsigned)i;
    }
    patterns->first[n] = (unsigned)book->use_count;
    patterns->count = n;
}
