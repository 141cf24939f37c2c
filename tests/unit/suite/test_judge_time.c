/* SPDX-License-Identifier: BSD-2-Clause */
/* What the sender did with its time: waits, gaps and the queue, told by the sender or seen from
 * outside, on an exact clock and on a compressed one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "trial.h"

/* A thousand seconds in one: 10 s too early and 200 s too late may be the machine's doing. */
static const struct judge_sender stock = {.own_timeouts = true, .clock = 1000};

static void wait_at(struct record *record, int stage, uint64_t from_ms, uint64_t until_ms)
{
    struct transcript_event begin = {.kind = TRANSCRIPT_WAIT,
        .at_ms = from_ms,
        .session = from_ms + 1,
        .seconds = -1,
        .stage = scenario_stage_name((enum scenario_stage)stage)};
    struct transcript_event end = {
        .kind = TRANSCRIPT_ENDING, .at_ms = until_ms, .session = from_ms + 1};
    record_event(record, &begin);
    record_event(record, &end);
}

static void session_at(struct record *record, uint64_t at_ms, const char *host)
{
    struct transcript_event event = {
        .kind = TRANSCRIPT_CONNECT, .at_ms = at_ms, .session = at_ms + 1, .host = host};
    record_event(record, &event);
}

struct waits {
    const struct judge_sender *sender;
    const char *expect;
    uint64_t seconds[4];
    enum verdict verdict;
};

static void waits(void **state)
{
    static const struct waits rows[] = {
        {&open_sender, "at_least(300)", {300, 400}, VERDICT_EXACT},
        {&open_sender, "at_least(300)", {400, 299, 400}, VERDICT_WRONG}, /* once is too often */
        {&stock, "at_least(300)", {400, 250, 400}, VERDICT_EXACT},       /* once is the machine's */
        {&stock, "at_least(300)", {291}, VERDICT_EXACT},
        {&stock, "at_least(300)", {289, 400, 289}, VERDICT_WRONG},
        {&stock, "at_least(300)", {0}, VERDICT_WRONG}, /* it never waited */
        {&stock, "between(300, 400)", {599}, VERDICT_EXACT},
        {&stock, "between(300, 400)", {601}, VERDICT_WRONG},
        {&open_sender, "between(300, 400)", {401}, VERDICT_WRONG},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trial t;
        char expect[100];
        snprintf(expect, sizeof expect, "client = { waits = { rcpt = %s } }", rows[i].expect);
        trial_open(&t, expect);
        t.sender = rows[i].sender;
        for (uint64_t k = 0; k < 4 && rows[i].seconds[k]; k++)
            wait_at(&t.record, STAGE_RCPT, k * 1000000, k * 1000000 + rows[i].seconds[k] * 1000);
        trial_judge(&t);
        print_message("# row %zu\n", i);
        assert_check(&t, "seconds waited at rcpt", rows[i].verdict);
        assert_int_equal(t.result.note_count > 1, rows[i].sender == &stock);
        trial_close(&t);
    }
}

static void not_on_a_clock_set_short(void **state)
{
    struct trial t;
    trial_open(&t, "client = { waits = { rcpt = 300 }, gaps = 1800, lifetime = 3600 }");
    t.sender = &closed_sender;
    trial_judge(&t);
    assert_int_equal(t.result.check_count, 0);
    assert_true(t.result.note_count >= 3);
    trial_close(&t);
}

/* Two hosts an attempt, half an hour between; nobody tells which belong together. */
static void gaps_of_who_does_not_tell(void **state)
{
    static const struct {
        const char *expect;
        enum verdict verdict;
    } rows[] = {{"gaps = at_least(1800)", VERDICT_EXACT}, {"gaps = at_least(1809)", VERDICT_EXACT},
        {"gaps = at_least(1811)", VERDICT_WRONG}, {"gaps = between(1000, 3400)", VERDICT_EXACT},
        {"gaps = between(1000, 3300)", VERDICT_WRONG}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trial t;
        char expect[100];
        snprintf(expect, sizeof expect, "client = { %s }", rows[i].expect);
        trial_open(&t, expect);
        t.sender = &stock;
        t.record.watched = true;
        record_knock(&t.record, 0, 1, "mx.case.test", "192.0.2.10", true);
        session_at(&t.record, 1000, "mx.case.test"); /* another address */
        record_knock(&t.record, 1801000, 2, "mx.case.test", "192.0.2.10", true);
        session_at(&t.record, 1803000, "mx.case.test");
        session_at(&t.record, 5353000, "mx.case.test"); /* an attempt that begins elsewhere */
        trial_judge(&t);
        assert_check(&t, "seconds between attempts", rows[i].verdict);
        trial_close(&t);
    }
}

static void one_attempt_has_no_gaps(void **state)
{
    struct trial t;
    trial_open(&t, "client = { gaps = at_least(1) }");
    t.sender = &stock;
    session_at(&t.record, 1000, "mx.case.test");
    trial_judge(&t);
    assert_check(&t, "seconds between attempts", VERDICT_WRONG);
    trial_close(&t);
}

static void the_queue(void **state)
{
    static const struct {
        uint64_t hours;
        enum verdict verdict;
    } rows[] = {{120, VERDICT_EXACT}, {96, VERDICT_EXACT}, {95, VERDICT_WRONG}, {0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trial t;
        trial_open(&t, "client = { lifetime = at_least(days(4)) }");
        t.record.submitted_ms = 5000;
        add_report(&t.record, "user@case.test", "delayed", "4.4.1", "connection refused");
        if (rows[i].hours)
            add_report(&t.record, "user@case.test", "failed", "4.4.1", "connection refused");
        t.record.bounces[0].at_ms = 5000 + 3600000;
        t.record.bounces[t.record.bounce_count - 1].at_ms = 5000 + rows[i].hours * 3600000;
        trial_judge(&t);
        if (rows[i].hours)
            assert_check(&t, "seconds in the queue", rows[i].verdict);
        else
            assert_null(check_of(&t, "seconds in the queue"));
        trial_close(&t);
    }
}

/* What the packets showed counts as an attempt. */
static void knocks_are_attempts(void **state)
{
    for (int watched = 0; watched < 2; watched++) {
        char *why = NULL;
        struct trial t;
        trial_open(&t, "client = { attempts = 3 }");
        script_free(t.script);
        t.script = script_load_text("case",
            "return { mx = { { host = 'a', listen = refuse }, { host = 'b', preference = 20 } }, "
            "expect = { client = { attempts = 3, order = { 'a', 'b' } } } }",
            &why);
        assert_null(why);
        t.sender = &stock;
        t.record.connections = 0;
        t.record.watched = watched;
        record_knock(&t.record, 0, 1, "a.case.test", "192.0.2.10", true);
        session_at(&t.record, 1000, "b.case.test");
        record_knock(&t.record, 301000, 2, "a.case.test", "192.0.2.10", true);
        trial_judge(&t);
        assert_int_equal(t.result.attempts_known, watched);
        if (watched) {
            assert_int_equal(t.result.attempts, 3);
            assert_check(&t, "attempts", VERDICT_EXACT);
            assert_check(&t, "order of hosts", VERDICT_EXACT);
        } else {
            assert_null(check_of(&t, "attempts"));
            assert_null(check_of(&t, "order of hosts"));
        }
        trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits),
        cmocka_unit_test(not_on_a_clock_set_short),
        cmocka_unit_test(gaps_of_who_does_not_tell),
        cmocka_unit_test(one_attempt_has_no_gaps),
        cmocka_unit_test(the_queue),
        cmocka_unit_test(knocks_are_attempts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
