/* SPDX-License-Identifier: BSD-2-Clause */
/* Which hosts and addresses come out of which zone, and how long an answer may take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>
#include "dns/responder.h"
#include "sender/resolve.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/text.h"

struct bench {
    uv_loop_t loop;
    struct clock *clock;
    struct dns_zone *zone;
    struct dns_responder *dns;
    struct lookups *lookups;
    unsigned queries;
    unsigned answers, cancelled;
    struct buf got; /* "ok mx1.x.test mx2.x.test" */
    bool closed;
};

static const char *const records[] = {
    "x.test. 60 IN MX 20 second.x.test.",
    "x.test. 60 IN MX 10 first.x.test.",
    "x.test. 60 IN MX 30 third.x.test.",
    "equal.test. 60 IN MX 10 c.test.",
    "equal.test. 60 IN MX 10 a.test.",
    "equal.test. 60 IN MX 10 b.test.",
    "alias.test. 60 IN CNAME x.test.",
    "plain.test. 60 IN A 192.0.2.1",
    "alias-of-plain.test. 60 IN CNAME plain.test.",
    "text.test. 60 IN TXT \"no mail here\"",
    "null.test. 60 IN MX 0 .",
    "half-null.test. 60 IN MX 0 .",
    "half-null.test. 60 IN MX 5 mx.half-null.test.",
    "both.test. 60 IN AAAA 2001:db8::1",
    "both.test. 60 IN A 192.0.2.2",
    "both.test. 60 IN A 192.0.2.3",
    "six.test. 60 IN AAAA 2001:db8::2",
    "loop.test. 60 IN CNAME pool.test.",
    "pool.test. 60 IN CNAME loop.test.",
    "dangling.test. 60 IN CNAME nowhere.test.",
};

static void on_query(void *ctx, const struct dns_query *query)
{
    (void)query;
    ((struct bench *)ctx)->queries++;
}

static void open_bench(struct bench *bench, unsigned port)
{
    char *why = NULL;
    *bench = (struct bench){0};
    assert_int_equal(uv_loop_init(&bench->loop), 0);
    bench->clock = clock_open(&bench->loop, CLOCK_JUMP, &why);
    bench->zone = dns_zone_new();
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        assert_null(dns_zone_add(bench->zone, records[i]));
    assert_null(dns_zone_fault(bench->zone, "servfail.test.", DNS_FAULT_SERVFAIL));
    assert_null(dns_zone_fault(bench->zone, "refused.test.", DNS_FAULT_REFUSED));
    assert_null(dns_zone_fault(bench->zone, "silent.test.", DNS_FAULT_SILENT));
    bench->dns = dns_responder_open(
        &bench->loop, bench->clock, bench->zone, "127.0.0.1", 0, on_query, bench, &why);
    assert_non_null(bench->dns);
    bench->lookups = lookups_open(&bench->loop, bench->clock, "127.0.0.1",
        port ? port : dns_responder_port(bench->dns), &why);
    assert_non_null(bench->lookups);
}

static void on_closed(void *ctx)
{
    ((struct bench *)ctx)->closed = true;
}

static void close_bench(struct bench *bench)
{
    if (bench->lookups)
        lookups_close(bench->lookups, on_closed, bench);
    dns_responder_close(bench->dns);
    clock_close(bench->clock);
    for (int i = 0; i < 1000 && uv_run(&bench->loop, UV_RUN_NOWAIT); i++)
        continue;
    assert_true(bench->closed);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    dns_zone_free(bench->zone);
    buf_free(&bench->got);
}

static void on_result(void *ctx, struct resolve_result *result)
{
    static const char *const names[] = {
        "ok", "no-name", "no-data", "null-mx", "temporary", "cancelled"};
    struct bench *bench = ctx;
    bench->answers++;
    bench->cancelled += result->outcome == RESOLVE_CANCELLED;
    bench->got.len = 0;
    buf_addf(&bench->got, "%s", names[result->outcome]);
    if (result->outcome == RESOLVE_TEMPORARY)
        buf_addf(&bench->got, ": %s", result->why);
    for (size_t i = 0; i < result->count; i++)
        buf_addf(&bench->got, " %s", result->names[i]);
}

