/* SPDX-License-Identifier: BSD-2-Clause */
/* reason.c - scoring, not first match.
 *
 * Words beat weak codes, strong codes beat plain words, the reply code and the stage only break
 * ties. Every reason gets the score of its best evidence and a bonus for codes that agree; the
 * highest wins and the margin to the next becomes the confidence. */
#include "reason.h"
#include "coded.h"
#include "scoring.h"

/* Per cent of a rule's strength that words are worth in a zone. The rest of the notification holds
 * boilerplate. */
static const int zone_worth[ZONE_COUNT] = {100, 90, 55};

static bool cond_fits(const struct rule_cond *cond, const struct decision *d)
{
    switch (cond->kind) {
    case COND_REPLY:
        return d->reply.code >= cond->low && d->reply.code <= cond->high;
    case COND_STAGE:
        return d->stage == (enum stage)cond->low;
    default:
        return d->status.class_ && (cond->class_ < 0 || cond->class_ == d->status.class_) &&
               (cond->subject < 0 || cond->subject == d->status.subject) &&
               (cond->detail < 0 || cond->detail == d->status.detail);
    }
}

/* Values of one kind are alternatives, kinds are all needed, negated ones must all fail. */
static bool conds_hold(const struct rule *rule, const struct decision *d)
{
    unsigned wanted = 0, met = 0;

    for (unsigned i = 0; i < rule->cond_count; i++) {
        const struct rule_cond *cond = &rule->conds[i];
        bool fits = cond_fits(cond, d);

        if (cond->negated && fits)
            return false;
        if (cond->negated)
            continue;
        wanted |= 1u << cond->kind;
        if (fits)
            met |= 1u << cond->kind;
    }
    return wanted == met;
}

/* Of two rules whose words end at one place the one that knows more of them is it. */
static bool better(const struct score *old, int points, const struct hit *hit)
{
    const struct hit *before = old->hit;

    if (points != old->points)
        return points > old->points;
    if (!before)
        return true;
    if (hit->zone != before->zone)
        return hit->zone < before->zone;
    return hit->to < before->to || (hit->to == before->to && hit->from < before->from);
}

/* Once the server's own words say something, what stands around them is mostly echo and
 * boilerplate: Exchange explains every 5.7.x with a list of all who may have wanted it. */
static int worth_in(const struct scoring *scoring, unsigned zone)
{
    if (scoring->spoken && zone > ZONE_DECISIVE)
        return 0;
    if (zone == ZONE_DECISIVE || !scoring->decided_early)
        return zone_worth[zone];
    return zone_worth[zone] * 6 / 10;
}

struct span bounce__decisive_words(const struct matching *matching)
{
    return bounce__trim(span_upto(
        span_of(matching->fold.out, matching->fold.n), matching->zone_end[ZONE_DECISIVE]));
}

static void find_early(struct scoring *scoring)
{
    const struct matching *matching = scoring->matching;
    const struct reply *reply = &scoring->decision->reply;

    scoring->spoken = reply->code && reply->code_at < matching->zone_end[ZONE_DECISIVE] &&
                      bounce__reply_speaks(bounce__decisive_words(matching));
    for (size_t i = 0; i < matching->hit_count; i++) {
        const struct rule *rule = matching->hits[i].rule;
        if (matching->hits[i].zone == ZONE_DECISIVE && rule->kind == RULE_REASON &&
            rule->strength >= STRENGTH_PLAIN && conds_hold(rule, scoring->decision))
            scoring->decided_early = true;
    }
}

static void score_words(struct scoring *scoring)
{
    const struct matching *matching = scoring->matching;
    uint8_t expired = bounce__reason_named("expired");
    bool answered = bounce__decisive_words(matching).n > 0;

    for (size_t i = 0; i < matching->hit_count; i++) {
        const struct hit *hit = &matching->hits[i];
        const struct rule *rule = hit->rule;
        int points = hit_points(hit) * worth_in(scoring, hit->zone) / 100;

        /* Boilerplate has all the words that the rules without a phrase of their own look for, and
         * so have the commands and host names around a reply. */
        if ((rule->strength == STRENGTH_FAIR || rule->strength == STRENGTH_TOPIC ||
                rule->own_words) &&
            hit->zone > (answered ? ZONE_DECISIVE : ZONE_SAID))
            continue;

        /* A server that answered is a better reason than the queue that gave up on it. */
        if (rule->kind == RULE_REASON && rule->target == expired &&
            scoring->decision->reply.code / 100 == 4)
            points = points * 2 / 5;
        if (hit->engine)
            points += SITE_BONUS;
        if (rule->kind == RULE_STAGE || !conds_hold(rule, scoring->decision))
            continue;
        if (rule->kind == RULE_MARK) {
            scoring->decision->marks[rule->target] = true;
            continue;
        }
        if (better(&scoring->scores[rule->target], points, hit)) {
            scoring->scores[rule->target].points = points;
            scoring->scores[rule->target].hit = hit;
        }
    }
}

static void score_code(struct scoring *scoring, uint8_t reason, int strength, const char *kind)
{
    struct score *score = &scoring->scores[reason];

    if (!strength)
        return;
    if (score->hit)
        score->agreement += strength / 4;
    if (strength > score->points) {
        score->points = strength;
        score->code_kind = score->hit ? score->code_kind : kind;
    }
}

