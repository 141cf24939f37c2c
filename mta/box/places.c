/* SPDX-License-Identifier: BSD-2-Clause */
/* places.c - where the MTA folders, their unpacked packages and the shim are, and how packages get
 * there. */
#include "box/box.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "box/files.h"
#include "box/places.h"

/* What meson built in mta/, seen from wherever in the build tree the program lies; NULL when it was
 * installed. */
static char *in_build_tree(const char *name)
{
    static const char *const ways[] = {"", "mta/", "../mta/", "../../mta/", "../../../mta/"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char *relative = box_format("%s%s", ways[i], name);
        char *path = file_beside_program(relative);
        free(relative);
        if (path)
            return path;
    }
    return NULL;
}

/* mta/meson.build writes this file into the build tree; it holds the path of the sources. */
static char *source_tree(void)
{
    char *path = in_build_tree("mta-sources");
    char *text = path ? file_read(path) : NULL;
    free(path);
    if (text)
        text[strcspn(text, "\n")] = '\0';
    return text;
}

char *mta_datadir(void)
{
    const char *said = getenv("FAKESMTP_DATADIR");
    if (said && *said)
        return box_format("%s/mta", said);
    char *path = source_tree();
    if (!path)
        path = file_beside_program("../share/fakesmtp/mta");
    return path ? path : box_copy(MTA_INSTALLED_DATADIR);
}

char *box_shim(void)
{
    const char *said = getenv("FAKESMTP_SHIM");
    if (said && *said)
        return box_copy(said);
    char *path = in_build_tree("boxshim.so");
    if (!path)
        path = file_beside_program("../libexec/fakesmtp/boxshim.so");
    return path ? path : box_copy(BOX_INSTALLED_LIBEXEC "/boxshim.so");
}

char *box_clock_shim(const char *shim)
{
    const char *slash = strrchr(shim, '/');
    return box_format("%.*sclockshim.so", slash ? (int)(slash - shim) + 1 : 0, shim);
}

char *mta_cachedir(void)
{
    static const struct {
        const char *variable, *below;
    } places[] = {{"FAKESMTP_CACHE", "/mta"}, {"XDG_CACHE_HOME", "/fakesmtp/mta"},
        {"HOME", "/.cache/fakesmtp/mta"}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *value = getenv(places[i].variable);
        if (value && *value)
            return box_format("%s%s", value, places[i].below);
    }
    return NULL;
}

static int is_mta(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

char **mta_names(const char *datadir)
{
    struct dirent **entries;
    int n = scandir(datadir, &entries, is_mta, alphasort);
    if (n < 0)
        return NULL;
    char **names = box_new((size_t)n + 1, sizeof *names);
    size_t found = 0;
    for (int i = 0; i < n; i++) {
        char *conf = box_format("%s/%s/mta.conf", datadir, entries[i]->d_name);
        if (file_exists(conf))
            names[found++] = box_copy(entries[i]->d_name);
        free(conf);
        free(entries[i]);
    }
    free(entries);
    return names;
}

void mta_names_free(char **names)
{
    for (char **name = names; name && *name; name++)
        free(*name);
    free(names);
}

char *mta_root(const struct mta *mta, const char *cache)
{
    return box_format("%s/%s/root", cache, mta->name);
}

bool mta_fetched(const struct mta *mta, const char *cache)
{
    if (!mta->fetches)
        return true;
    char *wanted_path = box_format("%s/%s", mta->dir, mta->fetches);
    char *had_path = box_format("%s/%s/%s", cache, mta->name, mta->fetches);
    char *root = mta_root(mta, cache);
    char *wanted = file_read(wanted_path), *had = file_read(had_path);
    bool same = wanted && had && strcmp(wanted, had) == 0 && file_exists(root);
    free(wanted_path);
    free(had_path);
    free(root);
    free(wanted);
    free(had);
    return same;
}

char **mta_fetch_command(const struct mta *mta, const char *cache)
{
    char *datadir = mta_datadir();
    char **words = box_new(4, sizeof *words);
    words[0] = box_format("%s/fetch", datadir);
    words[1] = box_copy(mta->dir);
    words[2] = box_copy(cache);
    free(datadir);
    return words;
}
