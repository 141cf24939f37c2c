/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets nobody should send. Every answer must itself be a packet, carry the same id and be a
 * response. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>
#include "dns/zone.h"

static const uint8_t good[] = {
    0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'x', 4, 't', 'e', 's', 't', 0, 0, 15, 0, 1};

enum { SILENT = -1 };

/* The rcode of the answer, or SILENT. */
static int answer(struct dns_zone *zone, const uint8_t *query, size_t len)
{
    /* On the heap and exactly as long: a read past the end is seen by the sanitizer. */
    uint8_t *copy = malloc(len ? len : 1), *reply = NULL;
    size_t reply_len = 0;
    assert_non_null(copy);
    memcpy(copy, query, len);
    int got = dns_zone_answer(zone, copy, len, &reply, &reply_len);
    int rcode = SILENT;
    if (got == 0) {
        ldns_pkt *parsed = NULL;
        assert_true(reply_len >= 12);
        assert_memory_equal(reply, copy, 2);
        assert_true(reply[2] & 0x80);
        assert_int_equal(ldns_wire2pkt(&parsed, reply, reply_len), LDNS_STATUS_OK);
        rcode = ldns_pkt_get_rcode(parsed) | ldns_pkt_edns_extended_rcode(parsed) << 4;
        ldns_pkt_free(parsed);
    } else {
        assert_int_equal(got, -1);
        assert_null(reply);
    }
    free(copy);
    free(reply);
    return rcode;
}

static struct dns_zone *small_zone(void)
{
    struct dns_zone *zone = dns_zone_new();
    assert_null(dns_zone_add(zone, "x.test. 60 IN MX 10 mx.x.test."));
    assert_null(dns_zone_add(zone, "mx.x.test. 60 IN A 192.0.2.1"));
    return zone;
}

struct row {
    const char *name;
    size_t at; /* the byte that is changed in the good query */
    uint8_t value;
    size_t len; /* 0: all */
    int expected;
};

static const struct row rows[] = {
    {"the good one", 0, 0x12, 0, LDNS_RCODE_NOERROR},
    {"a response", 2, 0x81, 0, SILENT},
    {"half a header", 0, 0x12, 11, SILENT},
    {"a header only, one question promised", 0, 0x12, 12, LDNS_RCODE_FORMERR},
    {"half a question", 0, 0x12, 18, LDNS_RCODE_FORMERR},
    {"no class", 0, 0x12, 22, LDNS_RCODE_FORMERR},
    {"no question", 5, 0, 12, LDNS_RCODE_FORMERR},
    {"two questions promised", 5, 2, 0, LDNS_RCODE_FORMERR},
    {"answers promised", 7, 200, 0, LDNS_RCODE_FORMERR},
    {"additionals promised", 11, 1, 0, LDNS_RCODE_FORMERR},
    {"STATUS", 2, 0x11, 0, LDNS_RCODE_NOTIMPL},
    {"UPDATE", 2, 0x29, 0, LDNS_RCODE_NOTIMPL},
    {"class CH", 23, 3, 0, LDNS_RCODE_REFUSED},
    {"class ANY", 23, 255, 0, LDNS_RCODE_REFUSED},
    {"a pointer to itself", 12, 0xc0, 0, LDNS_RCODE_FORMERR},
    {"a pointer past the end", 14, 0xff, 0, LDNS_RCODE_FORMERR},
    {"a label past the end", 14, 63, 0, LDNS_RCODE_FORMERR},
    {"an unknown label type", 14, 0x80, 0, LDNS_RCODE_FORMERR},
    {"type 65280", 20, 255, 0, LDNS_RCODE_NOERROR},
};

static void one_byte_wrong(void **state)
{
    struct dns_zone *zone = small_zone();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t packet[sizeof good];
        memcpy(packet, good, sizeof good);
        packet[rows[i].at] = rows[i].value;
        print_message("# %s\n", rows[i].name);
        assert_int_equal(
            answer(zone, packet, rows[i].len ? rows[i].len : sizeof packet), rows[i].expected);
    }
    dns_zone_free(zone);
}

static void compression_loop(void **state)
{
    static const uint8_t loop[] = {
        1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0xc0, 12, 0, 15, 0, 1};
    static const uint8_t pair[] = {
        1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 14, 0xc0, 12, 0, 15, 0, 1};
    struct dns_zone *zone = small_zone();
    assert_int_equal(answer(zone, loop, sizeof loop), LDNS_RCODE_FORMERR);
    assert_int_equal(answer(zone, pair, sizeof pair), LDNS_RCODE_FORMERR);
    dns_zone_free(zone);
}

static void edns_version_1(void **state)
{
    static const uint8_t opt[] = {0, 0, 41, 4, 208, 0, 1, 0, 0, 0, 0};
    uint8_t packet[sizeof good + sizeof opt];
    struct dns_zone *zone = small_zone();
    memcpy(packet, good, sizeof good);
    memcpy(packet + sizeof good, opt, sizeof opt);
    packet[11] = 1;
    assert_int_equal(answer(zone, packet, sizeof packet), 16); /* BADVERS */
    packet[sizeof good + 6] = 0;
    assert_int_equal(answer(zone, packet, sizeof packet), LDNS_RCODE_NOERROR);
    dns_zone_free(zone);
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* The seed is fixed: the same bytes in every run. */
static void random_bytes(void **state)
{
    struct dns_zone *zone = small_zone();
    uint32_t seed = 20250701;
    for (int i = 0; i < 30000; i++) {
        uint8_t packet[64];
        size_t len = next_random(&seed) % sizeof packet;
        for (size_t j = 0; j < len; j++)
            packet[j] = (uint8_t)next_random(&seed);
        if (len > 6 && i % 2)
            packet[2] = 1, packet[4] = 0, packet[5] = 1;
        answer(zone, packet, len);
    }
    for (int i = 0; i < 30000; i++) {
        uint8_t packet[sizeof good];
        memcpy(packet, good, sizeof good);
        for (uint32_t changes = 1 + next_random(&seed) % 3; changes; changes--)
            packet[next_random(&seed) % sizeof packet] = (uint8_t)next_random(&seed);
        answer(zone, packet, sizeof packet - next_random(&seed) % 4);
    }
    dns_zone_free(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_byte_wrong),
        cmocka_unit_test(compression_loop),
        cmocka_unit_test(edns_version_1),
        cmocka_unit_test(random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
