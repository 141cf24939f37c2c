/* SPDX-License-Identifier: BSD-2-Clause */
/* explain.c - from a decision to what callers read. */
#include "dead.h"
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

/* What stands in a bit from `offset` to `end` of the input. */
static struct span part_of_bit(const struct bit *bit, size_t offset, size_t end)
{
    size_t start = (size_t)(bit->s.p - bit->text->s.p), from = SIZE_MAX, to = 0;

    for (size_t i = 0; i < bit->s.n; i++) {
        uint32_t at = text_at(bit->text, start + i);
        if (at < offset || at >= end)
            continue;
        from = from == SIZE_MAX ? i : from;
        to = i + 1;
    }
    return from == SIZE_MAX ? SPAN_NONE : span_of(bit->s.p + from, to - from);
}

/* The evidence as it stands in the input (folded text only knows lower case), and its zone. */
static struct span find_evidence(
    const struct record *record, size_t offset, size_t end, enum zone *zone, const struct bit **in)
{
    const struct bits *zones[ZONE_COUNT] = {&record->decisive, &record->said, record->rest};

    for (size_t z = 0; z < ZONE_COUNT; z++)
        for (*in = zones[z] ? zones[z]->first : NULL; *in; *in = (*in)->next) {
            struct span found = part_of_bit(*in, offset, end);

            *zone = (enum zone)z;
            if (found.n)
                return found;
        }
    return SPAN_NONE;
}

/* "77" is the exit status of a program, not a sentence. */
static bool has_words(const struct bits *bits)
{
    for (const struct bit *bit = bits->first; bit; bit = bit->next)
        for (size_t i = 0; i < bit->s.n; i++)
            if (byte_alpha(byte_lower(bit->s.p[i])) || (unsigned char)bit->s.p[i] >= 0x80)
                return true;
    return false;
}

/* Nothing that was quoted as an answer says why, some other line does: then that was said. */
static void quote_line(struct bounce *bounce, struct bounce_recipient *out, const struct bit *bit,
    struct span evidence)
{
    size_t from = (size_t)(evidence.p - bit->s.p), to = from + evidence.n;

    while (from && bit->s.p[from - 1] != '\n')
        from--;
    while (to < bit->s.n && bit->s.p[to] != '\n' && bit->s.p[to] != '\r')
        to++;
    set(out, BOUNCE_DIAGNOSTIC, clean(bounce, bounce__trim(span_of(bit->s.p + from, to - from))));
}

/* Folding knows where a letter begins; the evidence ends behind its last byte. */
static void whole_letter(struct bounce_recipient *out, const struct bit *bit, struct span *evidence)
{
    const struct span all = bit->text->s;
    size_t end = (size_t)(evidence->p + evidence->n - all.p);

    while (end < all.n && ((unsigned char)all.p[end] & 0xC0) == 0x80) {
        end++;
        evidence->n++;
        out->length = text_at(bit->text, end - 1) - out->offset + 1;
    }
}

static void set_evidence(struct bounce *bounce, struct bounce_recipient *out,
    const struct record *record, const struct decision *decision, const struct matching *matching)
{
    const struct fold *fold = &matching->fold;
    const struct bit *bit = NULL;
    enum zone zone = ZONE_DECISIVE;
    struct span text = SPAN_NONE;

    if (!decision->has_evidence || decision->to > fold->n || decision->from >= decision->to)
        return;
    if (fold->at[decision->from] != FOLD_NOWHERE && fold->at[decision->to - 1] != FOLD_NOWHERE &&
        fold->at[decision->to - 1] >= fold->at[decision->from]) {
        out->has_span = true;
        out->offset = fold->at[decision->from];
        out->length = fold->at[decision->to - 1] - out->offset + 1;
    }
    if (out->has_span)
        text = find_evidence(record, out->offset, out->offset + out->length, &zone, &bit);
    if (text.n)
        whole_letter(out, bit, &text);
    if (text.n && zone == ZONE_REST && !has_words(&record->decisive))
        quote_line(bounce, out, bit, text);
    if (!text.n)
        text = span_of(fold->out + decision->from, decision->to - decision->from);
    set(out, BOUNCE_EVIDENCE, clean(bounce, text));
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
    const struct reason_info *reason, bool delayed)
{
    bool permanent = reason->permanent && !(decision->rule && decision->rule->transient);
    bool not_yet = decision->reply.code / 100 == 4 && !decision->expired;

    if (decision->expired && decision->rule && decision->rule->transient)
        permanent = false; /* the code is the word of the server that gave up */
    else if (decision->reply.code)
        permanent = decision->reply.code / 100 == 5;
    else if (decision->expired && !decision->status.subject && !decision->status.detail)
        permanent = false; /* Exim writes 5.0.0 whatever it was that outlived the queue */
    else if (decision->status.class_)
        permanent = decision->status.class_ == 5;
    out->flags[BOUNCE_PERMANENT] = permanent && !delayed;
    out->flags[BOUNCE_EXPIRED] = decision->expired && !delayed;
    out->flags[BOUNCE_RETRYABLE] = reason->retryable || (!permanent && (not_yet || !reason->dead));
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

/* The codes against each other, and against the words; or nothing but a code. */
static void remark_on_codes(char *out, size_t room, const struct decision *decision)
{
    const struct status *status = &decision->status;

    if (decision->contradiction)
        snprintf(out, room,
            " The codes disagree on whether this is permanent (%u and %u.%u.%u); the reply code "
            "was "
            "believed.",
            decision->reply.code, status->class_, status->subject, status->detail);
    else if (decision->outvoted)
        snprintf(out, room, " The code %u.%u.%u usually means %s; the words were believed.",
            status->class_, status->subject, status->detail,
            bounce__reasons[decision->status_says].name);
    else if (decision->by_learning)
        snprintf(out, room,
            " No rule knows this sentence: that is what replies with such words usually mean, and "
            "other causes are possible.");
    else if (!decision->rule && decision->has_evidence)
        snprintf(out, room,
            " No words say so: this is what the code usually means, and other causes are "
            "possible.");
}

/* Sentences that hold for any reason. */
static const char *with_remarks(
    struct bounce *bounce, const char *text, const struct decision *decision)
{
    const char *expired = "";
    char codes[160] = "";
    size_t room;
    char *out;

    if (decision->expired && strcmp(bounce__reasons[decision->reason].name, "expired") != 0)
        expired =
            " The failure was temporary each time, but it lasted until the sending server gave up.";
    remark_on_codes(codes, sizeof codes, decision);
    if (!*expired && !*codes)
        return text;
    room = strlen(text) + strlen(expired) + strlen(codes) + 1;
    out = bounce__arena_new(&bounce->arena, room);
    if (!out)
        return text;
    snprintf(out, room, "%s%s%s", text, expired, codes);
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
    bool delayed = action && strcmp(action, "failed") != 0; /* or delivered: nothing has failed */

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
    set_flags(out, decision, reason, delayed);
    out->flags[BOUNCE_ADDRESS_DEAD] = bounce__address_dead(decision, record, matching, !delayed);
    set_causes(out, decision, reason);
    if (decision->by_site)
        keep_site_texts(bounce, out);
    out->confidence = decision->confidence;
}
