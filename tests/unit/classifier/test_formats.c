/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounces that are no report: who failed, and which lines speak of it. */
#include "kit.h"
#include <stdio.h>

static void check(
    void **state, const char *text, const char *address, const char *reason, const char *reply)
{
    struct bounce *bounce = kit_message(*state, text, strlen(text));

    assert_int_equal(bounce_message_kind(bounce), BOUNCE_KIND_BOUNCE);
    assert_int_equal(bounce_recipient_count(bounce), 1);
    assert_string_equal(kit_text(bounce, 0, BOUNCE_ADDRESS), address);
    assert_string_equal(kit_text(bounce, 0, BOUNCE_REASON), reason);
    assert_string_equal(kit_text(bounce, 0, BOUNCE_REPLY), reply);
    bounce_free(bounce);
}

static void qmail(void **state)
{
    check(state,
        "From: MAILER-DAEMON@q.example\nTo: me@q.example\nSubject: failure notice\n\nHi. This is "
        "the qmail-send program at "
        "q.example.\nI'm afraid I wasn't able to deliver your message to the following "
        "addresses.\n\n"
        "<a@b.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 no such "
        "user\nGiving up on 192.0.2.1.\n\n"
        "--- Below this line is a copy of the message.\n\nReturn-Path: <me@q.example>\nTo: "
        "other@c.example\n\nx@y.example: 552 full\n",
        "a@b.example", "user-unknown", "550");
}

static void exim(void **state)
{
    check(state,
        "X-Failed-Recipients: a@b.example\nFrom: Mail Delivery System "
        "<Mailer-Daemon@e.example>\nTo: me@e.example\n"
        "Subject: Mail delivery failed: returning message to sender\n\nThis message was created "
        "automatically.\n\n"
        "  a@b.example\n    SMTP error from remote mail server after RCPT TO:<a@b.example>:\n"
        "    host mx.b.example [192.0.2.1]: 552 5.2.2 mailbox full\n\n------ This is a copy of the "
        "message. ------\n\n"
        "Return-path: <me@e.example>\n",
        "a@b.example", "mailbox-full", "552");
}

static void sendmail_old(void **state)
{
    check(state,
        "From: Mail Delivery Subsystem <MAILER-DAEMON@s.example>\nTo: me@s.example\nSubject: "
        "Returned mail: User unknown\n\n"
        "   ----- Transcript of session follows -----\n>>> RCPT To:<a@b.example>\n<<< 550 relaying "
        "denied\n"
        "550 <a@b.example>... User unknown\n\n   ----- Unsent message follows -----\nReceived: x\n",
        "a@b.example", "relay-denied", "550");
}

/* A bounce of sendmail's with this transcript and these fields of the recipient's, returning a
 * message to `to`. */
static void check_transcript(
    void **state, const char *transcript, const char *diagnostic, const char *to, const char *stage)
{
    char text[2048];
    snprintf(text, sizeof text,
        "From: MAILER-DAEMON@s.example\nTo: me@s.example\nSubject: Returned mail\nMIME-Version: "
        "1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\n\n   ----- Transcript of session follows -----\n"
        "... while talking to mx.b.example.:\n%s\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; s.example\n\n"
        "Final-Recipient: RFC822; a@b.example\nAction: failed\nStatus: 5.0.0\n%s\n"
        "--b\nContent-Type: message/rfc822\n\nFrom: me@s.example\nTo: %s\n\nhi\n--b--\n",
        transcript, diagnostic, to);
    struct bounce *bounce = kit_message(*state, text, strlen(text));
    assert_int_equal(bounce_recipient_count(bounce), 1);
    assert_string_equal(kit_text(bounce, 0, BOUNCE_STAGE), stage);
    bounce_free(bounce);
}

