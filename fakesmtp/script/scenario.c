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
    free(b->reason);
    free(b->stage);
    free(b->actor);
    free(b->status);
    free(b->reply);
}

static void free_reports(struct expect_reports *reports)
{
    for (size_t i = 0; i < reports->count; i++) {
        struct expect_report *r = &reports->list[i];
        for (size_t k = 0; k < r->count; k++)
            free_bounce(&r->either[k]);
        free(r->either);
        free(r->rcpt);
        free(r->why);
    }
    free(reports->list);
}

static void free_counts(struct expect_counts *counts)
{
    for (size_t i = 0; i < counts->count; i++)
        free(counts->list[i].of);
    free(counts->list);
}

static void free_conduct(struct expect_conduct *conduct)
{
    for (size_t i = 0; i < conduct->order_count; i++)
        free(conduct->order[i]);
    free(conduct->order);
    free_counts(&conduct->asked);
    free_counts(&conduct->commands);
}

static void free_expect(struct expect *expect)
{
    for (size_t i = 0; i < expect->count; i++) {
        struct expect_outcome *o = &expect->either[i];
        free_reports(&o->bounces);
        free_reports(&o->delayed);
        free_counts(&o->delivered);
        for (size_t k = 0; k < o->client.count; k++)
            free_conduct(&o->client.either[k]);
        free(o->client.either);
        free(o->client.why);
    }
    free(expect->either);
    free(expect->why);
}

void scenario_deinit(struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->host_count; i++) {
        free(scenario->hosts[i].name);
        free(scenario->hosts[i].returns);
    }
    for (size_t i = 0; i < scenario->to_count; i++)
        free(scenario->to[i]);
    free_expect(&scenario->expect);
    scenario_dns_deinit(&scenario->dns);
    free(scenario->hosts);
    free(scenario->to);
    free(scenario->path);
    free(scenario->name);
    free(scenario->title);
    free(scenario->source);
    memset(scenario, 0, sizeof *scenario);
}
