/* SPDX-License-Identifier: BSD-2-Clause */
/* sha1.h - HMAC-SHA1 (RFC 2104, FIPS 180-4): what BATV and SRS sign addresses with.
 *
 * Here and not from a crypto library: loading one takes longer than explaining a bounce, and
 * nothing else needs it. It checks signatures that others made; do not sign anything new with it.
 */
#ifndef SHA1_H
#define SHA1_H

#include <stddef.h>
#include <stdint.h>

enum { SHA1_BYTES = 20, SHA1_BLOCK = 64 };

struct sha1 {
    uint32_t h[5];
    uint64_t length; /* in bytes */
    unsigned char block[SHA1_BLOCK];
};

void sha1_init(struct sha1 *sha1);
void sha1_add(struct sha1 *sha1, const void *bytes, size_t n);
void sha1_end(struct sha1 *sha1, unsigned char out[SHA1_BYTES]);

void hmac_sha1(
    const void *key, size_t key_length, const void *bytes, size_t n, unsigned char out[SHA1_BYTES]);

#endif
