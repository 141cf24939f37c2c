/* SPDX-License-Identifier: BSD-2-Clause */
/* retry.h - who gave up, after how long, and whose policy decided that. */
#ifndef BOUNCE_RETRY_H
#define BOUNCE_RETRY_H

#include "explain.h"
#include "formats.h"
#include "report.h"

enum { RETRY_UNSET = -1 };

/* What the message as a whole says of time; RETRY_UNSET where it does not. Times are seconds since
 * 1970 UTC, the others seconds or a number. */
struct retry_facts {
    int64_t arrived;   /* at the reporting MTA: RFC 3464 2.2.4 Arrival-Date */
    int64_t written;   /* Date of the bounce */
    int64_t sent;      /* the topmost Received of the returned message, else its Date */
    int64_t stated;    /* "could not be delivered for 5 days" */
    int64_t lifetime;  /* "will be retried until it is 7 days old" */
    int64_t attempts;  /* "delivery attempts: 3" */
    bool rule_timeout; /* Exim's "retry timeout exceeded" */
    struct span reporting_mta;
};

void bounce__retry_read(struct retry_facts *facts, const struct message *message,
    const struct report *report, const struct notes *notes);
/* Adds times and story to a recipient that bounce__explain has filled in. bare: a reply without a
 * message around it. */
void bounce__retry_tell(struct bounce *bounce, struct bounce_recipient *out,
    const struct retry_facts *facts, const struct record *record, bool bare);

/* stated.c: durations in sentences about queues. */
void bounce__stated_read(struct retry_facts *facts, struct span text);

#endif
