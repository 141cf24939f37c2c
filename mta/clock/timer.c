/* SPDX-License-Identifier: BSD-2-Clause */
/* timer.c - calls that ask to be told later: alarms, timers, and the timeouts of sockets. */
#include "clock/scale.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* ---- interval timers ---- */

static struct itimerval to_machine(const struct itimerval *box)
{
    return (struct itimerval){
        .it_value = scale_timeval_up(scale_wait(scale_ns_of_timeval(&box->it_value))),
        .it_interval = scale_timeval_up(scale_wait(scale_ns_of_timeval(&box->it_interval)))};
}

static struct itimerval to_box(const struct itimerval *machine)
{
    return (struct itimerval){
        .it_value = scale_timeval(scale_span(scale_ns_of_timeval(&machine->it_value))),
        .it_interval = scale_timeval(scale_span(scale_ns_of_timeval(&machine->it_interval)))};
}

/* The other two count processor time, which nothing makes faster. */
int setitimer(
    __itimer_which_t which, const struct itimerval *restrict set, struct itimerval *restrict old)
{
    struct itimerval ours, before;
    if (which != ITIMER_REAL || !set)
        return (int)syscall(SYS_setitimer, which, set, old);
    ours = to_machine(set);
    if (syscall(SYS_setitimer, which, &ours, &before) < 0)
        return -1;
    if (old)
        *old = to_box(&before);
    return 0;
}

int getitimer(__itimer_which_t which, struct itimerval *now)
{
    if (syscall(SYS_getitimer, which, now) < 0)
        return -1;
    if (which == ITIMER_REAL)
        *now = to_box(now);
    return 0;
}

/* Of what was left, not 0 unless no alarm was set. */
unsigned alarm(unsigned seconds)
{
    struct itimerval set = {.it_value.tv_sec = seconds}, old;
    if (setitimer(ITIMER_REAL, &set, &old) < 0)
        return 0;
    return (unsigned)old.it_value.tv_sec + (old.it_value.tv_usec > 0);
}

useconds_t ualarm(useconds_t after, useconds_t every)
{
    struct itimerval set = {.it_value = scale_timeval(after * INT64_C(1000)),
        .it_interval = scale_timeval(every * INT64_C(1000))};
    struct itimerval old;
    if (setitimer(ITIMER_REAL, &set, &old) < 0)
        return (useconds_t)-1;
    return (useconds_t)(scale_ns_of_timeval(&old.it_value) / 1000);
}

/* ---- timers with a name ---- */

static struct itimerspec spec_to_machine(const struct itimerspec *box, int absolute)
{
    enum scale_clock clock; /* that of the timer, which cannot be asked */
    int64_t at = scale_ns(&box->it_value);
    /* A time of 0 stops the timer, absolute or not. */
    at = absolute && at ? scale_guess_to_machine(at, &clock) : scale_wait(at);
    return (struct itimerspec){.it_value = scale_timespec(at),
        .it_interval = scale_timespec(scale_wait(scale_ns(&box->it_interval)))};
}

static struct itimerspec spec_to_box(const struct itimerspec *machine)
{
    return (struct itimerspec){.it_value = scale_timespec(scale_span(scale_ns(&machine->it_value))),
        .it_interval = scale_timespec(scale_span(scale_ns(&machine->it_interval)))};
}

int timerfd_settime(int fd, int flags, const struct itimerspec *set, struct itimerspec *old)
{
    struct itimerspec ours = spec_to_machine(set, flags & TFD_TIMER_ABSTIME), before;
    if (syscall(SYS_timerfd_settime, fd, flags, &ours, &before) < 0)
        return -1;
    if (old)
        *old = spec_to_box(&before);
    return 0;
}

int timerfd_gettime(int fd, struct itimerspec *now)
{
    if (syscall(SYS_timerfd_gettime, fd, now) < 0)
        return -1;
    *now = spec_to_box(now);
    return 0;
}

/* timer_t is libc's own: some of its timers are threads. */
int timer_settime(timer_t timer, int flags, const struct itimerspec *restrict set,
    struct itimerspec *restrict old)
{
    static int (*real)(timer_t, int, const struct itimerspec *, struct itimerspec *);
    struct itimerspec ours = spec_to_machine(set, flags & TIMER_ABSTIME);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "timer_settime");
    int failed = real(timer, flags, &ours, old);
    if (!failed && old)
        *old = spec_to_box(old);
    return failed;
}

int timer_gettime(timer_t timer, struct itimerspec *now)
{
    static int (*real)(timer_t, struct itimerspec *);
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "timer_gettime");
    int failed = real(timer, now);
    if (!failed)
        *now = spec_to_box(now);
    return failed;
}

/* ---- sockets ---- */

static int is_timeout(int level, int name)
{
    return level == SOL_SOCKET && (name == SO_RCVTIMEO || name == SO_SNDTIMEO);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
    struct timeval ours;
    if (!is_timeout(level, name) || !value || len < sizeof ours)
        return (int)syscall(SYS_setsockopt, fd, level, name, value, len);
    memcpy(&ours, value, sizeof ours);
    ours = scale_timeval_up(scale_wait(scale_ns_of_timeval(&ours)));
    return (int)syscall(SYS_setsockopt, fd, level, name, &ours, sizeof ours);
}

int getsockopt(int fd, int level, int name, void *restrict value, socklen_t *restrict len)
{
    struct timeval ours;
    int failed = (int)syscall(SYS_getsockopt, fd, level, name, value, len);
    if (failed || !is_timeout(level, name) || *len < sizeof ours)
        return failed;
    memcpy(&ours, value, sizeof ours);
    ours = scale_timeval(scale_span(scale_ns_of_timeval(&ours)));
    memcpy(value, &ours, sizeof ours);
    return 0;
}