static void sendmail_pipelines(void **state)
{
    static const char said[] = "Diagnostic-Code: SMTP; 552 5.2.2 full\n", one[] = "a@b.example",
                      empty[] = "Diagnostic-Code: SMTP; \n";
    static const char ends[] = ">>> DATA\n<<< 552 5.2.2 full\n554 5.0.0 Service unavailable\n";
    static const char goes_on[] = ">>> DATA\n<<< 552 5.2.2 full\n554 5.0.0 Service unavailable\n"
                                  "<<< 554 5.5.1 No valid recipients\n";

    check_transcript(state, goes_on, said, one, "rcpt");
    check_transcript(state, ends, said, one, "eom");
    check_transcript(state, ends, "", one, "data");
    check_transcript(state, goes_on, "", one, ""); /* which of the two? */
    check_transcript(state,
        ">>> DATA\n<<< 550 4.1.1 No\n550 5.1.1 <a@b.example>... User unknown\n"
        "<<< 554 5.5.1 No valid recipients\n",
        "", one, "rcpt");
    /* Accepted for the other, who knows: then it was this RCPT that was refused. */
    check_transcript(state, ends, said, "a@b.example, c@b.example", "");
    check_transcript(state, ends, said, "list@c.example", "");
    check_transcript(state, ends, empty, one, "");
}

static void sendmail_names_the_command(void **state)
{
    static const char said[] = "Diagnostic-Code: SMTP; 550 No\n", to[] = "a@b.example, c@b.example";

    check_transcript(state, "<<< 550 No\n554 5.0.0 Service unavailable\n", said, to, "connect");
    check_transcript(state,
        ">>> STARTTLS dialogue\n<<< 454 4.7.0 no\n>>> MAIL From:<me@s.example>\n<<< 550 No\n", said,
        to, "mail");
    check_transcript(state,
        ">>> DATA\n<<< 550-Not\n<<< 550 at all\n550 5.1.1 <a@b.example>... User unknown\n",
        "Diagnostic-Code: SMTP; 550-Not\n", to, "rcpt");
    check_transcript(state, ">>> DATA\n<<< 451 later\n>>> RCPT To:<a@b.example>\n<<< 550 No\n",
        said, to, "rcpt");
}

/* A bounce of one recipient, of this text and with these fields in its report. */
static struct bounce *of_text(void **state, const char *said, const char *fields)
{
    char text[2048];
    snprintf(text, sizeof text,
        "From: MAILER-DAEMON@s.example\nTo: me@s.example\nSubject: failed\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\n\n%s\n--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; s.example\n\nFinal-Recipient: RFC822; a@b.example\n"
        "Action: failed\n%s\n--b--\n",
        said, fields);
    return kit_message(*state, text, strlen(text));
}

/* Its report has the first line alone, and that may be a greeting like any other. */
static void sendmail_shows_all_lines_of_a_reply(void **state)
{
    struct bounce *bounce = of_text(state,
        "   ----- Transcript of session follows -----\n... while talking to mx.b.example.:\n"
        "<<< 554-mx.b.example Service not available\n<<< 554-IP address is block listed.\n"
        "<<< 554 Ask us\n554 5.0.0 Service unavailable\n",
        "Status: 5.5.0\nDiagnostic-Code: SMTP; 554-mx.b.example Service not available\n");
    assert_string_equal(kit_text(bounce, 0, BOUNCE_REASON), "blocklisted");
    assert_string_equal(kit_text(bounce, 0, BOUNCE_STAGE), "connect");
    assert_non_null(strstr(kit_text(bounce, 0, BOUNCE_DIAGNOSTIC), "554 Ask us"));
    assert_null(strstr(kit_text(bounce, 0, BOUNCE_DIAGNOSTIC), "unavailable"));
    bounce_free(bounce);
}

