/* SPDX-License-Identifier: BSD-2-Clause */
/* base64 and xtext: the examples of their RFCs, and what must not pass. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include "smtp/codec.h"

static const struct {
    const char *plain, *coded;
} vectors[] = {/* RFC 4648 10 */
    {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}};

static void base64_of_rfc_4648(void **state)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct buf coded = {0}, plain = {0};
        base64_encode(&coded, vectors[i].plain, strlen(vectors[i].plain));
        assert_string_equal(buf_text(&coded), vectors[i].coded);
        assert_true(base64_decode(&plain, vectors[i].coded, strlen(vectors[i].coded)));
        assert_string_equal(buf_text(&plain), vectors[i].plain);
        buf_free(&coded);
        buf_free(&plain);
    }
}

static void base64_all_bytes(void **state)
{
    char bytes[256];
    for (int i = 0; i < 256; i++)
        bytes[i] = (char)i;
    struct buf coded = {0}, plain = {0};
    base64_encode(&coded, bytes, sizeof bytes);
    assert_true(base64_decode(&plain, coded.data, coded.len));
    assert_int_equal(plain.len, sizeof bytes);
    assert_memory_equal(plain.data, bytes, sizeof bytes);
    buf_free(&coded);
    buf_free(&plain);
}

static void base64_refuses(void **state)
{
    static const char *const bad[] = {"Z", "Zg", "Zg=", "Zm9v\n", "Zm9vYg",
        "====", "=g==", "Zg==Zg==", "Zh==", "Zm9=", "Zm!v", "Z===", "Zm 8="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buf plain = {0};
        assert_false(base64_decode(&plain, bad[i], strlen(bad[i])));
        buf_free(&plain);
    }
}

static void xtext_there_and_back(void **state)
{
    static const char plain[] = "e=mc2@exam+ple.com \\ \t\xc3\xa9";
    struct buf coded = {0}, back = {0};
    xtext_encode(&coded, plain, sizeof plain - 1);
    assert_string_equal(buf_text(&coded),
        "e+3Dmc2@exam+2Bple.com+20\\+20+09+C3+A9"); /* "e+3Dmc2@...": RFC 4954 5 */
    assert_true(xtext_decode(&back, coded.data, coded.len));
    assert_string_equal(buf_text(&back), plain);
    buf_free(&coded);
    buf_free(&back);
}

static void xtext_refuses(void **state)
{
    static const char *const bad[] = {
        "a=b", "a b", "+", "+4", "+4g", "+3d", "a+", "\x7f", "\xc3\xa9"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buf plain = {0};
        assert_false(xtext_decode(&plain, bad[i], strlen(bad[i])));
        buf_free(&plain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_of_rfc_4648),
        cmocka_unit_test(base64_all_bytes),
        cmocka_unit_test(base64_refuses),
        cmocka_unit_test(xtext_there_and_back),
        cmocka_unit_test(xtext_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
