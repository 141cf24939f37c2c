/* SPDX-License-Identifier: BSD-2-Clause */
/* bounce.h - what failed, at which stage, whose move it is and what to do: libbounce's only header.
 *
 * Reads a message (RFC 5322) that may be a bounce, or one bare SMTP reply, and explains it per
 * recipient. No globals, no output, no locale, no abort: running out of memory is BOUNCE_ENOMEM.  A
 * reader belongs to one thread at a time; any number of readers may work side by side.
 *
 * ABI: values of enums are never renumbered, new ones are appended and callers must have a default;
 * all structs are opaque. */
#ifndef BOUNCE_H
#define BOUNCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BOUNCE_VERSION_MAJOR 0
#define BOUNCE_VERSION_MINOR 1
#define BOUNCE_VERSION_PATCH 0

#ifndef BOUNCE_API
#define BOUNCE_API __attribute__((visibility("default")))
#endif

enum bounce_status {
    BOUNCE_OK = 0,
    BOUNCE_ENOMEM = -1,
    BOUNCE_EINVAL = -2, /* an argument is out of its range */
};

/* Bytes of a message or reply that are looked at. What follows is passed over, so a caller that
 * reads from a stream need not read on. It is not part of the ABI and may become more. */
enum { BOUNCE_INPUT_MOST = 256 * 1024 * 1024 };

/* What kind of message it is. NOT_A_BOUNCE is an answer, not an error. */
enum bounce_kind {
    BOUNCE_KIND_NOT_A_BOUNCE = 0,
    BOUNCE_KIND_BOUNCE = 1,
    BOUNCE_KIND_DELAYED = 2,
    BOUNCE_KIND_DELIVERED = 3,
    BOUNCE_KIND_RELAYED = 4,
    BOUNCE_KIND_EXPANDED = 5,
    BOUNCE_KIND_AUTO_REPLY = 6,
    BOUNCE_KIND_CHALLENGE = 7,
    BOUNCE_KIND_COMPLAINT = 8,
};

/* Text facts. All strings are UTF-8 (8-bit junk in the mail becomes U+FFFD), NUL-terminated and
 * owned by the explanation; NULL means the bounce does not say. */
enum bounce_text {
    /* of the whole message: bounce_message_text() */
    BOUNCE_REPORTING_MTA = 0, /* RFC 3464 2.2.2, without its type */
    BOUNCE_ORIGINAL_MESSAGE_ID = 1,
    BOUNCE_ORIGINAL_FROM = 2,
    BOUNCE_ORIGINAL_SUBJECT = 3,
    /* of one recipient: bounce_recipient_text() */
    BOUNCE_ADDRESS = 16, /* final recipient, no angle brackets */
    BOUNCE_ORIGINAL_RECIPIENT =
        17,              /* as the sender wrote it, when it differs in form or is stated */
    BOUNCE_ACTION = 18,  /* failed delayed delivered relayed expanded; as meant, RFC 3464 2.3.3 */
    BOUNCE_REASON = 19,  /* never NULL: "user-unknown", ... "undefined" */
    BOUNCE_CLASS = 20,   /* never NULL: "address", ... "unknown" */
    BOUNCE_SISIMAI = 21, /* never NULL: Sisimai's word for the reason */
    BOUNCE_STAGE = 22,   /* connect ehlo starttls auth mail rcpt data eom ... */
    BOUNCE_REPLY = 23,   /* three digits of the decisive SMTP reply */
    BOUNCE_STATUS = 24,  /* enhanced status code, RFC 3463: "5.1.1" */
    BOUNCE_REMOTE_MTA = 25,
    BOUNCE_DIAGNOSTIC = 26,  /* the decisive text, unfolded, one line */
    BOUNCE_ACTOR = 27,       /* never NULL: sender sender-postmaster recipient recipient-postmaster
                                postmasters nobody */
    BOUNCE_EXPLANATION = 28, /* never NULL: what happened, in plain words */
    BOUNCE_REMEDY = 29,      /* never NULL: what to do now */
    BOUNCE_RULE = 30,        /* "mailbox-full/over-quota", or how it was decided without a rule */
    BOUNCE_EVIDENCE = 31,    /* the words that decided */
    /* Who ended it; NULL when nothing failed (yet). "sender-queue": the queue of the reporting MTA
     * ran out (RFC 5321 4.5.4.1), its own setting; "receiver": a permanent answer (5yz);
     * "sender": the sending side alone, without an answer; "unknown". */
    BOUNCE_GAVE_UP = 32,
    BOUNCE_GAVE_UP_BY = 33,  /* the name of that MTA */
    BOUNCE_RETRY_STORY = 34, /* the same in sentences; NULL when there is nothing to tell */
};

enum bounce_flag {
    BOUNCE_PERMANENT = 0,    /* RFC 5321 4.2.1 class of the reply: 5yz */
    BOUNCE_RETRYABLE = 1,    /* worth sending again unchanged */
    BOUNCE_ADDRESS_DEAD = 2, /* take the address off the list */
    BOUNCE_EXPIRED = 3,      /* a transient failure that outlived the sender's queue */
};

