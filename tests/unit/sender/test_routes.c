/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a message goes: hosts and addresses in turn, and what DNS makes impossible. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "world.h"

static void second_host_takes_it(void **state)
{
    struct world world;
    world_open(&world, NULL, NULL);
    world_record(&world, "x.test. 60 IN MX 20 mx2.test.");
    world_record(&world, "x.test. 60 IN MX 10 dead.test.");
    world_start(&world);
    world_submit(&world, "me@home.test", "a@x.test");
    world_run(&world);
    world_assert_log(&world, "1 attempt dead.test connect connection refused\n"
                             "1 attempt mx2.test eom 250 2.0.0 Ok\n"
                             "1 delivered a@x.test eom 250 2.0.0 Ok\n");
    assert_int_equal(world.idle_ms, 0);
    world_close(&world);
}

static void second_host_after_busy_greeting(void **state)
{
    struct world world;
    struct peer_rule busy[] = {{"", "421 4.3.2 Busy\r\n", PEER_CLOSE}, {0}};
    world_open(&world, busy, NULL);
    world_record(&world, "x.test. 60 IN MX 10 mx2.test.");
    world_record(&world, "x.test. 60 IN MX 10 mx3.test.");
    world_start(&world);
    world_submit(&world, "me@home.test", "a@x.test");
    world_run(&world);
    world_assert_log(&world, "1 attempt mx2.test connect 421 4.3.2 Busy\n"
                             "1 attempt mx3.test eom 250 2.0.0 Ok\n"
                             "1 delivered a@x.test eom 250 2.0.0 Ok\n");
    world_close(&world);
}

static void transient_host_outweighs_permanent_one(void **state)
{
    struct world world;
    struct peer_rule never[] = {{"", "554 5.3.2 No SMTP here\r\n"}, {0}};
    world_open(&world, NULL, never);
    world_record(&world, "x.test. 60 IN MX 10 dead.test.");
    world_record(&world, "x.test. 60 IN MX 20 mx3.test.");
    world_start(&world);
    world_submit(&world, "me@home.test", "a@x.test");
    world_run(&world);
    assert_has(buf_text(&world.log), "1 attempt mx3.test connect 554 5.3.2 No SMTP here\n"
                                     "1 deferred a@x.test connect connection refused\n");
    assert_int_equal(
        world.peers[2].quits, world.peers[2].connections); /* RFC 5321 3.1: 554 waits for QUIT */
    world_close(&world);
}

/* The first host may have it already; a second copy elsewhere is not offered in the same attempt.
 */
static void no_second_host_after_the_dot(void **state)
{
    struct world world;
    struct peer_rule drop[] = {{".", NULL, PEER_CLOSE, 1}, {0}};
    world_open(&world, drop, NULL);
    world_record(&world, "x.test. 60 IN MX 10 mx2.test.");
    world_record(&world, "x.test. 60 IN MX 20 mx3.test.");
    world_start(&world);
    world_submit(&world, "me@home.test", "a@x.test");
    world_run(&world);
    world_assert_log(&world, "1 attempt mx2.test eom connection closed by the server\n"
                             "1 deferred a@x.test eom connection closed by the server\n"
                             "2 attempt mx2.test eom 250 2.0.0 Ok\n"
                             "2 delivered a@x.test eom 250 2.0.0 Ok\n");
    assert_int_equal(world.peers[2].connections, 0);
    world_close(&world);
}

/* Before the dot nothing can have been delivered, and the next host is free to try. */
static void second_host_after_a_stall(void **state)
{
    struct world world;
    struct peer_rule stall[] = {{"DATA", NULL}, {0}};
    world_open(&world, stall, NULL);
    world_record(&world, "x.test. 60 IN MX 10 mx2.test.");
    world_record(&world, "x.test. 60 IN MX 20 mx3.test.");
    world_start(&world);
    world_submit(&world, "me@home.test", "a@x.test");
    world_run(&world);
    world_assert_log(&world, "1 attempt mx2.test data conversation timed out\n"
                             "1 attempt mx3.test eom 250 2.0.0 Ok\n"
                             "1 delivered a@x.test eom 250 2.0.0 Ok\n");
    assert_int_equal(world.idle_ms, sender_policy_rfc5321.timeout.data_init);
    world_close(&world);
}

/* However many hosts refuse, none of them takes time: the clock must not leap in between. */
static void many_dead_hosts_take_no_time(void **state)
{
    struct world world;
    world_open(&world, NULL, NULL);
    for (unsigned i = 0; i < 9; i++) {
        char mx[64];
        snprintf(mx, sizeof mx, "x.test. 60 IN MX %u dead.test.", i);
        world_record(&world, mx);
    }
    world_record(&world, "x.test. 60 IN MX 30 mx2.test.");
    world_record(&world, "dead.test. 60 IN A 127.0.0.10");
    world_start(&world);
    world_submit(&world, "me@home.test", "a@x.test");
    world_run(&world);
    assert_has(buf_text(&world.log), "1 delivered a@x.test");
    assert_int_equal(world.idle_ms, 0);
    world_close(&world);
}

/* An address literal needs no DNS; several addresses of one host are tried in turn. */
static void addresses_in_turn(void **state)
{
    struct world world;
    world_open(&world, NULL, NULL);
    world_record(&world, "x.test. 60 IN MX 10 both.test.");
    world_record(&world, "both.test. 60 IN A 127.0.0.9");
    world_record(&world, "both.test. 60 IN A 127.0.0.2");
    world_start(&world);
    world_submit(&world, "me@home.test", "a@x.test b@[127.0.0.3]");
    world_run(&world);
    assert_has(buf_text(&world.log), "1 attempt both.test connect connection refused\n");
    assert_has(buf_text(&world.log), "1 attempt both.test eom 250 2.0.0 Ok\n");
    assert_int_equal(world.peers[1].messages, 1);
    assert_int_equal(world.peers[2].messages, 1);
    world_close(&world);
}