/* Words in the place of a reply are none, whatever they say, where it is known to be that place. */
static void courier_quotes_what_is_no_reply(void **state)
{
    static const char fields[] = "Status: 5.0.0\nDiagnostic-Code: smtp; Hello there\n";
    struct bounce *bounce = of_text(state,
        "<a@b.example>:\n     mx.b.example [192.0.2.1]:\n >>> EHLO s.example\n <<< Hello there\n",
        fields);
    assert_string_equal(kit_text(bounce, 0, BOUNCE_REASON), "protocol-error");
    bounce_free(bounce);
    bounce = of_text(state, "<a@b.example>:\n     mx.b.example [192.0.2.1]: Hello there\n", fields);
    assert_string_equal(kit_text(bounce, 0, BOUNCE_REASON), "undefined");
    bounce_free(bounce);
}

/* Courier names the host it talked with, and sometimes nothing else: that is no diagnosis. */
static void a_host_alone_says_nothing(void **state)
{
    static const char text[] =
        "From: postmaster@c.example\nTo: me@c.example\nSubject: NOTICE: mail delivery status.\n"
        "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; "
        "boundary=b\n\n"
        "--b\n\nYour message to the following recipients cannot be delivered:\n\n"
        "<a@b.example>:\n     mx.b.example [192.0.2.1]:\n     mx.b.example [192.0.2.1]:\n\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; c.example\n\n"
        "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.0.0\n\n--b--\n";
    struct bounce *bounce = kit_message(*state, text, strlen(text));
    assert_string_equal(kit_text(bounce, 0, BOUNCE_ADDRESS), "a@b.example");
    assert_string_equal(kit_text(bounce, 0, BOUNCE_REASON), "undefined");
    assert_string_equal(kit_text(bounce, 0, BOUNCE_DIAGNOSTIC), "");
    bounce_free(bounce);
}

static void dma(void **state)
{
    check(state,
        "From: MAILER-DAEMON <>\nTo: me@d.example\nSubject: Mail delivery failed\n\nThis is the "
        "DragonFly Mail Agent.\n\n"
        "There was an error delivering your mail to <a@b.example>.\n\nmx.b.example [192.0.2.1] did "
        "not like our RCPT TO:\n"
        "550 5.1.1 User unknown\n\nMessage headers follow.\n\nTo: z@z.example\n",
        "a@b.example", "user-unknown", "550");
}

/* What it says when it does not know: its own name, an "agent", and the "delivery failed" of its
 * subject are no account of a mailer that failed. */
static void dma_without_reason(void **state)
{
    check(state,
        "From: MAILER-DAEMON <>\nTo: me@d.example\nSubject: Mail delivery failed\n\nThis is the "
        "DragonFly Mail Agent v0.13 at d.example.\n\n"
        "There was an error delivering your mail to <a@b.example>.\n\nunknown bounce reason\n\n"
        "Message headers follow.\n\nTo: z@z.example\n",
        "a@b.example", "undefined", "");
}

static void digits_in_the_address(void **state)
{
    check(state,
        "From: MAILER-DAEMON <>\nTo: me@d.example\nSubject: Mail delivery failed\n\nThis is the "
        "DragonFly Mail Agent v0.13 at d.example.\n\n"
        "There was an error delivering your mail to <452-4.2.2@b.example>.\n\n"
        "Could not deliver for the last 432000 seconds. Giving up.\n\n"
        "Message headers follow.\n\nTo: z@z.example\n",
        "452-4.2.2@b.example", "expired", "");
}

static void a_sentence(void **state)
{
    check(state,
        "Return-Path: <>\nFrom: postmaster@x.example\nTo: me@x.example\nSubject: Undeliverable: "
        "hi\n\n"
        "Your message to a@b.example couldn't be delivered.\nThe mailbox is full.\n",
        "a@b.example", "mailbox-full", "");
}

static void a_label(void **state)
{
    check(state,
        "From: \"Postmaster\" <postmaster@x.example>\nTo: me@x.example\nSubject: Undeliverable "
        "Mail\n\n"
        "Unknown user: a@b.example\n\nOriginal message follows.\n\nFrom: me@x.example\n",
        "a@b.example", "user-unknown", "");
}

