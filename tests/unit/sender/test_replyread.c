/* SPDX-License-Identifier: BSD-2-Clause */
/* Replies, good and bad, however they are cut into pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "sender/replyread.h"

struct row {
    const char *bytes;
    enum reply_state state;
    int code;
    const char *line; /* replyread_one_line */
    const char *wrong;
};

static const struct row rows[] = {
    {"250 Ok\r\n", REPLY_DONE, 250, "250 Ok"},
    {"250\r\n", REPLY_DONE, 250, "250"},
    {"250 \r\n", REPLY_DONE, 250, "250 "},
    {"250 Ok\n", REPLY_DONE, 250, "250 Ok"},
    {"250-a\r\n250-b\r\n250 c\r\n", REPLY_DONE, 250, "250-a 250-b 250 c"},
    {"250-a\n250\n", REPLY_DONE, 250, "250-a 250"},
    {"250-\r\n250 \r\n", REPLY_DONE, 250, "250- 250 "},
    {"559 Odd but legal\r\n", REPLY_DONE, 559, "559 Odd but legal"},
    {"550 tab\there\r\n", REPLY_DONE, 550, "550 tab here"},
    {"550 \x1b[31m\xc3\xa9\x7f\r\n", REPLY_DONE, 550, "550 ?[31m???"},
    {"550 bare\rCR\r\n", REPLY_DONE, 550, "550 bare?CR"},
    {"250 Ok\r\n550 No\r\n", REPLY_DONE, 250, "250 Ok"},
    {"", REPLY_MORE},
    {"2", REPLY_MORE},
    {"250 Ok", REPLY_MORE},
    {"250 Ok\r", REPLY_MORE},
    {"250-Ok\r\n", REPLY_MORE},
    {"\r\n", REPLY_MALFORMED, 0, "", "no reply code"},
    {"\n", REPLY_MALFORMED, 0, "", "no reply code"},
    {"hello\r\n", REPLY_MALFORMED, 0, "hello", "no reply code"},
    {"25\r\n", REPLY_MALFORMED, 0, "25", "no reply code"},
    {"2x0 Ok\r\n", REPLY_MALFORMED, 0, "2x0 Ok", "no reply code"},
    {" 250 Ok\r\n", REPLY_MALFORMED, 0, " 250 Ok", "no reply code"},
    {"199 Ok\r\n", REPLY_MALFORMED, 0, "199 Ok", "reply code out of range"},
    {"600 Ok\r\n", REPLY_MALFORMED, 0, "600 Ok", "reply code out of range"},
    {"000 Ok\r\n", REPLY_MALFORMED, 0, "000 Ok", "reply code out of range"},
    {"260 Ok\r\n", REPLY_MALFORMED, 0, "260 Ok", "reply code out of range"},
    {"2500 Ok\r\n", REPLY_MALFORMED, 0, "2500 Ok",
        "neither space nor hyphen behind the reply code"},
    {"250_Ok\r\n", REPLY_MALFORMED, 0, "250_Ok", "neither space nor hyphen behind the reply code"},
    {"250-a\r\n251 b\r\n", REPLY_MALFORMED, 250, "250-a 251 b", "two reply codes in one reply"},
    {"250-a\r\nb\r\n", REPLY_MALFORMED, 250, "250-a b", "no reply code"},
};

/* Feeds bytes in pieces of that size until something other than MORE comes. */
static enum reply_state feed(struct replyread *reply, const char *bytes, size_t len, size_t piece)
{
    enum reply_state state = REPLY_MORE;
    while (len && state == REPLY_MORE) {
        size_t n = piece < len ? piece : len, used;
        state = replyread_take(reply, bytes, n, &used);
        assert_true(used <= n);
        assert_true(state != REPLY_MORE || used == n);
        bytes += used;
        len -= used;
    }
    return state;
}

