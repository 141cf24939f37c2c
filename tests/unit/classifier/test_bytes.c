/* SPDX-License-Identifier: BSD-2-Clause */
/* Spans and lines. */
#include "kit.h"
#include "bytes.h"

static void compares_without_case(void **state)
{
    assert_true(bounce__same(SPAN("Final-Recipient"), SPAN("final-recipient")));
    assert_false(bounce__same(SPAN("abc"), SPAN("abcd")));
    assert_true(span_starts(SPAN("Status: 5.1.1"), "STATUS"));
    assert_true(bounce__ends(SPAN("delivered TO"), SPAN("to")));
    assert_false(bounce__ends(SPAN("o"), SPAN("to")));
}

static void finds(void **state)
{
    assert_int_equal(bounce__find(SPAN("abcABC"), SPAN("abc"), 1), 3);
    assert_true(bounce__find(SPAN("abc"), SPAN("abcd"), 0) == SIZE_MAX);
    assert_true(bounce__find(SPAN("abc"), SPAN(""), 0) == SIZE_MAX);
    assert_true(bounce__find(SPAN_NONE, SPAN("a"), 0) == SIZE_MAX);
    assert_int_equal(bounce__find(SPAN("xxA"), SPAN("a"), 0), 2);
}

static void numbers_are_bounded(void **state)
{
    unsigned value;
    size_t used;

    assert_true(bounce__number(SPAN("550-5"), 3, &value, &used));
    assert_int_equal(value, 550);
    assert_int_equal(used, 3);
    assert_false(bounce__number(SPAN("5500"), 3, &value, &used));
    assert_false(bounce__number(SPAN("x"), 3, &value, &used));
}

static void lines_end_in_any_way(void **state)
{
    static const char *const want[] = {"a", "b", "", "c", "d", "", "e"};
    struct lines lines;
    struct span line;
    size_t n = 0;

    bounce__lines_init(&lines, SPAN("a\r\nb\n\nc\rd\r\r\n\r\r\ne"));
    while (bounce__lines_next(&lines, &line)) {
        assert_true(n < COUNT(want));
        assert_true(span_same(line, want[n]));
        n++;
    }
    assert_int_equal(n, COUNT(want));
}

static void no_bytes_no_lines(void **state)
{
    struct lines lines;
    struct span line;

    bounce__lines_init(&lines, SPAN_NONE);
    assert_false(bounce__lines_next(&lines, &line));
}

static void trims(void **state)
{
    assert_true(span_same(bounce__trim(SPAN(" \t a b\r\n")), "a b"));
    assert_int_equal(bounce__trim(SPAN("   ")).n, 0);
    assert_true(span_same(bounce__strip(SPAN(" <a@b> "), "<>"), "a@b"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares_without_case),
        cmocka_unit_test(finds),
        cmocka_unit_test(numbers_are_bounded),
        cmocka_unit_test(lines_end_in_any_way),
        cmocka_unit_test(no_bytes_no_lines),
        cmocka_unit_test(trims),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
