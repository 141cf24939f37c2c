/* SPDX-License-Identifier: BSD-2-Clause */
#include "util/datadir.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "util/mem.h"
#include "util/text.h"

static bool is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static char *program_dir(void)
{
    char path[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0)
        return NULL;
    path[n] = '\0';
    *strrchr(path, '/') = '\0';
    return mem_text(path);
}

/* A build tree has a file beside the program that names the source tree. */
static char *named_beside(const char *dir)
{
    char *path = mem_format("%s/datadir", dir), line[PATH_MAX];
    FILE *f = fopen(path, "r");
    free(path);
    if (!f)
        return NULL;
    char *got = fgets(line, sizeof line, f);
    fclose(f);
    if (!got)
        return NULL;
    line[strcspn(line, "\n")] = '\0';
    return mem_text(line);
}

char *datadir_find(void)
{
    const char *set = getenv("FAKESMTP_DATADIR");
    if (set && *set)
        return mem_text(set);
    char *dir = program_dir();
    if (!dir)
        return NULL;
    char *found = named_beside(dir);
    if (!found)
        found = mem_format("%s/../share/fakesmtp", dir);
    free(dir);
    if (is_dir(found))
        return found;
    free(found);
    return NULL;
}

/* ---- listing ---- */

struct entries {
    struct datadir_entry *list;
    size_t count;
};

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct datadir_entry *)a)->path, ((const struct datadir_entry *)b)->path);
}

static bool ends_in_lua(const char *name)
{
    size_t n = strlen(name);
    return n > 4 && strcmp(name + n - 4, ".lua") == 0;
}

static void add_folder(struct entries *entries, const char *root, const char *folder)
{
    char *dir = mem_format("%s/%s", root, folder);
    DIR *d = opendir(dir);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        if (e->d_name[0] == '.' || !ends_in_lua(e->d_name))
            continue;
        entries->list = mem_grow(entries->list, (entries->count + 1) * sizeof *entries->list);
        entries->list[entries->count++] =
            (struct datadir_entry){mem_text(folder), mem_format("%s/%s", dir, e->d_name)};
    }
    if (d)
        closedir(d);
    free(dir);
}

bool datadir_entries(const char *datadir, struct datadir_entry **list, size_t *count, char **why)
{
    struct entries entries = {NULL, 0};
    char *root = mem_format("%s/scenarios", datadir ? datadir : "");
    DIR *d = datadir ? opendir(root) : NULL;
    if (!d) {
        *why = datadir ? mem_format("%s: %s", root, strerror(errno))
                       : mem_text("the scenarios are not where they should be; set "
                                  "FAKESMTP_DATADIR to the folder that holds scenarios/");
        free(root);
        return false;
    }
    for (struct dirent *e = readdir(d); e; e = readdir(d))
        if (e->d_name[0] != '.' && strcmp(e->d_name, "lib") != 0)
            add_folder(&entries, root, e->d_name);
    closedir(d);
    free(root);
    if (entries.count)
        qsort(entries.list, entries.count, sizeof *entries.list, by_path);
    *list = entries.list;
    *count = entries.count;
    return true;
}

void datadir_entries_free(struct datadir_entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(entries[i].folder);
        free(entries[i].path);
    }
    free(entries);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool datadir_files(const char *dir, char ***paths, size_t *count, char **why)
{
    DIR *d = opendir(dir);
    *paths = NULL;
    *count = 0;
    if (!d) {
        *why = mem_format("%s: %s", dir, strerror(errno));
        return false;
    }
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        if (e->d_name[0] == '.' || !ends_in_lua(e->d_name))
            continue;
        *paths = mem_grow(*paths, (*count + 1) * sizeof **paths);
        (*paths)[(*count)++] = mem_format("%s/%s", dir, e->d_name);
    }
    closedir(d);
    if (*count)
        qsort(*paths, *count, sizeof **paths, by_text);
    return true;
}

static char *base_name(const char *path)
{
    const char *base = strrchr(path, '/');
    base = base ? base + 1 : path;
    return mem_bytes(base, strlen(base) - 4);
}

char *datadir_scenario(const char *datadir, const char *word, char **why)
{
    if (strchr(word, '/') || ends_in_lua(word))
        return mem_text(word);
    struct datadir_entry *entries;
    size_t count;
    if (!datadir_entries(datadir, &entries, &count, why))
        return NULL;
    char *found = NULL;
    char **names = mem_new((count + 1) * sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = base_name(entries[i].path);
        if (!found && strcmp(names[i], word) == 0)
            found = mem_text(entries[i].path);
    }
    const char *near = found ? NULL : text_nearest(word, (const char *const *)names);
    if (!found)
        *why = near ? mem_format("no scenario '%s' (did you mean '%s'?)", word, near)
                    : mem_format("no scenario '%s'; `fakesmtp list` shows them", word);
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
    datadir_entries_free(entries, count);
    return found;
}

/* Those of the library whose folder this is. */
static bool library_folder(const char *datadir, const char *word, char ***paths, size_t *count)
{
    struct datadir_entry *entries;
    size_t all, n = 0;
    char *why = NULL;
    if (!datadir || !datadir_entries(datadir, &entries, &all, &why)) {
        free(why);
        return false;
    }
    char **found = mem_new((all + 1) * sizeof *found);
    for (size_t i = 0; i < all; i++)
        if (strcmp(entries[i].folder, word) == 0)
            found[n++] = mem_text(entries[i].path);
    datadir_entries_free(entries, all);
    *count = n;
    *paths = n ? found : NULL;
    if (!n)
        free(found);
    return n > 0;
}

bool datadir_scenarios(
    const char *datadir, const char *word, char ***paths, size_t *count, char **why)
{
    if (!strchr(word, '/') && library_folder(datadir, word, paths, count))
        return true;
    if (is_dir(word)) {
        if (datadir_files(word, paths, count, why) && !*count)
            *why = mem_format("%s: no .lua files in it", word);
        return *count > 0;
    }
    char *path = datadir_scenario(datadir, word, why);
    *count = path != NULL;
    *paths = path ? mem_new(sizeof **paths) : NULL;
    if (path)
        **paths = path;
    return path != NULL;
}
