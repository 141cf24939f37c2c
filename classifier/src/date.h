/* SPDX-License-Identifier: BSD-2-Clause */
/* date.h - dates as mail has them: RFC 5322 3.3 and 4.3, ISO 8601, asctime. No locale, no time
 * zone of this computer. */
#ifndef BOUNCE_DATE_H
#define BOUNCE_DATE_H

#include "bytes.h"

/* Room for bounce__date_words. */
enum { DATE_WORDS = 32 };

/* Seconds since 1970 UTC. False when the text is no date, or one before 1970 or after 2200. A zone
 * that nobody knows counts as UTC (RFC 5322 4.3). */
bool bounce__date_parse(struct span text, int64_t *seconds);
/* "22 Nov 2026 05:43 UTC"; out has DATE_WORDS bytes. */
void bounce__date_words(char *out, int64_t seconds);

#endif
