/* SPDX-License-Identifier: BSD-2-Clause */
/* trial.h - a scenario's expectation on trial: made-up bounces and conduct, and what the judge
 * says.
 */
#ifndef TESTS_SUITE_TRIAL_H
#define TESTS_SUITE_TRIAL_H

#include "script/script.h"
#include "suite/judge.h"

extern const struct judge_sender open_sender, closed_sender;

struct trial {
    struct script *script;
    struct record record;
    struct result result;
    const struct judge_sender *sender;
};

void trial_open(struct trial *t, const char *expect);
void add_report(struct record *record, const char *rcpt, const char *action, const char *status,
    const char *diagnostic);
void trial_judge(struct trial *t);
void trial_close(struct trial *t);
const struct check *check_of(const struct trial *t, const char *what);
void assert_check(const struct trial *t, const char *what, enum verdict verdict);
bool noted(const struct trial *t, const char *part);

#endif
