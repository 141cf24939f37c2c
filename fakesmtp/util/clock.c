/* SPDX-License-Identifier: BSD-2-Clause */
/* A heap of timers over one uv_timer_t (scaled) or over the idleness of the loop (jump). */
#include "util/clock.h"

#include <math.h>
#include <poll.h>
#include <uv.h>
#include "util/mem.h"

struct clock {
    uv_loop_t *loop;
    double speed;
    uint64_t started_ns; /* scaled: the wall when the clock was made */
    uint64_t jumped_ms;  /* jump: the time now */
    uint64_t orders;
    struct clock_timer **heap;
    size_t count, cap;
    uv_timer_t wall;  /* scaled: fires for the first timer of the heap */
    uv_idle_t spin;   /* jump: keeps the loop from blocking while timers wait */
    uv_check_t quiet; /* jump: looks, after each poll, whether anything is left to do */
    unsigned quiet_turns;
    int open_handles;
    bool closing;
};

/* ---- the heap: smallest (due, order) first ---- */

static bool earlier(const struct clock_timer *a, const struct clock_timer *b)
{
    return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->order < b->order;
}

static void place(struct clock *clock, size_t slot, struct clock_timer *timer)
{
    clock->heap[slot - 1] = timer;
    timer->slot = slot;
}

static void sift_up(struct clock *clock, size_t slot)
{
    struct clock_timer *timer = clock->heap[slot - 1];
    while (slot > 1 && earlier(timer, clock->heap[slot / 2 - 1])) {
        place(clock, slot, clock->heap[slot / 2 - 1]);
        slot /= 2;
    }
    place(clock, slot, timer);
}

static void sift_down(struct clock *clock, size_t slot)
{
    struct clock_timer *timer = clock->heap[slot - 1];
    for (;;) {
        size_t child = slot * 2;
        if (child > clock->count)
            break;
        if (child < clock->count && earlier(clock->heap[child], clock->heap[child - 1]))
            child++;
        if (!earlier(clock->heap[child - 1], timer))
            break;
        place(clock, slot, clock->heap[child - 1]);
        slot = child;
    }
    place(clock, slot, timer);
}

static void take_out(struct clock *clock, struct clock_timer *timer)
{
    size_t slot = timer->slot;
    require(slot && clock->heap[slot - 1] == timer);
    struct clock_timer *last = clock->heap[--clock->count];
    timer->slot = 0;
    if (last == timer)
        return;
    place(clock, slot, last);
    sift_up(clock, slot);
    sift_down(clock, last->slot);
}

/* ---- time ---- */

uint64_t clock_now_ms(const struct clock *clock)
{
    if (clock->speed == CLOCK_JUMP)
        return clock->jumped_ms;
    return (uint64_t)((double)(uv_hrtime() - clock->started_ns) * clock->speed / 1e6);
}

double clock_speed(const struct clock *clock)
{
    return clock->speed;
}

/* Fires what is due now; timers started meanwhile with a wait of 0 take their turn in the next
 * round, so a timer that restarts itself cannot keep the loop from its sockets. */
static void fire_due(struct clock *clock)
{
    uint64_t now = clock_now_ms(clock);
    uint64_t last_order = clock->orders;
    while (clock->count && !clock->closing) {
        struct clock_timer *timer = clock->heap[0];
        if (timer->due_ms > now || timer->order > last_order)
            break;
        take_out(clock, timer);
        timer->fire(timer);
    }
}

static void on_wall(uv_timer_t *handle);

/* Its being active keeps the poll from blocking; there is nothing to do in it. */
static void on_spin(uv_idle_t *handle)
{
    (void)handle;
}

static void rearm(struct clock *clock)
{
    if (clock->closing)
        return;
    if (clock->speed == CLOCK_JUMP) {
        if (!clock->count)
            uv_idle_stop(&clock->spin);
        else if (!uv_is_active((uv_handle_t *)&clock->spin))
            uv_idle_start(&clock->spin, on_spin);
        return;
    }
    if (!clock->count) {
        uv_timer_stop(&clock->wall);
        return;
    }
    uint64_t now = clock_now_ms(clock), due = clock->heap[0]->due_ms;
    double wall_ms = due > now ? ceil((double)(due - now) / clock->speed) : 0;
    uv_update_time(clock->loop);
    uv_timer_start(&clock->wall, on_wall, (uint64_t)wall_ms, 0);
}

static void on_wall(uv_timer_t *handle)
{
    struct clock *clock = handle->data;
    fire_due(clock);
    rearm(clock);
}

