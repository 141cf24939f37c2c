/* SPDX-License-Identifier: BSD-2-Clause */
/* files.h - text and files as the box needs them: whole, small, and fatal only when memory runs
 * out.
 *
 * The box stands below fakesmtp/ (which uses it), so it has these bricks of its own. */
#ifndef MTA_BOX_FILES_H
#define MTA_BOX_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

void *box_new(size_t n, size_t size);             /* zeroed array; never NULL */
void *box_grow(void *old, size_t n, size_t size); /* old is taken; never NULL */
char *box_copy(const char *text);                 /* NULL gives NULL */
char *box_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The whole file as text with a NUL behind it (caller frees), or NULL with errno. More than 4 MiB
 * is EFBIG. */
char *file_read(const char *path);
/* Writes path anew with these contents. False with errno. */
bool file_write(const char *path, const char *text, mode_t mode);
/* Copies one file; the copy is the caller's, an hour old, and has the mode of the original without
 * write bits for others. */
bool file_copy(const char *from, const char *to);
/* Copies what lies below from into to, which is made; a symbolic link stays one.  All but files,
 * directories and links is left out.  False with errno, *at = the path (caller frees); with lenient
 * set, what cannot be copied is left out too. */
bool file_copy_tree(const char *from, const char *to, bool lenient, char **at);
bool file_make_dirs(const char *path, mode_t mode); /* mkdir -p; what exists is fine */
bool file_exists(const char *path);
char *file_absolute(const char *path); /* realpath; NULL with errno; caller frees */
char *file_beside_program(
    const char *relative); /* DIR(/proc/self/exe)/relative if it exists, else NULL; caller frees */
bool file_below(
    const char *path, const char *dir); /* path is dir or lies below it; by name, both absolute */

#endif
