/* SPDX-License-Identifier: BSD-2-Clause */
/* explain.c - from a decision to what callers read. */
#include "explain.h"
#include "formats.h"
#include <stdio.h>

static void set(struct bounce_recipient *out, enum bounce_text what, const char *text)
{
    out->texts[what - BOUNCE_ADDRESS] = text;
}

static const char *clean(struct bounce *bounce, struct span s)
{
    return s.n ? bounce__clean_copy(&bounce->arena, s) : NULL;
}

/* All bits as one line. */
static const char *joined(struct bounce *bounce, const struct bits *bits)
{
    size_t n = 0, room = bits->bytes * 3 + 2;
    char *out;

    for (const struct bit *bit = bits->first; bit; bit = bit->next)
        room += 4;
    out = bits->first ? bounce__arena_new(&bounce->arena, room) : NULL;
    for (const struct bit *bit = bits->first; out && bit; bit = bit->next) {
        const char *line =
            bounce__names_host(bit->s) ? NULL : bounce__clean_copy(&bounce->arena, bit->s);
        size_t length = line ? strlen(line) : 0;

        if (n && length)
            out[n++] = ' ';
        if (length)
            memcpy(out + n, line, length);
        n += length;
    }
    return n ? out : NULL;
}

/* The evidence as it stands in the input; folded text only knows lower case. */
static const char *evidence_text(
    struct bounce *bounce, const struct record *record, size_t offset, size_t end)
{
    const struct bits *zones[] = {&record->decisive, &record->said};

    for (size_t z = 0; z < COUNT(zones); z++)
        for (const struct bit *bit = zones[z]->first; bit; bit = bit->next) {
            size_t start = (size_t)(bit->s.p - bit->text->s.p), from = SIZE_MAX, to = 0;

            for (size_t i = 0; i < bit->s.n; i++) {
                uint32_t at = text_at(bit->text, start + i);
                if (at < offset || at >= end)
                    continue;
                from = from == SIZE_MAX ? i : from;
                to = i + 1;
            }
            if (from != SIZE_MAX)
                return bounce__clean_copy(&bounce->arena, span_of(bit->s.p + from, to - from));
        }
    return NULL;
}

static void set_evidence(struct bounce *bounce, struct bounce_recipient *out,
    const struct record *record, const struct decision *decision, const struct matching *matching)
{
    const struct fold *fold = &matching->fold;
    const char *text;

    if (!decision->has_evidence || decision->to > fold->n || decision->from >= decision->to)
        return;
    if (fold->at[decision->from] != FOLD_NOWHERE && fold->at[decision->to - 1] != FOLD_NOWHERE &&
        fold->at[decision->to - 1] >= fold->at[decision->from]) {
        out->has_span = true;
        out->offset = fold->at[decision->from];
        out->length = fold->at[decision->to - 1] - out->offset + 1;
    }
    text = out->has_span ? evidence_text(bounce, record, out->offset, out->offset + out->length)
                         : NULL;
    if (!text)
        text = clean(bounce, span_of(fold->out + decision->from, decision->to - decision->from));
    set(out, BOUNCE_EVIDENCE, text);
}

static void set_codes(
    struct bounce *bounce, struct bounce_recipient *out, const struct decision *decision)
{
    char text[32];

    if (decision->reply.code) {
        snprintf(text, sizeof text, "%u", decision->reply.code);
        set(out, BOUNCE_REPLY, bounce__arena_copy(&bounce->arena, span_str(text)));
    }
    if (decision->status.class_) {
        snprintf(text, sizeof text, "%u.%u.%u", decision->status.class_, decision->status.subject,
            decision->status.detail);
        set(out, BOUNCE_STATUS, bounce__arena_copy(&bounce->arena, span_str(text)));
    }
}

static void set_flags(struct bounce_recipient *out, const struct decision *decision,
    const struct reason_info *reason, const char *action)
{
    bool delayed = action && strcmp(action, "failed") != 0; /* or delivered: nothing has failed */
    bool permanent = reason->permanent && !(decision->rule && decision->rule->transient);

    if (decision->reply.code)
        permanent = decision->reply.code / 100 == 5;
    else if (decision->expired && !decision->status.subject && !decision->status.detail)
        permanent = false; /* Exim writes 5.0.0 whatever it was that outlived the queue */
    else if (decision->status.class_)
        permanent = decision->status.class_ == 5;
    out->flags[BOUNCE_PERMANENT] = permanent && !delayed;
    out->flags[BOUNCE_EXPIRED] = decision->expired && !delayed;
    out->flags[BOUNCE_RETRYABLE] = reason->retryable || (!permanent && !reason->dead);
    /* A bare 550 is too little to take an address off a list. */
    out->flags[BOUNCE_ADDRESS_DEAD] = reason->dead && !delayed && decision->confidence >= 0.25;
}

static void add_cause(
    struct bounce_recipient *out, size_t *count, const char *name, const char *own)
{
    if (*count >= CAUSES_MOST || !strcmp(name, own))
        return;
    for (size_t i = 0; i < *count; i++)
        if (!strcmp(out->causes[i], name))
            return;
    out->causes[(*count)++] = name;
}

