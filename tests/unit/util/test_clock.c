/* SPDX-License-Identifier: BSD-2-Clause */
/* The clock of a run: order of timers, what callbacks may do to them, and when time may leap. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>
#include "util/clock.h"

enum { DAY_MS = 86400 * 1000 };

struct alarm { /* a timer that writes its name down */
    struct clock_timer timer;
    struct bench *bench;
    char name;
    void (*also)(struct alarm *alarm); /* may be NULL */
};

struct bench {
    uv_loop_t loop;
    struct clock *clock;
    char log[64];
    uint64_t at[64];
    size_t count;
    struct alarm a, b, c;
};

static void fired(struct clock_timer *timer)
{
    struct alarm *alarm = (struct alarm *)timer;
    struct bench *bench = alarm->bench;
    assert_false(clock_pending(timer)); /* so that it may start itself again */
    if (bench->count < sizeof bench->log - 1) {
        bench->at[bench->count] = clock_now_ms(bench->clock);
        bench->log[bench->count++] = alarm->name;
    }
    if (alarm->also)
        alarm->also(alarm);
}

static void start(struct alarm *alarm, uint64_t after_ms)
{
    clock_start(alarm->bench->clock, &alarm->timer, after_ms, fired);
}

static void bench_open(struct bench *bench, double speed)
{
    char *why = NULL;
    *bench = (struct bench){.a = {.name = 'a'}, .b = {.name = 'b'}, .c = {.name = 'c'}};
    bench->a.bench = bench->b.bench = bench->c.bench = bench;
    assert_int_equal(uv_loop_init(&bench->loop), 0);
    bench->clock = clock_open(&bench->loop, speed, &why);
    assert_non_null(bench->clock);
    assert_null(why);
}

static void bench_close(struct bench *bench)
{
    clock_close(bench->clock);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
}

