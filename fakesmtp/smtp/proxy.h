/* SPDX-License-Identifier: BSD-2-Clause */
/* proxy.h - the header that a load balancer puts before the first byte: HAProxy's PROXY protocol, 1
 * and 2. Pure. */
#ifndef FAKESMTP_SMTP_PROXY_H
#define FAKESMTP_SMTP_PROXY_H

#include <stdbool.h>
#include <stddef.h>

enum {
    PROXY_SIGNATURE =
        12,           /* version 2 begins with these bytes, and no line of version 1 is as short */
    PROXY_FIXED = 16, /* ... and has this many before the addresses */
    PROXY_LINE_MAX = 105, /* version 1: 107 octets with CRLF (2.1) */
};

struct proxy_source {
    bool known; /* false: LOCAL or UNKNOWN, the connection is the proxy's own */
    char ip[46];
    unsigned port;
};

bool proxy_is_v2(const char *bytes, size_t len); /* of the first PROXY_SIGNATURE bytes */
/* The line of version 1 without CRLF. False: not one; the connection must be ended (2: "MUST
 * abort"). */
bool proxy_read_v1(struct proxy_source *source, const char *line, size_t len);
/* The PROXY_FIXED bytes of version 2: how many follow. False: not one. */
bool proxy_v2_rest(const char *fixed, size_t *rest);
bool proxy_read_v2(
    struct proxy_source *source, const char *fixed, const char *rest, size_t rest_len);

#endif
