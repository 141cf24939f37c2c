/* SPDX-License-Identifier: BSD-2-Clause */
/* returns.h - what a host of a scenario took and could not pass on: after a while it sends a report
 * to the reverse-path, as a backup MX does (RFC 5321 4.5.5 and 6.1). */
#ifndef FAKESMTP_SUITE_RETURNS_H
#define FAKESMTP_SUITE_RETURNS_H

#include <stddef.h>
#include <stdint.h>
#include "util/require.h"

struct uv_loop_s;
struct clock;
struct server_message;
struct returns;

struct returns_config {
    struct uv_loop_s *loop;
    struct clock *clock;
    const char *home; /* the address of the MX of those who sent; copied */
    unsigned port;
    /* One more report was taken, or could not be delivered: then *why says so (borrowed). May close
     * the returns. */
    void (*on_done)(void *ctx, const char *why);
    void *ctx;
};

struct returns *returns_open(const struct returns_config *config);
/* After after_ms host (its name) sends a report on message: next, at next_address, which
 * it should have gone to, said reply to RCPT TO. Nothing where the message has a null reverse-path.
 * All is copied. */
void returns_add(struct returns *returns, const struct server_message *message, const char *host,
    const char *next, const char *next_address, const char *reply, uint64_t after_ms);
size_t returns_pending(const struct returns *returns);
/* What is pending is forgotten; memory goes once the loop has run; NULL is fine. The clock may be
 * closed right after. */
void returns_close(struct returns *returns);

#endif
