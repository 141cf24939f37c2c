/* SPDX-License-Identifier: BSD-2-Clause */
/* reply.h - SMTP replies (RFC 5321 4.2): is the text a well-formed one, and its wire form. Pure. */
#ifndef FAKESMTP_SMTP_REPLY_H
#define FAKESMTP_SMTP_REPLY_H

#include "util/text.h"

enum { REPLY_LINE_MAX = 512 }; /* RFC 5321 4.5.3.1.5, CRLF included */

/* Checks one line as a scenario writes it, "550 5.1.1 No such user": without CRLF, a code of RFC
 * 5321 4.2
 * ([2-5][0-5][0-9]), a blank, text without control characters. NULL, or a constant text saying what
 * is wrong. */
const char *reply_problem(const char *line, size_t len);

/* Appends the wire form of n lines, each checked as above and of the same code: "550-a CRLF 550 b
 * CRLF". NULL, or a constant text saying what is wrong; then *out is unchanged. */
const char *reply_build(struct buf *out, const char *const *lines, const size_t *lens, size_t n);

/* The code of a checked line, 200..559. */
unsigned reply_code(const char *line);

#endif
