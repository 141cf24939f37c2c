/* SPDX-License-Identifier: BSD-2-Clause */
#include "server/internal.h"

#include <stdlib.h>
#include "net/listener.h"
#include "script/script.h"
#include "util/mem.h"

enum { DEFAULT_MAX_SIZE = 10 * 1024 * 1024 };

static void on_connection(void *ctx, struct uv_stream_s *stream)
{
    connection_open(ctx, stream);
}

struct server *server_open(const struct server_config *config, int *error, char **why)
{
    const struct scenario *scenario = script_scenario(config->script);
    require(config->host_index < scenario->host_count);
    struct server *server = mem_new(sizeof *server);
    server->config = *config;
    if (!server->config.max_size)
        server->config.max_size = DEFAULT_MAX_SIZE;
    enum listener_kind kind =
        scenario->hosts[config->host_index].listen == LISTEN_REFUSE ? LISTENER_REFUSE : LISTENER_ACCEPT;
    server->listener =
        listener_open(config->loop, config->address, config->port, kind, on_connection, server, error, why);
    if (!server->listener) {
        free(server);
        return NULL;
    }
    server->config.address = NULL; /* was the caller's */
    server->hostname = mem_text(config->hostname);
    server->config.hostname = server->hostname;
    server->scratch = mem_new(SCRATCH);
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

void server_remember(struct server *server, struct connection *connection)
{
    struct connection_links *links = connection_links(connection);
    links->next = server->first;
    links->self = &server->first;
    if (server->first)
        connection_links(server->first)->self = &links->next;
    server->first = connection;
    server->open++;
}

static void free_when_done(struct server *server)
{
    if (!server->closing || server->open)
        return;
    void (*on_closed)(void *) = server->on_closed;
    void *ctx = server->closed_ctx;
    free(server->scratch);
    free(server->hostname);
    free(server);
    if (on_closed)
        on_closed(ctx);
}

void server_forget(struct server *server, struct connection *connection)
{
    struct connection_links *links = connection_links(connection);
    *links->self = links->next;
    if (links->next)
        connection_links(links->next)->self = links->self;
    server->open--;
    free_when_done(server);
}

void server_close(struct server *server, void (*on_closed)(void *ctx), void *ctx)
{
    if (server->closing)
        return;
    listener_close(server->listener);
    server->listener = NULL;
    server->on_closed = on_closed;
    server->closed_ctx = ctx;
    for (struct connection *c = server->first; c; c = connection_next(c))
        connection_end(c); /* closes later: the list does not change under us */
    server->closing = true;
    free_when_done(server);
}
