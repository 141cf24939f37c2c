/* SPDX-License-Identifier: BSD-2-Clause */
/* One attempt to bring one message to the recipients of one domain: MX hosts in order, their
 * addresses in order, until somebody takes it (RFC 5321 5.1). */
#include "sender/parts.h"

#include <string.h>
#include "sender/client.h"
#include "sender/resolve.h"
#include "util/mem.h"
#include "util/text.h"

enum {
    MOST_AT_ONCE = 500, /* sockets; the rest waits its turn */
    MOST_TRIES = 20,    /* addresses in one attempt, however many a domain lists */
};

struct delivery {
    struct delivery *next, **prev; /* waiting or active */
    struct message *message;
    char *domain;
    size_t *rcpts; /* indices of message->rcpts */
    size_t rcpt_count;
    struct resolve_result hosts, addresses;
    size_t next_host, next_address, tries;
    struct failure why; /* of the session or of DNS: what open recipients have in common */
    struct client *client;
    struct client_rcpt *open; /* given to the client: the first open_count */
    size_t *open_index;
    size_t open_count;
};

/* ---- slots ---- */

void delivery_start(struct message *message, size_t *rcpts, size_t n)
{
    struct sender *sender = message->sender;
    struct delivery *delivery = mem_new(sizeof *delivery);
    delivery->message = message;
    delivery->domain = mem_text(message->rcpts[rcpts[0]].domain);
    delivery->rcpts = rcpts;
    delivery->rcpt_count = n;
    delivery->open = mem_new(n * sizeof *delivery->open);
    delivery->open_index = mem_new(n * sizeof *delivery->open_index);
    *sender->last_waiting = delivery;
    sender->last_waiting = &delivery->next;
    delivery_next(sender);
}

static void free_delivery(struct delivery *delivery)
{
    resolve_result_deinit(&delivery->hosts);
    resolve_result_deinit(&delivery->addresses);
    failure_deinit(&delivery->why);
    for (size_t i = 0; i < delivery->rcpt_count; i++)
        failure_deinit(&delivery->open[i].why);
    free(delivery->open);
    free(delivery->open_index);
    free(delivery->rcpts);
    free(delivery->domain);
    free(delivery);
}

static void leave_active(struct delivery *delivery)
{
    *delivery->prev = delivery->next;
    if (delivery->next)
        delivery->next->prev = delivery->prev;
    delivery->message->sender->active_count--;
}

/* The recipients have their states; nothing more is to be done. */
static void finish(struct delivery *delivery)
{
    struct message *message = delivery->message;
    struct sender *sender = message->sender;
    leave_active(delivery);
    free_delivery(delivery);
    if (sender->closing)
        return;
    delivery_next(sender);
    queue_delivery_ended(message);
}

/* ---- recipients ---- */

static struct recipient *rcpt_of(const struct delivery *delivery, size_t i)
{
    return &delivery->message->rcpts[delivery->rcpts[i]];
}

static void settle_rcpt(
    struct delivery *delivery, struct recipient *rcpt, const struct failure *why)
{
    struct sender *sender = delivery->message->sender;
    failure_deinit(&rcpt->why);
    rcpt->why = failure_copy(why);
    rcpt->last_attempt_ms = clock_now_ms(sender->clock);
    if (!why->permanent)
        return; /* it waits; the queue says so when the whole attempt is over */
    rcpt->state = RECIPIENT_FAILED;
    sender_tell_failure(sender, SENDER_FAILED, delivery->message, rcpt->address, &rcpt->why);
}

/* Nobody is left to try: what is still open shares the fate of the sessions. */
static void give_up(struct delivery *delivery)
{
    struct sender *sender = delivery->message->sender;
    for (size_t i = 0; i < delivery->open_count && !sender->closing; i++)
        settle_rcpt(delivery, rcpt_of(delivery, delivery->open_index[i]), &delivery->why);
    finish(delivery);
}

/* Takes why. A transient failure anywhere means that the mail may yet get through there, so it
 * outweighs the permanent ones of other hosts; among equals the last one counts. */
static void note(struct delivery *delivery, struct failure *why)
{
    bool outweighed =
        delivery->why.kind != FAILURE_NONE && !delivery->why.permanent && why->permanent;
    if (why->kind == FAILURE_NONE || outweighed) {
        failure_deinit(why);
        return;
    }
    failure_deinit(&delivery->why);
    delivery->why = *why;
    *why = (struct failure){0};
}

/* ---- DNS ---- */

/* Takes why. RFC 5321 5.1: only a temporary error is worth a retry; a name that is not there is
 * reported at once. */
static void note_routing(struct delivery *delivery, struct failure *why)
{
    why->permanent = why->kind != FAILURE_DNS;
    sender_tell_failure(delivery->message->sender, SENDER_ATTEMPT, delivery->message, NULL, why);
    note(delivery, why);
}

