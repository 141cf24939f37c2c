/* SPDX-License-Identifier: BSD-2-Clause */
/* scenario.h - what a scenario file says, apart from its handlers: hosts, what to send, what must
 * come of it.
 *
 * Plain data, read once from Lua when the file is loaded; nothing here knows Lua. */
#ifndef FAKESMTP_SCRIPT_SCENARIO_H
#define FAKESMTP_SCRIPT_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include "script/scenario_dns.h"

/* Where in a conversation something happens. `eom` and not `dot`: BDAT LAST has no dot. */
/* clang-format off */
#define SCENARIO_STAGES(X) \
    X(CONNECT, "connect") X(EHLO, "ehlo") X(STARTTLS, "starttls") X(AUTH, "auth") \
    X(MAIL, "mail") X(RCPT, "rcpt") X(DATA, "data") X(EOM, "eom") X(RSET, "rset") \
    X(QUIT, "quit") X(OTHER, "other") X(CLOSE, "close")
/* clang-format on */

enum scenario_stage {
#define X(id, name) STAGE_##id,
    SCENARIO_STAGES(X)
#undef X
        STAGE_COUNT
};

const char *scenario_stage_name(enum scenario_stage stage);
int scenario_stage_find(const char *name); /* -1: no such stage */

enum scenario_listen { LISTEN_ACCEPT, LISTEN_REFUSE, LISTEN_BLACKHOLE, LISTEN_RESET };

struct scenario_host { /* one address of one host */
    char *name;        /* "mx1": the first label of its host name */
    bool again; /* a further address of the host before it: only that differs, and what it does with
                   connections */
    bool ipv6;  /* the address is */
    unsigned preference; /* RFC 5321 5.1: lowest first */
    enum scenario_listen listen;
    double listen_lasting;   /* seconds it does so, then it accepts; 0: for ever */
    unsigned listen_times;   /* so many connections (LISTEN_RESET), then it accepts; 0: for ever */
    unsigned receive_buffer; /* SO_RCVBUF of its connections; 0: the system's */
    char *returns; /* what it accepts it reports on as undeliverable, since the next host said this;
                      NULL: not */
    double returns_after; /* seconds later */
    int handlers;         /* the engine's */
};

struct expect_range { /* unset: not judged */
    bool set;
    double min, max; /* max < 0: no upper bound */
};

enum { UNSTATED = -1 };

/* Where the standard leaves something open, any_of(why, ...) lists what may come: `why` says so,
 * and each list below is one or more alternatives. One of them must fit wholly. */

/* One thing that may be said of a recipient. NULL and UNSTATED are not judged. */
struct expect_bounce {
    bool none; /* nothing may come */
    char *reason, *stage, *actor, *status, *reply;
    int permanent, retryable, address_dead, expired;
    int line; /* of the file, for messages */
};

struct expect_report { /* what must be said of one recipient in bounces, or in delay warnings */
    char *rcpt;        /* local part it is about; NULL: every recipient */
    char *why;         /* NULL: there is one alternative */
    struct expect_bounce *either;
    size_t count;
};

struct expect_reports {
    struct expect_report *list;
    size_t count;
};

struct expect_count { /* how often something concerned one recipient, or a command came */
    char *of;         /* local part, or NULL: all together; the verb as in smtp_verb_name() */
    struct expect_range range;
};

struct expect_counts {
    struct expect_count *list;
    size_t count;
};

struct expect_conduct {           /* of the client */
    struct expect_range attempts; /* connections to the domain's hosts, refused ones included */
    struct expect_range waits[STAGE_COUNT]; /* seconds it waited before it gave up at that stage */
    struct expect_range duplicates;         /* copies sent though the server had kept one */
    struct expect_range resent;             /* copies that came whole after an earlier one had */
    char **order; /* hosts in the order they are to be tried; NULL: not judged */
    size_t order_count;
    struct expect_range gaps;      /* seconds between the end of one attempt and the next */
    struct expect_range lifetime;  /* seconds from the submission to the bounce */
    struct expect_counts asked;    /* RCPT TO, by recipient */
    struct expect_counts commands; /* by verb */
    int quit;                      /* 1: ends with QUIT; 0: may not; UNSTATED */
};

struct expect_client {
    char *why;
    struct expect_conduct *either; /* count 0: not stated */
    size_t count;
};

struct expect_outcome { /* all that must come of a scenario */
    struct expect_reports bounces, delayed;
    struct expect_counts delivered; /* copies that the server accepted and kept, by recipient */
    struct expect_client client;
};

struct expect {
    bool stated;
    char *why;
    struct expect_outcome *either; /* one at least where stated */
    size_t count;
};

struct scenario {
    char *path, *name; /* "scenarios/address/unknown-user.lua", "unknown-user" */
    char *title;       /* the first "--- ..." line */
    char *source;      /* where the behaviour is documented; may be NULL */
    struct scenario_host *hosts;
    size_t host_count;
    char **to; /* local parts to send to; at least one */
    size_t to_count;
    size_t size; /* octets the message is filled up to; 0: it is short */
    struct scenario_dns dns;
    struct expect expect;
};

void scenario_deinit(struct scenario *scenario);

#endif
