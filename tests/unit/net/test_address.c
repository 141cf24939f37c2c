/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses as people write them, and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "net/address.h"

static void good_ones(void **state)
{
    static const struct {
        const char *text, *literal, *back;
        unsigned port;
    } cases[] = {{"127.0.0.1:2525", "127.0.0.1", "127.0.0.1:2525", 2525},
        {"127.0.0.1:0", "127.0.0.1", "127.0.0.1:0", 0}, {":25", "0.0.0.0", "0.0.0.0:25", 25},
        {"[::1]:65535", "::1", "[::1]:65535", 65535}, {"::1:25", "::1", "[::1]:25", 25},
        {"unix:/run/x.sock", "unix:/run/x.sock", "unix:/run/x.sock", 0},
        {"unix:a:25", "unix:a:25", "unix:a:25", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned port = 99;
        char *why = NULL, *literal = address_parse(cases[i].text, &port, &why);
        struct address address;
        assert_non_null(literal);
        assert_string_equal(literal, cases[i].literal);
        assert_int_equal(port, cases[i].port);
        assert_int_equal(address_set(&address, literal, port), 0);
        assert_int_equal(address_port(&address), cases[i].port);
        char *back = address_text(&address);
        assert_string_equal(back, cases[i].back);
        free(back);
        free(literal);
    }
}

static void bad_ones(void **state)
{
    char long_path[300] = "unix:";
    memset(long_path + 5, 'x', sizeof long_path - 6);
    long_path[sizeof long_path - 1] = '\0';
    const char *const cases[] = {"", "25", "localhost:25", "127.0.0.1",
        "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1: 25", "127.0.0.1:123456",
        "[::1]", "[]:25", "unix:", long_path, "1.2.3:25", "[127.0.0.1:25"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned port;
        char *why = NULL;
        assert_null(address_parse(cases[i], &port, &why));
        assert_non_null(why);
        free(why);
    }
}

static void an_unnamed_peer(void **state)
{
    struct address address = {.len = 2};
    address.at.ss_family = AF_UNIX;
    char *text = address_text(&address);
    assert_string_equal(text, "unix");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_ones), cmocka_unit_test(bad_ones), cmocka_unit_test(an_unnamed_peer)};
    return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
