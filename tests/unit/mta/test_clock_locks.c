/* SPDX-License-Identifier: BSD-2-Clause */
/* test_clock_locks.c - waiting for threads and processes under the compressed clock. */
#include "test_clock_locks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/times.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

enum { HOUR = 3600 };

struct held { /* by the thread that tests, so that another cannot have it; and what is never there
               */
    pthread_mutex_t mutex, guard;
    pthread_rwlock_t lock;
    pthread_cond_t cond;
    sem_t sem;
    mtx_t mtx, mtx_guard;
    cnd_t cnd;
    pthread_t waiting; /* a thread that does not end */
};

static void hold(struct held *h)
{
    memset(h, 0, sizeof *h);
    assert_int_equal(pthread_mutex_init(&h->mutex, NULL), 0);
    assert_int_equal(pthread_mutex_init(&h->guard, NULL), 0);
    assert_int_equal(pthread_rwlock_init(&h->lock, NULL), 0);
    assert_int_equal(pthread_cond_init(&h->cond, NULL), 0);
    assert_int_equal(sem_init(&h->sem, 0, 0), 0);
    assert_int_equal(mtx_init(&h->mtx, mtx_timed), thrd_success);
    assert_int_equal(mtx_init(&h->mtx_guard, mtx_plain), thrd_success);
    assert_int_equal(cnd_init(&h->cnd), thrd_success);
    pthread_mutex_lock(&h->mutex);
    pthread_rwlock_wrlock(&h->lock);
    mtx_lock(&h->mtx);
}

static struct timespec now(clockid_t id)
{
    struct timespec at;
    assert_int_equal(clock_gettime(id, &at), 0);
    return at;
}

/* Waits with the n-th call until that time; 0 at the end of the list. What libc calls ETIMEDOUT
 * is 1. */
static int wait_until(struct held *h, int n, const struct timespec *at)
{
    void *result;
    switch (n) {
    case 0:
        return pthread_mutex_timedlock(&h->mutex, at) == ETIMEDOUT;
    case 1:
        return pthread_rwlock_timedwrlock(&h->lock, at) == ETIMEDOUT;
    case 2:
        return pthread_cond_timedwait(&h->cond, &h->guard, at) == ETIMEDOUT;
    case 3:
        return sem_timedwait(&h->sem, at) == -1 && errno == ETIMEDOUT;
    case 4:
        return mtx_timedlock(&h->mtx, at) == thrd_timedout;
    case 5:
        return cnd_timedwait(&h->cnd, &h->mtx_guard, at) == thrd_timedout;
    case 6:
        return pthread_timedjoin_np(h->waiting, &result, at) == ETIMEDOUT;
    default:
        return -1;
    }
}

static int wait_until_on(struct held *h, int n, clockid_t id, const struct timespec *at)
{
    void *result;
    switch (n) {
    case 0:
        return pthread_mutex_clocklock(&h->mutex, id, at) == ETIMEDOUT;
    case 1:
        return pthread_rwlock_clockwrlock(&h->lock, id, at) == ETIMEDOUT;
    case 2:
        return pthread_cond_clockwait(&h->cond, &h->guard, id, at) == ETIMEDOUT;
    case 3:
        return sem_clockwait(&h->sem, id, at) == -1 && errno == ETIMEDOUT;
    case 4:
        return pthread_clockjoin_np(h->waiting, &result, id, at) == ETIMEDOUT;
    default:
        return -1;
    }
}

struct other { /* does the waiting: who holds a lock would be told EDEADLK */
    struct held *held;
    clockid_t id;
    int (*wait)(struct held *, int, clockid_t, const struct timespec *);
    int waits; /* that ended as they should, at no time before the hour was over */
};

static int plain(struct held *h, int n, clockid_t id, const struct timespec *at)
{
    (void)id;
    return wait_until(h, n, at);
}

