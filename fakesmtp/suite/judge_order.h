/* SPDX-License-Identifier: BSD-2-Clause */
/* judge_order.h - which hosts were tried, in which order, and how long after another (RFC 5321 5.1
 * and 4.5.4.1). */
#ifndef FAKESMTP_SUITE_JUDGE_ORDER_H
#define FAKESMTP_SUITE_JUDGE_ORDER_H

#include "suite/record.h"
#include "suite/result.h"

void judge_order(const struct scenario *scenario, const struct expect_conduct *client,
    const struct record *record, struct result *result);
/* own_clock: the sender waits on a clock of ours, with times that nobody set short. */
void judge_gaps(const struct expect_conduct *client, const struct record *record, bool own_clock,
    struct result *result);

#endif
