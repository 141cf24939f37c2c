/* SPDX-License-Identifier: BSD-2-Clause */
/* responder.h - puts a zone on the loop: on a UDP socket, and on a TCP one of the same number. */
#ifndef FAKESMTP_DNS_RESPONDER_H
#define FAKESMTP_DNS_RESPONDER_H

#include "dns/zone.h"

struct uv_loop_s;
struct clock;
struct dns_responder;

struct dns_query {           /* and what became of it */
    const char *type, *name; /* "MX", "example.test." */
    const char *peer;        /* "127.0.0.1" */
    const char *transport;   /* "udp", "tcp" */
    const char *answered;    /* "NOERROR, 1 record", "silent" */
};

/* Called for each query, after it was answered or met with silence. Not for packets without a
 * readable question. Borrowed for the call; may close the responder. */
typedef void dns_on_query(void *ctx, const struct dns_query *query);

/* loop, clock and zone are kept until close. address is an IPv4 or IPv6 literal; port 0 takes a
 * free one. NULL on failure with *why = "cannot listen on 127.0.0.1:53: permission denied" (caller
 * frees). */
struct dns_responder *dns_responder_open(struct uv_loop_s *loop, struct clock *clock,
    struct dns_zone *zone, const char *address, unsigned port, dns_on_query *on_query, void *ctx,
    char **why) MUST_CHECK;
/* From the next query on; what was answered and waits (DNS_FAULT_LATE) still goes out. Kept until
 * close; the old one is the caller's again. */
struct dns_zone *dns_responder_set_zone(struct dns_responder *responder, struct dns_zone *zone);
unsigned dns_responder_port(const struct dns_responder *responder);
/* The clock may be closed right after; memory goes once the loop has run; NULL is fine. */
void dns_responder_close(struct dns_responder *responder);

#endif
