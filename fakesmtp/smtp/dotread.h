/* SPDX-License-Identifier: BSD-2-Clause */
/* dotread.h - the mail data after DATA, up to the line with a single dot (RFC 5321 4.5.2), or in
 * chunks.
 *
 * Only CRLF . CRLF ends the data: a bare LF before or after the dot does not (4.1.1.4), so nothing
 * can be smuggled through this server. The leading dot of a stuffed line is removed. Pure: no
 * sockets. */
#ifndef FAKESMTP_SMTP_DOTREAD_H
#define FAKESMTP_SMTP_DOTREAD_H

#include <stdint.h>
#include "util/text.h"

struct dotread {     /* zeroed, then dotread_init */
    struct buf kept; /* the message, unstuffed, CRLF as sent */
    size_t most;     /* keeps no more than this */
    uint64_t size;   /* whole size, kept or not */
    uint64_t bare_lfs, bare_crs, nuls, eight_bit;
    unsigned char state;
    bool done;
};

void dotread_init(struct dotread *dr, size_t most);
void dotread_deinit(struct dotread *dr);
/* Takes bytes until the end of the data; returns how many were used. dr->done says whether the end
 * was seen. */
size_t dotread_feed(struct dotread *dr, const char *bytes, size_t len);
/* Bytes of a BDAT chunk (RFC 3030): no dots, no line that ends them. The caller counts, and sets
 * dr->done. */
void dotread_chunk(struct dotread *dr, const char *bytes, size_t len);
static inline bool dotread_overflowed(const struct dotread *dr)
{
    return dr->size > dr->most;
}

#endif
