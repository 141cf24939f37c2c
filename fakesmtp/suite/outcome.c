/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/outcome.h"

#include <stdlib.h>

const char *outcome_word(enum outcome_state state)
{
    static const char *const words[] = {"not begun", "played", "skipped", "failed", "stopped"};
    return words[state];
}

const struct result *outcome_first(const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->results.count; i++)
        if (!outcome->results.list[i].skipped)
            return &outcome->results.list[i];
    return NULL;
}

void outcome_deinit(struct outcome *outcome)
{
    free(outcome->sender);
    free(outcome->why);
    results_free(&outcome->results);
    *outcome = (struct outcome){0};
}

void tally_add(struct tally *tally, const struct results *results)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct result *r = &results->list[i];
        if (r->skipped) {
            tally->skipped++;
            continue;
        }
        if (r->unstated && !r->check_count) {
            tally->unstated++;
            continue;
        }
        tally->played++;
        tally->passed += result_passes(r);
        tally->verdicts[result_verdict(r)]++;
    }
}
