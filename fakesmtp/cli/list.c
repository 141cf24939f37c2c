/* SPDX-License-Identifier: BSD-2-Clause */
/* fakesmtp list: the scenarios there are, folder by folder, each with its first line. */
#include "cli/cli.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "script/script.h"
#include "util/datadir.h"
#include "util/mem.h"

static const char usage[] =
    "usage: fakesmtp list [--names | --json] [folder ...]\n"
    "\n"
    "Shows the scenarios of the library, grouped by folder with their numbers, each with what it "
    "does;\n"
    "or only those of the folders that are named.\n"
    "\n"
    "  --names    only the names, one a line, for scripts\n"
    "  --json     an array of objects: name, folder, title, source (or null), path\n"
    "  --help     this text\n";

enum form { FORM_TEXT, FORM_NAMES, FORM_JSON };

struct listing {
    struct datadir_entry *entries;
    size_t count;
    char **wanted; /* folders; none: all */
    size_t wanted_count;
    enum form form;
    json_t *array; /* FORM_JSON */
    size_t shown;
};

static bool is_wanted(const struct listing *list, const char *folder)
{
    for (size_t i = 0; i < list->wanted_count; i++)
        if (strcmp(list->wanted[i], folder) == 0)
            return true;
    return list->wanted_count == 0;
}

static size_t size_of_folder(const struct listing *list, const char *folder)
{
    size_t size = 0;
    for (size_t i = 0; i < list->count; i++)
        size += strcmp(list->entries[i].folder, folder) == 0;
    return size;
}

/* False: there is no such folder, and that has been said, with the nearest one. */
static bool folder_exists(const struct listing *list, const char *word)
{
    if (size_of_folder(list, word))
        return true;
    const char **names = mem_new((list->count + 1) * sizeof *names);
    size_t n = 0;
    for (size_t i = 0; i < list->count; i++)
        if (n == 0 || strcmp(names[n - 1], list->entries[i].folder) != 0)
            names[n++] = list->entries[i].folder;
    fprintf(stderr, "fakesmtp list: there is no folder '%s' of scenarios", word);
    cli_suggest(word, names);
    free(names);
    return false;
}

static void show(
    struct listing *list, const struct datadir_entry *entry, const struct scenario *scenario)
{
    bool first = list->shown++ == 0 || strcmp(entry[-1].folder, entry->folder) != 0;
    switch (list->form) {
    case FORM_NAMES:
        puts(scenario->name);
        break;
    case FORM_JSON:
        json_array_append_new(
            list->array, json_pack("{s:s, s:s, s:s?, s:s?, s:s}", "name", scenario->name, "folder",
                             entry->folder, "title", scenario->title, "source", scenario->source,
                             "path", entry->path));
        break;
    default:
        if (first)
            printf("%s%s (%zu)\n", list->shown > 1 ? "\n" : "", entry->folder,
                size_of_folder(list, entry->folder));
        printf("  %-24s %s\n", scenario->name, scenario->title);
    }
}

/* A file that does not load is told on stderr, and the others are shown. */
static int show_all(struct listing *list, const char *lib)
{
    int status = EXIT_FINE;
    for (size_t i = 0; i < list->count; i++) {
        char *why = NULL;
        if (!is_wanted(list, list->entries[i].folder))
            continue;
        struct script *script = script_load(list->entries[i].path, lib, NULL, &why);
        if (script) {
            show(list, &list->entries[i], script_scenario(script));
        } else {
            fprintf(stderr, "%s\n", why);
            free(why);
            status = EXIT_TROUBLE;
        }
        script_free(script);
    }
    return status;
}

static int list_library(const char *datadir, struct listing *list)
{
    char *why = NULL, *lib = mem_format("%s/scenarios/lib", datadir ? datadir : "");
    int status = EXIT_FINE;
    if (!datadir_entries(datadir, &list->entries, &list->count, &why)) {
        cli_complain("list", why);
        free(lib);
        return EXIT_TROUBLE;
    }
    for (size_t i = 0; i < list->wanted_count; i++)
        if (!folder_exists(list, list->wanted[i]))
            status = EXIT_TROUBLE;
    if (status == EXIT_FINE) {
        list->array = json_array();
        status = show_all(list, lib);
        if (list->form == FORM_TEXT)
            printf("\n%zu scenarios\n", list->shown);
        if (list->form == FORM_JSON) {
            json_dumpf(list->array, stdout, JSON_INDENT(1));
            putchar('\n');
        }
        json_decref(list->array);
    }
    datadir_entries_free(list->entries, list->count);
    free(lib);
    return status;
}

int cli_list(int argc, char **argv)
{
    static const struct option options[] = {{"names", no_argument, NULL, 'n'},
        {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'}, {0}};
    struct listing list = {.form = FORM_TEXT};
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (c == 'h') {
            fputs(usage, stdout);
            return EXIT_FINE;
        }
        if (c != 'n' && c != 'j')
            return cli_try_help("list");
        list.form = c == 'n' ? FORM_NAMES : FORM_JSON;
    }
    list.wanted = argv + optind;
    list.wanted_count = (size_t)(argc - optind);
    char *datadir = datadir_find();
    int status = list_library(datadir, &list);
    free(datadir);
    return status;
}
