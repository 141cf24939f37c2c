/* SPDX-License-Identifier: BSD-2-Clause */
/* test_clock.c - the compressed clock, seen by a program that lives under it.
 *
 * The program starts itself again with clockshim.so preloaded and a clock file that makes ten hours
 * of a second. What is asked for is logic and not speed: who waited for an hour finds the clock an
 * hour on, and does not sit here for one. CLOCKSHIM names the library. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test_clock_files.h"
#include "test_clock_locks.h"

enum { FACTOR = 36000, HOUR = 3600 };

static const char *self;

/* ---- beginnings and ends ---- */

static double machine_seconds(clockid_t id)
{
    struct timespec now;
    syscall(SYS_clock_gettime, id, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds(clockid_t id)
{
    struct timespec now;
    assert_int_equal(clock_gettime(id, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

struct span {
    double machine, steady, wall;
};

static struct span begin(void)
{
    return (struct span){
        machine_seconds(CLOCK_MONOTONIC), seconds(CLOCK_MONOTONIC), seconds(CLOCK_REALTIME)};
}

/* At least so long here, and not so long for who waits for this test. */
static void end(const struct span *from, double at_least)
{
    double slack = at_least / 10000; /* the two clocks of a machine are disciplined apart */
    if (seconds(CLOCK_MONOTONIC) - from->steady < at_least)
        fail_msg("%g s had passed on the steady clock, not %g",
            seconds(CLOCK_MONOTONIC) - from->steady, at_least);
    if (seconds(CLOCK_REALTIME) - from->wall < at_least - slack)
        fail_msg("%g s had passed on the wall's clock, not %g",
            seconds(CLOCK_REALTIME) - from->wall, at_least);
    assert_true(machine_seconds(CLOCK_MONOTONIC) - from->machine < at_least / 2);
}

static volatile sig_atomic_t signals;

static void on_signal(int number)
{
    (void)number;
    signals++;
}

static void catch_alarm(void)
{
    struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART: it interrupts */
    signals = 0;
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
}

/* ---- reading ---- */

static void clocks_run_faster(void **state)
{
    static const clockid_t ids[] = {CLOCK_REALTIME, CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC,
        CLOCK_MONOTONIC_RAW, CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        double from = machine_seconds(CLOCK_MONOTONIC), before = seconds(ids[i]), now = from;
        while (now - from < 0.01)
            now = machine_seconds(CLOCK_MONOTONIC);
        assert_true(seconds(ids[i]) - before > 0.009 * FACTOR);
    }
    assert_true(seconds(CLOCK_PROCESS_CPUTIME_ID) < HOUR); /* no clock at all */
}

static void all_words_for_now_agree(void **state)
{
    struct timeval day;
    struct timespec spec;
    time_t out, first = time(NULL);
    assert_int_equal(gettimeofday(&day, NULL), 0);
    assert_true(day.tv_sec >= first && day.tv_usec >= 0 && day.tv_usec < 1000000);
    assert_int_equal(clock_gettime(CLOCK_REALTIME_COARSE, &spec), 0);
    assert_true(spec.tv_sec >= day.tv_sec);
    assert_int_equal(timespec_get(&spec, TIME_UTC), TIME_UTC);
    assert_true(spec.tv_sec >= day.tv_sec);
    assert_true(time(&out) >= spec.tv_sec);
    assert_int_equal(timespec_get(&spec, 99), 0);
}

/* What makes a queue work: a process started later does not start from the beginning. */
static void processes_agree(void **state)
{
    long long told = 0;
    char *command;
    sleep(10 * HOUR); /* the child's own clock would begin before */
    assert_true(asprintf(&command, "'%s' --now", self) > 0);
    time_t before = time(NULL);
    FILE *child = popen(command, "r");
    assert_non_null(child);
    assert_int_equal(fscanf(child, "%lld", &told), 1);
    assert_int_equal(pclose(child), 0);
    free(command);
    assert_true(told >= before && told <= time(NULL));
}

/* ---- waiting ---- */

static void sleeping(void **state)
{
    struct timespec hour = {.tv_sec = HOUR, .tv_nsec = 1}, until, wrong = {.tv_nsec = 1000000000};
    struct span from = begin();
    assert_int_equal(sleep(HOUR), 0);
    end(&from, HOUR);
    from = begin();
    assert_int_equal(usleep(999999), 0);
    end(&from, 0.999999);
    from = begin();
    assert_int_equal(nanosleep(&hour, NULL), 0);
    end(&from, HOUR);
    from = begin();
    assert_int_equal(clock_nanosleep(CLOCK_REALTIME, 0, &hour, NULL), 0);
    end(&from, HOUR);
    from = begin();
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &until), 0);
    until.tv_sec += HOUR;
    assert_int_equal(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL), 0);
    end(&from, HOUR);
    assert_int_equal(nanosleep(&wrong, NULL), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(clock_nanosleep(CLOCK_MONOTONIC, 0, &wrong, NULL), EINVAL);
}

static int wait_with(int how, int fd, int ms)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    struct timespec span = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    struct timeval small = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    struct epoll_event event = {.events = EPOLLIN};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(fd, &set);
    if (how < 4)
        return how == 0   ? poll(&one, 1, ms)
               : how == 1 ? ppoll(&one, 1, ms < 0 ? NULL : &span, NULL)
               : how == 2 ? select(fd + 1, &set, NULL, NULL, ms < 0 ? NULL : &small)
                          : pselect(fd + 1, &set, NULL, NULL, ms < 0 ? NULL : &span, NULL);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    assert_int_equal(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), 0);
    int ready =
        how == 4 ? epoll_wait(epoll, &event, 1, ms) : epoll_pwait(epoll, &event, 1, ms, NULL);
    close(epoll);
    return ready;
}

static void polling(void **state)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    for (int how = 0; how < 6; how++) {
        struct span from = begin();
        assert_int_equal(wait_with(how, ends[0], 600500), 0);
        end(&from, 600.5);
        assert_int_equal(wait_with(how, ends[0], 0), 0);
    }
    assert_int_equal(write(ends[1], "x", 1), 1);
    for (int how = 0; how < 6; how++) {
        assert_int_equal(wait_with(how, ends[0], 1000 * HOUR), 1);
        assert_int_equal(wait_with(how, ends[0], -1), 1);
    }
    close(ends[0]);
    close(ends[1]);
}

