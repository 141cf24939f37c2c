/* SPDX-License-Identifier: BSD-2-Clause */
/* names.h - from what a scenario says about its hosts and its DNS to records and faults of a zone.
 */
#ifndef FAKESMTP_SUITE_NAMES_H
#define FAKESMTP_SUITE_NAMES_H

#include "dns/responder.h"
#include "script/scenario.h"

/* The name of the sender under test: what it says in EHLO, and what $sender stands for in records.
 */
#define NAMES_SENDER "mta.test"

/* addresses[i] is where scenario->hosts[i] is; NULL: nowhere, and no record is made for it. The
 * domain is NAME.test: an MX for each host, its addresses, and their PTR; save what the scenario's
 * own records say otherwise. False: *why (caller frees). */
bool names_add(struct dns_zone *zone, const struct scenario *scenario, const char *const *addresses,
    char **why) MUST_CHECK;
/* host.test. at address, both ways. */
bool names_add_host(
    struct dns_zone *zone, const char *hostname, const char *address, char **why) MUST_CHECK;

/* Whether name ("mx.greylist.test.", any case, with or without the last dot) lies in the domain of
 * the scenario. */
bool names_belong(const char *name, const struct scenario *scenario);

struct transcript;
/* The query as an event; whose NULL: nobody's name. */
void names_tell(struct transcript *transcript, uint64_t at_ms, const struct scenario *whose,
    const struct dns_query *query);

#endif
