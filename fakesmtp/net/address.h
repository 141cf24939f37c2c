/* SPDX-License-Identifier: BSD-2-Clause */
/* address.h - where to listen and who calls, as text and as the kernel wants it: IPv4, IPv6 and
 * unix sockets. */
#ifndef FAKESMTP_NET_ADDRESS_H
#define FAKESMTP_NET_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include "util/require.h"

struct address {
    struct sockaddr_storage at;
    socklen_t len;
};

/* A literal ("127.0.0.1", "::1") with a port, or "unix:PATH" (port is ignored). 0 or a negative
 * UV_E... */
int address_set(struct address *address, const char *literal, unsigned port);
unsigned address_port(const struct address *address); /* 0 for a unix socket */
bool address_is_unix(const struct address *address);

/* "127.0.0.1:25", "[::1]:25", "unix:PATH"; an unnamed unix peer is "unix". Caller frees. */
char *address_text(const struct address *address);
char *address_text_of(const char *literal, unsigned port); /* the same from the parts */

/* Splits "127.0.0.1:2525", "[::1]:0", ":2525" (any IPv4 address) or "unix:PATH" into a literal
 * (caller frees) and a port. NULL and *why (caller frees) when it is none. */
char *address_parse(const char *text, unsigned *port, char **why) MUST_CHECK;

#endif
