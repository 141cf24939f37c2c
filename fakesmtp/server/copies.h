/* SPDX-License-Identifier: BSD-2-Clause */
/* copies.h - which messages a scenario has seen and which it has kept, so that a second copy is
 * recognised.
 *
 * A message is known by its Message-ID, or by all its octets when it has none; what was kept is
 * remembered by recipient, because a sender may deliver to each of them in a transaction of its
 * own. Some 65,000 of them are remembered, then the oldest are forgotten. Pure: no sockets. */
#ifndef FAKESMTP_SERVER_COPIES_H
#define FAKESMTP_SERVER_COPIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "util/require.h"

struct copies;

struct copies_message { /* a message that has come whole */
    uint64_t id;
    unsigned copy;  /* how many-th time it came for one of its recipients, from 1 */
    bool duplicate; /* an earlier copy for one of them was kept */
};

struct copies *copies_new(void) MUST_CHECK;
void copies_free(struct copies *copies); /* NULL is fine */

uint64_t copies_id(const char *message, size_t len); /* of a message as it came */
struct copies_message copies_received(
    struct copies *copies, uint64_t id, const char *const *rcpts, size_t count);
void copies_kept(struct copies *copies, uint64_t id, const char *const *rcpts, size_t count);

#endif
