/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole sender against a misbehaving peer: what it tries, when it retries, what it bounces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "world.h"

#define DAY_MS 86400000ull

static void accepted(void **state)
{
    struct world world;
    world_deliver(&world, NULL);
    world_assert_log(
        &world, "1 attempt mx2.test eom 250 2.0.0 Ok\n1 delivered a@x.test eom 250 2.0.0 Ok\n");
    assert_string_equal(buf_text(&world.peers[1].commands),
        "EHLO sender.test\nMAIL FROM:<me@home.test> SIZE=82\nRCPT TO:<a@x.test>\nDATA\nQUIT\n");
    assert_string_equal(buf_text(&world.peers[1].body),
        "From: <a@home.test>\r\nSubject: hi\r\nMessage-ID: "
        "<1@home.test>\r\n\r\n..dots\r\n...two\r\nend\r\n");
    assert_int_equal(world.idle_ms, 0); /* no time passes where nobody waits */
    world_close(&world);
}

static void refused_recipient(void **state)
{
    struct world world;
    struct peer_rule rules[] = {{"RCPT", "550 5.1.1 No such user\r\n"}, {0}};
    world_deliver(&world, rules);
    world_assert_log(&world, "1 attempt mx2.test rcpt 550 5.1.1 No such user\n"
                             "1 failed a@x.test rcpt 550 5.1.1 No such user\n"
                             "1 bounced me@home.test\n"
                             "1 attempt mx1.test eom 250 2.0.0 Ok\n"
                             "1 delivered me@home.test eom 250 2.0.0 Ok\n");
    assert_int_equal(world.peers[1].quits, 1);
    assert_has(buf_text(&world.peers[0].commands), "MAIL FROM:<> SIZE=");
    assert_has(world_bounce(&world), "\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx2.test\r\n"
                                     "Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n");
    world_close(&world);
}

static void greylisted(void **state)
{
    struct world world;
    struct peer_rule rules[] = {{"RCPT", "451 4.7.1 Greylisted\r\n", PEER_GO_ON, 1}, {0}};
    world_deliver(&world, rules);
    world_assert_log(&world, "1 attempt mx2.test rcpt 451 4.7.1 Greylisted\n"
                             "1 deferred a@x.test rcpt 451 4.7.1 Greylisted\n"
                             "2 attempt mx2.test eom 250 2.0.0 Ok\n"
                             "2 delivered a@x.test eom 250 2.0.0 Ok\n");
    assert_int_equal(world.peers[1].messages, 1);
    assert_int_equal(world.peers[0].messages, 0);
    assert_int_equal(world.idle_ms, sender_policy_rfc5321.first_retry);
    world_close(&world);
}

static void stalled_for_ever(void **state)
{
    struct world world;
    struct peer_rule rules[] = {{"RCPT", NULL}, {0}};
    world_deliver(&world, rules);
    /* At 0:00, 0:35, 1:40, 3:45, 7:50 and then every 4:05 until the fifth day is over. */
    assert_int_equal(world.counts[SENDER_ATTEMPT], 32 + 1);
    assert_int_equal(world.counts[SENDER_DEFERRED], 32);
    assert_int_equal(world.idle_ms, 5 * DAY_MS);
    assert_int_equal(world.peers[0].messages, 1);
    assert_has(world_bounce(&world), "Arrival-Date: Tue, 01 Jul 2025 10:00:00 +0000\r\n");
    assert_has(world_bounce(&world), "Date: Sun, 06 Jul 2025 10:00:00 +0000\r\n");
    assert_has(world_bounce(&world), "Status: 4.4.7\r\n");
    assert_has(world_bounce(&world),
        "Diagnostic-Code: X-Fakesmtp; conversation with mx2.test[127.0.0.2]:");
    assert_has(world_bounce(&world), "timed out while sending RCPT TO");
    assert_has(world_bounce(&world), "in the queue for 5 days");
    world_close(&world);
}

static void connection_refused(void **state)
{
    struct world world;
    world_open(&world, NULL, NULL);
    world_record(&world, "x.test. 60 IN MX 10 dead.test.");
    world_start(&world);
    world_submit(&world, "me@home.test", "a@x.test");
    world_run(&world);
    assert_has(buf_text(&world.log), "1 attempt dead.test connect connection refused\n"
                                     "1 deferred a@x.test connect connection refused\n2 attempt");
    assert_has(buf_text(&world.log), "failed a@x.test connect connection refused\n");
    assert_has(
        world_bounce(&world), "Diagnostic-Code: X-Fakesmtp; connection to dead.test[127.0.0.9]:");
    assert_has(world_bounce(&world), " refused\r\nLast-Attempt-Date: ");
    assert_null(strstr(world_bounce(&world), "Remote-MTA"));
    /* 0:00, 0:30, 1:30, 3:30, 7:30 and then every four hours, the last at 119:30 */
    assert_int_equal(world.counts[SENDER_DEFERRED], 33);
    assert_int_equal(world.idle_ms, 5 * DAY_MS);
    world_close(&world);
}

