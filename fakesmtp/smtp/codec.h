/* SPDX-License-Identifier: BSD-2-Clause */
/* codec.h - the two ways SMTP writes bytes in a line: base64 (RFC 4648 4) and xtext (RFC 3461 4).
 * Pure. */
#ifndef FAKESMTP_SMTP_CODEC_H
#define FAKESMTP_SMTP_CODEC_H

#include "util/text.h"

void base64_encode(struct buf *out, const void *bytes, size_t len);
/* Strict, as RFC 4954 4 asks: whole groups, padding only at the end, no other characters, unused
 * bits zero. False: not base64; what was added to *out before is of no use. */
bool base64_decode(struct buf *out, const char *text, size_t len);

/* False: not xtext. A "+" is followed by two upper-case hexadecimal digits, "=" and what is no "!"
 * to "~" is coded. */
bool xtext_decode(struct buf *out, const char *text, size_t len);
void xtext_encode(struct buf *out, const char *text, size_t len);

#endif