/* By a signal an hour: one that came before the wait began is followed by another. */
static void interrupted(void **state)
{
    struct itimerval hourly = {.it_value.tv_sec = HOUR, .it_interval.tv_sec = HOUR}, stop = {0};
    struct timeval left = {.tv_sec = 100 * HOUR};
    struct timespec span = {.tv_sec = 100 * HOUR}, rest = {0};
    catch_alarm();
    assert_int_equal(setitimer(ITIMER_REAL, &hourly, NULL), 0);
    assert_int_equal(select(0, NULL, NULL, NULL, &left), -1);
    assert_int_equal(errno, EINTR);
    assert_true(left.tv_sec > 0 && left.tv_sec < 100 * HOUR);
    unsigned more = sleep(100 * HOUR);
    assert_true(more > 0 && more <= 100 * HOUR);
    assert_int_equal(nanosleep(&span, &rest), -1);
    assert_int_equal(errno, EINTR);
    assert_true(rest.tv_sec > 0 && rest.tv_sec < 100 * HOUR);
    errno = 1234;
    assert_int_equal(clock_nanosleep(CLOCK_MONOTONIC, 0, &span, &rest), EINTR);
    assert_int_equal(errno, 1234);
    assert_true(signals >= 4);
    assert_int_equal(setitimer(ITIMER_REAL, &stop, NULL), 0);
}

/* ---- being told ---- */

/* With the signal blocked until we wait: it must not come before. */
static void await_signals(int n)
{
    sigset_t alarm_only, before;
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    sigprocmask(SIG_BLOCK, &alarm_only, &before);
    while (signals < n)
        sigsuspend(&before);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

static void alarms(void **state)
{
    struct itimerval set = {.it_value.tv_sec = 300, .it_interval.tv_sec = 600}, now;
    struct span from = begin();
    catch_alarm();
    assert_int_equal(alarm(300), 0);
    await_signals(1);
    end(&from, 300);
    assert_int_equal(alarm(100 * HOUR), 0);
    unsigned left = alarm(0);
    assert_true(left > 0 && left <= 100 * HOUR);
    assert_int_equal(alarm(0), 0);
    signals = 0;
    from = begin();
    assert_int_equal(setitimer(ITIMER_REAL, &set, NULL), 0);
    assert_int_equal(getitimer(ITIMER_REAL, &now), 0);
    assert_true(now.it_interval.tv_sec >= 600 && now.it_interval.tv_sec < 605);
    await_signals(3);
    end(&from, 1500);
    set = (struct itimerval){0};
    assert_int_equal(setitimer(ITIMER_REAL, &set, NULL), 0);
}

static void timers(void **state)
{
    struct itimerspec set = {.it_value.tv_sec = HOUR}, stop = {0}, old;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    uint64_t expirations;
    timer_t timer;
    catch_alarm();
    struct span from = begin();
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    assert_int_equal(timerfd_settime(fd, 0, &set, NULL), 0);
    assert_int_equal(read(fd, &expirations, sizeof expirations), sizeof expirations);
    end(&from, HOUR);
    from = begin();
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &set.it_value), 0);
    set.it_value.tv_sec += HOUR;
    assert_int_equal(timerfd_settime(fd, TFD_TIMER_ABSTIME, &set, NULL), 0);
    assert_int_equal(read(fd, &expirations, sizeof expirations), sizeof expirations);
    end(&from, HOUR);
    close(fd);
    from = begin();
    set.it_value = (struct timespec){.tv_sec = HOUR};
    assert_int_equal(timer_create(CLOCK_REALTIME, &event, &timer), 0);
    assert_int_equal(timer_settime(timer, 0, &set, NULL), 0);
    await_signals(1);
    end(&from, HOUR);
    assert_int_equal(timer_settime(timer, 0, &set, NULL), 0);
    assert_int_equal(timer_settime(timer, 0, &stop, &old), 0);
    assert_true(old.it_value.tv_sec <= HOUR);
    timer_delete(timer);
}

