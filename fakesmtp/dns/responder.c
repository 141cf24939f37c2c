/* SPDX-License-Identifier: BSD-2-Clause */
/* The UDP side of the fake DNS, answers that come late, and what UDP and TCP have in common. */
#include "dns/responder.h"

#include <string.h>
#include "dns/answer.h"
#include "dns/parts.h"
#include "util/mem.h"

enum {
    RECEIVE_BUFFER = 1 << 20, /* hundreds of messages ask at once; what overflows is lost */
    FIRST_FREE_PORT = 1024,   /* sysctl net.ipv4.ip_unprivileged_port_start may say less */
    PORT_TRIES = 50,          /* a port that is free for UDP may be taken for TCP */
};

struct dns_late { /* an answer that waits */
    struct clock_timer timer;
    struct dns_responder *responder;
    struct dns_tcp *connection; /* NULL: UDP */
    struct sockaddr_storage peer;
    uint8_t *bytes;
    size_t len;
    struct dns_late *next;
};

struct reply_send {
    uv_udp_send_t request;
    uint8_t *bytes;
};

/* ---- answers go out ---- */

static void on_sent(uv_udp_send_t *request, int status)
{
    struct reply_send *send = (struct reply_send *)request;
    (void)status; /* as in any UDP: the client asks again */
    free(send->bytes);
    free(send);
}

/* Takes bytes. */
static void send_udp(
    struct dns_responder *responder, uint8_t *bytes, size_t len, const struct sockaddr *peer)
{
    uv_buf_t buf = uv_buf_init((char *)bytes, (unsigned)len);
    if (uv_udp_try_send(&responder->udp, &buf, 1, peer) != UV_EAGAIN) {
        free(bytes);
        return;
    }
    struct reply_send *send = mem_new(sizeof *send);
    send->bytes = bytes;
    if (uv_udp_send(&send->request, &responder->udp, &buf, 1, peer, on_sent) < 0)
        on_sent(&send->request, 0);
}

/* Takes bytes. */
static void send_reply(struct dns_responder *responder, uint8_t *bytes, size_t len,
    const struct sockaddr *peer, struct dns_tcp *connection)
{
    if (connection)
        dns_tcp_send(connection, bytes, len);
    else
        send_udp(responder, bytes, len, peer);
}

static void on_late(struct clock_timer *timer)
{
    struct dns_late *late = (struct dns_late *)((char *)timer - offsetof(struct dns_late, timer));
    struct dns_late **at = &late->responder->late;
    while (*at != late)
        at = &(*at)->next;
    *at = late->next;
    late->responder->late_count--;
    send_reply(late->responder, late->bytes, late->len, (const struct sockaddr *)&late->peer,
        late->connection);
    free(late);
}