static void refuses_a_speed_that_is_none(void **state)
{
    const double bad[] = {-1, -0.001, NAN, INFINITY, -INFINITY};
    uv_loop_t loop;
    assert_int_equal(uv_loop_init(&loop), 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *why = NULL;
        assert_null(clock_open(&loop, bad[i], &why));
        assert_non_null(why);
        free(why);
    }
    clock_close(NULL);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static void fires_in_order(void **state)
{
    struct bench bench;
    bench_open(&bench, CLOCK_JUMP);
    assert_true(clock_speed(bench.clock) == CLOCK_JUMP);
    start(&bench.a, 3000);
    start(&bench.b, 1000);
    start(&bench.c, 2000);
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    assert_string_equal(bench.log, "bca");
    assert_int_equal(bench.at[0], 1000);
    assert_int_equal(bench.at[1], 2000);
    assert_int_equal(bench.at[2], 3000);
    bench_close(&bench);
}

static void equal_times_fire_as_they_were_started(void **state)
{
    struct bench bench;
    bench_open(&bench, CLOCK_JUMP);
    start(&bench.c, 50);
    start(&bench.a, 50);
    start(&bench.b, 50);
    start(&bench.c, 50); /* anew: now it is the last */
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    assert_string_equal(bench.log, "abc");
    bench_close(&bench);
}

/* A heap of many: each fires once, none before another that is due earlier, whatever was stopped in
 * between. */
static void many_timers(void **state)
{
    enum { MANY = 500 };
    static struct alarm alarms[MANY];
    struct bench bench;
    unsigned stopped = 0, pending = 0;
    bench_open(&bench, CLOCK_JUMP);
    uint32_t random = 1;
    for (int i = 0; i < MANY; i++) {
        alarms[i] = (struct alarm){.bench = &bench, .name = 'x'};
        random = random * 1664525 + 1013904223;
        start(&alarms[i], random >> 20);
    }
    for (int i = 0; i < MANY; i += 3, stopped++)
        clock_stop(bench.clock, &alarms[i].timer);
    uint64_t last = 0;
    for (int fired_count = 0; fired_count < MANY - (int)stopped;) {
        bench.count = 0;
        uv_run(&bench.loop, UV_RUN_ONCE);
        for (size_t i = 0; i < bench.count; i++, fired_count++) {
            assert_true(bench.at[i] >= last);
            last = bench.at[i];
        }
    }
    for (int i = 0; i < MANY; i++)
        pending += clock_pending(&alarms[i].timer);
    assert_int_equal(pending, 0);
    bench_close(&bench);
}

static void stop_b(struct alarm *alarm)
{
    clock_stop(alarm->bench->clock, &alarm->bench->b.timer);
}

static void a_callback_may_stop_another(void **state)
{
    struct bench bench;
    bench_open(&bench, CLOCK_JUMP);
    bench.a.also = stop_b;
    start(&bench.a, 10);
    start(&bench.b, 10); /* due in the same turn */
    start(&bench.c, 10);
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    assert_string_equal(bench.log, "ac");
    assert_false(clock_pending(&bench.b.timer));
    clock_stop(bench.clock, &bench.b.timer); /* idle: fine */
    bench_close(&bench);
}

static void again_three_times(struct alarm *alarm)
{
    if (alarm->bench->count < 3)
        start(alarm, 100);
}

static void a_callback_may_start_itself_again(void **state)
{
    struct bench bench;
    bench_open(&bench, CLOCK_JUMP);
    bench.a.also = again_three_times;
    start(&bench.a, 100);
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    assert_string_equal(bench.log, "aaa");
    assert_int_equal(bench.at[2], 300);
    bench_close(&bench);
}

static void again_at_once(struct alarm *alarm)
{
    if (alarm->bench->count < 60)
        start(alarm, 0);
}

static void on_pipe(uv_poll_t *poll, int status, int events)
{
    *(bool *)poll->data = true;
    uv_poll_stop(poll);
}

/* A wait of nothing must not keep the loop from its sockets. */
static void a_zero_timer_that_restarts_lets_others_in(void **state)
{
    struct bench bench;
    int ends[2];
    bool read = false;
    uv_poll_t poll;
    bench_open(&bench, CLOCK_JUMP);
    assert_int_equal(pipe(ends), 0);
    bench.a.also = again_at_once;
    start(&bench.a, 0);
    assert_int_equal(uv_poll_init(&bench.loop, &poll, ends[0]), 0);
    poll.data = &read;
    uv_poll_start(&poll, UV_READABLE, on_pipe);
    assert_int_equal(write(ends[1], "x", 1), 1);
    while (!read)
        uv_run(&bench.loop, UV_RUN_ONCE);
    assert_true(bench.count < 60);
    clock_stop(bench.clock, &bench.a.timer);
    uv_close((uv_handle_t *)&poll, NULL);
    bench_close(&bench);
    close(ends[0]);
    close(ends[1]);
}

static void five_days_take_no_wall_time(void **state)
{
    struct bench bench;
    bench_open(&bench, CLOCK_JUMP);
    start(&bench.a, 5ull * DAY_MS);
    uint64_t from = uv_hrtime();
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    assert_true(
        uv_hrtime() - from < 60ull * 1000000000); /* a bound against waiting, not a measure */
    assert_string_equal(bench.log, "a");
    assert_int_equal(bench.at[0], 5ull * DAY_MS);
    bench_close(&bench);
}

/* ---- time stands still while something is to be done ---- */

struct relay { /* reads a byte, writes the next one, as the two ends of a conversation do */
    struct bench *bench;
    uv_poll_t poll;
    int fd;
    unsigned left;
    uint64_t last_ms;
};

static void on_byte(uv_poll_t *poll, int status, int events)
{
    struct relay *relay = poll->data;
    char byte;
    assert_int_equal(read(relay->fd, &byte, 1), 1);
    relay->last_ms = clock_now_ms(relay->bench->clock);
    if (relay->left-- > 0)
        assert_int_equal(write(relay->fd, &byte, 1), 1);
    else
        uv_poll_stop(poll);
}

static void relay_open(struct relay *relay, struct bench *bench, int fd, unsigned left)
{
    *relay = (struct relay){.bench = bench, .fd = fd, .left = left};
    relay->poll.data = relay;
    assert_int_equal(uv_poll_init(&bench->loop, &relay->poll, fd), 0);
    assert_int_equal(uv_poll_start(&relay->poll, UV_READABLE, on_byte), 0);
}

/* Two ends throw a byte to and fro two hundred times while a timer of one millisecond waits: it may
 * not fire before. */
static void time_stands_still_while_bytes_are_under_way(void **state)
{
    struct bench bench;
    struct relay left, right;
    int ends[2];
    bench_open(&bench, CLOCK_JUMP);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    relay_open(&left, &bench, ends[0], 200);
    relay_open(&right, &bench, ends[1], 200);
    start(&bench.a, 1);
    assert_int_equal(write(ends[0], "x", 1), 1);
    while (right.left != UINT32_MAX && left.left != UINT32_MAX)
        uv_run(&bench.loop, UV_RUN_ONCE);
    assert_int_equal(bench.count, 0);
    assert_int_equal(left.last_ms, 0);
    assert_int_equal(right.last_ms, 0);
    uv_close((uv_handle_t *)&left.poll, NULL);
    uv_close((uv_handle_t *)&right.poll, NULL);
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    assert_string_equal(bench.log, "a"); /* and then it does */
    bench_close(&bench);
    close(ends[0]);
    close(ends[1]);
}

static void never(uv_poll_t *poll, int status, int events)
{
    (void)poll; /* leaves the byte where it is: somebody is slow, not absent */
}

static void time_stands_still_while_bytes_lie_unread(void **state)
{
    struct bench bench;
    int ends[2];
    uv_poll_t poll;
    bench_open(&bench, CLOCK_JUMP);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(uv_poll_init(&bench.loop, &poll, ends[0]), 0);
    uv_poll_start(&poll, UV_READABLE, never);
    start(&bench.a, 1);
    assert_int_equal(write(ends[1], "x", 1), 1);
    for (int i = 0; i < 500; i++)
        uv_run(&bench.loop, UV_RUN_NOWAIT);
    assert_int_equal(bench.count, 0);
    assert_int_equal(clock_now_ms(bench.clock), 0);
    char byte;
    assert_int_equal(read(ends[0], &byte, 1), 1);
    while (!bench.count)
        uv_run(&bench.loop, UV_RUN_ONCE);
    assert_int_equal(bench.at[0], 1);
    uv_close((uv_handle_t *)&poll, NULL);
    bench_close(&bench);
    close(ends[0]);
    close(ends[1]);
}

/* ---- scaled ---- */

static void scaled_time_runs_faster(void **state)
{
    struct bench bench;
    bench_open(&bench, 10000);
    start(&bench.b, 200000); /* 20 ms of the wall */
    start(&bench.a, 100000);
    start(&bench.c, 150000);
    clock_stop(bench.clock, &bench.c.timer);
    uint64_t from = uv_hrtime();
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    assert_true(uv_hrtime() - from >= 19 * 1000000); /* never early */
    assert_string_equal(bench.log, "ab");
    assert_true(bench.at[0] >= 100000);
    assert_true(bench.at[1] >= 200000);
    bench_close(&bench);
}

static void scaled_timers_may_be_slower_than_the_wall(void **state)
{
    struct bench bench;
    bench_open(&bench, 0.5);
    start(&bench.a, 2);
    uint64_t from = uv_hrtime();
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    assert_true(uv_hrtime() - from >= 3 * 1000000);
    assert_string_equal(bench.log, "a");
    bench_close(&bench);
}

/* ---- the end ---- */

static void closing_stops_all(void **state)
{
    const double speeds[] = {CLOCK_JUMP, 1000};
    for (int i = 0; i < 2; i++) {
        struct bench bench;
        bench_open(&bench, speeds[i]);
        start(&bench.a, 10);
        start(&bench.b, DAY_MS);
        clock_close(bench.clock);
        clock_close(bench.clock); /* twice is once */
        assert_false(clock_pending(&bench.a.timer));
        start(&bench.c, 0); /* too late: stays idle */
        assert_false(clock_pending(&bench.c.timer));
        uv_run(&bench.loop, UV_RUN_DEFAULT);
        assert_int_equal(bench.count, 0);
        assert_int_equal(uv_loop_close(&bench.loop), 0);
    }
}

static void close_clock(struct alarm *alarm)
{
    clock_close(alarm->bench->clock);
}

static void closing_in_a_callback(void **state)
{
    struct bench bench;
    bench_open(&bench, CLOCK_JUMP);
    bench.a.also = close_clock;
    start(&bench.a, 10);
    start(&bench.b, 10);
    uv_run(&bench.loop, UV_RUN_DEFAULT);
    assert_string_equal(bench.log, "a");
    assert_int_equal(uv_loop_close(&bench.loop), 0);
}

static void a_clock_without_timers_keeps_no_loop_alive(void **state)
{
    struct bench bench;
    bench_open(&bench, CLOCK_JUMP);
    start(&bench.a, 10);
    clock_stop(bench.clock, &bench.a.timer);
    uv_run(&bench.loop, UV_RUN_DEFAULT); /* returns */
    assert_int_equal(bench.count, 0);
    assert_int_equal(clock_now_ms(bench.clock), 0);
    bench_close(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_a_speed_that_is_none),
        cmocka_unit_test(fires_in_order),
        cmocka_unit_test(equal_times_fire_as_they_were_started),
        cmocka_unit_test(many_timers),
        cmocka_unit_test(a_callback_may_stop_another),
        cmocka_unit_test(a_callback_may_start_itself_again),
        cmocka_unit_test(a_zero_timer_that_restarts_lets_others_in),
        cmocka_unit_test(five_days_take_no_wall_time),
        cmocka_unit_test(time_stands_still_while_bytes_are_under_way),
        cmocka_unit_test(time_stands_still_while_bytes_lie_unread),
        cmocka_unit_test(scaled_time_runs_faster),
        cmocka_unit_test(scaled_timers_may_be_slower_than_the_wall),
        cmocka_unit_test(closing_stops_all),
        cmocka_unit_test(closing_in_a_callback),
        cmocka_unit_test(a_clock_without_timers_keeps_no_loop_alive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
