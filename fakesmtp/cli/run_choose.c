/* SPDX-License-Identifier: BSD-2-Clause */
/* Which scenarios are played, and with which senders. */
#include "cli/run.h"

#include <box/box.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/cli.h"
#include "util/datadir.h"
#include "util/mem.h"
#include "util/text.h"

/* ---- scenarios ---- */

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

bool run_find_scenarios(struct run *run, const char *datadir, int count, char **words)
{
    char *why = NULL;
    bool fine = count > 0 || all_scenarios(run, datadir, &why);
    for (int i = 0; i < count && fine; i++) {
        char **paths;
        size_t found;
        fine = datadir_scenarios(datadir, words[i], &paths, &found, &why);
        for (size_t k = 0; k < found; k++)
            add_path(run, paths[k]);
        free(paths);
    }
    if (!fine)
        cli_complain("run", why);
    return fine;
}

/* ---- senders ---- */

enum { KNOWN_MAX = 256 };

/* Takes mta. False: a sender of this name is there already. */
static bool add_sender(struct run *run, const char *name, struct mta *mta)
{
    for (size_t i = 0; i < run->sender_count; i++)
        if (strcmp(run->senders[i].outcome.sender, name) == 0) {
            mta_free(mta);
            return false;
        }
    run->senders = mem_grow(run->senders, (run->sender_count + 1) * sizeof *run->senders);
    run->senders[run->sender_count++] =
        (struct schedule_sender){.mta = mta, .outcome.sender = mem_text(name)};
    return true;
}

static void complain_unknown(const char *word, char **names)
{
    const char *known[KNOWN_MAX] = {BOXED_BUILTIN, "all"};
    size_t n = 2;
    for (size_t i = 0; names && names[i] && n < KNOWN_MAX - 1; i++)
        known[n++] = names[i];
    fprintf(stderr, "fakesmtp run: no sender '%s'", word);
    cli_suggest(word, known);
}

/* *why is that one has no such profile; adds whose it is. */
static void add_who_has(const char *profile, char **why)
{
    char *dir = mta_datadir(), **names = mta_names(dir);
    struct buf list = {0};
    for (size_t i = 0; names && names[i]; i++) {
        char *broken = NULL;
        struct mta *mta = mta_load(dir, names[i], &broken);
        if (mta && mta_has_profile(mta, profile))
            buf_addf(&list, "%s%s", list.len ? ", " : "", names[i]);
        mta_free(mta);
        free(broken);
    }
    if (list.len) {
        char *more = mem_format("%s; these have it: %s", *why, buf_text(&list));
        free(*why);
        *why = more;
    }
    buf_free(&list);
    mta_names_free(names);
    free(dir);
}

/* An MTA without the wanted profile is an error where it was named, and a skip where all were. */
static bool find_mta(struct run *run, const char *word, bool named)
{
    char *why = NULL;
    struct mta *mta = mta_find(word, &why);
    bool has = mta && (!run->profile || mta_has_profile(mta, run->profile));
    bool fine = mta && ((!has && !named) || !run->profile || mta_profile(mta, run->profile, &why));
    if (!fine) {
        if (mta && !has)
            add_who_has(run->profile, &why);
        cli_complain("run", why);
        mta_free(mta);
        return false;
    }
    char *twice = mem_format("%s: a sender of this name is played already", mta->name);
    if (!add_sender(run, mta->name, mta)) {
        if (named && strchr(word, '/'))
            cli_complain("run", twice);
        else
            free(twice);
        return !named || !strchr(word, '/');
    }
    free(twice);
    if (!has) {
        struct outcome *outcome = &run->senders[run->sender_count - 1].outcome;
        outcome->state = OUTCOME_SKIPPED;
        outcome->why = mem_format("it has no profile %s", run->profile);
    }
    return true;
}

static bool find_all(struct run *run, char **names)
{
    bool fine = true;
    add_sender(run, BOXED_BUILTIN, NULL);
    for (size_t i = 0; names && names[i] && fine; i++)
        fine = find_mta(run, names[i], false);
    return fine;
}

bool run_find_senders(struct run *run)
{
    char *dir = mta_datadir(), **names = mta_names(dir);
    bool fine = true;
    for (size_t i = 0; i < run->word_count && fine; i++) {
        const char *word = run->words[i];
        bool known = strchr(word, '/') != NULL;
        for (size_t k = 0; names && names[k] && !known; k++)
            known = strcmp(names[k], word) == 0;
        if (strcmp(word, BOXED_BUILTIN) == 0)
            add_sender(run, word, NULL);
        else if (strcmp(word, "all") == 0)
            fine = find_all(run, names);
        else if (known)
            fine = find_mta(run, word, true);
        else
            fine = false;
        if (!fine && !known && strcmp(word, "all") != 0)
            complain_unknown(word, names);
    }
    mta_names_free(names);
    free(dir);
    return fine;
}