static void *in_turn(void *arg)
{
    struct other *other = arg;
    pthread_mutex_lock(&other->held->guard);
    mtx_lock(&other->held->mtx_guard);
    for (int n = 0;; n++) {
        struct timespec at = now(other->id);
        at.tv_sec += HOUR;
        int ended = other->wait(other->held, n, other->id, &at);
        struct timespec after = now(other->id);
        bool over =
            after.tv_sec > at.tv_sec || (after.tv_sec == at.tv_sec && after.tv_nsec >= at.tv_nsec);
        if (ended != 1 || !over)
            return NULL;
        other->waits++;
    }
}

static void all_of_them(
    int count, clockid_t id, int (*wait)(struct held *, int, clockid_t, const struct timespec *))
{
    struct held held;
    pthread_t thread;
    hold(&held);
    struct other other = {&held, id, wait, 0};
    held.waiting = pthread_self();
    assert_int_equal(pthread_create(&thread, NULL, in_turn, &other), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(other.waits, count);
}

void clock_locks_until_a_time(void **state)
{
    all_of_them(7, CLOCK_REALTIME, plain);
}

void clock_locks_by_a_named_clock(void **state)
{
    all_of_them(5, CLOCK_REALTIME, wait_until_on);
    all_of_them(5, CLOCK_MONOTONIC, wait_until_on);
}

void clock_locks_for_a_span(void **state)
{
    struct timespec hour = {.tv_sec = HOUR}, from = now(CLOCK_MONOTONIC);
    struct sembuf take = {.sem_op = -1};
    clock_t ticks = times(NULL);
    struct tms used;
    int id = semget(IPC_PRIVATE, 1, 0600);
    if (id >= 0) {
        assert_int_equal(semtimedop(id, &take, 1, &hour), -1);
        assert_int_equal(errno, EAGAIN);
        assert_int_equal(semctl(id, 0, IPC_RMID), 0);
    } else {
        thrd_sleep(&hour, NULL); /* a machine without them */
    }
    assert_true(now(CLOCK_MONOTONIC).tv_sec - from.tv_sec >= HOUR);
    assert_int_equal(thrd_sleep(&hour, NULL), 0);
    assert_true(now(CLOCK_MONOTONIC).tv_sec - from.tv_sec >= 2 * HOUR);
    assert_true(times(&used) - ticks >= 2 * HOUR * sysconf(_SC_CLK_TCK));
    assert_true(used.tms_utime < HOUR * sysconf(_SC_CLK_TCK)); /* no clock at all */
}

void clock_locks_are_had_at_once(void **state)
{
    struct timespec far = now(CLOCK_REALTIME);
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
    char name[64], message[8];
    struct mq_attr sizes = {.mq_maxmsg = 1, .mq_msgsize = sizeof message};
    far.tv_sec += 10000 * HOUR;
    assert_int_equal(pthread_mutex_timedlock(&mutex, &far), 0);
    assert_int_equal(pthread_rwlock_timedrdlock(&lock, &far), 0);
    assert_int_equal(pthread_rwlock_clockrdlock(&lock, CLOCK_REALTIME, &far), 0);
    snprintf(name, sizeof name, "/fakesmtp-clock-%d", (int)getpid());
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &sizes);
    if (queue < 0)
        return; /* a kernel without them */
    mq_unlink(name);
    far.tv_sec -= 9999 * HOUR;
    assert_int_equal(mq_timedsend(queue, "x", 1, 0, &far), 0);
    assert_int_equal(mq_timedsend(queue, "y", 1, 0, &far), -1);
    assert_int_equal(errno, ETIMEDOUT);
    assert_true(now(CLOCK_REALTIME).tv_sec >= far.tv_sec);
    assert_int_equal(mq_timedreceive(queue, message, sizeof message, NULL, &far), 1);
    mq_close(queue);
}

void clock_locks_refuse_what_is_no_time(void **state)
{
    struct timespec wrong = {.tv_nsec = 1000000000};
    struct held held;
    hold(&held);
    pthread_mutex_lock(&held.guard);
    assert_int_equal(pthread_cond_timedwait(&held.cond, &held.guard, &wrong), EINVAL);
    assert_int_equal(sem_timedwait(&held.sem, &wrong), -1);
    assert_int_equal(errno, EINVAL);
    assert_true(thrd_sleep(&wrong, NULL) < -1);
}
