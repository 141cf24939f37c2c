/* SPDX-License-Identifier: BSD-2-Clause */
/* check.h - what can be said against a scenario without a socket: does it load, does it break when
 * clients come, is each handler ever asked, can what it expects come of it. */
#ifndef FAKESMTP_SCRIPT_CHECK_H
#define FAKESMTP_SCRIPT_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* Errors come first: who has one cannot be played. The others are warnings; a comment in the file,
 * "-- check: allow NAME", takes those of that name away. */
/* clang-format off */
#define FINDING_KINDS(X) \
    X(LOAD, "load")                   /* it cannot be loaded */ \
    X(BROKEN, "broken")               /* a handler failed when a client came */ \
    X(CONTRADICTION, "contradiction") /* a reply's code and its enhanced code differ in class */ \
    X(UNREACHABLE, "unreachable")     /* a handler that nobody can get to */ \
    X(EXPECTATION, "expectation")     /* nothing in the file can cause what it expects */ \
    X(UNDESCRIBED, "undescribed")     /* no title, source or expect (only when strict) */
/* clang-format on */

#define X(id, name) FINDING_##id,
enum finding_kind { FINDING_KINDS(X) FINDING_KIND_COUNT };
#undef X

const char *finding_name(enum finding_kind kind);
bool finding_is_error(enum finding_kind kind);

struct finding {
    enum finding_kind kind;
    char *text; /* "file:line: what", or "file: what" where it is about the whole */
};

struct findings { /* zeroed is empty */
    struct finding *list;
    size_t count;
};

void findings_deinit(struct findings *findings);

/* Loads the file at path and appends what is to be said of it, in the order of the kinds. lib_dir
 * as for script_load(). strict: as a scenario of the library, which says what it is, where the
 * behaviour is documented and what must come of it. */
void script_check(const char *path, const char *lib_dir, bool strict, struct findings *out);

#endif
