/* SPDX-License-Identifier: BSD-2-Clause */
/* The socket of an SMTP client: connect, bytes out, replies in, one timer, one way to end.
 *
 * Whatever happens, the end is client_end -> close callback -> on_done, so on_done never runs
 * inside client_open and no write or connect request outlives the client (libuv calls them back
 * before the close callback). */
#include "sender/client.h"

#include <stdarg.h>
#include <string.h>
#include "sender/client_parts.h"
#include "util/mem.h"

struct write {
    uv_write_t request;
    char bytes[];
};

/* ---- the end ---- */

static void free_result(struct client_result *result)
{
    failure_deinit(&result->failure);
    free(result->accepted);
}

static void on_closed(uv_handle_t *handle)
{
    struct client *client = handle->data;
    for (size_t i = 0; i < client->job.rcpt_count; i++)
        if (client->job.rcpts[i].state == CLIENT_RCPT_ACCEPTED)
            client->job.rcpts[i].state = CLIENT_RCPT_OPEN;
    client->on_done(client->ctx, &client->result);
    free_result(&client->result);
    replyread_deinit(&client->reply);
    free(client);
}

void client_end(struct client *client)
{
    if (client->closing)
        return;
    client->closing = true;
    clock_stop(client->clock, &client->timer);
    uv_close((uv_handle_t *)&client->socket, on_closed);
}

void client_abort(struct client *client)
{
    client_end(client);
}

struct failure client_failure(
    const struct client *client, enum failure_kind kind, bool permanent, char *text)
{
    return (struct failure){kind, client->phase, permanent, mem_text(client->job.host),
        mem_text(client->job.address), client->job.port, text};
}

void client_fail(struct client *client, enum failure_kind kind, bool permanent, char *text)
{
    /* In QUIT everything is decided already (RFC 5321 4.1.1.10: the transaction is over). */
    if (client->result.failure.kind != FAILURE_NONE || client->phase == PHASE_QUIT) {
        free(text);
        return;
    }
    client->result.failure = client_failure(client, kind, permanent, text);
}

/* ---- time ---- */

static void on_timeout(struct clock_timer *timer)
{
    struct client *client = (struct client *)((char *)timer - offsetof(struct client, timer));
    client_fail(client, FAILURE_TIMEOUT, false, NULL);
    client_end(client);
}

void client_wait(struct client *client, uint64_t timeout_ms)
{
    if (!client->closing)
        clock_start(client->clock, &client->timer, timeout_ms, on_timeout);
}

/* ---- errors of the socket ---- */

static void fail_with(struct client *client, int error)
{
    switch (error) {
    case UV_EOF:
        client_fail(client, FAILURE_CLOSED, false, NULL);
        break;
    case UV_ECONNREFUSED:
        client_fail(client, FAILURE_REFUSED, false, NULL);
        break;
    case UV_ECONNRESET:
    case UV_EPIPE:
        client_fail(client, FAILURE_RESET, false, NULL);
        break;
    case UV_ETIMEDOUT:
        client_fail(client, FAILURE_TIMEOUT, false, NULL);
        break;
    case UV_EHOSTUNREACH:
    case UV_ENETUNREACH:
    case UV_EACCES: /* what Linux says for a prohibited route */
        client_fail(client, FAILURE_UNREACHABLE, false, mem_text(uv_strerror(error)));
        break;
    default: /* EMFILE, ENOBUFS, EADDRNOTAVAIL: our own trouble, and it passes */
        client_fail(client, FAILURE_LOCAL, false, mem_text(uv_strerror(error)));
    }
    client_end(client);
}

/* ---- bytes out ---- */

static void on_written(uv_write_t *request, int status)
{
    struct client *client = request->handle->data;
    struct write *write = (struct write *)request;
    free(write);
    /* A failed write is not yet the end: the reply that explains it may wait to be read, and the
     * read side reports the end of the connection anyway. */
    if (!client->closing && status == 0 &&
        !uv_stream_get_write_queue_size((uv_stream_t *)&client->socket))
        dialogue_written(client);
}

