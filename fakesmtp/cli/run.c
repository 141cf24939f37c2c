/* SPDX-License-Identifier: BSD-2-Clause */
/* fakesmtp run: sends mail into scenarios with each sender, has the bounces explained, judges,
 * reports. */
#include "cli/cli.h"

#include <box/box.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "suite/boxed.h"
#include "suite/judge.h"
#include "suite/play.h"
#include "suite/report.h"
#include "util/clock.h"
#include "util/datadir.h"
#include "util/mem.h"
#include "util/text.h"
#include "util/transcript.h"

static const char usage[] =
    "usage: fakesmtp run [options] [SCENARIO...]\n"
    "\n"
    "Plays the scenarios (all of them, when none is named), sends a message into each, and "
    "compares the bounce's\n"
    "explanation and the sender's conduct with what the scenario expects.\n"
    "\n"
    "  --sender NAME        builtin (default), or a real MTA such as postfix, run in a box of its "
    "own;\n"
    "                       a list with commas, or repeated, for several\n"
    "  --profile NAME       how real MTAs are configured: queue (default; short times) or stock "
    "(their own times,\n"
    "                       five days in minutes)\n"
    "  --speed N            built-in sender: let waiting happen, N times as fast as real time "
    "(default: idle time is\n"
    "                       skipped, so that five days pass at once)\n"
    "  --seed N             of s:chance() (default: random, printed)\n"
    "  --tap                report as TAP 13 instead of the table\n"
    "  --verbose            show when which host was tried and what was asked of the DNS\n"
    "  --json FILE          also write the results as JSON\n"
    "  --transcript FILE    append every event of every conversation as a line of JSON\n"
    "  --cache DIR          where packages of real MTAs are unpacked (default: "
    "~/.cache/fakesmtp/mta)\n"
    "  --work DIR           leave the logs and bounces of real MTAs below DIR\n"
    "  --help               this text\n"
    "\n"
    "Exit status: 0 all as expected, 1 something was not, 2 usage or set-up error, 77 a sender is "
    "not possible here.\n";

enum { SENDERS_MAX = 32 };

struct run {
    char *senders[SENDERS_MAX];
    size_t sender_count;
    char **paths;
    size_t count;
    double speed;
    uint64_t seed;
    bool tap, verbose, failed, skipped;
    const char *json, *transcript_path, *profile, *cache, *work, *in_box;
    int results_fd, transcript_fd;
    struct results results;
    size_t tap_number;
};

/* ---- options ---- */

static bool add_senders(struct run *run, const char *list)
{
    while (*list) {
        size_t n = strcspn(list, ",");
        if (run->sender_count == SENDERS_MAX || !n) {
            fprintf(stderr, "fakesmtp run: --sender: %s\n", n ? "too many" : "an empty name");
            return false;
        }
        run->senders[run->sender_count++] = mem_bytes(list, n);
        list += n + (list[n] == ',');
    }
    return true;
}

static bool fd_option(const char *text, int *fd)
{
    double value;
    bool fine = cli_number("descriptor", text, 3, 1023, &value);
    *fd = fine ? (int)value : -1;
    return fine;
}

static bool take_option(struct run *run, int c)
{
    switch (c) {
    case 'S':
        return add_senders(run, optarg);
    case 's':
        return cli_number("--speed", optarg, 0.001, 1e9, &run->speed);
    case 'd':
        return cli_seed(optarg, &run->seed);
    case 't':
        return run->tap = true;
    case 'v':
        return run->verbose = true;
    case 'j':
        run->json = optarg;
        return true;
    case 'T':
        run->transcript_path = optarg;
        return true;
    case 'p':
        run->profile = optarg;
        return true;
    case 'c':
        run->cache = optarg;
        return true;
    case 'w':
        run->work = optarg;
        return true;
    case 'B':
        run->in_box = optarg;
        return true;
    case 'R':
        return fd_option(optarg, &run->results_fd);
    case 'F':
        return fd_option(optarg, &run->transcript_fd);
    default:
        cli_try_help("run");
        return false;
    }
}

