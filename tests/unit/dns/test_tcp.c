/* SPDX-License-Identifier: BSD-2-Clause */
/* The zone behind a TCP socket (RFC 7766): framing, several queries, lies about lengths, idleness,
 * late answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>
#include "dns/responder.h"
#include "util/clock.h"

static const uint8_t query[] = {
    0, 24, 0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'x', 4, 't', 'e', 's', 't', 0, 0, 15, 0, 1};
enum { ENDED = -2, NOTHING = -1 };

struct bench {
    uv_loop_t loop;
    struct clock *clock;
    struct dns_zone *zone;
    struct dns_responder *dns;
    unsigned queries;
    char transport[8];
};

static void on_query(void *ctx, const struct dns_query *got)
{
    struct bench *b = ctx;
    b->queries++;
    snprintf(b->transport, sizeof b->transport, "%s", got->transport);
}

static void open_bench_at(struct bench *b, double speed)
{
    char *why = NULL;
    *b = (struct bench){0};
    assert_int_equal(uv_loop_init(&b->loop), 0);
    assert_non_null(b->clock = clock_open(&b->loop, speed, &why));
    b->zone = dns_zone_new();
    assert_null(dns_zone_add(b->zone, "x.test. 60 IN MX 10 mx.x.test."));
    b->dns = dns_responder_open(&b->loop, b->clock, b->zone, "127.0.0.1", 0, on_query, b, &why);
    assert_non_null(b->dns);
}

static void open_bench(struct bench *b)
{
    open_bench_at(b, CLOCK_JUMP);
}

static void close_bench(struct bench *b)
{
    dns_responder_close(b->dns);
    clock_close(b->clock);
    for (int i = 0; i < 1000 && uv_run(&b->loop, UV_RUN_NOWAIT); i++)
        continue;
    assert_int_equal(uv_loop_close(&b->loop), 0);
    dns_zone_free(b->zone);
}

static int dial(const struct bench *b)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)dns_responder_port(b->dns))};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void say(int fd, const void *bytes, size_t len)
{
    assert_int_equal(send(fd, bytes, len, MSG_NOSIGNAL), len);
}

/* What the responder says until it has said `want` octets or nothing more comes; ENDED: it hung up.
 */
static ssize_t hear(struct bench *b, int fd, uint8_t *reply, size_t want)
{
    size_t len = 0;
    for (int i = 0; i < 5000 && len < want; i++) {
        uv_run(&b->loop, UV_RUN_NOWAIT);
        ssize_t got = recv(fd, reply + len, want - len, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno == ECONNRESET))
            return len ? (ssize_t)len : ENDED;
        len += got > 0 ? (size_t)got : 0;
    }
    return len ? (ssize_t)len : NOTHING;
}

/* Two octets of length, then so many. */
static void hear_answer(struct bench *b, int fd, uint16_t id)
{
    uint8_t reply[600];
    assert_int_equal(hear(b, fd, reply, 2), 2);
    size_t len = (size_t)reply[0] << 8 | reply[1];
    assert_true(len > 24 && len < sizeof reply);
    assert_int_equal(hear(b, fd, reply, len), len);
    assert_int_equal(reply[0] << 8 | reply[1], id);
    assert_int_equal(reply[7], 1); /* one answer */
}

static void several_queries(void **state)
{
    struct bench b;
    open_bench(&b);
    int fd = dial(&b);
    say(fd, query, sizeof query);
    hear_answer(&b, fd, 0x1234);
    uint8_t two[2 * sizeof query];
    memcpy(two, query, sizeof query);
    memcpy(two + sizeof query, query, sizeof query);
    two[sizeof query + 2] = 0x77;
    say(fd, two, sizeof two); /* pipelined, RFC 7766 6.2.1.1 */
    hear_answer(&b, fd, 0x1234);
    hear_answer(&b, fd, 0x7734);
    assert_int_equal(b.queries, 3);
    assert_string_equal(b.transport, "tcp");
    close(fd);
    close_bench(&b);
}

static void octet_by_octet(void **state)
{
    struct bench b;
    open_bench(&b);
    int fd = dial(&b);
    for (size_t i = 0; i < sizeof query; i++) {
        say(fd, query + i, 1);
        uv_run(&b.loop, UV_RUN_NOWAIT);
    }
    hear_answer(&b, fd, 0x1234);
    close(fd);
    close_bench(&b);
}

