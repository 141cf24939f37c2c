/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages in time: attempts, the waits between them, expiry, and the bounce at the end (RFC
 * 5321 4.5.4, 6.1). */
#include "sender/parts.h"

#include <stdio.h>
#include <string.h>
#include "sender/body.h"
#include "sender/schedule.h"
#include "util/mem.h"

static bool is_bounce(const struct message *message)
{
    return !*message->from;
}

static uint64_t expiry(const struct message *message)
{
    return schedule_expiry(&message->sender->policy, message->arrived_ms, is_bounce(message));
}

static bool expired(const struct message *message)
{
    return clock_now_ms(message->sender->clock) >= expiry(message);
}

/* ---- in and out of the queue ---- */

static void free_message(struct message *message)
{
    for (size_t i = 0; i < message->rcpt_count; i++) {
        free(message->rcpts[i].address);
        failure_deinit(&message->rcpts[i].why);
    }
    free(message->rcpts);
    free(message->from);
    free(message->text);
    free(message);
}

static void remove_message(struct message *message)
{
    struct sender *sender = message->sender;
    *message->prev = message->next;
    if (message->next)
        message->next->prev = message->prev;
    clock_stop(sender->clock, &message->timer);
    free_message(message);
    if (--sender->queued == 0 && sender->on_idle)
        sender->on_idle(sender->ctx);
}

void queue_stop(struct sender *sender)
{
    for (struct message *message = sender->messages; message; message = message->next)
        clock_stop(sender->clock, &message->timer);
}

void queue_free(struct sender *sender)
{
    while (sender->messages) {
        struct message *message = sender->messages;
        sender->messages = message->next;
        free_message(message);
    }
}

/* ---- attempts ---- */

/* The recipients of the same domain as the first that is not yet taken, at most a transaction full
 * of them. */
static size_t take_domain(const struct message *message, bool *taken, size_t *group)
{
    const char *domain = NULL;
    size_t n = 0;
    for (size_t i = 0; i < message->rcpt_count && n < DELIVERY_MOST_RCPTS; i++) {
        const struct recipient *rcpt = &message->rcpts[i];
        if (taken[i] || rcpt->state != RECIPIENT_QUEUED ||
            (domain && !text_same(domain, rcpt->domain)))
            continue;
        domain = rcpt->domain;
        taken[i] = true;
        group[n++] = i;
    }
    return n;
}

static void begin_attempt(struct message *message)
{
    bool *taken = mem_new(message->rcpt_count * sizeof *taken);
    message->attempt++;
    message->running = 1; /* ours, so that no delivery can end the attempt before all have begun */
    for (;;) {
        size_t *group = mem_new(DELIVERY_MOST_RCPTS * sizeof *group);
        size_t n = take_domain(message, taken, group);
        if (!n) {
            free(group);
            break;
        }
        message->running++;
        delivery_start(message, group, n);
    }
    free(taken);
    queue_delivery_ended(message);
}

struct message *queue_add(struct sender *sender, const char *from, const char *const *rcpts,
    size_t n, char *text, size_t len)
{
    struct message *message = mem_new(sizeof *message);
    message->sender = sender;
    message->from = mem_text(from);
    message->text = text;
    message->len = len;
    message->eight_bit = body_has_8bit(text, len);
    message->arrived_ms = clock_now_ms(sender->clock);
    message->rcpts = mem_new(n * sizeof *message->rcpts);
    message->rcpt_count = n;
    for (size_t i = 0; i < n; i++) {
        message->rcpts[i].address = mem_text(rcpts[i]);
        message->rcpts[i].domain = strrchr(message->rcpts[i].address, '@') + 1;
    }
    snprintf(message->id, sizeof message->id, "%08llX", (unsigned long long)++sender->ids);
    message->next = sender->messages;
    message->prev = &sender->messages;
    if (message->next)
        message->next->prev = &message->next;
    sender->messages = message;
    sender->queued++;
    begin_attempt(message);
    return message;
}

/* ---- the bounce ---- */

