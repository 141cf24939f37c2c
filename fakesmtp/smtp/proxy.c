/* SPDX-License-Identifier: BSD-2-Clause */
#include "smtp/proxy.h"

#include <arpa/inet.h>
#include <string.h>

static const char signature[PROXY_SIGNATURE] = {
    '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};

bool proxy_is_v2(const char *bytes, size_t len)
{
    return len >= PROXY_SIGNATURE && memcmp(bytes, signature, PROXY_SIGNATURE) == 0;
}

/* The next word up to one blank or the end; NULL: none, or longer than room. */
static const char *word(char *out, size_t room, const char *at, const char *end)
{
    if (!at || at > end)
        return NULL;
    const char *blank = memchr(at, ' ', (size_t)(end - at));
    size_t n = (size_t)((blank ? blank : end) - at);
    if (!n || n >= room)
        return NULL;
    memcpy(out, at, n);
    out[n] = '\0';
    return blank ? blank + 1 : end + 1;
}

static bool port_number(const char *text, unsigned *port) /* decimal, without leading zeros: 2.1 */
{
    unsigned n = 0;
    if (!*text || (text[0] == '0' && text[1]))
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || n > 6553)
            return false;
        n = n * 10 + (unsigned)(*text - '0');
    }
    *port = n;
    return n <= 65535;
}

bool proxy_read_v1(struct proxy_source *source, const char *line, size_t len)
{
    char family[8], src[46], dst[46], sport[8], dport[8];
    unsigned char address[16];
    unsigned unused;
    const char *end = line + len, *at = line;
    memset(source, 0, sizeof *source);
    if (len > PROXY_LINE_MAX || len < 6 || memcmp(line, "PROXY ", 6) != 0)
        return false;
    at = word(family, sizeof family, at + 6, end);
    if (at && strcmp(family, "UNKNOWN") == 0)
        return true; /* the rest of the line is to be ignored: 2.1 */
    int af = at && strcmp(family, "TCP4") == 0   ? AF_INET
             : at && strcmp(family, "TCP6") == 0 ? AF_INET6
                                                 : 0;
    at = word(src, sizeof src, at, end);
    at = word(dst, sizeof dst, at, end);
    at = word(sport, sizeof sport, at, end);
    at = word(dport, sizeof dport, at, end);
    if (!af || at != end + 1 || inet_pton(af, src, address) != 1 ||
        inet_pton(af, dst, address) != 1)
        return false;
    if (!port_number(sport, &source->port) || !port_number(dport, &unused))
        return false;
    source->known = true;
    memcpy(source->ip, src, sizeof src);
    return true;
}

bool proxy_v2_rest(const char *fixed, size_t *rest)
{
    const unsigned char *b = (const unsigned char *)fixed;
    *rest = (size_t)b[14] << 8 | b[15];
    return proxy_is_v2(fixed, PROXY_SIGNATURE) && b[12] >> 4 == 2 && (b[12] & 15) <= 1;
}

bool proxy_read_v2(
    struct proxy_source *source, const char *fixed, const char *rest, size_t rest_len)
{
    const unsigned char *b = (const unsigned char *)rest;
    unsigned char family = (unsigned char)fixed[13] >> 4;
    size_t need = family == 1 ? 12 : family == 2 ? 36 : 0;
    memset(source, 0, sizeof *source);
    if (((unsigned char)fixed[12] & 15) == 0 ||
        !need) /* LOCAL, or neither IPv4 nor IPv6: the connection as it is (2.2) */
        return true;
    if (rest_len < need)
        return false;
    size_t port_at = family == 1 ? 8 : 32;
    source->known = true;
    source->port = (unsigned)b[port_at] << 8 | b[port_at + 1];
    return inet_ntop(family == 1 ? AF_INET : AF_INET6, rest, source->ip, sizeof source->ip) != NULL;
}