/* The same sender on a clock that runs, only faster than the wall: ten seconds are 50 ms. */
static void on_a_scaled_clock(void **state)
{
    struct world world;
    char *why = NULL;
    struct peer_rule rules[] = {{"RCPT", "451 4.7.1 Greylisted\r\n", PEER_GO_ON, 1}, {0}};
    world_open(&world, rules, NULL);
    clock_close(world.clock);
    world.clock = clock_open(&world.loop, 200, &why);
    assert_non_null(world.clock);
    world_record(&world, "x.test. 60 IN MX 10 mx2.test.");
    world.config.policy.first_retry = 10000;
    world_start(&world);
    world_submit(&world, "me@home.test", "a@x.test");
    for (int i = 0; i < 100000 && !world.idle; i++)
        uv_run(&world.loop, UV_RUN_ONCE);
    assert_true(world.idle);
    assert_int_equal(world.peers[1].messages, 1);
    assert_true(world.idle_ms >= 10000);
    world_close(&world);
}

static void greeted_with_421_until_expiry(void **state)
{
    struct world world;
    struct peer_rule busy[] = {{"", "421 4.3.2 Busy\r\n", PEER_CLOSE}, {0}};
    world_deliver(&world, busy);
    assert_has(world_bounce(&world), "Status: 4.4.7\r\nRemote-MTA: dns; mx2.test\r\n"
                                     "Diagnostic-Code: smtp; 421 4.3.2 Busy\r\n");
    assert_has(world_bounce(&world),
        " refused to talk to me: 421 4.3.2 Busy Delivery was tried 33 times.");
    assert_int_equal(world.peers[1].connections, 33);
    world_close(&world);
}

static void one_of_two_recipients(void **state)
{
    struct world world;
    struct peer_rule rules[] = {
        {"RCPT TO:<b@", "550-5.1.1 Nobody\r\n550 5.1.1 of that name\r\n"}, {0}};
    world_open(&world, rules, NULL);
    world_record(&world, "x.test. 60 IN MX 10 mx2.test.");
    world_start(&world);
    world_submit(&world, "me@home.test", "a@x.test b@x.test");
    world_run(&world);
    world_assert_log(&world, "1 attempt mx2.test eom 250 2.0.0 Ok\n"
                             "1 delivered a@x.test eom 250 2.0.0 Ok\n"
                             "1 failed b@x.test rcpt 550-5.1.1 Nobody 550 5.1.1 of that name\n"
                             "1 bounced me@home.test\n"
                             "1 attempt mx1.test eom 250 2.0.0 Ok\n"
                             "1 delivered me@home.test eom 250 2.0.0 Ok\n");
    assert_int_equal(world.peers[1].messages, 1);
    assert_has(world_bounce(&world), "Final-Recipient: rfc822; b@x.test\r\n");
    assert_null(strstr(world_bounce(&world), "a@x.test"));
    world_close(&world);
}

static void one_deferred_one_delivered(void **state)
{
    struct world world;
    struct peer_rule rules[] = {{"RCPT TO:<b@", "450 4.2.0 Busy\r\n", PEER_GO_ON, 1}, {0}};
    world_open(&world, rules, NULL);
    world_record(&world, "x.test. 60 IN MX 10 mx2.test.");
    world_start(&world);
    world_submit(&world, "me@home.test", "a@x.test b@x.test");
    world_run(&world);
    assert_int_equal(world.peers[1].messages, 2);
    assert_has(buf_text(&world.peers[1].commands),
        "QUIT\nEHLO sender.test\nMAIL FROM:<me@home.test> SIZE=82\n"
        "RCPT TO:<b@x.test>\nDATA\nQUIT\n");
    assert_int_equal(world.counts[SENDER_DELIVERED], 2);
    assert_int_equal(world.counts[SENDER_FAILED], 0);
    world_close(&world);
}

/* The bounce for one goes out at once and only once, while the other still waits. */
static void one_bounced_one_deferred(void **state)
{
    struct world world;
    struct peer_rule rules[] = {{"RCPT TO:<a@", "550 5.1.1 No\r\n"},
        {"RCPT TO:<b@", "450 4.2.0 Busy\r\n", PEER_GO_ON, 2}, {0}};
    world_open(&world, rules, NULL);
    world_record(&world, "x.test. 60 IN MX 10 mx2.test.");
    world_start(&world);
    world_submit(&world, "me@home.test", "a@x.test b@x.test");
    world_run(&world);
    assert_int_equal(world.counts[SENDER_BOUNCED], 1);
    assert_int_equal(world.peers[0].messages, 1);
    assert_int_equal(world.peers[1].messages, 1);
    assert_null(strstr(world_bounce(&world), "Final-Recipient: rfc822; b@"));
    world_close(&world);
}

