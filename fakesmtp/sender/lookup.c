/* SPDX-License-Identifier: BSD-2-Clause */
/* c-ares on libuv. One channel; at most MOST_AT_ONCE questions are open so that hundreds of
 * messages do not overflow the server's socket buffer, the rest wait their turn. */
#include "sender/lookup.h"

#include <ares.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>
#include "sender/lookup_parse.h"
#include "util/clock.h"
#include "util/mem.h"

enum {
    MOST_AT_ONCE = 100,
    TRIES = 3,
    TRY_MS = 10 * 1000,
    NEVER_MS = 24 * 3600 * 1000, /* c-ares' own timeout */
    UDP_SIZE = 4096,
};

struct lookup;

/* One question given to c-ares. It outlives its lookup when the clock gave up first. */
struct question {
    struct lookup *lookup; /* NULL: nobody waits any more */
};

struct lookup {
    struct lookups *owner;
    enum lookup_type type;
    char *name;
    lookup_on_answer *on_answer;
    void *ctx;
    unsigned tries;
    bool unreached; /* in the last of them */
    struct clock_timer timer;
    struct question *question; /* NULL when c-ares does not have it */
    struct lookup_answer answer;
    struct lookup *next;                   /* in waiting or answered */
    struct lookup **prev_open, *next_open; /* in open */
};

struct queue {
    struct lookup *first, **last;
};

struct watch { /* one socket of c-ares */
    uv_poll_t poll;
    struct lookups *owner;
    ares_socket_t fd;
    bool closing;
    struct watch *next;
};

struct lookups {
    uv_loop_t *loop;
    struct clock *clock;
    ares_channel channel;
    uv_idle_t turn; /* active when there are answers to give or questions to ask */
    struct watch *watches;
    struct queue waiting, answered;
    struct lookup *open; /* given to c-ares */
    size_t open_count;
    size_t handles;
    bool closing;
    void (*on_closed)(void *ctx);
    void *closed_ctx;
};

/* ---- queues ---- */

static void queue_put(struct queue *queue, struct lookup *lookup)
{
    lookup->next = NULL;
    *queue->last = lookup;
    queue->last = &lookup->next;
}

static struct lookup *queue_take(struct queue *queue)
{
    struct lookup *lookup = queue->first;
    if (lookup && !(queue->first = lookup->next))
        queue->last = &queue->first;
    return lookup;
}

static void open_put(struct lookups *lookups, struct lookup *lookup)
{
    lookup->next_open = lookups->open;
    lookup->prev_open = &lookups->open;
    if (lookups->open)
        lookups->open->prev_open = &lookup->next_open;
    lookups->open = lookup;
    lookups->open_count++;
}

static void open_remove(struct lookups *lookups, struct lookup *lookup)
{
    *lookup->prev_open = lookup->next_open;
    if (lookup->next_open)
        lookup->next_open->prev_open = lookup->prev_open;
    lookups->open_count--;
}

/* ---- the life of one lookup ---- */

static void on_turn(uv_idle_t *turn);

static void want_turn(struct lookups *lookups)
{
    if (!lookups->closing)
        uv_idle_start(&lookups->turn, on_turn);
}

static void give_answer(struct lookup *lookup)
{
    lookup->on_answer(lookup->ctx, &lookup->answer);
    lookup_answer_deinit(&lookup->answer);
    free(lookup->name);
    free(lookup);
}

/* Not: calling back from here. We may be inside c-ares, which must not be destroyed under its own
 * feet. */
static void answered(struct lookup *lookup)
{
    struct lookups *lookups = lookup->owner;
    clock_stop(lookups->clock, &lookup->timer);
    open_remove(lookups, lookup);
    queue_put(&lookups->answered, lookup);
    want_turn(lookups);
}

static void on_ares(void *arg, int status, int timeouts, unsigned char *packet, int len)
{
    struct question *question = arg;
    struct lookup *lookup = question->lookup;
    (void)timeouts;
    free(question);
    if (!lookup)
        return;
    lookup->question = NULL;
    /* A TCP connection that ends takes every open question of c-ares with it, those over UDP too:
     * the try is lost and its time runs on. */
    lookup->unreached = status == ARES_ECONNREFUSED;
    if (lookup->unreached)
        return;
    lookup->answer = lookup_parse(lookup->type, status, packet, len);
    answered(lookup);
}