static void note_dns(
    struct delivery *delivery, const char *name, const struct resolve_result *result)
{
    struct failure why = {.phase = PHASE_DNS, .host = mem_text(name)};
    switch (result->outcome) {
    case RESOLVE_NO_NAME:
        why.kind = FAILURE_NO_DOMAIN;
        break;
    case RESOLVE_NO_DATA:
        why.kind = FAILURE_NO_ADDRESS;
        break;
    case RESOLVE_NULL_MX:
        why.kind = FAILURE_NULL_MX;
        break;
    default:
        why.kind = FAILURE_DNS;
        why.text = mem_text(result->why ? result->why : "lookup failed");
    }
    note_routing(delivery, &why);
}

/* RFC 5321 5.1: a host that finds itself among the MX goes only to those that are nearer than it;
 * else mail would go round between the hosts of its own preference. */
static void keep_nearer_hosts(struct resolve_result *hosts, const char *own_name)
{
    size_t self = 0, keep = 0;
    while (self < hosts->count && !text_same(hosts->names[self], own_name))
        self++;
    if (self == hosts->count || !hosts->preferences)
        return;
    while (hosts->preferences[keep] < hosts->preferences[self])
        keep++;
    while (hosts->count > keep)
        free(hosts->names[--hosts->count]);
}

static void try_host(struct delivery *delivery);
static void try_address(struct delivery *delivery);

static void on_addresses(void *ctx, struct resolve_result *result)
{
    struct delivery *delivery = ctx;
    if (delivery->message->sender->closing) {
        finish(delivery);
        return;
    }
    if (result->outcome != RESOLVE_OK) {
        note_dns(delivery, delivery->hosts.names[delivery->next_host - 1], result);
        try_host(delivery);
        return;
    }
    resolve_result_deinit(&delivery->addresses);
    delivery->addresses = *result;
    *result = (struct resolve_result){0};
    delivery->next_address = 0;
    try_address(delivery);
}

static void try_host(struct delivery *delivery)
{
    struct sender *sender = delivery->message->sender;
    if (sender->closing) {
        finish(delivery);
    } else if (delivery->next_host == delivery->hosts.count || delivery->tries >= MOST_TRIES) {
        give_up(delivery);
    } else {
        const char *host = delivery->hosts.names[delivery->next_host++];
        delivery->tries++;
        resolve_addresses(sender->lookups, host, on_addresses, delivery);
    }
}

static void on_hosts(void *ctx, struct resolve_result *result)
{
    struct delivery *delivery = ctx;
    if (!delivery->message->sender->closing && result->outcome != RESOLVE_OK) {
        note_dns(delivery, delivery->domain, result);
        give_up(delivery);
        return;
    }
    delivery->hosts = *result;
    *result = (struct resolve_result){0};
    keep_nearer_hosts(&delivery->hosts, delivery->message->sender->helo);
    if (!delivery->hosts.count && !delivery->message->sender->closing) {
        struct failure why = {
            .kind = FAILURE_LOOP, .phase = PHASE_DNS, .host = mem_text(delivery->domain)};
        note_routing(delivery, &why);
        give_up(delivery);
        return;
    }
    try_host(delivery);
}

/* ---- sessions ---- */

/* Acceptance, with rcpt; or how an attempt went well, without. */
static void tell_accepted(struct delivery *delivery, enum sender_event_kind kind, const char *rcpt,
    const struct client_result *result)
{
    struct sender_news news = {
        .kind = kind,
        .message = delivery->message,
        .rcpt = rcpt,
        .host = delivery->hosts.names[delivery->next_host - 1],
        .address = delivery->addresses.names[delivery->next_address - 1],
        .stage = phase_stage(PHASE_EOM),
        .text = result->accepted,
    };
    sender_tell(delivery->message->sender, &news);
}

static void tell_attempt(struct delivery *delivery, const struct client_result *result)
{
    const struct failure *why = &result->failure;
    if (result->accepted) {
        tell_accepted(delivery, SENDER_ATTEMPT, NULL, result);
        return;
    }
    /* Without a failure of the session it was that of a recipient: the last one. */
    for (size_t i = 0; i < delivery->open_count && result->failure.kind == FAILURE_NONE; i++)
        if (delivery->open[i].state == CLIENT_RCPT_FAILED)
            why = &delivery->open[i].why;
    sender_tell_failure(delivery->message->sender, SENDER_ATTEMPT, delivery->message, NULL, why);
}