/* Takes bytes. */
static void send_later(struct dns_responder *responder, uint8_t *bytes, size_t len,
    const struct sockaddr *peer, struct dns_tcp *connection, uint64_t after_ms)
{
    if (responder->late_count == DNS_LATE_MOST) {
        free(bytes);
        return;
    }
    struct dns_late *late = mem_new(sizeof *late);
    late->responder = responder;
    late->connection = connection;
    memcpy(&late->peer, peer,
        peer->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
    late->bytes = bytes;
    late->len = len;
    late->next = responder->late;
    responder->late = late;
    responder->late_count++;
    clock_start(responder->clock, &late->timer, after_ms, on_late);
}

void dns_late_forget(struct dns_responder *responder, const struct dns_tcp *connection)
{
    for (struct dns_late **at = &responder->late; *at;) {
        struct dns_late *late = *at;
        if (connection && late->connection != connection) {
            at = &late->next;
            continue;
        }
        *at = late->next;
        responder->late_count--;
        clock_stop(responder->clock, &late->timer);
        free(late->bytes);
        free(late);
    }
}

/* ---- queries come in ---- */

static void tell(struct dns_responder *responder, const struct dns_asked *asked,
    const struct sockaddr *peer, const char *transport)
{
    char host[INET6_ADDRSTRLEN] = "";
    if (!responder->on_query || !asked->name || !asked->type)
        return;
    uv_ip_name(peer, host, sizeof host);
    struct dns_query query = {asked->type, asked->name, host, transport, asked->answered};
    responder->on_query(responder->ctx, &query);
}

void dns_responder_serve(struct dns_responder *responder, const uint8_t *query, size_t len,
    const struct sockaddr *peer, struct dns_tcp *connection)
{
    struct dns_asked asked;
    uint8_t *reply;
    size_t reply_len;
    int got =
        dns_answer(responder->zone, connection != NULL, query, len, &asked, &reply, &reply_len);
    if (got == 0 && asked.late_ms)
        send_later(responder, reply, reply_len, peer, connection, asked.late_ms);
    else if (got == 0)
        send_reply(responder, reply, reply_len, peer, connection);
    tell(responder, &asked, peer, connection ? "tcp" : "udp");
    dns_asked_deinit(&asked);
}

static void on_packet(
    uv_udp_t *socket, ssize_t len, const uv_buf_t *buf, const struct sockaddr *peer, unsigned flags)
{
    /* Errors are those of earlier replies (ICMP); a query larger than the buffer is no query. */
    if (len > 0 && peer && !(flags & UV_UDP_PARTIAL))
        dns_responder_serve(socket->data, (const uint8_t *)buf->base, (size_t)len, peer, NULL);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct dns_responder *responder = handle->data;
    (void)suggested;
    *buf = uv_buf_init(responder->packet, sizeof responder->packet);
}

/* ---- life ---- */

void dns_handle_closed(struct dns_responder *responder)
{
    if (--responder->handles == 0)
        free(responder);
}

static void on_closed(uv_handle_t *handle)
{
    dns_handle_closed(handle->data);
}

static int parse_address(const char *address, unsigned port, struct sockaddr_storage *out)
{
    if (port > 65535)
        return UV_EINVAL;
    if (uv_ip4_addr(address, (int)port, (struct sockaddr_in *)out) == 0)
        return 0;
    return uv_ip6_addr(address, (int)port, (struct sockaddr_in6 *)out);
}

static struct dns_responder *new_responder(uv_loop_t *loop)
{
    struct dns_responder *responder = mem_new(sizeof *responder);
    require(uv_udp_init(loop, &responder->udp) == 0);
    require(uv_tcp_init(loop, &responder->tcp) == 0);
    responder->udp.data = responder->tcp.data = responder;
    responder->handles = 2;
    return responder;
}

static int bind_both(struct dns_responder *responder, const char *address, unsigned port)
{
    struct sockaddr_storage where = {0};
    int error = parse_address(address, port, &where);
    if (!error)
        error = uv_udp_bind(&responder->udp, (struct sockaddr *)&where, 0);
    if (!error)
        error = parse_address(address, dns_responder_port(responder), &where);
    if (!error)
        error = uv_tcp_bind(&responder->tcp, (struct sockaddr *)&where, 0);
    if (!error)
        error = dns_tcp_listen(responder);
    return error ? error : uv_udp_recv_start(&responder->udp, on_alloc, on_packet);
}

struct dns_responder *dns_responder_open(uv_loop_t *loop, struct clock *clock,
    struct dns_zone *zone, const char *address, unsigned port, dns_on_query *on_query, void *ctx,
    char **why)
{
    int error = UV_EADDRINUSE;
    for (int tries = 0; tries < PORT_TRIES && error == UV_EADDRINUSE; tries++) {
        struct dns_responder *responder = new_responder(loop);
        responder->clock = clock;
        responder->zone = zone;
        responder->on_query = on_query;
        responder->ctx = ctx;
        error = bind_both(responder, address, port);
        if (!error) {
            int size = RECEIVE_BUFFER; /* the kernel gives what it allows */
            uv_recv_buffer_size((uv_handle_t *)&responder->udp, &size);
            return responder;
        }
        dns_responder_close(responder);
        if (port)
            break;
    }
    *why = mem_format("cannot listen on %s:%u: %s%s", address, port, uv_strerror(error),
        error == UV_EACCES && port < FIRST_FREE_PORT
            ? "; ports below 1024 are root's, or take CAP_NET_BIND_SERVICE"
            : "");
    return NULL;
}

struct dns_zone *dns_responder_set_zone(struct dns_responder *responder, struct dns_zone *zone)
{
    struct dns_zone *old = responder->zone;
    responder->zone = zone;
    return old;
}

unsigned dns_responder_port(const struct dns_responder *responder)
{
    struct sockaddr_storage name = {0};
    int len = sizeof name;
    require(uv_udp_getsockname(&responder->udp, (struct sockaddr *)&name, &len) == 0);
    return ntohs(name.ss_family == AF_INET ? ((struct sockaddr_in *)&name)->sin_port
                                           : ((struct sockaddr_in6 *)&name)->sin6_port);
}

void dns_responder_close(struct dns_responder *responder)
{
    if (!responder || responder->closing)
        return;
    responder->closing = true;
    dns_tcp_close_all(responder);
    dns_late_forget(responder, NULL);
    uv_close((uv_handle_t *)&responder->udp, on_closed);
    uv_close((uv_handle_t *)&responder->tcp, on_closed);
}