/* How long it took: bounce_recipient_number(). */
enum bounce_number {
    BOUNCE_FIRST_SEEN = 0, /* seconds since 1970 UTC: Arrival-Date (RFC 3464 2.2.4), else the newest
                              Received or the Date of the returned message */
    BOUNCE_LAST_TRIED = 1, /* the same: Last-Attempt-Date (2.3.7), else the Date of the bounce */
    BOUNCE_TRIED_UNTIL = 2,    /* the same: Will-Retry-Until (2.3.9) */
    BOUNCE_SECONDS_WAITED = 3, /* from first to last, when the clocks allow: 0 .. 366 days */
    BOUNCE_SECONDS_STATED = 4, /* "could not be delivered for 5 days", in seconds, up to 60 days */
    BOUNCE_SECONDS_LIFETIME = 5, /* "kept in the queue for up to 7 days", the same */
    BOUNCE_ATTEMPTS = 6,         /* "delivery attempts: 3" */
};

struct bounce_reader;    /* compiled rules and scratch space */
struct bounce;           /* one explanation; independent of the reader and of the input once made */
struct bounce_recipient; /* part of its struct bounce */

/* *out is the caller's, free with bounce_reader_free(). BOUNCE_ENOMEM leaves *out NULL. */
BOUNCE_API enum bounce_status bounce_reader_new(struct bounce_reader **out);
BOUNCE_API void bounce_reader_free(struct bounce_reader *reader); /* NULL is fine */

/* Adds a site's own rules (docs/bounce-rules.md), which win over those built in. name stands in the
 * messages; name and text are borrowed for the call. The examples in it are checked. BOUNCE_EINVAL:
 * why (why_size bytes, never NULL) has one "name:line: what" a line, as many as fit, and nothing
 * was added. Up to 15 sets for each reader. */
BOUNCE_API enum bounce_status bounce_rules_add(struct bounce_reader *reader, const char *name,
    const char *text, size_t len, char *why, size_t why_size);
/* All rules of a reader in turn, and (found, may be NULL) how often the words of each were found in
 * what it has explained. The name lives as long as the reader; NULL past the end. */
BOUNCE_API size_t bounce_rule_count(const struct bounce_reader *reader);
BOUNCE_API const char *bounce_rule_name(
    const struct bounce_reader *reader, size_t i, uint64_t *found);

/* Explains a whole message. bytes are borrowed for the call; any newline convention, NULs and 8-bit
 * are data. *out is the caller's, free with bounce_free(). A message that is no bounce is BOUNCE_OK
 * with kind NOT_A_BOUNCE. */
BOUNCE_API enum bounce_status bounce_explain_message(
    struct bounce_reader *reader, const char *bytes, size_t len, struct bounce **out);

/* Explains one SMTP reply as a server sent it, or any diagnostic text ("550-5.1.1 No
 * such\r\n550 5.1.1 user"). stage may be NULL when it is not known. One recipient without an
 * address comes out. */
BOUNCE_API enum bounce_status bounce_explain_reply(struct bounce_reader *reader, const char *text,
    size_t len, const char *stage, struct bounce **out);
BOUNCE_API void bounce_free(struct bounce *bounce); /* NULL is fine */

BOUNCE_API enum bounce_kind bounce_message_kind(const struct bounce *bounce);
BOUNCE_API const char *bounce_kind_name(enum bounce_kind kind); /* static: "not-a-bounce", ... */
BOUNCE_API const char *bounce_message_text(const struct bounce *bounce, enum bounce_text what);
BOUNCE_API size_t bounce_recipient_count(const struct bounce *bounce);
/* NULL when i is out of range; lives as long as the bounce. */
BOUNCE_API const struct bounce_recipient *bounce_recipient_at(
    const struct bounce *bounce, size_t i);

BOUNCE_API const char *bounce_recipient_text(
    const struct bounce_recipient *rcpt, enum bounce_text what);
BOUNCE_API bool bounce_recipient_flag(const struct bounce_recipient *rcpt, enum bounce_flag flag);
BOUNCE_API double bounce_recipient_confidence(const struct bounce_recipient *rcpt); /* 0 .. 1 */
/* Where the evidence stands: byte offset and length in the caller's input. False: nowhere in
 * particular. */
BOUNCE_API bool bounce_recipient_span(
    const struct bounce_recipient *rcpt, size_t *offset, size_t *length);
/* False, and *value untouched: the bounce does not say. value may be NULL. */
BOUNCE_API bool bounce_recipient_number(
    const struct bounce_recipient *rcpt, enum bounce_number what, int64_t *value);
/* Other causes the evidence allows, likeliest first: reason names, NULL past the end. */
BOUNCE_API const char *bounce_recipient_cause(const struct bounce_recipient *rcpt, size_t i);

/* The tree of reasons. covers(general, specific): general is an ancestor of specific - less
 * specific, not wrong. "undefined" covers everything; a name does not cover itself. Unknown names:
 * false. */
BOUNCE_API bool bounce_reason_known(const char *reason);
BOUNCE_API bool bounce_reason_covers(const char *general, const char *specific);
BOUNCE_API const char *bounce_reason_class(const char *reason); /* NULL when unknown */
BOUNCE_API const char *bounce_reason_at(size_t i); /* every reason in turn, then NULL */

BOUNCE_API unsigned bounce_version(void); /* 0xMMmmpp of the library that runs */

#ifdef __cplusplus
}
#endif
#endif