/* ---- which scenarios ---- */

static void add_path(struct run *run, char *path)
{
    run->paths = mem_grow(run->paths, (run->count + 1) * sizeof *run->paths);
    run->paths[run->count++] = path;
}

static bool all_scenarios(struct run *run, const char *datadir, char **why)
{
    struct datadir_entry *entries;
    size_t count;
    if (!datadir_entries(datadir, &entries, &count, why))
        return false;
    for (size_t i = 0; i < count; i++)
        add_path(run, mem_text(entries[i].path));
    datadir_entries_free(entries, count);
    if (!count)
        *why = mem_text("there are no scenarios");
    return count > 0;
}

static bool find_scenarios(struct run *run, const char *datadir, int count, char **words)
{
    char *why = NULL;
    bool fine = count > 0 || all_scenarios(run, datadir, &why);
    for (int i = 0; i < count && fine; i++) {
        char *path = datadir_scenario(datadir, words[i], &why);
        fine = path != NULL;
        if (path)
            add_path(run, path);
    }
    if (!fine)
        cli_complain("run", why);
    return fine;
}

/* "scenarios/address/unknown-user.lua" lies in the folder address. */
static char *folder_of(const char *path)
{
    const char *end = strrchr(path, '/'), *start = end;
    while (start && start > path && start[-1] != '/')
        start--;
    return end ? mem_bytes(start, (size_t)(end - start)) : NULL;
}

static bool same_name_twice(const struct world_scenario *list, size_t count)
{
    const char *name = script_scenario(list[count].script)->name;
    for (size_t i = 0; i < count; i++)
        if (list[i].script &&
            strcmp(script_scenario(list[i].script)->name, name) == 0) /* NULL: did not load */
            return true;
    return false;
}

static bool load_one(const char *path, const char *lib, struct world_scenario *list, size_t count)
{
    char *why = NULL;
    list[count].script = script_load(path, lib, NULL, &why);
    if (list[count].script)
        why = judge_problem(script_scenario(list[count].script));
    if (list[count].script && !why && same_name_twice(list, count))
        why = mem_format("%s: a scenario of this name is played already", path);
    if (!why)
        list[count].folder = folder_of(path);
    else
        fprintf(stderr, "%s\n", why);
    bool fine = !why;
    free(why);
    return fine;
}

static void unload(struct world_scenario *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        record_deinit(&list[i].record);
        script_free(list[i].script);
        free(list[i].folder);
    }
    free(list);
}

/* Fresh Lua states for each sender: what a scenario remembers of one must not meet the next. NULL:
 * said why. */
static struct world_scenario *load_all(const struct run *run, const char *datadir)
{
    struct world_scenario *list = mem_new(run->count * sizeof *list);
    char *lib = datadir ? mem_format("%s/scenarios/lib", datadir) : NULL;
    bool fine = true;
    for (size_t i = 0; i < run->count; i++)
        fine = load_one(run->paths[i], lib, list, i) && fine && list[i].script;
    free(lib);
    if (fine)
        return list;
    unload(list, run->count);
    return NULL;
}

/* ---- playing ---- */

struct progress {
    const char *sender;
    size_t count;
    bool shown;
};

static void on_progress(void *ctx, size_t decided)
{
    struct progress *p = ctx;
    fprintf(stderr, "\r%s: %zu of %zu ", p->sender, decided, p->count);
    p->shown = true;
}

static void end_progress(struct progress *p)
{
    if (p->shown)
        fputs("\r\033[K", stderr);
}

static void on_progress_in_box(void *ctx, size_t decided)
{
    struct run *run = ctx;
    boxed_tell_progress(run->results_fd, decided);
}

