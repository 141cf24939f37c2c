/* SPDX-License-Identifier: BSD-2-Clause */
/* rehearse.h - a scenario played against clients that have no sockets and no patience of their own:
 * to see whether its handlers run, which of them are asked, and what clients get to hear. */
#ifndef FAKESMTP_SCRIPT_REHEARSE_H
#define FAKESMTP_SCRIPT_REHEARSE_H

#include "script/script.h"
#include "util/text.h"

struct rehearsal {
    bool asked[STAGE_COUNT];   /* the scenario was asked at that stage */
    bool trouble[STAGE_COUNT]; /* it refused there, or left the client without an answer */
    struct buf heard;          /* all that was said to clients */
    char *broke;               /* "file:line: what" of the first handler that failed, or NULL */
    unsigned clients;          /* so many came */
};

/* Clients of three kinds (ESMTP that uses what is announced; one that logs in and sends chunks; one
 * from before RFC 1869) come to the host three times each, hours apart, so that what greylists or
 * counts gets on. Adds to *out, which begins zeroed and is freed by rehearsal_deinit(). */
void script_rehearse(struct script *script, size_t host_index, struct rehearsal *out);
void rehearsal_deinit(struct rehearsal *rehearsal);

#endif
