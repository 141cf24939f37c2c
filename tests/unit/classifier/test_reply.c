/* SPDX-License-Identifier: BSD-2-Clause */
/* Reply codes and enhanced status codes in running text. */
#include "kit.h"
#include "reply.h"
#include "wrapping.h"

static void check(const char *text, unsigned code, const char *status)
{
    struct reply reply;
    char found[32] = "";

    bounce__reply_find(span_str(text), 0, &reply);
    if (reply.status.class_)
        snprintf(found, sizeof found, "%u.%u.%u", reply.status.class_, reply.status.subject,
            reply.status.detail);
    assert_int_equal(reply.code, code);
    assert_string_equal(found, status);
}

static void codes(void **state)
{
    check("550 5.1.1 user unknown", 550, "5.1.1");
    check("host mx said: 550-5.7.26 unauthenticated", 550, "5.7.26");
    check("553 sorry, mailbox unavailable (#4.7.1)", 553, "4.7.1");
    check("smtp; 5.4.7 - delivery expired (delivery attempts: 0)", 0, "5.4.7");
    check("550 #5.1.0 address rejected", 550, "5.1.0");
    check("mailbox full", 0, "");
    check("552", 552, "");
    check("(550)", 550, "");
}

static void other_numbers(void **state)
{
    check("message exceeded 500 bytes", 0, "");
    check("connect to mx[192.0.2.1]:25: connection refused", 0, "");
    check("version 4.16.55.1 of 5.1.1.example", 0, "");
    check("5500 and 4500.5", 0, "");
    check("sent 450 messages, then 451 4.7.1 wait", 451, "4.7.1");
}

static void inner_replies(void **state)
{
    check("5.1.0 - 550-'5.7.1 access denied'", 550, "5.7.1");
    check("503 5.5.1 error: need rcpt command 550 5.1.1 unknown", 550, "5.1.1");
    check("554 5.5.1 error: no valid recipients", 554, "5.5.1");
}

static void status_alone(void **state)
{
    struct status status;
    size_t used;

    assert_true(bounce__status_parse(SPAN("5.7.606-649"), &status, &used));
    assert_int_equal(status.detail, 606);
    assert_false(bounce__status_parse(SPAN("3.1.1"), &status, &used));
    assert_false(bounce__status_parse(SPAN("5.1"), &status, &used));
    assert_false(bounce__status_parse(SPAN("5.1.1234"), &status, &used));
}

static void unwrap(const char *in, const char *want)
{
    char out[512];
    uint32_t at[512];
    struct fold fold = {.out = out, .at = at, .cap = sizeof out - 1};

    bounce__fold(&fold, span_str(in), NULL, 0);
    bounce__reply_unwrap(&fold, 0);
    out[fold.n] = '\0';
    assert_string_equal(out, want);
}

static void multi_line_replies_become_one(void **state)
{
    unwrap("550-5.1.1 The account\r\n550-5.1.1 does not\r\n550 5.1.1 exist.",
        "550-5.1.1 the account does not exist.");
    unwrap("550 no 550 yes", "550 no 550 yes");
}

static void wrappers_go(void **state)
{
    unwrap("5.1.0 - Unknown address error 550-'5.7.1 Access denied'",
        "5.1.0 - 550-'5.7.1 access denied'");
    unwrap("5.1.0 - Unknown address error", "5.1.0 - unknown address error");
}

static void words_are_counted_without_names_and_codes(void **state)
{
    assert_int_equal(bounce__reply_words(SPAN("550 no")), 1);
    assert_int_equal(
        bounce__reply_words(SPAN("550 5.7.1 (mx1.b.test, a@b.test) [ts04] http://b.test/no")), 0);
    assert_int_equal(bounce__reply_words(SPAN("550 \"we don't know,\" he said.")), 5);
    assert_int_equal(bounce__reply_words(SPAN("550 no such \xe7\x94\xa8")), 0);
    assert_int_equal(bounce__reply_words(SPAN("")), 0);
}

/* The reply, and behind the line end what stood around it. */
static void moved(const char *text, const char *reply, const char *around)
{
    char out[512];
    uint32_t at[512];
    struct fold fold = {.out = out, .at = at, .cap = sizeof out};
    size_t end;

    bounce__fold_mark(&fold, '\n');
    bounce__fold(&fold, span_str(text), NULL, 0);
    bounce__fold_mark(&fold, '\n');
    end = bounce__wrapping_move(&fold, 0);
    assert_true(span_same(bounce__trim(span_upto(span_of(out, fold.n), end)), reply));
    assert_true(span_same(bounce__trim(span_from(span_of(out, fold.n), end)), around));
    assert_int_equal(at[1], strstr(text, reply) - text);
}

static void what_stands_around_a_reply_goes_behind_it(void **state)
{
    moved("550 no such user", "550 no such user", "");
    moved("host mx.b.test[192.0.2.1] said: 550 no (in reply to RCPT TO command)", "550 no",
        "(in reply to rcpt to command)\nhost mx.b.test[192.0.2.1] said:");
    moved("421 no (in reply to MAIL FROM command)", "421 no", "(in reply to mail from command)");
    moved("SMTP error from remote mail server after end of data: 554 5.7.1 not you",
        "554 5.7.1 not you", "smtp error from remote mail server after end of data:");
    moved("status=bounced (550 5.1.1)", "550 5.1.1)", "status=bounced (");
    moved("user unknown: 550 5.1.1", "user unknown: 550 5.1.1", "");
    moved("the limit of 450 messages", "the limit of 450 messages", "");
}

static enum reply_sense sense(const char *said)
{
    struct reply reply;

    bounce__reply_find(span_str(said), 0, &reply);
    return bounce__reply_sense(&reply, span_str(said));
}

static void a_reply_in_unknown_words_means_more_than_its_code(void **state)
{
    assert_int_equal(sense("550"), SENSE_CODE);
    assert_int_equal(sense("550 no"), SENSE_CODE);
    assert_int_equal(sense("550 not you"), SENSE_REFUSAL);
    assert_int_equal(sense("554 not you"), SENSE_CODE);
    assert_int_equal(sense("421 mx.b.test esmtp bye"), SENSE_CODE);
    assert_int_equal(sense("421 mx.b.test please knock again"), SENSE_LATER);
    assert_int_equal(sense("450 4.2.1 please knock again"), SENSE_LATER);
    assert_int_equal(sense("451 4.3.0 please knock again"), SENSE_CODE);
    assert_int_equal(sense("452 please knock again"), SENSE_CODE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes),
        cmocka_unit_test(other_numbers),
        cmocka_unit_test(inner_replies),
        cmocka_unit_test(status_alone),
        cmocka_unit_test(multi_line_replies_become_one),
        cmocka_unit_test(wrappers_go),
        cmocka_unit_test(what_stands_around_a_reply_goes_behind_it),
        cmocka_unit_test(words_are_counted_without_names_and_codes),
        cmocka_unit_test(a_reply_in_unknown_words_means_more_than_its_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
