/* SPDX-License-Identifier: BSD-2-Clause */
/* fakesmtp run: sends mail into scenarios with each sender, has the bounces explained, judges,
 * reports. */
#include "cli/run.h"

#include <box/box.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/cli.h"
#include "suite/report.h"
#include "util/clock.h"
#include "util/datadir.h"
#include "util/mem.h"

static const char usage[] =
    "usage: fakesmtp run [options] [SCENARIO|FOLDER|FILE...]\n"
    "\n"
    "Plays the scenarios (all of them, when none is named), sends a message into each, and "
    "compares the bounce's\n"
    "explanation and the sender's conduct with what the scenario expects.\n"
    "\n"
    "  --sender NAME        builtin (default), or a real MTA such as postfix, run in a box of its "
    "own; the folder\n"
    "                       of one of yours (./my-mta/); or all. A list with commas, or repeated, "
    "for several\n"
    "  --jobs N             so many real MTAs at a time (default: half as many as there are "
    "processors)\n"
    "  --require            a sender that is not possible here is an error, not a skip\n"
    "  --profile NAME       how real MTAs are configured: queue (default; short times), once (each "
    "message is tried\n"
    "                       once, and what fails for now comes back at once) or stock (their own "
    "times, five days in\n"
    "                       minutes)\n"
    "  --speed N            built-in sender: let waiting happen, N times as fast as real time "
    "(default: idle time is\n"
    "                       skipped, so that five days pass at once)\n"
    "  --seed N             of s:chance() (default: random, printed)\n"
    "  --tap                report as TAP 13 instead of the table\n"
    "  --verbose            show what the sender did, when which host was tried, and what was "
    "asked "
    "of the DNS\n"
    "  --json FILE          also write the results as JSON\n"
    "  --junit FILE         also write them as JUnit XML\n"
    "  --transcript FILE    append every event of every conversation as a line of JSON\n"
    "  --cache DIR          where packages of real MTAs are unpacked (default: "
    "~/.cache/fakesmtp/mta)\n"
    "  --work DIR           leave the logs and bounces of real MTAs in DIR/NAME\n"
    "  --help               this text\n"
    "\n"
    "Exit status: 0 all as expected; 1 something was not; 2 usage or set-up error, or a sender "
    "that "
    "could not be\n"
    "played; 77 no sender is possible here; 128 + n stopped by signal n, after printing what was "
    "finished.\n";

/* ---- options ---- */

