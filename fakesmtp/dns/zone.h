/* SPDX-License-Identifier: BSD-2-Clause */
/* zone.h - what the fake DNS knows: records, and the faults it plays instead of answering. No
 * sockets. */
#ifndef FAKESMTP_DNS_ZONE_H
#define FAKESMTP_DNS_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "util/require.h"

struct dns_zone;

struct dns_zone *dns_zone_new(void);
void dns_zone_free(struct dns_zone *zone);

/* One record in presentation format: "example.test. 60 IN MX 10 mx.example.test." A quoted string
 * of more than 255 octets, which none may have (RFC 1035 3.3), becomes several, as DKIM keys want
 * it. NULL, or malloc'd text that says what is wrong with it (caller frees). */
char *dns_zone_add(struct dns_zone *zone, const char *record) MUST_CHECK;
/* The same with names below origin, and "@" for origin itself (RFC 1035 5.1): "@ 60 IN MX 10 mx".
 */
char *dns_zone_add_below(struct dns_zone *zone, const char *origin, const char *record) MUST_CHECK;
/* NULL, or what is wrong with the record; nothing is added. */
char *dns_record_problem(const char *origin, const char *record) MUST_CHECK;
/* True when record (which is sound) has this owner and type, or makes that name an alias. */
bool dns_record_is_about(
    const char *origin, const char *record, const char *name, const char *type) MUST_CHECK;

/* What happens instead of an answer; with the word scenarios have for it. */
#define DNS_FAULTS(X)                                                                              \
    X(NONE, "answered")                                                                            \
    X(SERVFAIL, "servfail")                                                                        \
    X(REFUSED, "refused")                                                                          \
    X(SILENT, "silent")       /* no reply at all */                                                \
    X(NXDOMAIN, "nxdomain")   /* there is no such name */                                          \
    X(NODATA, "nodata")       /* there is, but no such record (RFC 2308 2.2) */                    \
    X(TRUNCATED, "truncated") /* over UDP nothing but TC (RFC 2181 9); TCP works */                \
    X(LATE, "late")           /* the answer, seconds later */                                      \
    X(WRONG_ID, "wrong_id")   /* the answer to another question (RFC 5452 9.1) */                  \
    X(LAME, "lame")           /* a referral by somebody who is not in charge (RFC 1912 2.8) */     \
    X(REFERRAL, "referral")   /* to name servers that nobody can ask */                            \
    X(INSTEAD, "instead")     /* other records */

enum dns_fault {
#define X(id, word) DNS_FAULT_##id,
    DNS_FAULTS(X)
#undef X
        DNS_FAULT_COUNT
};
const char *dns_fault_word(enum dns_fault fault);

/* To every query for exactly this name, in place of earlier faults of that name.
 * NULL, or malloc'd text that says what is wrong with the name (caller frees). The name need not
 * exist. */
char *dns_zone_fault(struct dns_zone *zone, const char *name, enum dns_fault fault) MUST_CHECK;

struct dns_trouble {
    enum dns_fault fault;
    const char *type; /* "MX"; NULL: every type */
    bool below;       /* names below it as well */
    unsigned first;   /* so many queries; then all is well. 0: for ever */
    double seconds;   /* DNS_FAULT_LATE */
    bool has_tcp;     /* over TCP something else happens: */
    enum dns_fault tcp;
    const char *const *records; /* DNS_FAULT_INSTEAD; names are below origin */
    size_t record_count;
    const char *origin;
};
/* Adds to what is there: of several that fit, a narrower one (this very name, this very type)
 * counts before a wider one, and what came first before what came later. Everything is copied.
 * NULL, or what is wrong (caller frees). */
char *dns_zone_trouble(
    struct dns_zone *zone, const char *name, const struct dns_trouble *trouble) MUST_CHECK;

/* Answers a query packet (RFC 1035) of len bytes that came over UDP. 0: send *reply (malloc'd,
 * *reply_len bytes, caller frees). -1: the packet deserves no answer (no header, a response, ...).
 * Names the zone does not know: NXDOMAIN; known names without such a record: NOERROR and no answer.
 * Additional section: addresses of MX hosts. The reply fits the client's UDP size (512, or what its
 * OPT record says); else it is cut and says so (TC). */
int dns_zone_answer(struct dns_zone *zone, const uint8_t *query, size_t len, uint8_t **reply,
    size_t *reply_len) MUST_CHECK;

#endif