static bool run_builtin(
    struct run *run, const char *datadir, struct transcript *transcript, struct progress *progress)
{
    struct world_scenario *list = load_all(run, datadir);
    char *why = NULL;
    if (!list)
        return false;
    struct play_config config = {.scenarios = list,
        .count = run->count,
        .speed = run->speed,
        .seed = run->seed,
        .transcript = transcript,
        .ctx = progress,
        .on_progress = isatty(STDERR_FILENO) ? on_progress : NULL};
    bool fine = play_builtin(&config, &run->results, &why);
    end_progress(progress);
    unload(list, run->count);
    if (!fine)
        cli_complain("run", why);
    return fine;
}

static void skip(struct run *run, const char *sender, char *why)
{
    run->skipped = true;
    if (run->tap)
        report_tap_skip(stdout, sender, why, &run->tap_number);
    fprintf(stderr, "SKIP %s: %s\n", sender, why);
    free(why);
}

static bool run_mta(
    struct run *run, const char *sender, const char *datadir, struct progress *progress)
{
    char *why = NULL;
    struct world_scenario *list =
        load_all(run, datadir); /* so that a broken file is named before anything starts */
    if (!list)
        return false;
    unload(list, run->count);
    struct boxed_config config = {.mta = sender,
        .paths = (const char *const *)run->paths,
        .count = run->count,
        .seed = run->seed,
        .profile = run->profile,
        .cache = run->cache,
        .work = run->work,
        .transcript_fd = run->transcript_fd,
        .ctx = progress,
        .on_progress = isatty(STDERR_FILENO) ? on_progress : NULL};
    enum boxed_outcome how = boxed_run(&config, &run->results, &why);
    end_progress(progress);
    if (how == BOXED_SKIPPED)
        skip(run, sender, why);
    else if (how == BOXED_FAILED)
        cli_complain("run", why);
    return how == BOXED_DONE || how == BOXED_SKIPPED;
}

static bool run_sender(struct run *run, const char *sender, const char *datadir)
{
    struct progress progress = {.sender = sender, .count = run->count};
    if (strcmp(sender, "builtin") != 0)
        return run_mta(run, sender, datadir, &progress);
    struct transcript *transcript = transcript_new();
    if (run->transcript_fd >= 0)
        transcript_to_fd(transcript, dup(run->transcript_fd),
            run->transcript_path); /* more senders may follow */
    bool fine = run_builtin(run, datadir, transcript, &progress) && !transcript_failure(transcript);
    transcript_free(transcript);
    return fine;
}

/* The other half of boxed_run: what runs inside the box. */
static int run_in_box(struct run *run, const char *datadir)
{
    struct world_scenario *list = load_all(run, datadir);
    const char *said = getenv("FAKESMTP_MTA_DIR"); /* where the box shows the folder of its MTA */
    const char *profile = getenv("FAKESMTP_PROFILE");
    char *why = NULL, *mta_dir = said ? mem_format("%s/..", said) : mta_datadir();
    struct mta *mta = mta_load(mta_dir, run->in_box, &why);
    struct transcript *transcript = transcript_new();
    bool fine = list && mta && mta_profile(mta, profile ? profile : "queue", &why);
    if (run->transcript_fd >= 0)
        transcript_to_fd(transcript, run->transcript_fd, "transcript");
    if (fine) {
        struct play_config config = {.scenarios = list,
            .count = run->count,
            .seed = run->seed,
            .transcript = transcript,
            .on_progress = on_progress_in_box,
            .ctx = run};
        fine = play_mta(&config, mta, &run->results, &why) &&
               boxed_tell_results(run->results_fd, &run->results) &&
               !transcript_failure(transcript);
    }
    if (why)
        cli_complain("run", why);
    if (list)
        unload(list, run->count);
    transcript_free(transcript);
    mta_free(mta);
    free(mta_dir);
    return fine ? EXIT_FINE : EXIT_TROUBLE;
}

/* ---- the whole ---- */

