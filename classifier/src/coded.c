/* SPDX-License-Identifier: BSD-2-Clause */
/* coded.c - which of the codes around a recipient counts: the server's, the report's, or neither.
 */
#include "coded.h"

const struct status_info *bounce__status_known(struct status status)
{
    const struct status_info *subject = NULL;

    for (size_t i = 0; status.class_ && i < bounce__status_count; i++) {
        const struct status_info *info = &bounce__statuses[i];
        if (info->subject != status.subject)
            continue;
        if (info->detail == status.detail)
            return info;
        if (info->detail < 0)
            subject = info;
    }
    return subject;
}

/* x.y.0 says "other or undefined"; x.0.0 nothing. RFC 3463 3. */
int bounce__status_detail(struct status s)
{
    const struct status_info *info = bounce__status_known(s);

    if (!s.class_)
        return -1;
    if (!s.subject && !s.detail)
        return 0;
    return s.detail ? 2 + (info && info->detail >= 0 ? info->strength : 0) : 1;
}

bool bounce__same_detail(struct status a, struct status b)
{
    return a.subject == b.subject && a.detail == b.detail;
}

/* Nullmailer keeps one digit of a detail: 5.7.2 of "5.7.26". */
static bool cut_short(struct status stated, struct status whole)
{
    unsigned first = whole.detail > 99 ? whole.detail / 100 : whole.detail / 10;

    return first && stated.detail == first && stated.class_ == whole.class_ &&
           stated.subject == whole.subject;
}

/* The report's status counts, unless it is one that MTAs fill in for want of better and the reply
 * knows more. 4.4.7 only says that the queue gave up: the reply says why. */
struct status bounce__status_choose(struct status stated, const struct reply *reply)
{
    int own = bounce__status_detail(stated), inner = bounce__status_detail(reply->status);
    bool gave_up = stated.subject == 4 && stated.detail == 7;

    if (own < 0 || cut_short(stated, reply->status))
        return reply->status;
    if (inner > 0 && (own == 0 || (own < 2 && inner > own) || gave_up))
        return reply->status;
    return stated;
}

/* Haraka, when it gives up, makes 5.2.2 of the 4.2.2 that it quotes. */
struct status bounce__status_as_quoted(struct status stated, const struct reply *reply)
{
    bool reworded = stated.class_ == 5 && reply->code / 100 == 4 && reply->status.class_ == 4;

    return reworded && bounce__same_detail(stated, reply->status) ? reply->status : stated;
}

void bounce__coded_reply(struct decision *d, const struct matching *matching)
{
    struct span folded = span_of(matching->fold.out, matching->fold.n);
    struct reply said;
    size_t start = 0;

    for (unsigned zone = 0; zone < ZONE_COUNT; zone++) {
        bounce__reply_find(span_upto(folded, matching->zone_end[zone]), start, &said);
        if (!d->reply.code && said.code) {
            struct reply status = d->reply;
            d->reply = said;
            if (!said.status.class_ && status.status.class_) {
                d->reply.status = status.status;
                d->reply.status_at = status.status_at;
                d->reply.status_length = status.status_length;
            }
        } else if (!d->reply.status.class_ && said.status.class_ &&
                   (!d->reply.code || zone < ZONE_REST)) {
            d->reply.status = said.status;
            d->reply.status_at = said.status_at;
            d->reply.status_length = said.status_length;
        }
        start = matching->zone_end[zone];
    }
}
