/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/known.h"

#include <box/box.h>
#include <string.h>
#include "util/mem.h"

/* "*": what none of its bounces tells. */
static bool of_all(const struct mta_known *known)
{
    return strcmp(known->scenario, "*") == 0;
}

/* A loss explains a consistent check. Where it is the reason that is less specific, only if it is
 * that one. One of all scenarios is of a reason, or of the one check that it names. */
static bool explains_loss(const struct mta_known *known, const struct check *check)
{
    if (check->verdict != VERDICT_CONSISTENT)
        return false;
    if (strcmp(check->what, "reason") == 0)
        return strcmp(check->got, known->what) == 0;
    return !of_all(known) || strcmp(check->what, known->what) == 0;
}

/* That no bounce comes, or one that should not, is the MTA's conduct too. What a bounce says is
 * not: explaining it wrongly would be our fault. */
static bool explains_conduct(const struct mta_known *known, const struct check *check)
{
    return (check->conduct || strcmp(check->what, "bounce") == 0) &&
           strcmp(check->what, known->what) == 0 && check->verdict >= VERDICT_DEVIATES;
}

/* Whether it explained anything. */
static bool apply_one(const struct mta_known *known, bool conduct, struct result *result)
{
    bool used = false;
    for (size_t c = 0; c < result->check_count; c++) {
        struct check *check = &result->checks[c];
        if (!(conduct ? explains_conduct(known, check) : explains_loss(known, check)))
            continue;
        if (conduct)
            check->verdict = VERDICT_DEVIATES;
        free(check->known);
        check->known = mem_text(known->sentence);
        used = true;
    }
    return used;
}

static void apply_file(const char *mta, const struct mta_known_file *file, bool conduct,
    struct results *results, size_t first)
{
    for (size_t l = 0; l < file->count; l++) {
        const struct mta_known *known = &file->list[l];
        for (size_t i = first; i < results->count; i++) {
            struct result *result = &results->list[i];
            bool its = of_all(known) || strcmp(result->scenario, known->scenario) == 0;
            if (!its || result->skipped || apply_one(known, conduct, result) || of_all(known))
                continue;
            char *where =
                mem_format("nothing of the kind: %s/%s:%u is stale", mta, file->name, known->line);
            result_check(result, conduct, conduct ? "known deviation" : "known loss", known->what,
                where, VERDICT_WRONG);
            free(where);
        }
    }
}

void known_apply(const struct mta *mta, struct results *results, size_t first)
{
    apply_file(mta->name, &mta->losses, false, results, first);
    apply_file(mta->name, &mta->conduct, true, results, first);
}

/* what is "tls", "mx-fallback" or "network/mx-fallback". */
static bool means(const char *what, const char *folder, const char *scenario)
{
    const char *slash = strchr(what, '/');
    if (!slash)
        return strcmp(what, scenario) == 0 || (folder && strcmp(what, folder) == 0);
    size_t n = (size_t)(slash - what);
    return folder && strlen(folder) == n && strncmp(what, folder, n) == 0 &&
           strcmp(slash + 1, scenario) == 0;
}

const char *known_lack(const struct mta *mta, const char *folder, const char *scenario)
{
    for (size_t i = 0; i < mta->n_lacks; i++)
        if (means(mta->lacks[i].what, folder, scenario))
            return mta->lacks[i].why;
    return NULL;
}
