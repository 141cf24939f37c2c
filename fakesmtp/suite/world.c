/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/world.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>
#include "dns/responder.h"
#include "server/copies.h"
#include "server/server.h"
#include "suite/knocks.h"
#include "suite/names.h"
#include "suite/returns.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/text.h"

/* What connections of the MTA come from (mta/box/network.c); it listens, where it does, on
 * 127.0.0.1. */
#define BOXED_SENDER "192.0.2.1"

enum { PORT_TRIES = 20, DNS_PORT = 53, SMTP_PORT = 25 };

struct seat { /* who has an address */
    char address[INET6_ADDRSTRLEN];
    struct world *world;
    struct world_scenario *scenario;
    const struct scenario_host *host;
};

struct world {
    struct world_config config;
    struct knocks *knocks;   /* NULL: not in a box */
    struct returns *returns; /* what hosts accepted and could not pass on */
    struct seat **seats;
    size_t seat_count;
    struct world_scenario *scenarios;
    size_t count;
    struct script *origin; /* behaves */
    struct dns_zone *zone;
    struct dns_responder *responder;
    struct server **servers;
    size_t server_count, open;
    unsigned smtp_port;
    struct copies **copies; /* by scenario: its hosts know each other's messages */
    uint64_t sessions;
    unsigned hosts; /* addresses given out */
    bool closing;
};

/* ---- what the servers tell ---- */

static struct world_scenario *scenario_named(struct world *world, const char *name, size_t len)
{
    for (size_t i = 0; i < world->count; i++) {
        const char *its = script_scenario(world->scenarios[i].script)->name;
        if (strlen(its) == len && text_same_n(its, name, len))
            return &world->scenarios[i];
    }
    return NULL;
}

static void on_event(void *ctx, const struct transcript_event *event)
{
    struct world *world = ctx;
    struct world_scenario *s =
        event->scenario ? scenario_named(world, event->scenario, strlen(event->scenario)) : NULL;
    if (s)
        record_event(&s->record, event);
}

static void on_query(void *ctx, const struct dns_query *query)
{
    struct world *world = ctx;
    const struct scenario *whose = NULL;
    for (size_t i = 0; i < world->count && !whose; i++)
        if (names_belong(query->name, script_scenario(world->scenarios[i].script)))
            whose = script_scenario(world->scenarios[i].script);
    names_tell(world->config.transcript, clock_now_ms(world->config.clock), whose, query);
}

/* Everything null-sender that comes to SCENARIO@origin.test is a bounce of that scenario's message.
 */
static void on_origin_message(void *ctx, const struct server_message *message)
{
    struct world *world = ctx;
    for (size_t i = 0; i < message->rcpt_count && !message->from[0]; i++) {
        const char *at = strchr(message->rcpts[i], '@');
        struct world_scenario *s =
            at ? scenario_named(world, message->rcpts[i], (size_t)(at - message->rcpts[i])) : NULL;
        if (s)
            record_bounce(&s->record, message);
    }
    if (world->config.on_news)
        world->config.on_news(world->config.ctx);
}

static char *name_of(const struct seat *seat)
{
    return mem_format(
        "%s.%s.test", seat->host->name, script_scenario(seat->scenario->script)->name);
}

static void on_returned(void *ctx, const char *why)
{
    struct world *world = ctx;
    if (why)
        fprintf(stderr, "a report did not come home: %s\n", why);
    if (world->config.on_news)
        world->config.on_news(world->config.ctx);
}

/* The first of the scenario's hosts is the one it could not pass the message on to. */
static void give_back(const struct seat *seat, const struct server_message *message)
{
    const struct seat *next = seat;
    for (size_t i = seat->world->seat_count; i-- > 0;)
        if (seat->world->seats[i]->scenario == seat->scenario)
            next = seat->world->seats[i];
    char *host = name_of(seat), *next_host = name_of(next);
    returns_add(seat->world->returns, message, host, next_host, next->address, seat->host->returns,
        (uint64_t)(seat->host->returns_after * 1000));
    free(host);
    free(next_host);
}

