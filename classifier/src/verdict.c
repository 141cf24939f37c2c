/* SPDX-License-Identifier: BSD-2-Clause */
/* verdict.c - from scores to one reason: rules and codes bring points, what has been learned of
 * words takes some away; the margin to the next reason becomes the confidence. */
#include "scoring.h"
#include <stdio.h>

enum {
    POINTS_A_NAT = 12, /* what lessons say against a reason, in points of rules */
    BEHIND_MOST = 60,
    GUESS_LEAST = NAT, /* three of four such guesses are right, above three nats nearly all */
    LEAD_MOST = 8 * NAT,
    NOT_RUNNING = -1000
};

/* How far the likeliest reason of this one's class is behind; 0 or less. */
static int best_of_class(const struct leaning *leaning, size_t reason)
{
    int best = leaning->behind[reason];

    for (size_t i = 0; i < bounce__reason_count; i++)
        if (leaning->behind[i] > best &&
            !strcmp(bounce__reasons[i].class_, bounce__reasons[reason].class_))
            best = leaning->behind[i];
    return best;
}

/* Which class it is weighs more than which reason of that class. */
static int behind_points(const struct leaning *leaning, size_t reason)
{
    int class_, own;

    if (!leaning->heard || leaning->beside)
        return 0;
    class_ = best_of_class(leaning, reason);
    own = leaning->behind[reason] - class_;
    return (class_ + own / 2) * POINTS_A_NAT / NAT;
}

/* What the words of a reply, taken together, take away from a reason; 0 or less. A rule that knows
 * the whole sentence loses less. */
static int behind(const struct scoring *scoring, size_t reason)
{
    const struct hit *hit = scoring->scores[reason].hit;
    int points = behind_points(&scoring->matching->leaning, reason);

    if (hit && (hit->engine || hit->rule->strength == STRENGTH_TOKEN || hit->zone > ZONE_DECISIVE))
        return 0;
    points = points < -BEHIND_MOST ? -BEHIND_MOST : points;
    if (hit && hit->rule->strength >= STRENGTH_SURE)
        return points / 2;
    if (hit && hit->rule->strength >= STRENGTH_FIRM)
        return points * 3 / 4;
    return points;
}

/* How far the likeliest reason is before those of other classes, in 256ths of a nat. */
static int lead(const struct leaning *leaning)
{
    const char *class_ = bounce__reasons[leaning->likeliest].class_;
    int gap = LEAD_MOST;

    for (size_t i = 0; i < bounce__reason_count; i++)
        if (strcmp(bounce__reasons[i].class_, class_) != 0 && -leaning->behind[i] < gap)
            gap = -leaning->behind[i];
    return gap;
}

/* How much likelier the lessons find another class, if they have read what decided. */
static int against(const struct scoring *scoring, size_t winner)
{
    const struct hit *hit = scoring->scores[winner].hit;

    if (!scoring->matching->leaning.heard || scoring->matching->leaning.beside ||
        (hit && hit->zone > ZONE_DECISIVE))
        return 0;
    return -best_of_class(&scoring->matching->leaning, winner);
}

/* Without a rule or a code for it: what the lessons have under such words. */
static bool guessed(const struct scoring *scoring, size_t reason)
{
    return scoring->matching->leaning.heard && scoring->matching->leaning.likeliest == reason &&
           scoring->matching->leaning.to > scoring->matching->leaning.from &&
           lead(&scoring->matching->leaning) >= GUESS_LEAST;
}

static int total(const struct scoring *scoring, size_t reason)
{
    const struct score *score = &scoring->scores[reason];
    int sum = score->points + score->agreement;

    if (!score->points && !guessed(scoring, reason))
        return NOT_RUNNING;
    if (score->points)
        sum += bounce__stage_leaning(scoring->decision->stage, bounce__reasons[reason].class_);
    return sum + behind(scoring, reason);
}

static void note_by_code(struct decision *d, const char *kind)
{
    if (!strcmp(kind, "status"))
        snprintf(d->by, sizeof d->by, "status %u.%u.%u", d->status.class_, d->status.subject,
            d->status.detail);
    else
        snprintf(d->by, sizeof d->by, "reply %u", d->reply.code);
    d->has_evidence = false;
    if (d->reply.status.class_ && !strcmp(kind, "status")) {
        d->has_evidence = true;
        d->from = d->reply.status_at;
        d->to = d->from + d->reply.status_length;
    } else if (d->reply.code) {
        d->has_evidence = true;
        d->from = d->reply.code_at;
        d->to = d->from + 3;
    }
}

