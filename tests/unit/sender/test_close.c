/* SPDX-License-Identifier: BSD-2-Clause */
/* Closing the sender at any moment leaves no handle and no memory behind (world_close asserts the
 * first, the sanitizers the second); and being closed from inside its own callbacks is nothing
 * special. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <string.h>
#include "world.h"

static void open_busy_world(struct world *world, struct peer_rule *rules2)
{
    world_open(world, rules2, NULL);
    world_record(world, "x.test. 60 IN MX 10 dead.test.");
    world_record(world, "x.test. 60 IN MX 20 mx2.test.");
    assert_null(dns_zone_fault(world->zone, "silent.test.", DNS_FAULT_SILENT));
    world_start(world);
    world_submit(world, "me@home.test", "a@x.test b@x.test c@silent.test d@nowhere.test");
    world_submit(world, "me@home.test", "b@x.test");
}

static void after_any_turn(void **state)
{
    for (int turns = 0; turns < 150; turns++) {
        struct world world;
        struct peer_rule rules[] = {
            {"RCPT TO:<a@", "550 No\r\n"}, {"RCPT TO:<b@", "450 Later\r\n", PEER_GO_ON, 2}, {0}};
        open_busy_world(&world, rules);
        for (int i = 0; i < turns; i++)
            uv_run(&world.loop, UV_RUN_NOWAIT);
        world_close(&world);
    }
}

static void in_every_stall(void **state)
{
    static const char *const stages[] = {"", "EHLO", "MAIL", "RCPT", "DATA", ".", "QUIT"};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        struct world world;
        struct peer_rule rules[] = {{stages[i], NULL}, {"RCPT", NULL}, {0}};
        if (*stages[i] == 'D' || *stages[i] == '.' || *stages[i] == 'Q')
            rules[1] = (struct peer_rule){0};
        open_busy_world(&world, rules);
        for (int turn = 0; turn < 40; turn++)
            uv_run(&world.loop, UV_RUN_NOWAIT);
        world_close(&world);
    }
}

static unsigned close_at;

static void close_at_nth_event(struct world *world, const struct sender_event *event)
{
    unsigned sum = 0;
    for (int i = 0; i < 8; i++)
        sum += world->counts[i];
    assert_true(sum <= close_at); /* and nothing is told afterwards */
    if (sum == close_at) {
        sender_close(world->sender);
        world->idle = true;
    }
}

static void from_every_event(void **state)
{
    for (close_at = 1; close_at <= 20; close_at++) {
        struct world world;
        struct peer_rule rules[] = {
            {"RCPT TO:<a@", "550 No\r\n"}, {"RCPT TO:<b@", "450 Later\r\n", PEER_GO_ON, 2}, {0}};
        open_busy_world(&world, rules);
        world.on_event = close_at_nth_event;
        world_run(&world);
        world.sender = NULL;
        world_close(&world);
    }
}

static void close_when_idle(void *ctx)
{
    struct world *world = ctx;
    sender_close(world->sender);
    world->idle = true;
}

static void from_on_idle(void **state)
{
    struct world world;
    world_open(&world, NULL, NULL);
    world_record(&world, "x.test. 60 IN MX 10 mx2.test.");
    world.config.on_idle = close_when_idle;
    world_start(&world);
    world_submit(&world, "me@home.test", "a@x.test");
    world_run(&world);
    world.sender = NULL;
    world_close(&world);
}

static void unused(void **state)
{
    struct world world;
    world_open(&world, NULL, NULL);
    world_start(&world);
    world_close(&world);
    sender_close(NULL);
}

static void wrong_configuration(void **state)
{
    struct world world;
    char *why = NULL;
    world_open(&world, NULL, NULL);
    world.config.dialect = "rfc3465";
    assert_null(sender_open(&world.loop, world.clock, &world.config, &why));
    assert_string_equal(why, "no bounce dialect \"rfc3465\"; did you mean \"rfc3464\"?");
    free(why);
    world.config.dialect = NULL;
    world.config.dns_address = "not an address";
    assert_null(sender_open(&world.loop, world.clock, &world.config, &why));
    assert_has(why, "cannot use the DNS server not an address:");
    free(why);
    world.config.smtp_port = 0;
    assert_null(sender_open(&world.loop, world.clock, &world.config, &why));
    free(why);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(after_any_turn),
        cmocka_unit_test(in_every_stall),
        cmocka_unit_test(from_every_event),
        cmocka_unit_test(from_on_idle),
        cmocka_unit_test(unused),
        cmocka_unit_test(wrong_configuration),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
