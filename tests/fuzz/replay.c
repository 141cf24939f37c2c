/* SPDX-License-Identifier: BSD-2-Clause */
/* replay.c - runs a fuzz target over files or folders: the corpus as an ordinary test. Exit 1 when
 * it ran nothing. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(1 << 20);
    size_t n = 0;

    if (file && bytes)
        n = fread(bytes, 1, 1 << 20, file);
    if (file && bytes && !ferror(file)) {
        uint8_t *exact = malloc(n ? n : 1); /* so that a sanitizer sees the end */
        memcpy(exact, bytes, n);
        LLVMFuzzerTestOneInput(exact, n);
        free(exact);
    }
    free(bytes);
    if (!file)
        return 0;
    fclose(file);
    return 1;
}

static int replay(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    char name[4096];
    int ran = 0;

    if (!folder)
        return replay_file(path);
    while ((entry = readdir(folder))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        ran += replay_file(name);
    }
    closedir(folder);
    return ran;
}

int main(int argc, char **argv)
{
    int ran = 0;

    for (int i = 1; i < argc; i++)
        ran += replay(argv[i]);
    printf("%d inputs\n", ran);
    return ran ? 0 : 1;
}