static void run_until(struct bench *bench, unsigned answers)
{
    for (int i = 0; i < 100000 && bench->answers < answers; i++)
        uv_run(&bench->loop, UV_RUN_ONCE);
    assert_int_equal(bench->answers, answers);
}

static const char *hosts(struct bench *bench, const char *domain)
{
    resolve_hosts(bench->lookups, domain, on_result, bench);
    run_until(bench, bench->answers + 1);
    return buf_text(&bench->got);
}

static const char *addresses(struct bench *bench, const char *host)
{
    resolve_addresses(bench->lookups, host, on_result, bench);
    run_until(bench, bench->answers + 1);
    return buf_text(&bench->got);
}

static void hosts_of_domains(void **state)
{
    struct bench bench;
    open_bench(&bench, 0);
    assert_string_equal(hosts(&bench, "x.test"), "ok first.x.test second.x.test third.x.test");
    /* the case of what is compressed into the question is that of the question */
    assert_true(text_same(hosts(&bench, "X.TEST"), "ok first.x.test second.x.test third.x.test"));
    assert_string_equal(hosts(&bench, "equal.test"), "ok c.test a.test b.test");
    assert_string_equal(hosts(&bench, "alias.test"), "ok first.x.test second.x.test third.x.test");
    assert_string_equal(hosts(&bench, "plain.test"), "ok plain.test"); /* implicit MX */
    assert_string_equal(
        hosts(&bench, "text.test"), "ok text.test"); /* that it has no address comes out later */
    assert_string_equal(hosts(&bench, "null.test"), "null-mx");
    assert_string_equal(hosts(&bench, "half-null.test"), "ok mx.half-null.test");
    assert_string_equal(hosts(&bench, "nowhere.test"), "no-name");
    assert_string_equal(hosts(&bench, "dangling.test"), "no-name");
    assert_string_equal(hosts(&bench, "a..b"), "no-name");
    assert_string_equal(hosts(&bench, "servfail.test"), "temporary: server failure (SERVFAIL)");
    assert_string_equal(
        hosts(&bench, "refused.test"), "temporary: query refused by the name server");
    assert_int_equal(clock_now_ms(bench.clock), 0); /* none of it took time */
    close_bench(&bench);
}

static void addresses_of_hosts(void **state)
{
    struct bench bench;
    open_bench(&bench, 0);
    assert_string_equal(addresses(&bench, "plain.test"), "ok 192.0.2.1");
    assert_string_equal(addresses(&bench, "alias-of-plain.test"), "ok 192.0.2.1");
    assert_string_equal(addresses(&bench, "both.test"), "ok 192.0.2.2 192.0.2.3 2001:db8::1");
    assert_string_equal(addresses(&bench, "six.test"), "ok 2001:db8::2");
    assert_string_equal(addresses(&bench, "text.test"), "no-data");
    assert_string_equal(addresses(&bench, "loop.test"), "no-data");
    assert_string_equal(addresses(&bench, "nowhere.test"), "no-name");
    assert_string_equal(addresses(&bench, "servfail.test"), "temporary: server failure (SERVFAIL)");
    close_bench(&bench);
}

static void count_polls(uv_handle_t *handle, void *arg)
{
    *(unsigned *)arg += handle->type == UV_POLL && uv_is_active(handle);
}

static void silence_ends_by_the_clock(void **state)
{
    struct bench bench;
    open_bench(&bench, 0);
    assert_string_equal(hosts(&bench, "silent.test"), "temporary: the name server does not answer");
    assert_int_equal(clock_now_ms(bench.clock), 30000);
    assert_int_equal(bench.queries, 3);
    /* the forgotten questions hold nothing: no socket, and the next one is answered */
    unsigned polls = 0;
    uv_walk(&bench.loop, count_polls, &polls);
    assert_int_equal(polls, 0);
    assert_string_equal(hosts(&bench, "plain.test"), "ok plain.test");
    close_bench(&bench);
}