static size_t collect_failed(struct message *message, struct dsn_recipient *failed)
{
    size_t n = 0;
    for (size_t i = 0; i < message->rcpt_count; i++) {
        struct recipient *rcpt = &message->rcpts[i];
        if (rcpt->state != RECIPIENT_FAILED)
            continue;
        rcpt->state = RECIPIENT_BOUNCED;
        failed[n++] = (struct dsn_recipient){
            .address = rcpt->address,
            .why = &rcpt->why,
            .expired = rcpt->expired,
            .last_attempt_ms = rcpt->last_attempt_ms,
        };
    }
    return n;
}

static void write_bounce(struct message *message, const struct dsn_recipient *failed, size_t n)
{
    struct sender *sender = message->sender;
    const char *to[] = {message->from};
    char id[24];
    struct buf text = {0};
    snprintf(id, sizeof id, "%08llX", (unsigned long long)sender->ids + 1);
    struct dsn_facts facts = {
        .reporting_mta = sender->helo,
        .queue_id = message->id,
        .bounce_id = id,
        .to = message->from,
        .start_date = sender->start_date,
        .arrived_ms = message->arrived_ms,
        .now_ms = clock_now_ms(sender->clock),
        .lifetime_ms = sender->policy.queue_lifetime,
        .attempts = message->attempt,
        .rcpts = failed,
        .rcpt_count = n,
        .message = message->text,
        .message_len = message->len,
    };
    sender->dialect->write(&text, &facts);
    struct message *bounce = queue_add(sender, "", to, 1, text.data, text.len);
    struct sender_news news = {
        .kind = SENDER_BOUNCED, .message = message, .rcpt = message->from, .text = bounce->id};
    sender_tell(sender, &news);
}

/* RFC 5321 6.1: a bounce goes to the reverse-path, and none is sent for a message that has a null
 * one. */
static void bounce_failed(struct message *message)
{
    struct dsn_recipient *failed = mem_new(message->rcpt_count * sizeof *failed);
    size_t n = collect_failed(message, failed);
    if (n && is_bounce(message)) {
        sender_tell_failure(
            message->sender, SENDER_DROPPED, message, failed[0].address, failed[0].why);
    } else if (n) {
        write_bounce(message, failed, n);
    }
    free(failed);
}

/* ---- after an attempt ---- */

/* Gives up on everybody who still waits. */
static void expire(struct message *message)
{
    for (size_t i = 0; i < message->rcpt_count && !message->sender->closing; i++) {
        struct recipient *rcpt = &message->rcpts[i];
        if (rcpt->state != RECIPIENT_QUEUED)
            continue;
        rcpt->state = RECIPIENT_FAILED;
        rcpt->expired = true;
        sender_tell_failure(message->sender, SENDER_FAILED, message, rcpt->address, &rcpt->why);
    }
}

static size_t tell_deferred(struct message *message)
{
    size_t n = 0;
    for (size_t i = 0; i < message->rcpt_count && !message->sender->closing; i++) {
        struct recipient *rcpt = &message->rcpts[i];
        if (rcpt->state != RECIPIENT_QUEUED)
            continue;
        n++;
        sender_tell_failure(message->sender, SENDER_DEFERRED, message, rcpt->address, &rcpt->why);
    }
    return n;
}

static void settle(struct message *message);

static void on_due(struct clock_timer *timer)
{
    struct message *message = (struct message *)((char *)timer - offsetof(struct message, timer));
    if (expired(message))
        settle(message);
    else
        begin_attempt(message);
}

static void wait_for_next(struct message *message)
{
    struct sender *sender = message->sender;
    uint64_t now = clock_now_ms(sender->clock), end = expiry(message);
    uint64_t gap = schedule_gap(&sender->policy, message->attempt);
    clock_start(sender->clock, &message->timer, end - now < gap ? end - now : gap, on_due);
}

/* What has failed bounces, what is left waits, and a message without either is done. */
static void settle(struct message *message)
{
    struct sender *sender = message->sender;
    if (sender->closing)
        return;
    size_t left = 0;
    bool over = expired(message);
    if (over)
        expire(message);
    else
        left = tell_deferred(message);
    if (!sender->closing)
        bounce_failed(message);
    if (sender->closing)
        return;
    if (left)
        wait_for_next(message);
    else
        remove_message(message);
}

void queue_delivery_ended(struct message *message)
{
    if (--message->running == 0)
        settle(message);
}
