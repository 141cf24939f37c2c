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

/* What people have in their folders that is no mail yet: its first bytes, and how to get at it. */
struct wrapping {
    const char *magic;
    size_t n;
    const char *what, *program;
};

static const struct wrapping *wrapping_of(const struct mbox_message *message)
{
    static const struct wrapping kinds[] = {
        {"\x1f\x8b", 2, "compressed", "zcat"},
        {"BZh", 3, "compressed", "bzcat"},
        {"\xfd\x37zXZ", 5, "compressed", "xzcat"},
        {"\x28\xb5\x2f\xfd", 4, "compressed", "zstdcat"},
        {"PK\3\4", 4, "compressed", "unzip -p"},
        {"\xff\xfe", 2, "UTF-16", "iconv -f utf-16 -t utf-8"},
        {"\xfe\xff", 2, "UTF-16", "iconv -f utf-16 -t utf-8"},
        {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "a message of Outlook", NULL},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (message->len > kinds[i].n && !memcmp(message->bytes, kinds[i].magic, kinds[i].n))
            return &kinds[i];
    return NULL;
}

static void refuse(struct cli *cli, const char *path, const struct wrapping *wrapping)
{
    if (wrapping->program)
        cli_trouble(cli, "%s: %s; try: %s %s | whybounced -", path, wrapping->what,
            wrapping->program, path);
    else
        cli_trouble(cli, "%s: %s; save it as .eml", path, wrapping->what);
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
        const struct wrapping *wrapping = number ? NULL : wrapping_of(&message);

        if (wrapping) {
            refuse(cli, path, wrapping);
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
    size_t read_before = cli->read;
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
    if (cli->read == read_before && cli->format == FORMAT_TEXT && !cli->summary && !cli->fired &&
        cli->status != EXIT_TROUBLE)
        printf("%s: no messages\n", path);
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
