/* SPDX-License-Identifier: BSD-2-Clause */
/* libFuzzer target: any bytes as one DNS query, over UDP and TCP. The names a.test to i.test meet a
 * fault each. */
#include <stdint.h>
#include <stdlib.h>
#include "dns/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(char *why)
{
    if (why)
        abort();
}

static struct dns_zone *new_zone(void)
{
    static const char *const names[] = {"a.test.", "b.test.", "c.test.", "d.test.", "e.test.",
        "f.test.", "g.test.", "h.test.", "i.test."};
    struct dns_zone *zone = dns_zone_new();
    must(dns_zone_add(zone, "x.test. MX 10 mx.x.test."));
    must(dns_zone_add(zone, "mx.x.test. A 192.0.2.1"));
    must(dns_zone_add(zone, "y.test. CNAME z.test."));
    must(dns_zone_add(zone, "z.test. CNAME y.test."));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct dns_trouble trouble = {
            .fault = (enum dns_fault)(DNS_FAULT_SERVFAIL + i), .below = true, .seconds = 1};
        must(dns_zone_trouble(zone, names[i], &trouble));
    }
    return zone;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dns_zone *zone;
    if (!zone)
        zone = new_zone();
    for (int tcp = 0; tcp < 2; tcp++) {
        struct dns_asked asked;
        uint8_t *reply = NULL;
        size_t len = 0;
        int got = dns_answer(zone, tcp, data, size, &asked, &reply, &len);
        /* A reply is a response (RFC 1035 4.1.1), fits, and there is none to a response. */
        if (got == 0 &&
            (len < 12 || !(reply[2] & 0x80) || (data[2] & 0x80) || len > (tcp ? 65535 : 4096)))
            abort();
        if (got != 0 && reply)
            abort();
        dns_asked_deinit(&asked);
        free(reply);
    }
    return 0;
}
