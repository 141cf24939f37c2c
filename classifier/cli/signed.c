/* SPDX-License-Identifier: BSD-2-Clause */
/* signed.c - checks of signed return addresses; nothing here is said about their age. */
#include "signed.h"
#include "sha1.h"
#include <stdio.h>

enum { ADDRESS_MOST = 512 };

/* "prvs=" with 10 characters of tag: key number, day of expiry, three bytes of the HMAC in hex. */
enum { PRVS = 5, TAG = 10, DAY = 4 };

enum signature batv_check(struct span address, struct span key)
{
    char source[ADDRESS_MOST], hex[7];
    unsigned char mac[SHA1_BYTES];
    struct span tag, rest;
    int n;

    if (!span_starts(address, "prvs=") || address.n < PRVS + TAG + 2 || address.n > 400)
        return SIGNATURE_NONE;
    tag = span_upto(span_from(address, PRVS), TAG);
    rest = span_from(address, PRVS + TAG);
    if (rest.p[0] != '=')
        return SIGNATURE_NONE;
    for (size_t i = 0; i < DAY; i++)
        if (!byte_digit(tag.p[i]))
            return SIGNATURE_NONE;
    rest = span_from(rest, 1);
    n = snprintf(
        source, sizeof source, "%.*s%.*s", DAY, tag.p, (int)rest.n, rest.p); /* KDDD address */
    hmac_sha1(key.p, key.n, source, (size_t)n, mac);
    snprintf(hex, sizeof hex, "%02x%02x%02x", mac[0], mac[1], mac[2]);
    return bounce__same(span_from(tag, DAY), span_of(hex, 6)) ? SIGNATURE_GOOD : SIGNATURE_WRONG;
}

/* Up to the next '='; s moves behind it. */
static struct span piece(struct span *s)
{
    size_t at = bounce__find(*s, SPAN("="), 0);
    struct span taken = span_upto(*s, at == SIZE_MAX ? 0 : at);

    *s = at == SIZE_MAX ? SPAN_NONE : span_from(*s, at + 1);
    return taken;
}

static void add_lower(char *out, size_t *n, struct span s)
{
    for (size_t i = 0; i < s.n && *n < ADDRESS_MOST; i++)
        out[(*n)++] = byte_lower(s.p[i]);
}

enum signature srs_check(struct span address, struct span key)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t at = bounce__find(address, SPAN("@"), 0), n = 0, bits = 0;
    struct span rest, hash, stamp, domain;
    unsigned char mac[SHA1_BYTES];
    char source[ADDRESS_MOST], wanted[ADDRESS_MOST];
    unsigned word = 0;

    if (!span_starts(address, "SRS0") || at == SIZE_MAX || at < 10 || at > 400 ||
        !strchr("=+-", address.p[4]))
        return SIGNATURE_NONE;
    rest = span_of(address.p + 5, at - 5);
    hash = piece(&rest);
    stamp = piece(&rest);
    domain = piece(&rest);
    if (hash.n < 4 || hash.n > 20 || !stamp.n || !domain.n || !rest.n)
        return SIGNATURE_NONE;
    add_lower(source, &n, stamp);
    add_lower(source, &n, domain);
    add_lower(source, &n, rest);
    hmac_sha1(key.p, key.n, source, n, mac);
    n = 0;
    for (size_t i = 0; i < SHA1_BYTES && n < hash.n; i++) {
        word = word << 8 | mac[i];
        for (bits += 8; bits >= 6 && n < hash.n; bits -= 6)
            wanted[n++] = digits[word >> (bits - 6) & 63];
    }
    /* Without regard to case: some relays lower local parts. */
    return bounce__same(hash, span_of(wanted, n)) ? SIGNATURE_GOOD : SIGNATURE_WRONG;
}

bool verp_match(struct span address, struct span pattern, char *out, size_t size)
{
    size_t hole = bounce__find(pattern, SPAN("{}"), 0), equals = SIZE_MAX, at = 0;
    struct span before, after, inner;

    if (hole == SIZE_MAX)
        return false;
    before = span_upto(pattern, hole);
    after = span_from(pattern, hole + 2);
    if (address.n <= before.n + after.n || !bounce__starts(address, before) ||
        !bounce__ends(address, after))
        return false;
    inner = span_of(address.p + before.n, address.n - before.n - after.n);
    while ((at = bounce__find(inner, SPAN("="), at)) != SIZE_MAX)
        equals = at++;
    if (inner.n >= size || bounce__find(inner, SPAN("@"), 0) != SIZE_MAX)
        return false;
    memcpy(out, inner.p, inner.n);
    out[inner.n] = '\0';
    if (equals != SIZE_MAX)
        out[equals] = '@';
    return true;
}
