/* SPDX-License-Identifier: BSD-2-Clause */
/* report.h - the outcome of a run for people (a table with explanations), for harnesses (TAP) and
 * for programs (JSON). */
#ifndef FAKESMTP_SUITE_REPORT_H
#define FAKESMTP_SUITE_REPORT_H

#include <stdint.h>
#include <stdio.h>
#include "suite/result.h"

struct report_style {
    bool colour;
    unsigned width; /* of a line, in characters */
    bool attempts;  /* show when what was tried */
};

/* The style that suits out: colour and the terminal's width when it is one and NO_COLOR is unset.
 */
struct report_style report_style_for(FILE *out);

void report_table(FILE *out, const struct results *results, struct report_style style);
void report_tap_head(FILE *out);
void report_tap_plan(FILE *out, size_t count); /* last: how many there were */
void report_tap(FILE *out, const struct results *results, size_t *number); /* *number goes on */
void report_tap_skip(FILE *out, const char *sender, const char *why, size_t *number);
/* Writes path whole, or *why (caller frees) and false. */
bool report_json(
    const char *path, const struct results *results, uint64_t seed, char **why) MUST_CHECK;

#endif
