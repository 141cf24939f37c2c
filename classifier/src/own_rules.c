/* SPDX-License-Identifier: BSD-2-Clause */
/* own_rules.c - adds a site's rules to a reader, and proves them with their own examples first. */
#include "explain.h"
#include "reader.h"
#include <stdio.h>

static bool was_hit(struct bounce_reader *reader, const struct rule *rule)
{
    const struct matching *matching = bounce__matching_of(reader->matcher);

    for (size_t i = 0; i < matching->hit_count; i++)
        if (matching->hits[i].rule == rule)
            return true;
    return false;
}

/* An example of a reason has to come out as that reason, one of a stage or a mark has to be found;
 * one that must not, not by this rule. */
static enum bounce_status prove(
    struct bounce_reader *reader, struct book *book, const struct rule_example *example)
{
    const struct rule *rule = &book->rules[example->rule];
    struct place place = book->example_places[example - book->examples];
    const struct bounce_recipient *rcpt;
    struct bounce *bounce;
    const char *reason, *by;
    enum bounce_status status =
        bounce_explain_reply(reader, example->text, strlen(example->text), NULL, &bounce);

    if (status != BOUNCE_OK)
        return status;
    rcpt = bounce_recipient_at(bounce, 0);
    reason = bounce_recipient_text(rcpt, BOUNCE_REASON);
    by = bounce_recipient_text(rcpt, BOUNCE_RULE);
    if (example->must && !was_hit(reader, rule))
        bounce__complain(book, place, "\"%s\" does not match this example", rule->id);
    else if (example->must && rule->kind == RULE_REASON &&
             strcmp(reason, bounce__reasons[rule->target].name) != 0)
        bounce__complain(book, place, "this example comes out as %s, by %s", reason, by);
    else if (!example->must && rule->kind == RULE_REASON && !strcmp(by, rule->id))
        bounce__complain(book, place, "\"%s\" must not match this example", rule->id);
    else if (!example->must && rule->kind != RULE_REASON && was_hit(reader, rule))
        bounce__complain(book, place, "\"%s\" must not match this example", rule->id);
    bounce_free(bounce);
    return BOUNCE_OK;
}

static enum bounce_status prove_all(
    struct bounce_reader *reader, struct site *site, char *why, size_t why_size)
{
    struct book *book = site->book;
    enum bounce_status status = BOUNCE_OK;

    for (size_t i = 0; i < book->example_count && status == BOUNCE_OK; i++)
        status = prove(reader, book, &book->examples[i]);
    if (status == BOUNCE_OK && book->errors) {
        bounce__mistakes_copy(book, why, why_size);
        status = BOUNCE_EINVAL;
    }
    return status;
}

static enum bounce_status add(
    struct bounce_reader *reader, struct site *site, char *why, size_t why_size)
{
    enum bounce_status status;

    if (bounce__matcher_full(reader->matcher)) {
        snprintf(why, why_size, "too many sets of rules\n");
        return BOUNCE_EINVAL;
    }
    if (bounce__matcher_add(reader->matcher, &site->table) < 0)
        return BOUNCE_ENOMEM;
    status = prove_all(reader, site, why, why_size);
    if (status != BOUNCE_OK)
        bounce__matcher_drop(reader->matcher);
    return status;
}

enum bounce_status bounce_rules_add(struct bounce_reader *reader, const char *name,
    const char *text, size_t len, char *why, size_t why_size)
{
    struct site *site;
    enum bounce_status status;

    if (!reader || !name || (!text && len) || !why || !why_size)
        return BOUNCE_EINVAL;
    *why = '\0';
    status = bounce__site_read(&site, name, span_of(text ? text : "", len), why, why_size);
    if (status != BOUNCE_OK)
        return status;
    status = add(reader, site, why, why_size);
    if (status != BOUNCE_OK) {
        bounce__site_free(site);
        return status;
    }
    site->next = reader->sites;
    reader->sites = site;
    bounce__matcher_forget(reader->matcher); /* the examples are no mail */
    return BOUNCE_OK;
}

size_t bounce_rule_count(const struct bounce_reader *reader)
{
    return reader ? bounce__matcher_rules(reader->matcher) : 0;
}

const char *bounce_rule_name(const struct bounce_reader *reader, size_t i, uint64_t *found)
{
    uint64_t count = 0;
    const struct rule *rule = reader ? bounce__matcher_rule(reader->matcher, i, &count) : NULL;

    if (found)
        *found = count;
    return rule ? rule->id : NULL;
}
