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

/* The last message at home with folded lines unfolded. */
static const char *bounce(struct world *world)
{
    struct buf *body = &world->peers[0].body;
    buf_text(body);
    char *out = body->data;
    for (const char *in = body->data; in && *in;) {
        bool fold = strncmp(in, "\r\n    ", 6) == 0 && out > body->data && out[-1] != ':';
        *out++ = fold ? ' ' : *in;
        in += fold ? 6 : 1;
    }
    body->len = (size_t)(out - body->data);
    return buf_text(body);
}

static void assert_in(const char *text, const char *part)
{
    if (!strstr(text, part))
        print_error("not found: \"%s\" in:\n%s\n", part, text);
    assert_non_null(strstr(text, part));
}

static void assert_log(struct world *world, const char *expected)
{
    assert_string_equal(buf_text(&world->log), expected);
}

/* One message to a@x.test, whose MX is mx2.test with these rules, until the queue is empty. */
static void deliver_one(struct world *world, struct peer_rule *rules)
{
    world_open(world, rules, NULL);
    world_record(world, "x.test. 60 IN MX 10 mx2.test.");
    world_start(world);
    world_submit(world, "me@home.test", "a@x.test");
    world_run(world);
}

static void accepted(void **state)
{
    struct world world;
    deliver_one(&world, NULL);
    assert_log(&world, "1 attempt mx2.test eom 250 2.0.0 Ok\n1 delivered a@x.test eom 250 2.0.0 Ok\n");
    assert_string_equal(buf_text(&world.peers[1].commands),
        "EHLO sender.test\nMAIL FROM:<me@home.test> SIZE=82\nRCPT TO:<a@x.test>\nDATA\nQUIT\n");
    assert_string_equal(buf_text(&world.peers[1].body),
        "From: <a@home.test>\r\nSubject: hi\r\nMessage-ID: <1@home.test>\r\n\r\n..dots\r\n...two\r\nend\r\n");
    assert_int_equal(world.idle_ms, 0); /* no time passes where nobody waits */
    world_close(&world);
}

static void refused_recipient(void **state)
{
    struct world world;
    struct peer_rule rules[] = {{"RCPT", "550 5.1.1 No such user\r\n"}, {0}};
    deliver_one(&world, rules);
    assert_log(&world, "1 attempt mx2.test rcpt 550 5.1.1 No such user\n"
                       "1 failed a@x.test rcpt 550 5.1.1 No such user\n"
                       "1 bounced me@home.test\n"
                       "1 attempt mx1.test eom 250 2.0.0 Ok\n"
                       "1 delivered me@home.test eom 250 2.0.0 Ok\n");
    assert_int_equal(world.peers[1].quits, 1);
    assert_in(buf_text(&world.peers[0].commands), "MAIL FROM:<> SIZE=");
    assert_in(bounce(&world), "\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx2.test\r\n"
                              "Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n");
    world_close(&world);
}

static void greylisted(void **state)
{
    struct world world;
    struct peer_rule rules[] = {{"RCPT", "451 4.7.1 Greylisted\r\n", PEER_GO_ON, 1}, {0}};
    deliver_one(&world, rules);
    assert_log(&world, "1 attempt mx2.test rcpt 451 4.7.1 Greylisted\n"
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
    deliver_one(&world, rules);
    /* At 0:00, 0:35, 1:40, 3:45, 7:50 and then every 4:05 until the fifth day is over. */
    assert_int_equal(world.counts[SENDER_ATTEMPT], 32 + 1);
    assert_int_equal(world.counts[SENDER_DEFERRED], 32);
    assert_int_equal(world.idle_ms, 5 * DAY_MS);
    assert_int_equal(world.peers[0].messages, 1);
    assert_in(bounce(&world), "Arrival-Date: Tue, 01 Jul 2025 10:00:00 +0000\r\n");
    assert_in(bounce(&world), "Date: Sun, 06 Jul 2025 10:00:00 +0000\r\n");
    assert_in(bounce(&world), "Status: 4.4.7\r\n");
    assert_in(bounce(&world), "Diagnostic-Code: X-Fakesmtp; conversation with mx2.test[127.0.0.2]:");
    assert_in(bounce(&world), "timed out while sending RCPT TO");
    assert_in(bounce(&world), "in the queue for 5 days");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted),
        cmocka_unit_test(refused_recipient),
        cmocka_unit_test(greylisted),
        cmocka_unit_test(stalled_for_ever),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
