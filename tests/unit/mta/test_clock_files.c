/* SPDX-License-Identifier: BSD-2-Clause */
/* test_clock_files.c - times of files under the compressed clock, as a mail queue uses them. */
#include "test_clock_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

enum { YEAR = 365 * 24 * 3600 };

static int new_file(char path[32])
{
    static const char template[] = "/tmp/fakesmtp-clock.XXXXXX";
    for (size_t i = 0; i < sizeof template; i++)
        path[i] = template[i];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    return fd;
}

static time_t modified(const char *path)
{
    struct stat is;
    assert_int_equal(stat(path, &is), 0);
    return is.st_mtime;
}

static void set(const char *path, time_t when)
{
    struct utimbuf times = {.actime = when, .modtime = when};
    assert_int_equal(utime(path, &times), 0);
}

/* One of these seconds is a 36000th of the machine's: stored and read again it must be the same
 * one. */
void clock_files_keep_their_second(void **state)
{
    char path[32];
    int fd = new_file(path);
    time_t now = time(NULL);
    for (time_t ahead = 0; ahead < 500; ahead += 7) {
        set(path, now + ahead);
        assert_int_equal(modified(path), now + ahead);
    }
    set(path, now - YEAR); /* before the clock's beginning */
    assert_int_equal(modified(path), now - YEAR);
    set(path, now + YEAR);
    assert_int_equal(modified(path), now + YEAR);
    close(fd);
    unlink(path);
}

/* How Postfix says when a message is to be tried again. */
void clock_files_from_the_future_come_due(void **state)
{
    char path[32];
    time_t before = time(NULL);
    int fd = new_file(path);
    assert_true(modified(path) <= time(NULL));
    assert_true(modified(path) >= before - 600); /* the kernel stamps in ticks of its own */
    set(path, time(NULL) + 4000);
    assert_true(modified(path) > time(NULL));
    sleep(4000);
    assert_true(modified(path) <= time(NULL));
    assert_int_equal(utime(path, NULL), 0);
    assert_true(modified(path) <= time(NULL));
    assert_true(modified(path) >= before + 4000 - 600);
    close(fd);
    unlink(path);
}

void clock_files_are_told_alike(void **state)
{
    char path[32];
    int fd = new_file(path);
    time_t when = time(NULL) + 123;
    struct timespec times[2] = {{.tv_sec = when}, {.tv_sec = when, .tv_nsec = 500000000}};
    struct timespec kept[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_OMIT}};
    struct timeval small[2] = {{.tv_sec = when}, {.tv_sec = when}};
    struct statx extended;
    struct stat is;
    assert_int_equal(futimens(fd, times), 0);
    assert_int_equal(futimens(fd, kept), 0);
    assert_int_equal(stat(path, &is), 0);
    assert_int_equal(is.st_mtime, when);
    assert_true(is.st_mtim.tv_nsec >= 500000000);
    assert_true(is.st_atime < when);
    assert_true(S_ISREG(is.st_mode) && is.st_size == 0 && is.st_nlink == 1);
    ino_t inode = is.st_ino;
    assert_int_equal(lstat(path, &is), 0);
    assert_int_equal(is.st_mtime, when);
    assert_int_equal(fstat(fd, &is), 0);
    assert_int_equal(is.st_mtime, when);
    assert_true(is.st_ino == inode);
    assert_int_equal(fstatat(AT_FDCWD, path, &is, 0), 0);
    assert_int_equal(is.st_mtime, when);
    assert_int_equal(statx(AT_FDCWD, path, 0, STATX_MTIME, &extended), 0);
    assert_int_equal(extended.stx_mtime.tv_sec, when);
    assert_int_equal(utimes(path, small), 0);
    assert_int_equal(modified(path), when);
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    assert_int_equal(modified(path), when);
    close(fd);
    unlink(path);
}

void clock_files_fail_as_they_should(void **state)
{
    struct stat is;
    struct timespec times[2] = {{0}, {0}};
    assert_int_equal(stat("/nonexistent", &is), -1);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(stat("", &is), -1);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(fstat(-1, &is), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(fstat(AT_FDCWD, &is), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(futimens(-1, times), -1);
    assert_int_equal(errno, EBADF);
    errno = 1234;
    assert_int_equal(stat("/", &is), 0);
    assert_int_equal(errno, 1234);
}
