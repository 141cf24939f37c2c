/* SPDX-License-Identifier: BSD-2-Clause */
/* report.h - the outcome of a run for people (a table with explanations), for harnesses (TAP,
 * JUnit) and for programs (JSON). Senders come in the order they were asked for, whichever ended
 * first. */
#ifndef FAKESMTP_SUITE_REPORT_H
#define FAKESMTP_SUITE_REPORT_H

#include <stdint.h>
#include <stdio.h>
#include "suite/outcome.h"

struct report {
    struct outcome *outcomes; /* borrowed */
    size_t count;
    uint64_t seed;
    const char *profile; /* how real MTAs were configured */
};

struct report_style {
    bool colour;
    unsigned width; /* of a line, in characters */
    bool attempts;  /* show what the sender did, and when */
};

/* The style that suits out: colour and the terminal's width when it is one and NO_COLOR is unset.
 */
struct report_style report_style_for(FILE *out);

void report_table(FILE *out, const struct report *report, struct report_style style);
void report_tap(FILE *out, const struct report *report); /* TAP 13, whole */

/* Each writes path whole, or *why (caller frees) and false. */
bool report_json(const char *path, const struct report *report, char **why) MUST_CHECK;
bool report_junit(const char *path, const struct report *report, char **why) MUST_CHECK;

#endif