static void two_domains_one_bounce(void **state)
{
    struct world world;
    struct peer_rule no[] = {{"MAIL", "550 5.7.1 Not you\r\n"}, {0}};
    world_open(&world, no, NULL);
    world_record(&world, "x.test. 60 IN MX 10 mx2.test.");
    world_start(&world);
    world_submit(&world, "me@home.test", "a@x.test b@nowhere.test");
    world_run(&world);
    assert_int_equal(world.counts[SENDER_FAILED], 2);
    assert_int_equal(world.counts[SENDER_BOUNCED], 1);
    assert_has(world_bounce(&world), "Final-Recipient: rfc822; a@x.test\r\n");
    assert_has(world_bounce(&world),
        "Final-Recipient: rfc822; b@nowhere.test\r\nAction: failed\r\nStatus: 5.1.2\r\n"
        "Diagnostic-Code: X-Fakesmtp; host or domain name nowhere.test not found");
    world_close(&world);
}

static void null_sender_never_bounces(void **state)
{
    struct world world;
    struct peer_rule no[] = {{"RCPT", "550 5.1.1 No\r\n"}, {0}};
    world_open(&world, no, NULL);
    world_record(&world, "x.test. 60 IN MX 10 mx2.test.");
    world_start(&world);
    world_submit(&world, "", "a@x.test");
    world_run(&world);
    world_assert_log(&world, "1 attempt mx2.test rcpt 550 5.1.1 No\n"
                             "1 failed a@x.test rcpt 550 5.1.1 No\n"
                             "1 dropped a@x.test rcpt 550 5.1.1 No\n");
    world_close(&world);
}

static void bounce_that_cannot_be_delivered_is_dropped(void **state)
{
    struct world world;
    struct peer_rule no[] = {{"RCPT", "550 5.1.1 No\r\n"}, {0}};
    world_open(&world, no, NULL);
    world_record(&world, "x.test. 60 IN MX 10 mx2.test.");
    world_start(&world);
    world_submit(&world, "me@gone.test", "a@x.test");
    world_run(&world);
    assert_has(buf_text(&world.log), "1 bounced me@gone.test\n"
                                     "1 attempt gone.test dns no such domain\n"
                                     "1 failed me@gone.test dns no such domain\n"
                                     "1 dropped me@gone.test dns no such domain\n");
    assert_int_equal(world.idles, 1);
    world_close(&world);
}

static void bounce_expires_by_its_own_lifetime(void **state)
{
    struct world world;
    struct peer_rule no[] = {{"RCPT", "550 5.1.1 No\r\n"}, {0}};
    world_open(&world, no, NULL);
    world_record(&world, "x.test. 60 IN MX 10 mx2.test.");
    world_record(&world, "away.test. 60 IN MX 10 dead.test.");
    world.config.policy.bounce_lifetime = DAY_MS;
    world_start(&world);
    world_submit(&world, "me@away.test", "a@x.test");
    world_run(&world);
    assert_int_equal(world.idle_ms, DAY_MS);
    assert_int_equal(world.counts[SENDER_DROPPED], 1);
    world_close(&world);
}

static void bad_submissions(void **state)
{
    static const char *const bad[] = {"a", "@x.test", "a@", "a b@x.test", "a@x y", "<a@x.test>",
        "a\r\n@x.test", "a@x.test\r\nDATA",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@x.test"};
    struct world world;
    world_open(&world, NULL, NULL);
    world_start(&world);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *why = NULL;
        assert_null(sender_submit(world.sender, "me@home.test", &bad[i], 1, "x", 1, &why));
        assert_has(why, "recipient \"");
        free(why);
    }
    char *why = NULL;
    assert_null(sender_submit(world.sender, "me@home.test", bad, 0, "x", 1, &why));
    free(why);
    assert_int_equal(sender_queued(world.sender), 0);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted),
        cmocka_unit_test(refused_recipient),
        cmocka_unit_test(greylisted),
        cmocka_unit_test(stalled_for_ever),
        cmocka_unit_test(connection_refused),
        cmocka_unit_test(on_a_scaled_clock),
        cmocka_unit_test(greeted_with_421_until_expiry),
        cmocka_unit_test(one_of_two_recipients),
        cmocka_unit_test(one_deferred_one_delivered),
        cmocka_unit_test(one_bounced_one_deferred),
        cmocka_unit_test(two_domains_one_bounce),
        cmocka_unit_test(null_sender_never_bounces),
        cmocka_unit_test(bounce_that_cannot_be_delivered_is_dropped),
        cmocka_unit_test(bounce_expires_by_its_own_lifetime),
        cmocka_unit_test(bad_submissions),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
