/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/conn.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>
#include "net/address.h"
#include "net/shape.h"
#include "util/clock.h"
#include "util/mem.h"

/* How long a finished connection waits for the peer's FIN: long enough for any honest client. It is
 * the network that is waited for, so a run that goes faster than the wall must not cut it short. */
enum { DRAIN_MS = 60 * 1000, DRAIN_WALL_MS = 5 * 1000, HURRY_MS = 500 };

struct conn {
    union {
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe; /* a unix socket */
    } uv;
    struct clock *clock;
    struct clock_timer drain;
    const struct conn_handler *handler;
    void *ctx;
    struct tls *tls;      /* NULL: in clear */
    struct shape *shape;  /* NULL: bytes go as they come */
    uv_poll_t *departure; /* while deaf: sees the peer leave */
    char *scratch;
    size_t scratch_len;
    char *peer;
    unsigned short open_handles;
    bool reading, ending, eof_told, deaf, hurried;
    bool shut; /* nothing more is written: FIN is sent, or goes behind what the shape holds back */
    bool closing;
};

struct queued { /* what one uv_write still has to send */
    uv_write_t write;
    char bytes[];
};

static void free_conn(struct conn *conn)
{
    tls_free(conn->tls);
    shape_free(conn->shape);
    free(conn->peer);
    free(conn);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct conn *conn = handle->data;
    if (handle == (uv_handle_t *)conn->departure)
        free(conn->departure);
    if (--conn->open_handles)
        return;
    conn->handler->on_closed(conn->ctx);
    free_conn(conn);
}

static void stop_departure(struct conn *conn)
{
    int fd = -1;
    if (!conn->departure || uv_is_closing((uv_handle_t *)conn->departure))
        return;
    uv_fileno((uv_handle_t *)conn->departure, &fd);
    uv_close((uv_handle_t *)conn->departure, on_handle_closed);
    close(fd); /* our duplicate: the last descriptor of the socket sends the FIN or RST */
}

static void close_now(struct conn *conn)
{
    if (conn->closing)
        return;
    conn->closing = true;
    clock_stop(conn->clock, &conn->drain);
    shape_free(conn->shape);
    conn->shape = NULL;
    stop_departure(conn);
    uv_close((uv_handle_t *)&conn->uv, on_handle_closed);
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
    size_t room = conn->tls ? conn->scratch_len - TLS_CARRY
                            : conn->scratch_len; /* on_bytes never brings more than that */
    *buf = uv_buf_init(conn->scratch, (unsigned)room);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct conn *conn = stream->data;
    if (got == 0)
        return;
    if (got > 0) {
        if (!conn->ending && conn->tls)
            tls_feed(conn->tls, buf->base, (size_t)got);
        else if (!conn->ending)
            conn->handler->on_bytes(conn->ctx, buf->base, (size_t)got);
        return; /* an ending connection reads on only to see the peer's FIN */
    }
    uv_read_stop(stream);
    conn->reading = false;
    if (!conn->ending) {
        tell_eof(conn, got == UV_EOF ? 0 : (int)got);
        return;
    }
    conn->eof_told = true;
    if (got != UV_EOF || !conn_unsent(conn))
        close_now(conn); /* else: it has said its last word and still hears ours */
}

static void on_failed_closed(uv_handle_t *handle)
{
    free_conn(handle->data);
}

static int open_stream(struct conn *conn, uv_loop_t *loop, int fd, bool is_unix)
{
    int error = is_unix ? uv_pipe_init(loop, &conn->uv.pipe, 0) : uv_tcp_init(loop, &conn->uv.tcp);
    require(error == 0);
    conn->uv.stream.data = conn;
    error = is_unix ? uv_pipe_open(&conn->uv.pipe, fd) : uv_tcp_open(&conn->uv.tcp, fd);
    if (error) {
        close(fd);
        return error;
    }
    if (!is_unix)
        uv_tcp_nodelay(&conn->uv.tcp, 1); /* scripts decide where the packets end */
    return uv_read_start(&conn->uv.stream, on_alloc, on_read);
}

struct conn *conn_open(uv_loop_t *loop, int fd, const struct address *from, struct clock *clock,
    char *scratch, size_t scratch_len, const struct conn_handler *handler, void *ctx, int *error)
{
    struct conn *conn = mem_new(sizeof *conn);
    conn->clock = clock;
    conn->handler = handler;
    conn->ctx = ctx;
    conn->scratch = scratch;
    conn->scratch_len = scratch_len;
    conn->peer = address_text(from);
    *error = open_stream(conn, loop, fd, address_is_unix(from));
    if (*error) {
        uv_close((uv_handle_t *)&conn->uv, on_failed_closed);
        return NULL;
    }
    conn->open_handles = 1;
    conn->reading = true;
    return conn;
}

