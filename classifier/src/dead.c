/* SPDX-License-Identifier: BSD-2-Clause */
/* dead.c - an address that is called dead wrongly is lost to its owner and to the sender; one that
 * is missed bounces once more. So all that speaks against it counts. */
#include "dead.h"
#include "learned.h"
#include "terms.h"

enum { VICINITY = 60 }; /* bytes */

/* Rules that are not sure of what they read need the lessons to agree. */
static bool sure_enough(const struct decision *decision)
{
    if (decision->by_learning || decision->confidence < 0.35)
        return false;
    return decision->against <= (decision->confidence < 0.5 ? NAT : 4 * NAT);
}

/* RFC 1034 3.1: a name below the other, or the same. */
static bool within(struct span name, struct span domain)
{
    return bounce__ends(name, domain) &&
           (name.n == domain.n || name.p[name.n - domain.n - 1] == '.');
}

static struct span next_host(struct span text, size_t *at)
{
    while (*at < text.n) {
        size_t n = *at;
        struct span word;

        while (n < text.n && (byte_alnum(text.p[n]) || strchr(".-_@", text.p[n])))
            n++;
        word = bounce__strip(span_of(text.p + *at, n - *at), ".-_");
        *at = n + 1;
        if (bounce__host_name(word))
            return word;
    }
    return SPAN_NONE;
}

/* What stands around the words that decided. */
static struct span vicinity(const struct decision *decision, const struct matching *matching)
{
    size_t from = decision->from > VICINITY ? decision->from - VICINITY : 0;
    struct span text = span_of(matching->fold.out, matching->fold.n);

    if (!decision->has_evidence)
        return SPAN_NONE;
    return span_upto(span_from(text, from), decision->to + VICINITY - from);
}

/* "host smarthost.near.example not found" is about the sender's side: of the hosts that are named,
 * one must have to do with the recipient's domain. */
static bool names_other_hosts(const struct record *record, struct span text)
{
    size_t from = bounce__find(record->address, SPAN("@"), 0), at = 0;
    struct span domain = from == SIZE_MAX ? SPAN_NONE : span_from(record->address, from + 1), host;
    bool others = false;

    if (!domain.n)
        return false;
    while ((host = next_host(text, &at)).n) {
        if (within(host, domain) || within(domain, host))
            return false;
        others = true;
    }
    return others && bounce__find(text, domain, 0) == SIZE_MAX;
}

bool bounce__address_dead(const struct decision *decision, const struct record *record,
    const struct matching *matching, bool failed)
{
    const struct reason_info *reason = &bounce__reasons[decision->reason];

    if (!reason->dead || !failed || !sure_enough(decision) || record->about_sender ||
        decision->marks[MARK_DOUBT])
        return false;
    /* "450 User unknown", while the client goes on trying, as RFC 5321 4.2.1 wants of it. */
    if (decision->reply.code / 100 == 4 && !decision->expired)
        return false;
    return strcmp(reason->class_, "domain") != 0 ||
           !names_other_hosts(record, vicinity(decision, matching));
}
