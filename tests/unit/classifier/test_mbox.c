/* SPDX-License-Identifier: BSD-2-Clause */
/* test_mbox.c - mboxes in one piece and in many, from a file and from a pipe. */
#include "kit.h"
#include "mbox.h"
#include <pthread.h>
#include <unistd.h>

#define A "From a@x.example Sun Nov 22 05:43:20 2026\nSubject: a\n\nbody of a\n"
#define B                                                                                          \
    "From b@x.example Sun Nov 22 05:44:20 2026\nSubject: b\n\n>From here on\n\nFrom here on, "     \
    "text\n"
#define C "From MAILER-DAEMON\r\nSubject: c\r\n\r\nbody\r\n"

struct feed {
    int fd;
    const char *text;
    size_t len, step;
};

static void *feed(void *argument)
{
    const struct feed *feed = argument;

    for (size_t at = 0; at < feed->len; at += feed->step) {
        size_t n = feed->len - at < feed->step ? feed->len - at : feed->step;
        if (write(feed->fd, feed->text + at, n) != (ssize_t)n)
            break;
    }
    close(feed->fd);
    return NULL;
}

/* Splits text that comes in pieces of `step` bytes; checks that nothing is lost. */
static size_t split(const char *text, size_t len, size_t step, size_t *lengths, size_t most)
{
    struct mbox mbox;
    struct mbox_message message;
    struct feed work = {.text = text, .len = len, .step = step};
    pthread_t thread;
    int ends[2], got;
    size_t count = 0, total = 0;

    assert_int_equal(pipe(ends), 0);
    work.fd = ends[1];
    assert_int_equal(pthread_create(&thread, NULL, feed, &work), 0);
    mbox_init(&mbox, ends[0]);
    while ((got = mbox_next(&mbox, &message)) > 0) {
        assert_true(count < most);
        assert_int_equal(message.offset, total);
        assert_memory_equal(message.bytes, text + total, message.len);
        lengths[count++] = message.len;
        total += message.len;
    }
    assert_int_equal(got, 0);
    assert_int_equal(total, len);
    mbox_deinit(&mbox);
    pthread_join(thread, NULL);
    close(ends[0]);
    return count;
}

static void messages_end_where_they_end(void **state)
{
    static const struct {
        const char *text;
        size_t count;
    } cases[] = {{A, 1}, {A "\n" B, 2}, {A "\n" B "\n" C, 3}, {C "\r\n" A, 2}, {A B, 1},
        {A "\n\n\n" B "\n", 2}, {"Subject: x\n\n" A "\n" B, 1}, {"", 1}, {"From", 1},
        {"From \n", 1}, {A "\nFrom one to the next\nSubject: no\n\nx\n", 1},
        {A "\nFrom c@x.example 12:00\nno header\n", 1},
        /* mboxcl: the length says that this "From " belongs to the body. */
        {"From a@x 10:00\nContent-Length: 68\n\n"
         "1234567890\n\nFrom b@x 11:00\nSubject: inside\n\n12345678901234567890123\n\n" C,
            2},
        /* A length that leads nowhere is not believed. */
        {"From a@x 10:00\nContent-Length: 7\n\n1234567890\n\n" C, 2},
        {"From a@x 10:00\nContent-Length: 99999999\n\n1234567890\n\n" C, 2}};

    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t step = 1; step < 400; step = step * 2 + 1) {
            size_t lengths[8];
            size_t count = split(cases[i].text, strlen(cases[i].text), step, lengths, 8);
            if (count != cases[i].count)
                fail_msg("case %zu in steps of %zu: %zu messages", i, step, count);
        }
}

/* More than any buffer, in messages of all sizes. */
static void many_messages(void **state)
{
    size_t cap = 12 * 1024 * 1024, n = 0, count = 0, *lengths = calloc(20000, sizeof *lengths);
    char *text = malloc(cap);
    unsigned seed = 3;

    assert_true(text && lengths);
    while (n + 80000 < cap && count < 20000) {
        size_t lines = (seed = seed * 1103515245 + 12345) >> 16 & 1023;
        n += (size_t)sprintf(text + n, "From a@x.example 05:43\nSubject: %zu\n\n", count++);
        for (size_t i = 0; i < lines; i++)
            n += (size_t)sprintf(text + n, "line %zu of the body\n", i);
        n += (size_t)sprintf(text + n, "\n");
    }
    assert_int_equal(split(text, n, 65536, lengths, 20000), count);
    free(text);
    free(lengths);
}

/* A message beyond all bounds is cut off; the next one is found. */
static void a_message_without_end(void **state)
{
    struct mbox mbox;
    struct mbox_message message;
    FILE *file = tmpfile();
    char line[1024];
    size_t size = 0;

    assert_non_null(file);
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\n';
    size += (size_t)fprintf(file, A);
    while (size < MESSAGE_MOST + 5000000u) {
        fwrite(line, 1, sizeof line, file);
        size += sizeof line;
    }
    size += (size_t)fprintf(file, "\n");
    fprintf(file, B);
    fflush(file);
    rewind(file);
    mbox_init(&mbox, fileno(file));
    assert_int_equal(mbox_next(&mbox, &message), 1);
    assert_int_equal(message.len, MESSAGE_MOST);
    assert_int_equal(message.offset, 0);
    assert_int_equal(mbox_next(&mbox, &message), 1);
    assert_int_equal(message.offset, size);
    assert_int_equal(message.len, sizeof B - 1);
    assert_memory_equal(message.bytes, B, message.len);
    assert_int_equal(mbox_next(&mbox, &message), 0);
    assert_true(mbox.cap < 2 * (size_t)MESSAGE_MOST);
    mbox_deinit(&mbox);
    fclose(file);
}

static void an_error_is_told(void **state)
{
    struct mbox mbox;
    struct mbox_message message;

    mbox_init(&mbox, -1);
    assert_int_equal(mbox_next(&mbox, &message), -1);
    mbox_deinit(&mbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(messages_end_where_they_end),
        cmocka_unit_test(many_messages), cmocka_unit_test(a_message_without_end),
        cmocka_unit_test(an_error_is_told)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
