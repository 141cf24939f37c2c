/* SPDX-License-Identifier: BSD-2-Clause */
/* The record of a run: lossless, one JSON object a line, and loud once when it cannot be written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "util/mem.h"
#include "util/text.h"
#include "util/transcript.h"

static int temporary(void)
{
    char path[] = "/tmp/test-transcript-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    return fd;
}

static char *contents(int fd, size_t *len)
{
    *len = (size_t)lseek(fd, 0, SEEK_END);
    char *text = mem_new(*len + 1);
    assert_int_equal(pread(fd, text, *len, 0), *len);
    return text;
}

/* Writes one event to a file and reads the line back; the caller decrefs. */
static json_t *written(const struct transcript_event *event)
{
    struct transcript *t = transcript_new();
    int fd = temporary();
    size_t len;
    transcript_to_fd(t, dup(fd), "file");
    transcript_event(t, event);
    assert_null(transcript_failure(t));
    char *line = contents(fd, &len);
    assert_true(len > 1 && line[len - 1] == '\n' && memchr(line, '\n', len) == line + len - 1);
    json_t *object = json_loadb(line, len, 0, NULL);
    assert_non_null(object);
    free(line);
    transcript_free(t);
    close(fd);
    return object;
}

static unsigned hex(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* The inverse of the escaping that docs/transcript.md promises. */
static struct buf unescaped(const char *text)
{
    struct buf out = {0};
    while (*text) {
        char c = *text++;
        if (c == '\\') {
            c = *text++;
            if (c == 'x') {
                c = (char)(hex(text[0]) << 4 | hex(text[1]));
                text += 2;
            } else {
                c = c == 'r' ? '\r' : c == 'n' ? '\n' : c == 't' ? '\t' : c;
            }
        } else {
            assert_true(c >= 0x20 && c < 0x7f);
        }
        buf_add(&out, &c, 1);
    }
    return out;
}

static void every_byte_comes_back(void **state)
{
    char all[512];
    for (int i = 0; i < 256; i++) {
        all[2 * i] = (char)i;
        all[2 * i + 1] = i % 2 ? 'x' : '\\'; /* digits and letters right behind each escape */
    }
    struct transcript_event event = {
        .kind = TRANSCRIPT_COMMAND, .stage = "other", .bytes = all, .len = sizeof all};
    json_t *object = written(&event);
    struct buf back = unescaped(json_string_value(json_object_get(object, "bytes")));
    assert_int_equal(back.len, sizeof all);
    assert_memory_equal(back.data, all, sizeof all);
    buf_free(&back);
    json_decref(object);
}

static const char *text_of(json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "(absent)";
}

static void the_fields(void **state)
{
    struct transcript_event event = {.kind = TRANSCRIPT_REPLY,
        .at_ms = 12345,
        .session = 7,
        .scenario = "tarpit",
        .host = "mx1.tarpit.test",
        .stage = "rcpt",
        .bytes = "250 ok\r\n",
        .len = 8};
    json_t *object = written(&event);
    assert_true(json_real_value(json_object_get(object, "t")) == 12.345);
    assert_int_equal(json_integer_value(json_object_get(object, "session")), 7);
    assert_string_equal(text_of(object, "scenario"), "tarpit");
    assert_string_equal(text_of(object, "host"), "mx1.tarpit.test");
    assert_string_equal(text_of(object, "event"), "reply");
    assert_string_equal(text_of(object, "stage"), "rcpt");
    assert_string_equal(text_of(object, "bytes"), "250 ok\\r\\n");
    assert_null(json_object_get(object, "text"));
    assert_null(json_object_get(object, "size"));
    assert_null(json_object_get(object, "seconds"));
    json_decref(object);
}

static void every_kind_has_its_name(void **state)
{
    static const char *const names[TRANSCRIPT_KINDS] = {[TRANSCRIPT_CONNECT] = "connect",
        [TRANSCRIPT_COMMAND] = "command",
        [TRANSCRIPT_REPLY] = "reply",
        [TRANSCRIPT_DATA] = "data",
        [TRANSCRIPT_WAIT] = "wait",
        [TRANSCRIPT_KEPT] = "kept",
        [TRANSCRIPT_ENDING] = "ending",
        [TRANSCRIPT_SCRIPT_ERROR] = "script-error"};
    for (int i = 0; i < TRANSCRIPT_KINDS; i++) {
        struct transcript_event event = {
            .kind = (enum transcript_kind)i, .text = "a\"b\\c\n\xff", .size = 1ull << 40};
        json_t *object = written(&event);
        if (names[i])
            assert_string_equal(text_of(object, "event"), names[i]);
        assert_string_not_equal(text_of(object, "event"), "(absent)");
        struct buf text = unescaped(text_of(object, "text"));
        assert_string_equal(buf_text(&text), event.text);
        buf_free(&text);
        json_t *size = json_object_get(object, "size");
        assert_true(i == TRANSCRIPT_DATA ? json_integer_value(size) == 1ll << 40 : size == NULL);
        json_decref(object);
    }
}

static void waiting_for_ever_is_null(void **state)
{
    struct transcript_event event = {.kind = TRANSCRIPT_WAIT, .seconds = -1, .text = "stall"};
    json_t *object = written(&event);
    assert_true(json_is_null(json_object_get(object, "seconds")));
    json_decref(object);
    event.seconds = 2.5;
    object = written(&event);
    assert_true(json_real_value(json_object_get(object, "seconds")) == 2.5);
    json_decref(object);
}

static void the_text_form(void **state)
{
    struct transcript *t = transcript_new();
    int fd = temporary();
    size_t len;
    transcript_to_text(t, fd);
    const struct transcript_event events[] = {
        {.kind = TRANSCRIPT_CONNECT,
            .at_ms = 1500,
            .session = 3,
            .scenario = "x",
            .text = "127.0.0.1:9"},
        {.kind = TRANSCRIPT_COMMAND, .scenario = "x", .bytes = "EHLO \xe9\x01", .len = 7},
        {.kind = TRANSCRIPT_REPLY, .scenario = "x", .bytes = "250-a\r\n250 b\r\n", .len = 14},
        {.kind = TRANSCRIPT_DATA, .scenario = "x", .size = 12, .text = "end"},
        {.kind = TRANSCRIPT_WAIT, .scenario = "x", .stage = "rcpt", .seconds = -1},
        {.kind = TRANSCRIPT_WAIT, .scenario = "x", .stage = "rcpt", .seconds = 2},
        {.kind = TRANSCRIPT_ENDING, .scenario = "x", .text = "drop"},
    };
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        transcript_event(t, &events[i]);
    char *text = contents(fd, &len);
    assert_string_equal(text, "     1.500 #3 x -- connect: 127.0.0.1:9\n"
                              "     0.000 #0 x C: EHLO \\xe9\\x01\n"
                              "     0.000 #0 x S: 250-a\n"
                              "     0.000 #0 x S: 250 b\n"
                              "     0.000 #0 x C: (12 octets of mail data, end)\n"
                              "     0.000 #0 x -- says nothing any more (at rcpt)\n"
                              "     0.000 #0 x -- waits 2 s (at rcpt)\n"
                              "     0.000 #0 x -- ending: drop\n");
    free(text);
    transcript_free(t);
    close(fd);
}

/* ---- where it goes ---- */

static void count_one(void *ctx, const struct transcript_event *event)
{
    ++*(unsigned *)ctx;
}

static void all_sinks_hear_it(void **state)
{
    unsigned first = 0, second = 0;
    struct transcript *t = transcript_new();
    struct transcript_event event = {.kind = TRANSCRIPT_KEPT};
    transcript_event(t, &event); /* nobody listens: fine */
    transcript_add_sink(t, (struct transcript_sink){count_one, &first});
    transcript_add_sink(t, (struct transcript_sink){count_one, &second});
    transcript_event(t, &event);
    transcript_event(t, &event);
    assert_int_equal(first, 2);
    assert_int_equal(second, 2);
    transcript_free(t);
    transcript_event(NULL, &event);
    transcript_free(NULL);
}

static void a_file_is_appended_to(void **state)
{
    char path[] = "/tmp/test-transcript-XXXXXX", *why = NULL;
    struct transcript_event event = {.kind = TRANSCRIPT_KEPT};
    int fd = mkstemp(path);
    size_t once, twice;
    for (int i = 0; i < 2; i++) {
        struct transcript *t = transcript_new();
        assert_true(transcript_to_file(t, path, &why));
        transcript_event(t, &event);
        transcript_free(t);
        free(contents(fd, i ? &twice : &once));
    }
    assert_int_equal(twice, 2 * once);
    close(fd);
    unlink(path);
}

static void a_file_that_cannot_be_opened(void **state)
{
    struct transcript *t = transcript_new();
    char *why = NULL;
    assert_false(transcript_to_file(t, "/nowhere/at/all.jsonl", &why));
    assert_string_equal(why, "/nowhere/at/all.jsonl: No such file or directory");
    free(why);
    transcript_free(t);
}

/* Runs with standard error in a file and returns what was said there. */
static char *said_while_writing(int to, const char *name, int events, char **failure)
{
    int err = temporary(), saved = dup(STDERR_FILENO);
    size_t len;
    struct transcript *t = transcript_new();
    struct transcript_event event = {.kind = TRANSCRIPT_KEPT};
    transcript_to_fd(t, to, name);
    fflush(stderr);
    dup2(err, STDERR_FILENO);
    for (int i = 0; i < events; i++)
        transcript_event(t, &event);
    dup2(saved, STDERR_FILENO);
    close(saved);
    *failure = mem_text(transcript_failure(t));
    transcript_free(t);
    char *said = contents(err, &len);
    close(err);
    return said;
}

static void a_full_disk_is_reported_once(void **state)
{
    char *failure,
        *said = said_while_writing(open("/dev/full", O_WRONLY | O_APPEND), "t.jsonl", 5, &failure);
    assert_string_equal(
        said, "fakesmtp: transcript is incomplete: t.jsonl: No space left on device\n");
    assert_string_equal(failure, "t.jsonl: No space left on device");
    free(said);
    free(failure);
}

/* After a write that was cut short the line is broken: what would follow on it would be lost as
 * well, and quietly. */
static void nothing_is_written_behind_a_gap(void **state)
{
    int ends[2];
    char page[4096] = {0};
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    while (write(ends[1], page, sizeof page) > 0)
        ;
    struct transcript *t = transcript_new();
    struct transcript_event event = {.kind = TRANSCRIPT_KEPT};
    int saved = dup(STDERR_FILENO), nothing = open("/dev/null", O_WRONLY);
    transcript_to_fd(t, ends[1], "pipe");
    fflush(stderr);
    dup2(nothing, STDERR_FILENO);
    transcript_event(t, &event); /* fails: the pipe is full */
    while (read(ends[0], page, sizeof page) > 0)
        ;
    transcript_event(t, &event); /* there would be room now */
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(nothing);
    assert_int_equal(read(ends[0], page, sizeof page), -1);
    assert_string_equal(transcript_failure(t), "pipe: Resource temporarily unavailable");
    transcript_free(t);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_comes_back),
        cmocka_unit_test(the_fields),
        cmocka_unit_test(every_kind_has_its_name),
        cmocka_unit_test(waiting_for_ever_is_null),
        cmocka_unit_test(the_text_form),
        cmocka_unit_test(all_sinks_hear_it),
        cmocka_unit_test(a_file_is_appended_to),
        cmocka_unit_test(a_file_that_cannot_be_opened),
        cmocka_unit_test(a_full_disk_is_reported_once),
        cmocka_unit_test(nothing_is_written_behind_a_gap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
