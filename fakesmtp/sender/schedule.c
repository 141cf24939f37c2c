/* SPDX-License-Identifier: BSD-2-Clause */
/* Retry gaps and lifetimes. */
#include "sender/schedule.h"

#define SECONDS(n) ((uint64_t)(n)*1000)
#define MINUTES(n) SECONDS((uint64_t)(n)*60)
#define HOURS(n)   MINUTES((uint64_t)(n)*60)
#define DAYS(n)    HOURS((uint64_t)(n)*24)

/* RFC 5321 4.5.3.2 for the timeouts (EHLO, connect and QUIT are not named there: five minutes like
 * the rest), 4.5.4.1 for the queue: at least 30 minutes between attempts, give-up time 4-5 days. */
const struct sender_policy sender_policy_rfc5321 = {
    .timeout = {.connect = MINUTES(5),
        .banner = MINUTES(5),
        .ehlo = MINUTES(5),
        .mail = MINUTES(5),
        .rcpt = MINUTES(5),
        .data_init = MINUTES(2),
        .data_block = MINUTES(3),
        .eom = MINUTES(10),
        .quit = MINUTES(5)},
    .first_retry = MINUTES(30),
    .longest_retry = HOURS(4),
    .queue_lifetime = DAYS(5),
    .bounce_lifetime = DAYS(5),
};

static uint64_t or_default(uint64_t given, uint64_t otherwise)
{
    return given ? given : otherwise;
}

struct sender_policy schedule_complete(const struct sender_policy *policy)
{
    const struct sender_policy *rfc = &sender_policy_rfc5321;
    const struct sender_timeouts *t = &policy->timeout, *r = &rfc->timeout;
    return (struct sender_policy){
        .timeout = {.connect = or_default(t->connect, r->connect),
            .banner = or_default(t->banner, r->banner),
            .ehlo = or_default(t->ehlo, r->ehlo),
            .mail = or_default(t->mail, r->mail),
            .rcpt = or_default(t->rcpt, r->rcpt),
            .data_init = or_default(t->data_init, r->data_init),
            .data_block = or_default(t->data_block, r->data_block),
            .eom = or_default(t->eom, r->eom),
            .quit = or_default(t->quit, r->quit)},
        .first_retry = or_default(policy->first_retry, rfc->first_retry),
        .longest_retry = or_default(policy->longest_retry, rfc->longest_retry),
        .queue_lifetime = or_default(policy->queue_lifetime, rfc->queue_lifetime),
        .bounce_lifetime = or_default(policy->bounce_lifetime, rfc->bounce_lifetime),
    };
}

uint64_t schedule_gap(const struct sender_policy *policy, unsigned attempt)
{
    uint64_t gap = policy->first_retry;
    for (unsigned i = 1; i < attempt && gap < policy->longest_retry; i++)
        gap = gap > policy->longest_retry / 2 ? policy->longest_retry : gap * 2;
    return gap < policy->longest_retry ? gap : policy->longest_retry;
}

uint64_t schedule_expiry(const struct sender_policy *policy, uint64_t arrived_ms, bool is_bounce)
{
    uint64_t lifetime = is_bounce ? policy->bounce_lifetime : policy->queue_lifetime;
    return arrived_ms > UINT64_MAX - lifetime ? UINT64_MAX : arrived_ms + lifetime;
}
