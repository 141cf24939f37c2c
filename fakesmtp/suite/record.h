/* SPDX-License-Identifier: BSD-2-Clause */
/* record.h - what was seen of one scenario during a run: connections, waits, deliveries, bounces.
 */
#ifndef FAKESMTP_SUITE_RECORD_H
#define FAKESMTP_SUITE_RECORD_H

#include <stdint.h>
#include "script/scenario.h"
#include "smtp/command.h"
#include "util/transcript.h"

struct server_message;

enum { RECORD_VERBS = SMTP_XCLIENT + 1 }; /* the last of them */

struct record_wait { /* the server said nothing any more: how long did the client hold out? */
    uint64_t session, from_ms, until_ms; /* until 0: still there at the end */
    int stage;
};

enum session_tls {
    SESSION_CLEAR,     /* never asked for */
    SESSION_TLS_ASKED, /* STARTTLS, and it did not come up */
    SESSION_TLS_UP,
};

struct record_session {
    uint64_t id;
    bool quit, open;
    unsigned ehlo, helo, mail, rset; /* commands */
    unsigned whole;                  /* messages that came to their end */
    enum session_tls tls;
    bool mail_in_clear; /* MAIL was said without TLS */
};

struct record_rcpt { /* of the scenario's domain */
    char *local;
    unsigned asked;     /* times RCPT TO named it */
    unsigned delivered; /* copies kept for it */
};

struct record_bounce { /* a message with null reverse-path that came to the origin's MX */
    char *bytes;
    size_t len;
    uint64_t at_ms;
    char *to; /* its first recipient */
};

enum happening_kind {
    HAPPENED_QUERY,   /* a question to the DNS */
    HAPPENED_SESSION, /* with one of the hosts, as the host saw it */
    HAPPENED_KNOCK,   /* a connection that one of the hosts refused, or did not answer */
    HAPPENED_REPORT,  /* a bounce or a warning came in */
    HAPPENED_ATTEMPT, /* the same as a session or knock, or that there was none, as the sender tells
                         it */
};

struct happening { /* a row of the table of attempts */
    enum happening_kind kind;
    uint64_t at_ms;
    uint64_t number;             /* of the session, or of the sender's attempt */
    char *name, *address, *what; /* the host or what was asked for; address may be NULL */
};
const char *happening_word(enum happening_kind kind); /* "dns", "session", "connect", ... */

struct record {
    struct happening *happenings;
    size_t happening_count, unlisted; /* unlisted: what came when the list was full */
    unsigned connections;             /* that reached a server */
    unsigned refused;    /* connections that were asked for and did not come about; where watched */
    bool watched;        /* the packets of the network were looked at (suite/knocks.h) */
    unsigned reported;   /* attempts the sender itself told of; 0 when it tells nothing */
    unsigned delivered;  /* copies kept by the scenario's hosts */
    unsigned distinct;   /* of these, messages: a second copy for the same recipient is none */
    unsigned duplicates; /* copies that came whole after an earlier one had been kept, whether they
                            were kept or not */
    unsigned resent;     /* copies that came whole after an earlier one had come whole */
    unsigned commands[RECORD_VERBS]; /* by enum smtp_verb */
    struct record_rcpt *rcpts;
    size_t rcpt_count;
    unsigned unplaced; /* addresses of hosts that this machine does not have: IPv6 */
    unsigned script_errors;
    char *script_error; /* the first one */
    struct record_wait *waits;
    size_t wait_count;
    struct record_session *sessions;
    size_t session_count;
    struct record_bounce *bounces;
    size_t bounce_count;
    uint64_t submitted_ms, last_ms;
};

void record_event(struct record *record, const struct transcript_event *event);
/* What the sender told of itself; address may be NULL. */
void record_attempt(struct record *record, uint64_t at_ms, unsigned attempt, const char *host,
    const char *address, const char *stage, const char *text);
/* A connection that did not come about, as the packets tell it; number: the client's port. */
void record_knock(struct record *record, uint64_t at_ms, uint64_t number, const char *host,
    const char *address, bool refused);
/* What is known of a recipient, by its local part; zeros where it was never heard of. */
struct record_rcpt record_rcpt(const struct record *record, const char *local);
void record_delivery(struct record *record, const struct server_message *message);
void record_bounce(struct record *record, const struct server_message *message); /* copies it */
void record_deinit(struct record *record);

#endif
