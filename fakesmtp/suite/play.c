/* SPDX-License-Identifier: BSD-2-Clause */
/* The run with the built-in sender, and what all runs share. */
#include "suite/play.h"

#include <bounce.h>
#include <string.h>
#include <uv.h>
#include "sender/sender.h"
#include "suite/judge.h"
#include "suite/names.h"
#include "util/clock.h"
#include "util/mem.h"

size_t play_decided(const struct play_config *config)
{
    size_t decided = 0;
    for (size_t i = 0; i < config->count; i++)
        decided +=
            config->scenarios[i].record.bounce_count || config->scenarios[i].record.delivered;
    return decided;
}

bool play_judge(const struct play_config *config, const struct play_sender *sender,
    struct results *results, char **why)
{
    struct bounce_reader *reader = NULL;
    if (bounce_reader_new(&reader) != BOUNCE_OK) {
        *why = mem_text("libbounce: not enough memory for its rules");
        return false;
    }
    for (size_t i = 0; i < config->count; i++) {
        const struct scenario *scenario = script_scenario(config->scenarios[i].script);
        struct result *result = results_add(results);
        result->scenario = mem_text(scenario->name);
        result->folder = mem_text(config->scenarios[i].folder);
        result->title = mem_text(scenario->title);
        result->sender = mem_text(sender->name);
        result->version = mem_text(sender->version);
        result->clock = mem_text(sender->clock);
        judge(scenario, &config->scenarios[i].record, sender->how, reader, result);
    }
    bounce_reader_free(reader);
    return true;
}

/* ---- the built-in sender ---- */

struct builtin {
    const struct play_config *config;
    uv_loop_t loop;
    struct clock *clock;
    struct world *world;
    struct sender *sender;
    bool idle; /* the sender has nothing to send any more */
};

static void end(struct builtin *b)
{
    sender_close(b->sender);
    b->sender = NULL;
    world_close(b->world);
    b->world = NULL;
}

static void on_news(void *ctx)
{
    struct builtin *b = ctx;
    if (b->config->on_progress)
        b->config->on_progress(b->config->ctx, play_decided(b->config));
    if (b->idle && b->world && !world_busy(b->world))
        end(b);
}

/* Attempts are told by the name of the host or, where DNS failed, of the domain; both lie in the
 * scenario's. */
static void on_sender_event(void *ctx, const struct sender_event *event)
{
    struct builtin *b = ctx;
    for (size_t i = 0; event->kind == SENDER_ATTEMPT && event->host && i < b->config->count; i++)
        if (names_belong(event->host, script_scenario(b->config->scenarios[i].script)))
            record_attempt(&b->config->scenarios[i].record, event->at_ms, event->attempt,
                event->host, event->address, event->stage, event->text);
}

static void on_idle(void *ctx)
{
    struct builtin *b = ctx;
    b->idle = true;
    if (!world_busy(b->world))
        end(b);
}

static bool submit(struct builtin *b, struct world_scenario *s, char **why)
{
    const struct scenario *scenario = script_scenario(s->script);
    char *from = world_sender(scenario), *message = world_message(scenario, b->config->seed);
    char **rcpts = mem_new(scenario->to_count * sizeof *rcpts);
    for (size_t i = 0; i < scenario->to_count; i++)
        rcpts[i] = world_rcpt(scenario, i);
    s->record.submitted_ms = s->record.last_ms = clock_now_ms(b->clock);
    const char *id = sender_submit(b->sender, from, (const char *const *)rcpts, scenario->to_count,
        message, strlen(message), why);
    for (size_t i = 0; i < scenario->to_count; i++)
        free(rcpts[i]);
    free(rcpts);
    free(from);
    free(message);
    return id != NULL;
}

static bool open_builtin(struct builtin *b, char **why)
{
    struct world_config world = {.loop = &b->loop,
        .clock = b->clock,
        .seed = b->config->seed,
        .transcript = b->config->transcript,
        .on_news = on_news,
        .ctx = b};
    b->world = world_open(&world, b->config->scenarios, b->config->count, why);
    if (!b->world)
        return false;
    struct sender_config sender = {.helo = NAMES_SENDER,
        .dns_address = world_dns_address(b->world),
        .dns_port = world_dns_port(b->world),
        .smtp_port = world_smtp_port(b->world),
        .policy = sender_policy_rfc5321,
        .on_event = on_sender_event,
        .on_idle = on_idle,
        .ctx = b};
    b->sender = sender_open(&b->loop, b->clock, &sender, why);
    for (size_t i = 0; b->sender && i < b->config->count; i++)
        if (!submit(b, &b->config->scenarios[i], why))
            return false;
    return b->sender != NULL;
}

bool play_builtin(const struct play_config *config, struct results *results, char **why)
{
    static const struct judge_sender how = {.own_timeouts = true, .tells_attempts = true};
    struct builtin b = {.config = config};
    require(uv_loop_init(&b.loop) == 0);
    b.clock = clock_open(&b.loop, config->speed, why);
    bool fine = b.clock && open_builtin(&b, why);
    if (!fine && b.clock)
        end(&b);
    uv_run(&b.loop, UV_RUN_DEFAULT);
    clock_close(b.clock); /* not before: how long a peer that does not leave is waited for is its */
    uv_run(&b.loop, UV_RUN_DEFAULT);
    require(uv_loop_close(&b.loop) == 0);
    char *clock_name = config->speed == CLOCK_JUMP
                           ? mem_text("RFC 5321 times, idle time skipped")
                           : mem_format("RFC 5321 times, %g times as fast", config->speed);
    struct play_sender sender = {.name = "builtin", .clock = clock_name, .how = &how};
    fine = fine && play_judge(config, &sender, results, why);
    free(clock_name);
    return fine;
}
