/* SPDX-License-Identifier: BSD-2-Clause */
/* dsn.h - bounces: the facts every dialect is given, the table of dialects, and what they share.
 * Pure. */
#ifndef FAKESMTP_SENDER_DSN_H
#define FAKESMTP_SENDER_DSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "sender/failure.h"
#include "util/text.h"

struct dsn_recipient {
    const char *address;
    const char
        *original; /* what the submitter called it (RFC 3461 ORCPT, "rfc822;a@b"); NULL unknown */
    const struct failure *why;
    bool expired; /* a transient failure that outlived the queue */
    uint64_t last_attempt_ms;
};

struct dsn_facts {
    const char *reporting_mta;
    const char *queue_id;  /* of the message that failed */
    const char *bounce_id; /* of the bounce */
    const char *to;        /* the sender of the message */
    int64_t start_date;    /* Unix time at clock 0 */
    uint64_t arrived_ms, now_ms, lifetime_ms;
    unsigned attempts;
    const struct dsn_recipient *rcpts;
    size_t rcpt_count;
    const char *message; /* normalised (body.h) */
    size_t message_len;
};

/* Appends a whole message, CRLF line ends, headers first. */
typedef void dsn_write(struct buf *out, const struct dsn_facts *facts);

struct dsn_dialect {
    const char *name;
    dsn_write *write;
};

/* NULL name: "rfc3464". NULL when there is no such dialect; then *why says which is near (caller
 * frees). */
const struct dsn_dialect *dsn_find(const char *name, char **why) MUST_CHECK;

/* ---- for dialects ---- */

dsn_write dsn_write_rfc3464;

/* "Tue, 01 Jul 2025 10:00:00 +0000" (RFC 5322 3.3). */
void dsn_date(int64_t start_date, uint64_t ms, char out[48]);
/* RFC 3463 as it stands in the report: X.4.7 for what expired (3.5: "delivery time expired"). */
void dsn_status(const struct dsn_recipient *rcpt, char out[12]);
/* "5 days", "90 minutes". */
void dsn_duration(uint64_t ms, char out[48]);
/* Appends words broken before column 76 where that is possible (never longer than 900); lines after
 * the first begin with indent; CRLF at the end. used is the column the text begins at. */
void dsn_fold(struct buf *out, size_t used, const char *indent, const char *text);
/* Malloc'd: a MIME boundary that does not occur in the message (RFC 2046 5.1.1). */
char *dsn_boundary(const struct dsn_facts *facts);
/* How many bytes of the message are its header section, without the empty line. */
size_t dsn_header_len(const char *message, size_t len);

#endif
