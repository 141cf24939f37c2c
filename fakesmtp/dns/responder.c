/* SPDX-License-Identifier: BSD-2-Clause */
/* The UDP side of the fake DNS. */
#include "dns/responder.h"

#include <stdbool.h>
#include <uv.h>
#include "dns/answer.h"
#include "util/mem.h"

enum {
    LARGEST_QUERY = 4096,
    RECEIVE_BUFFER = 1 << 20, /* hundreds of messages ask at once; what overflows is lost */
};

struct dns_responder {
    uv_udp_t socket;
    struct dns_zone *zone;
    dns_on_query *on_query;
    void *ctx;
    bool closing;
    char packet[LARGEST_QUERY];
};

struct reply_send {
    uv_udp_send_t request;
    uint8_t *bytes;
};

static void on_sent(uv_udp_send_t *request, int status)
{
    struct reply_send *send = (struct reply_send *)request;
    (void)status; /* as in any UDP: the client asks again */
    free(send->bytes);
    free(send);
}

/* Takes bytes. */
static void send_reply(
    struct dns_responder *responder, uint8_t *bytes, size_t len, const struct sockaddr *peer)
{
    uv_buf_t buf = uv_buf_init((char *)bytes, (unsigned)len);
    if (uv_udp_try_send(&responder->socket, &buf, 1, peer) != UV_EAGAIN) {
        free(bytes);
        return;
    }
    struct reply_send *send = mem_new(sizeof *send);
    send->bytes = bytes;
    if (uv_udp_send(&send->request, &responder->socket, &buf, 1, peer, on_sent) < 0)
        on_sent(&send->request, 0);
}

static void tell(
    struct dns_responder *responder, const struct dns_asked *asked, const struct sockaddr *peer)
{
    char host[INET6_ADDRSTRLEN] = "";
    if (!responder->on_query || !asked->name || !asked->type)
        return;
    uv_ip_name(peer, host, sizeof host);
    responder->on_query(responder->ctx, asked->type, asked->name, host);
}

static void on_packet(
    uv_udp_t *socket, ssize_t len, const uv_buf_t *buf, const struct sockaddr *peer, unsigned flags)
{
    struct dns_responder *responder = socket->data;
    /* Errors are those of earlier replies (ICMP); a query larger than the buffer is no query. */
    if (len <= 0 || !peer || flags & UV_UDP_PARTIAL)
        return;
    struct dns_asked asked;
    uint8_t *reply;
    size_t reply_len;
    if (dns_answer(responder->zone, (const uint8_t *)buf->base, (size_t)len, &asked, &reply,
            &reply_len) == 0)
        send_reply(responder, reply, reply_len, peer);
    tell(responder, &asked, peer);
    dns_asked_deinit(&asked);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct dns_responder *responder = handle->data;
    (void)suggested;
    *buf = uv_buf_init(responder->packet, sizeof responder->packet);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static int parse_address(const char *address, unsigned port, struct sockaddr_storage *out)
{
    if (port > 65535)
        return UV_EINVAL;
    if (uv_ip4_addr(address, (int)port, (struct sockaddr_in *)out) == 0)
        return 0;
    return uv_ip6_addr(address, (int)port, (struct sockaddr_in6 *)out);
}

struct dns_responder *dns_responder_open(uv_loop_t *loop, struct dns_zone *zone,
    const char *address, unsigned port, dns_on_query *on_query, void *ctx, char **why)
{
    struct sockaddr_storage where = {0};
    struct dns_responder *responder = mem_new(sizeof *responder);
    responder->zone = zone;
    responder->on_query = on_query;
    responder->ctx = ctx;
    responder->socket.data = responder;
    int error = uv_udp_init(loop, &responder->socket);
    if (error) {
        free(responder);
        goto failed;
    }
    error = parse_address(address, port, &where);
    if (!error)
        error = uv_udp_bind(&responder->socket, (struct sockaddr *)&where, 0);
    if (!error)
        error = uv_udp_recv_start(&responder->socket, on_alloc, on_packet);
    if (!error) {
        int size = RECEIVE_BUFFER; /* the kernel gives what it allows */
        uv_recv_buffer_size((uv_handle_t *)&responder->socket, &size);
        return responder;
    }
    dns_responder_close(responder);
failed:
    *why = mem_format("cannot listen on %s:%u: %s", address, port, uv_strerror(error));
    return NULL;
}

unsigned dns_responder_port(const struct dns_responder *responder)
{
    struct sockaddr_storage name = {0};
    int len = sizeof name;
    require(uv_udp_getsockname(&responder->socket, (struct sockaddr *)&name, &len) == 0);
    return ntohs(name.ss_family == AF_INET ? ((struct sockaddr_in *)&name)->sin_port
                                           : ((struct sockaddr_in6 *)&name)->sin6_port);
}

void dns_responder_close(struct dns_responder *responder)
{
    if (!responder || responder->closing)
        return;
    responder->closing = true;
    uv_close((uv_handle_t *)&responder->socket, on_closed);
}
