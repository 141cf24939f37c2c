/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/listener.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>
#ifdef __linux__
#include <linux/filter.h>
#endif
#include "net/address.h"
#include "util/mem.h"

enum {
    BACKLOG = 4096, /* the kernel cuts it to somaxconn; a flood must not be refused by accident */
    ACCEPT_BURST = 64, /* then the connections that are there get their turn */
    SMALL_BUFFER = 64 * 1024,
    SMALL_SEGMENT = 536, /* the client's kernel makes its send buffer by it: 2.6 MB for the segments
                            of loopback */
    RETRY_MS = 100, /* another process may have used up the descriptors of the system: nothing tells
                       when it has not */
};

struct listener {
    struct listener_config config;
    int fd;
    unsigned port;
    char *unlink_path;
    uv_poll_t poll;
    uv_timer_t retry; /* of the wall: a lack of descriptors is nothing that scenarios play */
    bool accepting, starved, closing;
    unsigned open_handles;
};

/* ---- accepting ---- */

static void on_readable(uv_poll_t *poll, int status, int events);

static void on_retry(uv_timer_t *timer)
{
    listener_room(timer->data);
}

static bool is_starvation(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

static void starve(struct listener *listener, int error)
{
    uv_poll_stop(&listener->poll);
    if (!listener->starved && listener->config.on_starved)
        listener->config.on_starved(listener->config.ctx, -error);
    listener->starved = true;
    uv_timer_start(&listener->retry, on_retry, RETRY_MS, 0);
}

/* One connection. False: there is none, or none can be had now. */
static bool accept_one(struct listener *listener)
{
    struct address from = {.len = sizeof from.at};
    int fd =
        accept4(listener->fd, (struct sockaddr *)&from.at, &from.len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        listener->config.on_connection(listener->config.ctx, fd, &from);
        return true;
    }
    if (is_starvation(errno)) {
        starve(listener, errno);
        return false;
    }
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
        listener->starved = false; /* all are served: the next lack is news again */
        return false;
    }
    return true; /* ECONNABORTED and its like are of that one connection (accept(2)) */
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct listener *listener = poll->data;
    (void)status;
    (void)events;
    for (int i = 0; i < ACCEPT_BURST && !listener->closing; i++)
        if (!accept_one(listener))
            return;
}

void listener_room(struct listener *listener)
{
    if (!listener->starved || listener->closing || uv_is_active((uv_handle_t *)&listener->poll))
        return;
    uv_timer_stop(&listener->retry);
    uv_poll_start(&listener->poll, UV_READABLE, on_readable);
}

/* ---- the ways not to listen ---- */

/* A socket filter that keeps nothing: the kernel drops the SYN before it looks at the backlog. No
 * race, no privilege, and taking it off makes an ordinary listener of it. */
static int drop_requests(int fd, bool drop)
{
#ifdef SO_ATTACH_FILTER
    struct sock_filter nothing = {BPF_RET | BPF_K, 0, 0, 0};
    struct sock_fprog program = {1, &nothing};
    int failed = drop ? setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program)
                      : setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &(int){0}, sizeof(int));
    return failed ? -errno : 0;
#else
    (void)fd;
    return drop ? UV_ENOTSUP : 0;
#endif
}

int listener_accept(struct listener *listener)
{
    if (listener->accepting || listener->closing)
        return 0;
    if (listener->config.kind == LISTENER_BLACKHOLE && drop_requests(listener->fd, false) != 0)
        return -errno;
    if (listen(listener->fd, BACKLOG) != 0)
        return -errno;
    listener->accepting = true;
    return uv_poll_start(&listener->poll, UV_READABLE, on_readable);
}

static int begin(struct listener *listener)
{
    if (listener->config.kind == LISTENER_REFUSE)
        return 0;
    if (listener->config.kind == LISTENER_ACCEPT)
        return listener_accept(listener);
    if (listener->unlink_path)
        return UV_ENOTSUP; /* a unix socket has no packets that could get lost */
    int error = drop_requests(listener->fd, true);
    if (error)
        return error;
    return listen(listener->fd, BACKLOG) ? -errno : 0;
}

/* ---- the socket ---- */

/* A socket file that nobody answers on is what a killed server left behind. */
static void remove_stale(const struct address *address)
{
    const char *path = ((const struct sockaddr_un *)&address->at)->sun_path;
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISSOCK(st.st_mode))
        return;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address->at, address->len) != 0 &&
        errno == ECONNREFUSED)
        unlink(path);
    if (fd >= 0)
        close(fd);
}

