/* SPDX-License-Identifier: BSD-2-Clause */
/* folder.c - a temporary directory with files in it, for the tests of mta/. */
#include "folder.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "box/files.h"

struct folder {
    char *path;
};

static void must(int good, const char *what)
{
    if (good)
        return;
    perror(what);
    abort();
}

struct folder *folder_new(void)
{
    const char *tmp = getenv("TMPDIR");
    struct folder *folder = box_new(1, sizeof *folder);
    folder->path = box_format("%s/fakesmtp-test.XXXXXX", tmp ? tmp : "/tmp");
    must(mkdtemp(folder->path) != NULL, folder->path);
    must(chmod(folder->path, 0755) == 0, folder->path);
    return folder;
}

static int remove_one(const char *path, const struct stat *is, int kind, struct FTW *at)
{
    return remove(path);
}

void folder_free(struct folder *folder)
{
    nftw(folder->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(folder->path);
    free(folder);
}

char *folder_path(const struct folder *folder, const char *name)
{
    return box_format("%s/%s", folder->path, name);
}

void folder_write(const struct folder *folder, const char *name, const char *text, mode_t mode)
{
    char *path = folder_path(folder, name), *dir = box_copy(path);
    *strrchr(dir, '/') = '\0';
    mode_t before = umask(0022);
    must(file_make_dirs(dir, 0755), dir);
    must(file_write(path, text, mode), path);
    umask(before);
    free(dir);
    free(path);
}
