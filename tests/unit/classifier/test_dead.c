/* SPDX-License-Identifier: BSD-2-Clause */
/* When an address is called dead, and what speaks against it. */
#include "kit.h"

/* A bounce of Postfix's form about jo@far.example, for ann@near.example. */
static struct bounce *of_reply(void **state, const char *reply)
{
    char text[2000];

    snprintf(text, sizeof text,
        "From: MAILER-DAEMON@near.example\nTo: ann@near.example\nSubject: Undelivered Mail "
        "Returned "
        "to Sender\nMIME-Version: 1.0\nContent-Type: multipart/report; "
        "report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
        "<jo@far.example>: %s\n\n--b\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; near.example\n\nFinal-Recipient: rfc822; jo@far.example\n"
        "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; %s\n\n--b\n"
        "Content-Type: message/rfc822\n\nFrom: ann@near.example\nTo: jo@far.example\n\nhi\n--b--\n",
        reply, reply);
    return kit_message(*state, text, strlen(text));
}

static void check(void **state, const char *reply, bool dead)
{
    struct bounce *bounce = of_reply(state, reply);

    if (bounce_recipient_flag(bounce_recipient_at(bounce, 0), BOUNCE_ADDRESS_DEAD) != dead)
        fail_msg("%s: %s, %sdead", reply, kit_text(bounce, 0, BOUNCE_REASON), dead ? "not " : "");
    bounce_free(bounce);
}

static void who_does_not_exist(void **state)
{
    check(state, "550 5.1.1 <jo@far.example>: user unknown", true);
    check(state, "550 <jo@far.example> has left the company", true);
    check(state, "550 5.1.2 host far.example not found", true);
    check(state, "550 mail box removed from server", true);
}

static void who_may_exist(void **state)
{
    check(state, "552 5.2.2 <jo@far.example>: mailbox full", false);
    check(state, "550 5.2.1 <jo@far.example>: account disabled", false);
    check(state, "450 4.1.1 <jo@far.example>: user unknown", true); /* the report says "failed" */
    check(state, "550 no", false);
}

/* Only the recipient's domain, or a host of it, is the recipient's. */
static void whose_host(void **state)
{
    check(state, "host far.example not found", true);
    check(state, "host mx.far.example not found", true);
    check(state, "host smarthost.near.example not found", false);
}

/* The server asked back about the sender, and quotes what it was told. */
static void whose_address(void **state)
{
    check(state, "550 <ann@near.example> doesn't exist according to 192.0.2.1: 550 no such user",
        false);
    check(state, "550 Greetings ann@near.example, the account you write to doesn't exist", true);
    check(state, "550 <jo@far.example>: no such user, says a mail of <ann@near.example>", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_does_not_exist),
        cmocka_unit_test(who_may_exist),
        cmocka_unit_test(whose_host),
        cmocka_unit_test(whose_address),
    };

    return cmocka_run_group_tests(tests, kit_reader_setup, kit_reader_teardown);
}
