/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a file of Lua: a regular one, of text, not larger than anybody writes. A pipe or a device
 * would keep the server waiting, or never end. */
#include "script/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "util/mem.h"

enum { FILE_MAX = 1 << 20 };

static const char *read_all(int fd, char *text, size_t *len)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return strerror(errno);
    if (S_ISDIR(st.st_mode))
        return strerror(EISDIR);
    if (!S_ISREG(st.st_mode))
        return "not a regular file";
    *len = 0;
    while (*len <= FILE_MAX) {
        ssize_t got = read(fd, text + *len, FILE_MAX + 1 - *len);
        if (got < 0 && errno != EINTR)
            return strerror(errno);
        if (got == 0)
            break;
        *len += got > 0 ? (size_t)got : 0;
    }
    if (*len > FILE_MAX)
        return "larger than 1 MiB";
    return memchr(text, '\0', *len) ? "holds a NUL byte; scenarios are text" : NULL;
}

char *source_read(const char *path, size_t *len, char **why)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return NULL;
    char *text = fd < 0 ? NULL : mem_new(FILE_MAX + 2);
    const char *problem = fd < 0 ? strerror(errno) : read_all(fd, text, len);
    if (problem)
        *why = mem_format("%s: %s", path, problem);
    if (fd >= 0)
        close(fd);
    if (!problem)
        return mem_grow(text, *len + 1);
    free(text);
    return NULL;
}
