/* SPDX-License-Identifier: BSD-2-Clause */
/* judge.h - compares what a scenario expects with what came of it. No sockets, no clock.
 *
 * Of a bounce's explanation each stated thing is exact, consistent (less specific than the truth),
 * wrong, or the whole bounce is missing. Of the sender's conduct each stated thing is as expected
 * or wrong. */
#ifndef FAKESMTP_SUITE_JUDGE_H
#define FAKESMTP_SUITE_JUDGE_H

#include "script/scenario.h"
#include "suite/record.h"
#include "suite/result.h"

struct bounce_reader;

struct judge_sender {  /* what must be known of the sender to judge it fairly */
    bool own_timeouts; /* its timeouts are those of RFC 5321: how long it waited can be judged */
    double clock; /* how many seconds of its own pass in one of the machine; 0: time is exact */
    bool tells_attempts; /* it reports attempts that no server sees (refused connections) */
    bool once; /* it tries each message once: what would take a second attempt is not judged */
};

/* Adds checks, explanations and notes to result. reader is used, not kept. */
void judge(const struct scenario *scenario, const struct record *record,
    const struct judge_sender *sender, struct bounce_reader *reader, struct result *result);

/* NULL, or why the expectation itself cannot be right: "file:line: unknown reason 'x'". Caller
 * frees. */
char *judge_problem(const struct scenario *scenario);

#endif
