/* SPDX-License-Identifier: BSD-2-Clause */
/* The zone behind a real UDP socket on loopback. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>
#include "dns/responder.h"
#include "util/clock.h"
#include "util/mem.h"

static const uint8_t query[] = {
    0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'x', 4, 't', 'e', 's', 't', 0, 0, 15, 0, 1};

struct heard {
    unsigned count;
    char text[128];
    struct dns_responder *close_me;
};

static void on_query(void *ctx, const struct dns_query *got)
{
    struct heard *heard = ctx;
    heard->count++;
    snprintf(heard->text, sizeof heard->text, "%s %s %s %s %s", got->type, got->name, got->peer,
        got->transport, got->answered);
    if (heard->close_me)
        dns_responder_close(heard->close_me);
}

static int client_socket(unsigned port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static ssize_t await_reply(uv_loop_t *loop, int fd, uint8_t *reply, size_t size)
{
    ssize_t got = -1;
    for (int i = 0; i < 1000 && got < 0; i++) {
        uv_run(loop, UV_RUN_NOWAIT);
        got = recv(fd, reply, size, 0);
    }
    return got;
}

static void open_loop(uv_loop_t *loop, struct clock **clock)
{
    char *why = NULL;
    assert_int_equal(uv_loop_init(loop), 0);
    assert_non_null(*clock = clock_open(loop, CLOCK_JUMP, &why));
}

static void finish(uv_loop_t *loop, struct clock *clock)
{
    clock_close(clock);
    for (int i = 0; i < 100 && uv_run(loop, UV_RUN_NOWAIT); i++)
        continue;
    assert_int_equal(uv_loop_close(loop), 0);
}

static void answers_over_udp(void **state)
{
    uv_loop_t loop;
    struct clock *clock;
    struct heard heard = {0};
    char *why = NULL;
    uint8_t reply[512];
    open_loop(&loop, &clock);
    struct dns_zone *zone = dns_zone_new();
    assert_null(dns_zone_add(zone, "x.test. 60 IN MX 10 mx.x.test."));
    struct dns_responder *dns =
        dns_responder_open(&loop, clock, zone, "127.0.0.1", 0, on_query, &heard, &why);
    assert_non_null(dns);
    int fd = client_socket(dns_responder_port(dns));
    assert_int_equal(send(fd, "junk", 4, 0), 4); /* no answer, no harm */
    assert_int_equal(send(fd, query, sizeof query, 0), sizeof query);
    ssize_t len = await_reply(&loop, fd, reply, sizeof reply);
    assert_true(len > (ssize_t)sizeof query);
    assert_memory_equal(
        reply, "\x12\x34\x85\x00\x00\x01\x00\x01", 8); /* id, QR AA RD, one question, one answer */
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.text, "MX x.test. 127.0.0.1 udp NOERROR, 1 record");
    /* a silent name is heard of all the same */
    assert_null(dns_zone_fault(zone, "x.test.", DNS_FAULT_SILENT));
    assert_int_equal(send(fd, query, sizeof query, 0), sizeof query);
    assert_int_equal(await_reply(&loop, fd, reply, sizeof reply), -1);
    assert_int_equal(heard.count, 2);
    close(fd);
    dns_responder_close(dns);
    dns_responder_close(NULL);
    finish(&loop, clock);
    dns_zone_free(zone);
}

static void closed_by_its_own_callback(void **state)
{
    uv_loop_t loop;
    struct clock *clock;
    struct heard heard = {0};
    char *why = NULL;
    open_loop(&loop, &clock);
    struct dns_zone *zone = dns_zone_new();
    struct dns_responder *dns =
        dns_responder_open(&loop, clock, zone, "127.0.0.1", 0, on_query, &heard, &why);
    assert_non_null(dns);
    heard.close_me = dns;
    int fd = client_socket(dns_responder_port(dns));
    for (int i = 0; i < 3; i++)
        assert_int_equal(send(fd, query, sizeof query, 0), sizeof query);
    for (int i = 0; i < 1000 && uv_run(&loop, UV_RUN_NOWAIT); i++)
        continue;
    assert_int_equal(heard.count, 1);
    close(fd);
    finish(&loop, clock);
    dns_zone_free(zone);
}

static void ip6(void **state)
{
    uv_loop_t loop;
    struct clock *clock;
    char *why = NULL;
    open_loop(&loop, &clock);
    struct dns_zone *zone = dns_zone_new();
    struct dns_responder *dns = dns_responder_open(&loop, clock, zone, "::1", 0, NULL, NULL, &why);
    if (dns)
        assert_true(dns_responder_port(dns) > 0);
    else
        print_message("# no IPv6 here: %s\n", why);
    free(why);
    dns_responder_close(dns);
    finish(&loop, clock);
    dns_zone_free(zone);
}

static void cannot_listen(void **state)
{
    uv_loop_t loop;
    struct clock *clock;
    char *why = NULL;
    open_loop(&loop, &clock);
    struct dns_zone *zone = dns_zone_new();
    struct dns_responder *first =
        dns_responder_open(&loop, clock, zone, "127.0.0.1", 0, NULL, NULL, &why);
    assert_non_null(first);
    assert_null(dns_responder_open(
        &loop, clock, zone, "127.0.0.1", dns_responder_port(first), NULL, NULL, &why));
    char *expected = mem_format(
        "cannot listen on 127.0.0.1:%u: address already in use", dns_responder_port(first));
    assert_string_equal(why, expected);
    free(expected);
    free(why);
    assert_null(dns_responder_open(&loop, clock, zone, "localhost", 0, NULL, NULL, &why));
    free(why);
    assert_null(dns_responder_open(&loop, clock, zone, "127.0.0.1", 65536, NULL, NULL, &why));
    free(why);
    dns_responder_close(first);
    finish(&loop, clock);
    dns_zone_free(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_over_udp),
        cmocka_unit_test(closed_by_its_own_callback),
        cmocka_unit_test(ip6),
        cmocka_unit_test(cannot_listen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
