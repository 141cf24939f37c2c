/* SPDX-License-Identifier: BSD-2-Clause */
/* check.c - what can be said of the rules only when all of them are known. */
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
    complain(book, place, "unknown actor \"%s\"", actor ? actor : "");
}

static void check_causes(struct book *book, struct place place, const char *causes)
{
    char *copy = must(strdup(causes ? causes : "")), *save = NULL;

    for (char *name = strtok_r(copy, " ", &save); name; name = strtok_r(NULL, " ", &save))
        if (reason_of(book, name) < 0)
            complain(book, place, "unknown reason \"%s\" among the causes", name);
    free(copy);
}

static void check_reason(struct book *book, size_t i)
{
    struct reason_info *reason = &book->reasons[i];
    struct place place = book->reason_places[i];

    if (!reason->class_ || !reason->sisimai || !reason->actor || !reason->explain ||
        !reason->remedy)
        complain(book, place, "reason \"%s\" lacks class, sisimai, actor, explain or remedy",
            reason->name);
    if (reason->parent && reason_of(book, reason->parent) < 0)
        complain(book, place, "unknown parent \"%s\"", reason->parent);
    check_actor(book, place, reason->actor);
    check_causes(book, place, reason->causes);
}

static void check_rule(struct book *book, size_t i)
{
    const struct rule *rule = &book->rules[i];
    struct place place = book->rule_places[i];
    size_t says = 0, likes = 0;

    for (size_t u = 0; u < book->use_count; u++)
        says += book->uses[u].use.rule == i && book->uses[u].use.role == USE_SAY;
    for (size_t e = 0; e < book->example_count; e++)
        likes += book->examples[e].rule == i && book->examples[e].must;
    if (!says)
        complain(book, place, "rule \"%s\" has nothing to say", rule->id);
    if (!likes)
        complain(book, place, "rule \"%s\" has no example", rule->id);
    if (rule->actor)
        check_actor(book, place, rule->actor);
    check_causes(book, place, rule->causes);
}

/* Two reasons that claim the same words decide by chance. */
static void check_claims(struct book *book)
{
    for (size_t a = 0; a < book->use_count; a++) {
        const struct rule *one = &book->rules[book->uses[a].use.rule];

        if (book->uses[a].use.role != USE_SAY || one->cond_count || one->needs)
            continue;
        for (size_t b = a + 1; b < book->use_count; b++) {
            const struct rule *other = &book->rules[book->uses[b].use.rule];
            if (book->uses[b].use.role != USE_SAY || other->cond_count || other->needs ||
                other->kind != one->kind)
                continue;
            if (!strcmp(book->uses[a].regex, book->uses[b].regex) &&
                phrase_ends_word(book->uses[a].tree) == phrase_ends_word(book->uses[b].tree))
                complain(book, book->uses[b].place, "said already at %s:%d",
                    book->uses[a].place.file, book->uses[a].place.line);
        }
    }
}

static void resolve_codes(struct book *book)
{
    for (size_t i = 0; i < book->status_count; i++) {
        int reason = book->status_reason[i] ? reason_of(book, book->status_reason[i]) : -1;
        if (book->status_reason[i] && reason < 0)
            complain(book, book->status_places[i], "unknown reason \"%s\"", book->status_reason[i]);
        book->statuses[i].has_reason = reason >= 0;
        book->statuses[i].reason = (uint8_t)(reason < 0 ? 0 : reason);
    }
    for (size_t i = 0; i < book->reply_count; i++) {
        int reason = book->reply_reason[i] ? reason_of(book, book->reply_reason[i]) : -1;
        if (book->reply_reason[i] && reason < 0)
            complain(book, book->reply_places[i], "unknown reason \"%s\"", book->reply_reason[i]);
        book->replies[i].has_reason = reason >= 0;
        book->replies[i].reason = (uint8_t)(reason < 0 ? 0 : reason);
    }
}

void rulefile_check(struct book *book)
{
    for (size_t i = 0; i < book->reason_count; i++)
        check_reason(book, i);
    for (size_t i = 0; i < book->rule_count; i++)
        check_rule(book, i);
    check_claims(book);
    resolve_codes(book);
}
