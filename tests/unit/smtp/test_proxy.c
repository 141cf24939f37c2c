/* SPDX-License-Identifier: BSD-2-Clause */
/* PROXY headers: what the specification shows, and what must end the connection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include "smtp/proxy.h"

static const struct {
    const char *line, *ip;
    unsigned port;
    bool fine;
} lines[] = {
    {"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535", "255.255.255.255", 65535, true},
    {"PROXY TCP4 192.168.0.1 192.168.0.11 56324 443", "192.168.0.1", 56324, true},
    {"PROXY TCP6 2001:db8::1 2001:db8::2 1 25", "2001:db8::1", 1, true},
    {"PROXY UNKNOWN", NULL, 0, true},
    {"PROXY UNKNOWN ffff::1 ffff::2 1 2", NULL, 0, true},
    {"PROXY TCP4 2001:db8::1 2001:db8::2 1 25", NULL, 0, false},
    {"PROXY TCP4 192.0.2.1 192.0.2.2 1", NULL, 0, false},
    {"PROXY TCP4 192.0.2.1 192.0.2.2 1 25 6", NULL, 0, false},
    {"PROXY TCP4 192.0.2.1 192.0.2.2 65536 25", NULL, 0, false},
    {"PROXY TCP4 192.0.2.1 192.0.2.2 01 25", NULL, 0, false},
    {"PROXY TCP4  192.0.2.1 192.0.2.2 1 25", NULL, 0, false},
    {"PROXY TCP4 192.0.2.1 192.0.2.2 1 25 ", NULL, 0, false},
    {"PROXY", NULL, 0, false},
    {"PROXY ", NULL, 0, false},
    {"EHLO client.example", NULL, 0, false},
    {"", NULL, 0, false},
};

static void version_1(void **state)
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct proxy_source source;
        if (proxy_read_v1(&source, lines[i].line, strlen(lines[i].line)) != lines[i].fine)
            fail_msg("%s: %s", lines[i].line, lines[i].fine ? "refused" : "accepted");
        if (!lines[i].fine)
            continue;
        assert_int_equal(source.known, !!lines[i].ip);
        if (lines[i].ip)
            assert_string_equal(source.ip, lines[i].ip);
        assert_int_equal(source.port, lines[i].port);
    }
}

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"

static bool read_v2(struct proxy_source *source, const char *bytes, size_t len)
{
    size_t rest;
    assert_true(len >= PROXY_FIXED);
    return proxy_v2_rest(bytes, &rest) && rest == len - PROXY_FIXED &&
           proxy_read_v2(source, bytes, bytes + PROXY_FIXED, rest);
}

static void version_2(void **state)
{
    struct proxy_source source;
    static const char v4[] =
        SIGNATURE "\x21\x11\x00\x0c\xc0\x00\x02\x07\xc0\x00\x02\x01\x9c\x40\x00\x19";
    assert_true(read_v2(&source, v4, sizeof v4 - 1));
    assert_true(source.known);
    assert_string_equal(source.ip, "192.0.2.7");
    assert_int_equal(source.port, 40000);
    static const char v6[] = SIGNATURE "\x21\x21\x00\x24\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
                                       "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\2\x04\x00\x00\x19";
    assert_true(read_v2(&source, v6, sizeof v6 - 1));
    assert_string_equal(source.ip, "2001:db8::1");
    assert_int_equal(source.port, 1024);
    static const char local[] = SIGNATURE "\x20\x00\x00\x00",
                      unix_socket[] = SIGNATURE "\x21\x31\x00\x00";
    assert_true(read_v2(&source, local, sizeof local - 1) && !source.known);
    assert_true(read_v2(&source, unix_socket, sizeof unix_socket - 1) && !source.known);
    static const char shortened[] = SIGNATURE "\x21\x11\x00\x04\xc0\x00\x02\x07",
                      version_3[] = SIGNATURE "\x31\x11\x00\x00";
    static const char command_5[] = SIGNATURE "\x25\x11\x00\x00";
    assert_false(read_v2(&source, shortened, sizeof shortened - 1));
    assert_false(read_v2(&source, version_3, sizeof version_3 - 1));
    assert_false(read_v2(&source, command_5, sizeof command_5 - 1));
    assert_false(read_v2(&source, "PROXY TCP4 192.0", 16));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(version_1), cmocka_unit_test(version_2)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