static void on_scenario_message(void *ctx, const struct server_message *message)
{
    const struct seat *seat = ctx;
    struct world_scenario *s = seat->scenario;
    record_delivery(&s->record, message);
    if (seat->host->returns)
        give_back(seat, message);
    if (s->world->config.on_news)
        s->world->config.on_news(s->world->config.ctx);
}

/* What no server sees: a refusal, and a SYN into a black hole. */
static void on_knock(void *ctx, const struct knock *knock)
{
    struct world *world = ctx;
    for (size_t i = 0; i < world->seat_count; i++) {
        const struct seat *seat = world->seats[i];
        bool unanswered = seat->host->listen == LISTEN_BLACKHOLE && !seat->host->listen_lasting;
        if (strcmp(seat->address, knock->address) != 0 || (knock->kind == KNOCK_SYN && !unanswered))
            continue;
        char *name = name_of(seat);
        record_knock(&seat->scenario->record, clock_now_ms(world->config.clock), knock->from, name,
            seat->address, knock->kind == KNOCK_REFUSED);
        free(name);
    }
}

/* Without, refused connections stay unseen, and the judge says so. */
static void watch_knocks(struct world *world)
{
    char *why = NULL;
    if (world->config.box)
        world->knocks = knocks_open(world->config.loop, SMTP_PORT, on_knock, world, &why);
    free(why);
    for (size_t i = 0; i < world->count; i++)
        world->scenarios[i].record.watched = world->knocks != NULL;
}

/* ---- addresses, names, servers ---- */

static struct seat *take_seat(struct world *world, struct world_scenario *scenario,
    const struct scenario_host *host, const char *address)
{
    struct seat *seat = mem_new(sizeof *seat);
    *seat = (struct seat){.world = world, .scenario = scenario, .host = host};
    snprintf(seat->address, sizeof seat->address, "%s", address);
    world->seats = mem_grow(world->seats, (world->seat_count + 1) * sizeof(struct seat *));
    world->seats[world->seat_count++] = seat;
    return seat;
}

static void leave_seats(struct world *world)
{
    for (size_t i = 0; i < world->seat_count; i++)
        free(world->seats[i]);
    free(world->seats);
    world->seats = NULL;
    world->seat_count = 0;
}

/* The k-th host: 192.0.2.10 and on, then 198.18.0.1 and on, which the box routes to itself (RFC
 * 5737, RFC 2544); outside of a box 127.77.0.1 and on, which are all this machine. IPv6:
 * 2001:db8::10 and on (RFC 3849) in the box; outside there is but one address that is this machine.
 */
static void address_of(
    const struct world *world, unsigned k, bool ipv6, char out[static INET6_ADDRSTRLEN])
{
    enum { FIRST = 10, LAST = 250 };
    if (ipv6 && world->config.box)
        snprintf(out, INET6_ADDRSTRLEN, "2001:db8::%x", FIRST + k);
    else if (ipv6)
        snprintf(out, INET6_ADDRSTRLEN, "::1");
    else if (!world->config.box)
        snprintf(out, INET6_ADDRSTRLEN, "127.77.%u.%u", (k / 250) & 255, k % 250 + 1);
    else if (k <= LAST - FIRST)
        snprintf(out, INET6_ADDRSTRLEN, "192.0.2.%u", FIRST + k);
    else
        snprintf(out, INET6_ADDRSTRLEN, "198.18.%u.%u", ((k - LAST + FIRST) / 250) & 255,
            (k - LAST + FIRST) % 250 + 1);
}

static struct server *open_server(
    struct world *world, struct server_config *config, int *error, char **why)
{
    config->loop = world->config.loop;
    config->clock = world->config.clock;
    config->seed = world->config.seed;
    config->sessions = &world->sessions;
    config->transcript = world->config.transcript;
    config->port = world->smtp_port;
    struct server *server = server_open(config, error, why);
    if (!server)
        return NULL;
    world->servers = mem_grow(world->servers, (world->server_count + 1) * sizeof *world->servers);
    world->servers[world->server_count++] = server;
    world->open++;
    return server;
}

