/* SPDX-License-Identifier: BSD-2-Clause */
/* What runs in the process of one sender: the scenarios, with Lua states of their own, since what a
 * scenario remembers of one sender must not meet the next. */
#include "cli/run.h"

#include <box/box.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include "cli/cli.h"
#include "suite/judge.h"
#include "suite/play.h"
#include "util/mem.h"
#include "util/transcript.h"

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

/* NULL: said why. */
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

bool run_check_scenarios(const struct run *run, const char *datadir)
{
    struct world_scenario *list = load_all(run, datadir);
    if (list)
        unload(list, run->count);
    return list != NULL;
}

/* ---- playing ---- */

static void on_progress(void *ctx, size_t decided)
{
    const struct run *run = ctx;
    boxed_tell_progress(run->results_fd, decided);
}

/* The folder of the MTA, as the box shows it. NULL: *why. */
static struct mta *mta_of_box(const struct run *run, char **why)
{
    const char *dir = getenv("FAKESMTP_MTA_DIR"), *profile = getenv("FAKESMTP_PROFILE");
    char *above = dir ? mem_format("%s/..", dir) : mta_datadir();
    struct mta *mta = mta_load(above, run->play, why);
    free(above);
    if (mta && mta_profile(mta, profile ? profile : "queue", why))
        return mta;
    mta_free(mta);
    return NULL;
}

static bool play(
    const struct run *run, struct play_config *config, struct results *results, char **why)
{
    if (strcmp(run->play, BOXED_BUILTIN) == 0)
        return play_builtin(config, results, why);
    struct mta *mta = mta_of_box(run, why);
    bool fine = mta && play_mta(config, mta, results, why);
    mta_free(mta);
    return fine;
}

int run_inside(const struct run *run, const char *datadir)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* whoever waits for the results is gone */
    struct world_scenario *list = load_all(run, datadir);
    struct transcript *transcript = transcript_new();
    struct results results = {0};
    char *why = NULL;
    if (run->transcript_fd >= 0)
        transcript_to_fd(transcript, run->transcript_fd, run->transcript_path);
    struct play_config config = {.scenarios = list,
        .count = run->count,
        .speed = run->speed,
        .seed = run->seed,
        .transcript = transcript,
        .on_progress = on_progress,
        .ctx = (void *)run};
    bool fine = list && play(run, &config, &results, &why);
    if (fine && !boxed_tell_results(run->results_fd, &results) && !why)
        why = mem_text("the results could not be handed out");
    if (fine && !why && transcript_failure(transcript))
        why = mem_text(transcript_failure(transcript));
    if (why)
        fprintf(stderr, "%s\n", why);
    fine = fine && !why;
    free(why);
    if (list)
        unload(list, run->count);
    transcript_free(transcript);
    results_free(&results);
    return fine ? EXIT_FINE : EXIT_TROUBLE;
}
