/* SPDX-License-Identifier: BSD-2-Clause */
/* The judge where a scenario allows several outcomes, and what it counts by recipient and command.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "server/server.h"
#include "trial.h"
#include "util/transcript.h"

/* ---- where the standard leaves something open ---- */

static void alternatives_of_a_bounce(void **state)
{
    static const char expect[] = "bounce = any_of('RFC 5321 4.2.1: which line counts', { reason = "
                                 "'mailbox-full' }, { reason "
                                 "= 'user-unknown', stage = 'rcpt', status = '5.1.1' }, none)";
    struct trial t;
    trial_open(&t, expect);
    add_report(&t.record, "user@case.test", "failed", "5.1.1",
        "550 5.1.1 User unknown (in reply to RCPT TO command)");
    trial_judge(&t);
    assert_check(&t, "reason", VERDICT_EXACT);
    assert_check(&t, "stage", VERDICT_EXACT);
    assert_true(result_passes(&t.result));
    assert_true(
        noted(&t, "bounce of user@: as in number 2 of 3 alternatives (RFC 5321 4.2.1: which "
                  "line counts)"));
    trial_close(&t);
    trial_open(&t, expect); /* none came, which is right as well */
    trial_judge(&t);
    assert_check(&t, "bounce", VERDICT_EXACT);
    assert_true(noted(&t, "number 3 of 3"));
    trial_close(&t);
    trial_open(&t, expect); /* half of one and half of another is wrong */
    add_report(&t.record, "user@case.test", "failed", "5.2.2",
        "550 5.2.2 User unknown (in reply to RCPT TO command)");
    trial_judge(&t);
    assert_false(result_passes(&t.result));
    assert_true(noted(&t, "none fits; the nearest is number"));
    trial_close(&t);
}

/* Bounce and conduct belong together: who gives up at once may not say that he tried for days. */
static void alternatives_of_the_whole(void **state)
{
    char *why = NULL;
    static const char text[] =
        "return { expect = any_of('RFC 5321 4.2.1 leaves open whether to retry',\n"
        "{ bounce = { reason = 'user-unknown', permanent = true }, client = { attempts = 1 } },\n"
        "{ bounce = { reason = 'user-unknown', permanent = false }, client = { attempts = "
        "at_least(2) } }) }";
    for (unsigned attempts = 1; attempts <= 2; attempts++) {
        struct trial t = {.sender = &open_sender};
        t.script = script_load_text("case", text, &why);
        assert_null(why);
        t.record.reported = attempts;
        add_report(&t.record, "user@case.test", "failed", "5.1.1", "550 5.1.1 User unknown");
        trial_judge(&t);
        assert_int_equal(result_passes(&t.result), attempts == 1);
        assert_true(noted(&t, attempts == 1 ? "outcome: as in number 1" : "outcome: none fits"));
        trial_close(&t);
    }
}

static void alternatives_of_conduct(void **state)
{
    struct trial t;
    trial_open(&t,
        "client = any_of('either is allowed', { attempts = 1, quit = true }, { attempts = "
        "at_least(3) })");
    t.record.reported = 4;
    trial_judge(&t);
    assert_check(&t, "attempts", VERDICT_EXACT);
    assert_null(check_of(&t, "QUIT"));
    assert_true(noted(&t, "client: as in number 2 of 2"));
    trial_close(&t);
}

/* ---- delay warnings ---- */

static void delay_warnings(void **state)
{
    static const struct {
        const char *expect, *action, *what;
        enum verdict verdict;
    } cases[] = {
        {"delayed = { reason = 'connection-refused' }", "delayed", "delay warning: reason",
            VERDICT_EXACT},
        {"delayed = { reason = 'mailbox-full' }", "delayed", "delay warning: reason",
            VERDICT_WRONG},
        {"delayed = { reason = 'connection-refused' }", "failed", "delay warning", VERDICT_MISSING},
        {"delayed = none", "delayed", "delay warning", VERDICT_WRONG},
        {"delayed = none", "failed", "delay warning", VERDICT_EXACT},
        {"delayed = any_of('nobody must warn', none, { reason = 'connection-refused' })", "delayed",
            "delay warning: reason", VERDICT_EXACT},
        {"delayed = any_of('nobody must warn', none, { reason = 'connection-refused' })", "failed",
            "delay warning", VERDICT_EXACT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trial t;
        trial_open(&t, cases[i].expect);
        add_report(&t.record, "user@case.test", cases[i].action, "4.4.1",
            "connect to mx: Connection refused");
        trial_judge(&t);
        assert_check(&t, cases[i].what, cases[i].verdict);
        trial_close(&t);
    }
}

/* ---- by recipient, by command ---- */

static void conduct_by_recipient(void **state)
{
    static const struct {
        const char *expect, *what;
        enum verdict verdict;
    } cases[] = {
        {"delivered = { ['user@'] = 2 }", "copies delivered to user@", VERDICT_EXACT},
        {"delivered = { ['user@'] = 1 }", "copies delivered to user@", VERDICT_WRONG},
        {"client = { asked = { ['user@'] = 3 } }", "times asked for user@", VERDICT_EXACT},
        {"client = { asked = { ['user@'] = 1 } }", "times asked for user@", VERDICT_WRONG},
        {"client = { commands = { rset = 1 } }", "commands rset", VERDICT_EXACT},
        {"client = { commands = { rset = 0 } }", "commands rset", VERDICT_WRONG},
        {"client = { commands = { helo = 0 } }", "commands helo", VERDICT_EXACT},
        {"client = { commands = { rcpt = 4 } }", "commands rcpt", VERDICT_EXACT},
        {"client = { resent = 1 }", "copies sent again", VERDICT_EXACT},
        {"client = { resent = 0 }", "copies sent again", VERDICT_WRONG},
    };
    static const char *const lines[] = {"RCPT TO:<user@case.test>", "rcpt to:<USER@case.test>",
        "RCPT TO:<user@case.test> NOTIFY=NEVER", "RCPT TO:<other@case.test>", "RSET"};
    static const char *const rcpts[] = {"user@case.test", "other@case.test"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trial t;
        trial_open(&t, cases[i].expect);
        for (size_t k = 0; k < sizeof lines / sizeof *lines; k++)
            record_event(&t.record,
                &(struct transcript_event){
                    .kind = TRANSCRIPT_COMMAND, .bytes = lines[k], .len = strlen(lines[k])});
        for (unsigned copy = 1; copy <= 2; copy++)
            record_event(&t.record,
                &(struct transcript_event){.kind = TRANSCRIPT_DATA, .copy = copy, .text = "end"});
        struct server_message message = {
            .from = "a@b", .rcpts = rcpts, .rcpt_count = 2, .bytes = "", .len = 0};
        record_delivery(&t.record, &message);
        message.rcpt_count = 1;
        record_delivery(&t.record, &message);
        trial_judge(&t);
        assert_check(&t, cases[i].what, cases[i].verdict);
        assert_true(check_of(&t, cases[i].what)->conduct);
        trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alternatives_of_a_bounce),
        cmocka_unit_test(alternatives_of_the_whole),
        cmocka_unit_test(alternatives_of_conduct),
        cmocka_unit_test(delay_warnings),
        cmocka_unit_test(conduct_by_recipient),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
