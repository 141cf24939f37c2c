/* SPDX-License-Identifier: BSD-2-Clause */
/* test_late.c - two processes that want one processor: one of them waits, and it is said when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite/late.h"
#include "util/clock.h"
#include "util/text.h"

enum { SPEED = 150, MUCH_MS = 100 };

struct scene {
    uv_loop_t loop;
    struct clock *clock;
    struct late *late;
    uv_timer_t end;
    pid_t rivals[2];
};

static pid_t want_one_processor(void)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid)
        return pid;
    cpu_set_t all, one;
    sched_getaffinity(0, sizeof all, &all);
    CPU_ZERO(&one);
    for (size_t i = 0; i < CPU_SETSIZE && !CPU_COUNT(&one); i++)
        if (CPU_ISSET(i, &all))
            CPU_SET(i, &one);
    sched_setaffinity(0, sizeof one, &one);
    for (volatile unsigned turns = 0;; turns++)
        ;
}

/* Until one of them has waited long enough, which is how it ends. */
static void on_look(uv_timer_t *timer)
{
    struct scene *s = timer->data;
    if (late_worst_ms(s->late, 0, clock_now_ms(s->clock)) < MUCH_MS)
        return;
    late_stop(s->late);
    clock_close(s->clock);
    uv_close((uv_handle_t *)timer, NULL);
}

static bool kernel_counts(void)
{
    return access("/proc/self/schedstat", R_OK) == 0;
}

/* The clock is closed, and what it shows is kept before. */
static void who_waits_for_the_processor_is_seen(void **state)
{
    struct scene s = {0};
    char *why = NULL;
    (void)state;
    if (!kernel_counts())
        skip();
    assert_int_equal(uv_loop_init(&s.loop), 0);
    s.clock = clock_open(&s.loop, SPEED, &why);
    s.late = late_open(&s.loop, s.clock);
    for (size_t i = 0; i < 2; i++)
        s.rivals[i] = want_one_processor();
    uv_timer_init(&s.loop, &s.end);
    s.end.data = &s;
    uv_timer_start(&s.end, on_look, 20, 20);
    uv_run(&s.loop, UV_RUN_DEFAULT);
    for (size_t i = 0; i < 2; i++) {
        kill(s.rivals[i], SIGKILL);
        waitpid(s.rivals[i], NULL, 0);
    }
    assert_true(late_worst_ms(s.late, 0, UINT64_MAX) >= MUCH_MS);
    assert_true(late_worst_ms(s.late, UINT64_MAX, UINT64_MAX) == 0);

    /* Who failed meanwhile is told; who passed, or failed at another time, is not. */
    struct world_scenario scenarios[3] = {0};
    struct result results[3] = {0};
    for (size_t i = 0; i < 3; i++) {
        scenarios[i].record.last_ms = UINT64_MAX;
        result_check(&results[i], true, "attempts", "1", i == 1 ? "1" : "2",
            i == 1 ? VERDICT_EXACT : VERDICT_WRONG);
    }
    scenarios[2].record.submitted_ms = UINT64_MAX;
    struct play_config config = {.scenarios = scenarios, .count = 3};
    late_tell(s.late, &config, SPEED * 10, results);
    assert_int_equal(results[0].note_count, 1);
    assert_true(text_starts(results[0].notes[0], "the machine was late: "));
    assert_int_equal(results[1].note_count, 0);
    assert_int_equal(results[2].note_count, 0);
    for (size_t i = 0; i < 3; i++)
        result_deinit(&results[i]);
    late_close(s.late);
    assert_int_equal(uv_loop_close(&s.loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(who_waits_for_the_processor_is_seen)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
