/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/schedule.h"

#include <box/box.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>
#include "util/mem.h"
#include "util/text.h"

enum { SIGNALS = 3, BAR = 20, LINE_WIDTH = 79 };

struct run;

struct job {
    struct run *run;
    struct schedule_sender *sender;
    struct boxed *boxed; /* while it runs */
    size_t decided;
    bool begun, ended;
};

struct run {
    const struct schedule *schedule;
    uv_loop_t loop;
    uv_signal_t signals[SIGNALS];
    struct job *jobs;
    size_t count;
    int stopped;   /* the signal, or 0 */
    char *refused; /* why no box can be made here; asked once */
    bool asked, shown;
};

static void start_more(struct run *run);

/* ---- what a person sees while it runs ---- */

static void hide_bar(struct run *run)
{
    if (run->shown)
        fputs("\r\033[K", stderr);
    run->shown = false;
}

/* "[#####---------------] 412/1179  postfix 34, exim 120": of scenarios with all senders, and what
 * is running. */
static void show_bar(struct run *run)
{
    size_t total = run->count * run->schedule->config->count, done = 0;
    struct buf names = {0};
    if (!run->schedule->progress || run->stopped)
        return;
    for (size_t i = 0; i < run->count; i++) {
        const struct job *job = &run->jobs[i];
        done += job->ended ? run->schedule->config->count : job->decided;
        if (job->boxed)
            buf_addf(&names, "%s%s %zu", names.len ? ", " : "", job->sender->outcome.sender,
                job->decided);
    }
    size_t filled = total ? done * BAR / total : 0;
    filled = filled > BAR ? BAR : filled;
    hide_bar(run);
    char *line = mem_format("[%.*s%.*s] %zu/%zu  %s", (int)filled, "####################",
        (int)(BAR - filled), "--------------------", done, total, buf_text(&names));
    fprintf(stderr, "%.*s", LINE_WIDTH, line);
    run->shown = true;
    free(line);
    buf_free(&names);
}

static void on_progress(void *ctx, size_t decided)
{
    struct job *job = ctx;
    job->decided = decided;
    show_bar(job->run);
}

static void on_said(void *ctx, const char *line)
{
    struct job *job = ctx;
    hide_bar(job->run);
    fprintf(stderr, "%s: %s\n", job->sender->outcome.sender, line);
    show_bar(job->run);
}

/* ---- one after the other, or several ---- */

static void close_signals(struct run *run)
{
    for (int i = 0; i < SIGNALS; i++)
        if (!uv_is_closing((uv_handle_t *)&run->signals[i]))
            uv_close((uv_handle_t *)&run->signals[i], NULL);
}

static void tell_trouble(struct job *job)
{
    const struct outcome *outcome = &job->sender->outcome;
    hide_bar(job->run);
    if (outcome->state == OUTCOME_SKIPPED)
        fprintf(stderr, "SKIP %s: %s\n", outcome->sender, outcome->why);
    else if (outcome->state == OUTCOME_FAILED || (outcome->state == OUTCOME_PLAYED && outcome->why))
        fprintf(stderr, "fakesmtp run: %s: %s\n", outcome->sender, outcome->why);
}

static void on_done(void *ctx)
{
    struct job *job = ctx;
    job->boxed = NULL;
    job->ended = true;
    tell_trouble(job);
    start_more(job->run);
    show_bar(job->run);
}

/* Whoever would be disturbed by another, or would disturb it. */
static bool wants_machine(const struct schedule_sender *sender)
{
    return !sender->mta || sender->mta->time > 1;
}

static bool may_start(const struct run *run, const struct job *job)
{
    size_t running = 0;
    for (size_t i = 0; i < run->count; i++) {
        if (!run->jobs[i].boxed)
            continue;
        if (wants_machine(run->jobs[i].sender))
            return false;
        running++;
    }
    return wants_machine(job->sender) ? running == 0 : running < run->schedule->jobs;
}

/* What the kernel refuses to one it refuses to all. */
static bool boxes_refused(struct run *run)
{
    if (!run->asked && !box_possible(&run->refused) && !run->refused)
        run->refused = mem_text("no box can be made here");
    run->asked = true;
    return run->refused != NULL;
}

static void start(struct run *run, struct job *job)
{
    struct boxed_watcher watcher = {
        .on_progress = on_progress, .on_said = on_said, .on_done = on_done, .ctx = job};
    struct schedule_sender *sender = job->sender;
    job->begun = true;
    if (sender->mta && boxes_refused(run)) {
        sender->outcome.state = OUTCOME_SKIPPED;
        sender->outcome.why = mem_text(run->refused);
        job->ended = true;
        tell_trouble(job);
        return;
    }
    uv_update_time(&run->loop);
    job->boxed =
        boxed_start(&run->loop, run->schedule->config, sender->mta, watcher, &sender->outcome);
}

static void start_more(struct run *run)
{
    size_t running = 0;
    for (size_t i = 0; i < run->count && !run->stopped; i++) {
        struct job *job = &run->jobs[i];
        if (job->begun)
            continue;
        if (!may_start(run, job))
            break; /* in their order, so that none waits for ever */
        start(run, job);
    }
    for (size_t i = 0; i < run->count; i++)
        running += run->jobs[i].boxed != NULL;
    if (!running)
        close_signals(run);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct run *run = handle->data;
    hide_bar(run);
    if (!run->stopped)
        run->stopped = number;
    for (size_t i = 0; i < run->count; i++)
        if (run->jobs[i].boxed)
            boxed_kill(run->jobs[i].boxed);
}

static void watch(struct run *run)
{
    static const int numbers[SIGNALS] = {SIGINT, SIGTERM, SIGHUP};
    for (int i = 0; i < SIGNALS; i++) {
        uv_signal_init(&run->loop, &run->signals[i]);
        run->signals[i].data = run;
        uv_signal_start(&run->signals[i], on_signal, numbers[i]);
    }
}

unsigned schedule_jobs(void)
{
    unsigned half = uv_available_parallelism() / 2;
    return half ? half : 1;
}

int schedule_run(const struct schedule *schedule, struct schedule_sender *senders, size_t count)
{
    struct run run = {.schedule = schedule, .count = count};
    run.jobs = mem_new((count + 1) * sizeof *run.jobs);
    require(uv_loop_init(&run.loop) == 0);
    for (size_t i = 0; i < count; i++)
        run.jobs[i] = (struct job){.run = &run,
            .sender = &senders[i],
            .ended = senders[i].outcome.state != OUTCOME_WAITING};
    for (size_t i = 0; i < count; i++)
        run.jobs[i].begun = run.jobs[i].ended;
    watch(&run);
    start_more(&run);
    uv_run(&run.loop, UV_RUN_DEFAULT);
    require(uv_loop_close(&run.loop) == 0);
    hide_bar(&run);
    free(run.refused);
    free(run.jobs);
    return run.stopped;
}
