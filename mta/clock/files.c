/* SPDX-License-Identifier: BSD-2-Clause */
/* files.c - times of files, which MTAs compare with the clock: a queue file from the future is not
 * due yet.
 *
 * The kernel stamps what is written with the machine's time: that is told in the box's. What a
 * program sets is stored in the machine's, rounded so that the same second is read again. */
#include "clock/scale.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <utime.h>

/* ---- reading ---- */

static void adjust(struct statx_timestamp *at)
{
    struct timespec machine = {.tv_sec = at->tv_sec, .tv_nsec = at->tv_nsec};
    struct timespec box = scale_timespec(scale_to_box(SCALE_WALL, scale_ns(&machine)));
    at->tv_sec = box.tv_sec;
    at->tv_nsec = (unsigned)box.tv_nsec;
}

int statx(int dir, const char *restrict path, int flags, unsigned mask, struct statx *restrict is)
{
    if (syscall(SYS_statx, dir, path, flags, mask, is) < 0)
        return -1;
    adjust(&is->stx_atime);
    adjust(&is->stx_mtime);
    adjust(&is->stx_ctime);
    if (is->stx_mask & STATX_BTIME)
        adjust(&is->stx_btime);
    return 0;
}

static struct timespec timespec_of(const struct statx_timestamp *at)
{
    return (struct timespec){.tv_sec = at->tv_sec, .tv_nsec = at->tv_nsec};
}

/* Through statx, which looks the same on every machine; struct stat of the kernel does not. */
static int look(int dir, const char *path, struct stat *out, int flags)
{
    struct statx is;
    if (statx(dir, path, flags, STATX_BASIC_STATS, &is) < 0)
        return -1;
    *out = (struct stat){.st_dev = makedev(is.stx_dev_major, is.stx_dev_minor),
        .st_ino = is.stx_ino,
        .st_mode = is.stx_mode,
        .st_nlink = is.stx_nlink,
        .st_uid = is.stx_uid,
        .st_gid = is.stx_gid,
        .st_rdev = makedev(is.stx_rdev_major, is.stx_rdev_minor),
        .st_size = (off_t)is.stx_size,
        .st_blksize = (blksize_t)is.stx_blksize,
        .st_blocks = (blkcnt_t)is.stx_blocks,
        .st_atim = timespec_of(&is.stx_atime),
        .st_mtim = timespec_of(&is.stx_mtime),
        .st_ctim = timespec_of(&is.stx_ctime)};
    return 0;
}

int stat(const char *restrict path, struct stat *restrict is)
{
    return look(AT_FDCWD, path, is, 0);
}

int lstat(const char *restrict path, struct stat *restrict is)
{
    return look(AT_FDCWD, path, is, AT_SYMLINK_NOFOLLOW);
}

/* With AT_FDCWD for a descriptor an empty path would mean the working directory. */
int fstat(int fd, struct stat *is)
{
    if (fd < 0) {
        errno = EBADF;
        return -1;
    }
    return look(fd, "", is, AT_EMPTY_PATH);
}

int fstatat(int dir, const char *restrict path, struct stat *restrict is, int flags)
{
    return look(dir, path, is, flags);
}

/* struct stat64 is struct stat where a pointer has 64 bits, the only machines this is built for. */
int stat64(const char *restrict path, struct stat64 *restrict is)
{
    return stat(path, (struct stat *)is);
}

int lstat64(const char *restrict path, struct stat64 *restrict is)
{
    return lstat(path, (struct stat *)is);
}

int fstat64(int fd, struct stat64 *is)
{
    return fstat(fd, (struct stat *)is);
}

int fstatat64(int dir, const char *restrict path, struct stat64 *restrict is, int flags)
{
    return look(dir, path, (struct stat *)is, flags);
}

/* Programs built with a libc before 2.33 call these. */
#define OLD_NAMES(suffix)                                                                          \
    int __xstat##suffix(int version, const char *path, struct stat *is);                           \
    int __xstat##suffix(int version, const char *path, struct stat *is)                            \
    {                                                                                              \
        (void)version;                                                                             \
        return stat(path, is);                                                                     \
    }                                                                                              \
    int __lxstat##suffix(int version, const char *path, struct stat *is);                          \
    int __lxstat##suffix(int version, const char *path, struct stat *is)                           \
    {                                                                                              \
        (void)version;                                                                             \
        return lstat(path, is);                                                                    \
    }                                                                                              \
    int __fxstat##suffix(int version, int fd, struct stat *is);                                    \
    int __fxstat##suffix(int version, int fd, struct stat *is)                                     \
    {                                                                                              \
        (void)version;                                                                             \
        return fstat(fd, is);                                                                      \
    }                                                                                              \
    int __fxstatat##suffix(int version, int dir, const char *path, struct stat *is, int flags);    \
    int __fxstatat##suffix(int version, int dir, const char *path, struct stat *is, int flags)     \
    {                                                                                              \
        (void)version;                                                                             \
        return look(dir, path, is, flags);                                                         \
    }

OLD_NAMES()
OLD_NAMES(64)

/* ---- setting ---- */

static struct timespec to_machine(int64_t box_ns)
{
    return scale_timespec(scale_to_machine(SCALE_WALL, box_ns));
}

/* UTIME_NOW and UTIME_OMIT are no times; the kernel's now is ours. */
static int set_times(int dir, const char *path, const struct timespec times[2], int flags)
{
    struct timespec ours[2];
    for (int i = 0; times && i < 2; i++) {
        int special = times[i].tv_nsec == UTIME_NOW || times[i].tv_nsec == UTIME_OMIT;
        ours[i] = special ? times[i] : to_machine(scale_ns(&times[i]));
    }
    return (int)syscall(SYS_utimensat, dir, path, times ? ours : NULL, flags);
}

static int set_timevals(int dir, const char *path, const struct timeval times[2], int flags)
{
    struct timespec same[2];
    for (int i = 0; times && i < 2; i++)
        same[i] = scale_timespec(scale_ns_of_timeval(&times[i]));
    return set_times(dir, path, times ? same : NULL, flags);
}

int utimensat(int dir, const char *path, const struct timespec times[2], int flags)
{
    return set_times(dir, path, times, flags);
}

int futimens(int fd, const struct timespec times[2])
{
    if (fd < 0) {
        errno = EBADF;
        return -1;
    }
    return set_times(fd, NULL, times, 0);
}

int utimes(const char *path, const struct timeval times[2])
{
    return set_timevals(AT_FDCWD, path, times, 0);
}

int lutimes(const char *path, const struct timeval times[2])
{
    return set_timevals(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
}

int futimes(int fd, const struct timeval times[2])
{
    if (fd < 0) {
        errno = EBADF;
        return -1;
    }
    return set_timevals(fd, NULL, times, 0);
}

int futimesat(int dir, const char *path, const struct timeval times[2])
{
    return set_timevals(dir, path, times, 0);
}

int utime(const char *path, const struct utimbuf *times)
{
    struct timespec same[2];
    if (!times)
        return set_times(AT_FDCWD, path, NULL, 0);
    same[0] = (struct timespec){.tv_sec = times->actime};
    same[1] = (struct timespec){.tv_sec = times->modtime};
    return set_times(AT_FDCWD, path, same, 0);
}