static void lengths_that_lie(void **state)
{
    static const uint8_t rows[][2] = {{0, 0}, {0, 1}, {0, 11}, {0x10, 1}, {0xff, 0xff}};
    struct bench b;
    uint8_t reply[16];
    open_bench(&b);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int fd = dial(&b);
        say(fd, rows[i], 2);
        assert_int_equal(hear(&b, fd, reply, sizeof reply), ENDED);
        close(fd);
    }
    assert_int_equal(b.queries, 0);
    assert_int_equal(clock_now_ms(b.clock), 0); /* at once, and not for being idle */
    close_bench(&b);
}

/* More was promised than comes: whoever waits is disconnected, after ten seconds and not before. */
static void idle(void **state)
{
    struct bench b;
    uint8_t reply[16];
    open_bench(&b);
    int fd = dial(&b);
    say(fd, query, sizeof query - 1);
    assert_int_equal(hear(&b, fd, reply, sizeof reply), ENDED);
    assert_int_equal(clock_now_ms(b.clock), 10000);
    close(fd);
    close_bench(&b);
}

static void late(void **state)
{
    struct bench b;
    open_bench(&b);
    struct dns_trouble trouble = {.fault = DNS_FAULT_LATE, .seconds = 4};
    assert_null(dns_zone_trouble(b.zone, "x.test.", &trouble));
    int fd = dial(&b), gone = dial(&b);
    say(gone, query, sizeof query);
    say(fd, query, sizeof query);
    for (int i = 0; i < 100 && b.queries < 2; i++)
        uv_run(&b.loop, UV_RUN_NOWAIT);
    close(gone); /* its answer must not be sent anywhere */
    hear_answer(&b, fd, 0x1234);
    assert_int_equal(clock_now_ms(b.clock), 4000);
    say(fd, query, sizeof query);
    for (int i = 0; i < 100 && b.queries < 3; i++)
        uv_run(&b.loop, UV_RUN_NOWAIT);
    close_bench(&b); /* with one still waiting */
    close(fd);
}

static void more_than_fit(void **state)
{
    enum { MANY = 300 };
    struct bench b;
    int fds[MANY];
    uint8_t reply[16];
    open_bench_at(&b, 1); /* so that nobody is idle for ten seconds */
    for (int i = 0; i < MANY; i++) {
        fds[i] = dial(&b);
        for (int k = 0; k < 3; k++)
            uv_run(&b.loop, UV_RUN_NOWAIT);
    }
    assert_int_equal(hear(&b, fds[0], reply, sizeof reply), ENDED); /* the oldest made room */
    say(fds[MANY - 1], query, sizeof query);
    hear_answer(&b, fds[MANY - 1], 0x1234);
    for (int i = 0; i < MANY; i++)
        close(fds[i]);
    close_bench(&b);
}

/* Any bytes in any portions; the seed is fixed. Connections may end, the responder must not. */
static void random_streams(void **state)
{
    struct bench b;
    uint32_t seed = 20250701;
    open_bench(&b);
    for (int i = 0; i < 300; i++) {
        uint8_t bytes[200];
        for (size_t k = 0; k < sizeof bytes; k++) {
            seed = seed * 1664525 + 1013904223;
            bytes[k] = (uint8_t)(seed >> 24);
        }
        if (i % 2) { /* a frame that is plausible, around nonsense */
            bytes[0] = 0;
            bytes[1] = (uint8_t)(12 + bytes[1] % 60);
            bytes[4] &= 0x7f;
        }
        int fd = dial(&b);
        for (size_t at = 0; at < sizeof bytes; at += 50) {
            if (send(fd, bytes + at, 50, MSG_NOSIGNAL) < 0)
                break;
            uv_run(&b.loop, UV_RUN_NOWAIT);
        }
        close(fd);
    }
    int fd = dial(&b);
    say(fd, query, sizeof query);
    hear_answer(&b, fd, 0x1234);
    close(fd);
    close_bench(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_queries),
        cmocka_unit_test(octet_by_octet),
        cmocka_unit_test(lengths_that_lie),
        cmocka_unit_test(idle),
        cmocka_unit_test(late),
        cmocka_unit_test(more_than_fit),
        cmocka_unit_test(random_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