static void score_status(struct scoring *scoring, struct status status, int percent)
{
    const struct status_info *info = bounce__status_known(status);

    /* A policy does not pass by itself: 4.7.0 and 4.7.1 come with whatever is meant to pass. */
    if (status.class_ == 4 && status.subject == 7 && status.detail < 2)
        percent /= 2;
    if (info && info->has_reason && status.class_ != 2)
        score_code(scoring, info->reason, info->strength * percent / 100, "status");
}

/* A status inside the server's own reply is the server's; the report's may be an invention of the
 * MTA (sendmail writes 5.1.1 for any refusal at RCPT). */
static void score_statuses(struct scoring *scoring)
{
    struct status inner = scoring->decision->reply.status, stated = scoring->stated;
    bool differ = inner.class_ && stated.class_ && memcmp(&inner, &stated, sizeof inner) != 0;

    if (bounce__status_detail(inner) > 1)
        score_status(scoring, inner, 100);
    if (stated.class_ && bounce__status_detail(inner) <= 1)
        score_status(scoring, stated, 100);
    else if (differ)
        score_status(scoring, stated, 50);
}

static bool nothing_known(const struct scoring *scoring)
{
    for (size_t i = 0; i < bounce__reason_count; i++)
        if (scoring->scores[i].points > STRENGTH_FILLER)
            return false;
    return true;
}

static void score_reply(struct scoring *scoring, unsigned code)
{
    enum reply_sense sense = SENSE_CODE;

    if (nothing_known(scoring))
        sense = bounce__reply_sense(
            &scoring->decision->reply, bounce__decisive_words(scoring->matching));
    if (sense != SENSE_CODE) {
        score_code(scoring, bounce__reason_named(sense == SENSE_LATER ? "rate-limited" : "policy"),
            STRENGTH_FILLER, "reply");
        return;
    }
    for (size_t i = 0; code && i < bounce__reply_count; i++)
        if (bounce__replies[i].code == code && bounce__replies[i].has_reason)
            score_code(scoring, bounce__replies[i].reason, bounce__replies[i].strength, "reply");
}

/* "550 4.1.1", and a report that repeats the 4.1.1: the client acted on the reply code. */
static bool own_contradiction(const struct scoring *scoring)
{
    const struct reply *reply = &scoring->decision->reply;

    return reply->code / 100 == 5 && reply->status.class_ == 4 &&
           bounce__same_detail(reply->status, scoring->stated);
}

/* Not: d->reply.code alone - a report that says "failed" about a transient reply means the queue
 * gave up. */
static void find_expiry(struct scoring *scoring, bool failed)
{
    struct decision *d = scoring->decision;
    bool transient = d->reply.code ? d->reply.code / 100 == 4 : d->status.class_ == 4;
    bool hopeless =
        own_contradiction(scoring) ||
        (d->reply.code / 100 == 5 && d->status.class_ != 4 && scoring->stated.class_ != 4);

    if (d->marks[MARK_EXPIRED])
        d->expired = !hopeless || d->reply.code == 0 ||
                     scoring->scores[bounce__reason_named("expired")].points > 0;
    if (failed && transient)
        d->expired = true;
    if (failed && scoring->stated.class_ == 4 && !own_contradiction(scoring))
        d->expired = true;
}

/* The network is not broken for good: a final report about it means that the queue gave up. */
static void find_late_expiry(struct decision *d, bool failed)
{
    const struct reason_info *reason = &bounce__reasons[d->reason];

    if (failed && !d->reply.code && reason->transient_cause &&
        !strcmp(reason->sisimai, "networkerror"))
        d->expired = true;
}

/* Words that won against a status which usually can be trusted: worth a remark. */
static void find_outvoted(struct decision *d)
{
    const struct status_info *info = bounce__status_known(d->status);

    if (!d->rule || !info || !info->has_reason || info->detail < 0 ||
        info->strength < STRENGTH_FAIR)
        return;
    d->outvoted =
        strcmp(bounce__reasons[info->reason].class_, bounce__reasons[d->reason].class_) != 0;
    d->status_says = info->reason;
}

void bounce__decide(struct decision *decision, const struct matching *matching,
    const struct record *record, enum stage stage, bool failed)
{
    struct scoring scoring = {.decision = decision, .matching = matching};
    size_t used;

    *decision = (struct decision){.stage = stage};
    if (decision->stage == STAGE_NONE)
        decision->stage = bounce__stage_find(matching);
    bounce__coded_reply(decision, matching);
    bounce__status_parse(record->status, &scoring.stated, &used);
    scoring.stated = bounce__status_as_quoted(scoring.stated, &decision->reply);
    decision->status = bounce__status_choose(scoring.stated, &decision->reply);
    decision->contradiction = decision->reply.code && decision->status.class_ &&
                              decision->reply.code / 100 != decision->status.class_;
    find_early(&scoring);
    score_words(&scoring);
    score_statuses(&scoring);
    score_reply(&scoring, decision->reply.code);
    find_expiry(&scoring, failed);
    bounce__pick(&scoring, record->codeless);
    find_late_expiry(decision, failed);
    find_outvoted(decision);
}
