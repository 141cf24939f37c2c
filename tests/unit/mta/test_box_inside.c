/* SPDX-License-Identifier: BSD-2-Clause */
/* test_box_inside.c - the half of test_box that runs as COMMAND in the box. */
#include "test_box_inside.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

#include "box/files.h"

static int wrong(const char *what, const char *detail)
{
    fprintf(stderr, "# in the box: %s: %s\n", what, detail);
    return 1;
}

static struct sockaddr_in port_25(const char *address)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(25)};
    inet_pton(AF_INET, address, &at.sin_addr);
    return at;
}

/* Binds and listens on address:25, connects to it, and looks where the connection came from. */
static int serve_on(const char *address)
{
    struct sockaddr_in at = port_25(address), peer;
    socklen_t len = sizeof peer;
    int listener = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) < 0 || listen(listener, 1) < 0)
        return wrong(address, "cannot be bound");
    if (connect(client, (struct sockaddr *)&at, sizeof at) < 0)
        return wrong(address, "cannot be connected to");
    int conn = accept(listener, (struct sockaddr *)&peer, &len);
    if (conn < 0 || strcmp(inet_ntoa(peer.sin_addr), "192.0.2.1") != 0)
        return wrong(address, "is not reached from 192.0.2.1");
    close(conn);
    close(client);
    close(listener);
    return 0;
}

static int unreachable(const char *address)
{
    struct sockaddr_in at = port_25(address);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    bool fails = connect(client, (struct sockaddr *)&at, sizeof at) < 0 && errno == ENETUNREACH;
    close(client);
    return fails ? 0 : wrong(address, "is not unreachable");
}

static int only_lo(void)
{
    char *devices = file_read("/proc/net/dev"), *line = devices;
    int bad = devices ? 0 : wrong("/proc/net/dev", strerror(errno));
    for (int n = 0; line && *line; n++) { /* the first two lines are a header */
        char *end = strchr(line, '\n');
        if (n >= 2 && !strstr(line, "lo:"))
            bad = wrong("there is a device besides lo", line);
        line = end ? end + 1 : NULL;
    }
    free(devices);
    return bad;
}

static int check_network(void)
{
    return only_lo() || serve_on("192.0.2.77") || serve_on("198.19.255.254") ||
           unreachable("198.51.100.9") || unreachable("203.0.113.1");
}

static int reads(const char *path, const char *wanted)
{
    char *text = file_read(path);
    int bad = !text || strcmp(text, wanted) != 0 ? wrong(path, text ? text : strerror(errno)) : 0;
    free(text);
    return bad;
}

static int contains(const char *path, const char *wanted)
{
    char *text = file_read(path);
    int bad = !text || !strstr(text, wanted) ? wrong(path, "lacks what was added") : 0;
    free(text);
    return bad;
}

static int writable(const char *dir, bool wanted)
{
    char *path = box_format("%s/test-box-was-here", dir);
    bool can = file_write(path, "x", 0644);
    if (can)
        unlink(path);
    free(path);
    if (can == wanted)
        return 0;
    return wrong(dir, wanted ? "is not writable" : "is writable");
}

static int check_files(void)
{
    char host[65] = "", cwd[4096] = "";
    gethostname(host, sizeof host - 1);
    if (strcmp(host, "mta.test") != 0 || reads("/etc/hostname", "mta.test\n"))
        return wrong("the host's name", host);
    if (reads("/etc/probe.conf", "from the folder\n") || reads("/etc/probe/deep", "deep\n") ||
        contains("/etc/passwd", "probe:x:2101:2102::/var/spool/probe:") ||
        contains("/etc/group", "probes:x:2102:") || contains("/etc/passwd", "root:") ||
        contains("/etc/resolv.conf", "nameserver 127.0.0.1") || reads("/etc/ld.so.preload", ""))
        return 1;
    if (writable("/etc", false) || writable("/usr", false) || writable("/tmp", false) ||
        writable("/", false) || writable(getcwd(cwd, sizeof cwd), false))
        return 1;
    return writable("/run/tmp", true) || writable("/var/spool", true) ||
           writable("/dev/shm", true) || writable(getenv("FAKESMTP_WORK"), true) ||
           writable("/var/log", true);
}

/* What libc's syslog(3) is told arrives in the file, a line each and without the priority. */
static int check_syslog(void)
{
    char event[sizeof(struct inotify_event) + 256];
    int watch = inotify_init();
    if (watch < 0 || inotify_add_watch(watch, "/var/log/syslog", IN_MODIFY) < 0)
        return wrong("watch /var/log/syslog", strerror(errno));
    openlog("probe", LOG_NDELAY, LOG_MAIL);
    syslog(LOG_INFO, "to=<a@b.example>, stat=Sent");
    if (read(watch, event, sizeof event) <= 0)
        return wrong("wait for the line", strerror(errno));
    char *text = file_read("/var/log/syslog");
    bool there =
        text && strstr(text, " probe: to=<a@b.example>, stat=Sent\n") && !strchr(text, '\n')[1];
    int bad = !there           ? wrong("a line in /var/log/syslog", text ? text : strerror(errno))
                        : text[0] == '<' ? wrong("the priority is in", text)
                               : 0;
    free(text);
    close(watch);
    return bad;
}

static int check_environment(void)
{
    if (getenv("TEST_BOX_SECRET"))
        return wrong("TEST_BOX_SECRET", "passed");
    if (!getenv("TEST_BOX_WANTED"))
        return wrong("TEST_BOX_WANTED", "did not pass");
    if (strcmp(getenv("FAKESMTP_MTA"), "probe") != 0 || strcmp(getenv("LC_ALL"), "C.UTF-8") != 0)
        return wrong("the box's own variables", "are not there");
    return 0;
}

static int check_descriptors(void)
{
    if (fcntl(6, F_GETFD) >= 0)
        return wrong("descriptor 6", "was inherited unasked");
    if (write(5, "hello", 5) != 5)
        return wrong("descriptor 5", strerror(errno));
    return check_environment();
}

/* Leaves a grandchild in a session of its own, as daemons do; both hold descriptor 5 until they are
 * killed. */
static int hold(void)
{
    if (fork() == 0) {
        setsid();
        if (fork() != 0)
            _exit(0);
        signal(SIGTERM, SIG_IGN);
        if (write(5, "up", 2) != 2)
            _exit(1);
    }
    for (;;)
        pause();
}

static void on_term(int sig)
{
    _exit(write(5, "term", 4) == 4 ? 3 : 1);
}

static int await_term(void)
{
    signal(SIGTERM, on_term);
    if (write(5, "up", 2) != 2)
        return 1;
    for (;;)
        pause();
}

int inside_check(const char *what)
{
    if (strcmp(what, "network") == 0)
        return check_network();
    if (strcmp(what, "files") == 0)
        return check_files();
    if (strcmp(what, "syslog") == 0)
        return check_syslog();
    if (strcmp(what, "descriptors") == 0)
        return check_descriptors();
    if (strcmp(what, "hold") == 0)
        return hold();
    if (strcmp(what, "term") == 0)
        return await_term();
    return wrong("unknown check", what);
}
