/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/conn.h"

#include <string.h>
#include <uv.h>
#include "util/clock.h"
#include "util/mem.h"

/* How long a finished connection waits for the peer's FIN: long enough for any honest client. */
enum { DRAIN_MS = 60 * 1000 };

struct conn {
    uv_tcp_t tcp;
    uv_shutdown_t shutdown;
    struct clock *clock;
    struct clock_timer drain;
    const struct conn_handler *handler;
    void *ctx;
    char *scratch;
    size_t scratch_len;
    bool reading, ending, eof_told, shut, closing;
    char peer[64];
};

struct queued { /* what one uv_write still has to send */
    uv_write_t write;
    char bytes[];
};

static void on_handle_closed(uv_handle_t *handle)
{
    struct conn *conn = handle->data;
    clock_stop(conn->clock, &conn->drain);
    conn->handler->on_closed(conn->ctx);
    free(conn);
}

static void close_now(struct conn *conn)
{
    if (conn->closing)
        return;
    conn->closing = true;
    clock_stop(conn->clock, &conn->drain);
    uv_close((uv_handle_t *)&conn->tcp, on_handle_closed);
}

static void tell_eof(struct conn *conn, int error)
{
    if (conn->eof_told)
        return;
    conn->eof_told = true;
    conn->handler->on_eof(conn->ctx, error);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct conn *conn = handle->data;
    (void)suggested;
    *buf = uv_buf_init(conn->scratch, (unsigned)conn->scratch_len);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct conn *conn = stream->data;
    if (got == 0)
        return;
    if (got > 0) {
        if (!conn->ending)
            conn->handler->on_bytes(conn->ctx, buf->base, (size_t)got);
        return; /* an ending connection reads on only to see the peer's FIN */
    }
    uv_read_stop(stream);
    conn->reading = false;
    if (conn->ending) {
        close_now(conn);
        return;
    }
    tell_eof(conn, got == UV_EOF ? 0 : (int)got);
}

static void name_peer(struct conn *conn)
{
    struct sockaddr_storage from = {0};
    int len = sizeof from;
    char ip[INET6_ADDRSTRLEN] = "?";
    unsigned port = 0;
    if (uv_tcp_getpeername(&conn->tcp, (struct sockaddr *)&from, &len) == 0) {
        if (from.ss_family == AF_INET6) {
            uv_ip6_name((struct sockaddr_in6 *)&from, ip, sizeof ip);
            port = ntohs(((struct sockaddr_in6 *)&from)->sin6_port);
        } else {
            uv_ip4_name((struct sockaddr_in *)&from, ip, sizeof ip);
            port = ntohs(((struct sockaddr_in *)&from)->sin_port);
        }
    }
    snprintf(conn->peer, sizeof conn->peer, from.ss_family == AF_INET6 ? "[%s]:%u" : "%s:%u", ip, port);
}

static void on_failed_closed(uv_handle_t *handle)
{
    free(handle->data);
}

struct conn *conn_accept(uv_stream_t *listener, struct clock *clock, char *scratch, size_t scratch_len,
    const struct conn_handler *handler, void *ctx, int *error)
{
    struct conn *conn = mem_new(sizeof *conn);
    conn->clock = clock;
    conn->handler = handler;
    conn->ctx = ctx;
    conn->scratch = scratch;
    conn->scratch_len = scratch_len;
    *error = uv_tcp_init(listener->loop, &conn->tcp);
    if (*error) {
        free(conn);
        return NULL;
    }
    conn->tcp.data = conn;
    conn->shutdown.data = conn;
    *error = uv_accept(listener, (uv_stream_t *)&conn->tcp);
    if (!*error)
        *error = uv_read_start((uv_stream_t *)&conn->tcp, on_alloc, on_read);
    if (*error) {
        uv_close((uv_handle_t *)&conn->tcp, on_failed_closed);
        return NULL;
    }
    conn->reading = true;
    uv_tcp_nodelay(&conn->tcp, 1); /* scripts decide where the packets end */
    name_peer(conn);
    return conn;
}

const char *conn_peer(const struct conn *conn)
{
    return conn->peer;
}

