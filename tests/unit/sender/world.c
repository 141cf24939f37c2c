/* SPDX-License-Identifier: BSD-2-Clause */
/* Setting up and tearing down. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "util/mem.h"

enum { MOST_TURNS = 2000000 };
#define GUARD_MS (60ull * 86400 * 1000)

static void on_event(void *ctx, const struct sender_event *event)
{
    static const char *const names[] = {
        "attempt", "delivered", "deferred", "failed", "bounced", "dropped"};
    struct world *world = ctx;
    world->counts[event->kind]++;
    buf_addf(&world->log, "%u %s", event->attempt, names[event->kind]);
    if (event->kind == SENDER_ATTEMPT)
        buf_addf(&world->log, " %s", event->host);
    else
        buf_addf(&world->log, " %s", event->rcpt);
    if (event->kind != SENDER_BOUNCED)
        buf_addf(&world->log, " %s %s", event->stage, event->text);
    buf_add(&world->log, "\n", 1);
    if (world->on_event)
        world->on_event(world, event);
}

static void on_idle(void *ctx)
{
    struct world *world = ctx;
    world->idle = true;
    world->idles++;
    world->idle_ms = clock_now_ms(world->clock);
    assert_int_equal(sender_queued(world->sender), 0);
}

static void on_guard(struct clock_timer *timer)
{
    struct world *world = (struct world *)((char *)timer - offsetof(struct world, guard));
    world->stuck = true;
}

static bool try_peers(struct world *world, struct peer_rule **rules)
{
    world->port = 0;
    for (int i = 0; i < 3; i++) {
        char address[16];
        snprintf(address, sizeof address, "127.0.0.%d", i + 1);
        if (peer_open(&world->peers[i], &world->loop, address, &world->port, rules[i]) == 0)
            continue;
        for (int j = 0; j < i; j++)
            peer_close(&world->peers[j]);
        uv_run(&world->loop, UV_RUN_NOWAIT);
        uv_run(&world->loop, UV_RUN_NOWAIT);
        return false;
    }
    return true;
}

void world_open(struct world *world, struct peer_rule *rules2, struct peer_rule *rules3)
{
    char *why = NULL;
    struct peer_rule *rules[] = {NULL, rules2, rules3};
    *world = (struct world){0};
    assert_int_equal(uv_loop_init(&world->loop), 0);
    int tries = 0;
    while (!try_peers(world, rules))
        assert_true(++tries < 20);
    world->clock = clock_open(&world->loop, CLOCK_JUMP, &why);
    assert_non_null(world->clock);
    world->zone = dns_zone_new();
    world->dns = dns_responder_open(
        &world->loop, world->clock, world->zone, "127.0.0.1", 0, NULL, NULL, &why);
    assert_non_null(world->dns);
    world_record(world, "home.test. 60 IN MX 10 mx1.test.");
    world_record(world, "mx1.test. 60 IN A 127.0.0.1");
    world_record(world, "mx2.test. 60 IN A 127.0.0.2");
    world_record(world, "mx3.test. 60 IN A 127.0.0.3");
    world_record(world, "dead.test. 60 IN A 127.0.0.9");
    world->config = (struct sender_config){
        .helo = "sender.test",
        .dns_address = "127.0.0.1",
        .dns_port = dns_responder_port(world->dns),
        .smtp_port = world->port,
        .policy = sender_policy_rfc5321,
        .start_date = 1751364000, /* Tue, 01 Jul 2025 10:00:00 +0000 */
        .on_event = on_event,
        .on_idle = on_idle,
        .ctx = world,
    };
}

void world_record(struct world *world, const char *record)
{
    assert_null(dns_zone_add(world->zone, record));
}

void world_start(struct world *world)
{
    char *why = NULL;
    world->sender = sender_open(&world->loop, world->clock, &world->config, &why);
    assert_null(why);
    assert_non_null(world->sender);
}

void world_submit(struct world *world, const char *from, const char *rcpts)
{
    static const char message[] =
        "From: <a@home.test>\nSubject: hi\nMessage-ID: <1@home.test>\n\n.dots\n..two\nend\n";
    char *text = mem_text(rcpts), *rest = NULL, *why = NULL;
    const char *list[16];
    size_t n = 0;
    for (char *one = strtok_r(text, " ", &rest); one && n < 16; one = strtok_r(NULL, " ", &rest))
        list[n++] = one;
    assert_non_null(sender_submit(world->sender, from, list, n, message, strlen(message), &why));
    assert_null(why);
    free(text);
}

void world_run(struct world *world)
{
    clock_start(world->clock, &world->guard, GUARD_MS, on_guard);
    world->idle = false;
    for (unsigned i = 0; i < MOST_TURNS && !world->idle && !world->stuck; i++)
        uv_run(&world->loop, UV_RUN_ONCE);
    clock_stop(world->clock, &world->guard);
    assert_false(world->stuck);
    assert_true(world->idle);
}

void world_close(struct world *world)
{
    sender_close(world->sender);
    dns_responder_close(world->dns);
    for (int i = 0; i < 3; i++)
        peer_close(&world->peers[i]);
    clock_close(world->clock);
    for (int i = 0; i < 1000 && uv_run(&world->loop, UV_RUN_NOWAIT); i++)
        continue;
    assert_int_equal(uv_loop_close(&world->loop), 0);
    dns_zone_free(world->zone);
    for (int i = 0; i < 3; i++)
        peer_deinit(&world->peers[i]);
    buf_free(&world->log);
}

void world_deliver(struct world *world, struct peer_rule *rules)
{
    world_open(world, rules, NULL);
    world_record(world, "x.test. 60 IN MX 10 mx2.test.");
    world_start(world);
    world_submit(world, "me@home.test", "a@x.test");
    world_run(world);
}

const char *world_bounce(struct world *world)
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

void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        print_error("not found: \"%s\" in:\n%s\n", part, text);
    assert_non_null(strstr(text, part));
}

void world_assert_log(struct world *world, const char *expected)
{
    assert_string_equal(buf_text(&world->log), expected);
}
