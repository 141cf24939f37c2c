/* SPDX-License-Identifier: BSD-2-Clause */
/* Where mail data ends, and what of it is kept. Only CRLF . CRLF ends it (RFC 5321 4.1.1.4): every
 * other sequence that some server takes for an end is a way to smuggle a second message through the
 * first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "smtp/dotread.h"

struct sample {
    const char *what, *in;
    size_t in_len;
    const char *out;
    size_t out_len;
    size_t left; /* behind the end: the next command; SIZE_MAX: the data does not end */
    unsigned bare_lfs, bare_crs, nuls, eight_bit;
};

#define OPEN    SIZE_MAX
#define TEXT(t) t, sizeof t - 1

static const struct sample samples[] = {
    {"empty message", TEXT(".\r\n"), TEXT(""), 0},
    {"one line", TEXT("hi\r\n.\r\n"), TEXT("hi\r\n"), 0},
    {"a command behind the end", TEXT("hi\r\n.\r\nQUIT\r\n"), TEXT("hi\r\n"), 6},
    {"no end yet", TEXT("hi\r\n"), TEXT("hi\r\n"), OPEN},
    {"the end but for its LF", TEXT("hi\r\n.\r"), TEXT("hi\r\n"), OPEN},
    {"a stuffed dot alone", TEXT("..\r\n.\r\n"), TEXT(".\r\n"), 0},
    {"a stuffed dot before text", TEXT("..x\r\n.\r\n"), TEXT(".x\r\n"), 0},
    {"three dots", TEXT("...\r\n.\r\n"), TEXT("..\r\n"), 0},
    {"a dot that was not stuffed", TEXT(".x\r\n.\r\n"), TEXT("x\r\n"), 0},
    {"dots inside a line stay", TEXT("a.b..\r\n.\r\n"), TEXT("a.b..\r\n"), 0},
    {"empty lines", TEXT("\r\n\r\n.\r\n"), TEXT("\r\n\r\n"), 0},
    {"stuffed line after line", TEXT("..a\r\n..b\r\n.\r\n"), TEXT(".a\r\n.b\r\n"), 0},
    {"text up to a dot at the end", TEXT("a.\r\n.\r\n"), TEXT("a.\r\n"), 0},
    {"8-bit and NUL", TEXT("\xe9\0\xff\r\n.\r\n"), TEXT("\xe9\0\xff\r\n"), 0, 0, 0, 1, 2},
    {"NUL behind the dot", TEXT(".\0\r\n.\r\n"), TEXT("\0\r\n"), 0, 0, 0, 1, 0},
    /* smuggling: none of these ends the data */
    {"LF . LF", TEXT("a\n.\nMAIL\r\n.\r\n"), TEXT("a\n.\nMAIL\r\n"), 0, 2, 0},
    {"LF . CRLF", TEXT("a\n.\r\nMAIL\r\n.\r\n"), TEXT("a\n.\r\nMAIL\r\n"), 0, 1, 0},
    {"CRLF . LF", TEXT("a\r\n.\nMAIL\r\n.\r\n"), TEXT("a\r\n\nMAIL\r\n"), 0, 1, 0},
    {"CR . CR", TEXT("a\r.\rMAIL\r\n.\r\n"), TEXT("a\r.\rMAIL\r\n"), 0, 0, 2},
    {"CR . CRLF", TEXT("a\r.\r\nMAIL\r\n.\r\n"), TEXT("a\r.\r\nMAIL\r\n"), 0, 0, 1},
    {"CRLF . CR", TEXT("a\r\n.\rMAIL\r\n.\r\n"), TEXT("a\r\n\rMAIL\r\n"), 0, 0, 1},
    {"CRLF . CR CRLF", TEXT("a\r\n.\r\r\nMAIL\r\n.\r\n"), TEXT("a\r\n\r\r\nMAIL\r\n"), 0, 0, 1},
    {"CR CRLF . CRLF ends: the line does end in CRLF", TEXT("a\r\r\n.\r\nX\r\n"), TEXT("a\r\r\n"),
        3, 0, 1},
    {"LF LF . LF", TEXT("a\n\n.\nX\r\n.\r\n"), TEXT("a\n\n.\nX\r\n"), 0, 3, 0},
    {"CRLF LF . CRLF", TEXT("a\r\n\n.\r\nX\r\n.\r\n"), TEXT("a\r\n\n.\r\nX\r\n"), 0, 1, 0},
    {"CRLF . NUL CRLF", TEXT("a\r\n.\0\r\nX\r\n.\r\n"), TEXT("a\r\n\0\r\nX\r\n"), 0, 0, 0, 1},
    {"CRLF . blank CRLF", TEXT("a\r\n. \r\nX\r\n.\r\n"), TEXT("a\r\n \r\nX\r\n"), 0},
    {"LF CR . CRLF", TEXT("a\n\r.\r\nX\r\n.\r\n"), TEXT("a\n\r.\r\nX\r\n"), 0, 1, 1},
    {"LF at the very start, then . CRLF", TEXT("\n.\r\nX\r\n.\r\n"), TEXT("\n.\r\nX\r\n"), 0, 1, 0},
    {"CR at the very start, then . CRLF", TEXT("\r.\r\nX\r\n.\r\n"), TEXT("\r.\r\nX\r\n"), 0, 0, 1},
};

