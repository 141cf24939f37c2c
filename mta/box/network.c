/* SPDX-License-Identifier: BSD-2-Clause */
/* network.c - lo, an address, and two routes, said to the kernel by rtnetlink(7).
 *
 * A `local` route on lo makes each address of its prefix ours without configuring any of them
 * ("AnyIP"): one address per scenario host costs nothing.  Both prefixes are for documentation and
 * benchmarks (RFC 5737, RFC 2544); whatever is outside of them has no route, so the box cannot send
 * a packet anywhere else. */
#include "box/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define MTA_ADDRESS  "192.0.2.1"
#define MTA_ADDRESS6 "2001:db8::1"

struct message { /* one request being built; aligned for the headers at its start */
    _Alignas(NLMSG_ALIGNTO) unsigned char bytes[256];
    size_t len;
};

static struct nlmsghdr *header_of(struct message *m)
{
    return (struct nlmsghdr *)(void *)m->bytes;
}

static void begin(struct message *m, unsigned short type, const void *body, size_t len)
{
    memset(m, 0, sizeof *m);
    struct nlmsghdr *header = header_of(m);
    header->nlmsg_type = type;
    header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
    memcpy(m->bytes + NLMSG_HDRLEN, body, len);
    m->len = NLMSG_SPACE(len);
}

static void attribute(struct message *m, unsigned short type, const void *value, size_t len)
{
    struct rtattr head = {.rta_type = type, .rta_len = (unsigned short)RTA_LENGTH(len)};
    memcpy(m->bytes + m->len, &head, sizeof head);
    memcpy(m->bytes + m->len + RTA_LENGTH(0), value, len);
    m->len += RTA_SPACE(len);
}

static void attribute_address(struct message *m, unsigned short type, const char *text)
{
    struct in6_addr address; /* large enough for either kind */
    bool ip6 = strchr(text, ':') != NULL;
    inet_pton(ip6 ? AF_INET6 : AF_INET, text, &address);
    attribute(m, type, &address, ip6 ? sizeof address : sizeof(struct in_addr));
}

/* Sends the request and reads the kernel's verdict. */
static bool ask(int fd, struct message *m)
{
    struct message answer;
    header_of(m)->nlmsg_len = (unsigned)m->len;
    if (send(fd, m->bytes, m->len, 0) < 0)
        return false;
    ssize_t n = recv(fd, answer.bytes, sizeof answer.bytes, 0);
    if (n < 0)
        return false;
    struct nlmsghdr *header = header_of(&answer);
    if (!NLMSG_OK(header, (size_t)n) || header->nlmsg_type != NLMSG_ERROR) {
        errno = EPROTO;
        return false;
    }
    struct nlmsgerr *verdict = NLMSG_DATA(header);
    if (verdict->error == 0)
        return true;
    errno = -verdict->error;
    return false;
}

static bool lo_up(int fd)
{
    struct ifreq request = {.ifr_name = "lo"};
    if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
        return false;
    request.ifr_flags |= IFF_UP;
    return ioctl(fd, SIOCSIFFLAGS, &request) == 0;
}

static bool add_address(int fd, unsigned lo, const char *address)
{
    struct message m;
    bool ip6 = strchr(address, ':') != NULL;
    struct ifaddrmsg body = {.ifa_family = ip6 ? AF_INET6 : AF_INET,
        .ifa_prefixlen = ip6 ? 128 : 32,
        .ifa_flags = ip6 ? IFA_F_NODAD : 0, /* nobody else is here who could have it */
        .ifa_scope = RT_SCOPE_UNIVERSE,
        .ifa_index = lo};
    begin(&m, RTM_NEWADDR, &body, sizeof body);
    attribute_address(&m, IFA_LOCAL, address);
    attribute_address(&m, IFA_ADDRESS, address);
    return ask(fd, &m);
}

static bool add_local_route(int fd, unsigned lo, const char *prefix, unsigned char length)
{
    struct message m;
    bool ip6 = strchr(prefix, ':') != NULL;
    struct rtmsg body = {.rtm_family = ip6 ? AF_INET6 : AF_INET,
        .rtm_dst_len = length,
        .rtm_table = RT_TABLE_LOCAL,
        .rtm_protocol = RTPROT_BOOT,
        .rtm_scope = RT_SCOPE_HOST,
        .rtm_type = RTN_LOCAL};
    begin(&m, RTM_NEWROUTE, &body, sizeof body);
    attribute_address(&m, RTA_DST, prefix);
    /* Else each connection would seem to come from the address it goes to, and greylisting would
     * see as many clients as hosts. */
    attribute_address(&m, RTA_PREFSRC, ip6 ? MTA_ADDRESS6 : MTA_ADDRESS);
    attribute(&m, RTA_OIF, &lo, sizeof lo);
    return ask(fd, &m);
}

/* RFC 3849. Without it there is no IPv6 in the box, which is no failure: not every kernel has it.
 * An IPv6 socket can be bound to an address of a local route only when this is allowed for all
 * (ip(7), ip_nonlocal_bind). */
static void add_ip6(int fd, unsigned lo)
{
    int allow = open("/proc/sys/net/ipv6/ip_nonlocal_bind", O_WRONLY | O_CLOEXEC);
    if (allow < 0)
        return;
    bool allowed = write(allow, "1", 1) == 1;
    close(allow);
    if (allowed && add_address(fd, lo, MTA_ADDRESS6))
        (void)!add_local_route(fd, lo, "2001:db8::", 32);
}

static bool configure(int fd, const char **step)
{
    *step = "bring lo up";
    if (!lo_up(fd))
        return false;
    unsigned lo = if_nametoindex("lo");
    *step = "add the address " MTA_ADDRESS;
    if (!lo || !add_address(fd, lo, MTA_ADDRESS))
        return false;
    add_ip6(fd, lo);
    *step = "make 192.0.2.0/24 and 198.18.0.0/15 local";
    return add_local_route(fd, lo, "192.0.2.0", 24) && add_local_route(fd, lo, "198.18.0.0", 15);
}

bool network_up(const char **step)
{
    *step = "open a netlink socket";
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0)
        return false;
    bool good = configure(fd, step);
    int error = errno;
    close(fd);
    errno = error;
    return good;
}
