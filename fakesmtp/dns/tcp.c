/* SPDX-License-Identifier: BSD-2-Clause */
/* The TCP side of the fake DNS (RFC 7766): two octets of length before each message, any number of
 * queries on a connection, answered as they come. Who is idle, or announces what no query can be,
 * is disconnected. */
#include "dns/parts.h"

#include <string.h>
#include "util/mem.h"

enum {
    BACKLOG = 64,
    LENGTH = 2,            /* RFC 1035 4.2.2 */
    IDLE_MS = 10 * 1000,   /* RFC 7766 6.2.3: a few seconds and more */
    UNSENT_MOST = 1 << 20, /* of answers to somebody who reads none of them */
};

struct dns_tcp {
    uv_tcp_t handle;
    struct dns_responder *responder;
    struct clock_timer idle;
    struct sockaddr_storage peer;
    size_t len; /* of in */
    bool closing;
    struct dns_tcp *next;
    uint8_t in[LENGTH + DNS_LARGEST_QUERY];
};

struct reply_write {
    uv_write_t request;
    uint8_t length[LENGTH];
    uint8_t *bytes;
};

/* ---- the end ---- */

static void on_closed(uv_handle_t *handle)
{
    struct dns_tcp *connection = handle->data;
    struct dns_responder *responder = connection->responder;
    free(connection);
    dns_handle_closed(responder);
}

static void end(struct dns_tcp *connection)
{
    struct dns_responder *responder = connection->responder;
    if (connection->closing)
        return;
    connection->closing = true;
    clock_stop(responder->clock, &connection->idle);
    dns_late_forget(responder, connection);
    struct dns_tcp **at = &responder->connections;
    while (*at != connection)
        at = &(*at)->next;
    *at = connection->next;
    responder->connection_count--;
    uv_close((uv_handle_t *)&connection->handle, on_closed);
}

static void on_idle(struct clock_timer *timer)
{
    end((struct dns_tcp *)((char *)timer - offsetof(struct dns_tcp, idle)));
}

static void restart_idle(struct dns_tcp *connection)
{
    clock_start(connection->responder->clock, &connection->idle, IDLE_MS, on_idle);
}

void dns_tcp_close_all(struct dns_responder *responder)
{
    while (responder->connections)
        end(responder->connections);
}

/* ---- answers ---- */

static void on_written(uv_write_t *request, int status)
{
    struct reply_write *write = (struct reply_write *)request;
    struct dns_tcp *connection = request->handle->data;
    free(write->bytes);
    free(write);
    if (status < 0)
        end(connection);
}

void dns_tcp_send(struct dns_tcp *connection, uint8_t *bytes, size_t len)
{
    uv_stream_t *stream = (uv_stream_t *)&connection->handle;
    if (connection->closing || len > 65535 ||
        uv_stream_get_write_queue_size(stream) > UNSENT_MOST) {
        free(bytes);
        end(connection);
        return;
    }
    struct reply_write *write = mem_new(sizeof *write);
    write->length[0] = (uint8_t)(len >> 8);
    write->length[1] = (uint8_t)len;
    write->bytes = bytes;
    /* RFC 7766 8: length and message in one segment; some resolvers read but once. */
    uv_buf_t bufs[2] = {
        uv_buf_init((char *)write->length, LENGTH), uv_buf_init((char *)bytes, (unsigned)len)};
    if (uv_write(&write->request, stream, bufs, 2, on_written) == 0)
        return;
    free(write->bytes);
    free(write);
    end(connection);
}

/* ---- queries ---- */

/* Takes whole messages off the buffer; false: what is announced can be no query. */
static bool take_queries(struct dns_tcp *connection)
{
    size_t at = 0;
    while (!connection->closing && connection->len - at >= LENGTH) {
        const uint8_t *frame = connection->in + at;
        size_t len = (size_t)frame[0] << 8 | frame[1];
        if (len < DNS_SMALLEST_QUERY || len > DNS_LARGEST_QUERY)
            return false;
        if (connection->len - at < LENGTH + len)
            break;
        dns_responder_serve(connection->responder, frame + LENGTH, len,
            (const struct sockaddr *)&connection->peer, connection);
        at += LENGTH + len;
    }
    connection->len -= at;
    memmove(connection->in, connection->in + at, connection->len);
    return true;
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct dns_tcp *connection = stream->data;
    (void)buf;
    if (got < 0) {
        end(connection);
        return;
    }
    connection->len += (size_t)got;
    restart_idle(connection);
    if (!take_queries(connection))
        end(connection);
}

/* Never without room: take_queries leaves less than one whole message. */
static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct dns_tcp *connection = handle->data;
    (void)suggested;
    *buf = uv_buf_init((char *)connection->in + connection->len,
        (unsigned)(sizeof connection->in - connection->len));
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct dns_responder *responder = listener->data;
    if (status < 0)
        return;
    /* RFC 7766 6.2.3: the one that has been idle longest makes room; the newest is first here. */
    if (responder->connection_count == DNS_TCP_MOST) {
        struct dns_tcp *oldest = responder->connections;
        while (oldest->next)
            oldest = oldest->next;
        end(oldest);
    }
    struct dns_tcp *connection = mem_new(sizeof *connection);
    require(uv_tcp_init(listener->loop, &connection->handle) == 0);
    connection->handle.data = connection;
    connection->responder = responder;
    connection->next = responder->connections;
    responder->connections = connection;
    responder->connection_count++;
    responder->handles++;
    int len = sizeof connection->peer;
    if (uv_accept(listener, (uv_stream_t *)&connection->handle) < 0 ||
        uv_tcp_getpeername(&connection->handle, (struct sockaddr *)&connection->peer, &len) < 0 ||
        uv_read_start((uv_stream_t *)&connection->handle, on_alloc, on_read) < 0)
        end(connection);
    else
        restart_idle(connection);
}

int dns_tcp_listen(struct dns_responder *responder)
{
    return uv_listen((uv_stream_t *)&responder->tcp, BACKLOG, on_connection);
}
