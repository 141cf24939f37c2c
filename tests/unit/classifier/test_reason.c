/* SPDX-License-Identifier: BSD-2-Clause */
/* Words, codes and stage weighed against each other. */
#include "kit.h"

static void check(void **state, const char *text, const char *stage, const char *reason)
{
    struct bounce *bounce = kit_reply(*state, text, stage);

    assert_string_equal(kit_text(bounce, 0, BOUNCE_REASON), reason);
    bounce_free(bounce);
}

static void words_before_weak_codes(void **state)
{
    check(state, "550 5.7.1 User unknown", NULL, "user-unknown");
    check(state, "550 5.2.1 rate that prevents additional messages from being delivered", NULL,
        "rate-limited");
    check(state, "550 5.1.0 sender address rejected", NULL, "sender-rejected");
    check(state, "550 5.7.1 relaying denied", NULL, "relay-denied");
    check(state, "552 5.7.0 Number of 'Received:' DATA headers exceeds maximum permitted", NULL,
        "mail-loop");
}

static void strong_codes_before_plain_words(void **state)
{
    check(state, "552 5.2.2 mailbox unavailable", NULL, "mailbox-full");
    check(state, "550 5.1.1 rejected", NULL, "user-unknown");
}

static void codes_alone(void **state)
{
    check(
        state, "850 2.0.0 Ok, or is it?", NULL, "protocol-error"); /* a class that does not exist */
    check(state, "550 5.1.1", NULL, "user-unknown");
    check(state, "452 4.2.2", NULL, "mailbox-full");
    check(state, "554 5.0.0", NULL, "undefined");
    check(state, "550 5.7.23", NULL, "auth-failure");
}

/* What no rule knows: the field that has the most words, and no dead address for want of a reason.
 */
static void topics_add_up(void **state)
{
    check(state, "554 5.0.0 botnet", NULL, "blocklisted");
    check(state, "554 5.0.0 botnet and adsl, by this fingerprint", NULL, "blocklisted");
    check(state, "554 5.0.0 botnet, by this fingerprint: mass mail", NULL, "spam-content");
    check(state, "554 host b.test: 5.0.0 nothing", NULL, "undefined");
    check(state, "550 xyzzy plugh frobozz", NULL, "policy");
    check(state, "550 nothing", NULL, "user-unknown");
}

static void an_unknown_stage_changes_nothing(void **state)
{
    static const char *const stages[] = {"connect", "mail", "rcpt", "data", "eom"};

    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        check(state, "550 User unknown", stages[i], "user-unknown");
        check(state, "554 5.7.1 Message rejected as spam", stages[i], "spam-content");
    }
    check(state, "550 User unknown", NULL, "user-unknown");
}

static void vetoes(void **state)
{
    check(state, "553 5.1.8 Sender address rejected: domain not found", NULL, "sender-rejected");
    check(state, "550 5.4.5 Daily sending quota exceeded", NULL, "rate-limited");
    check(state, "450 4.7.1 mailbox unavailable", NULL,
        "system-error"); /* temporary: the address is not dead */
}

static void flags(void **state)
{
    struct bounce *bounce = kit_reply(*state, "550 5.1.1 User unknown", NULL);
    const struct bounce_recipient *rcpt = bounce_recipient_at(bounce, 0);

    assert_true(bounce_recipient_flag(rcpt, BOUNCE_PERMANENT));
    assert_true(bounce_recipient_flag(rcpt, BOUNCE_ADDRESS_DEAD));
    assert_false(bounce_recipient_flag(rcpt, BOUNCE_RETRYABLE));
    assert_false(bounce_recipient_flag(rcpt, BOUNCE_EXPIRED));
    bounce_free(bounce);
    bounce = kit_reply(*state, "452 4.2.2 mailbox full: retry timeout exceeded", NULL);
    rcpt = bounce_recipient_at(bounce, 0);
    assert_false(bounce_recipient_flag(rcpt, BOUNCE_PERMANENT));
    assert_true(bounce_recipient_flag(rcpt, BOUNCE_EXPIRED));
    assert_true(bounce_recipient_flag(rcpt, BOUNCE_RETRYABLE));
    assert_false(bounce_recipient_flag(rcpt, BOUNCE_ADDRESS_DEAD));
    bounce_free(bounce);
}