static void submit_and_run(struct world *world, const char *rcpts)
{
    world_start(world);
    world_submit(world, "me@home.test", rcpts);
    world_run(world);
}

/* RFC 5321 5.1: an MX that names nobody is an error of the domain, reported at once. */
static void host_without_address(void **state)
{
    struct world world;
    world_open(&world, NULL, NULL);
    world_record(&world, "x.test. 60 IN MX 10 nobody.test.");
    world_record(&world, "y.test. 60 IN TXT \"neither MX nor address\"");
    submit_and_run(&world, "a@x.test b@y.test");
    assert_has(buf_text(&world.log), "1 attempt nobody.test dns no such domain\n"
                                     "1 failed a@x.test dns no such domain\n");
    assert_has(buf_text(&world.log), "1 attempt y.test dns no address\n"
                                     "1 failed b@y.test dns no address\n");
    assert_has(world_bounce(&world), "Status: 5.1.2\r\n");
    assert_has(world_bounce(&world), "Status: 5.4.4\r\n");
    assert_int_equal(world.idle_ms, 0);
    world_close(&world);
}

static void host_without_address_before_one_that_has(void **state)
{
    struct world world;
    world_open(&world, NULL, NULL);
    world_record(&world, "x.test. 60 IN MX 10 nobody.test.");
    world_record(&world, "x.test. 60 IN MX 20 mx2.test.");
    submit_and_run(&world, "a@x.test");
    world_assert_log(&world, "1 attempt nobody.test dns no such domain\n"
                             "1 attempt mx2.test eom 250 2.0.0 Ok\n"
                             "1 delivered a@x.test eom 250 2.0.0 Ok\n");
    world_close(&world);
}

static void null_mx(void **state)
{
    struct world world;
    world_open(&world, NULL, NULL);
    world_record(&world, "x.test. 60 IN MX 0 .");
    world_record(&world, "x.test. 60 IN A 127.0.0.2"); /* which must not tempt anybody */
    submit_and_run(&world, "a@x.test");
    assert_has(
        buf_text(&world.log), "1 failed a@x.test dns the domain does not accept mail (null MX)\n");
    assert_has(world_bounce(&world), "Status: 5.1.10\r\nDiagnostic-Code: X-Fakesmtp; domain x.test "
                                     "does not accept mail (null MX)\r\n");
    assert_int_equal(world.peers[1].connections, 0);
    world_close(&world);
}

static void implicit_mx_and_alias(void **state)
{
    struct world world;
    world_open(&world, NULL, NULL);
    world_record(&world, "alias.test. 60 IN CNAME mx2.test.");
    submit_and_run(&world, "a@mx3.test b@alias.test");
    assert_int_equal(world.peers[2].messages, 1);
    assert_int_equal(world.peers[1].messages, 1);
    world_close(&world);
}

static void dns_trouble_until_expiry(void **state)
{
    struct world world;
    world_open(&world, NULL, NULL);
    assert_null(dns_zone_fault(world.zone, "x.test.", DNS_FAULT_SERVFAIL));
    submit_and_run(&world, "a@x.test");
    assert_has(buf_text(&world.log), "1 attempt x.test dns server failure (SERVFAIL)\n"
                                     "1 deferred a@x.test dns server failure (SERVFAIL)\n");
    assert_has(world_bounce(&world), "Status: 4.4.7\r\nDiagnostic-Code: X-Fakesmtp; name service "
                                     "error for x.test: server failure (SERVFAIL), try again\r\n");
    assert_int_equal(world.idle_ms, sender_policy_rfc5321.queue_lifetime);
    world_close(&world);
}

static void end_the_silence(struct world *world, const struct sender_event *event)
{
    assert_null(dns_zone_fault(world->zone, "mx2.test.", DNS_FAULT_NONE));
}

static void silent_dns_that_comes_back(void **state)
{
    struct world world;
    world_open(&world, NULL, NULL);
    world_record(&world, "x.test. 60 IN MX 10 mx2.test.");
    assert_null(dns_zone_fault(world.zone, "mx2.test.", DNS_FAULT_SILENT));
    world.on_event = end_the_silence;
    submit_and_run(&world, "a@x.test");
    world_assert_log(&world, "1 attempt mx2.test dns the name server does not answer\n"
                             "1 deferred a@x.test dns the name server does not answer\n"
                             "2 attempt mx2.test eom 250 2.0.0 Ok\n"
                             "2 delivered a@x.test eom 250 2.0.0 Ok\n");
    /* 30 s for A, and as long for AAAA */
    assert_int_equal(world.idle_ms, sender_policy_rfc5321.first_retry + 60000);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(second_host_takes_it),
        cmocka_unit_test(second_host_after_busy_greeting),
        cmocka_unit_test(transient_host_outweighs_permanent_one),
        cmocka_unit_test(no_second_host_after_the_dot),
        cmocka_unit_test(second_host_after_a_stall),
        cmocka_unit_test(many_dead_hosts_take_no_time),
        cmocka_unit_test(addresses_in_turn),
        cmocka_unit_test(host_without_address),
        cmocka_unit_test(host_without_address_before_one_that_has),
        cmocka_unit_test(null_mx),
        cmocka_unit_test(implicit_mx_and_alias),
        cmocka_unit_test(dns_trouble_until_expiry),
        cmocka_unit_test(silent_dns_that_comes_back),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
