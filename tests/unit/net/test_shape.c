/* SPDX-License-Identifier: BSD-2-Clause */
/* Pieces and the time between them, on a clock that jumps: every wait is exact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <uv.h>
#include "net/shape.h"
#include "util/clock.h"
#include "util/text.h"

struct seen {
    uv_loop_t loop;
    struct clock *clock;
    struct shape *shape;
    struct buf text; /* "bytes@ms " of each piece */
    unsigned empties;
};

static void on_emit(void *ctx, const char *bytes, size_t len)
{
    struct seen *seen = ctx;
    buf_addf(&seen->text, "%.*s@%u ", (int)len, bytes, (unsigned)clock_now_ms(seen->clock));
}

static void on_empty(void *ctx)
{
    ((struct seen *)ctx)->empties++;
}

static int setup(void **state)
{
    static const struct shape_handler handler = {on_emit, on_empty};
    static struct seen seen;
    char *why = NULL;
    memset(&seen, 0, sizeof seen);
    assert_int_equal(uv_loop_init(&seen.loop), 0);
    seen.clock = clock_open(&seen.loop, CLOCK_JUMP, &why);
    assert_non_null(seen.clock);
    seen.shape = shape_new(seen.clock, &handler, &seen);
    *state = &seen;
    return 0;
}

static int teardown(void **state)
{
    struct seen *seen = *state;
    shape_free(seen->shape);
    clock_close(seen->clock);
    uv_run(&seen->loop, UV_RUN_DEFAULT);
    buf_free(&seen->text);
    return uv_loop_close(&seen->loop);
}

static void set(
    struct seen *seen, const size_t *sizes, size_t count, bool repeat, uint64_t every_ms)
{
    struct shape_spec spec = {sizes, count, repeat, every_ms};
    shape_set(seen->shape, &spec);
}

static void add(struct seen *seen, const char *text)
{
    shape_add(seen->shape, text, strlen(text));
}

static void expect(struct seen *seen, const char *text)
{
    uv_run(&seen->loop, UV_RUN_DEFAULT);
    assert_string_equal(buf_text(&seen->text), text);
    seen->text.len = 0;
}

static void drips_evenly(void **state)
{
    struct seen *seen = *state;
    set(seen, (size_t[]){3}, 1, true, 1000);
    add(seen, "abcdefgh");
    assert_int_equal(shape_waiting(seen->shape), 5);
    expect(seen, "abc@0 def@1000 gh@2000 ");
    assert_int_equal(seen->empties, 1);
    assert_false(shape_idle(seen->shape)); /* a drip stays */
}

static void keeps_the_distance_between_replies(void **state)
{
    struct seen *seen = *state;
    set(seen, (size_t[]){10}, 1, true, 500);
    add(seen, "one");
    add(seen, "two"); /* while the time of the first piece runs */
    expect(seen, "one@0 two@500 ");
    add(seen, "three");
    expect(seen, "three@1000 ");
}

static void splits_and_is_over(void **state)
{
    struct seen *seen = *state;
    set(seen, (size_t[]){1, 4}, 2, false, 10);
    add(seen, "abcdefghij");
    expect(seen, "a@0 bcde@10 fghij@20 ");
    assert_true(shape_idle(seen->shape));
    set(seen, (size_t[]){2}, 1, false, 10);
    add(seen, "xy"); /* exactly the sizes */
    expect(seen, "xy@20 ");
    assert_true(shape_idle(seen->shape));
    assert_int_equal(seen->empties, 1); /* not for what went out inside shape_add */
}

static void a_size_may_be_larger_than_what_there_is(void **state)
{
    struct seen *seen = *state;
    set(seen, (size_t[]){5, 2}, 2, false, 10);
    add(seen, "ab");
    expect(seen, "ab@0 ");
    add(seen, "cdef");
    expect(seen, "cd@10 ef@20 ");
    assert_true(shape_idle(seen->shape));
}

static void off_sends_what_waits(void **state)
{
    struct seen *seen = *state;
    set(seen, (size_t[]){1}, 1, true, 1000000);
    add(seen, "abc");
    shape_set(seen->shape, NULL);
    assert_true(shape_idle(seen->shape));
    expect(seen, "a@0 bc@0 ");
}

static void another_shape_takes_over_what_waits(void **state)
{
    struct seen *seen = *state;
    set(seen, (size_t[]){1}, 1, true, 100);
    add(seen, "abcdef");
    set(seen, (size_t[]){2, 3}, 2, true, 7);
    expect(seen, "a@0 bc@100 def@107 ");
}

static void no_time_between_is_still_a_piece_each(void **state)
{
    struct seen *seen = *state;
    set(seen, (size_t[]){2}, 1, true, 0);
    add(seen, "abcdef");
    expect(seen, "ab@0 cd@0 ef@0 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        T(drips_evenly), T(keeps_the_distance_between_replies), T(splits_and_is_over),
        T(a_size_may_be_larger_than_what_there_is), T(off_sends_what_waits),
        T(another_shape_takes_over_what_waits), T(no_time_between_is_still_a_piece_each)};
    return cmocka_run_group_tests_name("shape", tests, NULL, NULL);
}
