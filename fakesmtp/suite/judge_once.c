/* SPDX-License-Identifier: BSD-2-Clause */
/* What can be asked of a sender that tries each message once (--profile once).
 *
 * Decided by what the scenario expects and by what came of it, never by its name: an outcome that
 * takes a second attempt cannot come, so of it only upper bounds are judged, and that whoever got
 * no mail is told about in a bounce. What comes back for good needs no second attempt, and where
 * the mail was delivered all the same, all is judged. */
#include "suite/judge_parts.h"

#include <bounce.h>
#include <string.h>
#include "suite/record.h"

/* Whether the sender must, or may, make a second attempt; one may be a connection to each host. */
static bool tries_again(
    const struct scenario *scenario, const struct expect_client *client, bool must)
{
    double hosts = scenario->host_count > 1 ? (double)scenario->host_count : 1;
    for (size_t i = 0; i < client->count; i++) {
        const struct expect_conduct *c = &client->either[i];
        bool certain =
            c->lifetime.set || c->gaps.set || (c->attempts.set && c->attempts.min > hosts);
        bool possible = !c->attempts.set || c->attempts.max < 0 || c->attempts.max > hosts;
        if (must ? !certain : possible)
            return !must;
    }
    return must ? client->count > 0 : client->count == 0;
}

/* Somebody is tried until the queue gives up, whoever else was served at once. */
static bool gives_up_late(const struct expect_reports *bounces)
{
    for (size_t i = 0; i < bounces->count; i++)
        for (size_t k = 0; k < bounces->list[i].count; k++)
            if (bounces->list[i].either[k].expired == 1)
                return true;
    return false;
}

static unsigned copies(const struct expect_count *d, const struct record *record)
{
    return d->of ? record_rcpt(record, d->of).delivered : record->delivered;
}

/* *lacking: fewer copies came than are expected. False: none is. */
static bool expects_mail(
    const struct expect_counts *delivered, const struct record *record, bool *lacking)
{
    double expected = 0;
    *lacking = false;
    for (size_t i = 0; i < delivered->count; i++) {
        expected += delivered->list[i].range.min;
        *lacking = *lacking || copies(&delivered->list[i], record) < delivered->list[i].range.min;
    }
    return expected > 0;
}

/* A bounce that says nothing does not say that it was for good either. */
static bool for_now(const struct bounce_recipient *r)
{
    const char *reason = bounce_recipient_text(r, BOUNCE_REASON);
    bool silent =
        !bounce_recipient_text(r, BOUNCE_DIAGNOSTIC) && !bounce_recipient_text(r, BOUNCE_REPLY);
    return !bounce_recipient_flag(r, BOUNCE_PERMANENT) || strcmp(reason, "expired") == 0 ||
           (silent && strcmp(reason, "undefined") == 0);
}

/* Something came back, and nothing of it failed for good. */
static bool all_for_now(const struct judge_reports *came)
{
    size_t n = 0;
    for (size_t i = 0; i < came->count; i++)
        for (size_t k = 0; k < bounce_recipient_count(came->list[i]); k++, n++)
            if (!for_now(bounce_recipient_at(came->list[i], k)))
                return false;
    return n > 0;
}

bool judge_lacks_second(const struct scenario *scenario, const struct expect_outcome *outcome,
    const struct record *record, const struct judge_sender *sender,
    const struct judge_reports *came)
{
    bool lacking, mail = expects_mail(&outcome->delivered, record, &lacking);
    if (!sender->once)
        return false;
    if (gives_up_late(&outcome->bounces))
        return true;
    return (mail ? lacking && tries_again(scenario, &outcome->client, false)
                 : tries_again(scenario, &outcome->client, true)) &&
           all_for_now(came);
}
