/* SPDX-License-Identifier: BSD-2-Clause */
/* files.c - text and files as the box needs them. */
#include "box/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    LARGEST_FILE = 4 << 20,
    /* Postfix takes a file that changed within the last seconds for one that is being edited, and
       waits 2 s. */
    COPY_AGE_SECONDS = 3600,
};

static void *checked(void *got)
{
    if (!got) {
        fputs("box: out of memory\n", stderr);
        _exit(2);
    }
    return got;
}

void *box_new(size_t n, size_t size)
{
    return checked(calloc(n ? n : 1, size));
}

void *box_grow(void *old, size_t n, size_t size)
{
    return checked(reallocarray(old, n ? n : 1, size));
}

char *box_copy(const char *text)
{
    return text ? checked(strdup(text)) : NULL;
}

char *box_format(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    return checked(n < 0 ? NULL : text);
}

/* Fills from fd until its end; -1 with errno, or the number of bytes (cap: too many). */
static ssize_t fill(int fd, char *into, size_t cap)
{
    size_t have = 0;
    while (have < cap) {
        ssize_t n = read(fd, into + have, cap - have);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        have += (size_t)n;
    }
    return (ssize_t)have;
}

char *file_read(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    char *text = box_new(LARGEST_FILE + 1, 1);
    ssize_t n = fill(fd, text, LARGEST_FILE);
    int error = n == LARGEST_FILE ? EFBIG : errno;
    close(fd);
    if (n < 0 || n == LARGEST_FILE) {
        free(text);
        errno = error;
        return NULL;
    }
    text[n] = '\0';
    return box_grow(text, (size_t)n + 1, 1);
}

static bool pour(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

static bool close_after(int fd, bool good)
{
    int error = errno;
    if (close(fd) < 0 && good)
        return false;
    errno = error;
    return good;
}

bool file_write(const char *path, const char *text, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0)
        return false;
    return close_after(fd, pour(fd, text, strlen(text)));
}

static bool set_age(int fd, time_t seconds)
{
    struct timespec times[2] = {{.tv_sec = time(NULL) - seconds}, {.tv_sec = time(NULL) - seconds}};
    return futimens(fd, times) == 0;
}

bool file_copy(const char *from, const char *to)
{
    struct stat is;
    char bytes[16384];
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return false;
    if (fstat(in, &is) < 0)
        return close_after(in, false);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, is.st_mode & 0755);
    if (out < 0)
        return close_after(in, false);
    ssize_t n;
    bool good = true;
    while (good && (n = fill(in, bytes, sizeof bytes)) != 0)
        good = n > 0 && pour(out, bytes, (size_t)n);
    good = close_after(out, good && set_age(out, COPY_AGE_SECONDS));
    return close_after(in, good);
}

static bool copy_link(const char *from, const char *to)
{
    char target[PATH_MAX];
    ssize_t n = readlink(from, target, sizeof target - 1);
    if (n < 0)
        return false;
    target[n] = '\0';
    if (unlink(to) < 0 && errno != ENOENT)
        return false;
    return symlink(target, to) == 0;
}

static bool copy_entry(const char *from, const char *to, bool lenient, char **at)
{
    struct stat is;
    bool good = lstat(from, &is) == 0;
    if (good && S_ISDIR(is.st_mode))
        return file_copy_tree(from, to, lenient, at);
    if (good && S_ISLNK(is.st_mode))
        good = copy_link(from, to);
    else if (good && S_ISREG(is.st_mode))
        good = file_copy(from, to);
    if (good || lenient)
        return true;
    *at = box_copy(from);
    return false;
}

bool file_copy_tree(const char *from, const char *to, bool lenient, char **at)
{
    DIR *dir = opendir(from);
    if (!dir && lenient)
        return true;
    if (!dir || (mkdir(to, 0755) < 0 && errno != EEXIST)) {
        *at = box_copy(dir ? to : from);
        if (dir)
            closedir(dir);
        return false;
    }
    bool good = true;
    struct dirent *entry;
    while (good && (entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        char *source = box_format("%s/%s", from, entry->d_name);
        char *target = box_format("%s/%s", to, entry->d_name);
        good = copy_entry(source, target, lenient, at);
        free(source);
        free(target);
    }
    int error = errno;
    closedir(dir);
    errno = error;
    return good;
}

bool file_make_dirs(const char *path, mode_t mode)
{
    char *part = box_copy(path);
    bool good = true;
    for (char *slash = part + 1; good && *slash; slash++) {
        if (*slash != '/')
            continue;
        *slash = '\0';
        /* A read-only parent says EROFS even for what exists; the last mkdir decides. */
        good = mkdir(part, mode) == 0 || errno == EEXIST || errno == EROFS || errno == EACCES;
        *slash = '/';
    }
    free(part);
    if (!good)
        return false;
    if (mkdir(path, mode) == 0)
        return true;
    int error = errno;
    struct stat is;
    if (stat(path, &is) == 0 && S_ISDIR(is.st_mode))
        return true;
    errno = error;
    return false;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

char *file_absolute(const char *path)
{
    return realpath(path, NULL);
}

char *file_beside_program(const char *relative)
{
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n < 0)
        return NULL;
    exe[n] = '\0';
    char *slash = strrchr(exe, '/');
    if (!slash)
        return NULL;
    *slash = '\0';
    char *path = box_format("%s/%s", exe, relative);
    char *whole = file_absolute(path);
    free(path);
    return whole;
}

bool file_below(const char *path, const char *dir)
{
    size_t n = strlen(dir);
    return strncmp(path, dir, n) == 0 &&
           (path[n] == '\0' || path[n] == '/' || (n == 1 && *dir == '/'));
}
