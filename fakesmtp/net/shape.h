/* SPDX-License-Identifier: BSD-2-Clause */
/* shape.h - in which pieces, and how far apart, bytes go to the socket: drip and split.
 *
 * Pieces are taken from what waits at that moment: a piece may be smaller than its size, never
 * larger. Time is the run's clock. Knows nothing of sockets: `emit` is where a piece goes. */
#ifndef FAKESMTP_NET_SHAPE_H
#define FAKESMTP_NET_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "util/require.h"

struct clock;
struct shape;

enum { SHAPE_SIZES_MAX = 256 };

struct shape_spec {
    const size_t *sizes; /* of the pieces in turn, each at least 1; copied */
    size_t count;        /* 1 to SHAPE_SIZES_MAX */
    bool repeat; /* the last size again and again (drip); else what follows goes unshaped (split) */
    uint64_t every_ms; /* from one piece to the next */
};

struct shape_handler {                                      /* ctx is what shape_new was given */
    void (*emit)(void *ctx, const char *bytes, size_t len); /* borrowed for the call */
    void (*on_empty)(void *
            ctx); /* the last waiting byte went out, from the loop; never called inside shape_add */
};

/* clock, handler (static) and ctx are kept until shape_free. */
struct shape *shape_new(
    struct clock *clock, const struct shape_handler *handler, void *ctx) MUST_CHECK;
void shape_free(struct shape *shape); /* what waits is forgotten; NULL is fine */

/* From the next piece on; also for what waits already. NULL: all of it goes out now, and what
 * follows at once. */
void shape_set(struct shape *shape, const struct shape_spec *spec);
void shape_add(struct shape *shape, const char *bytes, size_t len); /* copied */
size_t shape_waiting(const struct shape *shape);
bool shape_idle(
    const struct shape *shape); /* nothing waits and nothing is shaped: bytes may go past it */

#endif
