/* SPDX-License-Identifier: BSD-2-Clause */
/* fold.h - the form in which texts and phrases are compared.
 *
 * Lower case, one blank for any run of blanks, letters without their accents, straight quotes and
 * hyphens. The rule compiler folds phrases with the same code, so both sides always agree. */
#ifndef BOUNCE_FOLD_H
#define BOUNCE_FOLD_H

#include "bytes.h"

#define FOLD_NOWHERE UINT32_MAX

/* The caller's buffers: out and at hold cap entries each; at may be NULL. */
struct fold {
    char *out;
    uint32_t *at; /* at[i]: input offset that out[i] came from, or FOLD_NOWHERE */
    size_t n, cap;
};

/* Appends s. Byte i of it stands at input offset at[i], or at base + i when at is NULL.
 * Stops quietly when the buffer is full. */
void bounce__fold(struct fold *fold, struct span s, const uint32_t *at, uint32_t base);
/* Appends one byte as it is (a separator). */
void bounce__fold_mark(struct fold *fold, char c);
/* Decodes one UTF-8 sequence at s.p (s.n > 0); a broken one counts as one byte of ISO 8859-1,
 * *valid false. */
size_t bounce__utf8(struct span s, uint32_t *point, bool *valid);

#endif