/* libuv knows of work that no descriptor shows: started idle handles, finished writes and refused
 * connections whose callbacks are due, closing handles. It says so by not wanting to block; our own
 * spinning aside. */
static bool loop_has_work(struct clock *clock)
{
    uv_idle_stop(&clock->spin);
    uv_ref(
        (uv_handle_t *)&clock->quiet); /* a loop without any handle does not want to block either */
    bool work = uv_backend_timeout(clock->loop) == 0;
    uv_unref((uv_handle_t *)&clock->quiet);
    uv_idle_start(&clock->spin, on_spin);
    return work;
}

/* The loop's own epoll descriptor is readable exactly when a socket has news. Loopback delivers
 * within the sender's system call, so two empty turns (close callbacks and queued writes get
 * theirs) and one wall millisecond without news mean that everybody waits for time to pass. */
static bool nothing_to_do(struct clock *clock)
{
    if (loop_has_work(clock)) {
        clock->quiet_turns = 0;
        return false;
    }
    struct pollfd fd = {.fd = uv_backend_fd(clock->loop), .events = POLLIN};
    if (poll(&fd, 1, 0) != 0) {
        clock->quiet_turns = 0;
        return false;
    }
    if (++clock->quiet_turns < 3)
        return false;
    clock->quiet_turns = 0;
    return poll(&fd, 1, 1) == 0;
}

static void on_quiet(uv_check_t *handle)
{
    struct clock *clock = handle->data;
    if (!clock->count || clock->closing || !nothing_to_do(clock))
        return;
    if (clock->heap[0]->due_ms > clock->jumped_ms)
        clock->jumped_ms = clock->heap[0]->due_ms;
    fire_due(clock);
    rearm(clock);
}

/* ---- timers ---- */

void clock_start(struct clock *clock, struct clock_timer *timer, uint64_t after_ms,
    void (*fire)(struct clock_timer *timer))
{
    clock_stop(clock, timer);
    if (clock->closing)
        return;
    if (clock->count == clock->cap) {
        clock->cap = clock->cap ? clock->cap * 2 : 16;
        clock->heap = mem_grow(clock->heap, clock->cap * sizeof *clock->heap);
    }
    timer->fire = fire;
    timer->due_ms = clock_now_ms(clock) + after_ms;
    timer->order = ++clock->orders;
    clock->heap[clock->count++] = timer;
    timer->slot = clock->count;
    sift_up(clock, clock->count);
    clock->quiet_turns = 0;
    if (timer->slot == 1)
        rearm(clock);
}

void clock_stop(struct clock *clock, struct clock_timer *timer)
{
    if (!timer->slot)
        return;
    take_out(clock, timer);
    if (!clock->count)
        rearm(clock);
}

bool clock_pending(const struct clock_timer *timer)
{
    return timer->slot != 0;
}

/* ---- life ---- */

struct clock *clock_open(uv_loop_t *loop, double speed, char **why)
{
    if (!(speed >= 0) || isinf(speed)) {
        *why = mem_format("speed %g: must be a number from 0 up", speed);
        return NULL;
    }
    struct clock *clock = mem_new(sizeof *clock);
    clock->loop = loop;
    clock->speed = speed;
    clock->started_ns = uv_hrtime();
    clock->wall.data = clock->spin.data = clock->quiet.data = clock;
    if (speed != CLOCK_JUMP) {
        require(uv_timer_init(loop, &clock->wall) == 0);
        clock->open_handles = 1;
        return clock;
    }
    require(uv_idle_init(loop, &clock->spin) == 0);
    require(uv_check_init(loop, &clock->quiet) == 0);
    require(uv_check_start(&clock->quiet, on_quiet) == 0);
    uv_unref((uv_handle_t *)&clock->quiet);
    clock->open_handles = 2;
    return clock;
}

static void on_closed(uv_handle_t *handle)
{
    struct clock *clock = handle->data;
    if (--clock->open_handles == 0) {
        free(clock->heap);
        free(clock);
    }
}

void clock_close(struct clock *clock)
{
    if (!clock || clock->closing)
        return;
    while (clock->count)
        clock->heap[--clock->count]->slot = 0;
    clock->closing = true;
    if (clock->speed != CLOCK_JUMP) {
        uv_close((uv_handle_t *)&clock->wall, on_closed);
        return;
    }
    uv_close((uv_handle_t *)&clock->spin, on_closed);
    uv_close((uv_handle_t *)&clock->quiet, on_closed);
}
