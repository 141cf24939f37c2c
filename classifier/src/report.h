/* SPDX-License-Identifier: BSD-2-Clause */
/* report.h - machine-readable reports: RFC 3464 and RFC 6533 delivery status, RFC 5965 feedback. */
#ifndef BOUNCE_REPORT_H
#define BOUNCE_REPORT_H

#include "message.h"
#include "record.h"

struct report {
    struct span reporting_mta;
    struct span arrival; /* Arrival-Date, as it stands there */
    struct records records;
    bool found; /* there was a delivery-status part, perhaps an empty one */
};

/* Adds what the delivery-status parts of the message say. Texts live in the arena. */
void bounce__report_read(struct report *report, struct arena *arena, const struct message *message);
/* Adds one record per recipient of a feedback report. */
void bounce__feedback_read(
    struct report *report, struct arena *arena, const struct message *message);
/* "dns; mx.example" -> "mx.example" */
struct span bounce__typed_value(struct span value);

#endif
