/* SPDX-License-Identifier: BSD-2-Clause */
#include "script/scenario.h"

#include <stdlib.h>
#include <string.h>

static const char *const stage_names[] = {
#define X(id, name) name,
    SCENARIO_STAGES(X)
#undef X
};

const char *scenario_stage_name(enum scenario_stage stage)
{
    return stage < STAGE_COUNT ? stage_names[stage] : "?";
}

int scenario_stage_find(const char *name)
{
    for (int i = 0; i < STAGE_COUNT; i++)
        if (strcmp(stage_names[i], name) == 0)
            return i;
    return -1;
}

static void free_bounce(struct expect_bounce *b)
{
    free(b->rcpt);
    free(b->reason);
    free(b->stage);
    free(b->actor);
    free(b->status);
    free(b->reply);
}

void scenario_deinit(struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->host_count; i++)
        free(scenario->hosts[i].name);
    for (size_t i = 0; i < scenario->to_count; i++)
        free(scenario->to[i]);
    for (size_t i = 0; i < scenario->expect.bounce_count; i++)
        free_bounce(&scenario->expect.bounces[i]);
    free(scenario->expect.bounces);
    for (size_t i = 0; i < scenario->expect.client.order_count; i++)
        free(scenario->expect.client.order[i]);
    free(scenario->expect.client.order);
    scenario_dns_deinit(&scenario->dns);
    free(scenario->hosts);
    free(scenario->to);
    free(scenario->path);
    free(scenario->name);
    free(scenario->title);
    free(scenario->source);
    memset(scenario, 0, sizeof *scenario);
}
