/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/knocks.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>
#include "util/mem.h"
#ifdef __linux__
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#endif

enum {
    PACKET_MOST = 256,    /* headers; what comes after them is of no interest */
    BURST = 64,           /* packets in one turn of the loop */
    REMEMBERED = 256,     /* SYNs, to know those that come again (RFC 6298) */
    BUFFER = 4 * 1 << 20, /* the mail itself goes by here too */
};

/* ---- one packet ---- */

enum { IPV4_HEADER = 20, IPV6_HEADER = 40, TCP_HEADER = 20, PROTOCOL_TCP = 6, TCP_FLAGS = 13 };
enum { TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16 };

static unsigned two(const uint8_t *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

struct ip { /* where things are in a packet */
    int family;
    const uint8_t *source, *destination, *tcp;
};

/* RFC 791 3.1, RFC 8200 3; false for what is no whole TCP header, such as a later fragment. */
static bool read_ip(const uint8_t *packet, size_t len, struct ip *ip)
{
    size_t header = len >= IPV4_HEADER && packet[0] >> 4 == 4   ? (size_t)(packet[0] & 15) * 4
                    : len >= IPV6_HEADER && packet[0] >> 4 == 6 ? IPV6_HEADER
                                                                : 0;
    if (header < IPV4_HEADER || len < header + TCP_HEADER)
        return false;
    bool v4 = packet[0] >> 4 == 4;
    *ip = (struct ip){
        v4 ? AF_INET : AF_INET6, packet + (v4 ? 12 : 8), packet + (v4 ? 16 : 24), packet + header};
    if (v4)
        return packet[9] == PROTOCOL_TCP && (two(packet + 6) & 0x1fff) == 0;
    return packet[6] == PROTOCOL_TCP;
}

bool knock_read(const uint8_t *packet, size_t len, unsigned port, struct knock *knock)
{
    struct ip ip;
    if (!read_ip(packet, len, &ip))
        return false;
    unsigned from = two(ip.tcp), to = two(ip.tcp + 2), flags = ip.tcp[TCP_FLAGS];
    bool asks = to == port && (flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
    /* RFC 9293 3.5.2: the reset that answers a SYN has the sequence number 0; one that ends a
     * connection has that of the connection. */
    bool refuses = from == port && (flags & TCP_RST) && (flags & TCP_ACK) &&
                   memcmp(ip.tcp + 4, "\0\0\0\0", 4) == 0;
    if (!asks && !refuses)
        return false;
    *knock = (struct knock){.kind = asks ? KNOCK_SYN : KNOCK_REFUSED, .from = asks ? from : to};
    return inet_ntop(ip.family, asks ? ip.destination : ip.source, knock->address,
               sizeof knock->address) != NULL;
}

/* ---- all of them ---- */

struct knocks {
    uv_poll_t poll;
    int fd;
    unsigned port;
    knocks_on_knock *on_knock;
    void *ctx;
    struct knock seen[REMEMBERED];
    size_t next;
};

static bool seen_before(struct knocks *knocks, const struct knock *knock)
{
    for (size_t i = 0; i < REMEMBERED; i++)
        if (knocks->seen[i].from == knock->from && knocks->seen[i].kind == knock->kind &&
            strcmp(knocks->seen[i].address, knock->address) == 0)
            return true;
    knocks->seen[knocks->next++ % REMEMBERED] = *knock;
    return false;
}

#ifdef __linux__
static void on_packets(uv_poll_t *poll, int status, int events)
{
    struct knocks *knocks = poll->data;
    (void)status;
    (void)events;
    for (int i = 0; i < BURST; i++) {
        uint8_t packet[PACKET_MOST];
        struct sockaddr_ll from;
        socklen_t size = sizeof from;
        struct knock knock;
        ssize_t len = recvfrom(
            knocks->fd, packet, sizeof packet, MSG_DONTWAIT, (struct sockaddr *)&from, &size);
        if (len < 0)
            return;
        /* Each packet of the loopback goes out and comes in; the second is as good as the first. */
        if (from.sll_pkttype != PACKET_OUTGOING &&
            knock_read(packet, (size_t)len, knocks->port, &knock) && !seen_before(knocks, &knock))
            knocks->on_knock(knocks->ctx, &knock);
    }
}

/* Lets through what has SYN or RST set and is TCP as far as that matters: mail itself never wakes
 * us. */
static void filter(int fd)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
        BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4, 0, 3), /* else skips the three for IPv4 */
        BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
        BPF_STMT(BPF_LD | BPF_B | BPF_IND, TCP_FLAGS),
        BPF_STMT(BPF_JMP | BPF_JA, 1),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, IPV6_HEADER + TCP_FLAGS),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, TCP_SYN | TCP_RST, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, PACKET_MOST),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    const struct sock_fprog program = {sizeof code / sizeof *code, code};
    /* Where it is not taken, more packets are looked at in vain. */
    (void)setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

static int open_socket(void)
{
    int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_ALL));
    struct sockaddr_ll where = {.sll_family = AF_PACKET,
        .sll_protocol = htons(ETH_P_ALL),
        .sll_ifindex = (int)if_nametoindex("lo")};
    if (fd >= 0)
        filter(fd);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&where, sizeof where) != 0) {
        close(fd);
        return -1;
    }
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &(int){BUFFER}, sizeof(int)) != 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){BUFFER}, sizeof(int));
    return fd;
}
#else
static void on_packets(uv_poll_t *poll, int status, int events)
{
    (void)poll, (void)status, (void)events;
}

static int open_socket(void)
{
    errno = ENOTSUP;
    return -1;
}
#endif

struct knocks *knocks_open(
    uv_loop_t *loop, unsigned port, knocks_on_knock *on_knock, void *ctx, char **why)
{
    int fd = open_socket();
    if (fd < 0) {
        *why = mem_format("cannot look at packets: %s", strerror(errno));
        return NULL;
    }
    struct knocks *knocks = mem_new(sizeof *knocks);
    *knocks = (struct knocks){.fd = fd, .port = port, .on_knock = on_knock, .ctx = ctx};
    require(uv_poll_init(loop, &knocks->poll, fd) == 0);
    knocks->poll.data = knocks;
    require(uv_poll_start(&knocks->poll, UV_READABLE, on_packets) == 0);
    return knocks;
}

static void on_closed(uv_handle_t *handle)
{
    struct knocks *knocks = handle->data;
    close(knocks->fd);
    free(knocks);
}

void knocks_close(struct knocks *knocks)
{
    if (knocks && !uv_is_closing((uv_handle_t *)&knocks->poll))
        uv_close((uv_handle_t *)&knocks->poll, on_closed);
}
