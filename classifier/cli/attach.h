/* SPDX-License-Identifier: BSD-2-Clause */
/* attach.h - programs that travel with a bounce: by name, by their first bytes, and by name inside
 * of zip archives. */
#ifndef ATTACH_H
#define ATTACH_H

#include "bytes.h"

enum { PROGRAMS_MOST = 8, PROGRAM_NAME_MOST = 200 };

struct program_file {
    char name[PROGRAM_NAME_MOST];   /* UTF-8; "(no name)" */
    char inside[PROGRAM_NAME_MOST]; /* the member of a zip that is a program; "" */
    const char *how;                /* "its name" or "its first bytes" */
    size_t offset;                  /* of its header in the message */
};

struct programs {
    struct program_file files[PROGRAMS_MOST];
    size_t count;
};

/* Looks at every part of the message and of messages inside of it, in one pass. */
void attach_find(struct programs *programs, struct span message);

#endif