static void each_row_in_pieces(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t piece = 1; piece <= strlen(rows[i].bytes) + 1; piece++) {
            struct replyread reply = {0};
            assert_int_equal(
                feed(&reply, rows[i].bytes, strlen(rows[i].bytes), piece), rows[i].state);
            if (rows[i].line) {
                char *line = replyread_one_line(&reply);
                assert_string_equal(line, rows[i].line);
                assert_int_equal(reply.code, rows[i].code);
                free(line);
            }
            if (rows[i].wrong)
                assert_string_equal(reply.wrong, rows[i].wrong);
            replyread_deinit(&reply);
        }
}

static void one_after_the_other(void **state)
{
    static const char bytes[] = "250-a\r\n250 b\r\n354 Go\r\n4";
    struct replyread reply = {0};
    size_t used, at = 0;
    assert_int_equal(replyread_take(&reply, bytes, sizeof bytes - 1, &used), REPLY_DONE);
    assert_int_equal(used, 14);
    at += used;
    assert_int_equal(replyread_take(&reply, bytes + at, sizeof bytes - 1 - at, &used), REPLY_DONE);
    assert_int_equal(reply.code, 354);
    assert_string_equal(buf_text(&reply.lines), "354 Go");
    at += used;
    assert_int_equal(replyread_take(&reply, bytes + at, sizeof bytes - 1 - at, &used), REPLY_MORE);
    assert_int_equal(at + used, sizeof bytes - 1);
    replyread_deinit(&reply);
}

static void nothing_after_malformed(void **state)
{
    struct replyread reply = {0};
    assert_int_equal(feed(&reply, "junk\r\n", 6, 6), REPLY_MALFORMED);
    assert_int_equal(feed(&reply, "250 Ok\r\n", 8, 8), REPLY_MALFORMED);
    replyread_deinit(&reply);
}

static void endless_line(void **state)
{
    struct replyread reply = {0};
    size_t fed = 0;
    enum reply_state got = feed(&reply, "250 ", 4, 4);
    for (; got == REPLY_MORE && fed < 1000000; fed += 10)
        got = feed(&reply, "xxxxxxxxxx", 10, 10);
    assert_int_equal(got, REPLY_MALFORMED);
    assert_string_equal(reply.wrong, "reply line too long");
    assert_true(reply.lines.cap + reply.line.cap < 10000);
    replyread_deinit(&reply);
}

static void endless_reply(void **state)
{
    struct replyread reply = {0};
    size_t fed = 0;
    enum reply_state got = REPLY_MORE;
    for (; got == REPLY_MORE && fed < 1000000; fed += 9)
        got = feed(&reply, "250-xxx\r\n", 9, 9);
    assert_int_equal(got, REPLY_MALFORMED);
    assert_string_equal(reply.wrong, "endless reply");
    assert_true(reply.lines.cap < 200000);
    replyread_deinit(&reply);
}

static void enhanced_status(void **state)
{
    static const struct {
        const char *line, *status;
    } cases[] = {
        {"550 5.1.1 No", "5.1.1"},
        {"550-5.1.1 No 550 5.1.1 such", "5.1.1"},
        {"452 4.3.1", "4.3.1"},
        {"550 5.123.456 x", "5.123.456"},
        {"550 5.1.10 x", "5.1.10"},
        {"550 4.1.1 classes differ", NULL},
        {"550 5.1 x", NULL},
        {"550 5.1.1x", NULL},
        {"550 5.1.1234 x", NULL},
        {"550 5..1 x", NULL},
        {"550", NULL},
        {"550 No 5.1.1", NULL},
        {"550 5.7.1. Dots", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[12] = "";
        assert_int_equal(replyread_status(cases[i].line, out), cases[i].status != NULL);
        if (cases[i].status)
            assert_string_equal(out, cases[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_in_pieces),
        cmocka_unit_test(one_after_the_other),
        cmocka_unit_test(nothing_after_malformed),
        cmocka_unit_test(endless_line),
        cmocka_unit_test(endless_reply),
        cmocka_unit_test(enhanced_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
