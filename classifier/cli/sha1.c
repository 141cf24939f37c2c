/* SPDX-License-Identifier: BSD-2-Clause */
/* sha1.c - FIPS 180-4 section 6.1 and RFC 2104 section 2, as they stand there. */
#include "sha1.h"
#include <string.h>

static uint32_t rotate(uint32_t x, int n)
{
    return x << n | x >> (32 - n);
}

static void mix(struct sha1 *sha1)
{
    uint32_t w[80], a = sha1->h[0], b = sha1->h[1], c = sha1->h[2], d = sha1->h[3], e = sha1->h[4];

    for (int t = 0; t < 16; t++)
        w[t] = (uint32_t)sha1->block[4 * t] << 24 | (uint32_t)sha1->block[4 * t + 1] << 16 |
               (uint32_t)sha1->block[4 * t + 2] << 8 | sha1->block[4 * t + 3];
    for (int t = 16; t < 80; t++)
        w[t] = rotate(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    for (int t = 0; t < 80; t++) {
        uint32_t f, k, sum;

        if (t < 20) {
            f = (b & c) | (~b & d);
            k = 0x5A827999;
        } else if (t < 40) {
            f = b ^ c ^ d;
            k = 0x6ED9EBA1;
        } else if (t < 60) {
            f = (b & c) | (b & d) | (c & d);
            k = 0x8F1BBCDC;
        } else {
            f = b ^ c ^ d;
            k = 0xCA62C1D6;
        }
        sum = rotate(a, 5) + f + e + k + w[t];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = sum;
    }
    sha1->h[0] += a;
    sha1->h[1] += b;
    sha1->h[2] += c;
    sha1->h[3] += d;
    sha1->h[4] += e;
}

void sha1_init(struct sha1 *sha1)
{
    *sha1 = (struct sha1){.h = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0}};
}

void sha1_add(struct sha1 *sha1, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;

    while (n) {
        size_t at = sha1->length % SHA1_BLOCK, step = SHA1_BLOCK - at < n ? SHA1_BLOCK - at : n;

        memcpy(sha1->block + at, p, step);
        sha1->length += step;
        p += step;
        n -= step;
        if (at + step == SHA1_BLOCK)
            mix(sha1);
    }
}

void sha1_end(struct sha1 *sha1, unsigned char out[SHA1_BYTES])
{
    uint64_t bits = sha1->length * 8;
    unsigned char one = 0x80, zero = 0, length[8];

    sha1_add(sha1, &one, 1);
    while (sha1->length % SHA1_BLOCK != SHA1_BLOCK - 8)
        sha1_add(sha1, &zero, 1);
    for (int i = 0; i < 8; i++)
        length[i] = (unsigned char)(bits >> (56 - 8 * i));
    sha1_add(sha1, length, 8);
    for (int i = 0; i < SHA1_BYTES; i++)
        out[i] = (unsigned char)(sha1->h[i / 4] >> (24 - 8 * (i % 4)));
}

void hmac_sha1(
    const void *key, size_t key_length, const void *bytes, size_t n, unsigned char out[SHA1_BYTES])
{
    unsigned char block[SHA1_BLOCK] = {0}, pad[SHA1_BLOCK];
    struct sha1 sha1;

    if (key_length > SHA1_BLOCK) {
        sha1_init(&sha1);
        sha1_add(&sha1, key, key_length);
        sha1_end(&sha1, block);
    } else {
        memcpy(block, key, key_length);
    }
    for (int i = 0; i < SHA1_BLOCK; i++)
        pad[i] = block[i] ^ 0x36;
    sha1_init(&sha1);
    sha1_add(&sha1, pad, sizeof pad);
    sha1_add(&sha1, bytes, n);
    sha1_end(&sha1, out);
    for (int i = 0; i < SHA1_BLOCK; i++)
        pad[i] = block[i] ^ 0x5C;
    sha1_init(&sha1);
    sha1_add(&sha1, pad, sizeof pad);
    sha1_add(&sha1, out, SHA1_BYTES);
    sha1_end(&sha1, out);
}
