/* SPDX-License-Identifier: BSD-2-Clause */
/* fakesmtp check: what is wrong with scenarios, without a socket. */
#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "script/check.h"
#include "script/script.h"
#include "suite/judge.h"
#include "util/datadir.h"
#include "util/mem.h"

static const char usage[] =
    "usage: fakesmtp check [--strict] [--quiet] [SCENARIO|FOLDER|FILE...]\n"
    "\n"
    "Loads scenarios and says what is wrong with them: keys that do not exist, replies that are\n"
    "none or contradict themselves, handlers that fail or that nobody can get to, expectations "
    "that\n"
    "nothing can cause. Clients come, but only in a rehearsal: no socket is opened. Without an\n"
    "argument all scenarios of the library are checked; a folder is one of the library's, or a "
    "path.\n"
    "\n"
    "  --strict   as for the library: a title, a source and an expectation are needed\n"
    "  --quiet    only what is wrong, no closing line\n"
    "  --help     this text\n"
    "\n"
    "Each line is FILE:LINE: error: TEXT or FILE:LINE: warning: TEXT [NAME]; a comment\n"
    "`-- check: allow NAME: why` in the file takes warnings of that name away.\n"
    "Exit status: 0 nothing to say, 1 something, 2 usage, or a file that cannot be read.\n";

struct tally {
    size_t files, errors, warnings;
    bool strict, trouble;
    const char *lib_dir;
    const char *bold, *red, *yellow, *plain; /* empty unless a person looks on */
};

/* "file:12: what" becomes "file:12: error: what". */
static void print_finding(const struct tally *tally, const struct finding *f)
{
    bool error = finding_is_error(f->kind);
    const char *at = strstr(f->text, ": ");
    int place = at ? (int)(at - f->text) : 0;
    printf("%s%.*s:%s %s%s:%s %s", tally->bold, place, f->text, tally->plain,
        error ? tally->red : tally->yellow, error ? "error" : "warning", tally->plain,
        at ? at + 2 : f->text);
    if (error)
        puts("");
    else
        printf(" [%s]\n", finding_name(f->kind));
}

/* Whether the classifier knows what is expected of it. */
static void check_reasons(struct tally *tally, const char *path)
{
    char *why = NULL;
    struct script *script = script_load(path, tally->lib_dir, NULL, &why);
    struct finding f = {FINDING_LOAD, script ? judge_problem(script_scenario(script)) : why};
    if (f.text) {
        tally->errors++;
        print_finding(tally, &f);
    }
    free(f.text);
    script_free(script);
}

static void check_file(struct tally *tally, const char *path)
{
    if (access(path, R_OK) != 0) {
        fprintf(stderr, "fakesmtp check: %s: %s\n", path, strerror(errno));
        tally->trouble = true;
        return;
    }
    struct findings findings = {0};
    script_check(path, tally->lib_dir, tally->strict, &findings);
    tally->files++;
    for (size_t i = 0; i < findings.count; i++) {
        bool error = finding_is_error(findings.list[i].kind);
        tally->errors += error;
        tally->warnings += !error;
        print_finding(tally, &findings.list[i]);
    }
    if (!findings.count || !finding_is_error(findings.list[0].kind))
        check_reasons(tally, path);
    findings_deinit(&findings);
}

static void check_library(struct tally *tally, const char *datadir)
{
    struct datadir_entry *entries;
    size_t count;
    char *why = NULL;
    if (!datadir_entries(datadir, &entries, &count, &why)) {
        cli_complain("check", why);
        tally->trouble = true;
        return;
    }
    for (size_t i = 0; i < count; i++)
        check_file(tally, entries[i].path);
    datadir_entries_free(entries, count);
}

static void check_word(struct tally *tally, const char *datadir, const char *word)
{
    char **paths, *why = NULL;
    size_t count;
    if (!datadir_scenarios(datadir, word, &paths, &count, &why)) {
        cli_complain("check", why);
        tally->trouble = true;
    }
    for (size_t i = 0; i < count; i++) {
        check_file(tally, paths[i]);
        free(paths[i]);
    }
    free(paths);
}

static int check(struct tally *tally, int argc, char **words, bool quiet)
{
    char *datadir = datadir_find(), *lib = mem_format("%s/scenarios/lib", datadir ? datadir : "");
    tally->lib_dir = lib;
    if (!argc)
        check_library(tally, datadir);
    for (int i = 0; i < argc; i++)
        check_word(tally, datadir, words[i]);
    if (!quiet)
        printf("%zu scenario%s checked: %zu error%s, %zu warning%s\n", tally->files,
            tally->files == 1 ? "" : "s", tally->errors, tally->errors == 1 ? "" : "s",
            tally->warnings, tally->warnings == 1 ? "" : "s");
    free(lib);
    free(datadir);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "fakesmtp check: standard output: %s\n", strerror(errno));
        return EXIT_TROUBLE;
    }
    if (tally->trouble)
        return EXIT_TROUBLE;
    return tally->errors + tally->warnings ? EXIT_FAILED_VERDICT : EXIT_FINE;
}

int cli_check(int argc, char **argv)
{
    static const struct option options[] = {{"strict", no_argument, NULL, 's'},
        {"quiet", no_argument, NULL, 'q'}, {"help", no_argument, NULL, 'h'}, {0}};
    struct tally tally = {.bold = "", .red = "", .yellow = "", .plain = ""};
    bool quiet = false;
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (c == 'h') {
            fputs(usage, stdout);
            return EXIT_FINE;
        }
        if (c == 's')
            tally.strict = true;
        else if (c == 'q')
            quiet = true;
        else
            return cli_try_help("check");
    }
    const char *no_color = getenv("NO_COLOR");
    if (isatty(STDOUT_FILENO) && !(no_color && *no_color)) {
        tally.bold = "\033[1m";
        tally.red = "\033[31m";
        tally.yellow = "\033[33m";
        tally.plain = "\033[0m";
    }
    return check(&tally, argc - optind, argv + optind, quiet);
}
