/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports of hosts that accepted too much: what arrives at the sender's MX, and endings at every
 * moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <bounce.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>
#include "script/script.h"
#include "server/server.h"
#include "suite/returns.h"
#include "util/clock.h"
#include "util/mem.h"

struct home { /* the MX of those who sent, and what is under test */
    uv_loop_t loop;
    struct clock *clock;
    struct script *script;
    struct server *server;
    struct returns *returns;
    uint64_t sessions, came_ms;
    char *report;
    size_t reports, len, told;
    char *why;
    bool close_when_told;
};

static void on_message(void *ctx, const struct server_message *message)
{
    struct home *home = ctx;
    assert_string_equal(message->from, ""); /* RFC 5321 4.5.5 */
    assert_string_equal(message->rcpts[0], "case@origin.test");
    home->reports++;
    home->came_ms = message->at_ms;
    free(home->report);
    home->report = mem_bytes(message->bytes, message->len);
    home->len = message->len;
}

static void close_all(struct home *home)
{
    returns_close(home->returns);
    home->returns = NULL;
    server_close(home->server, NULL, NULL);
    clock_close(home->clock);
}

static void on_done(void *ctx, const char *why)
{
    struct home *home = ctx;
    home->told++;
    free(home->why);
    home->why = mem_text(why);
    if (home->close_when_told)
        close_all(home);
}

static void open_home(struct home *home, const char *script, unsigned port)
{
    char *why = NULL;
    *home = (struct home){0};
    assert_int_equal(uv_loop_init(&home->loop), 0);
    assert_non_null(home->clock = clock_open(&home->loop, CLOCK_JUMP, &why));
    assert_non_null(home->script = script_load_text("origin", script, &why));
    struct server_config config = {.loop = &home->loop,
        .clock = home->clock,
        .script = home->script,
        .hostname = "mx.origin.test",
        .address = "127.0.0.1",
        .sessions = &home->sessions,
        .on_message = on_message,
        .ctx = home};
    assert_non_null(home->server = server_open(&config, NULL, &why));
    struct returns_config returns = {.loop = &home->loop,
        .clock = home->clock,
        .home = "127.0.0.1",
        .port = port ? port : server_port(home->server),
        .on_done = on_done,
        .ctx = home};
    home->returns = returns_open(&returns);
}

static void close_home(struct home *home)
{
    if (home->returns)
        close_all(home);
    uv_run(&home->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&home->loop), 0);
    script_free(home->script);
    free(home->report);
    free(home->why);
}

static void add(struct home *home, const char *from, uint64_t after_ms)
{
    static const char *const rcpts[] = {"one@case.test", "two@case.test"};
    static const char mail[] = "Subject: x\r\n\r\nhello\r\n";
    struct server_message message = {
        .from = from, .rcpts = rcpts, .rcpt_count = 2, .bytes = mail, .len = sizeof mail - 1};
    returns_add(home->returns, &message, "mx2.case.test", "mx1.case.test", "192.0.2.10",
        "550 5.1.1 No such user", after_ms);
}

static void comes_home_and_is_understood(void **state)
{
    struct home home;
    struct bounce_reader *reader = NULL;
    struct bounce *bounce = NULL;
    open_home(&home, "return {}", 0);
    home.close_when_told = true;
    add(&home, "case@origin.test", 7200000);
    assert_int_equal(returns_pending(home.returns), 1);
    uv_run(&home.loop, UV_RUN_DEFAULT);
    assert_int_equal(home.reports, 1);
    assert_int_equal(home.told, 1);
    assert_null(home.why);
    assert_true(home.came_ms >= 7200000);
    assert_int_equal(bounce_reader_new(&reader), BOUNCE_OK);
    assert_int_equal(bounce_explain_message(reader, home.report, home.len, &bounce), BOUNCE_OK);
    assert_int_equal(bounce_recipient_count(bounce), 2);
    for (size_t i = 0; i < 2; i++) {
        const struct bounce_recipient *r = bounce_recipient_at(bounce, i);
        assert_string_equal(bounce_recipient_text(r, BOUNCE_REASON), "user-unknown");
        assert_string_equal(
            bounce_recipient_text(r, BOUNCE_ADDRESS), i ? "two@case.test" : "one@case.test");
    }
    assert_non_null(strstr(home.report, "Reporting-MTA: dns; mx2.case.test"));
    assert_non_null(strstr(home.report, "mx1.case.test"));
    bounce_free(bounce);
    bounce_reader_free(reader);
    close_home(&home);
}

/* RFC 5321 6.1: or two servers would report to each other for ever. */
static void none_for_the_null_path(void **state)
{
    struct home home;
    open_home(&home, "return {}", 0);
    add(&home, "", 1000);
    assert_int_equal(returns_pending(home.returns), 0);
    close_home(&home);
    assert_int_equal(home.told, 0);
}

static void a_home_that_does_not_take_it(void **state)
{
    struct home home;
    open_home(&home, "return { rcpt = '550 5.1.1 not here' }", 0);
    home.close_when_told = true;
    add(&home, "case@origin.test", 1000);
    uv_run(&home.loop, UV_RUN_DEFAULT);
    assert_int_equal(home.reports, 0);
    assert_int_equal(home.told, 1);
    assert_non_null(strstr(home.why, "550 5.1.1 not here"));
    close_home(&home);
}

static void closed_while_it_waits(void **state)
{
    struct home home;
    open_home(&home, "return {}", 0);
    add(&home, "case@origin.test", 1000);
    add(&home, "case@origin.test", 2000);
    assert_int_equal(returns_pending(home.returns), 2);
    close_home(&home);
    assert_int_equal(home.told, 0);
    returns_close(NULL);
}

/* At each turn of the loop: before the connection, in the greeting, in the middle of the mail. */
static void closed_while_it_is_under_way(void **state)
{
    for (int turns = 1; turns < 40; turns++) {
        struct home home;
        open_home(&home, "return {}", 0);
        add(&home, "case@origin.test", 0);
        for (int i = 0; i < turns; i++)
            uv_run(&home.loop, UV_RUN_NOWAIT);
        close_home(&home);
        assert_true(home.told <= 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_home_and_is_understood),
        cmocka_unit_test(none_for_the_null_path),
        cmocka_unit_test(a_home_that_does_not_take_it),
        cmocka_unit_test(closed_while_it_waits),
        cmocka_unit_test(closed_while_it_is_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
