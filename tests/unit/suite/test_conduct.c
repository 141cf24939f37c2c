/* SPDX-License-Identifier: BSD-2-Clause */
/* What is observed of a sender, out of events made up here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "script/script.h"
#include "server/server.h"
#include "suite/conduct.h"
#include "suite/record.h"

struct trial {
    struct record record;
    json_t *conduct;
};

static void tell(struct record *r, enum transcript_kind kind, uint64_t session, uint64_t seconds,
    const char *host, const char *text)
{
    bool bytes = kind == TRANSCRIPT_COMMAND;
    struct transcript_event e = {.kind = kind,
        .session = session,
        .at_ms = seconds * 1000,
        .stage = kind == TRANSCRIPT_WAIT ? "rcpt" : "connect",
        .host = host,
        .bytes = bytes ? text : NULL,
        .len = bytes ? strlen(text) : 0,
        .text = bytes ? NULL : text,
        .copy = kind == TRANSCRIPT_DATA,
        .seconds = -1};
    record_event(r, &e);
}

static void observe(struct trial *t)
{
    static const struct judge_sender closed;
    static const struct judge_reports none;
    char *why = NULL;
    struct script *script =
        script_load_text("case", "return { send = { to = { 'one', 'two' } } }", &why);
    assert_non_null(script);
    t->conduct = conduct_json(script_scenario(script), &t->record, &closed, &none);
    script_free(script);
}

static void trial_close(struct trial *t)
{
    json_decref(t->conduct);
    record_deinit(&t->record);
}

static const json_t *at(const struct trial *t, const char *key, const char *below)
{
    const json_t *value = json_object_get(t->conduct, key);
    return below ? json_object_get(value, below) : value;
}

static void assert_pair(const json_t *pair, double least, double most)
{
    assert_true(json_number_value(json_array_get(pair, 0)) == least);
    assert_true(json_number_value(json_array_get(pair, 1)) == most);
}

static void counts_attempts_and_their_spacing(void **state)
{
    struct trial t = {.record.submitted_ms = 1000};
    static const struct {
        unsigned at;
        const char *host;
    } attempts[] = {
        {1, "mx1.case.test"}, {2, "mx2.case.test"}, {61, "mx1.case.test"}, {361, "mx1.case.test"}};
    for (size_t i = 0; i < 4; i++)
        tell(&t.record, TRANSCRIPT_CONNECT, i + 1, attempts[i].at, attempts[i].host, "p");
    observe(&t);
    assert_int_equal(json_integer_value(at(&t, "attempts", NULL)), 4);
    assert_int_equal(json_array_size(at(&t, "tried", NULL)), 4);
    const json_t *second = json_array_get(at(&t, "tried", NULL), 1);
    assert_string_equal(json_string_value(json_object_get(second, "host")), "mx2");
    assert_true(json_number_value(json_object_get(second, "t")) == 1);
    assert_pair(at(&t, "gaps", NULL), 60, 300); /* mx2 between is no retry */
    trial_close(&t);
}

static void one_attempt_has_no_gap(void **state)
{
    struct trial t = {0};
    tell(&t.record, TRANSCRIPT_CONNECT, 1, 1, "mx.case.test", "p");
    observe(&t);
    assert_true(json_is_null(at(&t, "gaps", NULL)));
    trial_close(&t);
}

