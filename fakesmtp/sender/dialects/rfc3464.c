/* SPDX-License-Identifier: BSD-2-Clause */
/* The bounce as RFC 3464 and RFC 6522 describe it: words for people, a report for programs, the
 * message itself. */
#include "sender/dsn.h"

#include <stdio.h>
#include "sender/body.h"
#include "util/mem.h"

enum {
    LARGE = 50000, /* above this only the header section goes back */
    MOST_HEADERS = 65536,
};

static void write_headers(
    struct buf *out, const struct dsn_facts *facts, const char *boundary, bool eight_bit)
{
    char date[48];
    dsn_date(facts->start_date, facts->now_ms, date);
    buf_addf(out, "Date: %s\r\n", date);
    buf_addf(out, "From: Mail Delivery System <MAILER-DAEMON@%s>\r\n", facts->reporting_mta);
    buf_addf(out, "To: <%s>\r\n", facts->to);
    buf_addf(out, "Subject: Undelivered mail returned to sender\r\n");
    buf_addf(out, "Message-ID: <%s.%lld@%s>\r\n", facts->bounce_id, (long long)facts->start_date,
        facts->reporting_mta);
    buf_addf(out, "Auto-Submitted: auto-replied\r\n"); /* RFC 3834 5 */
    buf_addf(out, "MIME-Version: 1.0\r\n");
    buf_addf(out,
        "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"%s\"\r\n",
        boundary);
    if (eight_bit)
        buf_addf(out, "Content-Transfer-Encoding: 8bit\r\n");
    buf_addf(out, "\r\nThis is a MIME-encapsulated message.\r\n");
}

static void write_words_for(
    struct buf *out, const struct dsn_facts *facts, const struct dsn_recipient *rcpt)
{
    char *sentence = failure_sentence(rcpt->why);
    buf_addf(out, "\r\n<%s>:\r\n    ", rcpt->address);
    dsn_fold(out, 4, "    ", sentence);
    free(sentence);
    if (!rcpt->expired)
        return;
    char lifetime[48];
    dsn_duration(facts->lifetime_ms, lifetime);
    char *verdict =
        mem_format("Delivery was tried %u time%s. The message has been in the queue for %s, "
                   "which is as long as it may stay there, and is given up.",
            facts->attempts, facts->attempts == 1 ? "" : "s", lifetime);
    buf_addf(out, "    ");
    dsn_fold(out, 4, "    ", verdict);
    free(verdict);
}

static void write_words(struct buf *out, const struct dsn_facts *facts)
{
    buf_addf(out,
        "Content-Type: text/plain; charset=us-ascii\r\nContent-Description: Notification\r\n\r\n");
    buf_addf(out, "This is the mail system at host %s.\r\n\r\n", facts->reporting_mta);
    buf_addf(out, "Your message could not be delivered to the following recipient%s,\r\n",
        facts->rcpt_count == 1 ? "" : "s");
    buf_addf(out, "and no further attempt will be made. It is attached below.\r\n");
    for (size_t i = 0; i < facts->rcpt_count; i++)
        write_words_for(out, facts, &facts->rcpts[i]);
}

/* RFC 3464 2.3.6: "smtp" only where an SMTP server spoke; a failure we noticed ourselves has a type
 * of ours. */
static void write_diagnostic(struct buf *out, const struct failure *why)
{
    static const char indent[] = "    ";
    if (why->kind == FAILURE_REPLY) {
        buf_addf(out, "Diagnostic-Code: smtp; ");
        dsn_fold(out, 23, indent, why->text);
        return;
    }
    char *sentence = failure_sentence(why);
    buf_addf(out, "Diagnostic-Code: X-Fakesmtp; ");
    dsn_fold(out, 29, indent, sentence);
    free(sentence);
}

static void write_status_of(
    struct buf *out, const struct dsn_facts *facts, const struct dsn_recipient *rcpt)
{
    char status[12], date[48];
    dsn_status(rcpt, status);
    dsn_date(facts->start_date, rcpt->last_attempt_ms, date);
    buf_addf(out, "\r\n");
    if (rcpt->original)
        buf_addf(out, "Original-Recipient: %s\r\n", rcpt->original);
    buf_addf(out, "Final-Recipient: rfc822; %s\r\n", rcpt->address);
    buf_addf(out, "Action: failed\r\n"); /* RFC 3464 2.3.3: also when the queue lifetime ended it */
    buf_addf(out, "Status: %s\r\n", status);
    /* 2.3.5: who was spoken to; a host that refused the connection was not. */
    if (rcpt->why->phase > PHASE_CONNECT && rcpt->why->host)
        buf_addf(out, "Remote-MTA: dns; %s\r\n", rcpt->why->host);
    write_diagnostic(out, rcpt->why);
    buf_addf(out, "Last-Attempt-Date: %s\r\n", date);
}

static void write_report(struct buf *out, const struct dsn_facts *facts)
{
    char arrived[48];
    dsn_date(facts->start_date, facts->arrived_ms, arrived);
    buf_addf(out,
        "Content-Type: message/delivery-status\r\nContent-Description: Delivery report\r\n\r\n");
    buf_addf(out, "Reporting-MTA: dns; %s\r\n", facts->reporting_mta);
    buf_addf(out, "X-Fakesmtp-Queue-ID: %s\r\n", facts->queue_id);
    buf_addf(out, "X-Fakesmtp-Sender: rfc822; %s\r\n", facts->to);
    buf_addf(out, "Arrival-Date: %s\r\n", arrived);
    for (size_t i = 0; i < facts->rcpt_count; i++)
        write_status_of(out, facts, &facts->rcpts[i]);
}

/* RFC 6522 3: the whole message, or text/rfc822-headers where that would be a burden. */
static void write_message(
    struct buf *out, const struct dsn_facts *facts, bool whole, bool eight_bit)
{
    size_t len = whole ? facts->message_len : dsn_header_len(facts->message, facts->message_len);
    if (!whole && len > MOST_HEADERS)
        len = MOST_HEADERS;
    buf_addf(out, "Content-Type: %s\r\n", whole ? "message/rfc822" : "text/rfc822-headers");
    buf_addf(out, "Content-Description: Undelivered message%s\r\n", whole ? "" : " headers");
    if (eight_bit)
        buf_addf(out, "Content-Transfer-Encoding: 8bit\r\n");
    buf_addf(out, "\r\n");
    buf_add(out, facts->message, len);
}

void dsn_write_rfc3464(struct buf *out, const struct dsn_facts *facts)
{
    char *boundary = dsn_boundary(facts);
    bool whole = facts->message_len <= LARGE;
    bool eight_bit = body_has_8bit(facts->message, facts->message_len);
    write_headers(out, facts, boundary, eight_bit);
    buf_addf(out, "\r\n--%s\r\n", boundary);
    write_words(out, facts);
    buf_addf(out, "\r\n--%s\r\n", boundary);
    write_report(out, facts);
    buf_addf(out, "\r\n--%s\r\n", boundary);
    write_message(out, facts, whole, eight_bit);
    buf_addf(out, "\r\n--%s--\r\n", boundary);
    free(boundary);
}