static bool open_transcript(struct run *run)
{
    if (!run->transcript_path)
        return true;
    run->transcript_fd =
        open(run->transcript_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (run->transcript_fd < 0)
        fprintf(stderr, "fakesmtp run: %s: %s\n", run->transcript_path, strerror(errno));
    return run->transcript_fd >= 0;
}

static bool all_senders_known(const struct run *run)
{
    char *dir = mta_datadir(), **names = mta_names(dir);
    const char *known[SENDERS_MAX + 2] = {"builtin"};
    size_t n = 1;
    for (size_t i = 0; names && names[i] && n <= SENDERS_MAX; i++)
        known[n++] = names[i];
    bool fine = true;
    for (size_t i = 0; i < run->sender_count && fine; i++) {
        for (size_t k = 0; k < n && (fine = strcmp(known[k], run->senders[i]) == 0) == false; k++)
            ;
        const char *near = fine ? NULL : text_nearest(run->senders[i], known);
        if (!fine)
            fprintf(stderr, "fakesmtp run: no sender '%s'%s%s%s\n", run->senders[i],
                near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
    }
    mta_names_free(names);
    free(dir);
    return fine;
}

static int report(struct run *run)
{
    char *why = NULL;
    for (size_t i = 0; i < run->results.count; i++)
        run->failed = run->failed || !result_passes(&run->results.list[i]);
    if (run->tap) {
        report_tap(stdout, &run->results, &run->tap_number);
        report_tap_plan(stdout, run->tap_number);
    } else if (run->results.count) {
        struct report_style style = report_style_for(stdout);
        style.attempts = run->verbose;
        report_table(stdout, &run->results, style);
    }
    if (run->json && !report_json(run->json, &run->results, run->seed, &why)) {
        cli_complain("run", why);
        return EXIT_TROUBLE;
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "fakesmtp run: standard output: %s\n", strerror(errno));
        return EXIT_TROUBLE;
    }
    return run->failed ? EXIT_FAILED_VERDICT : run->skipped ? EXIT_SKIP : EXIT_FINE;
}

static int run_all(struct run *run, int count, char **words)
{
    char *datadir = datadir_find();
    int status = EXIT_TROUBLE;
    if (find_scenarios(run, datadir, count, words)) {
        if (run->in_box) {
            status = run_in_box(run, datadir);
        } else if (all_senders_known(run) && open_transcript(run)) {
            bool fine = true;
            fprintf(stderr, "seed %llu\n", (unsigned long long)run->seed);
            if (run->tap)
                report_tap_head(stdout);
            for (size_t i = 0; i < run->sender_count && fine; i++)
                fine = run_sender(run, run->senders[i], datadir);
            status = report(run);
            if (!fine)
                status = EXIT_TROUBLE;
        }
    }
    free(datadir);
    return status;
}

int cli_run(int argc, char **argv)
{
    static const struct option options[] = {{"sender", required_argument, NULL, 'S'},
        {"speed", required_argument, NULL, 's'}, {"seed", required_argument, NULL, 'd'},
        {"tap", no_argument, NULL, 't'}, {"verbose", no_argument, NULL, 'v'},
        {"json", required_argument, NULL, 'j'}, {"transcript", required_argument, NULL, 'T'},
        {"cache", required_argument, NULL, 'c'}, {"profile", required_argument, NULL, 'p'},
        {"work", required_argument, NULL, 'w'}, {"in-box", required_argument, NULL, 'B'},
        {"results-fd", required_argument, NULL, 'R'},
        {"transcript-fd", required_argument, NULL, 'F'}, {"help", no_argument, NULL, 'h'}, {0}};
    struct run run = {
        .speed = CLOCK_JUMP, .seed = cli_random_seed(), .results_fd = -1, .transcript_fd = -1};
    int status = EXIT_TROUBLE;
    bool fine = true;
    for (int c; fine && (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (c == 'h') {
            fputs(usage, stdout);
            return EXIT_FINE;
        }
        fine = take_option(&run, c);
    }
    if (fine && !run.sender_count)
        fine = add_senders(&run, "builtin");
    if (fine)
        status = run_all(&run, argc - optind, argv + optind);
    for (size_t i = 0; i < run.sender_count; i++)
        free(run.senders[i]);
    for (size_t i = 0; i < run.count; i++)
        free(run.paths[i]);
    free(run.paths);
    results_free(&run.results);
    return status;
}