static void original_without_announcement(void **state)
{
    check(state,
        "From: MAILER-DAEMON@x.example\nTo: me@x.example\nSubject: failure "
        "notice\n\n<a@b.example>: 550 mailbox full\n\n"
        "Received: from x by y\nFrom: me@x.example\nTo: c@d.example\nSubject: 550 5.1.1 user "
        "unknown\n\n<q@r.example>: 550\n",
        "a@b.example", "mailbox-full", "550");
}

static void address_behind_arrows(void **state)
{
    check(state,
        "From: MAILER-DAEMON@x.example\nTo: me@x.example\nSubject: Returned mail\n\n"
        "  ----- The following addresses had permanent fatal errors -----\n\n>>> a@b.example "
        "<a@b.example>\n\n"
        "  ----- Transcript of session follows -----\n550 sorry, no mailbox here by that name "
        "(#5.1.1)\n",
        "a@b.example", "user-unknown", "550");
}

#define NOTICE                                                                                     \
    "{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceSubType\":\"General\","                  \
    "\"bouncedRecipients\":[{\"emailAddress\":"                                                    \
    "\"a@b.example\",\"action\":\"failed\",\"status\":\"5.2.2\",\"diagnosticCode\":\"smtp; 552 "   \
    "mailbox full [}\"}]}}"

static void json_notice(void **state)
{
    static const char head[] =
        "From: no-reply@sns.example\nTo: me@x.example\nSubject: Notification\n\n";
    char text[2048], *to;

    snprintf(text, sizeof text, "%s%s", head, NOTICE);
    check(state, text, "a@b.example", "mailbox-full", "552");
    /* Inside of an envelope it is a string, its quotes escaped. */
    to = text + snprintf(text, sizeof text, "%s{\"Type\":\"Notification\",\"Message\":\"", head);
    for (const char *p = NOTICE; *p; p++) {
        if (*p == '"')
            *to++ = '\\';
        *to++ = *p;
    }
    memcpy(to, "\"}", 3);
    check(state, text, "a@b.example", "mailbox-full", "552");
}

static void never_silence(void **state)
{
    static const char text[] =
        "From: MAILER-DAEMON@x.example\nTo: me@x.example\nSubject: failure notice\n\nSomething.\n";
    struct bounce *bounce = kit_message(*state, text, sizeof text - 1);

    assert_int_equal(bounce_message_kind(bounce), BOUNCE_KIND_BOUNCE);
    assert_int_equal(bounce_recipient_count(bounce), 1);
    assert_string_equal(kit_text(bounce, 0, BOUNCE_REASON), "undefined");
    assert_null(bounce_recipient_text(bounce_recipient_at(bounce, 0), BOUNCE_ADDRESS));
    assert_string_equal(kit_text(bounce, 0, BOUNCE_ACTOR), "sender");
    bounce_free(bounce);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(qmail),
        cmocka_unit_test(exim),
        cmocka_unit_test(sendmail_old),
        cmocka_unit_test(sendmail_pipelines),
        cmocka_unit_test(sendmail_names_the_command),
        cmocka_unit_test(sendmail_shows_all_lines_of_a_reply),
        cmocka_unit_test(courier_quotes_what_is_no_reply),
        cmocka_unit_test(a_host_alone_says_nothing),
        cmocka_unit_test(dma),
        cmocka_unit_test(dma_without_reason),
        cmocka_unit_test(digits_in_the_address),
        cmocka_unit_test(a_sentence),
        cmocka_unit_test(a_label),
        cmocka_unit_test(original_without_announcement),
        cmocka_unit_test(address_behind_arrows),
        cmocka_unit_test(json_notice),
        cmocka_unit_test(never_silence),
    };

    return cmocka_run_group_tests(tests, kit_reader_setup, kit_reader_teardown);
}
