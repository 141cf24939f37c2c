/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines out of bytes, however the network cuts them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "smtp/linebuf.h"

enum { LONGEST = 16, CEILING = 64 };

/* Takes all lines there are and notes them: "L:text|" for CRLF, "B:" for a bare LF, "T:" for too
 * long; NUL as "@". */
static void take_all(struct linebuf *lb, struct buf *seen)
{
    const char *line;
    size_t len;
    for (;;) {
        enum linebuf_got got = linebuf_take(lb, &line, &len);
        if (got == LINEBUF_NONE)
            return;
        buf_addf(seen, "%c:", got == LINEBUF_LINE ? 'L' : got == LINEBUF_BARE_LF ? 'B' : 'T');
        assert_true(got != LINEBUF_TOO_LONG || (line == NULL && len == 0));
        for (size_t i = 0; i < len; i++)
            buf_add(seen, line[i] ? &line[i] : "@", 1);
        buf_add(seen, "|", 1);
    }
}

/* Feeds the text in pieces of the given sizes in turn, taking lines after each piece. */
static void play(const char *text, size_t len, size_t first, size_t then, struct buf *seen)
{
    struct linebuf lb;
    linebuf_init(&lb, LONGEST, CEILING);
    for (size_t at = 0, n = first; at < len; at += n, n = then) {
        if (n > len - at)
            n = len - at;
        linebuf_feed(&lb, text + at, n);
        take_all(&lb, seen);
    }
    linebuf_deinit(&lb);
}

static const struct {
    const char *what, *text;
    size_t len;
    const char *seen;
} streams[] = {
#define STREAM(what, text, seen)                                                                   \
    {                                                                                              \
        what, text, sizeof text - 1, seen                                                          \
    }
    STREAM("one line", "NOOP\r\n", "L:NOOP|"),
    STREAM("no line yet", "NOOP", ""),
    STREAM("no line yet, with its CR", "NOOP\r", ""),
    STREAM("empty lines", "\r\n\r\n\n", "L:|L:|B:|"),
    STREAM("pipelined", "A\r\nBC\r\nDEF\r\n", "L:A|L:BC|L:DEF|"),
    STREAM("bare LF", "A\nB\r\nC\n", "B:A|L:B|B:C|"),
    STREAM("bare CR is data", "A\rB\r\n\r\r\n", "L:A\rB|L:\r|"),
    STREAM("NUL is data", "A\0B\r\n\0\r\n", "L:A@B|L:@|"),
    STREAM("8-bit is data", "\xff\xfe\r\n", "L:\xff\xfe|"),
    STREAM("as long as may be", "01234567890123\r\nA\r\n", "L:01234567890123|L:A|"),
    STREAM("as long as may be, bare", "012345678901234\nA\r\n", "B:012345678901234|L:A|"),
    STREAM("as long as may be, its end still to come", "012345678901234", ""),
    STREAM("no end can make it short enough", "0123456789012345", "T:|"),
    STREAM("one too long", "012345678901234\r\nA\r\n", "T:|L:A|"),
    STREAM("one too long, bare", "0123456789012345\nA\r\n", "T:|L:A|"),
    STREAM("far too long", "0123456789012345678901234567890123456789012345678901234567890\r\nA\r\n",
        "T:|L:A|"),
    STREAM("too long without end", "012345678901234567890123456789", "T:|"),
    STREAM("two too long", "0123456789012345678\r\n0123456789012345678\r\nA\r\n", "T:|T:|L:A|"),
    STREAM(
        "CRs in the middle of too long", "01234567890\r\r\r\r\r\r\r\r\rAAAA\r\nB\r\n", "T:|L:B|"),
};

/* An over-long line is told once, however often its rest comes in pieces; so every way to cut gives
 * the same. */
static void every_split_gives_the_same(void **state)
{
    for (size_t s = 0; s < sizeof streams / sizeof *streams; s++)
        for (size_t first = 1; first <= streams[s].len; first++)
            for (size_t then = 1; then < CEILING - LONGEST; then += then < 4 ? 1 : 11) {
                struct buf seen = {0};
                play(streams[s].text, streams[s].len, first < CEILING ? first : CEILING, then,
                    &seen);
                if (strcmp(buf_text(&seen), streams[s].seen) != 0)
                    print_error("%s, cut after %zu then each %zu\n", streams[s].what, first, then);
                assert_string_equal(buf_text(&seen), streams[s].seen);
                buf_free(&seen);
            }
}