static void on_written(uv_write_t *write, int status)
{
    struct conn *conn = write->handle->data;
    free(write->data);
    if (status < 0 && status != UV_ECANCELED && !conn->closing && !conn->ending)
        tell_eof(conn, status);
}

/* The one place where bytes go to the socket, in the order they are given. */
static void wire_write(struct conn *conn, const char *bytes, size_t len)
{
    uv_stream_t *stream = (uv_stream_t *)&conn->tcp;
    uv_buf_t now = uv_buf_init((char *)bytes, (unsigned)len);
    int sent = uv_try_write(stream, &now, 1);
    if (sent < 0 && sent != UV_EAGAIN)
        return; /* broken: the read side reports it */
    size_t done = sent > 0 ? (size_t)sent : 0;
    if (done == len)
        return;
    struct queued *rest = mem_new(sizeof *rest + len - done);
    memcpy(rest->bytes, bytes + done, len - done);
    rest->write.data = rest;
    uv_buf_t buf = uv_buf_init(rest->bytes, (unsigned)(len - done));
    if (uv_write(&rest->write, stream, &buf, 1, on_written) != 0)
        free(rest);
}

void conn_write(struct conn *conn, const char *bytes, size_t len)
{
    if (conn->ending || conn->shut || conn->closing || !len)
        return;
    wire_write(conn, bytes, len);
}

size_t conn_unsent(const struct conn *conn)
{
    return uv_stream_get_write_queue_size((const uv_stream_t *)&conn->tcp);
}

void conn_pause(struct conn *conn)
{
    if (conn->reading && !conn->closing)
        uv_read_stop((uv_stream_t *)&conn->tcp);
    conn->reading = false;
}

void conn_resume(struct conn *conn)
{
    if (conn->reading || conn->closing || conn->eof_told)
        return;
    conn->reading = uv_read_start((uv_stream_t *)&conn->tcp, on_alloc, on_read) == 0;
}

static void on_drained_out(struct clock_timer *timer)
{
    close_now((struct conn *)((char *)timer - offsetof(struct conn, drain)));
}

static void on_shutdown(uv_shutdown_t *req, int status)
{
    struct conn *conn = req->data;
    if (status < 0 && conn->ending)
        close_now(conn);
}

static bool send_fin(struct conn *conn)
{
    if (conn->shut)
        return true;
    conn->shut = true;
    return uv_shutdown(&conn->shutdown, (uv_stream_t *)&conn->tcp, on_shutdown) == 0;
}

/* A plain close with the client's bytes unread makes the kernel send RST, which can destroy our last reply on its
 * way: so FIN first, then read until the peer closes, then close (RFC 1122 4.2.2.13). */
void conn_finish(struct conn *conn)
{
    if (conn->ending || conn->closing)
        return;
    bool peer_gone = conn->eof_told;
    if (!send_fin(conn) || peer_gone) {
        conn->ending = true;
        close_now(conn); /* pending writes were tried at once; nobody listens any more */
        return;
    }
    conn_resume(conn);
    conn->ending = true;
    clock_start(conn->clock, &conn->drain, DRAIN_MS, on_drained_out);
}

void conn_drop(struct conn *conn)
{
    conn->ending = true;
    close_now(conn);
}

void conn_reset(struct conn *conn)
{
    if (conn->closing)
        return;
    conn->ending = true;
    if (conn->shut) { /* uv_tcp_close_reset refuses after a shutdown: set the linger ourselves */
        uv_os_fd_t fd;
        struct linger hard = {1, 0};
        if (uv_fileno((uv_handle_t *)&conn->tcp, &fd) == 0)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close_now(conn);
        return;
    }
    conn->closing = true;
    if (uv_tcp_close_reset(&conn->tcp, on_handle_closed) != 0)
        uv_close((uv_handle_t *)&conn->tcp, on_handle_closed);
}

void conn_half_close(struct conn *conn)
{
    if (!conn->ending && !conn->closing)
        send_fin(conn);
}

bool conn_ending(const struct conn *conn)
{
    return conn->ending;
}
