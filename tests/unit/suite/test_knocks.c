/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets, made by hand: which of them are knocks at a door nobody opens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "suite/knocks.h"

enum { SYN = 2, RST = 4, ACK = 16, MAIL = 25 };

struct row {
    const char *name;
    int version;
    unsigned from, to;
    uint8_t flags, sequence; /* the last octet of it */
    bool is_knock;
    enum knock_kind kind;
};

static const struct row rows[] = {
    {"a SYN", 4, 40000, MAIL, SYN, 9, true, KNOCK_SYN},
    {"a SYN over IPv6", 6, 40000, MAIL, SYN, 9, true, KNOCK_SYN},
    {"the answer of somebody who listens", 4, MAIL, 40000, SYN | ACK, 0, false, 0},
    {"the answer where nobody listens", 4, MAIL, 40000, RST | ACK, 0, true, KNOCK_REFUSED},
    {"the same over IPv6", 6, MAIL, 40000, RST | ACK, 0, true, KNOCK_REFUSED},
    {"a reset in the middle", 4, MAIL, 40000, RST | ACK, 1, false, 0},
    {"a reset that answers a late packet", 4, MAIL, 40000, RST, 0, false, 0},
    {"a reset by the client", 4, 40000, MAIL, RST | ACK, 0, false, 0},
    {"another port", 4, 40000, 26, SYN, 0, false, 0},
    {"another protocol", 17, 40000, MAIL, SYN, 0, false, 0},
    {"what is no IP", 5, 40000, MAIL, SYN, 0, false, 0},
};

/* 192.0.2.1 or 2001:db8::1 asks, 192.0.2.10 or 2001:db8::10 is asked. */
static size_t make(const struct row *row, uint8_t packet[100])
{
    bool v6 = row->version == 6;
    size_t header = v6 ? 40 : 20;
    uint8_t *address = packet + (v6 ? 8 : 12), *tcp = packet + header;
    size_t size = v6 ? 16 : 4;
    static const uint8_t six[16] = {0x20, 1, 0x0d, 0xb8}, four[4] = {192, 0, 2};
    memset(packet, 0, 100);
    packet[0] = v6 ? 0x60 : row->version == 5 ? 0x55 : 0x45;
    packet[v6 ? 6 : 9] = row->version == 17 ? 17 : 6;
    for (int i = 0; i < 2; i++) {
        bool asked = (i == 0) == (row->from == MAIL);
        memcpy(address + size * (size_t)i, v6 ? six : four, size);
        address[size * (size_t)(i + 1) - 1] = asked ? (v6 ? 0x10 : 10) : 1;
    }
    tcp[0] = (uint8_t)(row->from >> 8), tcp[1] = (uint8_t)row->from;
    tcp[2] = (uint8_t)(row->to >> 8), tcp[3] = (uint8_t)row->to;
    tcp[7] = row->sequence;
    tcp[12] = 0x50, tcp[13] = row->flags;
    return header + 20;
}

static bool read_exactly(const uint8_t *packet, size_t len, struct knock *knock)
{
    uint8_t *copy = malloc(len ? len : 1); /* a read past the end is seen by the sanitizer */
    memcpy(copy, packet, len);
    bool is = knock_read(copy, len, MAIL, knock);
    free(copy);
    return is;
}

static void kinds(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t packet[100];
        struct knock knock;
        print_message("# %s\n", rows[i].name);
        size_t len = make(&rows[i], packet);
        assert_int_equal(read_exactly(packet, len, &knock), rows[i].is_knock);
        if (!rows[i].is_knock)
            continue;
        assert_int_equal(knock.kind, rows[i].kind);
        assert_int_equal(knock.from, 40000);
        assert_string_equal(knock.address, rows[i].version == 6 ? "2001:db8::10" : "192.0.2.10");
    }
}

static void cut_short(void **state)
{
    for (size_t i = 0; i < 2; i++) {
        uint8_t packet[100];
        struct knock knock;
        size_t len = make(&rows[i], packet);
        for (size_t n = 0; n < len; n++)
            assert_false(read_exactly(packet, n, &knock));
    }
}

static void ip_headers(void **state)
{
    uint8_t packet[100];
    struct knock knock;
    size_t len = make(&rows[0], packet);
    packet[7] = 1; /* the second fragment has no TCP header */
    assert_false(read_exactly(packet, len, &knock));
    packet[7] = 0;
    packet[0] = 0x44; /* a header shorter than it can be */
    assert_false(read_exactly(packet, len, &knock));
    packet[0] = 0x46; /* with options: TCP begins four octets on */
    memmove(packet + 24, packet + 20, 20);
    assert_true(read_exactly(packet, len + 4, &knock));
    assert_int_equal(knock.from, 40000);
    packet[0] = 0x4f; /* longer than the packet */
    assert_false(read_exactly(packet, len, &knock));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds),
        cmocka_unit_test(cut_short),
        cmocka_unit_test(ip_headers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
