/* SPDX-License-Identifier: BSD-2-Clause */
/* input.c - files, mboxes, Maildirs, folders and standard input, one message at a time. */
#include "cli.h"
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An mbox larger than this has to be split first. */
enum { FILE_MOST = 1 << 30 };

/* All of fd; NULL with errno set. */
static char *read_all(int fd, size_t *len)
{
    struct stat st;
    size_t cap = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0
                     ? (size_t)st.st_size + 1
                     : 65536,
           n = 0;
    char *bytes = malloc(cap);
    ssize_t got = 1;

    while (bytes && (got = read(fd, bytes + n, cap - n)) != 0) {
        char *more;

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            break;
        n += (size_t)got;
        if (n < cap)
            continue;
        if (n >= FILE_MOST) {
            errno = EFBIG;
            got = -1;
            break;
        }
        more = realloc(bytes, cap * 2);
        if (!more) {
            got = -1;
            break;
        }
        bytes = more;
        cap *= 2;
    }
    if (!bytes || got < 0) {
        free(bytes);
        return NULL;
    }
    *len = n;
    return bytes;
}

/* The next "From " line behind an empty line, or the end. RFC 4155; in mbox files the separator
 * stands alone. */
static const char *next_separator(const char *p, const char *end)
{
    while (p < end) {
        const char *lf = memchr(p, '\n', (size_t)(end - p));

        if (!lf)
            return end;
        p = lf + 1;
        if (end - p > 1 && *p == '\r')
            p++;
        if (end - p > 6 && !memcmp(p, "\nFrom ", 6))
            return p + 1;
    }
    return end;
}

static void split_mbox(struct cli *cli, const char *path, const char *bytes, size_t len)
{
    const char *end = bytes + len, *at = bytes, *next = next_separator(bytes, end);
    size_t number = 1, room = strlen(path) + 32;
    char *source = malloc(room);

    if (!source) {
        cli_trouble(cli, "%s: out of memory", path);
        return;
    }
    if (next == end)
        cli_message(cli, path, bytes, len);
    else
        for (; at < end; at = next, number++) {
            next = next_separator(at, end);
            snprintf(source, room, number > 1 ? "%s#%zu" : "%s", path, number);
            cli_message(cli, source, at, (size_t)(next - at));
        }
    free(source);
}

static void read_fd(struct cli *cli, const char *path, int fd)
{
    size_t len;
    char *bytes = read_all(fd, &len);

    if (!bytes) {
        cli_trouble(cli, "%s: %s", path, strerror(errno));
        return;
    }
    if (len > 5 && !memcmp(bytes, "From ", 5))
        split_mbox(cli, path, bytes, len);
    else
        cli_message(cli, path, bytes, len);
    free(bytes);
}

static void read_file(struct cli *cli, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0) {
        cli_trouble(cli, "%s: %s", path, strerror(errno));
        return;
    }
    read_fd(cli, path, fd);
    close(fd);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Maildir: tmp holds what is still being written, dot files are indexes of mail readers. */
static bool skipped(const FTSENT *entry)
{
    if (entry->fts_level == 0)
        return false;
    return entry->fts_name[0] == '.' ||
           (entry->fts_info == FTS_D && !strcmp(entry->fts_name, "tmp"));
}

static void read_folder(struct cli *cli, const char *path)
{
    char *copy = strdup(path), *paths[] = {copy, NULL};
    FTS *tree = copy ? fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name) : NULL;
    FTSENT *entry;

    if (!tree)
        cli_trouble(cli, "%s: %s", path, strerror(errno));
    while (tree && (entry = fts_read(tree))) {
        if (skipped(entry))
            fts_set(tree, entry, FTS_SKIP);
        else if (entry->fts_info == FTS_F)
            read_file(cli, entry->fts_path);
        else if (entry->fts_info == FTS_ERR || entry->fts_info == FTS_DNR ||
                 entry->fts_info == FTS_NS)
            cli_trouble(cli, "%s: %s", entry->fts_path, strerror(entry->fts_errno));
    }
    if (tree)
        fts_close(tree);
    free(copy);
}

void input_read(struct cli *cli, const char *path)
{
    struct stat st;

    if (!strcmp(path, "-"))
        read_fd(cli, "-", STDIN_FILENO);
    else if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        read_folder(cli, path);
    else
        read_file(cli, path);
}

void input_replies(struct cli *cli, const char *stage)
{
    char *line = NULL, source[32];
    size_t cap = 0, number = 0;
    ssize_t len;

    while ((len = getline(&line, &cap, stdin)) >= 0) {
        while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
            len--;
        number++;
        if (!len)
            continue;
        snprintf(source, sizeof source, "-#%zu", number);
        cli_reply(cli, source, line, (size_t)len, stage);
    }
    if (ferror(stdin))
        cli_trouble(cli, "standard input: %s", strerror(errno));
    free(line);
}
