/* SPDX-License-Identifier: BSD-2-Clause */
/* judge_parts.h - what the files of the judge share. */
#ifndef FAKESMTP_SUITE_JUDGE_PARTS_H
#define FAKESMTP_SUITE_JUDGE_PARTS_H

#include "suite/judge.h"

struct bounce;

/* judge.c: judges `count` alternatives, of which one must fit wholly, and keeps in result the one
 * that fits best; a note says which, and why there are several. what: "bounce of user@". */
typedef void judge_alternative_fn(const void *ctx, size_t i, struct result *result);
void judge_either(const char *what, const char *why, size_t count, judge_alternative_fn *fn,
    const void *ctx, struct result *result);

/* judge_bounce.c */
struct judge_reports { /* every explanation that came for the scenario */
    struct bounce **list;
    size_t count;
    uint64_t failed_ms; /* when the first came that says that the message failed; 0: none */
};
/* Explains all messages that came back, notes those that are no bounces; the caller frees them. */
struct judge_reports judge_explain(
    const struct record *record, struct bounce_reader *reader, struct result *result);
/* lacks_second: as judge_lacks_second() says. */
void judge_reports(const struct scenario *scenario, const struct expect_outcome *outcome,
    const struct record *record, bool lacks_second, const struct judge_reports *came,
    struct result *result);

/* judge_conduct.c */
void judge_conduct(const struct scenario *scenario, const struct expect_outcome *outcome,
    const struct record *record, const struct judge_sender *sender, bool lacks_second,
    uint64_t failed_ms, struct result *result);
/* Sets result->attempts and whether they are known. */
void judge_count_attempts(const struct scenario *scenario, const struct record *record,
    const struct judge_sender *sender, struct result *result);

/* judge_once.c */
/* Whether this outcome takes, or may well take, a second attempt, which the sender does not make.
 */
bool judge_lacks_second(const struct scenario *scenario, const struct expect_outcome *outcome,
    const struct record *record, const struct judge_sender *sender,
    const struct judge_reports *came);

/* judge_time.c */
void judge_waits(const struct expect_conduct *client, const struct record *record,
    const struct judge_sender *sender, struct result *result);
void judge_gaps(const struct scenario *scenario, const struct expect_conduct *client,
    const struct record *record, const struct judge_sender *sender, struct result *result);
/* failed_ms: when a bounce said so; 0: none did. */
void judge_lifetime(const struct expect_conduct *client, const struct record *record,
    const struct judge_sender *sender, uint64_t failed_ms, struct result *result);

#endif
