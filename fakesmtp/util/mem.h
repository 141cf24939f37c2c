/* SPDX-License-Identifier: BSD-2-Clause */
/* mem.h - memory that does not fail, and text made by format.
 *
 * A test tool that runs out of memory says so and exits; nothing here returns NULL.
 * (libbounce, which lives in other people's programs, uses none of this.) */
#ifndef FAKESMTP_UTIL_MEM_H
#define FAKESMTP_UTIL_MEM_H

#include <stddef.h>
#include "util/require.h"

void *mem_new(size_t size);                     /* zeroed; caller frees with free() */
void *mem_grow(void *old, size_t size);         /* realloc; old is taken */
char *mem_text(const char *text);               /* copy; NULL gives NULL */
char *mem_bytes(const void *bytes, size_t len); /* copy with a NUL behind it */
char *mem_format(const char *format, ...) PRINTF_LIKE(1, 2);

#endif
