/* SPDX-License-Identifier: BSD-2-Clause */
/* notice.h - bounces as JSON: the notifications of Amazon SES, bare or inside an SNS envelope. */
#ifndef BOUNCE_NOTICE_H
#define BOUNCE_NOTICE_H

#include "bounce.h"
#include "report.h"

/* Adds one record per recipient; false when the message holds no such notification. */
bool bounce__notice_read(struct report *report, enum bounce_kind *kind, struct arena *arena,
    const struct message *message);

#endif