static bool add_words(struct run *run, const char *list)
{
    while (*list) {
        size_t n = strcspn(list, ",");
        if (!n) {
            fprintf(stderr, "fakesmtp run: --sender: an empty name\n");
            return false;
        }
        run->words = mem_grow(run->words, (run->word_count + 1) * sizeof *run->words);
        run->words[run->word_count++] = mem_bytes(list, n);
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

static bool jobs_option(struct run *run, const char *text)
{
    double value;
    bool fine = cli_number("--jobs", text, 1, 64, &value);
    run->jobs = fine ? (unsigned)value : 1;
    return fine;
}

static bool take_option(struct run *run, int c)
{
    switch (c) {
    case 'S':
        return add_words(run, optarg);
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
    case 'q':
        return run->required = true;
    case 'u':
        run->junit = optarg;
        return true;
    case 'J':
        return jobs_option(run, optarg);
    case 'P':
        run->play = optarg;
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

static struct report report_of(const struct run *run)
{
    struct outcome *list = mem_new((run->sender_count + 1) * sizeof *list);
    for (size_t i = 0; i < run->sender_count; i++)
        list[i] = run->senders[i].outcome; /* the run keeps what they point to */
    return (struct report){.outcomes = list,
        .count = run->sender_count,
        .seed = run->seed,
        .profile = run->profile ? run->profile : "queue"};
}

static bool write_reports(const struct run *run, const struct report *report)
{
    char *why = NULL;
    if (run->tap) {
        report_tap(stdout, report);
    } else {
        struct report_style style = report_style_for(stdout);
        style.attempts = run->verbose;
        report_table(stdout, report, style);
    }
    bool fine = !run->json || report_json(run->json, report, &why);
    if (!fine)
        cli_complain("run", why);
    if (run->junit && !report_junit(run->junit, report, &why)) {
        cli_complain("run", why);
        fine = false;
    }
    if (fflush(stdout) == 0 && !ferror(stdout))
        return fine;
    fprintf(stderr, "fakesmtp run: standard output: %s\n", strerror(errno));
    return false;
}

/* Before anything is played: nobody waits for a report that cannot be written. */
static bool can_write(const char *path)
{
    FILE *f = path ? fopen(path, "a") : NULL;
    if (path && !f)
        fprintf(stderr, "fakesmtp run: %s: %s\n", path, strerror(errno));
    if (f)
        fclose(f);
    return !path || f;
}

/* Trouble with one sender outweighs a verdict on another. */
static int status_of(const struct run *run)
{
    bool failed = false, trouble = false, played = false;
    for (size_t i = 0; i < run->sender_count; i++) {
        const struct outcome *outcome = &run->senders[i].outcome;
        for (size_t k = 0; k < outcome->results.count; k++)
            failed = failed || !result_passes(&outcome->results.list[k]);
        trouble = trouble || outcome->state == OUTCOME_FAILED ||
                  (outcome->state == OUTCOME_PLAYED && outcome->why) ||
                  (run->required && outcome->state == OUTCOME_SKIPPED);
        played = played || outcome->state == OUTCOME_PLAYED;
    }
    return trouble ? EXIT_TROUBLE : failed ? EXIT_FAILED_VERDICT : played ? EXIT_FINE : EXIT_SKIP;
}

static int play_all(struct run *run)
{
    struct boxed_config config = {.paths = (const char *const *)run->paths,
        .count = run->count,
        .seed = run->seed,
        .speed = run->speed,
        .profile = run->profile,
        .cache = run->cache,
        .work = run->work,
        .transcript_fd = run->transcript_fd,
        .transcript_path = run->transcript_path};
    struct schedule schedule = {
        .config = &config, .jobs = run->jobs, .progress = isatty(STDERR_FILENO)};
    fprintf(stderr, "seed %llu\n", (unsigned long long)run->seed);
    int stopped = schedule_run(&schedule, run->senders, run->sender_count);
    struct report report = report_of(run);
    bool written = write_reports(run, &report);
    free(report.outcomes);
    return stopped ? 128 + stopped : written ? status_of(run) : EXIT_TROUBLE;
}

static int run_all(struct run *run, int count, char **words)
{
    char *datadir = datadir_find();
    int status = EXIT_TROUBLE;
    if (run_find_scenarios(run, datadir, count, words)) {
        if (run->play)
            status = run_inside(run, datadir);
        else if (run_find_senders(run) && run_check_scenarios(run, datadir) &&
                 can_write(run->json) && can_write(run->junit) && open_transcript(run))
            status = play_all(run);
    }
    free(datadir);
    return status;
}

static void forget(struct run *run)
{
    for (size_t i = 0; i < run->sender_count; i++) {
        outcome_deinit(&run->senders[i].outcome);
        mta_free(run->senders[i].mta);
    }
    for (size_t i = 0; i < run->word_count; i++)
        free(run->words[i]);
    for (size_t i = 0; i < run->count; i++)
        free(run->paths[i]);
    free(run->senders);
    free(run->words);
    free(run->paths);
}

int cli_run(int argc, char **argv)
{
    static const struct option options[] = {{"sender", required_argument, NULL, 'S'},
        {"speed", required_argument, NULL, 's'}, {"seed", required_argument, NULL, 'd'},
        {"tap", no_argument, NULL, 't'}, {"verbose", no_argument, NULL, 'v'},
        {"json", required_argument, NULL, 'j'}, {"junit", required_argument, NULL, 'u'},
        {"transcript", required_argument, NULL, 'T'}, {"jobs", required_argument, NULL, 'J'},
        {"require", no_argument, NULL, 'q'}, {"cache", required_argument, NULL, 'c'},
        {"profile", required_argument, NULL, 'p'}, {"work", required_argument, NULL, 'w'},
        {"play", required_argument, NULL, 'P'}, {"results-fd", required_argument, NULL, 'R'},
        {"transcript-fd", required_argument, NULL, 'F'}, {"help", no_argument, NULL, 'h'}, {0}};
    struct run run = {.speed = CLOCK_JUMP,
        .seed = cli_random_seed(),
        .jobs = schedule_jobs(),
        .results_fd = -1,
        .transcript_fd = -1};
    int status = EXIT_TROUBLE;
    bool fine = true;
    for (int c; fine && (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (c == 'h') {
            fputs(usage, stdout);
            return EXIT_FINE;
        }
        fine = take_option(&run, c);
    }
    if (fine && !run.word_count)
        fine = add_words(&run, BOXED_BUILTIN);
    if (fine)
        status = run_all(&run, argc - optind, argv + optind);
    forget(&run);
    return status;
}
