/* SPDX-License-Identifier: BSD-2-Clause */
/* rules.h - the compiled form of rules/: constant tables, written by tools/rulec and read by match
 * and reason. */
#ifndef BOUNCE_RULES_H
#define BOUNCE_RULES_H

#include "automaton.h"

enum { REASONS_MOST = 100 }; /* room in tables; the compiler refuses more */

/* How much a rule's words prove, before zones and vetoes. The distances matter, not the figures. */
enum strength {
    STRENGTH_FILLER = 15, /* "message rejected": that it was refused, not why */
    STRENGTH_HINT = 20,   /* would explain it, proves nothing */
    STRENGTH_TOPIC = 21,  /* words of its field, no sentence: the more of them, the likelier */
    STRENGTH_WEAK = 35,   /* "rejected", "access denied" */
    STRENGTH_FAIR = 45,   /* a thing and what became of it, somewhere near: "ip ... refused" */
    STRENGTH_PLAIN = 55,  /* "mailbox unavailable" */
    STRENGTH_FIRM = 70,   /* "user unknown" */
    STRENGTH_SURE = 85,   /* says cause and object: "mailbox is full" */
    STRENGTH_TOKEN = 95,  /* a provider's own code: "[TSS04]" */
};

enum rule_kind { RULE_REASON, RULE_STAGE, RULE_MARK, RULE_KINDS };

/* Marks: findings beside the reason. */
enum rule_mark {
    MARK_EXPIRED,      /* the sender's queue gave up */
    MARK_STILL_TRYING, /* a delay notice: nothing has failed yet */
    MARK_CHALLENGE,    /* answer this to get your mail delivered */
    MARK_AUTO_REPLY,   /* a person's absence note */
    MARK_BOUNCE,       /* words that only bounces have */
    MARK_COMPLAINT,    /* a report of spam that is no RFC 5965 report */
    MARK_DELIVERED,    /* nothing failed: it arrived */
    MARK_RELAYED,      /* nothing failed: it was passed on */
    MARK_DOUBT,        /* leaves it open whether the address exists */
    MARK_COUNT
};

/* Stages in the order of a session. */
enum stage {
    STAGE_NONE,
    STAGE_CONNECT,
    STAGE_EHLO,
    STAGE_STARTTLS,
    STAGE_AUTH,
    STAGE_MAIL,
    STAGE_RCPT,
    STAGE_DATA,
    STAGE_EOM,
    STAGE_RSET,
    STAGE_QUIT,
    STAGE_OTHER,
    STAGE_CLOSE,
    STAGE_COUNT
};

enum use_role { USE_SAY, USE_NEED, USE_VETO };

/* What a phrase means to one rule. */
struct rule_use {
    uint16_t rule;
    uint8_t role;
    uint8_t number; /* which of the rule's in this role */
};

enum cond_kind { COND_REPLY, COND_STATUS, COND_STAGE };

/* One accepted value; the conditions of a rule are met when each kind that is listed has a value
 * that fits and none that is negated does. */
struct rule_cond {
    uint8_t kind;
    bool negated;
    uint16_t low, high;              /* reply codes, or a stage in low */
    int16_t class_, subject, detail; /* -1: any */
};

struct rule {
    const char *id; /* "mailbox-full/over-quota" */
    uint8_t kind, strength;
    uint8_t target; /* reason, stage or mark */
    uint8_t needs;  /* how many USE_NEED conditions */
    bool transient; /* the words say that it will pass */
    bool links;     /* names inside links, mail addresses and names of hosts count */
    bool own_words; /* only the server's own words count, not what the MTA put around them */
    uint16_t cond_count;
    const struct rule_cond *conds;
    /* Each may be NULL: the reason's own holds. */
    const char *actor, *explain, *remedy, *causes, *sisimai;
};

struct reason_info {
    const char *name, *class_, *sisimai, *parent, *actor, *explain, *remedy, *causes;
    bool permanent, retryable, dead; /* as usual; codes and flags of the bounce may know better */
    bool transient_cause;            /* may have outlived the queue: below "expired" in the tree */
};

/* Enhanced status codes; detail -1 is the subject as a whole. */
struct status_info {
    int16_t subject, detail;
    uint8_t reason;
    uint8_t strength; /* 0: says nothing about the reason */
    bool has_reason;
    const char *meaning, *advice;
};

struct reply_info {
    uint16_t code; /* 0..9: a digit of its own */
    uint8_t digit; /* which digit (1 or 2) when code < 10 */
    uint8_t reason, strength;
    bool has_reason;
    const char *meaning, *advice;
};

/* An example of a rule file: the rule that must (or must not) match it. */
struct rule_example {
    uint16_t rule;
    bool must;
    const char *text;
};

/* Rules and the phrases that lead to them; built in (bounce__table) or read at run time. */
struct rule_table {
    const struct rule *rules;
    size_t rule_count;
    /* Phrase i is used by uses[first_use[i]] .. uses[first_use[i + 1] - 1]. */
    const uint16_t *first_use;
    const struct rule_use *uses;
    struct automaton automaton;
};

extern const struct rule bounce__rules[];
extern const size_t bounce__rule_count;
extern const struct rule_cond bounce__conds[];
extern const struct reason_info bounce__reasons[];
extern const size_t bounce__reason_count;
extern const struct status_info bounce__statuses[];
extern const size_t bounce__status_count;
extern const struct reply_info bounce__replies[];
extern const size_t bounce__reply_count;

extern const struct rule_table bounce__table;

/* Only in the table of tests, not in the library. */
extern const struct rule_example bounce__examples[];
extern const size_t bounce__example_count;

#endif
