/* SPDX-License-Identifier: BSD-2-Clause */
/* One host of a scenario: how it listens, whom it lets in, and the list of who is there. */
#include "server/internal.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "net/address.h"
#include "net/listener.h"
#include "net/tlscontext.h"
#include "util/mem.h"

enum { DEFAULT_MAX_SIZE = 10 * 1024 * 1024 };

static const struct scenario_host *host_of(const struct server *server)
{
    return &script_scenario(server->config.script)->hosts[server->config.host_index];
}

/* ---- how it listens ---- */

/* What the host did first lasts no longer: it is an ordinary one from now on. */
static void behave(struct server *server)
{
    server->listen = LISTEN_ACCEPT;
    int error = server->closing ? 0 : listener_accept(server->listener);
    if (error)
        fprintf(stderr, "%s: cannot listen (error %d)\n", server->hostname, error);
}

static void on_listen_over(struct clock_timer *timer)
{
    behave((struct server *)((char *)timer - offsetof(struct server, listen_timer)));
}

static enum listener_kind kind_of(enum scenario_listen listen)
{
    return listen == LISTEN_REFUSE      ? LISTENER_REFUSE
           : listen == LISTEN_BLACKHOLE ? LISTENER_BLACKHOLE
                                        : LISTENER_ACCEPT;
}

/* ---- whom it lets in ---- */

/* RFC 5321 3.8; said without a session, since there are too many of those. */
static void turn_away(struct server *server, int fd)
{
    struct server_load *load = server->config.load;
    char sorry[320];
    int n = snprintf(
        sorry, sizeof sorry, "421 4.3.2 %.255s Too many connections\r\n", server->hostname);
    if (send(fd, sorry, (size_t)n, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        n = 0; /* it left already */
    close(fd);
    load->turned_away++;
    if (!server->crowded)
        fprintf(stderr, "%s: %zu connections are open: others are turned away\n", server->hostname,
            load->connections);
    server->crowded = true;
}

static void on_connection(void *ctx, int fd, const struct address *from)
{
    struct server *server = ctx;
    const struct server_load *load = server->config.load;
    const struct scenario_host *host = host_of(server);
    if (load && load->max_connections && load->connections >= load->max_connections) {
        turn_away(server, fd);
        return;
    }
    server->crowded = false;
    if (server->listen == LISTEN_RESET && host->listen_times &&
        server->connections >= host->listen_times)
        behave(server);
    connection_open(server, fd, from);
}

static void on_starved(void *ctx, int error)
{
    struct server *server = ctx;
    if (server->config.load)
        server->config.load->starved++;
    fprintf(stderr, "%s: no connection can be accepted for now (error %d, %zu open); they wait\n",
        server->hostname, error, server->open);
}

uint64_t server_next_session(struct server *server)
{
    uint64_t workers = server->config.workers ? server->config.workers : 1;
    server->connections++;
    return (*server->config.sessions)++ * workers + server->config.worker + 1;
}

/* ---- who is there ---- */

void server_remember(struct server *server, struct connection *connection)
{
    connection->next = server->first;
    connection->self = &server->first;
    if (server->first)
        server->first->self = &connection->next;
    server->first = connection;
    server->open++;
    if (server->config.load)
        server->config.load->connections++;
}

static void free_when_done(struct server *server)
{
    if (!server->closing || server->open)
        return;
    void (*on_closed)(void *) = server->on_closed;
    void *ctx = server->closed_ctx;
    if (server->config.load)
        server->config.load->script_errors += server->script_errors;
    if (server->copies != server->config.copies)
        copies_free(server->copies);
    if (server->tls != server->config.tls)
        tls_context_free(server->tls);
    buf_free(&server->out);
    free(server->scratch);
    free(server->hostname);
    free(server->told);
    free(server);
    if (on_closed)
        on_closed(ctx);
}

void server_forget(struct server *server, struct connection *connection)
{
    *connection->self = connection->next;
    if (connection->next)
        connection->next->self = connection->self;
    server->open--;
    if (server->config.load)
        server->config.load->connections--;
    if (!server->closing)
        listener_room(server->listener);
    free_when_done(server);
}

/* ---- life ---- */

static struct listener *open_listener(struct server *server, int *error, char **why)
{
    const struct server_config *config = &server->config;
    const struct scenario_host *host = host_of(server);
    struct listener_config listener = {.loop = config->loop,
        .address = config->address,
        .port = config->port,
        .kind = kind_of(host->listen),
        .share_port = config->workers > 1,
        .receive_buffer = host->receive_buffer,
        .on_connection = on_connection,
        .on_starved = on_starved,
        .ctx = server};
    return listener_open(&listener, error, why);
}

struct server *server_open(const struct server_config *config, int *error, char **why)
{
    require(config->host_index < script_scenario(config->script)->host_count);
    struct server *server = mem_new(sizeof *server);
    server->config = *config;
    if (!server->config.max_size)
        server->config.max_size = DEFAULT_MAX_SIZE;
    server->listener = open_listener(server, error, why);
    if (!server->listener) {
        free(server);
        return NULL;
    }
    server->config.address = NULL; /* was the caller's */
    server->hostname = mem_text(config->hostname);
    server->config.hostname = server->hostname;
    server->copies = config->copies ? config->copies : copies_new();
    server->tls = config->tls;
    server->scratch = mem_new(SCRATCH);
    const struct scenario_host *host = host_of(server);
    server->listen = host->listen;
    if (host->listen_lasting > 0)
        clock_start(config->clock, &server->listen_timer,
            (uint64_t)(host->listen_lasting * 1000 + 0.5), on_listen_over);
    return server;
}

unsigned server_port(const struct server *server)
{
    return listener_port(server->listener);
}

size_t server_sessions_open(const struct server *server)
{
    return server->open;
}

uint64_t server_connections(const struct server *server)
{
    return server->connections;
}

unsigned server_script_errors(const struct server *server)
{
    return server->script_errors;
}

void server_set_script(struct server *server, struct script *script)
{
    require(server->config.host_index < script_scenario(script)->host_count);
    server->config.script = script;
}

void server_close(struct server *server, void (*on_closed)(void *ctx), void *ctx)
{
    if (server->closing)
        return;
    clock_stop(server->config.clock, &server->listen_timer);
    listener_close(server->listener);
    server->listener = NULL;
    server->on_closed = on_closed;
    server->closed_ctx = ctx;
    for (struct connection *c = server->first; c; c = c->next)
        connection_end(c); /* closes later: the list does not change under us */
    server->closing = true;
    free_when_done(server);
}
