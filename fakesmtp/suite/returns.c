/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/returns.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "sender/body.h"
#include "sender/client.h"
#include "sender/dsn.h"
#include "server/server.h"
#include "util/clock.h"
#include "util/mem.h"

struct report { /* that waits, or is under way */
    struct returns *returns;
    struct clock_timer timer;
    struct client *client; /* NULL: it waits */
    char *host, *next, *next_address, *reply, *to, *message;
    char **rcpts;
    size_t rcpt_count, message_len;
    uint64_t arrived_ms;
    struct buf text;
    struct client_rcpt client_rcpt;
    struct client_job job;
    struct report *following;
};

struct returns {
    struct returns_config config;
    char *home;
    struct report *reports;
    size_t pending, made;
    bool closed, telling; /* telling: on_done is running, and may close us */
};

/* ---- the end of one ---- */

static void report_free(struct report *report)
{
    struct report **at = &report->returns->reports;
    while (*at != report)
        at = &(*at)->following;
    *at = report->following;
    report->returns->pending--;
    for (size_t i = 0; i < report->rcpt_count; i++)
        free(report->rcpts[i]);
    free(report->rcpts);
    free(report->host);
    free(report->next);
    free(report->next_address);
    free(report->reply);
    free(report->to);
    free(report->message);
    failure_deinit(&report->client_rcpt.why);
    buf_free(&report->text);
    free(report);
}

static void free_when_done(struct returns *returns)
{
    if (!returns->closed || returns->reports || returns->telling)
        return;
    free(returns->home);
    free(returns);
}

static void on_sent(void *ctx, struct client_result *result)
{
    struct report *report = ctx;
    struct returns *returns = report->returns;
    bool taken = report->client_rcpt.state == CLIENT_RCPT_DELIVERED;
    char *why = NULL;
    if (!taken)
        why = failure_sentence(report->client_rcpt.state == CLIENT_RCPT_FAILED
                                   ? &report->client_rcpt.why
                                   : &result->failure);
    report_free(report);
    returns->telling = true;
    if (!returns->closed && returns->config.on_done)
        returns->config.on_done(returns->config.ctx, why);
    returns->telling = false;
    free(why);
    free_when_done(returns);
}

/* ---- the report ---- */

static void write_report(struct report *report)
{
    struct returns *returns = report->returns;
    uint64_t now = clock_now_ms(returns->config.clock);
    char queue_id[24], bounce_id[24];
    snprintf(queue_id, sizeof queue_id, "R%07zX", 2 * ++returns->made);
    snprintf(bounce_id, sizeof bounce_id, "R%07zX", 2 * returns->made + 1);
    struct failure why = {.kind = FAILURE_REPLY,
        .phase = PHASE_RCPT,
        .permanent = report->reply[0] == '5',
        .host = report->next,
        .address = report->next_address,
        .port = 25,
        .text = report->reply};
    struct dsn_recipient *rcpts = mem_new(report->rcpt_count * sizeof *rcpts);
    for (size_t i = 0; i < report->rcpt_count; i++)
        rcpts[i] = (struct dsn_recipient){.address = report->rcpts[i],
            .why = &why,
            .expired = !why.permanent,
            .last_attempt_ms = now};
    struct dsn_facts facts = {.reporting_mta = report->host,
        .queue_id = queue_id,
        .bounce_id = bounce_id,
        .to = report->to,
        .start_date = (int64_t)time(NULL) - (int64_t)(now / 1000),
        .arrived_ms = report->arrived_ms,
        .now_ms = now,
        .lifetime_ms = now - report->arrived_ms,
        .attempts = 1,
        .rcpts = rcpts,
        .rcpt_count = report->rcpt_count,
        .message = report->message,
        .message_len = report->message_len};
    dsn_write_rfc3464(&report->text, &facts);
    free(rcpts);
}

/* Not: looking up where the reverse-path leads. That is the sender's own MX, and it is ours. */
static void on_due(struct clock_timer *timer)
{
    struct report *report = (struct report *)((char *)timer - offsetof(struct report, timer));
    struct returns *returns = report->returns;
    write_report(report);
    report->client_rcpt.address = report->to;
    report->job = (struct client_job){.timeout = &sender_policy_rfc5321.timeout,
        .helo = report->host,
        .host = "the MX of the sender",
        .address = returns->home,
        .port = returns->config.port,
        .from = "", /* RFC 5321 4.5.5 */
        .rcpts = &report->client_rcpt,
        .rcpt_count = 1,
        .message = report->text.data,
        .message_len = report->text.len};
    report->client =
        client_open(returns->config.loop, returns->config.clock, &report->job, on_sent, report);
}

/* ---- all of them ---- */

struct returns *returns_open(const struct returns_config *config)
{
    struct returns *returns = mem_new(sizeof *returns);
    *returns = (struct returns){.config = *config, .home = mem_text(config->home)};
    return returns;
}

void returns_add(struct returns *returns, const struct server_message *message, const char *host,
    const char *next, const char *next_address, const char *reply, uint64_t after_ms)
{
    if (!message->from[0] || !message->rcpt_count)
        return;
    struct report *report = mem_new(sizeof *report);
    *report = (struct report){.returns = returns,
        .host = mem_text(host),
        .next = mem_text(next),
        .next_address = mem_text(next_address),
        .reply = mem_text(reply),
        .to = mem_text(message->from),
        .rcpts = mem_new(message->rcpt_count * sizeof *report->rcpts),
        .rcpt_count = message->rcpt_count,
        .arrived_ms = message->at_ms,
        .following = returns->reports};
    for (size_t i = 0; i < message->rcpt_count; i++)
        report->rcpts[i] = mem_text(message->rcpts[i]);
    report->message = body_normalise(message->bytes, message->len, &report->message_len);
    returns->reports = report;
    returns->pending++;
    clock_start(returns->config.clock, &report->timer, after_ms, on_due);
}

size_t returns_pending(const struct returns *returns)
{
    return returns ? returns->pending : 0;
}

void returns_close(struct returns *returns)
{
    if (!returns || returns->closed)
        return;
    returns->closed = true;
    for (struct report *report = returns->reports, *following; report; report = following) {
        following = report->following;
        if (report->client) {
            client_abort(report->client); /* on_sent follows */
            continue;
        }
        clock_stop(returns->config.clock, &report->timer);
        report_free(report);
    }
    free_when_done(returns);
}
