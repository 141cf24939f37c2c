/* SPDX-License-Identifier: BSD-2-Clause */
/* The judge: what a scenario expects against bounces written here and conduct made up here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "server/server.h"
#include "trial.h"
#include "util/mem.h"

/* ---- the bounce ---- */

static void bounces_one_by_one(void **state)
{
    static const struct {
        const char *expect, *rcpt, *status, *diagnostic, *what;
        enum verdict verdict;
    } cases[] = {
        {"bounce = { reason = 'user-unknown' }", "user@case.test", "5.1.1",
            "550 5.1.1 User unknown", "reason", VERDICT_EXACT},
        {"bounce = { reason = 'user-unknown', reply = '550' }", "user@case.test", "5.1.1",
            "550 5.1.1 User unknown", "reply", VERDICT_EXACT},
        {"bounce = { reason = 'user-unknown', status = '5.1.1' }", "user@case.test", "5.1.1",
            "550 5.1.1 User unknown", "status", VERDICT_EXACT},
        {"bounce = { reason = 'user-unknown', status = '5.1.2' }", "user@case.test", "5.1.1",
            "550 5.1.1 User unknown", "status", VERDICT_WRONG},
        {"bounce = { reason = 'user-unknown', permanent = true }", "user@case.test", "5.1.1",
            "550 5.1.1 User unknown", "permanent", VERDICT_EXACT},
        {"bounce = { reason = 'user-unknown', permanent = false }", "user@case.test", "5.1.1",
            "550 5.1.1 User unknown", "permanent", VERDICT_WRONG},
        {"bounce = { reason = 'user-unknown', address_dead = true }", "user@case.test", "5.1.1",
            "550 5.1.1 User unknown", "address_dead", VERDICT_EXACT},
        {"bounce = { reason = 'user-unknown', retryable = true }", "user@case.test", "5.1.1",
            "550 5.1.1 User unknown", "retryable", VERDICT_WRONG},
        {"bounce = { reason = 'user-unknown', actor = 'sender' }", "user@case.test", "5.1.1",
            "550 5.1.1 User unknown", "actor", VERDICT_EXACT},
        {"bounce = { reason = 'user-unknown', actor = 'nobody' }", "user@case.test", "5.1.1",
            "550 5.1.1 User unknown", "actor", VERDICT_WRONG},
        {"bounce = { reason = 'mailbox-full' }", "user@case.test", "5.1.1",
            "550 5.1.1 User unknown", "reason", VERDICT_WRONG},
        /* less specific than the truth */
        {"bounce = { reason = 'user-unknown', stage = 'rcpt' }", "user@case.test", "5.1.1",
            "550 5.1.1 User unknown", "stage", VERDICT_CONSISTENT},
        {"bounce = { reason = 'user-unknown', reply = '550' }", "user@case.test", "5.1.1", NULL,
            "reply", VERDICT_CONSISTENT},
        /* addresses are compared as addresses: case does not matter */
        {"bounce = { reason = 'user-unknown' }", "USER@Case.Test", "5.1.1",
            "550 5.1.1 User unknown", "reason", VERDICT_EXACT},
        /* one recipient was sent to: a bounce that names none means that one */
        {"bounce = { reason = 'user-unknown' }", NULL, "5.1.1", "550 5.1.1 User unknown", "reason",
            VERDICT_EXACT},
        /* about somebody else */
        {"bounce = { reason = 'user-unknown' }", "other@case.test", "5.1.1",
            "550 5.1.1 User unknown", "bounce", VERDICT_MISSING},
        {"bounce = none", "user@case.test", "5.1.1", "550 5.1.1 User unknown", "bounce",
            VERDICT_WRONG},
        {"bounce = none", "other@case.test", "5.1.1", "550 5.1.1 User unknown", "bounce",
            VERDICT_EXACT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trial t;
        trial_open(&t, cases[i].expect);
        add_report(&t.record, cases[i].rcpt, "failed", cases[i].status, cases[i].diagnostic);
        trial_judge(&t);
        assert_check(&t, cases[i].what, cases[i].verdict);
        assert_int_equal(t.result.bounces, 1);
        assert_int_equal(t.result.explained_count, 1);
        trial_close(&t);
    }
}

static void no_bounce_came(void **state)
{
    struct trial t;
    trial_open(&t, "bounce = { reason = 'user-unknown' }");
    trial_judge(&t);
    assert_check(&t, "bounce", VERDICT_MISSING);
    assert_false(result_passes(&t.result));
    trial_close(&t);
    trial_open(&t, "bounce = none");
    trial_judge(&t);
    assert_check(&t, "bounce", VERDICT_EXACT);
    assert_true(result_passes(&t.result));
    trial_close(&t);
}

/* A warning that mail is late is no bounce, and neither is mail that is no report at all. */
static void messages_that_are_no_bounces(void **state)
{
    struct trial t;
    trial_open(&t, "bounce = none");
    add_report(
        &t.record, "user@case.test", "delayed", "4.4.1", "connect to mx: Connection refused");
    trial_judge(&t);
    assert_check(&t, "bounce", VERDICT_EXACT);
    assert_true(noted(&t, "a message of kind delayed came"));
    assert_int_equal(t.result.bounces, 0);
    trial_close(&t);
    trial_open(&t, "bounce = { reason = 'user-unknown' }");
    struct server_message message = {
        .from = "", .bytes = "Subject: hi\r\n\r\nhello\r\n", .len = 22};
    record_bounce(&t.record, &message);
    trial_judge(&t);
    assert_check(&t, "bounce", VERDICT_MISSING);
    assert_true(noted(&t, "not-a-bounce"));
    trial_close(&t);
}

/* "expired" is the parent of whatever outlived the queue: not where the scenario says that nothing
 * did; where it does not say, senders may differ in whether they try again. */
static void given_up_after_retries(void **state)
{
    static const struct {
        const char *expect;
        enum verdict verdict;
    } cases[] = {
        {"bounce = { reason = 'timeout', expired = true }", VERDICT_CONSISTENT},
        {"bounce = { reason = 'timeout', expired = false }", VERDICT_WRONG},
        {"bounce = { reason = 'timeout' }", VERDICT_CONSISTENT},
        {"bounce = { reason = 'expired', expired = true }", VERDICT_EXACT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trial t;
        trial_open(&t, cases[i].expect);
        add_report(&t.record, "user@case.test", "failed", "4.4.7", "retry timeout exceeded");
        trial_judge(&t);
        assert_string_equal(t.result.explained[0].reason, "expired");
        assert_check(&t, "reason", cases[i].verdict);
        trial_close(&t);
    }
}

/* The root of the tree covers all reasons; but who had words to read and says "undefined" has not
 * read them. */
static void undefined_needs_an_empty_bounce(void **state)
{
    struct trial t;
    trial_open(&t, "bounce = { reason = 'mailbox-full' }");
    add_report(&t.record, "user@case.test", "failed", "5.0.0", NULL);
    trial_judge(&t);
    assert_string_equal(t.result.explained[0].reason, "undefined");
    assert_check(&t, "reason", VERDICT_CONSISTENT);
    trial_close(&t);
    trial_open(&t, "bounce = { reason = 'mailbox-full' }");
    add_report(&t.record, "user@case.test", "failed", "5.0.0", "554 qwertz uiop");
    trial_judge(&t);
    assert_string_equal(t.result.explained[0].reason, "undefined");
    assert_check(&t, "reason", VERDICT_WRONG);
    trial_close(&t);
}

static void by_recipient(void **state)
{
    char *why = NULL;
    struct trial t = {.sender = &open_sender};
    t.script = script_load_text("case",
        "return { send = { to = { 'full', 'gone', 'fine', 'else' } }, expect = { bounce = {\n"
        "  ['full@'] = { reason = 'mailbox-full' }, ['gone@'] = { reason = 'user-unknown' }, "
        "['fine@'] = none } } }",
        &why);
    assert_null(why);
    add_report(&t.record, "full@case.test", "failed", "5.2.2", "552 5.2.2 Mailbox full");
    add_report(&t.record, "gone@case.test", "failed", "5.2.2", "552 5.2.2 Mailbox full");
    add_report(&t.record, NULL, "failed", "5.1.1", "550 5.1.1 User unknown"); /* of whom? */
    trial_judge(&t);
    assert_int_equal(t.result.check_count, 3);
    unsigned exact = 0, wrong = 0;
    for (size_t i = 0; i < t.result.check_count; i++) {
        exact += t.result.checks[i].verdict == VERDICT_EXACT;
        wrong += t.result.checks[i].verdict == VERDICT_WRONG;
    }
    assert_int_equal(exact, 2); /* full@, and fine@ of whom none came */
    assert_int_equal(wrong, 1);
    assert_true(noted(&t, "what becomes of else@ is not stated"));
    assert_int_equal(t.result.bounces, 3);
    trial_close(&t);
}

static void explanations_are_kept(void **state)
{
    struct trial t;
    trial_open(&t, "bounce = { reason = 'user-unknown' }");
    add_report(&t.record, "user@case.test", "failed", "5.1.1", "550 5.1.1 User unknown");
    trial_judge(&t);
    const struct explained *e = &t.result.explained[0];
    assert_string_equal(e->rcpt, "user@case.test");
    assert_string_equal(e->reply, "550");
    assert_string_equal(e->status, "5.1.1");
    assert_string_equal(e->diagnostic, "550 5.1.1 User unknown");
    assert_true(e->permanent);
    assert_non_null(e->explanation);
    assert_non_null(e->remedy);
    trial_close(&t);
}

/* ---- conduct ---- */

static void ranges(void **state)
{
    static const struct {
        const char *expect, *what;
        unsigned attempts, delivered;
        enum verdict verdict;
    } cases[] = {
        {"client = { attempts = 3 }", "attempts", 3, 0, VERDICT_EXACT},
        {"client = { attempts = 3 }", "attempts", 2, 0, VERDICT_WRONG},
        {"client = { attempts = 3 }", "attempts", 4, 0, VERDICT_WRONG},
        {"client = { attempts = at_least(2) }", "attempts", 1, 0, VERDICT_WRONG},
        {"client = { attempts = at_least(2) }", "attempts", 2, 0, VERDICT_EXACT},
        {"client = { attempts = at_least(2) }", "attempts", 2000, 0, VERDICT_EXACT},
        {"client = { attempts = at_most(2) }", "attempts", 0, 0, VERDICT_EXACT},
        {"client = { attempts = at_most(2) }", "attempts", 3, 0, VERDICT_WRONG},
        {"client = { attempts = between(2, 4) }", "attempts", 4, 0, VERDICT_EXACT},
        {"client = { attempts = between(2, 4) }", "attempts", 5, 0, VERDICT_WRONG},
        {"delivered = 0", "copies delivered", 1, 0, VERDICT_EXACT},
        {"delivered = 0", "copies delivered", 1, 1, VERDICT_WRONG},
        {"delivered = 1", "copies delivered", 1, 0, VERDICT_WRONG},
        {"delivered = 1", "copies delivered", 1, 2, VERDICT_WRONG},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trial t;
        trial_open(&t, cases[i].expect);
        t.record.reported = cases[i].attempts;
        t.record.delivered = cases[i].delivered;
        trial_judge(&t);
        assert_check(&t, cases[i].what, cases[i].verdict);
        assert_true(check_of(&t, cases[i].what)->conduct);
        trial_close(&t);
    }
}

/* Without a word of the sender, what no server saw cannot be counted. */
static void attempts_nobody_saw(void **state)
{
    struct trial t;
    trial_open(&t, "client = { attempts = 2 }");
    t.sender = &closed_sender;
    t.record.connections = 2;
    t.record.reported = 0;
    trial_judge(&t);
    assert_check(&t, "attempts", VERDICT_EXACT);
    assert_true(t.result.attempts_known);
    trial_close(&t);
    char *why = NULL;
    t = (struct trial){.sender = &closed_sender};
    t.script = script_load_text(
        "case", "return { listen = refuse, expect = { client = { attempts = 2 } } }", &why);
    trial_judge(&t);
    assert_null(check_of(&t, "attempts"));
    assert_true(noted(&t, "attempts are not judged"));
    assert_false(t.result.attempts_known);
    trial_close(&t);
}

static void add_wait(struct record *record, int stage, uint64_t from_s, uint64_t until_s)
{
    record->waits = mem_grow(record->waits, (record->wait_count + 1) * sizeof *record->waits);
    record->waits[record->wait_count++] =
        (struct record_wait){1, from_s * 1000, until_s * 1000, stage};
}

static void waits(void **state)
{
    struct trial t;
    trial_open(&t, "client = { waits = { rcpt = minutes(5) } }");
    add_wait(&t.record, STAGE_RCPT, 100, 400);
    add_wait(&t.record, STAGE_RCPT, 1000, 1500);
    add_wait(&t.record, STAGE_MAIL, 0, 1);    /* another stage */
    add_wait(&t.record, STAGE_RCPT, 2000, 0); /* still waiting at the end */
    trial_judge(&t);
    assert_check(&t, "seconds waited at rcpt", VERDICT_EXACT);
    assert_string_equal(check_of(&t, "seconds waited at rcpt")->got, "300");
    trial_close(&t);
    trial_open(&t, "client = { waits = { rcpt = minutes(5) } }");
    add_wait(&t.record, STAGE_RCPT, 100, 800);
    add_wait(&t.record, STAGE_RCPT, 1000, 1299); /* once too early is too early */
    trial_judge(&t);
    assert_check(&t, "seconds waited at rcpt", VERDICT_WRONG);
    trial_close(&t);
    trial_open(&t, "client = { waits = { rcpt = minutes(5) } }"); /* never got there */
    trial_judge(&t);
    assert_check(&t, "seconds waited at rcpt", VERDICT_WRONG);
    trial_close(&t);
    trial_open(&t, "client = { waits = { rcpt = minutes(5) } }");
    t.sender = &closed_sender;
    add_wait(&t.record, STAGE_RCPT, 0, 1);
    trial_judge(&t);
    assert_null(check_of(&t, "seconds waited at rcpt"));
    assert_true(noted(&t, "how long it waited at rcpt is not judged"));
    trial_close(&t);
}

static void quits(void **state)
{
    static const struct {
        const char *expect;
        unsigned sessions, quit;
        enum verdict verdict;
    } cases[] = {
        {"client = { quit = true }", 2, 2, VERDICT_EXACT},
        {"client = { quit = true }", 2, 1, VERDICT_WRONG},
        {"client = { quit = true }", 0, 0, VERDICT_WRONG},
        {"client = { quit = false }", 2, 0, VERDICT_EXACT},
        {"client = { quit = false }", 2, 1, VERDICT_WRONG},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trial t;
        trial_open(&t, cases[i].expect);
        t.record.sessions = mem_new((cases[i].sessions + 1) * sizeof *t.record.sessions);
        t.record.session_count = cases[i].sessions;
        for (unsigned k = 0; k < cases[i].quit; k++)
            t.record.sessions[k].quit = true;
        trial_judge(&t);
        assert_check(&t, "QUIT", cases[i].verdict);
        trial_close(&t);
    }
}

/* ---- the rest ---- */

static void script_errors_are_wrong(void **state)
{
    struct trial t;
    trial_open(&t, "bounce = none");
    t.record.script_errors = 2;
    t.record.script_error = mem_text("case:3: boom");
    trial_judge(&t);
    assert_check(&t, "script errors", VERDICT_WRONG);
    assert_string_equal(check_of(&t, "script errors")->got, "case:3: boom");
    assert_false(result_passes(&t.result));
    trial_close(&t);
}

static void what_is_not_stated_is_not_judged(void **state)
{
    char *why = NULL;
    struct trial t = {.sender = &open_sender};
    t.script = script_load_text("case", "return {}", &why);
    add_report(&t.record, "user@case.test", "failed", "5.1.1", "550 5.1.1 User unknown");
    t.record.delivered = 3;
    trial_judge(&t);
    assert_int_equal(t.result.check_count, 0);
    assert_int_equal(result_verdict(&t.result), VERDICT_NOT_JUDGED);
    assert_true(noted(&t, "states no expectation"));
    assert_int_equal(t.result.delivered, 3);
    trial_close(&t);
}

static void expectations_that_cannot_be_right(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"return { expect = { bounce = { reason = 'user-unknown' } } }", NULL},
        {"return { expect = { bounce = none } }", NULL},
        {"return {\n expect = { bounce = any_of('it is open',\n none, { reason = 'user-unkown' }) "
         "} "
         "}",
            "case:2: unknown reason 'user-unkown' (did you mean 'user-unknown'?)"},
        {"return {\n expect = { delayed = { reason = 'user-unkown' } } }",
            "case:2: unknown reason 'user-unkown' (did you mean 'user-unknown'?)"},
        {"return {}", NULL},
        {"return {\n expect = {\n bounce = { reason = 'user-unkown' } } }",
            "case:3: unknown reason 'user-unkown' (did you mean 'user-unknown'?)"},
        {"return {\n expect = { bounce = { reason = 'qqqqqqqqqqqqqqqqqqqq' } } }",
            "case:2: unknown reason 'qqqqqqqqqqqqqqqqqqqq'; `whybounced --list-reasons` shows "
            "them"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *why = NULL;
        struct script *script = script_load_text("case", cases[i].text, &why);
        assert_null(why);
        why = judge_problem(script_scenario(script));
        assert_true(!why == !cases[i].why);
        if (why)
            assert_string_equal(why, cases[i].why);
        free(why);
        script_free(script);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounces_one_by_one),
        cmocka_unit_test(no_bounce_came),
        cmocka_unit_test(messages_that_are_no_bounces),
        cmocka_unit_test(given_up_after_retries),
        cmocka_unit_test(undefined_needs_an_empty_bounce),
        cmocka_unit_test(by_recipient),
        cmocka_unit_test(explanations_are_kept),
        cmocka_unit_test(ranges),
        cmocka_unit_test(attempts_nobody_saw),
        cmocka_unit_test(waits),
        cmocka_unit_test(quits),
        cmocka_unit_test(script_errors_are_wrong),
        cmocka_unit_test(what_is_not_stated_is_not_judged),
        cmocka_unit_test(expectations_that_cannot_be_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
