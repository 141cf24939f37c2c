/* SPDX-License-Identifier: BSD-2-Clause */
/* What is remembered of a scenario, out of the events of its servers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "server/server.h"
#include "suite/record.h"

static void tell(struct record *r, enum transcript_kind kind, uint64_t session, uint64_t at_ms,
    const char *stage, const char *text)
{
    struct transcript_event e = {.kind = kind,
        .session = session,
        .at_ms = at_ms,
        .stage = stage,
        .host = "mx.x.test",
        .text = text,
        .seconds = -1};
    if (kind == TRANSCRIPT_COMMAND || kind == TRANSCRIPT_REPLY) {
        e.bytes = text;
        e.len = strlen(text);
        e.text = NULL;
    }
    record_event(r, &e);
}

static void counts_connections(void **state)
{
    struct record r = {0};
    for (uint64_t i = 1; i <= 3; i++)
        tell(&r, TRANSCRIPT_CONNECT, i, i * 1000, "connect", "127.0.0.1:1");
    assert_int_equal(r.connections, 3);
    assert_int_equal(r.session_count, 3);
    assert_int_equal(r.last_ms, 3000);
    record_deinit(&r);
    assert_int_equal(r.session_count, 0);
}

static void sees_who_quits(void **state)
{
    static const struct {
        const char *command;
        bool quit;
    } commands[] = {{"QUIT", true}, {"quit", true}, {"QuIt", true}, {"QUITS", false},
        {"QUI", false}, {"NOOP", false}, {"", false}};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct record r = {0};
        tell(&r, TRANSCRIPT_CONNECT, 1, 0, "connect", "p");
        tell(&r, TRANSCRIPT_CONNECT, 2, 0, "connect", "p");
        tell(&r, TRANSCRIPT_COMMAND, 1, 0, "quit", commands[i].command);
        assert_int_equal(r.sessions[0].quit, commands[i].quit);
        assert_false(r.sessions[1].quit);
        record_deinit(&r);
    }
}

static void measures_stalls_and_no_sleeps(void **state)
{
    struct record r = {0};
    struct transcript_event sleep = {
        .kind = TRANSCRIPT_WAIT, .session = 1, .stage = "mail", .seconds = 5, .text = "sleep"};
    tell(&r, TRANSCRIPT_CONNECT, 1, 1000, "connect", "p");
    tell(&r, TRANSCRIPT_CONNECT, 2, 1000, "connect", "p");
    record_event(&r, &sleep);
    assert_int_equal(r.wait_count, 0);
    tell(&r, TRANSCRIPT_WAIT, 1, 2000, "rcpt", "stall");
    tell(&r, TRANSCRIPT_WAIT, 2, 3000, "eom", "stall");
    tell(&r, TRANSCRIPT_ENDING, 1, 302000, "rcpt", "closed-by-client");
    assert_int_equal(r.wait_count, 2);
    assert_int_equal(r.waits[0].stage, STAGE_RCPT);
    assert_int_equal(r.waits[0].until_ms - r.waits[0].from_ms, 300000);
    assert_int_equal(r.waits[1].stage, STAGE_EOM);
    assert_int_equal(r.waits[1].until_ms, 0); /* still there */
    assert_string_equal(r.happenings[0].what, "300 s of silence at rcpt");
    assert_null(r.happenings[1].what);
    assert_false(r.sessions[0].open);
    assert_true(r.sessions[1].open);
    record_deinit(&r);
}

static void keeps_the_first_script_error(void **state)
{
    struct record r = {0};
    tell(&r, TRANSCRIPT_SCRIPT_ERROR, 1, 0, "rcpt", "x.lua:3: first\nstack traceback:\n\tmore");
    tell(&r, TRANSCRIPT_SCRIPT_ERROR, 2, 0, "rcpt", "x.lua:4: second");
    assert_int_equal(r.script_errors, 2);
    assert_string_equal(r.script_error, "x.lua:3: first");
    record_deinit(&r);
}

static void keeps_messages(void **state)
{
    struct record r = {0};
    char bytes[] = "a\0b";
    struct server_message message = {.bytes = bytes, .len = 3, .at_ms = 77, .from = ""};
    record_bounce(&r, &message);
    record_delivery(&r, &message);
    record_delivery(&r, &message);
    memset(bytes, 'x', 3); /* was borrowed */
    assert_int_equal(r.bounce_count, 1);
    assert_int_equal(r.bounces[0].len, 3);
    assert_memory_equal(r.bounces[0].bytes, "a\0b", 3);
    assert_int_equal(r.bounces[0].at_ms, 77);
    assert_int_equal(r.delivered, 2);
    record_deinit(&r);
}

/* Endings and replies in any order: what a scenario does on purpose must not hurt who writes it
 * down. */
/* What the packets of the network showed, and the way home. */
static void rows_of_the_table(void **state)
{
    const char *rcpts[] = {"case@origin.test"};
    struct server_message message = {
        .from = "", .rcpts = rcpts, .rcpt_count = 1, .bytes = "x", .len = 1, .at_ms = 9000};
    struct record r = {0};
    record_knock(&r, 1000, 40000, "mx1.case.test", "192.0.2.10", true);
    record_knock(&r, 2000, 40001, "mx2.case.test", "2001:db8::10", false);
    record_bounce(&r, &message);
    static const struct {
        const char *word, *name, *address, *what;
    } rows[] = {{"connect", "mx1.case.test", "192.0.2.10", "refused"},
        {"connect", "mx2.case.test", "2001:db8::10", "not answered"},
        {"report", "case@origin.test", NULL, "came in"}};
    assert_int_equal(r.happening_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(happening_word(r.happenings[i].kind), rows[i].word);
        assert_string_equal(r.happenings[i].name, rows[i].name);
        assert_string_equal(r.happenings[i].what, rows[i].what);
        if (rows[i].address)
            assert_string_equal(r.happenings[i].address, rows[i].address);
        else
            assert_null(r.happenings[i].address);
    }
    assert_int_equal(r.refused, 2);
    assert_int_equal(r.connections, 0);
    record_deinit(&r);
}

static void odd_orders_are_survived(void **state)
{
    static const enum transcript_kind kinds[] = {
        TRANSCRIPT_REPLY, TRANSCRIPT_ENDING, TRANSCRIPT_REPLY, TRANSCRIPT_ENDING};
    static const char *const texts[] = {"", "5", "55", "550\r\n", "250 ok\r\n550 no\r\n221 bye",
        "\n\n\n", "half-close", "drop", "reset"};
    enum { TEXTS = sizeof texts / sizeof *texts };
    for (int first = 0; first < 4; first++)
        for (int i = 0; i < TEXTS; i++)
            for (int k = 0; k < TEXTS; k++) {
                struct record r = {0};
                tell(&r, TRANSCRIPT_CONNECT, 1, 0, "connect", "p");
                tell(&r, kinds[first], 1, 1, "rcpt", texts[i]);
                tell(&r, kinds[(first + 1) % 4], 1, 2, NULL, texts[k]);
                tell(&r, kinds[(first + 2) % 4], 1, 3, "quit", texts[i]);
                tell(&r, TRANSCRIPT_ENDING, 9, 4, NULL, NULL); /* a session never seen */
                assert_int_equal(r.connections, 1);
                record_deinit(&r);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_connections),
        cmocka_unit_test(sees_who_quits),
        cmocka_unit_test(measures_stalls_and_no_sleeps),
        cmocka_unit_test(keeps_the_first_script_error),
        cmocka_unit_test(keeps_messages),
        cmocka_unit_test(rows_of_the_table),
        cmocka_unit_test(odd_orders_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
