/* SPDX-License-Identifier: BSD-2-Clause */
/* quoted.h - how a notification quotes what was said in the session. Lines come without blanks
 * around them. */
#ifndef BOUNCE_QUOTED_H
#define BOUNCE_QUOTED_H

#include "bytes.h"

enum speaker {
    SPEAKER_NONE,
    SPEAKER_CLIENT,
    SPEAKER_SERVER,
    SPEAKER_AGREEING, /* the server, in the log of a whole session: nothing that failed */
};

/* ">>> RCPT TO:<jo@far.example>", "<<< 550 No such user", "Mon 2015-03-02 10:00:02: <-- 550 ...":
 * who speaks in a line of a transcript, and in *words what is said. */
enum speaker bounce__transcript_line(struct span line, struct span *words);
/* "550 ...", "5.1.1 ...", "Remote host said: ...": the reply in *rest. */
bool bounce__quoted_reply(struct span line, struct span *rest);
/* "host mx.example [192.0.2.1]: 550 ...": how many bytes stand before the reply, or SIZE_MAX. */
size_t bounce__reply_within(struct span line);
/* "550 ", "550-", "5.1.1 ", "#5.1.1", possibly in quotes. */
bool bounce__begins_like_reply(struct span line);

#endif
