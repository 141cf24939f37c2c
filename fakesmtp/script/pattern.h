/* SPDX-License-Identifier: BSD-2-Clause */
/* pattern.h - Lua's patterns (manual 6.4.1), matched in a bounded number of steps.
 *
 * Lua's own matcher goes back and tries again without a bound, and nothing can interrupt it: thirty
 * bytes of pattern keep a server busy for years. Pure: knows nothing of Lua. */
#ifndef FAKESMTP_SCRIPT_PATTERN_H
#define FAKESMTP_SCRIPT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PATTERN_CAPTURES_MAX = 32, PATTERN_OPEN = -1, PATTERN_POSITION = -2 };

struct pattern {
    const char *text, *text_end; /* the subject; borrowed, as the pattern is */
    const char *end;             /* of the pattern */
    uint64_t steps;              /* that may still be taken */
    bool exhausted;              /* there were too few */
    const char *problem; /* what is wrong with the pattern, a constant; a match is NULL then */
    unsigned depth;
    size_t count;
    struct {
        const char *at;
        ptrdiff_t len; /* or PATTERN_OPEN, PATTERN_POSITION */
    } captures[PATTERN_CAPTURES_MAX];
};

/* Matches the pattern at `from` against the subject at `at`, and nowhere else. The end of what
 * matched, with its captures; or NULL, and then exhausted or problem may say why. */
const char *pattern_match(struct pattern *pattern, const char *at, const char *from);

/* Whether a text has no magic character: then it is searched for as it stands. */
bool pattern_is_plain(const char *text, size_t len);

#endif