static void ask(struct lookup *lookup);

static void on_try_over(struct clock_timer *timer)
{
    struct lookup *lookup = (struct lookup *)((char *)timer - offsetof(struct lookup, timer));
    struct lookups *lookups = lookup->owner;
    if (lookup->question)
        lookup->question->lookup = NULL;
    lookup->question = NULL;
    if (lookup->tries < TRIES) {
        ask(lookup);
        return;
    }
    lookup->answer = (struct lookup_answer){.outcome = LOOKUP_TEMPORARY,
        .why = lookup->unreached ? "the name server cannot be reached"
                                 : "the name server does not answer"};
    answered(lookup);
    /* Only forgotten questions are left: give their socket back, it would keep the loop alive. */
    if (!lookups->open_count)
        ares_cancel(lookups->channel);
}

static void ask(struct lookup *lookup)
{
    static const int types[] = {[LOOKUP_MX] = 15, [LOOKUP_A] = 1, [LOOKUP_AAAA] = 28};
    struct question *question = mem_new(sizeof *question);
    question->lookup = lookup;
    lookup->question = question;
    lookup->tries++;
    lookup->unreached = false;
    clock_start(lookup->owner->clock, &lookup->timer, TRY_MS, on_try_over);
    ares_query(lookup->owner->channel, lookup->name, 1, types[lookup->type], on_ares, question);
}

static void on_turn(uv_idle_t *turn)
{
    struct lookups *lookups = turn->data;
    uv_idle_stop(turn);
    struct lookup *lookup;
    while (lookups->open_count < MOST_AT_ONCE && (lookup = queue_take(&lookups->waiting))) {
        open_put(lookups, lookup);
        ask(lookup);
    }
    while (!lookups->closing && (lookup = queue_take(&lookups->answered)))
        give_answer(lookup);
    if (!lookups->closing && lookups->waiting.first && lookups->open_count < MOST_AT_ONCE)
        want_turn(lookups);
}

void lookup_start(struct lookups *lookups, enum lookup_type type, const char *name,
    lookup_on_answer *on_answer, void *ctx)
{
    require(!lookups->closing);
    struct lookup *lookup = mem_new(sizeof *lookup);
    lookup->owner = lookups;
    lookup->type = type;
    lookup->name = mem_text(name);
    lookup->on_answer = on_answer;
    lookup->ctx = ctx;
    queue_put(&lookups->waiting, lookup);
    want_turn(lookups);
}

/* ---- sockets of c-ares ---- */

static void on_handle_closed(struct lookups *lookups)
{
    if (--lookups->handles)
        return;
    void (*on_closed)(void *ctx) = lookups->on_closed;
    void *ctx = lookups->closed_ctx;
    free(lookups);
    ares_library_cleanup();
    if (on_closed)
        on_closed(ctx);
}

static void on_watch_closed(uv_handle_t *handle)
{
    struct watch *watch = handle->data;
    struct lookups *lookups = watch->owner;
    free(watch);
    on_handle_closed(lookups);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct watch *watch = poll->data;
    bool read = status < 0 || events & UV_READABLE, write = status < 0 || events & UV_WRITABLE;
    ares_process_fd(watch->owner->channel, read ? watch->fd : ARES_SOCKET_BAD,
        write ? watch->fd : ARES_SOCKET_BAD);
}

static void watch_end(struct watch *watch)
{
    struct watch **at = &watch->owner->watches;
    while (*at != watch)
        at = &(*at)->next;
    *at = watch->next;
    /* This takes the descriptor out of the loop at once; c-ares closes it as soon as we return. */
    uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
}

static struct watch *watch_begin(struct lookups *lookups, ares_socket_t fd)
{
    struct watch *watch = mem_new(sizeof *watch);
    if (uv_poll_init(lookups->loop, &watch->poll, fd)) {
        free(watch); /* the question stays unanswered, and the clock ends it */
        return NULL;
    }
    watch->poll.data = watch;
    watch->owner = lookups;
    watch->fd = fd;
    watch->next = lookups->watches;
    lookups->watches = watch;
    lookups->handles++;
    return watch;
}