static void silence_that_ends(void **state)
{
    struct bench bench;
    open_bench(&bench, 0);
    resolve_hosts(bench.lookups, "silent.test", on_result, &bench);
    for (int i = 0; i < 100000 && clock_now_ms(bench.clock) < 10000; i++)
        uv_run(&bench.loop, UV_RUN_ONCE);
    assert_null(dns_zone_fault(bench.zone, "silent.test.", DNS_FAULT_NONE));
    run_until(&bench, 1);
    assert_string_equal(buf_text(&bench.got), "ok silent.test");
    assert_true(clock_now_ms(bench.clock) < 30000);
    close_bench(&bench);
}

static void nobody_listens(void **state)
{
    struct bench bench, other;
    /* A port that was somebody's a moment ago. */
    open_bench(&other, 0);
    unsigned port = dns_responder_port(other.dns);
    close_bench(&other);
    open_bench(&bench, port);
    assert_string_equal(hosts(&bench, "x.test"), "temporary: the name server cannot be reached");
    close_bench(&bench);
}

static void many_at_once(void **state)
{
    struct bench bench;
    open_bench(&bench, 0);
    for (int i = 0; i < 2000; i++)
        resolve_addresses(bench.lookups, "both.test", on_result, &bench);
    run_until(&bench, 2000);
    assert_string_equal(buf_text(&bench.got), "ok 192.0.2.2 192.0.2.3 2001:db8::1");
    assert_int_equal(bench.queries, 4000); /* none was lost and asked again */
    assert_int_equal(clock_now_ms(bench.clock), 0);
    close_bench(&bench);
}

static void closing_cancels(void **state)
{
    for (int turns = 0; turns < 12; turns++) {
        struct bench bench;
        open_bench(&bench, 0);
        for (int i = 0; i < 150; i++)
            resolve_addresses(
                bench.lookups, i % 2 ? "both.test" : "silent.test", on_result, &bench);
        for (int i = 0; i < turns; i++)
            uv_run(&bench.loop, UV_RUN_NOWAIT);
        lookups_close(bench.lookups, on_closed, &bench);
        bench.lookups = NULL;
        assert_int_equal(bench.answers, 150); /* before lookups_close returns */
        assert_true(bench.cancelled >= 75);
        close_bench(&bench);
    }
}

static void close_in_the_answer(void *ctx, struct resolve_result *result)
{
    struct bench *bench = ctx;
    on_result(ctx, result);
    if (!bench->lookups)
        return;
    struct lookups *lookups = bench->lookups;
    bench->lookups = NULL;
    lookups_close(lookups, on_closed, bench);
}

static void closed_by_an_answer(void **state)
{
    struct bench bench;
    open_bench(&bench, 0);
    for (int i = 0; i < 10; i++)
        resolve_hosts(bench.lookups, "x.test", close_in_the_answer, &bench);
    run_until(&bench, 10);
    assert_int_equal(bench.cancelled, 9);
    close_bench(&bench);
}

static void literals(void **state)
{
    static const struct {
        const char *domain, *address;
    } cases[] = {{"[192.0.2.1]", "192.0.2.1"}, {"[IPv6:2001:db8::1]", "2001:db8::1"},
        {"[ipv6:::1]", "::1"}, {"[2001:db8::1]", NULL}, {"[192.0.2]", NULL}, {"192.0.2.1", NULL},
        {"[]", NULL}, {"[x", NULL}, {"", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *address = resolve_literal(cases[i].domain);
        if (cases[i].address)
            assert_string_equal(address, cases[i].address);
        else
            assert_null(address);
        free(address);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_of_domains),
        cmocka_unit_test(addresses_of_hosts),
        cmocka_unit_test(silence_ends_by_the_clock),
        cmocka_unit_test(silence_that_ends),
        cmocka_unit_test(nobody_listens),
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(closing_cancels),
        cmocka_unit_test(closed_by_an_answer),
        cmocka_unit_test(literals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
