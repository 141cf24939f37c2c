/* SPDX-License-Identifier: BSD-2-Clause */
/* PLAIN, CRAM-MD5, XOAUTH2; SCRAM has a file of its own. */
#include "smtp/sasl.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

bool sasl_plain_parse(struct sasl_plain *plain, const char *message, size_t len)
{
    const char *end = message + len, *first = memchr(message, '\0', len);
    const char *second = first ? memchr(first + 1, '\0', (size_t)(end - first - 1)) : NULL;
    if (!second || second == first + 1 || second + 1 == end ||
        memchr(second + 1, '\0', (size_t)(end - second - 1)))
        return false; /* a user and a password have one character at least: RFC 4616 2 */
    plain->authzid = (struct span){message, (size_t)(first - message)};
    plain->user = (struct span){first + 1, (size_t)(second - first - 1)};
    plain->password = (struct span){second + 1, (size_t)(end - second - 1)};
    return true;
}

void sasl_cram_md5(struct buf *out, const char *password, const char *challenge, size_t len)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    require(HMAC(EVP_md5(), password, (int)strlen(password), (const unsigned char *)challenge, len,
        digest, &n));
    for (unsigned i = 0; i < n; i++)
        buf_addf(out, "%02x", digest[i]);
}

static bool skip(const char **at, const char *end, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(end - *at) < n || memcmp(*at, word, n) != 0)
        return false;
    *at += n;
    return true;
}

bool sasl_xoauth2_parse(struct sasl_bearer *bearer, const char *message, size_t len)
{
    const char *at = message, *end = message + len;
    if (!skip(&at, end, "user="))
        return false;
    const char *stop = memchr(at, 1, (size_t)(end - at));
    if (!stop || stop == at)
        return false;
    bearer->user = (struct span){at, (size_t)(stop - at)};
    at = stop + 1;
    if (!skip(&at, end, "auth=Bearer "))
        return false;
    stop = memchr(at, 1, (size_t)(end - at));
    if (!stop || end - stop != 2 || stop[1] != 1)
        return false;
    bearer->token = (struct span){at, (size_t)(stop - at)};
    return true;
}
