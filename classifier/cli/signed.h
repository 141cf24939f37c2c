/* SPDX-License-Identifier: BSD-2-Clause */
/* signed.h - return addresses that prove who made them: BATV, SRS, and VERP, which proves little
 * but names the recipient. */
#ifndef SIGNED_H
#define SIGNED_H

#include "bytes.h"

enum signature {
    SIGNATURE_NONE, /* the address is not of this kind */
    SIGNATURE_GOOD,
    SIGNATURE_WRONG, /* of this kind, but not made with this key */
};

/* draft-levine-smtp-batv-01 section 5: "prvs=KDDDSSSSSS=local@domain". */
enum signature batv_check(struct span address, struct span key);
/* "SRS0=HHHH=TT=domain=local@forwarder", as libsrs2 and Mail::SRS make it. */
enum signature srs_check(struct span address, struct span key);
/* pattern "bounces+{}@example.com" against an address; what {} stood for goes to out as an address
 * ("user=b.example" -> "user@b.example"). False: no match, or longer than size. */
bool verp_match(struct span address, struct span pattern, char *out, size_t size);

#endif
