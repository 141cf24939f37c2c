/* SPDX-License-Identifier: BSD-2-Clause */
/* require.h - invariants of our own, checked in every build.
 *
 * What a peer, a script or a user can cause never meets require(): that is an error to report. */
#ifndef FAKESMTP_UTIL_REQUIRE_H
#define FAKESMTP_UTIL_REQUIRE_H

#include <stdio.h>
#include <stdlib.h>

#define MUST_CHECK             __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

#define require(x)                                                                                 \
    do {                                                                                           \
        if (!(x)) {                                                                                \
            fprintf(stderr, "%s:%d: broken invariant: %s\n", __FILE__, __LINE__, #x);              \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

#endif
