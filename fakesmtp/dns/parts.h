/* SPDX-License-Identifier: BSD-2-Clause */
/* parts.h - where responder.c (UDP, late answers, opening and closing) and tcp.c meet. */
#ifndef FAKESMTP_DNS_PARTS_H
#define FAKESMTP_DNS_PARTS_H

#include <uv.h>
#include "dns/responder.h"
#include "util/clock.h"

enum {
    DNS_LARGEST_QUERY = 4096, /* one question and an OPT record need 300 */
    DNS_SMALLEST_QUERY = 12,  /* RFC 1035 4.1.1: the header */
    DNS_TCP_MOST = 256,       /* connections; RFC 7766 6.2.2 lets a server bound them */
    DNS_LATE_MOST = 10000,    /* answers that wait for their time */
};

struct dns_tcp; /* a connection */
struct dns_late;

struct dns_responder {
    uv_udp_t udp;
    uv_tcp_t tcp;
    struct clock *clock;
    struct dns_zone *zone;
    dns_on_query *on_query;
    void *ctx;
    size_t handles; /* the last one that closes frees the responder */
    bool closing;
    struct dns_tcp *connections;
    size_t connection_count;
    struct dns_late *late;
    size_t late_count;
    char packet[DNS_LARGEST_QUERY];
};

/* responder.c: answers a query that came from peer, over connection (NULL: UDP). */
void dns_responder_serve(struct dns_responder *responder, const uint8_t *query, size_t len,
    const struct sockaddr *peer, struct dns_tcp *connection);
/* Late answers for this connection (NULL: for everybody) will never go out. */
void dns_late_forget(struct dns_responder *responder, const struct dns_tcp *connection);
void dns_handle_closed(struct dns_responder *responder);

/* tcp.c */
int dns_tcp_listen(struct dns_responder *responder);
void dns_tcp_send(struct dns_tcp *connection, uint8_t *bytes, size_t len); /* takes bytes */
void dns_tcp_close_all(struct dns_responder *responder);

#endif