/* Takes what the session decided out of the open recipients. */
static void take_results(struct delivery *delivery, const struct client_result *result)
{
    size_t still = 0;
    for (size_t i = 0; i < delivery->open_count; i++) {
        struct client_rcpt *of_client = &delivery->open[i];
        struct recipient *rcpt = rcpt_of(delivery, delivery->open_index[i]);
        if (of_client->state == CLIENT_RCPT_DELIVERED) {
            rcpt->state = RECIPIENT_DELIVERED;
            tell_accepted(delivery, SENDER_DELIVERED, rcpt->address, result);
        } else if (of_client->state == CLIENT_RCPT_FAILED) {
            settle_rcpt(delivery, rcpt, &of_client->why);
        } else {
            delivery->open_index[still++] = delivery->open_index[i];
        }
        failure_deinit(&of_client->why);
    }
    delivery->open_count = still;
}

static void on_client_done(void *ctx, struct client_result *result)
{
    struct delivery *delivery = ctx;
    struct sender *sender = delivery->message->sender;
    delivery->client = NULL;
    if (!sender->closing) { /* else its clock may be gone */
        tell_attempt(delivery, result);
        take_results(delivery, result);
    }
    /* Not: the next host after the dot was sent. This one may have the message already (RFC
     * 5321 4.2.5, 6.1), and another copy at once, elsewhere, would only make the doubt certain. */
    bool doubtful = result->failure.phase == PHASE_EOM;
    bool again = delivery->open_count > 0 && result->failure.kind != FAILURE_NONE && !doubtful;
    note(delivery, &result->failure);
    if (sender->closing)
        finish(delivery);
    else if (again)
        try_address(delivery);
    else
        give_up(delivery);
    sender_unref(sender);
}

static void try_address(struct delivery *delivery)
{
    struct message *message = delivery->message;
    struct sender *sender = message->sender;
    if (delivery->next_address == delivery->addresses.count || delivery->tries > MOST_TRIES) {
        try_host(delivery);
        return;
    }
    delivery->tries += delivery->next_address > 0; /* the first was counted with the host */
    for (size_t i = 0; i < delivery->open_count; i++)
        delivery->open[i] =
            (struct client_rcpt){.address = rcpt_of(delivery, delivery->open_index[i])->address};
    struct client_job job = {
        .timeout = &sender->policy.timeout,
        .helo = sender->helo,
        .host = delivery->hosts.names[delivery->next_host - 1],
        .address = delivery->addresses.names[delivery->next_address++],
        .port = sender->smtp_port,
        .from = message->from,
        .rcpts = delivery->open,
        .rcpt_count = delivery->open_count,
        .message = message->text,
        .message_len = message->len,
        .eight_bit = message->eight_bit,
    };
    sender_ref(sender);
    delivery->client = client_open(sender->loop, sender->clock, &job, on_client_done, delivery);
}

/* ---- the beginning ---- */

static void begin(struct delivery *delivery)
{
    struct sender *sender = delivery->message->sender;
    for (size_t i = 0; i < delivery->rcpt_count; i++)
        delivery->open_index[i] = i;
    delivery->open_count = delivery->rcpt_count;
    char *literal = resolve_literal(delivery->domain);
    if (!literal) {
        resolve_hosts(sender->lookups, delivery->domain, on_hosts, delivery);
        return;
    }
    /* RFC 5321 5.1 is about domains; an address literal is its own host. */
    delivery->hosts.names = mem_new(sizeof *delivery->hosts.names);
    delivery->hosts.names[delivery->hosts.count++] = mem_text(delivery->domain);
    delivery->addresses.names = mem_new(sizeof *delivery->addresses.names);
    delivery->addresses.names[delivery->addresses.count++] = literal;
    delivery->next_host = 1;
    try_address(delivery);
}

static void on_turn(uv_idle_t *turn)
{
    struct sender *sender = turn->data;
    uv_idle_stop(turn);
    while (sender->waiting && sender->active_count < MOST_AT_ONCE) {
        struct delivery *delivery = sender->waiting;
        sender->waiting = delivery->next;
        if (!sender->waiting)
            sender->last_waiting = &sender->waiting;
        delivery->next = sender->active;
        delivery->prev = &sender->active;
        if (delivery->next)
            delivery->next->prev = &delivery->next;
        sender->active = delivery;
        sender->active_count++;
        begin(delivery);
    }
}

/* Always by way of the loop: nothing happens inside sender_submit. */
void delivery_next(struct sender *sender)
{
    if (sender->waiting && sender->active_count < MOST_AT_ONCE && !sender->closing)
        uv_idle_start(&sender->turn, on_turn);
}

void delivery_stop_all(struct sender *sender)
{
    while (sender->waiting) {
        struct delivery *delivery = sender->waiting;
        sender->waiting = delivery->next;
        free_delivery(delivery);
    }
    /* Those that wait for DNS end with the lookups. */
    for (struct delivery *delivery = sender->active; delivery; delivery = delivery->next)
        if (delivery->client)
            client_abort(delivery->client);
}