void client_send(struct client *client, const char *bytes, size_t len)
{
    if (client->muted || client->closing)
        return;
    struct write *write = mem_new(sizeof *write + len);
    memcpy(write->bytes, bytes, len);
    uv_buf_t buf = uv_buf_init(write->bytes, (unsigned)len);
    int error = uv_write(&write->request, (uv_stream_t *)&client->socket, &buf, 1, on_written);
    if (error) {
        free(write);
        fail_with(client, error);
    }
}

void client_command(struct client *client, const char *format, ...)
{
    char *line = NULL;
    va_list args;
    va_start(args, format);
    int len = vasprintf(&line, format, args);
    va_end(args);
    require(len >= 0);
    if (!client->muted)
        client->awaited++;
    client_send(client, line, (size_t)len);
    free(line);
}

/* ---- replies in ---- */

static void take_reply(struct client *client, bool more_behind)
{
    if (!client->awaited) {
        dialogue_intrusion(client);
        return;
    }
    client->awaited--;
    /* Bytes behind the last reply owed were sent before the server could have seen our next
     * command, so they cannot answer it. This reply still counts; then the rest is an intrusion. */
    client->muted = client->muted || (!client->awaited && more_behind);
    dialogue_reply(client);
}

static void take_bytes(struct client *client, const char *bytes, size_t len)
{
    while (len && !client->closing) {
        size_t used;
        enum reply_state state = replyread_take(&client->reply, bytes, len, &used);
        bytes += used;
        len -= used;
        if (state == REPLY_MALFORMED) {
            dialogue_malformed(client);
            return;
        }
        if (state == REPLY_DONE)
            take_reply(client, len > 0);
    }
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
    struct client *client = stream->data;
    if (client->closing || len == 0)
        return;
    if (len < 0)
        fail_with(client, (int)len);
    else
        take_bytes(client, buf->base, (size_t)len);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct client *client = handle->data;
    (void)suggested;
    *buf = uv_buf_init(client->incoming, sizeof client->incoming);
}

/* ---- the beginning ---- */

static void on_connected(uv_connect_t *request, int status)
{
    struct client *client = request->handle->data;
    free(request);
    if (client->closing)
        return;
    /* Not: leaving Nagle on. A held-back segment waits for the wall, a leaping clock does not. */
    if (!status)
        status = uv_tcp_nodelay(&client->socket, 1);
    if (!status)
        status = uv_read_start((uv_stream_t *)&client->socket, on_alloc, on_read);
    if (status)
        fail_with(client, status);
    else
        dialogue_begin(client);
}

static int start(struct client *client)
{
    struct sockaddr_storage to = {0};
    if (uv_ip4_addr(client->job.address, (int)client->job.port, (struct sockaddr_in *)&to) != 0 &&
        uv_ip6_addr(client->job.address, (int)client->job.port, (struct sockaddr_in6 *)&to) != 0)
        return UV_EINVAL;
    uv_connect_t *request = mem_new(sizeof *request);
    int error = uv_tcp_connect(request, &client->socket, (struct sockaddr *)&to, on_connected);
    if (error)
        free(request);
    return error;
}

struct client *client_open(uv_loop_t *loop, struct clock *clock, const struct client_job *job,
    client_on_done *on_done, void *ctx)
{
    struct client *client = mem_new(sizeof *client);
    client->clock = clock;
    client->job = *job;
    client->on_done = on_done;
    client->ctx = ctx;
    client->phase = PHASE_CONNECT;
    client->socket.data = client;
    require(uv_tcp_init(loop, &client->socket) == 0); /* makes no descriptor yet */
    int error = start(client);
    if (error)
        fail_with(client, error);
    else
        client_wait(client, job->timeout->connect);
    return client;
}
