/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/known.h"

#include <box/box.h>
#include <string.h>
#include "util/mem.h"
#include "util/text.h"

/* A loss explains a consistent check. Where it is the reason that is less specific, only if it is
 * that one. */
static bool explains_loss(const struct mta_known *known, const struct check *check)
{
    if (check->verdict != VERDICT_CONSISTENT)
        return false;
    return strcmp(check->what, "reason") != 0 || strcmp(check->got, known->what) == 0;
}

/* "bounce=expired": what the bounce says, since the MTA did not do what the scenario expects;
 * "bounce=none": that none came. NULL: known->what is another check. */
static const char *other_bounce(const struct mta_known *known)
{
    size_t n = strlen(MTA_KNOWN_BOUNCE);
    return strncmp(known->what, MTA_KNOWN_BOUNCE, n) == 0 ? known->what + n : NULL;
}

/* The check that names the reason which this one is about: those of a recipient begin with it. A
 * bounce that should not be is one check, which has got the reason. */
static const struct check *reason_check(const struct result *result, size_t at)
{
    for (size_t i = at + 1; i-- > 0;) {
        const struct check *check = &result->checks[i];
        if (check->conduct || text_starts(check->what, "delay warning"))
            return NULL;
        if (strcmp(check->what, "reason") == 0 || strcmp(check->what, "bounce") == 0)
            return check;
    }
    return NULL;
}

/* What is less specific is a loss, unless it is so of another reason than the expected. */
static bool explains_said(const char *other, const struct result *result, const struct check *check)
{
    const struct check *reason = reason_check(result, (size_t)(check - result->checks));
    if (!reason || !reason->got || strcmp(reason->got, other) != 0)
        return false;
    return check->verdict >= VERDICT_DEVIATES ||
           (check->verdict == VERDICT_CONSISTENT && reason->verdict >= VERDICT_DEVIATES);
}

/* That no bounce comes, or one that should not, is the MTA's conduct too. What a bounce says is
 * not, explaining it wrongly would be our fault: unless the entry names what it truly says. */
static bool explains_conduct(
    const struct mta_known *known, const struct result *result, const struct check *check)
{
    const char *other = other_bounce(known);
    if (other && strcmp(other, "none") == 0)
        return strcmp(check->what, "bounce") == 0 && !check->got &&
               check->verdict >= VERDICT_DEVIATES;
    if (other)
        return explains_said(other, result, check);
    return check->conduct && strcmp(check->what, known->what) == 0 &&
           check->verdict >= VERDICT_DEVIATES;
}

/* Whether it explained anything. */
static bool apply_one(const struct mta_known *known, bool conduct, struct result *result)
{
    bool used = false;
    for (size_t c = 0; c < result->check_count; c++) {
        struct check *check = &result->checks[c];
        if (!(conduct ? explains_conduct(known, result, check) : explains_loss(known, check)))
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
            bool its = strcmp(result->scenario, known->scenario) == 0;
            if (!its || result->skipped || apply_one(known, conduct, result) || file->borrowed)
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