static void on_socket(void *arg, ares_socket_t fd, int readable, int writable)
{
    struct lookups *lookups = arg;
    struct watch *watch = lookups->watches;
    while (watch && watch->fd != fd)
        watch = watch->next;
    if (!readable && !writable) {
        if (watch)
            watch_end(watch);
        return;
    }
    if (!watch)
        watch = watch_begin(lookups, fd);
    if (watch)
        uv_poll_start(
            &watch->poll, (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0), on_ready);
}

/* ---- open and close ---- */

/* The machine's own resolver configuration has no say, although c-ares insists on reading it. */
static int open_channel(struct lookups *lookups, const char *server, unsigned port)
{
    char lookup_order[] = "b", servers[80];
    struct ares_options options = {
        /* NOCHECKRESP: SERVFAIL is an answer; without it c-ares looks for another server and then
         * says that none could be reached. */
        .flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS | ARES_FLAG_NOCHECKRESP,
        .timeout = NEVER_MS,
        .tries = 1,
        .ndots = 1,
        .lookups = lookup_order,
        .sock_state_cb = on_socket,
        .sock_state_cb_data = lookups,
        .ednspsz = UDP_SIZE,
    };
    int status = ares_init_options(&lookups->channel, &options,
        ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS | ARES_OPT_LOOKUPS |
            ARES_OPT_SOCK_STATE_CB | ARES_OPT_EDNSPSZ | ARES_OPT_DOMAINS);
    if (status != ARES_SUCCESS)
        return status;
    snprintf(servers, sizeof servers, strchr(server, ':') ? "[%s]:%u" : "%s:%u", server, port);
    status = ares_set_servers_ports_csv(lookups->channel, servers);
    if (status != ARES_SUCCESS)
        ares_destroy(lookups->channel);
    return status;
}

struct lookups *lookups_open(
    uv_loop_t *loop, struct clock *clock, const char *server, unsigned port, char **why)
{
    int status = ares_library_init(ARES_LIB_INIT_ALL);
    if (status != ARES_SUCCESS) {
        *why = mem_format("cannot start c-ares: %s", ares_strerror(status));
        return NULL;
    }
    struct lookups *lookups = mem_new(sizeof *lookups);
    lookups->loop = loop;
    lookups->clock = clock;
    lookups->waiting.last = &lookups->waiting.first;
    lookups->answered.last = &lookups->answered.first;
    status = open_channel(lookups, server, port);
    if (status != ARES_SUCCESS) {
        *why =
            mem_format("cannot use the DNS server %s:%u: %s", server, port, ares_strerror(status));
        free(lookups);
        ares_library_cleanup();
        return NULL;
    }
    require(uv_idle_init(loop, &lookups->turn) == 0);
    lookups->turn.data = lookups;
    lookups->handles = 1;
    return lookups;
}

static void cancel(struct lookup *lookup)
{
    lookup_answer_deinit(&lookup->answer);
    lookup->answer.outcome = LOOKUP_CANCELLED;
    give_answer(lookup);
}

static void on_turn_closed(uv_handle_t *handle)
{
    on_handle_closed(handle->data);
}

void lookups_close(struct lookups *lookups, void (*on_closed)(void *ctx), void *ctx)
{
    require(!lookups->closing);
    lookups->closing = true;
    lookups->on_closed = on_closed;
    lookups->closed_ctx = ctx;
    while (lookups->open) {
        struct lookup *lookup = lookups->open;
        if (lookup->question)
            lookup->question->lookup = NULL;
        lookup->question = NULL;
        answered(lookup);
    }
    ares_destroy(lookups->channel); /* frees the questions and closes the sockets */
    struct lookup *lookup;
    while ((lookup = queue_take(&lookups->answered)) || (lookup = queue_take(&lookups->waiting)))
        cancel(lookup);
    uv_close((uv_handle_t *)&lookups->turn, on_turn_closed);
}
