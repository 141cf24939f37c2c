/* SPDX-License-Identifier: BSD-2-Clause */
/* whose.h - which recipient an address or a word in a notification means. */
#ifndef BOUNCE_WHOSE_H
#define BOUNCE_WHOSE_H

#include "notelines.h"

/* The record of an address, final or original, or NULL. */
struct record *bounce__record_for(const struct records *records, struct span address);
/* The address this bounce was sent to, or that wrote the returned message, is not the one that
 * failed. */
bool bounce__is_sender(const struct reader *reader, struct span address);
/* Do the words that decide name the sender's address, and not this recipient's? */
bool bounce__about_sender(
    const struct message *message, const struct notes *notes, const struct record *record);
/* Can this address of the line be of somebody whom the message did not reach? */
bool bounce__may_fail(const struct reader *reader, struct span address, struct span line);
/* Lines about the address before forwarding: true when the current record took it. */
bool bounce__forwarded_from(struct reader *reader, struct span line, struct span address);
bool bounce__original_address(struct reader *reader, struct span line, struct span address);
/* Of several recipients, the only one whose local part is a word of the line; or NULL. */
struct record *bounce__named_alone(const struct reader *reader, struct span line);

#endif
