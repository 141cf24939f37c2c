/* SPDX-License-Identifier: BSD-2-Clause */
/* fakesmtp list: the scenarios there are, folder by folder, each with its first line. */
#include "cli/cli.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "script/script.h"
#include "util/datadir.h"
#include "util/mem.h"

static const char usage[] =
    "usage: fakesmtp list [--names]\n"
    "\n"
    "Shows the scenarios of the library, grouped by folder, each with what it does.\n"
    "\n"
    "  --names    only the names, one a line, for scripts\n"
    "  --help     this text\n";

static void print_one(const struct datadir_entry *entry, const char **folder,
    const struct scenario *scenario, bool names)
{
    if (names) {
        puts(scenario->name);
        return;
    }
    if (!*folder || strcmp(*folder, entry->folder) != 0)
        printf("%s%s\n", *folder ? "\n" : "", entry->folder);
    *folder = entry->folder;
    printf("  %-24s %s\n", scenario->name, scenario->title);
}

static int list_all(const char *datadir, bool names)
{
    struct datadir_entry *entries;
    size_t count;
    char *why = NULL, *lib = mem_format("%s/scenarios/lib", datadir ? datadir : "");
    int status = EXIT_FINE;
    if (!datadir_entries(datadir, &entries, &count, &why)) {
        cli_complain("list", why);
        free(lib);
        return EXIT_TROUBLE;
    }
    const char *folder = NULL;
    for (size_t i = 0; i < count; i++) {
        struct script *script = script_load(entries[i].path, lib, NULL, &why);
        if (script) {
            print_one(&entries[i], &folder, script_scenario(script), names);
        } else {
            fprintf(stderr, "%s\n", why);
            free(why);
            status = EXIT_TROUBLE;
        }
        script_free(script);
    }
    if (!names)
        printf("\n%zu scenarios\n", count);
    datadir_entries_free(entries, count);
    free(lib);
    return status;
}

int cli_list(int argc, char **argv)
{
    static const struct option options[] = {
        {"names", no_argument, NULL, 'n'}, {"help", no_argument, NULL, 'h'}, {0}};
    bool names = false;
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (c == 'h') {
            fputs(usage, stdout);
            return EXIT_FINE;
        }
        if (c != 'n')
            return cli_try_help("list");
        names = true;
    }
    if (optind < argc) {
        fprintf(stderr, "fakesmtp list: takes no arguments, got '%s'\n", argv[optind]);
        return cli_try_help("list");
    }
    char *datadir = datadir_find();
    int status = list_all(datadir, names);
    free(datadir);
    return status;
}
