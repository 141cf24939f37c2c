/* SPDX-License-Identifier: BSD-2-Clause */
/* message.h - the parts of a message that may be a bounce, as spans of the caller's bytes.
 *
 * Bounded in depth and number of parts whatever the input; the returned message is found but not
 * entered. */
#ifndef BOUNCE_MESSAGE_H
#define BOUNCE_MESSAGE_H

#include "decode.h"
#include "header.h"

enum part_type {
    PART_OTHER,
    PART_TEXT,
    PART_HTML,
    PART_STATUS,      /* message/delivery-status, message/global-delivery-status */
    PART_FEEDBACK,    /* message/feedback-report */
    PART_DISPOSITION, /* message/disposition-notification */
    PART_ORIGINAL,    /* the returned message or its headers */
};

struct part {
    enum part_type type;
    struct span header, body;
    struct span content_type, encoding; /* the fields */
};

enum { PARTS_MOST = 64, DEPTH_MOST = 12 };

struct message {
    struct span all;
    struct span header, body;
    struct span content_type, encoding; /* fields of the header */
    bool multipart;
    struct part parts[PARTS_MOST];
    size_t part_count;
    struct charsets *charsets; /* of whoever reads it; outlives the message */
};

void bounce__message_parse(struct message *message, struct charsets *charsets, struct span bytes);
/* Goes on with the message that is attached to this one, if it is there as it came. Offsets stay
 * those of the whole. */
bool bounce__message_enter(struct message *message);
/* The body of a part as text; HTML is reduced to its words. */
struct text bounce__part_text(
    struct arena *arena, const struct message *message, const struct part *part);
/* The first part of a type, or NULL. */
const struct part *bounce__part_of(const struct message *message, enum part_type type);

#endif
