/* SPDX-License-Identifier: BSD-2-Clause */
/* lookup_parse.h - what c-ares hands over, as a lookup_answer. Pure. */
#ifndef FAKESMTP_SENDER_LOOKUP_PARSE_H
#define FAKESMTP_SENDER_LOOKUP_PARSE_H

#include "sender/lookup.h"

/* status is of c-ares; packet (len bytes, borrowed) may be NULL. Records are in the order of the
 * packet. */
struct lookup_answer lookup_parse(
    enum lookup_type type, int status, const unsigned char *packet, int len);
void lookup_answer_deinit(struct lookup_answer *answer);

#endif
