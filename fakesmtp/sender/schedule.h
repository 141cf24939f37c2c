/* SPDX-License-Identifier: BSD-2-Clause */
/* schedule.h - when a message is tried again and when it is given up (RFC 5321 4.5.4.1). Pure. */
#ifndef FAKESMTP_SENDER_SCHEDULE_H
#define FAKESMTP_SENDER_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>
#include "sender/sender.h"

/* Fills what is 0 from sender_policy_rfc5321. */
struct sender_policy schedule_complete(const struct sender_policy *policy);

/* The wait behind the attempt-th failed attempt (1, 2, ...). */
uint64_t schedule_gap(const struct sender_policy *policy, unsigned attempt);

/* When a message that arrived then is given up; is_bounce: it has a null reverse-path. */
uint64_t schedule_expiry(const struct sender_policy *policy, uint64_t arrived_ms, bool is_bounce);

#endif
