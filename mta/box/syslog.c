/* SPDX-License-Identifier: BSD-2-Clause */
/* syslog.c - the box's /dev/log: most MTAs know no other way to say what they do.
 *
 * A process of its own, which the end of PID 1 takes with it. A line is a datagram, "<PRIORITY>"
 * and text (RFC 3164 4.1, as syslog(3) writes it); the priority is left out of the file, where the
 * MTA's name and words are what is looked for. */
#include "box/syslog.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define DEV_LOG   "/dev/log"
#define FILE_NAME "/var/log/syslog"

enum { LONGEST_LINE = 8192 }; /* what is longer is cut */

static int bind_dev_log(void)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = DEV_LOG};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof at) == 0 && chmod(DEV_LOG, 0666) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static size_t priority_length(const char *line, size_t len)
{
    const char *end = len > 0 && line[0] == '<' ? memchr(line, '>', len < 5 ? len : 5) : NULL;
    return end ? (size_t)(end - line) + 1 : 0;
}

/* One write a line, so that who reads the file while it grows sees whole lines. */
static _Noreturn void append_lines(int from, int to)
{
    char line[LONGEST_LINE + 1];
    for (;;) {
        ssize_t got = recv(from, line, LONGEST_LINE, 0);
        if (got < 0 && errno != EINTR)
            _exit(1);
        size_t len = got > 0 ? (size_t)got : 0;
        while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\0'))
            len--;
        if (len == 0)
            continue;
        size_t skip = priority_length(line, len);
        line[len++] = '\n';
        if (write(to, line + skip, len - skip) < 0)
            _exit(1);
    }
}

bool syslog_start(struct trouble *t)
{
    int log = open(FILE_NAME, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log < 0)
        return trouble_say(t, "write %s: %s", FILE_NAME, strerror(errno));
    int from = bind_dev_log();
    if (from < 0)
        return trouble_say(t, "listen at %s: %s", DEV_LOG, strerror(errno));
    pid_t child = fork();
    if (child == 0) {
        /* The launcher waits for the end of others. */
        if (dup2(from, 0) < 0 || dup2(log, 1) < 0)
            _exit(1);
        close_range(2, ~0U, 0);
        append_lines(0, 1);
    }
    close(from);
    close(log);
    return child > 0 ? true : trouble_say(t, "fork: %s", strerror(errno));
}
