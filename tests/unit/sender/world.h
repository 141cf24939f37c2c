/* SPDX-License-Identifier: BSD-2-Clause */
/* world.h - everything a test of the whole sender needs on one loop: clock, zone, DNS, peers, the
 * sender itself, and a log of its events.  Five days pass in milliseconds; a guard ends what would
 * never end. */
#ifndef TESTS_SENDER_WORLD_H
#define TESTS_SENDER_WORLD_H

#include "dns/responder.h"
#include "peer.h"
#include "sender/sender.h"
#include "util/clock.h"

enum { WORLD_PEERS = 4 };

struct world {
    uv_loop_t loop;
    struct clock *clock;
    struct clock_timer guard;
    struct dns_zone *zone;
    struct dns_responder *dns;
    struct peer peers[WORLD_PEERS]; /* 127.0.0.1 is home.test, 127.0.0.2 and on are mx2.test, ... */
    unsigned port;
    struct sender *sender;
    struct sender_config config;
    struct buf log;     /* one line an event: "1 attempt mx2.test rcpt 550 No" */
    unsigned counts[8]; /* by enum sender_event_kind */
    uint64_t idle_ms;   /* clock when the queue became empty */
    unsigned idles;
    bool idle, stuck;
    void (*on_event)(struct world *world, const struct sender_event *event); /* may be NULL */
};

/* rules of 127.0.0.2 and 127.0.0.3; those of 127.0.0.1 (home.test) may be set in peers[0].rules
 * afterwards. Nothing listens on 127.0.0.9, which is dead.test. */
void world_open(struct world *world, struct peer_rule *rules2, struct peer_rule *rules3);
void world_record(struct world *world, const char *record);
void world_start(struct world *world); /* opens the sender with world->config */
void world_submit(
    struct world *world, const char *from, const char *rcpts); /* separated by blanks */
void world_run(struct world *world);                           /* until idle */
void world_close(struct world *world);                         /* asserts that no handle is left */

/* All of it: one message from me@home.test to a@x.test, whose only MX is mx2.test, until the queue
 * is empty. */
void world_deliver(struct world *world, struct peer_rule *rules2);

const char *world_bounce(struct world *world); /* the last message at home, folded lines unfolded */
void world_assert_log(struct world *world, const char *expected);
void assert_has(const char *text, const char *part);

#endif