static void lines_wait_in_order(void **state)
{
    struct linebuf lb;
    struct buf seen = {0};
    const char *line;
    size_t len;
    linebuf_init(&lb, LONGEST, CEILING);
    linebuf_feed(&lb, "A\r\nB\r\nC", 7);
    assert_int_equal(linebuf_take(&lb, &line, &len), LINEBUF_LINE);
    assert_memory_equal(line, "A", 1);
    linebuf_feed(&lb, "C\r\nD\r\n", 6);
    take_all(&lb, &seen);
    assert_string_equal(buf_text(&seen), "L:B|L:CC|L:D|");
    buf_free(&seen);
    linebuf_deinit(&lb);
}

static void room_is_what_the_ceiling_leaves(void **state)
{
    struct linebuf lb;
    const char *line;
    size_t len;
    char fill[CEILING];
    linebuf_init(&lb, LONGEST, CEILING);
    assert_int_equal(linebuf_room(&lb), CEILING);
    for (size_t i = 0; i < sizeof fill; i++)
        fill[i] = i % 8 == 6 ? '\r' : i % 8 == 7 ? '\n' : 'x';
    linebuf_feed(&lb, fill, CEILING);
    assert_int_equal(linebuf_room(&lb), 0);
    linebuf_feed(&lb, fill, 0); /* nothing fits, nothing is given */
    for (size_t taken = 1; taken <= CEILING / 8; taken++) {
        assert_int_equal(linebuf_take(&lb, &line, &len), LINEBUF_LINE);
        assert_int_equal(len, 6);
        assert_int_equal(linebuf_room(&lb), taken * 8);
    }
    /* filling it up again and again moves nothing out of place */
    for (int round = 0; round < 10; round++) {
        linebuf_feed(&lb, fill, linebuf_room(&lb) / 8 * 8);
        assert_int_equal(linebuf_take(&lb, &line, &len), LINEBUF_LINE);
        assert_memory_equal(line, "xxxxxx", 6);
    }
    linebuf_deinit(&lb);
}

/* Thousands of connections may stall at once: an idle one holds nothing. */
static void an_empty_buffer_holds_no_memory(void **state)
{
    struct linebuf lb;
    struct buf seen = {0};
    linebuf_init(&lb, LONGEST, CEILING);
    assert_null(lb.in.data);
    linebuf_feed(&lb, "A\r\n", 3);
    take_all(&lb, &seen);
    assert_null(lb.in.data);
    linebuf_feed(&lb, "0123456789012345678901234567890", 31); /* skipped, not kept */
    take_all(&lb, &seen);
    assert_null(lb.in.data);
    linebuf_feed(&lb, "and more of it", 14);
    take_all(&lb, &seen);
    assert_null(lb.in.data);
    linebuf_feed(&lb, "\r\nB\r\nrest", 9);
    take_all(&lb, &seen);
    assert_non_null(lb.in.data);
    linebuf_used(&lb, 4);
    assert_null(lb.in.data);
    assert_string_equal(buf_text(&seen), "L:A|T:|L:B|");
    buf_free(&seen);
    linebuf_deinit(&lb);
}

/* DATA reads past the lines: what was used up is gone, the command behind it is a line again. */
static void the_rest_for_another_reader(void **state)
{
    struct linebuf lb;
    struct buf seen = {0};
    const char *line, *rest;
    size_t len;
    linebuf_init(&lb, LONGEST, CEILING);
    rest = linebuf_rest(&lb, &len);
    assert_int_equal(len, 0);
    assert_non_null(rest);
    linebuf_feed(&lb, "DATA\r\nhello\r\n.\r\nQUIT\r\n", 22);
    assert_int_equal(linebuf_take(&lb, &line, &len), LINEBUF_LINE);
    rest = linebuf_rest(&lb, &len);
    assert_int_equal(len, 16);
    assert_memory_equal(rest, "hello\r\n.\r\nQUIT\r\n", 16);
    linebuf_used(&lb, 10);
    take_all(&lb, &seen);
    assert_string_equal(buf_text(&seen), "L:QUIT|");
    buf_free(&seen);
    linebuf_deinit(&lb);
}

/* A partial line was looked at already when the other reader takes over in its middle. */
static void the_rest_after_a_partial_line(void **state)
{
    struct linebuf lb;
    struct buf seen = {0};
    linebuf_init(&lb, LONGEST, CEILING);
    linebuf_feed(&lb, "abcdef", 6);
    take_all(&lb, &seen);
    linebuf_used(&lb, 2);
    linebuf_feed(&lb, "g\r\n", 3);
    take_all(&lb, &seen);
    assert_string_equal(buf_text(&seen), "L:cdefg|");
    buf_free(&seen);
    linebuf_deinit(&lb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_split_gives_the_same),
        cmocka_unit_test(lines_wait_in_order),
        cmocka_unit_test(room_is_what_the_ceiling_leaves),
        cmocka_unit_test(an_empty_buffer_holds_no_memory),
        cmocka_unit_test(the_rest_for_another_reader),
        cmocka_unit_test(the_rest_after_a_partial_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
