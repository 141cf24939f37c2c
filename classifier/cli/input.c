/* SPDX-License-Identifier: BSD-2-Clause */
/* input.c - files, mboxes, Maildirs, folders and standard input, one message at a time. */
#include "cli.h"
#include "mbox.h"
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* gzip, bzip2, xz, zstd: by their first bytes. */
static const char *unpacker(const struct mbox_message *message)
{
    static const struct {
        const char *magic, *program;
    } kinds[] = {{"\x1f\x8b", "zcat"}, {"BZh", "bzcat"},
        {"\xfd"
         "7zXZ",
            "xzcat"},
        {"\x28\xb5\x2f\xfd", "zstdcat"}};

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t n = strlen(kinds[i].magic);
        if (message->len > n && !memcmp(message->bytes, kinds[i].magic, n))
            return kinds[i].program;
    }
    return NULL;
}

static void give(
    struct cli *cli, const char *path, size_t number, const struct mbox_message *message)
{
    size_t room = strlen(path) + 32;
    char *source = malloc(room);

    if (!source) {
        cli_trouble(cli, "%s: out of memory", path);
        return;
    }
    snprintf(source, room, number > 1 ? "%s#%zu" : "%s", path, number);
    cli_message(cli, source, message->bytes, message->len, message->offset);
    free(source);
}

static void read_fd(struct cli *cli, const char *path, int fd)
{
    struct mbox mbox;
    struct mbox_message message;
    size_t number = 0;
    int got;

    mbox_init(&mbox, fd);
    while ((got = mbox_next(&mbox, &message)) > 0) {
        const char *program = number ? NULL : unpacker(&message);

        if (program) {
            cli_trouble(cli, "%s: compressed; try: %s %s | whybounced -", path, program, path);
            break;
        }
        give(cli, path, ++number, &message);
    }
    if (got < 0)
        cli_trouble(cli, "%s: %s", path, strerror(errno));
    mbox_deinit(&mbox);
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

/* Maildir: tmp holds what is still being written, dot files are indexes of mail readers. Folders of
 * a Maildir++ begin with a dot, too, and are read when they hold mail. */
static bool skipped(const FTSENT *entry)
{
    char cur[4096];

    if (entry->fts_level == 0)
        return false;
    if (entry->fts_info == FTS_D && !strcmp(entry->fts_name, "tmp"))
        return true;
    if (entry->fts_name[0] != '.')
        return false;
    snprintf(cur, sizeof cur, "%s/cur", entry->fts_path);
    return entry->fts_info != FTS_D || access(cur, X_OK) != 0;
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
