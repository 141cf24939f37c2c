/* SPDX-License-Identifier: BSD-2-Clause */
/* The judge and a sender that tries each message once: what is left of an expectation, and what
 * must still be wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "server/server.h"
#include "trial.h"
#include "util/mem.h"

static const struct judge_sender once = {.tells_attempts = true, .once = true};
static const char note[] = "what takes a second attempt is not judged";

#define GREYLIST "bounce = none, delivered = 1, client = { attempts = at_least(2) }"

static void open_once(struct trial *t, const char *expect)
{
    trial_open(t, expect);
    t->sender = &once;
}

static void greylisted(struct trial *t)
{
    add_report(&t->record, "user@case.test", "failed", "4.7.1", "451 4.7.1 Greylisted, come again");
}

static void what_would_have_come_later_comes_back(void **state)
{
    struct trial t;
    open_once(&t, GREYLIST);
    greylisted(&t);
    trial_judge(&t);
    assert_check(&t, "bounce", VERDICT_EXACT);
    assert_string_equal(check_of(&t, "bounce")->got, "greylisted");
    assert_null(check_of(&t, "attempts"));
    assert_check(&t, "copies delivered", VERDICT_EXACT); /* not too many */
    assert_true(noted(&t, note));
    assert_true(result_passes(&t.result));
    trial_close(&t);
}

/* Neither delivered nor returned: that is lost, however often it was tried. */
static void what_is_lost_is_no_second_attempt(void **state)
{
    struct trial t;
    open_once(&t, GREYLIST);
    trial_judge(&t);
    assert_check(&t, "copies delivered", VERDICT_WRONG);
    assert_false(noted(&t, note));
    trial_close(&t);
}

static void who_says_nothing_may_have_failed_for_now(void **state)
{
    for (int silent = 0; silent < 2; silent++) {
        struct trial t;
        open_once(&t, GREYLIST);
        add_report(&t.record, "user@case.test", "failed", "5.0.0", silent ? NULL : "554 qwertz");
        trial_judge(&t);
        assert_check(&t, "bounce", silent ? VERDICT_EXACT : VERDICT_WRONG);
        trial_close(&t);
    }
}

/* Of two, one got nothing and is told nothing. */
static void who_is_told_nothing_is_missing_a_bounce(void **state)
{
    char *why = NULL;
    struct trial t = {.sender = &once, .record.reported = 1};
    t.script = script_load_text("case",
        "return { send = { to = { 'user', 'other' } }, expect = { bounce = none, delivered = 2, "
        "client = { attempts = 2 } } }",
        &why);
    assert_null(why);
    greylisted(&t);
    trial_judge(&t);
    assert_int_equal(result_half(&t.result, false), VERDICT_MISSING);
    trial_close(&t);
}

static void other_profiles_make_the_second_attempt(void **state)
{
    struct trial t;
    trial_open(&t, GREYLIST);
    greylisted(&t);
    trial_judge(&t);
    assert_check(&t, "bounce", VERDICT_WRONG);
    assert_check(&t, "attempts", VERDICT_WRONG);
    assert_check(&t, "copies delivered", VERDICT_WRONG);
    trial_close(&t);
}

/* It needed no second attempt: nothing is excused. */
static void what_was_delivered_is_judged_wholly(void **state)
{
    for (unsigned connections = 1; connections <= 2; connections++) {
        struct trial t;
        open_once(&t, GREYLIST);
        t.record.delivered = 1;
        t.record.reported = connections;
        trial_judge(&t);
        assert_check(&t, "bounce", VERDICT_EXACT);
        assert_check(&t, "attempts", connections == 2 ? VERDICT_EXACT : VERDICT_WRONG);
        assert_false(noted(&t, note));
        trial_close(&t);
    }
}