/* The first server outside of a box chooses the port for all: every MX listens on the same one. */
static bool open_host(struct world *world, struct script *script, size_t host_index,
    struct world_scenario *scenario, const char *address, int *error, char **why)
{
    const struct scenario *plan = script_scenario(script);
    char *hostname = mem_format("%s.%s.test", plan->hosts[host_index].name, plan->name);
    struct seat *seat =
        scenario ? take_seat(world, scenario, &plan->hosts[host_index], address) : NULL;
    struct server_config config = {.script = script,
        .host_index = host_index,
        .address = address,
        .hostname = hostname,
        .copies = scenario ? world->copies[scenario - world->scenarios] : NULL,
        .ctx = seat ? (void *)seat : world,
        .on_message = seat ? on_scenario_message : on_origin_message};
    struct server *server = open_server(world, &config, error, why);
    free(hostname);
    if (server && !world->smtp_port)
        world->smtp_port = server_port(server);
    return server != NULL;
}

/* Outside of a box all IPv6 hosts would share one address: nobody listens there, so it can be had
 * by those that refuse. */
static bool has_place(const struct world *world, const struct scenario_host *host)
{
    return !host->ipv6 || world->config.box ||
           (host->listen == LISTEN_REFUSE && !host->listen_lasting);
}

/* The address, malloc'd; NULL without *why: the machine has no such addresses. */
static char *place_host(struct world *world, struct script *script, size_t i,
    struct world_scenario *s, int *error, char **why)
{
    const struct scenario_host *host = &script_scenario(script)->hosts[i];
    char address[INET6_ADDRSTRLEN];
    address_of(world, world->hosts++, host->ipv6, address);
    bool placed = has_place(world, host);
    bool shared = placed && host->ipv6 && !world->config.box;
    if (placed && !shared && !open_host(world, script, i, s, address, error, why)) {
        placed = false;
        if (!host->ipv6 || *error == UV_EADDRINUSE)
            return NULL;
        free(*why); /* no IPv6 here */
        *why = NULL;
    }
    if (s && !placed)
        s->record.unplaced++;
    return placed ? mem_text(address) : NULL;
}

static bool open_domain(
    struct world *world, struct script *script, struct world_scenario *s, int *error, char **why)
{
    const struct scenario *scenario = script_scenario(script);
    char **addresses = mem_new(scenario->host_count * sizeof *addresses);
    for (size_t i = 0; i < scenario->host_count && !*why; i++)
        addresses[i] = place_host(world, script, i, s, error, why);
    bool fine = !*why && names_add(world->zone, scenario, (const char *const *)addresses, why);
    for (size_t i = 0; i < scenario->host_count; i++)
        free(addresses[i]);
    free(addresses);
    return fine;
}

static bool open_all(struct world *world, int *error, char **why)
{
    bool fine =
        open_domain(world, world->origin, NULL, error, why) &&
        names_add_host(world->zone, NAMES_SENDER, "127.0.0.1", why) &&
        (!world->config.box || names_add_host(world->zone, NAMES_SENDER, BOXED_SENDER, why));
    for (size_t i = 0; i < world->count && fine; i++) {
        world->scenarios[i].record.unplaced = 0; /* of an earlier port */
        fine = open_domain(world, world->scenarios[i].script, &world->scenarios[i], error, why);
    }
    return fine;
}

static void on_server_closed(void *ctx)
{
    struct world *world = ctx;
    if (--world->open == 0 && world->closing) {
        for (size_t i = 0; i < world->count; i++)
            copies_free(world->copies[i]);
        free(world->copies);
        leave_seats(world);
        free(world->servers);
        script_free(world->origin);
        dns_zone_free(world->zone);
        free(world);
    }
}

static void close_servers(struct world *world)
{
    for (size_t i = 0; i < world->server_count; i++)
        server_close(world->servers[i], on_server_closed, world);
    world->server_count = 0;
}

/* Outside of a box the port is whatever was free on the first address; it may be taken on another
 * one. */
