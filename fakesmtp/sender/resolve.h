/* SPDX-License-Identifier: BSD-2-Clause */
/* resolve.h - which hosts take the mail of a domain, and at which addresses (RFC 5321 5.1, RFC
 * 7505). */
#ifndef FAKESMTP_SENDER_RESOLVE_H
#define FAKESMTP_SENDER_RESOLVE_H

#include "sender/lookup.h"

enum resolve_outcome {
    RESOLVE_OK,
    RESOLVE_NO_NAME,   /* no such domain */
    RESOLVE_NO_DATA,   /* addresses only: the host has none */
    RESOLVE_NULL_MX,   /* the domain says that it takes no mail */
    RESOLVE_TEMPORARY, /* why says what went wrong */
    RESOLVE_CANCELLED, /* by lookups_close */
};

struct resolve_result {
    enum resolve_outcome outcome;
    const char *why;       /* static */
    char **names;          /* hosts in the order to try them, or addresses */
    unsigned *preferences; /* of hosts that came from MX records; else NULL */
    size_t count;
};

/* Borrowed for the call; names may be moved out (set names to NULL and count to 0). */
typedef void resolve_on_result(void *ctx, struct resolve_result *result);

/* The callback is called exactly once and never before these return.
 * Hosts: lowest preference first, equal ones as the answer has them. No MX: the domain itself. */
void resolve_hosts(
    struct lookups *lookups, const char *domain, resolve_on_result *on_result, void *ctx);
/* Addresses: A, then AAAA. */
void resolve_addresses(
    struct lookups *lookups, const char *host, resolve_on_result *on_result, void *ctx);

/* "[192.0.2.1]" or "[IPv6:2001:db8::1]" (RFC 5321 4.1.3): the bare address, malloc'd; else NULL. */
char *resolve_literal(const char *domain);

void resolve_result_deinit(struct resolve_result *result);

#endif
