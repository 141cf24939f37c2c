/* SPDX-License-Identifier: BSD-2-Clause */
/* result.h - what came of one scenario with one sender: plain data, and its JSON form.
 *
 * Results cross from the box of a real MTA to the run outside as JSON lines; the same form is
 * `--json`. */
#ifndef FAKESMTP_SUITE_RESULT_H
#define FAKESMTP_SUITE_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include "util/require.h"

/* Ordered: the worst of several is the largest. */
enum verdict {
    VERDICT_NOT_JUDGED,
    VERDICT_EXACT,
    VERDICT_CONSISTENT, /* less specific than the truth, not wrong */
    VERDICT_DEVIATES,   /* conduct other than expected, as is known of this sender */
    VERDICT_WRONG,
    VERDICT_MISSING,
};
const char *verdict_name(enum verdict verdict);

struct check {  /* one thing that was compared */
    char *what; /* "reason", "attempts" */
    char *want, *got;
    bool conduct; /* of the sender; else of the bounce's explanation */
    enum verdict verdict;
    char *known; /* what allows a consistent or deviating verdict: the sentence of known-losses or
                    known-conduct; else NULL */
};

struct explained { /* what whybounced says about one recipient of one bounce; any text may be NULL
                    */
    char *rcpt, *reason, *stage, *actor, *reply, *status, *diagnostic, *explanation, *remedy,
        *evidence, *rule;
    bool permanent, expired;
};

struct moment {                  /* a row of the table of attempts */
    double seconds;              /* since the submission */
    char *kind;                  /* "dns", "session", "attempt" */
    char *name, *address, *what; /* address may be NULL */
};

struct json_t;

struct result {
    char *scenario, *folder, *title, *sender;
    char *version; /* of the sender; NULL: it does not say */
    char *clock;   /* the clock it ran on, for people */
    char *skipped; /* why it was not played with this sender; else NULL */
    bool unstated; /* the scenario expects nothing: it passes, and proves nothing */
    struct check *checks;
    size_t check_count;
    struct explained *explained;
    size_t explained_count;
    char **notes; /* what was not judged and why, script errors, ... */
    size_t note_count;
    struct moment *moments;
    size_t moment_count;
    struct json_t *conduct; /* what the sender did (conduct.h); NULL: not played */
    unsigned attempts;
    bool attempts_known;
    unsigned delivered, bounces;
    double seconds; /* on the run's clock, from the submission to the end */
};

enum verdict result_verdict(const struct result *result);            /* worst of all checks */
enum verdict result_half(const struct result *result, bool conduct); /* worst of one half */
/* Whether the suite may pass with it: nothing wrong or missing, and what is not exact is known. */
bool result_passes(const struct result *result);

/* All texts are copied; want and got may be NULL. */
struct check *result_check(struct result *result, bool conduct, const char *what, const char *want,
    const char *got, enum verdict verdict);
void result_note(struct result *result, const char *format, ...) PRINTF_LIKE(2, 3);
void result_moment(struct result *result, double seconds, const char *kind, const char *name,
    const char *address, const char *what);                   /* copies all */
void result_take(struct result *result, struct result *from); /* moves its checks and notes; from is
                                                                 deinited */
void result_deinit(struct result *result);

char *result_to_json(const struct result *result, bool pretty);            /* caller frees */
bool result_from_json(struct result *result, const char *text) MUST_CHECK; /* false: not a result */

struct results {
    struct result *list;
    size_t count;
};
struct result *results_add(
    struct results *results); /* zeroed; the pointer lives until the next add */
void results_free(struct results *results);

#endif
