/* SPDX-License-Identifier: BSD-2-Clause */
/* The public face of the sender: opening, taking messages, telling what happens, closing. */
#include "sender/sender.h"

#include <string.h>
#include <time.h>
#include "sender/body.h"
#include "sender/parts.h"
#include "sender/schedule.h"
#include "util/mem.h"

/* RFC 5321 4.5.3.1.1 - 4.5.3.1.2 */
enum { LONGEST_LOCAL_PART = 64, LONGEST_DOMAIN = 255 };

/* ---- telling ---- */

void sender_tell(struct sender *sender, const struct sender_news *news)
{
    if (!sender->on_event || sender->closing)
        return;
    struct sender_event event = {
        .kind = news->kind,
        .at_ms = clock_now_ms(sender->clock),
        .message = news->message->id,
        .rcpt = news->rcpt,
        .host = news->host,
        .address = news->address,
        .stage = news->stage,
        .text = news->text,
        .attempt = news->message->attempt,
    };
    sender->on_event(sender->ctx, &event);
}

void sender_tell_failure(struct sender *sender, enum sender_event_kind kind,
    const struct message *message, const char *rcpt, const struct failure *why)
{
    char *brief = failure_brief(why);
    struct sender_news news = {
        .kind = kind,
        .message = message,
        .rcpt = rcpt,
        .host = why->host,
        .address = why->address,
        .stage = phase_stage(why->phase),
        .text = brief,
    };
    sender_tell(sender, &news);
    free(brief);
}

/* ---- open ---- */

static void on_turn_closed(uv_handle_t *handle)
{
    sender_unref(handle->data);
}

static struct sender *make(uv_loop_t *loop, struct clock *clock, const struct sender_config *config)
{
    struct sender *sender = mem_new(sizeof *sender);
    sender->loop = loop;
    sender->clock = clock;
    sender->helo = mem_text(config->helo);
    sender->smtp_port = config->smtp_port;
    sender->policy = schedule_complete(&config->policy);
    sender->on_event = config->on_event;
    sender->on_idle = config->on_idle;
    sender->ctx = config->ctx;
    sender->last_waiting = &sender->waiting;
    sender->start_date = config->start_date;
    if (!sender->start_date)
        sender->start_date = (int64_t)time(NULL) - (int64_t)(clock_now_ms(clock) / 1000);
    return sender;
}

struct sender *sender_open(
    uv_loop_t *loop, struct clock *clock, const struct sender_config *config, char **why)
{
    const struct dsn_dialect *dialect = dsn_find(config->dialect, why);
    if (!dialect)
        return NULL;
    if (!config->helo || !*config->helo || strpbrk(config->helo, " \r\n<>")) {
        *why = mem_text("the sender needs a host name to say EHLO with");
        return NULL;
    }
    if (!config->smtp_port || config->smtp_port > 65535) {
        *why = mem_format("no such SMTP port: %u", config->smtp_port);
        return NULL;
    }
    struct lookups *lookups = lookups_open(loop, clock, config->dns_address, config->dns_port, why);
    if (!lookups)
        return NULL;
    struct sender *sender = make(loop, clock, config);
    sender->dialect = dialect;
    sender->lookups = lookups;
    require(uv_idle_init(loop, &sender->turn) == 0);
    sender->turn.data = sender;
    sender->refs = 2; /* the turn and the lookups */
    return sender;
}

/* ---- submit ---- */

static bool is_domain_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr("-._[]:", c);
}

/* As much of RFC 5321 4.1.2 as keeps an address from breaking a command; servers judge the rest. */
static const char *address_fault(const char *address)
{
    const char *at = strrchr(address, '@');
    if (!at || at == address || !at[1])
        return "is not local-part@domain";
    if (at - address > LONGEST_LOCAL_PART || strlen(at + 1) > LONGEST_DOMAIN)
        return "is too long";
    for (const char *c = address; c < at; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c > '~' || strchr("<>", *c) ||
            (*c == ' ' && *address != '"'))
            return "has a character no local part has";
    for (const char *c = at + 1; *c; c++)
        if (!is_domain_char(*c))
            return "has a character no domain has";
    return NULL;
}

static char *check_address(const char *what, const char *address)
{
    const char *fault = address_fault(address);
    return fault ? mem_format("%s \"%s\" %s", what, address, fault) : NULL;
}

const char *sender_submit(struct sender *sender, const char *from, const char *const *rcpts,
    size_t n, const char *message, size_t len, char **why)
{
    if (!n) {
        *why = mem_text("a message needs a recipient");
        return NULL;
    }
    *why = *from ? check_address("sender", from) : NULL;
    for (size_t i = 0; i < n && !*why; i++)
        *why = check_address("recipient", rcpts[i]);
    if (*why)
        return NULL;
    if (sender->closing) {
        *why = mem_text("the sender is closing");
        return NULL;
    }
    size_t text_len;
    char *text = body_normalise(message, len, &text_len);
    return queue_add(sender, from, rcpts, n, text, text_len)->id;
}

size_t sender_queued(const struct sender *sender)
{
    return sender->queued;
}

/* ---- close ---- */

void sender_ref(struct sender *sender)
{
    sender->refs++;
}

void sender_unref(struct sender *sender)
{
    if (--sender->refs)
        return;
    queue_free(sender);
    free(sender->helo);
    free(sender);
}

static void on_lookups_closed(void *ctx)
{
    sender_unref(ctx);
}

void sender_close(struct sender *sender)
{
    if (!sender || sender->closing)
        return;
    sender->closing = true;
    queue_stop(sender);
    delivery_stop_all(sender);
    lookups_close(sender->lookups, on_lookups_closed, sender);
    uv_close((uv_handle_t *)&sender->turn, on_turn_closed);
}
