/* SPDX-License-Identifier: BSD-2-Clause */
/* failure.h - why a delivery did not happen: what, at which stage, at which host; and how that is
 * put into words. */
#ifndef FAKESMTP_SENDER_FAILURE_H
#define FAKESMTP_SENDER_FAILURE_H

#include <stdbool.h>

/* Finer than the stages of events: the greeting is part of stage "connect", the body of stage
 * "data". */
enum phase {
    PHASE_DNS,
    PHASE_CONNECT,
    PHASE_BANNER,
    PHASE_EHLO,
    PHASE_HELO,
    PHASE_MAIL,
    PHASE_RCPT,
    PHASE_DATA,
    PHASE_BODY,
    PHASE_EOM,
    PHASE_QUIT,
};

enum failure_kind {
    FAILURE_NONE,
    FAILURE_REPLY,       /* text is the reply */
    FAILURE_MALFORMED,   /* text is what is wrong with it and the reply */
    FAILURE_UNEXPECTED,  /* a well-formed reply that has no place here; text is the reply */
    FAILURE_REFUSED,     /* the connection was */
    FAILURE_UNREACHABLE, /* text says how */
    FAILURE_TIMEOUT,
    FAILURE_CLOSED, /* by the server, in the middle */
    FAILURE_RESET,
    FAILURE_TOO_LARGE,  /* for the server's SIZE; text says how much */
    FAILURE_LOCAL,      /* ours, e.g. no descriptors left; text says what */
    FAILURE_NO_DOMAIN,  /* NXDOMAIN for the domain or host */
    FAILURE_NO_ADDRESS, /* it exists but has neither MX nor address */
    FAILURE_NULL_MX,    /* RFC 7505 */
    FAILURE_LOOP,       /* nobody is nearer to the domain than this host itself (RFC 5321 5.1) */
    FAILURE_DNS,        /* text says how */
};

struct failure { /* zeroed is "none" */
    enum failure_kind kind;
    enum phase phase;
    bool permanent;
    char *host;    /* for PHASE_DNS the name that was looked up */
    char *address; /* NULL for PHASE_DNS */
    unsigned port;
    char *text; /* NULL where the kind says it all */
};

struct failure failure_copy(const struct failure *failure);
void failure_deinit(struct failure *failure);

const char *phase_stage(enum phase phase); /* connect ehlo mail rcpt data eom quit dns */

/* Malloc'd: the reply on one line, or "connection refused"; what an event carries. */
char *failure_brief(const struct failure *failure);
/* Malloc'd: "conversation with mx.x.test[127.0.0.1]:25 timed out while sending RCPT TO"; what a
 * bounce carries. */
char *failure_sentence(const struct failure *failure);
/* RFC 3463; of the failure as such, not of an expiry. */
void failure_status(const struct failure *failure, char out[12]);

#endif
