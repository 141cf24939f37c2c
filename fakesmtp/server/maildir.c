/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "server/server.h"
#include "util/mem.h"

struct maildir {
    char *dir, host[64];
    unsigned long saved, failed;
};

static bool make_folder(const char *path, char **why)
{
    struct stat st;
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
        return true;
    *why = mem_format("%s: %s", path, strerror(errno == EEXIST ? ENOTDIR : errno));
    return false;
}

struct maildir *maildir_open(const char *dir, char **why)
{
    static const char *const folders[] = {"", "/tmp", "/new", "/cur"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *path = mem_format("%s%s", dir, folders[i]);
        bool made = make_folder(path, why);
        free(path);
        if (!made)
            return NULL;
    }
    struct maildir *maildir = mem_new(sizeof *maildir);
    maildir->dir = mem_text(dir);
    if (gethostname(maildir->host, sizeof maildir->host - 1) != 0)
        strcpy(maildir->host, "localhost");
    for (char *c = maildir->host; *c; c++)
        if (*c == '/' || *c == ':')
            *c = '_';
    return maildir;
}

void maildir_free(struct maildir *maildir)
{
    if (!maildir)
        return;
    free(maildir->dir);
    free(maildir);
}

bool maildir_failed(const struct maildir *maildir)
{
    return maildir && maildir->failed;
}

/* 0 or an errno. close reports what write could not know yet (NFS, quotas). */
static int write_file(const char *path, const char *bytes, size_t len)
{
    int error = 0, fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return errno;
    while (len && !error) {
        ssize_t done = write(fd, bytes, len);
        if (done > 0) {
            bytes += done;
            len -= (size_t)done;
        } else if (done == 0 || errno != EINTR) {
            error = done == 0 ? ENOSPC : errno;
        }
    }
    if (close(fd) != 0 && !error)
        error = errno;
    return error;
}

/* Not fsynced: a test wants to see whole messages, not to find them again after the power failed.
 */
void maildir_save(struct maildir *maildir, const struct server_message *message)
{
    char *name = mem_format("%lld.%ld_%lu.s%llu.%s", (long long)time(NULL), (long)getpid(),
        ++maildir->saved, (unsigned long long)message->session, maildir->host);
    char *half = mem_format("%s/tmp/%s", maildir->dir, name),
         *whole = mem_format("%s/new/%s", maildir->dir, name);
    int error = write_file(half, message->bytes, message->len);
    if (!error && rename(half, whole) != 0)
        error = errno;
    if (error) {
        unlink(half);
        if (!maildir->failed++)
            fprintf(stderr, "fakesmtp: messages are not saved any more: %s: %s\n", half,
                strerror(error));
    }
    free(name);
    free(half);
    free(whole);
}
