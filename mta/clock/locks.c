/* SPDX-License-Identifier: BSD-2-Clause */
/* locks.c - waiting for other threads and processes until a time: mutexes, conditions, semaphores,
 * message queues, and threads themselves.
 *
 * Only libc can wait for these, so its own functions are called, with the machine's time. Each
 * names the clock its time is of, or it is the wall's; for a condition it is that of the condition,
 * which cannot be asked and is guessed. */
#include "clock/scale.h"

#include <aio.h>
#include <dlfcn.h>
#include <errno.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/times.h>
#include <threads.h>
#include <unistd.h>

#define REAL(function)                                                                             \
    static __typeof__(function) *real;                                                             \
    if (!real)                                                                                     \
    *(void **)&real = dlsym(RTLD_NEXT, #function)

static int valid(const struct timespec *at)
{
    return at->tv_nsec >= 0 && at->tv_nsec < NS_OF_SECOND;
}

/* What is no time is left for libc to refuse. */
static struct timespec until_on(clockid_t id, const struct timespec *box)
{
    int which = scale_which(id);
    if (which < 0 || !valid(box))
        return *box;
    return scale_timespec(scale_to_machine((enum scale_clock)which, scale_ns(box)));
}

static struct timespec until(const struct timespec *box)
{
    return until_on(CLOCK_REALTIME, box);
}

static struct timespec until_guessed(const struct timespec *box)
{
    enum scale_clock clock;
    if (!valid(box))
        return *box;
    return scale_timespec(scale_guess_to_machine(scale_ns(box), &clock));
}

/* ---- semaphores and message queues ---- */

int sem_timedwait(sem_t *restrict sem, const struct timespec *restrict at)
{
    REAL(sem_timedwait);
    struct timespec ours = until(at);
    return real(sem, &ours);
}

int sem_clockwait(sem_t *restrict sem, clockid_t id, const struct timespec *restrict at)
{
    REAL(sem_clockwait);
    struct timespec ours = until_on(id, at);
    return real(sem, id, &ours);
}

/* A span; XSI semaphores are what some MTAs count their processes with. */
int semtimedop(int id, struct sembuf *operations, size_t n, const struct timespec *span)
{
    struct timespec ours;
    if (span && valid(span))
        ours = scale_timespec(scale_wait(scale_ns(span)));
    return (int)syscall(SYS_semtimedop, id, operations, n, span && valid(span) ? &ours : span);
}

ssize_t mq_timedreceive(mqd_t queue, char *restrict message, size_t size,
    unsigned *restrict priority, const struct timespec *restrict at)
{
    struct timespec ours = until(at);
    return syscall(SYS_mq_timedreceive, queue, message, size, priority, &ours);
}

int mq_timedsend(
    mqd_t queue, const char *message, size_t len, unsigned priority, const struct timespec *at)
{
    struct timespec ours = until(at);
    return (int)syscall(SYS_mq_timedsend, queue, message, len, priority, &ours);
}

int aio_suspend(const struct aiocb *const list[], int n, const struct timespec *restrict span)
{
    REAL(aio_suspend);
    struct timespec ours;
    if (!span || !valid(span))
        return real(list, n, span);
    ours = scale_timespec(scale_wait(scale_ns(span)));
    return real(list, n, &ours);
}

/* ---- conditions, mutexes, locks ---- */

int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
    const struct timespec *restrict at)
{
    REAL(pthread_cond_timedwait);
    struct timespec ours = until_guessed(at);
    return real(cond, mutex, &ours);
}

int pthread_cond_clockwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
    clockid_t id, const struct timespec *restrict at)
{
    REAL(pthread_cond_clockwait);
    struct timespec ours = until_on(id, at);
    return real(cond, mutex, id, &ours);
}

/* What takes a lock and a time, and what takes a clock as well. */
#define TIMED(function, lock)                                                                      \
    int function(lock *restrict on, const struct timespec *restrict at)                            \
    {                                                                                              \
        REAL(function);                                                                            \
        struct timespec ours = until(at);                                                          \
        return real(on, &ours);                                                                    \
    }
#define CLOCKED(function, lock)                                                                    \
    int function(lock *restrict on, clockid_t id, const struct timespec *restrict at)              \
    {                                                                                              \
        REAL(function);                                                                            \
        struct timespec ours = until_on(id, at);                                                   \
        return real(on, id, &ours);                                                                \
    }

TIMED(pthread_mutex_timedlock, pthread_mutex_t)
CLOCKED(pthread_mutex_clocklock, pthread_mutex_t)
TIMED(pthread_rwlock_timedrdlock, pthread_rwlock_t)
CLOCKED(pthread_rwlock_clockrdlock, pthread_rwlock_t)
TIMED(pthread_rwlock_timedwrlock, pthread_rwlock_t)
CLOCKED(pthread_rwlock_clockwrlock, pthread_rwlock_t)
TIMED(mtx_timedlock, mtx_t)

/* ---- threads ---- */

int pthread_timedjoin_np(pthread_t thread, void **result, const struct timespec *at)
{
    REAL(pthread_timedjoin_np);
    struct timespec ours = at ? until(at) : (struct timespec){0};
    return real(thread, result, at ? &ours : NULL);
}

int pthread_clockjoin_np(pthread_t thread, void **result, clockid_t id, const struct timespec *at)
{
    REAL(pthread_clockjoin_np);
    struct timespec ours = at ? until_on(id, at) : (struct timespec){0};
    return real(thread, result, id, at ? &ours : NULL);
}

/* The names of C11, whose times are the wall's. */
int cnd_timedwait(cnd_t *restrict cond, mtx_t *restrict mutex, const struct timespec *restrict at)
{
    REAL(cnd_timedwait);
    struct timespec ours = until(at);
    return real(cond, mutex, &ours);
}

int thrd_sleep(const struct timespec *span, struct timespec *rest)
{
    int error = errno, failed = nanosleep(span, rest);
    int result = !failed ? 0 : errno == EINTR ? -1 : -2; /* C17 7.26.5.7 */
    errno = error;
    return result;
}

/* ---- and the oldest clock ---- */

/* The processor time in *used is what it is; what is returned counts the time that passes. */
clock_t times(struct tms *used)
{
    if (used)
        syscall(SYS_times, used);
    return (clock_t)(scale_now(SCALE_STEADY) / (NS_OF_SECOND / sysconf(_SC_CLK_TCK)));
}
