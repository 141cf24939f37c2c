/* SPDX-License-Identifier: BSD-2-Clause */
/* mbox.h - one message after another out of a stream, without holding the whole of it. */
#ifndef MBOX_H
#define MBOX_H

#include "bounce.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A message that is longer is cut off here. */
enum { MESSAGE_MOST = BOUNCE_INPUT_MOST };

struct mbox {
    int fd; /* kept, not closed */
    char *bytes;
    size_t n, cap;
    size_t from;   /* where the current message begins in bytes */
    size_t length; /* of the message that was given out last */
    uint64_t base; /* offset in the stream of bytes[0] */
    bool is_mbox;  /* it begins with "From " */
    bool ended, started;
};

/* One message; bytes live until the next call. offset: where it begins in the stream. */
struct mbox_message {
    const char *bytes;
    size_t len;
    uint64_t offset;
};

void mbox_init(struct mbox *mbox, int fd);
void mbox_deinit(struct mbox *mbox);
/* 1: a message; 0: the end; -1: errno says why. A stream that is no mbox is one message. */
int mbox_next(struct mbox *mbox, struct mbox_message *message);

#endif