/* What one attempt decides is judged as ever. */
static void one_attempt_is_all_it_takes(void **state)
{
    static const struct {
        const char *client, *reply;
        bool excused;
    } cases[] = {
        {"{ attempts = 1 }", "451 4.7.1 Greylisted, come again", false},
        {"{}", "451 4.7.1 Greylisted, come again", true},
        {"{}", "550 5.1.1 User unknown", false}, /* that was for good */
        {"{ attempts = at_least(2) }", "550 5.1.1 User unknown", false},
        {"any_of('RFC 5321 leaves it open', { attempts = 1 }, { attempts = 2 })",
            "451 4.7.1 Greylisted, come again", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trial t;
        char *expect = mem_format("bounce = none, delivered = 1, client = %s", cases[i].client);
        open_once(&t, expect);
        free(expect);
        add_report(&t.record, "user@case.test", "failed",
            cases[i].reply[0] == '4' ? "4.7.1" : "5.1.1", cases[i].reply);
        trial_judge(&t);
        assert_check(&t, "bounce", cases[i].excused ? VERDICT_EXACT : VERDICT_WRONG);
        assert_check(&t, "copies delivered", cases[i].excused ? VERDICT_EXACT : VERDICT_WRONG);
        assert_true(noted(&t, note) == cases[i].excused);
        trial_close(&t);
    }
}

/* An attempt is a connection to each of the hosts. */
static void several_hosts_take_one_attempt(void **state)
{
    static const struct {
        const char *attempts;
        bool excused;
    } cases[] = {{"2", false}, {"3", true}, {"at_least(2)", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *why = NULL,
             *text = mem_format(
                 "return { send = { to = { 'user' } }, mx = { { preference = 1, host = 'mx1' }, { "
                 "preference = 2, host = 'mx2' } }, expect = { "
                 "bounce = none, delivered = 1, client = { attempts = %s } } }",
                 cases[i].attempts);
        struct trial t = {.sender = &once};
        t.script = script_load_text("case", text, &why);
        if (why)
            print_error("%s\n", why);
        assert_null(why);
        free(text);
        greylisted(&t);
        trial_judge(&t);
        assert_check(&t, "bounce", cases[i].excused ? VERDICT_EXACT : VERDICT_WRONG);
        assert_true(noted(&t, note) == cases[i].excused);
        trial_close(&t);
    }
}

/* Of what it gave up, the bounce is judged; too many attempts are too many. */
/* Where no mail is expected, what must be tried again can come to nothing; the rest cannot. */
static void without_mail_it_depends_on_the_attempts(void **state)
{
    for (int must = 0; must < 2; must++) {
        struct trial t;
        open_once(&t, must ? "delivered = at_most(1), client = { attempts = at_least(2) }"
                           : "bounce = { reason = 'mailbox-full' }, client = { attempts = 1 }");
        greylisted(&t);
        trial_judge(&t);
        assert_true(noted(&t, note) == must);
        assert_true(result_passes(&t.result) == must);
        trial_close(&t);
    }
}

static void what_expires_keeps_its_reason(void **state)
{
    struct trial t;
    open_once(&t, "bounce = { reason = 'greylisted', expired = true }, client = { attempts = "
                  "at_least(2), gaps = minutes(30), lifetime = days(4) }");
    greylisted(&t);
    trial_judge(&t);
    assert_check(&t, "reason", VERDICT_EXACT);
    assert_check(&t, "expired", VERDICT_EXACT);
    assert_true(result_passes(&t.result));
    trial_close(&t);
    open_once(
        &t, "bounce = { reason = 'mailbox-full', expired = true }, client = { attempts = 2 }");
    greylisted(&t);
    t.record.reported = 3;
    trial_judge(&t);
    assert_check(&t, "reason", VERDICT_WRONG);
    assert_check(&t, "attempts", VERDICT_WRONG);
    trial_close(&t);
}

static void delivered_to(struct trial *t, const char *rcpt)
{
    struct server_message message = {.from = "a@b", .rcpts = &rcpt, .rcpt_count = 1, .bytes = ""};
    record_delivery(&t->record, &message);
}

/* One was served, another is tried for ever: that is no excuse for telling the first of a failure.
 */
static void each_recipient_is_judged_alone(void **state)
{
    for (int too_many = 0; too_many < 2; too_many++) {
        char *why = NULL;
        struct trial t = {.sender = &once, .record.reported = 1};
        t.script = script_load_text("case",
            "return { send = { to = { 'user', 'full' } }, expect = { bounce = { ['user@'] = none, "
            "['full@'] = { reason = 'mailbox-full', expired = true } }, delivered = 1, client = { "
            "attempts = at_least(2) } } }",
            &why);
        assert_null(why);
        delivered_to(&t, "user@case.test");
        add_report(&t.record, "full@case.test", "failed", "4.2.2", "452 4.2.2 Mailbox full");
        if (too_many)
            add_report(&t.record, "user@case.test", "failed", "4.2.2", "452 4.2.2 Mailbox full");
        trial_judge(&t);
        assert_null(check_of(&t, "attempts"));
        assert_true(result_passes(&t.result) == !too_many);
        trial_close(&t);
    }
}

/* The server kept it and did not say so: the sender can only believe that it failed. */
static void a_copy_nobody_acknowledged_comes_back(void **state)
{
    struct trial t;
    open_once(&t, "bounce = none, delivered = 2, client = { attempts = 2 }");
    delivered_to(&t, "user@case.test");
    add_report(&t.record, "user@case.test", "failed", "4.4.2", "lost connection");
    trial_judge(&t);
    assert_true(result_passes(&t.result));
    trial_close(&t);
}

/* That it expires takes time, whether or not the attempts are counted. */
static void what_expires_takes_a_second_attempt(void **state)
{
    struct trial t;
    open_once(&t, "bounce = { reason = 'greylisted', expired = true }, delayed = { reason = "
                  "'greylisted' }");
    greylisted(&t);
    trial_judge(&t);
    assert_true(noted(&t, note));
    assert_true(result_passes(&t.result));
    trial_close(&t);
}

static void nobody_is_warned_of_a_delay(void **state)
{
    struct trial t;
    open_once(&t, GREYLIST ", delayed = { reason = 'greylisted' }");
    greylisted(&t);
    trial_judge(&t);
    assert_null(check_of(&t, "delay warning"));
    assert_true(result_passes(&t.result));
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_would_have_come_later_comes_back),
        cmocka_unit_test(what_is_lost_is_no_second_attempt),
        cmocka_unit_test(who_says_nothing_may_have_failed_for_now),
        cmocka_unit_test(who_is_told_nothing_is_missing_a_bounce),
        cmocka_unit_test(other_profiles_make_the_second_attempt),
        cmocka_unit_test(what_was_delivered_is_judged_wholly),
        cmocka_unit_test(one_attempt_is_all_it_takes),
        cmocka_unit_test(several_hosts_take_one_attempt),
        cmocka_unit_test(without_mail_it_depends_on_the_attempts),
        cmocka_unit_test(what_expires_keeps_its_reason),
        cmocka_unit_test(each_recipient_is_judged_alone),
        cmocka_unit_test(a_copy_nobody_acknowledged_comes_back),
        cmocka_unit_test(what_expires_takes_a_second_attempt),
        cmocka_unit_test(nobody_is_warned_of_a_delay),
    };
    return cmocka_run_group_tests_name("suite judge once", tests, NULL, NULL);
}
