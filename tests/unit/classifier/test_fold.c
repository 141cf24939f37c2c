/* SPDX-License-Identifier: BSD-2-Clause */
/* The form in which texts are compared. */
#include "kit.h"
#include "fold.h"

static void check(const char *in, const char *want)
{
    char out[256];
    uint32_t at[256];
    struct fold fold = {.out = out, .at = at, .cap = sizeof out - 1};

    bounce__fold(&fold, span_str(in), NULL, 1000);
    out[fold.n] = '\0';
    assert_string_equal(out, want);
}

static void lowers_and_collapses(void **state)
{
    check("User  UNKNOWN\r\n  in\ttable", "user unknown in table");
    check("  leading", "leading");
}

static void drops_accents(void **state)
{
    check("Bo\xC3\xAEte pleine \xC3\x89tat \xC5\xBB\xC3\xB3\xC5\x82w", "boite pleine etat zolw");
    check("\xD0\x9F\xD0\xA0", "\xD0\xBF\xD1\x80");                 /* Cyrillic */
    check("\xD0\x81\xD1\x91\xD0\x87", "\xD0\xB5\xD0\xB5\xD1\x97"); /* U+0401, U+0451, U+0407 */
}

static void straightens_quotes(void **state)
{
    check("doesn\xE2\x80\x99t \xE2\x80\x9Cx\xE2\x80\x9D \xE2\x80\x93 y", "doesn't \"x\" - y");
    check("a\xC2\xA0 b", "a b");
}

static void takes_broken_utf8_as_latin1(void **state)
{
    check("Bo\xEEte", "boite");
    check("\xC3", "a");
}

static void knows_where_bytes_stood(void **state)
{
    char out[32];
    uint32_t at[32];
    struct fold fold = {.out = out, .at = at, .cap = sizeof out};

    bounce__fold(&fold, SPAN("A \xC3\x89 b"), NULL, 100);
    assert_int_equal(fold.n, 5);
    assert_int_equal(at[0], 100);
    assert_int_equal(at[2], 102);
    assert_int_equal(at[4], 105);
}

static void stops_when_full(void **state)
{
    char out[4];
    struct fold fold = {.out = out, .cap = sizeof out};

    bounce__fold(&fold, SPAN("abcdefgh"), NULL, 0);
    assert_int_equal(fold.n, 4);
}

static void utf8_is_strict(void **state)
{
    static const char *const bad[] = {
        "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xFF"};
    uint32_t point;
    bool valid;

    for (size_t i = 0; i < COUNT(bad); i++) {
        bounce__utf8(span_str(bad[i]), &point, &valid);
        assert_false(valid);
    }
    assert_int_equal(bounce__utf8(SPAN("\xE2\x82\xAC"), &point, &valid), 3);
    assert_int_equal(point, 0x20AC);
    assert_true(valid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lowers_and_collapses),
        cmocka_unit_test(drops_accents),
        cmocka_unit_test(straightens_quotes),
        cmocka_unit_test(takes_broken_utf8_as_latin1),
        cmocka_unit_test(knows_where_bytes_stood),
        cmocka_unit_test(stops_when_full),
        cmocka_unit_test(utf8_is_strict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
