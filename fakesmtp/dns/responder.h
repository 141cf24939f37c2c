/* SPDX-License-Identifier: BSD-2-Clause */
/* responder.h - puts a zone on a UDP socket of the loop. */
#ifndef FAKESMTP_DNS_RESPONDER_H
#define FAKESMTP_DNS_RESPONDER_H

#include "dns/zone.h"

struct uv_loop_s;
struct dns_responder;

/* Called for each query, after it was answered or met with silence: "MX", "example.test.",
 * "127.0.0.1". Not for packets without a readable question. Borrowed for the call; may close the
 * responder. */
typedef void dns_on_query(void *ctx, const char *type, const char *name, const char *peer);

/* loop and zone are kept until close. address is an IPv4 or IPv6 literal; port 0 takes a free one.
 * NULL on failure with *why = "cannot listen on 127.0.0.1:53: permission denied" (caller frees). */
struct dns_responder *dns_responder_open(struct uv_loop_s *loop, struct dns_zone *zone,
    const char *address, unsigned port, dns_on_query *on_query, void *ctx, char **why) MUST_CHECK;
unsigned dns_responder_port(const struct dns_responder *responder);
/* Memory goes once the loop has run; NULL is fine. */
void dns_responder_close(struct dns_responder *responder);

#endif
