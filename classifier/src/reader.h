/* SPDX-License-Identifier: BSD-2-Clause */
/* reader.h - what a reader holds. */
#ifndef BOUNCE_READER_H
#define BOUNCE_READER_H

#include "message.h"
#include "site.h"

struct bounce_reader {
    struct matcher *matcher;
    struct site *sites;   /* rules of the caller's own, the newest first */
    struct arena scratch; /* emptied before each message */
    struct charsets charsets;
    struct message message;
};

#endif