/* While the server says "not yet", nobody is taken off a list; once the queue gave up, they may be.
 */
static void a_transient_reply_leaves_the_address_alive(void **state)
{
    struct bounce *bounce = kit_reply(*state, "450 4.1.1 <a@b.example>: User unknown", NULL);
    const struct bounce_recipient *rcpt = bounce_recipient_at(bounce, 0);

    assert_string_equal(kit_text(bounce, 0, BOUNCE_REASON), "user-unknown");
    assert_false(bounce_recipient_flag(rcpt, BOUNCE_ADDRESS_DEAD));
    assert_true(bounce_recipient_flag(rcpt, BOUNCE_RETRYABLE));
    bounce_free(bounce);
    bounce =
        kit_reply(*state, "450 4.1.1 <a@b.example>: User unknown: retry timeout exceeded", NULL);
    assert_true(bounce_recipient_flag(bounce_recipient_at(bounce, 0), BOUNCE_ADDRESS_DEAD));
    bounce_free(bounce);
}

static void contradictions_are_named(void **state)
{
    struct bounce *bounce = kit_reply(*state, "553 sorry, mailbox unavailable (#4.7.1)", NULL);

    assert_true(bounce_recipient_flag(bounce_recipient_at(bounce, 0), BOUNCE_PERMANENT));
    assert_non_null(strstr(kit_text(bounce, 0, BOUNCE_EXPLANATION), "disagree"));
    bounce_free(bounce);
}

static void causes_are_ranked(void **state)
{
    struct bounce *bounce = kit_reply(
        *state, "conversation with mx.b.example[192.0.2.1] timed out while sending RCPT TO", NULL);

    assert_string_equal(kit_text(bounce, 0, BOUNCE_REASON), "timeout");
    assert_string_equal(kit_text(bounce, 0, BOUNCE_STAGE), "rcpt");
    assert_string_equal(bounce_recipient_cause(bounce_recipient_at(bounce, 0), 0), "user-unknown");
    assert_string_equal(kit_text(bounce, 0, BOUNCE_ACTOR), "sender");
    bounce_free(bounce);
}

static void evidence_stands_in_the_input(void **state)
{
    static const char text[] = "550-5.2.2 The mailbox\r\n550 5.2.2 is FULL now";
    struct bounce *bounce = kit_reply(*state, text, NULL);
    size_t offset, length;

    assert_true(bounce_recipient_span(bounce_recipient_at(bounce, 0), &offset, &length));
    assert_memory_equal(text + offset, "mailbox", 7);
    assert_memory_equal(text + offset + length - 4, "FULL", 4);
    bounce_free(bounce);
}

static void facts_are_named(void **state)
{
    struct bounce *bounce = kit_reply(*state,
        "550 198.51.100.8 is listed at bl.spamcop.net, see http://x.example/198.51.100.8", NULL);

    assert_string_equal(kit_text(bounce, 0, BOUNCE_REASON), "blocklisted");
    assert_non_null(strstr(kit_text(bounce, 0, BOUNCE_EXPLANATION), "198.51.100.8"));
    assert_non_null(strstr(kit_text(bounce, 0, BOUNCE_EXPLANATION), "bl.spamcop.net"));
    assert_non_null(strstr(kit_text(bounce, 0, BOUNCE_REMEDY), "http://x.example/198.51.100.8"));
    bounce_free(bounce);
    bounce = kit_reply(*state, "552 5.3.4 Message size exceeds fixed limit of 10 MB", NULL);
    assert_non_null(strstr(kit_text(bounce, 0, BOUNCE_EXPLANATION), "10 mb"));
    bounce_free(bounce);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_before_weak_codes),
        cmocka_unit_test(strong_codes_before_plain_words),
        cmocka_unit_test(codes_alone),
        cmocka_unit_test(topics_add_up),
        cmocka_unit_test(an_unknown_stage_changes_nothing),
        cmocka_unit_test(vetoes),
        cmocka_unit_test(flags),
        cmocka_unit_test(a_transient_reply_leaves_the_address_alive),
        cmocka_unit_test(contradictions_are_named),
        cmocka_unit_test(causes_are_ranked),
        cmocka_unit_test(evidence_stands_in_the_input),
        cmocka_unit_test(facts_are_named),
    };

    return cmocka_run_group_tests(tests, kit_reader_setup, kit_reader_teardown);
}
