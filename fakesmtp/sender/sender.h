/* SPDX-License-Identifier: BSD-2-Clause */
/* sender.h - the built-in sending MTA: queue, retries, RFC 3464 bounces.
 *
 * It resolves MX and addresses through a real DNS server (RFC 5321 5.1), tries hosts in order,
 * retries what is transient on the run's clock (4.5.4), gives up after its queue lifetime and
 * delivers a bounce to the sender's own MX over SMTP.  It never bounces a bounce (null
 * reverse-path, 4.5.5 and 6.1).
 *
 * The process must ignore SIGPIPE: libuv writes without MSG_NOSIGNAL. */
#ifndef FAKESMTP_SENDER_SENDER_H
#define FAKESMTP_SENDER_SENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "util/require.h"

struct uv_loop_s;
struct clock;
struct sender;

/* How long it waits at each stage; RFC 5321 4.5.3.2 names the minimum. All in ms of the run's
 * clock. */
struct sender_timeouts {
    uint64_t connect, banner, ehlo, mail, rcpt, data_init, data_block, eom, quit;
};

struct sender_policy {
    struct sender_timeouts timeout;
    uint64_t first_retry;     /* after the first failed attempt */
    uint64_t longest_retry;   /* the gap doubles until it is this */
    uint64_t queue_lifetime;  /* then the message bounces */
    uint64_t bounce_lifetime; /* then a bounce is dropped, and that is an event too */
};

/* RFC 5321: 5 min for most stages, 2 min for DATA, 3 min per block, 10 min after the dot; connect 5
 * min; first retry 30 min later doubling to 4 h; five days in the queue. */
extern const struct sender_policy sender_policy_rfc5321;

enum sender_event_kind {
    SENDER_ATTEMPT,   /* a session with one address of one host ended, or DNS gave nobody to talk to
                       * (stage dns, host the name asked for); rcpt is NULL */
    SENDER_DELIVERED, /* rcpt was accepted by host */
    SENDER_DEFERRED,  /* rcpt waits in the queue; text is the reply or what went wrong */
    SENDER_FAILED,    /* rcpt failed for good; a bounce follows unless this was one */
    SENDER_BOUNCED, /* the bounce for this message was queued; rcpt is its recipient, text its id */
    SENDER_DROPPED, /* a bounce could not be delivered and is thrown away */
};

/* All pointers are borrowed for the call; NULL where it does not apply. */
struct sender_event {
    enum sender_event_kind kind;
    uint64_t at_ms;
    const char *message; /* the id sender_submit gave */
    const char *rcpt, *host, *address;
    const char *stage; /* connect ehlo mail rcpt data eom, or dns */
    const char *text;  /* the reply on one line, or "connection refused" */
    unsigned attempt;  /* 1, 2, ... of this message */
};

struct sender_config {
    const char *helo;        /* its own name, and the reporting MTA of its bounces; copied */
    const char *dns_address; /* IPv4 literal of the DNS server; copied */
    unsigned dns_port;
    unsigned smtp_port;          /* where every MX listens */
    const char *dialect;         /* of its bounces; NULL = "rfc3464" */
    struct sender_policy policy; /* what is 0 in it is as in sender_policy_rfc5321 */
    /* Unix time when the clock read 0, so that five days of the run's clock are five days in the
     * dates of bounces; 0: what the wall says when the sender opens. */
    int64_t start_date;
    void (*on_event)(void *ctx, const struct sender_event *event); /* may be NULL */
    void (*on_idle)(void *ctx); /* the queue has become empty; called from the loop; may be NULL */
    void *ctx;
};

/* loop and clock are kept until sender_close. NULL with *why set on failure (caller frees). */
struct sender *sender_open(struct uv_loop_s *loop, struct clock *clock,
    const struct sender_config *config, char **why) MUST_CHECK;

/* Queues a message for n recipients ("user@example.test", no brackets); from may be "" (null
 * reverse-path). message is RFC 5322 text of len bytes, CRLF or LF; copied. Dot-stuffing is the
 * sender's business. The queue id (lives as long as the message is queued), or NULL with *why set
 * (bad address, no recipients). */
const char *sender_submit(struct sender *sender, const char *from, const char *const *rcpts,
    size_t n, const char *message, size_t len, char **why) MUST_CHECK;

size_t sender_queued(const struct sender *sender); /* messages not yet finished, bounces included */
/* Drops what is queued, at any moment and also from a callback, and tells nothing more. The clock
 * may be closed right after; memory goes once the loop has run. NULL is fine. */
void sender_close(struct sender *sender);

#endif