static void socket_timeouts(void **state)
{
    struct timeval limit = {.tv_sec = 300}, told;
    socklen_t len = sizeof told;
    int ends[2], on = 1;
    char byte;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    assert_int_equal(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    assert_int_equal(getsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &told, &len), 0);
    assert_true(told.tv_sec >= 300 && told.tv_sec < HOUR);
    struct span from = begin();
    assert_int_equal(recv(ends[0], &byte, 1, 0), -1);
    assert_int_equal(errno, EAGAIN);
    end(&from, 295); /* the kernel keeps it in ticks */
    assert_int_equal(
        setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on), 0); /* others go through */
    close(ends[0]);
    close(ends[1]);
}

/* ---- what must not be noticed ---- */

static int errno_after_the_first; /* which reads the clock's file */

static void errno_is_kept(void **state)
{
    assert_int_equal(errno_after_the_first, 1234);
    struct timeval day;
    struct timespec spec, span = {.tv_nsec = 1};
    struct pollfd none = {.fd = -1};
    errno = 1234;
    time(NULL);
    gettimeofday(&day, NULL);
    clock_gettime(CLOCK_MONOTONIC, &spec);
    sleep(1);
    nanosleep(&span, NULL);
    clock_nanosleep(CLOCK_MONOTONIC, 0, &span, NULL);
    poll(&none, 1, 1);
    alarm(0);
    assert_int_equal(errno, 1234);
}

/* ---- the outside ---- */

static int run_under_the_clock(char **argv)
{
    char path[] = "/tmp/fakesmtp-clock.XXXXXX";
    int fd = mkstemp(path), status = 1;
    if (fd < 0 || !getenv("CLOCKSHIM")) {
        fprintf(stderr, "CLOCKSHIM must name the library, and /tmp be writable\n");
        return 1;
    }
    dprintf(fd, "%d %.0f %.0f %.0f\n", FACTOR, machine_seconds(CLOCK_REALTIME) * 1e9,
        machine_seconds(CLOCK_MONOTONIC) * 1e9, machine_seconds(CLOCK_BOOTTIME) * 1e9);
    close(fd);
    pid_t pid = fork();
    if (pid == 0) {
        setenv("FAKESMTP_BOX_CLOCK", path, 1);
        setenv("LD_PRELOAD", getenv("CLOCKSHIM"), 1);
        execv("/proc/self/exe", argv);
        _exit(98);
    }
    if (pid > 0)
        waitpid(pid, &status, 0);
    unlink(path);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
    if (!getenv("FAKESMTP_BOX_CLOCK"))
        return run_under_the_clock(argv);
    errno = 1234;
    time(NULL);
    errno_after_the_first = errno;
    self = argv[0];
    if (argc > 1 && strcmp(argv[1], "--now") == 0)
        return printf("%lld\n", (long long)time(NULL)) < 0;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errno_is_kept),
        cmocka_unit_test(clocks_run_faster),
        cmocka_unit_test(all_words_for_now_agree),
        cmocka_unit_test(processes_agree),
        cmocka_unit_test(sleeping),
        cmocka_unit_test(polling),
        cmocka_unit_test(interrupted),
        cmocka_unit_test(alarms),
        cmocka_unit_test(timers),
        cmocka_unit_test(socket_timeouts),
        cmocka_unit_test(clock_locks_until_a_time),
        cmocka_unit_test(clock_locks_by_a_named_clock),
        cmocka_unit_test(clock_locks_for_a_span),
        cmocka_unit_test(clock_locks_are_had_at_once),
        cmocka_unit_test(clock_locks_refuse_what_is_no_time),
        cmocka_unit_test(clock_files_keep_their_second),
        cmocka_unit_test(clock_files_from_the_future_come_due),
        cmocka_unit_test(clock_files_are_told_alike),
        cmocka_unit_test(clock_files_fail_as_they_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
