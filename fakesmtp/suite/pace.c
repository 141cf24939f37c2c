/* SPDX-License-Identifier: BSD-2-Clause */
/* The order and the pace in which scenarios are given to a real MTA. */
#include "suite/pace.h"

#include <stdlib.h>
#include "script/script.h"
#include "suite/world.h"
#include "util/mem.h"

enum {
    UNSEEN_MAX = 12,       /* messages it has and shows no sign of trying to deliver */
    UNSEEN_WAIT_MS = 1000, /* then one more: not every MTA tries at once */
    OPEN_WAIT_MS = 2000,   /* the same where too many have come to nothing: some never will */
};

/* A host that misbehaves for a while does so from the start, whenever its message comes: those go
 * first. */
static bool is_urgent(const struct world_scenario *s)
{
    const struct scenario *scenario = script_scenario(s->script);
    for (size_t i = 0; i < scenario->host_count; i++)
        if (scenario->hosts[i].listen_lasting > 0)
            return true;
    return false;
}

void pace_init(struct pace *pace, const struct play_config *config, size_t at_once)
{
    size_t n = 0;
    *pace = (struct pace){.config = config, .at_once = at_once};
    pace->order = mem_new((config->count + 1) * sizeof *pace->order);
    for (int urgent = 1; urgent >= 0; urgent--)
        for (size_t i = 0; i < config->count; i++)
            if (is_urgent(&config->scenarios[i]) == urgent)
                pace->order[n++] = i;
}

void pace_deinit(struct pace *pace)
{
    free(pace->order);
    pace->order = NULL;
}

bool pace_done(const struct pace *pace)
{
    return pace->given == pace->config->count;
}

static const struct record *record_of(const struct pace *pace, size_t n)
{
    return &pace->config->scenarios[pace->order[n]].record;
}

bool pace_allows(const struct pace *pace, uint64_t now_ms)
{
    size_t unseen = 0, open = 0;
    if (!pace->last_ms)
        return true;
    for (size_t i = 0; i < pace->given; i++) {
        const struct record *r = record_of(pace, i);
        bool decided = r->bounce_count || r->delivered;
        open += !decided;
        unseen += !decided && !r->happening_count && !r->connections;
    }
    if (unseen >= UNSEEN_MAX && now_ms - pace->last_ms < UNSEEN_WAIT_MS)
        return false;
    return !pace->at_once || open < pace->at_once || now_ms - pace->last_ms >= OPEN_WAIT_MS;
}

struct world_scenario *pace_take(struct pace *pace, uint64_t now_ms)
{
    pace->last_ms = now_ms;
    return &pace->config->scenarios[pace->order[pace->given++]];
}
