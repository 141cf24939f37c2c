/* SPDX-License-Identifier: BSD-2-Clause */
/* world.h - everything around a sender under test: one domain and one address for each scenario
 * host, DNS that leads there, and a healthy MX for the sender's own domain, where its bounces come
 * in. */
#ifndef FAKESMTP_SUITE_WORLD_H
#define FAKESMTP_SUITE_WORLD_H

#include "script/script.h"
#include "suite/record.h"

struct uv_loop_s;
struct clock;
struct transcript;
struct world;

/* The domain of the sender; what a scenario sends comes from SCENARIO@ORIGIN_DOMAIN. */
#define ORIGIN_DOMAIN "origin.test"

struct world_scenario {
    struct script *script; /* taken */
    char *folder;          /* taken; may be NULL */
    struct record record;  /* what was seen of it */
    struct world *world;   /* set while one is open */
};

struct world_config {
    struct uv_loop_s *loop;
    struct clock *clock;
    bool box; /* 192.0.2.x:25 and DNS on port 53; else 127.x and free ports */
    uint64_t seed;
    struct transcript *transcript; /* may be NULL; the world adds itself as a sink */
    void (*on_news)(void *ctx); /* a message or a bounce came in, or the world is not busy any more;
                                   may be NULL */
    void *ctx;
};

/* scenarios are kept until close and changed (their records). NULL on failure with *why (caller
 * frees). */
struct world *world_open(const struct world_config *config, struct world_scenario *scenarios,
    size_t count, char **why) MUST_CHECK;
/* Whether a report is still to come from a host that accepted a message (scenario_host.returns);
 * on_news follows when it has. */
bool world_busy(const struct world *world);
unsigned world_smtp_port(const struct world *world);
const char *world_dns_address(const struct world *world);
unsigned world_dns_port(const struct world *world);
void world_close(struct world *world); /* memory goes once the loop has run; NULL is fine */

/* The message a scenario is played with: RFC 5322 text with CRLF; caller frees. */
char *world_message(const struct scenario *scenario, uint64_t seed);
char *world_sender(const struct scenario *scenario); /* "unknown-user@origin.test"; caller frees */
char *world_rcpt(
    const struct scenario *scenario, size_t i); /* "user@unknown-user.test"; caller frees */

#endif
