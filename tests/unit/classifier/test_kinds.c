/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounces, reports, automatic answers and ordinary mail apart. */
#include "kit.h"

static void check(void **state, const char *text, enum bounce_kind kind)
{
    struct bounce *bounce = kit_message(*state, text, strlen(text));

    assert_string_equal(bounce_kind_name(bounce_message_kind(bounce)), bounce_kind_name(kind));
    if (kind == BOUNCE_KIND_NOT_A_BOUNCE)
        assert_int_equal(bounce_recipient_count(bounce), 0);
    else
        assert_true(bounce_recipient_count(bounce) > 0);
    bounce_free(bounce);
}

#define STATUS(action, more)                                                                       \
    "From: MAILER-DAEMON@x\nSubject: report\nContent-Type: multipart/report; "                     \
    "boundary=b\n\n--b\n\ntext " more "\n--b\n"                                                    \
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; "  \
    "a@b.example\nAction: " action "\nStatus: 4.4.7\n\n--b--\n"

static void reports(void **state)
{
    check(state, STATUS("failed", ""), BOUNCE_KIND_BOUNCE);
    check(state, STATUS("delayed", ""), BOUNCE_KIND_DELAYED);
    check(state, STATUS("delivered", ""), BOUNCE_KIND_DELIVERED);
    check(state, STATUS("relayed (to non-DSN-aware mailer)", ""), BOUNCE_KIND_RELAYED);
    check(state, STATUS("expanded", ""), BOUNCE_KIND_EXPANDED);
}

static void delayed_that_is_final(void **state)
{
    check(state, STATUS("delayed", "\na@b.example: Envelope expired"), BOUNCE_KIND_BOUNCE);
}

static void warnings(void **state)
{
    check(state,
        "From: MAILER-DAEMON@x\nSubject: Warning: message delayed 24 hours\n\nThis message was "
        "delayed.\n\n  a@b.example\n\n"
        "No action is required on your part. Delivery attempts will continue.\n",
        BOUNCE_KIND_DELAYED);
}

static void automatic_answers(void **state)
{
    check(state, "From: a@b.example\nAuto-Submitted: auto-replied\nSubject: Re: hi\n\nI am away.\n",
        BOUNCE_KIND_AUTO_REPLY);
    check(state, "From: a@b.example\nSubject: Out of Office: hi\n\nBack soon.\n",
        BOUNCE_KIND_AUTO_REPLY);
    check(state,
        "From: Mailer-Daemon@x\nAuto-Submitted: auto-replied\nX-Failed-Recipients: "
        "c@d.example\nSubject: Mail delivery "
        "failed\n\n  c@d.example\n    550 no such user\n",
        BOUNCE_KIND_BOUNCE);
}

static void challenges(void **state)
{
    check(state,
        "From: a@b.example\nSubject: Please confirm your message\n\nReply to have your message "
        "delivered.\n",
        BOUNCE_KIND_CHALLENGE);
}

static void complaints(void **state)
{
    check(state,
        "From: f@x\nSubject: x\nContent-Type: multipart/report; report-type=feedback-report; "
        "boundary=b\n\n--b\n\nspam\n--b\n"
        "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: "
        "1\nOriginal-Rcpt-To: <a@b.example>\n\n--b--\n",
        BOUNCE_KIND_COMPLAINT);
}

static void ordinary_mail(void **state)
{
    check(state,
        "From: a@b.example\nTo: c@d.example\nSubject: Lunch\n\nShall we? Write to e@f.example.\n",
        BOUNCE_KIND_NOT_A_BOUNCE);
    check(state, "", BOUNCE_KIND_NOT_A_BOUNCE);
    check(state, "\n\n", BOUNCE_KIND_NOT_A_BOUNCE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports),
        cmocka_unit_test(delayed_that_is_final),
        cmocka_unit_test(warnings),
        cmocka_unit_test(automatic_answers),
        cmocka_unit_test(challenges),
        cmocka_unit_test(complaints),
        cmocka_unit_test(ordinary_mail),
    };

    return cmocka_run_group_tests(tests, kit_reader_setup, kit_reader_teardown);
}
