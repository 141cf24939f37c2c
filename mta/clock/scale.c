/* SPDX-License-Identifier: BSD-2-Clause */
/* scale.c - the arithmetic of the compressed clock, and the calls that ask for the time. */
#include "clock/scale.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#if __has_include(<sys/timeb.h>)
#include <sys/timeb.h>
#endif

static struct {
    atomic_int read;
    int64_t factor, start[N_SCALE_CLOCKS];
} scale = {.factor = 1};

static int64_t machine_now(enum scale_clock clock)
{
    static const clockid_t ids[N_SCALE_CLOCKS] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME};
    struct timespec now = {0};
    syscall(SYS_clock_gettime, ids[clock], &now);
    return scale_ns(&now);
}

static ssize_t read_file(char *text, size_t size)
{
    const char *named = getenv(CLOCK_VARIABLE);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, CLOCK_FILE, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && named)
        fd = (int)syscall(SYS_openat, AT_FDCWD, named, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t got = syscall(SYS_read, fd, text, size);
    syscall(SYS_close, fd);
    return got;
}

/* Several threads may do this at once: they read the same. A process that has read it once keeps it
 * over fork. */
static void read_scale(void)
{
    int error = errno;
    char text[128];
    int64_t numbers[1 + N_SCALE_CLOCKS] = {0};
    size_t n = 0;
    ssize_t got = read_file(text, sizeof text);
    for (ssize_t i = 0; i < got && n <= N_SCALE_CLOCKS; i++) {
        if (text[i] >= '0' && text[i] <= '9')
            numbers[n] = numbers[n] * 10 + (text[i] - '0');
        else
            n++;
    }
    if (n > N_SCALE_CLOCKS && numbers[0] > 0) {
        for (size_t i = 0; i < N_SCALE_CLOCKS; i++)
            scale.start[i] = numbers[1 + i];
        scale.factor = numbers[0];
    }
    atomic_store_explicit(&scale.read, 1, memory_order_release);
    errno = error;
}

static int64_t factor(void)
{
    if (!atomic_load_explicit(&scale.read, memory_order_acquire))
        read_scale();
    return scale.factor;
}

static int64_t times(int64_t ns, int64_t by)
{
    int64_t product;
    return __builtin_mul_overflow(ns, by, &product) ? INT64_MAX : product;
}

int64_t scale_wait(int64_t box_ns)
{
    int64_t f = factor();
    return box_ns <= 0 ? box_ns : (box_ns - 1) / f + 1;
}

int64_t scale_span(int64_t machine_ns)
{
    return times(machine_ns, factor());
}

int64_t scale_to_box(enum scale_clock clock, int64_t machine_ns)
{
    int64_t f = factor(), start = scale.start[clock], since;
    if (machine_ns <= start)
        return machine_ns;
    since = times(machine_ns - start, f);
    return since > INT64_MAX - start ? INT64_MAX : start + since;
}

int64_t scale_to_machine(enum scale_clock clock, int64_t box_ns)
{
    factor();
    int64_t start = scale.start[clock];
    return box_ns <= start ? box_ns : start + scale_wait(box_ns - start);
}

int64_t scale_guess_to_machine(int64_t box_ns, enum scale_clock *clock)
{
    *clock = box_ns > INT64_C(1000000000) * NS_OF_SECOND ? SCALE_WALL : SCALE_STEADY;
    return scale_to_machine(*clock, box_ns);
}

int64_t scale_now(enum scale_clock clock)
{
    return scale_to_box(clock, machine_now(clock));
}

int scale_which(clockid_t id)
{
    switch (id) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_REALTIME_ALARM:
        return SCALE_WALL;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
        return SCALE_STEADY;
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM:
        return SCALE_BOOT;
    default:
        return -1;
    }
}

/* ---- the forms time comes in ---- */

int64_t scale_ns(const struct timespec *at)
{
    if (at->tv_sec > INT64_MAX / NS_OF_SECOND - 1)
        return INT64_MAX;
    return at->tv_sec * NS_OF_SECOND + at->tv_nsec;
}

/* Nanoseconds are 0 to 999999999 before 1970 too. */
struct timespec scale_timespec(int64_t ns)
{
    struct timespec at = {.tv_sec = ns / NS_OF_SECOND, .tv_nsec = ns % NS_OF_SECOND};
    if (at.tv_nsec < 0) {
        at.tv_nsec += NS_OF_SECOND;
        at.tv_sec--;
    }
    return at;
}

int64_t scale_ns_of_timeval(const struct timeval *at)
{
    struct timespec same = {.tv_sec = at->tv_sec, .tv_nsec = at->tv_usec * 1000};
    return scale_ns(&same);
}

struct timeval scale_timeval(int64_t ns)
{
    struct timespec at = scale_timespec(ns);
    return (struct timeval){.tv_sec = at.tv_sec, .tv_usec = at.tv_nsec / 1000};
}

struct timeval scale_timeval_up(int64_t ns)
{
    return scale_timeval(ns > INT64_MAX - 999 ? ns : ns + 999);
}

/* ---- what time is it? ---- */

int clock_gettime(clockid_t id, struct timespec *now)
{
    int which = scale_which(id);
    if (which < 0)
        return (int)syscall(SYS_clock_gettime, id, now);
    *now = scale_timespec(scale_now((enum scale_clock)which));
    return 0;
}

/* Not from the coarse clock, as libc's: a second must not begin later here than for gettimeofday.
 */
time_t time(time_t *now)
{
    time_t seconds = (time_t)(scale_now(SCALE_WALL) / NS_OF_SECOND);
    if (now)
        *now = seconds;
    return seconds;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    *now = scale_timeval(scale_now(SCALE_WALL));
    if (zone)
        *(struct timezone *)zone = (struct timezone){0};
    return 0;
}

int timespec_get(struct timespec *now, int base)
{
    if (base != TIME_UTC)
        return 0;
    *now = scale_timespec(scale_now(SCALE_WALL));
    return base;
}

#if __has_include(<sys/timeb.h>)
/* Only old binaries ask for it. */
int ftime(struct timeb *now)
{
    struct timespec at = scale_timespec(scale_now(SCALE_WALL));
    *now = (struct timeb){.time = at.tv_sec, .millitm = (unsigned short)(at.tv_nsec / 1000000)};
    return 0;
}
#endif