static bool open_on_one_port(struct world *world, char **why)
{
    for (int tries = 0;; tries++) {
        int error = 0;
        world->smtp_port = world->config.box ? SMTP_PORT : 0;
        world->hosts = 0;
        leave_seats(world);
        dns_zone_free(world->zone);
        world->zone = dns_zone_new();
        if (open_all(world, &error, why))
            return true;
        close_servers(world);
        if (world->config.box || error != UV_EADDRINUSE || tries == PORT_TRIES)
            return false;
        free(*why);
        *why = NULL;
    }
}

/* The origin is the first host of all. */
static void open_returns(struct world *world)
{
    char home[INET6_ADDRSTRLEN];
    address_of(world, 0, false, home);
    struct returns_config config = {.loop = world->config.loop,
        .clock = world->config.clock,
        .home = home,
        .port = world->smtp_port,
        .on_done = on_returned,
        .ctx = world};
    world->returns = returns_open(&config);
}

bool world_busy(const struct world *world)
{
    return returns_pending(world->returns) > 0;
}

struct world *world_open(
    const struct world_config *config, struct world_scenario *scenarios, size_t count, char **why)
{
    struct world *world = mem_new(sizeof *world);
    world->config = *config;
    world->scenarios = scenarios;
    world->count = count;
    world->open = 1; /* the world's own share, until world_close */
    world->copies = mem_new((count + 1) * sizeof *world->copies);
    for (size_t i = 0; i < count; i++) {
        scenarios[i].world = world;
        world->copies[i] = copies_new();
    }
    if (config->transcript)
        transcript_add_sink(config->transcript, (struct transcript_sink){on_event, world});
    *why = NULL;
    world->origin = script_load_text("origin", "return {}", why);
    if (world->origin && open_on_one_port(world, why))
        world->responder = dns_responder_open(config->loop, config->clock, world->zone, "127.0.0.1",
            config->box ? DNS_PORT : 0, on_query, world, why);
    if (world->responder) {
        watch_knocks(world);
        open_returns(world);
        return world;
    }
    world_close(world);
    return NULL;
}

unsigned world_smtp_port(const struct world *world)
{
    return world->smtp_port;
}

const char *world_dns_address(const struct world *world)
{
    (void)world;
    return "127.0.0.1";
}

unsigned world_dns_port(const struct world *world)
{
    return dns_responder_port(world->responder);
}

void world_close(struct world *world)
{
    if (!world || world->closing)
        return;
    dns_responder_close(world->responder);
    knocks_close(world->knocks);
    returns_close(world->returns);
    close_servers(world);
    world->closing = true;
    on_server_closed(world);
}

/* ---- what is sent ---- */

char *world_sender(const struct scenario *scenario)
{
    return mem_format("%s@" ORIGIN_DOMAIN, scenario->name);
}

char *world_rcpt(const struct scenario *scenario, size_t i)
{
    return mem_format("%s@%s.test", scenario->to[i], scenario->name);
}

/* Lines of text until the message has that size; text is taken. */
static char *fill_up(char *text, size_t size)
{
    static const char line[] =
        "This line makes the message as long as the scenario asks for, and says nothing.\r\n";
    size_t len = strlen(text);
    if (len >= size)
        return text;
    text = mem_grow(text, size + sizeof line);
    for (; len < size; len += sizeof line - 1)
        memcpy(text + len, line, sizeof line);
    return text;
}

char *world_message(const struct scenario *scenario, uint64_t seed)
{
    char date[64];
    time_t now = time(NULL);
    struct tm tm;
    gmtime_r(&now, &tm);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", &tm);
    char *text = mem_format("Date: %s\r\n"
                            "From: Sender <%s@" ORIGIN_DOMAIN ">\r\n"
                            "To: <%s@%s.test>\r\n"
                            "Subject: fakesmtp plays %s\r\n"
                            "Message-ID: <%s.%llx@" ORIGIN_DOMAIN ">\r\n"
                            "MIME-Version: 1.0\r\n"
                            "Content-Type: text/plain; charset=us-ascii\r\n"
                            "\r\n"
                            "This message was sent into the scenario %s.\r\n",
        date, scenario->name, scenario->to[0], scenario->name, scenario->name, scenario->name,
        (unsigned long long)seed, scenario->name);
    return fill_up(text, scenario->size);
}
