/* SPDX-License-Identifier: BSD-2-Clause */
/* conduct.h - what a sender did in one scenario, observed whether it is judged or not: attempts and
 * their spacing, order of hosts, sessions, TLS, waits, what became of each recipient, who was told
 * when. */
#ifndef FAKESMTP_SUITE_CONDUCT_H
#define FAKESMTP_SUITE_CONDUCT_H

#include <stdio.h>
#include "script/scenario.h"
#include "suite/judge.h"
#include "suite/judge_parts.h"

struct json_t;

/* A new JSON object, the caller's (docs/results.md names its keys). came: the explanations of
 * record's bounces, in their order. */
struct json_t *conduct_json(const struct scenario *scenario, const struct record *record,
    const struct judge_sender *sender, const struct judge_reports *came);

/* The same in lines for people, each of them malloc'd text in a malloc'd list that ends with NULL.
 * conduct may be NULL: no lines. */
char **conduct_lines(const struct json_t *conduct);

#endif
