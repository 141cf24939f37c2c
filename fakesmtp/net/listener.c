/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/listener.h"

#include <stdbool.h>
#include <string.h>
#include <uv.h>
#include "util/mem.h"

struct listener {
    uv_tcp_t tcp;
    unsigned port;
    void (*on_connection)(void *ctx, uv_stream_t *stream);
    void *ctx;
};

enum { BACKLOG = 4096 }; /* the kernel cuts it to somaxconn; a flood must not be refused by accident */

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_connection(uv_stream_t *stream, int status)
{
    struct listener *listener = stream->data;
    if (status == 0)
        listener->on_connection(listener->ctx, stream);
}

static int parse_address(const char *address, unsigned port, struct sockaddr_storage *out)
{
    memset(out, 0, sizeof *out);
    if (port > 65535)
        return UV_EINVAL;
    if (strchr(address, ':'))
        return uv_ip6_addr(address, (int)port, (struct sockaddr_in6 *)out);
    return uv_ip4_addr(address, (int)port, (struct sockaddr_in *)out);
}

/* libuv keeps the error of a bind to an occupied port until the next call: this is it. */
static int learn_port(struct listener *listener)
{
    struct sockaddr_storage at;
    int len = sizeof at;
    int error = uv_tcp_getsockname(&listener->tcp, (struct sockaddr *)&at, &len);
    if (error)
        return error;
    listener->port = at.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&at)->sin6_port)
                                              : ntohs(((struct sockaddr_in *)&at)->sin_port);
    return 0;
}

static int start(struct listener *listener, const char *address, unsigned port, enum listener_kind kind)
{
    struct sockaddr_storage at;
    int error = parse_address(address, port, &at);
    if (!error)
        error = uv_tcp_bind(&listener->tcp, (struct sockaddr *)&at, 0);
    if (!error)
        error = learn_port(listener);
    if (!error && kind == LISTENER_ACCEPT)
        error = uv_listen((uv_stream_t *)&listener->tcp, BACKLOG, on_connection);
    return error;
}

struct listener *listener_open(uv_loop_t *loop, const char *address, unsigned port, enum listener_kind kind,
    void (*on_connection_cb)(void *ctx, uv_stream_t *stream), void *ctx, int *error, char **why)
{
    struct listener *listener = mem_new(sizeof *listener);
    listener->on_connection = on_connection_cb;
    listener->ctx = ctx;
    listener->tcp.data = listener;
    int failed = uv_tcp_init(loop, &listener->tcp);
    require(failed == 0);
    failed = start(listener, address, port, kind);
    if (error)
        *error = failed;
    if (!failed)
        return listener;
    *why = mem_format(strchr(address, ':') ? "cannot listen on [%s]:%u: %s" : "cannot listen on %s:%u: %s", address, port,
        uv_strerror(failed));
    uv_close((uv_handle_t *)&listener->tcp, on_closed);
    return NULL;
}

unsigned listener_port(const struct listener *listener)
{
    return listener->port;
}

void listener_close(struct listener *listener)
{
    if (listener && !uv_is_closing((uv_handle_t *)&listener->tcp))
        uv_close((uv_handle_t *)&listener->tcp, on_closed);
}

static bool parse_port(const char *text, unsigned *port)
{
    unsigned value = 0;
    if (!*text || strlen(text) > 5)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        value = value * 10 + (unsigned)(*text - '0');
    }
    *port = value;
    return value <= 65535;
}

char *listener_parse(const char *text, unsigned *port, char **why)
{
    const char *colon = strrchr(text, ':');
    struct sockaddr_storage at;
    char *address = NULL;
    if (colon && parse_port(colon + 1, port)) {
        if (text[0] == '[' && colon > text + 1 && colon[-1] == ']')
            address = mem_bytes(text + 1, (size_t)(colon - text) - 2);
        else
            address = colon == text ? mem_text("0.0.0.0") : mem_bytes(text, (size_t)(colon - text));
        if (parse_address(address, *port, &at) == 0)
            return address;
    }
    free(address);
    *why = mem_format("%s: not an address; write 127.0.0.1:2525, [::1]:2525 or 127.0.0.1:0 for a free port", text);
    return NULL;
}
