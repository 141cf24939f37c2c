/* SPDX-License-Identifier: BSD-2-Clause */
/* What can be asked of a sender that tries each message once (--profile once).
 *
 * Decided by what the scenario expects and by what came of it, never by its name: an outcome that
 * takes a second attempt cannot come, so of it only upper bounds are judged, and that whoever got
 * no mail is told about in a bounce. Where the mail was delivered all the same, all is judged. */
#include "suite/judge_parts.h"

#include "suite/record.h"

/* One attempt may be a connection to each host. */
static bool takes_two(const struct scenario *scenario, const struct expect_client *client)
{
    double hosts = scenario->host_count > 1 ? (double)scenario->host_count : 1;
    for (size_t i = 0; i < client->count; i++) {
        const struct expect_conduct *c = &client->either[i];
        if (!c->lifetime.set && !c->gaps.set && !(c->attempts.set && c->attempts.min > hosts))
            return false;
    }
    return client->count > 0;
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

static bool came_at_once(const struct expect_counts *delivered, const struct record *record)
{
    double expected = 0;
    for (size_t i = 0; i < delivered->count; i++) {
        const struct expect_count *d = &delivered->list[i];
        unsigned got = d->of ? record_rcpt(record, d->of).delivered : record->delivered;
        if (got < d->range.min)
            return false;
        expected += d->range.min;
    }
    return expected > 0;
}

bool judge_lacks_second(const struct scenario *scenario, const struct expect_outcome *outcome,
    const struct record *record, const struct judge_sender *sender)
{
    bool later =
        takes_two(scenario, &outcome->client) && !came_at_once(&outcome->delivered, record);
    return sender->once && (later || gives_up_late(&outcome->bounces));
}