static double confidence(const struct scoring *scoring, int best, int next, bool same_class)
{
    double value = best / 100.0;

    if (!same_class && best - next < 12)
        value -= (12 - (best - next)) / 60.0;
    if (scoring->decision->contradiction)
        value -= 0.1;
    return value < 0.05 ? 0.05 : value > 0.99 ? 0.99 : value;
}

static void list_runners(struct scoring *scoring, const int *totals, size_t winner)
{
    struct decision *d = scoring->decision;
    bool listed[REASONS_MOST] = {false};

    listed[winner] = true;
    while (d->runner_count < CAUSES_MOST) {
        int best = 0;
        size_t which = 0;

        for (size_t i = 0; i < bounce__reason_count; i++)
            if (!listed[i] && totals[i] > best) {
                best = totals[i];
                which = i;
            }
        if (best < STRENGTH_WEAK)
            return;
        listed[which] = true;
        d->runners[d->runner_count++] = (uint8_t)which;
    }
}

/* "850 2.0.0 Ok": replies begin with 2 to 5, RFC 5321 4.2.1. What was said cannot be known. Nor can
 * it of 3, which asks for more and ends nothing. */
static bool classless(const struct matching *matching)
{
    struct span said = bounce__decisive_words(matching);

    return said.n > 3 && byte_digit(said.p[0]) &&
           (said.p[0] < '2' || said.p[0] > '5' || said.p[0] == '3') && byte_digit(said.p[1]) &&
           byte_digit(said.p[2]) && (said.p[3] == ' ' || said.p[3] == '-');
}

/* The server's own words, not those that the MTA put around them. */
static bool decided_by_reply(const struct scoring *scoring, size_t winner)
{
    const struct hit *hit = winner == SIZE_MAX ? NULL : scoring->scores[winner].hit;

    return hit && hit->zone == ZONE_DECISIVE;
}

static bool settle_without_words(struct scoring *scoring, size_t winner, bool codeless)
{
    struct decision *d = scoring->decision;
    bool known = winner != SIZE_MAX && scoring->scores[winner].points;

    if ((classless(scoring->matching) || (codeless && !known)) &&
        !decided_by_reply(scoring, winner)) {
        d->reason = bounce__reason_named("protocol-error");
        snprintf(d->by, sizeof d->by, codeless ? "a reply without code" : "a reply of no class");
        d->confidence = 0.5;
        return true;
    }
    if (winner != SIZE_MAX)
        return false;
    d->reason = bounce__reason_named(d->expired ? "expired" : "undefined");
    snprintf(d->by, sizeof d->by, d->expired ? "transient code in a final report" : "no evidence");
    d->confidence = d->expired ? 0.4 : 0.1;
    return true;
}

static void note_how(struct scoring *scoring, size_t winner)
{
    struct decision *d = scoring->decision;
    const struct score *score = &scoring->scores[winner];

    if (score->hit) {
        d->rule = score->hit->rule;
        d->by_site = score->hit->engine != 0;
        d->has_evidence = true;
        d->from = score->hit->from;
        d->to = score->hit->to;
    } else if (score->code_kind) {
        note_by_code(d, score->code_kind);
    } else {
        snprintf(d->by, sizeof d->by, "learned words");
        d->by_learning = true;
        d->has_evidence = true;
        d->from = scoring->matching->leaning.from;
        d->to = scoring->matching->leaning.to;
    }
}

void bounce__pick(struct scoring *scoring, bool codeless)
{
    struct decision *d = scoring->decision;
    size_t winner = SIZE_MAX, second = SIZE_MAX;
    int totals[REASONS_MOST];

    for (size_t i = 0; i < bounce__reason_count; i++) {
        totals[i] = total(scoring, i);
        if (totals[i] == NOT_RUNNING)
            continue;
        if (winner == SIZE_MAX || totals[i] > totals[winner]) {
            second = winner;
            winner = i;
        } else if (second == SIZE_MAX || totals[i] > totals[second]) {
            second = i;
        }
    }
    if (settle_without_words(scoring, winner, codeless))
        return;
    d->reason = (uint8_t)winner;
    note_how(scoring, winner);
    d->confidence =
        d->by_learning
            ? 0.15 + lead(&scoring->matching->leaning) * 0.05 / NAT
            : confidence(scoring, totals[winner], second == SIZE_MAX ? 0 : totals[second],
                  second == SIZE_MAX ||
                      !strcmp(bounce__reasons[winner].class_, bounce__reasons[second].class_));
    d->against = against(scoring, winner);
    list_runners(scoring, totals, winner);
}