static size_t feed_in_pieces(struct dotread *dr, const struct sample *s, size_t first, size_t then)
{
    size_t at = 0;
    for (size_t n = first; at < s->in_len && !dr->done; n = then) {
        if (n > s->in_len - at)
            n = s->in_len - at;
        size_t used = dotread_feed(dr, s->in + at, n);
        assert_true(used == n || dr->done); /* all is taken until the end is seen */
        at += used;
    }
    return s->in_len - at;
}

static void check(const struct sample *s, size_t first, size_t then)
{
    struct dotread dr;
    dotread_init(&dr, 1000);
    size_t left = feed_in_pieces(&dr, s, first, then);
    bool right = dr.done == (s->left != OPEN) && (!dr.done || left == s->left) &&
                 dr.kept.len == s->out_len && memcmp(buf_text(&dr.kept), s->out, s->out_len) == 0 &&
                 dr.size == s->out_len;
    bool counted = dr.bare_lfs == s->bare_lfs && dr.bare_crs == s->bare_crs && dr.nuls == s->nuls &&
                   dr.eight_bit == s->eight_bit;
    if (!right || !counted)
        print_error("%s: cut after %zu, then each %zu: done %d, left %zu, size %llu; %llu bare LF, "
                    "%llu bare CR, %llu NUL, "
                    "%llu 8-bit\n",
            s->what, first, then, dr.done, left, (unsigned long long)dr.size,
            (unsigned long long)dr.bare_lfs, (unsigned long long)dr.bare_crs,
            (unsigned long long)dr.nuls, (unsigned long long)dr.eight_bit);
    assert_true(right);
    assert_true(counted);
    dotread_deinit(&dr);
}

static void every_split_gives_the_same(void **state)
{
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        for (size_t first = 1; first <= samples[i].in_len; first++)
            for (size_t then = 1; then <= 3; then++)
                check(&samples[i], first, then);
}

static void in_one_piece(void **state)
{
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        check(&samples[i], samples[i].in_len, 1);
}

static void nothing_is_taken_behind_the_end(void **state)
{
    struct dotread dr;
    dotread_init(&dr, 100);
    assert_int_equal(dotread_feed(&dr, "a\r\n.\r\n.\r\n", 9), 6);
    assert_true(dr.done);
    assert_int_equal(dotread_feed(&dr, ".\r\n", 3), 0);
    assert_int_equal(dr.size, 3);
    dotread_deinit(&dr);
}

/* The whole size is counted; the kept part is the same first `most` bytes however the message was
 * cut. */
static void an_overflow_keeps_the_first_bytes(void **state)
{
    static const char text[] = "0123456789\r\n..abcdef\r\n.\r\n",
                      kept[] = "0123456789\r\n.abcdef\r\n";
    struct sample s = {.in = text, .in_len = sizeof text - 1};
    for (size_t most = 0; most <= sizeof kept; most++)
        for (size_t piece = 1; piece <= s.in_len; piece++) {
            struct dotread dr;
            dotread_init(&dr, most);
            feed_in_pieces(&dr, &s, piece, piece);
            size_t expected = most < sizeof kept - 1 ? most : sizeof kept - 1;
            assert_true(dr.done);
            assert_int_equal(dr.size, sizeof kept - 1);
            assert_int_equal(dotread_overflowed(&dr), most < sizeof kept - 1);
            assert_int_equal(dr.kept.len, expected);
            assert_memory_equal(buf_text(&dr.kept), kept, expected);
            dotread_deinit(&dr);
        }
}

static void a_large_message_in_large_pieces(void **state)
{
    enum { LINE = 1000, LINES = 2000 };
    static char line[LINE];
    struct dotread dr;
    memset(line, 'x', sizeof line);
    memcpy(line + LINE - 2, "\r\n", 2);
    line[0] = line[1] = '.';
    dotread_init(&dr, LINE * LINES);
    for (int i = 0; i < LINES; i++)
        assert_int_equal(dotread_feed(&dr, line, LINE), LINE);
    assert_int_equal(dotread_feed(&dr, ".\r\n", 3), 3);
    assert_true(dr.done);
    assert_int_equal(dr.size, (LINE - 1) * LINES);
    assert_int_equal(dr.kept.len, dr.size);
    assert_int_equal(dr.kept.data[0], '.');
    assert_int_equal(dr.kept.data[1], 'x');
    dotread_deinit(&dr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_split_gives_the_same),
        cmocka_unit_test(in_one_piece),
        cmocka_unit_test(nothing_is_taken_behind_the_end),
        cmocka_unit_test(an_overflow_keeps_the_first_bytes),
        cmocka_unit_test(a_large_message_in_large_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
