/* SPDX-License-Identifier: BSD-2-Clause */
/* answer.h - one query packet in, one reply packet out, and what was asked; for the responder. */
#ifndef FAKESMTP_DNS_ANSWER_H
#define FAKESMTP_DNS_ANSWER_H

#include "dns/zone.h"

struct dns_asked {
    char *type, *name;    /* malloc'd; NULL when the question could not be read */
    enum dns_fault fault; /* that was played */
    char answered[80];    /* "NOERROR, 1 record", "silent" */
    uint64_t late_ms;     /* the reply goes out so much later */
};

/* As dns_zone_answer. asked is always filled; it is set even where silence is the answer. Over TCP
 * a reply may be of any size (RFC 7766 8). */
int dns_answer(const struct dns_zone *zone, bool over_tcp, const uint8_t *query, size_t len,
    struct dns_asked *asked, uint8_t **reply, size_t *reply_len) MUST_CHECK;
void dns_asked_deinit(struct dns_asked *asked);

#endif
