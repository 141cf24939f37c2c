/* SPDX-License-Identifier: BSD-2-Clause */
/* emit.h - what only the compiler does with a book of rules: code tables in, C out. */
#ifndef EMIT_H
#define EMIT_H

#include "rulefile.h"
#include <stdio.h>

/* codes.c: the lines of the code tables. */
bool codes_line(struct book *book, struct place place, char *keyword, char *rest);

/* Both report on stderr and return false when the file cannot be written. */
bool emit_tables(const struct book *book, const char *path);
bool emit_examples(const struct book *book, const char *path);

#endif
