/* SPDX-License-Identifier: BSD-2-Clause */
/* Comparison without the locale, the nearest word, and the buffer with a ceiling. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include "util/mem.h"
#include "util/text.h"

static void folds_ascii_and_nothing_else(void **state)
{
    setlocale(LC_ALL, "C.UTF-8"); /* must not matter */
    assert_true(text_same("RcPt", "rCpT"));
    assert_true(text_same("", ""));
    assert_false(text_same("rcpt", "rcp"));
    assert_false(text_same("rcp", "rcpt"));
    assert_false(text_same("@", "`")); /* neighbours of A and a, 0x20 apart */
    assert_false(text_same("[", "{"));
    assert_false(text_same("\xc4", "\xe4")); /* Latin-1 A and a with dots */
    assert_true(text_same_n("MAIL FROM", "mail to", 5));
    assert_false(text_same_n("MAIL FROM", "mail to", 6));
    assert_true(text_same_n("a\0B", "A\0b", 3));
    assert_true(text_same_n("x", "y", 0));
}

static void starts(void **state)
{
    assert_true(text_starts("Subject: x", "subject:"));
    assert_true(text_starts("x", ""));
    assert_false(text_starts("Sub", "subject"));
    assert_false(text_starts("", "s"));
}

static void the_nearest_word(void **state)
{
    static const char *const names[] = {"connect", "ehlo", "mail", "rcpt", "data", "eom", NULL};
    static const char *const none[] = {NULL};
    assert_string_equal(text_nearest("rcpt", names), "rcpt");
    assert_string_equal(text_nearest("rctp", names), "rcpt");
    static const char *const four[] = {"lmtp", "rcpt", "cprt", NULL};
    assert_string_equal(text_nearest("rctp", four), "rcpt"); /* one slip, not two */
    assert_string_equal(text_nearest("RCPT", names), "rcpt");
    assert_string_equal(text_nearest("conect", names), "connect");
    assert_string_equal(text_nearest("ehol", names), "ehlo");
    assert_null(text_nearest("bounce", names));
    assert_null(text_nearest("", names));
    assert_null(text_nearest("x", none));
}

/* Keys come from a file: any length must be survived. */
static void the_nearest_to_a_long_word(void **state)
{
    char word[400];
    static const char *const names[] = {"connect", NULL};
    memset(word, 'c', sizeof word - 1);
    for (size_t n = 0; n < sizeof word; n++) {
        word[n] = '\0';
        if (n > 12)
            assert_null(text_nearest(word, names));
        word[n] = 'c';
    }
}

static void buf_takes_bytes(void **state)
{
    struct buf buf = {0};
    assert_string_equal(buf_text(&buf), "");
    assert_true(buf_add(&buf, "a\0b", 3));
    assert_true(buf_add(&buf, NULL, 0));
    assert_true(buf_addf(&buf, "%d-%s", 42, "x"));
    assert_int_equal(buf.len, 7);
    assert_memory_equal(buf_text(&buf), "a\0b42-x", 8);
    buf_drop(&buf, 2);
    assert_string_equal(buf_text(&buf), "b42-x");
    buf_drop(&buf, 5);
    assert_string_equal(buf_text(&buf), "");
    buf_free(&buf);
    assert_null(buf.data);
    assert_int_equal(buf.len + buf.cap, 0);
    buf_drop(&buf, 0); /* an empty one */
    buf_free(&buf);
}

static void buf_grows(void **state)
{
    struct buf buf = {0};
    for (unsigned i = 0; i < 100000; i++)
        assert_true(buf_add(&buf, &"0123456789"[i % 10], 1));
    for (unsigned i = 0; i < 100000; i++)
        assert_int_equal(buf.data[i], '0' + i % 10);
    buf_free(&buf);
}

/* Over the ceiling nothing is added, not even a part; up to it everything is. */
static void buf_has_a_ceiling(void **state)
{
    struct buf buf = {.limit = 8};
    assert_true(buf_add(&buf, "12345", 5));
    assert_false(buf_add(&buf, "6789", 4));
    assert_false(buf_addf(&buf, "%s", "6789"));
    assert_int_equal(buf.len, 5);
    assert_true(buf_addf(&buf, "%s", "678"));
    assert_false(buf_add(&buf, "9", 1));
    assert_false(buf_add(&buf, "9", SIZE_MAX)); /* the sum would wrap */
    assert_string_equal(buf_text(&buf), "12345678");
    buf_drop(&buf, 1);
    assert_true(buf_add(&buf, "9", 1));
    assert_string_equal(buf_text(&buf), "23456789");
    buf_free(&buf);
}

static void copies(void **state)
{
    assert_null(mem_text(NULL));
    char *text = mem_text("abc"), *bytes = mem_bytes("a\0b", 3),
         *made = mem_format("%s-%d", "x", 7);
    assert_string_equal(text, "abc");
    assert_memory_equal(bytes, "a\0b", 4);
    assert_string_equal(made, "x-7");
    free(text);
    free(bytes);
    free(made);
    unsigned char *zero = mem_new(64);
    for (int i = 0; i < 64; i++)
        assert_int_equal(zero[i], 0);
    free(zero);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds_ascii_and_nothing_else),
        cmocka_unit_test(starts),
        cmocka_unit_test(the_nearest_word),
        cmocka_unit_test(the_nearest_to_a_long_word),
        cmocka_unit_test(buf_takes_bytes),
        cmocka_unit_test(buf_grows),
        cmocka_unit_test(buf_has_a_ceiling),
        cmocka_unit_test(copies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