/* What the rule (or the reason) says may be behind it, then what else the text allows. */
static void set_causes(
    struct bounce_recipient *out, const struct decision *decision, const struct reason_info *reason)
{
    const char *listed =
        decision->rule && decision->rule->causes ? decision->rule->causes : reason->causes;
    struct span rest = span_str(listed ? listed : "");
    size_t count = 0;

    while (rest.n) {
        size_t end = bounce__find(rest, SPAN(" "), 0);
        struct span word = span_upto(rest, end);
        for (size_t i = 0; i < bounce__reason_count; i++)
            if (span_same(word, bounce__reasons[i].name))
                add_cause(out, &count, bounce__reasons[i].name, reason->name);
        rest = end == SIZE_MAX ? SPAN_NONE : span_from(rest, end + 1);
    }
    for (size_t i = 0; i < decision->runner_count; i++)
        add_cause(out, &count, bounce__reasons[decision->runners[i]].name, reason->name);
}

/* Sentences that hold for any reason. */
static const char *with_remarks(
    struct bounce *bounce, const char *text, const struct decision *decision)
{
    const char *expired = "", *disagree = "";
    size_t room;
    char *out;

    if (decision->expired && strcmp(bounce__reasons[decision->reason].name, "expired") != 0)
        expired =
            " The failure was temporary each time, but it lasted until the sending server gave up.";
    if (decision->contradiction)
        disagree = " The codes disagree on whether this is permanent; the reply code was believed.";
    if (!*expired && !*disagree)
        return text;
    room = strlen(text) + strlen(expired) + strlen(disagree) + 1;
    out = bounce__arena_new(&bounce->arena, room);
    if (!out)
        return text;
    snprintf(out, room, "%s%s%s", text, expired, disagree);
    return out;
}

static void set_words(struct bounce *bounce, struct bounce_recipient *out,
    const struct record *record, const struct decision *decision, const struct matching *matching)
{
    const struct reason_info *reason = &bounce__reasons[decision->reason];
    const struct rule *rule = decision->rule;
    const char *templates[2] = {rule && rule->explain ? rule->explain : reason->explain,
        rule && rule->remedy ? rule->remedy : reason->remedy};
    struct facts facts;

    bounce__facts_find(&facts, templates, matching, decision, record);
    set(out, BOUNCE_ACTOR, rule && rule->actor ? rule->actor : reason->actor);
    set(out, BOUNCE_EXPLANATION,
        with_remarks(bounce, bounce__fill(&bounce->arena, templates[0], &facts), decision));
    set(out, BOUNCE_REMEDY, bounce__fill(&bounce->arena, templates[1], &facts));
}

/* Sisimai has one word for everything that outlived the queue, and finer ones for some rules. */
static const char *sisimai_word(const struct decision *decision, const struct reason_info *reason)
{
    if (decision->rule && decision->rule->sisimai)
        return decision->rule->sisimai;
    if (decision->expired && !strcmp(reason->sisimai, "networkerror") &&
        strcmp(reason->name, "dns-failure") != 0 && strcmp(reason->name, "mail-loop") != 0)
        return "expired";
    return reason->sisimai;
}

/* The explanation outlives the reader, and with it a site's rules. */
static void keep_site_texts(struct bounce *bounce, struct bounce_recipient *out)
{
    static const enum bounce_text texts[] = {BOUNCE_SISIMAI, BOUNCE_ACTOR, BOUNCE_RULE};

    for (size_t i = 0; i < COUNT(texts); i++)
        set(out, texts[i],
            bounce__arena_copy(&bounce->arena, span_str(out->texts[texts[i] - BOUNCE_ADDRESS])));
}

void bounce__explain(struct bounce *bounce, struct bounce_recipient *out,
    const struct record *record, const struct decision *decision, const struct matching *matching,
    const char *action)
{
    const struct reason_info *reason = &bounce__reasons[decision->reason];
    const char *diagnostic = joined(bounce, &record->decisive);

    set(out, BOUNCE_ADDRESS, clean(bounce, record->address));
    set(out, BOUNCE_ORIGINAL_RECIPIENT, clean(bounce, record->original));
    set(out, BOUNCE_ACTION, action);
    set(out, BOUNCE_REASON, reason->name);
    set(out, BOUNCE_CLASS, reason->class_);
    set(out, BOUNCE_SISIMAI, sisimai_word(decision, reason));
    set(out, BOUNCE_STAGE, bounce__stage_name(decision->stage));
    set(out, BOUNCE_REMOTE_MTA, clean(bounce, record->remote_mta));
    set(out, BOUNCE_DIAGNOSTIC, diagnostic ? diagnostic : joined(bounce, &record->said));
    set(out, BOUNCE_RULE,
        decision->rule ? decision->rule->id
                       : bounce__arena_copy(&bounce->arena, span_str(decision->by)));
    set_codes(bounce, out, decision);
    set_words(bounce, out, record, decision, matching);
    set_evidence(bounce, out, record, decision, matching);
    set_flags(out, decision, reason, action);
    set_causes(out, decision, reason);
    if (decision->rule && decision->hit.engine)
        keep_site_texts(bounce, out);
    out->confidence = decision->confidence;
}