const char *conn_peer(const struct conn *conn)
{
    return conn->peer;
}

static void tell_drained(struct conn *conn)
{
    if (!conn->closing && !conn->ending && !conn_unsent(conn))
        conn->handler->on_drained(conn->ctx);
}

static void on_written(uv_write_t *write, int status)
{
    struct conn *conn = write->handle->data;
    free(write->data);
    if (status == 0)
        tell_drained(conn);
    else if (status != UV_ECANCELED && !conn->closing && !conn->ending)
        tell_eof(conn, status);
}

static void on_drained_out(struct clock_timer *timer)
{
    close_now((struct conn *)((char *)timer - offsetof(struct conn, drain)));
}

static void socket_write(struct conn *conn, const char *bytes, size_t len)
{
    uv_stream_t *stream = &conn->uv.stream;
    uv_buf_t now = uv_buf_init((char *)bytes, (unsigned)len);
    int sent = uv_try_write(stream, &now, 1);
    if (sent < 0 && sent != UV_EAGAIN) {
        if (conn->ending &&
            conn->eof_told) /* nobody reads any more who would report that it is broken */
            clock_start(conn->clock, &conn->drain, 0, on_drained_out);
        return;
    }
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

/* The one place where bytes go to the socket, in the order they are given. */
static void wire_write(struct conn *conn, const char *bytes, size_t len)
{
    if (conn->shape && !shape_idle(conn->shape))
        shape_add(conn->shape, bytes, len);
    else
        socket_write(conn, bytes, len);
}

void conn_write(struct conn *conn, const char *bytes, size_t len)
{
    if (conn->ending || conn->shut || conn->closing || !len)
        return;
    if (conn->tls)
        tls_write(conn->tls, bytes, len);
    else
        wire_write(conn, bytes, len);
}

/* ---- TLS: between the handler and the wire ---- */

static void on_tls_wire(void *ctx, const char *bytes, size_t len)
{
    struct conn *conn = ctx;
    if (!conn->closing && !conn->shut)
        wire_write(conn, bytes, len);
}

static void on_tls_plain(void *ctx, const char *bytes, size_t len)
{
    struct conn *conn = ctx;
    if (!conn->ending)
        conn->handler->on_bytes(conn->ctx, bytes, len);
}

static void on_tls_news(void *ctx, enum tls_news news, const char *why)
{
    struct conn *conn = ctx;
    if (conn->ending || conn->closing)
        return;
    if (news == TLS_STOPPED) {
        tls_free(conn->tls);
        conn->tls = NULL;
    }
    if (news == TLS_CLOSED)
        tell_eof(conn, 0);
    else
        conn->handler->on_tls(conn->ctx, news, why);
}

bool conn_start_tls(struct conn *conn, struct ssl_ctx_st *context, const struct tls_plan *plan)
{
    static const struct tls_handler handler = {on_tls_wire, on_tls_plain, on_tls_news};
    require(!conn->tls && conn->scratch_len > TLS_CARRY);
    conn->tls = tls_new(context, plan, conn->clock, &handler, conn);
    return conn->tls != NULL;
}

void conn_tls_facts(struct conn *conn, struct tls_facts *facts)
{
    *facts = (struct tls_facts){0};
    if (conn->tls)
        tls_facts(conn->tls, facts);
}

size_t conn_unsent(const struct conn *conn)
{
    return uv_stream_get_write_queue_size(&conn->uv.stream) +
           (conn->shape ? shape_waiting(conn->shape) : 0);
}

void conn_pause(struct conn *conn)
{
    if (conn->reading && !conn->closing)
        uv_read_stop(&conn->uv.stream);
    conn->reading = false;
}

void conn_resume(struct conn *conn)
{
    if (conn->reading || conn->closing || conn->eof_told || conn->deaf)
        return;
    conn->reading = uv_read_start(&conn->uv.stream, on_alloc, on_read) == 0;
}

static void on_departure(uv_poll_t *poll, int status, int events)
{
    struct conn *conn = poll->data;
    int error = 0;
    socklen_t len = sizeof error;
    uv_os_fd_t fd;
    (void)status;
    (void)events;
    if (uv_fileno((uv_handle_t *)poll, &fd) == 0)
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
    uv_poll_stop(poll);
    if (conn->ending)
        close_now(conn);
    else
        tell_eof(conn, -error);
}

void conn_deafen(struct conn *conn, unsigned receive_buffer)
{
    uv_os_fd_t fd;
    int bytes = (int)receive_buffer;
    if (conn->deaf || conn->closing || uv_fileno((uv_handle_t *)&conn->uv, &fd) != 0)
        return;
    conn_pause(conn);
    conn->deaf = true;
    if (bytes)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
    int copy = dup(fd); /* libuv watches a descriptor once */
    if (copy < 0)
        return; /* then its departure goes unseen until we write */
    conn->departure = mem_new(sizeof *conn->departure);
    require(uv_poll_init(conn->uv.stream.loop, conn->departure, copy) == 0);
    conn->departure->data = conn;
    conn->open_handles++;
    uv_poll_start(conn->departure, UV_DISCONNECT, on_departure);
}

/* ---- endings ---- */

static void start_drain(struct conn *conn)
{
    double speed = clock_speed(conn->clock) > 1 ? clock_speed(conn->clock) : 1;
    double least = (conn->hurried ? HURRY_MS : DRAIN_WALL_MS) * speed;
    double wait = conn->hurried || least > DRAIN_MS ? least : DRAIN_MS;
    clock_start(conn->clock, &conn->drain, (uint64_t)wait, on_drained_out);
}

/* What was queued is out, and so is the FIN, or the peer is gone. */
static void on_shutdown(uv_shutdown_t *req, int status)
{
    struct conn *conn = req->handle->data;
    free(req);
    if (conn->ending && (status < 0 || conn->eof_told))
        close_now(conn);
}

static void shutdown_now(struct conn *conn)
{
    uv_shutdown_t *req = mem_new(sizeof *req);
    bool begun = uv_shutdown(req, &conn->uv.stream, on_shutdown) == 0;
    if (!begun)
        free(req);
    if (!conn->ending)
        return;
    if (begun)
        start_drain(conn);
    else
        close_now(conn);
}

void conn_hurry(struct conn *conn)
{
    conn->hurried = true;
    if (conn->shape) {
        bool held = shape_waiting(conn->shape) > 0;
        shape_set(conn->shape, NULL);
        if (held && conn->shut && !conn->closing)
            shutdown_now(conn);
    }
    if (clock_pending(&conn->drain))
        start_drain(conn);
}

/* FIN, behind all that was written: what a shape holds back goes first. */
static void send_fin(struct conn *conn)
{
    if (conn->tls)
        tls_close(conn->tls);
    conn->shut = true;
    if (!conn->shape || !shape_waiting(conn->shape))
        shutdown_now(conn);
}

static void on_piece(void *ctx, const char *bytes, size_t len)
{
    socket_write(ctx, bytes, len);
}

static void on_shape_empty(void *ctx)
{
    struct conn *conn = ctx;
    if (conn->shut)
        shutdown_now(conn);
    else
        tell_drained(conn);
}

void conn_shape(struct conn *conn, const struct shape_spec *spec)
{
    static const struct shape_handler handler = {on_piece, on_shape_empty};
    if (conn->shut || conn->closing || (!spec && !conn->shape))
        return;
    if (!conn->shape)
        conn->shape = shape_new(conn->clock, &handler, conn);
    shape_set(conn->shape, spec);
}

/* A plain close with the client's bytes unread makes the kernel send RST, which can destroy our
 * last reply on its way: so FIN first, then read until the peer closes, then close (RFC
 * 1122 4.2.2.13). */
void conn_finish(struct conn *conn)
{
    if (conn->ending || conn->closing)
        return;
    conn_resume(conn);
    conn->ending = true;
    if (!conn->shut)
        send_fin(conn);
    else if (conn->eof_told)
        close_now(conn); /* both sides have said their last word */
    else
        start_drain(conn);
}

void conn_drop(struct conn *conn)
{
    conn->ending = true;
    close_now(conn);
}

void conn_reset(struct conn *conn)
{
    uv_os_fd_t fd;
    struct linger hard = {
        1, 0}; /* not uv_tcp_close_reset: it refuses after a shutdown, and knows no unix sockets */
    if (conn->closing)
        return;
    conn->ending = true;
    if (uv_fileno((uv_handle_t *)&conn->uv, &fd) == 0)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close_now(conn);
}

void conn_half_close(struct conn *conn)
{
    if (!conn->ending && !conn->closing && !conn->shut)
        send_fin(conn);
}

bool conn_ending(const struct conn *conn)
{
    return conn->ending;
}
