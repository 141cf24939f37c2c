/* SPDX-License-Identifier: BSD-2-Clause */
/* judge_order.h - which hosts were tried, and in which order (RFC 5321 5.1). */
#ifndef FAKESMTP_SUITE_JUDGE_ORDER_H
#define FAKESMTP_SUITE_JUDGE_ORDER_H

#include "suite/record.h"
#include "suite/result.h"

void judge_order(const struct scenario *scenario, const struct expect_conduct *client,
    const struct record *record, struct result *result);

/* Whether the sender told of its attempts itself; else what hosts and packets showed must do. */
bool judge_told_by_sender(const struct record *record);
bool judge_is_attempt(const struct happening *happening, bool told);
/* Whether nothing the sender tried can have gone unseen, though it did not tell of it. */
bool judge_all_seen(const struct scenario *scenario, const struct record *record);

#endif
