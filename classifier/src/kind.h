/* SPDX-License-Identifier: BSD-2-Clause */
/* kind.h - what kind of message this is at all. */
#ifndef BOUNCE_KIND_H
#define BOUNCE_KIND_H

#include "bounce.h"
#include "formats.h"
#include "match.h"
#include "report.h"

/* The kind of a message that is no report: by header fields, sender, subject and words.
 * Uses the matcher. */
enum bounce_kind bounce__kind_of(struct matcher *matcher, struct arena *arena,
    const struct message *message, const struct notes *notes, bool has_recipient, bool has_reply);
/* "failed" -> BOUNCE_KIND_BOUNCE; NOT_A_BOUNCE for anything unknown. */
enum bounce_kind bounce__kind_of_action(struct span action);

/* Does it come from a robot that passes on what it was sent, a list manager or a mail system? */
bool bounce__kind_passes_on(const struct message *message);
/* Could a mail system have written it: null sender, name of the sender, or a report inside? */
bool bounce__kind_by_system(const struct message *message);

#endif
