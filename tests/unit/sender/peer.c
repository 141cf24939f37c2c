/* SPDX-License-Identifier: BSD-2-Clause */
/* The scripted peer: polite unless a rule says otherwise. */
#include "peer.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include "util/mem.h"
#include "util/require.h"

struct peer_conn {
    uv_tcp_t socket;
    struct peer *peer;
    struct peer_conn *next, **prev;
    struct buf in;
    bool in_body, ended;
    char bytes[4096];
};

struct peer_write {
    uv_write_t request;
    char bytes[];
};

static void on_conn_closed(uv_handle_t *handle)
{
    struct peer_conn *conn = handle->data;
    buf_free(&conn->in);
    free(conn);
}

static void end(struct peer_conn *conn, bool reset)
{
    if (conn->ended)
        return;
    conn->ended = true;
    *conn->prev = conn->next;
    if (conn->next)
        conn->next->prev = conn->prev;
    conn->peer->open--;
    if (!reset || uv_tcp_close_reset(&conn->socket, on_conn_closed) != 0)
        uv_close((uv_handle_t *)&conn->socket, on_conn_closed);
}

static void on_written(uv_write_t *request, int status)
{
    (void)status;
    free(request);
}

static void say(struct peer_conn *conn, const char *bytes)
{
    size_t len = strlen(bytes);
    if (conn->ended || !len)
        return;
    struct peer_write *write = mem_new(sizeof *write + len);
    memcpy(write->bytes, bytes, len);
    uv_buf_t buf = uv_buf_init(write->bytes, (unsigned)len);
    if (uv_write(&write->request, (uv_stream_t *)&conn->socket, &buf, 1, on_written))
        free(write);
}

static struct peer_rule *rule_for(struct peer_conn *conn, const char *line)
{
    for (struct peer_rule *rule = conn->peer->rules; rule && rule->match; rule++) {
        bool matches = *rule->match ? text_starts(line, rule->match) : !*line;
        if (matches && (!rule->first || rule->used < rule->first)) {
            rule->used++;
            return rule;
        }
    }
    return NULL;
}

static bool play(struct peer_conn *conn, const char *line)
{
    struct peer_rule *rule = rule_for(conn, line);
    if (!rule)
        return false;
    if (rule->reply)
        say(conn, rule->reply);
    if (rule->then != PEER_GO_ON)
        end(conn, rule->then == PEER_RESET);
    if (rule->reply && strncmp(rule->reply, "354", 3) == 0)
        conn->in_body = true;
    return true;
}

static void polite(struct peer_conn *conn, const char *line)
{
    if (!*line)
        say(conn, "220 peer.test ESMTP\r\n");
    else if (text_starts(line, "EHLO"))
        say(conn, "250-peer.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 10000000\r\n");
    else if (text_starts(line, "DATA")) {
        conn->in_body = true;
        conn->peer->body.len = 0;
        say(conn, "354 Go on\r\n");
    } else if (text_starts(line, "QUIT")) {
        say(conn, "221 Bye\r\n");
        end(conn, false);
    } else
        say(conn, "250 2.0.0 Ok\r\n");
}

static void take_line(struct peer_conn *conn, const char *line, size_t len)
{
    struct peer *peer = conn->peer;
    if (conn->in_body && !(len == 1 && *line == '.')) {
        buf_add(&peer->body, line, len);
        buf_add(&peer->body, "\r\n", 2);
        play(conn, "(body)");
        return;
    }
    if (conn->in_body) {
        conn->in_body = false;
        peer->messages++;
    } else {
        buf_addf(&peer->commands, "%.*s\n", (int)len, line);
        peer->quits += text_starts(line, "QUIT");
    }
    if (!play(conn, line))
        polite(conn, line);
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *bytes)
{
    struct peer_conn *conn = stream->data;
    if (len < 0) {
        end(conn, false);
        return;
    }
    buf_add(&conn->in, bytes->base, (size_t)len);
    char *lf;
    while (!conn->ended && conn->in.len && (lf = memchr(conn->in.data, '\n', conn->in.len))) {
        size_t used = (size_t)(lf - conn->in.data) + 1;
        size_t n = used > 1 && lf[-1] == '\r' ? used - 2 : used - 1;
        char *line = mem_bytes(conn->in.data, n);
        buf_drop(&conn->in, used);
        take_line(conn, line, n);
        free(line);
    }
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct peer_conn *conn = handle->data;
    (void)suggested;
    *buf = uv_buf_init(conn->bytes, sizeof conn->bytes);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct peer *peer = listener->data;
    require(status == 0);
    struct peer_conn *conn = mem_new(sizeof *conn);
    conn->peer = peer;
    conn->socket.data = conn;
    require(uv_tcp_init(listener->loop, &conn->socket) == 0);
    require(uv_accept(listener, (uv_stream_t *)&conn->socket) == 0);
    uv_tcp_nodelay(&conn->socket, 1);
    conn->next = peer->conns;
    conn->prev = &peer->conns;
    if (conn->next)
        conn->next->prev = &conn->next;
    peer->conns = conn;
    peer->connections++;
    peer->open++;
    if (peer->open > peer->most_open)
        peer->most_open = peer->open;
    require(uv_read_start((uv_stream_t *)&conn->socket, on_alloc, on_read) == 0);
    if (!play(conn, ""))
        polite(conn, "");
}

int peer_open(struct peer *peer, uv_loop_t *loop, const char *address, unsigned *port,
    struct peer_rule *rules)
{
    struct sockaddr_in name;
    int len = sizeof name;
    *peer = (struct peer){.rules = rules};
    peer->listener.data = peer;
    require(uv_tcp_init(loop, &peer->listener) == 0);
    require(uv_ip4_addr(address, (int)*port, &name) == 0);
    int error = uv_tcp_bind(&peer->listener, (struct sockaddr *)&name, 0);
    if (!error)
        error = uv_listen((uv_stream_t *)&peer->listener, 1024, on_connection);
    if (!error)
        error = uv_tcp_getsockname(&peer->listener, (struct sockaddr *)&name, &len);
    if (error) {
        peer_close(peer);
        return error;
    }
    *port = ntohs(name.sin_port);
    return 0;
}

void peer_close(struct peer *peer)
{
    if (peer->closing)
        return;
    peer->closing = true;
    while (peer->conns)
        end(peer->conns, false);
    uv_close((uv_handle_t *)&peer->listener, NULL);
}

void peer_deinit(struct peer *peer)
{
    buf_free(&peer->commands);
    buf_free(&peer->body);
}
