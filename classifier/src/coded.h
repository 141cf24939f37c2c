/* SPDX-License-Identifier: BSD-2-Clause */
/* coded.h - which of the codes around a recipient counts: the server's, the report's, or neither.
 */
#ifndef BOUNCE_CODED_H
#define BOUNCE_CODED_H

#include "reason.h"

/* What an enhanced status code means, or its subject at least; NULL when unknown. RFC 3463 */
const struct status_info *bounce__status_known(struct status status);
/* How much it says: -1 there is none, 0 nothing (x.0.0), 1 its subject, 2 and more the rest. */
int bounce__status_detail(struct status s);
/* Do they differ in their class at most? */
bool bounce__same_detail(struct status a, struct status b);
/* Of the report's status and that of the reply, the one to go by. */
struct status bounce__status_choose(struct status stated, const struct reply *reply);
/* The report's status, unless it is the reply's in another class. */
struct status bounce__status_as_quoted(struct status stated, const struct reply *reply);
/* Fills in decision->reply: the first code of the most telling zone, and the status beside it or
 * the first one. */
void bounce__coded_reply(struct decision *d, const struct matching *matching);

#endif
