/* SPDX-License-Identifier: BSD-2-Clause */
/* zone.h - what the fake DNS knows: records, and the faults it plays instead of answering. No
 * sockets. */
#ifndef FAKESMTP_DNS_ZONE_H
#define FAKESMTP_DNS_ZONE_H

#include <stddef.h>
#include <stdint.h>
#include "util/require.h"

struct dns_zone;

struct dns_zone *dns_zone_new(void);
void dns_zone_free(struct dns_zone *zone);

/* One record in presentation format: "example.test. 60 IN MX 10 mx.example.test."
 * NULL, or malloc'd text that says what is wrong with it (caller frees). */
char *dns_zone_add(struct dns_zone *zone, const char *record) MUST_CHECK;

/* What happens instead of an answer, to every query for exactly this name. */
enum dns_fault {
    DNS_FAULT_NONE,
    DNS_FAULT_SERVFAIL,
    DNS_FAULT_REFUSED,
    DNS_FAULT_SILENT, /* no reply at all */
};
/* NULL, or malloc'd text that says what is wrong with the name (caller frees). The name need not
 * exist. */
char *dns_zone_fault(struct dns_zone *zone, const char *name, enum dns_fault fault) MUST_CHECK;

/* Answers a query packet (RFC 1035) of len bytes. 0: send *reply (malloc'd, *reply_len bytes,
 * caller frees). -1: the packet deserves no answer (no header, a response, ...). Names the zone
 * does not know: NXDOMAIN; known names without such a record: NOERROR and no answer. Additional
 * section: addresses of MX hosts. The reply fits the client's UDP size (512, or what its OPT record
 * says); else it is cut and says so (TC). */
int dns_zone_answer(struct dns_zone *zone, const uint8_t *query, size_t len, uint8_t **reply,
    size_t *reply_len) MUST_CHECK;

#endif