static int set_flag(int fd, int level, int name, int value)
{
    return setsockopt(fd, level, name, &value, sizeof value) ? -errno : 0;
}

static int set_options(struct listener *listener, const struct address *address)
{
    const struct listener_config *config = &listener->config;
    int error = 0;
    if (!address_is_unix(address))
        error = set_flag(listener->fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (!error && config->share_port)
        error = set_flag(listener->fd, SOL_SOCKET, SO_REUSEPORT, 1);
    if (!error && config->receive_buffer) /* before listen, so that the first window is small
                                             already (tcp(7)) */
        error = set_flag(listener->fd, SOL_SOCKET, SO_RCVBUF, (int)config->receive_buffer);
    if (!error && config->receive_buffer && config->receive_buffer < SMALL_BUFFER &&
        !address_is_unix(address))
        error = set_flag(listener->fd, IPPROTO_TCP, TCP_MAXSEG, SMALL_SEGMENT);
    if (!error && address->at.ss_family == AF_INET6)
        error =
            set_flag(listener->fd, IPPROTO_IPV6, IPV6_V6ONLY, 1); /* [::]:25 beside 0.0.0.0:25 */
    return error;
}

static int bind_socket(struct listener *listener)
{
    struct address address;
    int error = address_set(&address, listener->config.address, listener->config.port);
    if (error)
        return error;
    listener->fd = socket(address.at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener->fd < 0)
        return -errno;
    error = set_options(listener, &address);
    if (error)
        return error;
    if (address_is_unix(&address))
        remove_stale(&address);
    if (bind(listener->fd, (struct sockaddr *)&address.at, address.len) != 0)
        return -errno;
    if (address_is_unix(&address))
        listener->unlink_path = mem_text(((struct sockaddr_un *)&address.at)->sun_path);
    else if (getsockname(listener->fd, (struct sockaddr *)&address.at, &address.len) != 0)
        return -errno;
    listener->port = address_port(&address);
    return 0;
}

/* ---- life ---- */

static void on_handle_closed(uv_handle_t *handle)
{
    struct listener *listener = handle->data;
    if (--listener->open_handles == 0)
        free(listener);
}

static void close_socket(struct listener *listener)
{
    if (listener->unlink_path)
        unlink(listener->unlink_path);
    free(listener->unlink_path);
    listener->unlink_path = NULL;
    if (listener->fd >= 0)
        close(listener->fd);
    listener->fd = -1;
}

static void init_handles(struct listener *listener)
{
    require(uv_poll_init(listener->config.loop, &listener->poll, listener->fd) == 0);
    require(uv_timer_init(listener->config.loop, &listener->retry) == 0);
    listener->poll.data = listener->retry.data = listener;
    uv_unref((uv_handle_t *)&listener->retry);
    listener->open_handles = 2;
}

struct listener *listener_open(const struct listener_config *config, int *error, char **why)
{
    struct listener *listener = mem_new(sizeof *listener);
    listener->config = *config;
    listener->fd = -1;
    int failed = bind_socket(listener);
    if (!failed) {
        init_handles(listener);
        failed = begin(listener);
    }
    listener->config.address = NULL; /* was the caller's */
    if (error)
        *error = failed;
    if (!failed)
        return listener;
    char *where = address_text_of(config->address, config->port);
    *why = mem_format("cannot listen on %s: %s", where, uv_strerror(failed));
    free(where);
    if (listener->open_handles) {
        listener_close(listener);
    } else {
        close_socket(listener);
        free(listener);
    }
    return NULL;
}

unsigned listener_port(const struct listener *listener)
{
    return listener->port;
}

void listener_close(struct listener *listener)
{
    if (!listener || listener->closing)
        return;
    listener->closing = true;
    uv_close((uv_handle_t *)&listener->poll,
        on_handle_closed); /* takes the descriptor out of the loop at once */
    uv_close((uv_handle_t *)&listener->retry, on_handle_closed);
    close_socket(listener);
}

int listener_reserve(const char *address, unsigned *port)
{
    struct listener reserved = {
        .config = {.address = address, .port = *port, .share_port = true}, .fd = -1};
    int error = bind_socket(&reserved);
    if (error) {
        close_socket(&reserved);
        return error;
    }
    *port = reserved.port;
    return reserved.fd;
}
