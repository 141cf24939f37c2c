/* SPDX-License-Identifier: BSD-2-Clause */
/* wait.c - calls that wait: sleeping, polling, and waiting for a signal. Those for other threads
 * are in locks.c.
 *
 * Timeouts in milliseconds would all be rounded to nothing at a high factor, so each kind of poll
 * uses the call that counts in nanoseconds. */
#include "clock/scale.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { KERNEL_SIGSET = _NSIG / 8 };

#define NS_OF_MS INT64_C(1000000)

/* ---- sleeping ---- */

/* 0, or -1 with errno and *left in the box's time. */
static int wait_for(int64_t box_ns, int64_t *left)
{
    struct timespec span = scale_timespec(scale_wait(box_ns)), rest = {0};
    int failed = (int)syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &span, &rest);
    if (failed && errno == EINTR && left)
        *left = scale_span(scale_ns(&rest));
    return failed;
}

unsigned sleep(unsigned seconds)
{
    int64_t left = 0;
    if (wait_for(seconds * NS_OF_SECOND, &left) == 0)
        return 0;
    return (unsigned)((left + NS_OF_SECOND - 1) / NS_OF_SECOND);
}

int usleep(useconds_t microseconds)
{
    return wait_for(microseconds * INT64_C(1000), NULL);
}

static int valid(const struct timespec *span)
{
    return span->tv_sec >= 0 && span->tv_nsec >= 0 && span->tv_nsec < NS_OF_SECOND;
}

int nanosleep(const struct timespec *span, struct timespec *rest)
{
    int64_t left = 0;
    if (!valid(span)) {
        errno = EINVAL;
        return -1;
    }
    int failed = wait_for(scale_ns(span), &left);
    if (failed && errno == EINTR && rest)
        *rest = scale_timespec(left);
    return failed;
}

/* Gives the error back instead of setting errno. */
int clock_nanosleep(clockid_t id, int flags, const struct timespec *span, struct timespec *rest)
{
    int which = scale_which(id), error = errno, failed;
    if (!valid(span))
        return EINVAL;
    if (which < 0) {
        failed = (int)syscall(SYS_clock_nanosleep, id, flags, span, rest);
    } else if (flags & TIMER_ABSTIME) {
        static const clockid_t ids[N_SCALE_CLOCKS] = {
            CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME};
        struct timespec until =
            scale_timespec(scale_to_machine((enum scale_clock)which, scale_ns(span)));
        failed = (int)syscall(SYS_clock_nanosleep, ids[which], flags, &until, NULL);
    } else {
        failed = nanosleep(span, rest);
    }
    int result = failed ? errno : 0;
    errno = error;
    return result;
}

/* ---- polling ---- */

/* NULL, for ever, when box_ns is negative. */
static struct timespec *limit(struct timespec *room, int64_t box_ns)
{
    if (box_ns < 0)
        return NULL;
    *room = scale_timespec(scale_wait(box_ns));
    return room;
}

int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask)
{
    struct timespec room;
    if (timeout && !valid(timeout)) {
        errno = EINVAL;
        return -1;
    }
    return (int)syscall(
        SYS_ppoll, fds, n, limit(&room, timeout ? scale_ns(timeout) : -1), mask, KERNEL_SIGSET);
}

int poll(struct pollfd *fds, nfds_t n, int ms)
{
    struct timespec room;
    return (int)syscall(SYS_ppoll, fds, n, limit(&room, ms * NS_OF_MS), NULL, KERNEL_SIGSET);
}

/* What programs call that were built with _FORTIFY_SOURCE. */
int __poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t size);
int __poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t size)
{
    if (size / sizeof *fds < n)
        __builtin_trap();
    return poll(fds, n, ms);
}

static int select_for(
    int n, fd_set *in, fd_set *out, fd_set *bad, struct timespec *span, const sigset_t *mask)
{
    struct {
        const sigset_t *mask;
        size_t size;
    } sixth = {mask, KERNEL_SIGSET};
    return (int)syscall(SYS_pselect6, n, in, out, bad, span, mask ? &sixth : NULL);
}

int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask,
    size_t size);
int __ppoll_chk(
    struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask, size_t size)
{
    if (size / sizeof *fds < n)
        __builtin_trap();
    return ppoll(fds, n, timeout, mask);
}

/* Linux leaves in the timeout what is left of it, and there are programs that rely on it. */
int select(int n, fd_set *restrict in, fd_set *restrict out, fd_set *restrict bad,
    struct timeval *restrict timeout)
{
    struct timespec room;
    if (!timeout)
        return select_for(n, in, out, bad, NULL, NULL);
    if (timeout->tv_sec < 0 || timeout->tv_usec < 0) {
        errno = EINVAL;
        return -1;
    }
    int ready = select_for(n, in, out, bad, limit(&room, scale_ns_of_timeval(timeout)), NULL);
    int64_t left = scale_span(scale_ns(&room));
    if (left < scale_ns_of_timeval(timeout)) /* rounding must not make it longer */
        *timeout = scale_timeval(left);
    return ready;
}

int pselect(int n, fd_set *restrict in, fd_set *restrict out, fd_set *restrict bad,
    const struct timespec *restrict timeout, const sigset_t *restrict mask)
{
    struct timespec room;
    if (timeout && !valid(timeout)) {
        errno = EINVAL;
        return -1;
    }
    return select_for(n, in, out, bad, limit(&room, timeout ? scale_ns(timeout) : -1), mask);
}

/* Linux 5.11 counts in nanoseconds; a kernel before it, or a sandbox that does not know the call,
 * in milliseconds. */
static int epoll_for(
    int fd, struct epoll_event *events, int most, int64_t box_ns, const sigset_t *mask)
{
    struct timespec room, *span = limit(&room, box_ns);
#ifdef SYS_epoll_pwait2
    int error = errno;
    int ready = (int)syscall(SYS_epoll_pwait2, fd, events, most, span, mask, KERNEL_SIGSET);
    if (ready >= 0 || errno != ENOSYS)
        return ready;
    errno = error;
#endif
    int64_t ms = span ? (scale_ns(span) + NS_OF_MS - 1) / NS_OF_MS : -1;
    return (int)syscall(SYS_epoll_pwait, fd, events, most, ms > INT32_MAX ? INT32_MAX : (int)ms,
        mask, KERNEL_SIGSET);
}

int epoll_wait(int fd, struct epoll_event *events, int most, int ms)
{
    return epoll_for(fd, events, most, ms * NS_OF_MS, NULL);
}

int epoll_pwait(int fd, struct epoll_event *events, int most, int ms, const sigset_t *mask)
{
    return epoll_for(fd, events, most, ms * NS_OF_MS, mask);
}

int epoll_pwait2(int fd, struct epoll_event *events, int most, const struct timespec *timeout,
    const sigset_t *mask)
{
    return epoll_for(fd, events, most, timeout ? scale_ns(timeout) : -1, mask);
}

int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
    struct timespec room;
    return (int)syscall(SYS_rt_sigtimedwait, set, info,
        limit(&room, timeout ? scale_ns(timeout) : -1), KERNEL_SIGSET);
}
