/* SPDX-License-Identifier: BSD-2-Clause */
/* Hundreds of messages at the same moment, and too few descriptors for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include "util/mem.h"
#include "world.h"

enum { MANY = 700 };

static void submit_many(struct world *world, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char record[80], rcpt[80];
        snprintf(record, sizeof record, "d%zu.test. 60 IN MX 10 mx%zu.test.", i, 2 + i % 2);
        snprintf(rcpt, sizeof rcpt, "u%zu@d%zu.test", i, i);
        world_record(world, record);
        world_submit(world, "me@home.test", rcpt);
    }
}

/* Half are delivered, a quarter refused, a quarter greylisted: and nothing is lost or doubled. */
static void many_at_once(void **state)
{
    struct world world;
    struct peer_rule refuse[] = {{"RCPT", "550 5.1.1 No\r\n", PEER_GO_ON, MANY / 4},
        {"RCPT", "451 4.7.1 Later\r\n", PEER_GO_ON, MANY / 4}, {0}};
    world_open(&world, refuse, NULL);
    world_start(&world);
    submit_many(&world, MANY);
    assert_int_equal(sender_queued(world.sender), MANY);
    world_run(&world);
    assert_int_equal(world.counts[SENDER_FAILED], MANY / 4);
    assert_int_equal(world.counts[SENDER_BOUNCED], MANY / 4);
    assert_int_equal(world.counts[SENDER_DEFERRED], MANY / 4);
    assert_int_equal(world.counts[SENDER_DELIVERED], MANY);
    assert_int_equal(world.peers[0].messages, MANY / 4);
    assert_int_equal(world.peers[1].messages, MANY / 4);
    assert_int_equal(world.peers[2].messages, MANY / 2);
    assert_int_equal(world.idle_ms, sender_policy_rfc5321.first_retry);
    world_close(&world);
}

static void waiting_for_a_slot_takes_no_time(void **state)
{
    struct world world;
    world_open(&world, NULL, NULL);
    world_start(&world);
    submit_many(&world, MANY);
    world_run(&world);
    assert_int_equal(world.counts[SENDER_DELIVERED], MANY);
    assert_int_equal(world.idle_ms, 0);
    world_close(&world);
}

/* More stalled sessions than there are slots: those behind wait for the time-out of those before.
 */
static void more_stalls_than_slots(void **state)
{
    struct world world;
    struct peer_rule stall[] = {{"EHLO", NULL, PEER_GO_ON, 600}, {0}};
    world_open(&world, stall, stall);
    world_start(&world);
    submit_many(&world, 600);
    world_run(&world);
    assert_int_equal(world.counts[SENDER_DELIVERED], 600);
    assert_int_equal(world.counts[SENDER_DEFERRED], 600);
    assert_int_equal(world.peers[1].most_open, 250); /* half of the slots each */
    world_close(&world);
}

/* Runs until so many recipients were deferred, with not one descriptor to be had. */
static void run_without_descriptors(struct world *world, unsigned deferred)
{
    struct rlimit before, few;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = 3; /* fewer than are open: none can be added */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    for (int i = 0; i < 1000 && world->counts[SENDER_DEFERRED] < deferred; i++)
        uv_run(&world->loop, UV_RUN_ONCE);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(world->counts[SENDER_DEFERRED], deferred);
}

static void no_descriptors_for_dns(void **state)
{
    struct world world;
    world_open(&world, NULL, NULL);
    world_start(&world);
    submit_many(&world, 3);
    run_without_descriptors(&world, 3);
    world_run(&world);
    assert_int_equal(world.counts[SENDER_DELIVERED], 3);
    assert_int_equal(world.counts[SENDER_FAILED], 0);
    world_close(&world);
}

/* The same at connect: DNS is not needed for an address literal. */
static void no_descriptor_for_the_connection(void **state)
{
    struct world world;
    world_open(&world, NULL, NULL);
    world_start(&world);
    world_submit(&world, "me@home.test", "a@[127.0.0.2]");
    run_without_descriptors(&world, 1);
    world_assert_log(&world, "1 attempt [127.0.0.2] connect too many open files\n"
                             "1 deferred a@[127.0.0.2] connect too many open files\n");
    world_run(&world);
    assert_int_equal(world.counts[SENDER_DELIVERED], 1);
    world_close(&world);
}

/* A body that does not fit the socket's buffers, with every kind of line in it. */
static void large_message(void **state)
{
    enum { LINES = 60000 };
    struct world world;
    struct buf text = {0};
    char *why = NULL;
    const char *rcpt = "a@x.test";
    world_open(&world, NULL, NULL);
    world_record(&world, "x.test. 60 IN MX 10 mx2.test.");
    world_start(&world);
    buf_addf(&text, "Subject: large\n\n");
    for (unsigned i = 0; i < LINES; i++)
        buf_addf(&text, "%s%u%s", i % 3 ? "." : "", i, i % 2 ? "\r\n" : "\n");
    assert_non_null(
        sender_submit(world.sender, "me@home.test", &rcpt, 1, text.data, text.len, &why));
    world_run(&world);
    assert_int_equal(world.counts[SENDER_DELIVERED], 1);
    struct buf expected = {0};
    buf_addf(&expected, "Subject: large\r\n\r\n");
    for (unsigned i = 0; i < LINES; i++)
        buf_addf(&expected, "%s%u\r\n", i % 3 ? ".." : "", i);
    assert_int_equal(world.peers[1].body.len, expected.len);
    assert_memory_equal(world.peers[1].body.data, expected.data, expected.len);
    buf_free(&text);
    buf_free(&expected);
    world_close(&world);
}

/* A server that has read enough says so in the middle of the body; what it says is what counts. */
static void refused_in_the_middle_of_the_body(void **state)
{
    struct world world;
    struct buf text = {0};
    char *why = NULL;
    const char *rcpt = "a@x.test";
    struct peer_rule rules[] = {{"(body)", "552 5.3.4 Enough\r\n", PEER_GO_ON, 1}, {0}};
    world_open(&world, rules, NULL);
    world_record(&world, "x.test. 60 IN MX 10 mx2.test.");
    world_start(&world);
    for (unsigned i = 0; i < 100000; i++)
        buf_addf(&text, "All work and no play\n");
    assert_non_null(
        sender_submit(world.sender, "me@home.test", &rcpt, 1, text.data, text.len, &why));
    world_run(&world);
    assert_has(buf_text(&world.log), "1 attempt mx2.test data 552 5.3.4 Enough\n"
                                     "1 failed a@x.test data 552 5.3.4 Enough\n");
    assert_has(world_bounce(&world), "said: 552 5.3.4 Enough (while receiving the message)");
    assert_int_equal(world.peers[1].messages, 0);
    buf_free(&text);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_at_once),
        cmocka_unit_test(waiting_for_a_slot_takes_no_time),
        cmocka_unit_test(more_stalls_than_slots),
        cmocka_unit_test(no_descriptors_for_dns),
        cmocka_unit_test(no_descriptor_for_the_connection),
        cmocka_unit_test(large_message),
        cmocka_unit_test(refused_in_the_middle_of_the_body),
    };
    struct rlimit limit;
    signal(SIGPIPE, SIG_IGN);
    /* Both ends of 500 sessions live in this process. */
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
        (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < 2000))
        return 77;
    limit.rlim_cur =
        limit.rlim_max == RLIM_INFINITY || limit.rlim_max > 4096 ? 4096 : limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