static void sees_sessions(void **state)
{
    struct trial t = {0};
    static const char *const said[] = {
        "EHLO x", "HELO x", "MAIL FROM:<a@b>", "RSET", "MAIL FROM:<a@b>", "QUIT"};
    tell(&t.record, TRANSCRIPT_CONNECT, 1, 0, "mx.case.test", "p");
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        tell(&t.record, TRANSCRIPT_COMMAND, 1, 0, NULL, said[i]);
    tell(&t.record, TRANSCRIPT_DATA, 1, 0, NULL, "end");
    tell(&t.record, TRANSCRIPT_CONNECT, 2, 0, "mx.case.test", "p");
    observe(&t);
    static const struct {
        const char *key;
        int want;
    } counts[] = {{"count", 2}, {"with_quit", 1}, {"with_ehlo", 1}, {"with_helo", 1}, {"rset", 1},
        {"transactions", 2}, {"most_transactions", 2}, {"messages_sent_whole", 1}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        assert_int_equal(json_integer_value(at(&t, "sessions", counts[i].key)), counts[i].want);
    trial_close(&t);
}

/* first: what became of TLS in the first session; then MAIL in a session that never asked for it.
 */
static bool clear_after(const char *first)
{
    struct trial t = {0};
    tell(&t.record, TRANSCRIPT_CONNECT, 1, 0, "mx.case.test", "p");
    tell(&t.record, TRANSCRIPT_COMMAND, 1, 0, NULL, "STARTTLS");
    tell(&t.record, TRANSCRIPT_TLS, 1, 0, NULL, first);
    tell(&t.record, TRANSCRIPT_COMMAND, 1, 0, NULL, "MAIL FROM:<a@b>");
    tell(&t.record, TRANSCRIPT_CONNECT, 2, 1, "mx.case.test", "p");
    tell(&t.record, TRANSCRIPT_COMMAND, 2, 1, NULL, "MAIL FROM:<a@b>");
    observe(&t);
    bool clear = json_is_true(at(&t, "tls", "clear_after_failure"));
    assert_int_equal(json_integer_value(at(&t, "tls", "asked")), 1);
    trial_close(&t);
    return clear;
}

static void sees_clear_text_after_failed_tls(void **state)
{
    assert_true(clear_after("failed: no shared cipher"));
    assert_false(clear_after("up: TLSv1.3"));
}

static void measures_waits_by_stage(void **state)
{
    struct trial t = {0};
    for (unsigned i = 1; i <= 2; i++) {
        tell(&t.record, TRANSCRIPT_CONNECT, i, 0, "mx.case.test", "p");
        tell(&t.record, TRANSCRIPT_WAIT, i, 10, NULL, "stall");
        tell(&t.record, TRANSCRIPT_ENDING, i, 10 + i * 300, NULL, "closed-by-client");
    }
    observe(&t);
    assert_pair(at(&t, "waited", "rcpt"), 300, 600);
    trial_close(&t);
}

static void tells_people_in_lines(void **state)
{
    struct trial t = {0};
    const char *const rcpts[] = {"case@origin.test"};
    tell(&t.record, TRANSCRIPT_CONNECT, 1, 0, "mx1.case.test", "p");
    tell(&t.record, TRANSCRIPT_CONNECT, 2, 300, "mx1.case.test", "p");
    struct server_message message = {
        .from = "", .rcpts = rcpts, .rcpt_count = 1, .bytes = "", .at_ms = 432000000};
    record_bounce(&t.record, &message);
    observe(&t);
    char **lines = conduct_lines(t.conduct);
    assert_string_equal(
        lines[0], "tried: mx1 after 0 s, mx1 after 5 min; again at the first host after 5 min");
    assert_string_equal(lines[1], "sessions: 2, QUIT in 0");
    assert_string_equal(lines[2], "recipients: one@ asked 0 times, 0 delivered, no bounce; two@ "
                                  "asked 0 times, 0 delivered, no bounce");
    assert_null(lines[3]);
    for (size_t i = 0; lines[i]; i++)
        free(lines[i]);
    free(lines);
    trial_close(&t);
    lines = conduct_lines(NULL);
    assert_null(lines[0]);
    free(lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_attempts_and_their_spacing),
        cmocka_unit_test(one_attempt_has_no_gap),
        cmocka_unit_test(sees_sessions),
        cmocka_unit_test(sees_clear_text_after_failed_tls),
        cmocka_unit_test(measures_waits_by_stage),
        cmocka_unit_test(tells_people_in_lines),
    };
    return cmocka_run_group_tests_name("suite conduct", tests, NULL, NULL);
}
