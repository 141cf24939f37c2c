/* SPDX-License-Identifier: BSD-2-Clause */
/* The public face: arguments, the tree of reasons, many readers. */
#include "kit.h"
#include <pthread.h>

static void arguments(void **state)
{
    struct bounce *bounce = (struct bounce *)1;

    assert_int_equal(bounce_reader_new(NULL), BOUNCE_EINVAL);
    assert_int_equal(bounce_explain_message(NULL, "", 0, &bounce), BOUNCE_EINVAL);
    assert_null(bounce);
    assert_int_equal(bounce_explain_message(*state, NULL, 1, &bounce), BOUNCE_EINVAL);
    assert_int_equal(bounce_explain_message(*state, "", 0, NULL), BOUNCE_EINVAL);
    assert_int_equal(bounce_explain_reply(*state, "x", 1, "no-such-stage", &bounce), BOUNCE_EINVAL);
    bounce_free(NULL);
    bounce_reader_free(NULL);
    assert_null(bounce_recipient_at(NULL, 0));
    assert_null(bounce_recipient_text(NULL, BOUNCE_REASON));
    assert_false(bounce_recipient_span(NULL, NULL, NULL));
}

static void out_of_range(void **state)
{
    struct bounce *bounce = kit_reply(*state, "550 no", NULL);
    const struct bounce_recipient *rcpt = bounce_recipient_at(bounce, 0);

    assert_null(bounce_recipient_at(bounce, 1));
    assert_null(bounce_recipient_text(rcpt, BOUNCE_REPORTING_MTA));
    assert_null(bounce_recipient_text(rcpt, (enum bounce_text)99));
    assert_null(bounce_message_text(bounce, BOUNCE_REASON));
    assert_null(bounce_recipient_cause(rcpt, 99));
    assert_false(bounce_recipient_flag(rcpt, (enum bounce_flag)9));
    assert_string_equal(bounce_kind_name((enum bounce_kind)99), "not-a-bounce");
    bounce_free(bounce);
}

static void what_is_never_null(void **state)
{
    struct bounce *bounce = kit_reply(*state, "", NULL);
    const struct bounce_recipient *rcpt = bounce_recipient_at(bounce, 0);
    static const enum bounce_text always[] = {BOUNCE_REASON, BOUNCE_CLASS, BOUNCE_SISIMAI,
        BOUNCE_ACTOR, BOUNCE_EXPLANATION, BOUNCE_REMEDY};

    for (size_t i = 0; i < COUNT(always); i++)
        assert_non_null(bounce_recipient_text(rcpt, always[i]));
    assert_in_range((int)(100 * bounce_recipient_confidence(rcpt)), 0, 100);
    bounce_free(bounce);
}

static void the_tree(void **state)
{
    assert_true(bounce_reason_covers("connection-failed", "connection-refused"));
    assert_true(bounce_reason_covers("expired", "connection-refused"));
    assert_true(bounce_reason_covers("expired", "mailbox-full"));
    assert_true(bounce_reason_covers("system-error", "system-overloaded"));
    assert_true(bounce_reason_covers("undefined", "user-unknown"));
    assert_true(bounce_reason_covers("address", "user-unknown"));
    assert_true(bounce_reason_covers("system", "timeout"));
    assert_false(bounce_reason_covers("user-unknown", "user-unknown"));
    assert_false(bounce_reason_covers("connection-refused", "connection-failed"));
    assert_false(bounce_reason_covers("expired", "user-unknown"));
    assert_false(bounce_reason_covers("address", "mailbox-full"));
    assert_false(bounce_reason_covers("nonsense", "user-unknown"));
    assert_false(bounce_reason_covers("undefined", "nonsense"));
    assert_false(bounce_reason_covers(NULL, NULL));
}

/* The taxonomy that other people's scenarios are written in. */
static void all_reasons(void **state)
{
    static const char *const names[] = {"user-unknown", "address-syntax", "mailbox-moved",
        "host-unknown", "null-mx", "mailbox-disabled", "recipient-refused", "suppressed",
        "mailbox-full", "system-full", "message-too-large", "blocklisted", "bad-reputation",
        "reverse-dns-missing", "sender-rejected", "auth-failure", "relay-denied", "login-required",
        "tls-required", "tls-failed", "policy", "not-rfc-compliant", "spam-content", "virus",
        "content", "rate-limited", "greylisted", "expired", "connection-failed",
        "connection-refused", "connection-timeout", "connection-lost", "host-unreachable",
        "timeout", "dns-failure", "mail-loop", "system-error", "system-overloaded",
        "local-delivery-error", "protocol-error", "delivered", "relayed", "expanded", "delayed",
        "auto-reply", "challenge", "complaint", "not-your-message", "undefined"};
    size_t count = 0;

    for (size_t i = 0; i < COUNT(names); i++) {
        assert_true(bounce_reason_known(names[i]));
        assert_non_null(bounce_reason_class(names[i]));
    }
    while (bounce_reason_at(count))
        count++;
    assert_int_equal(count, COUNT(names));
    assert_string_equal(bounce_reason_class("timeout"), "system");
    assert_null(bounce_reason_class("nonsense"));
    assert_false(bounce_reason_known(NULL));
}

static void version(void **state)
{
    assert_int_equal(bounce_version(),
        BOUNCE_VERSION_MAJOR << 16 | BOUNCE_VERSION_MINOR << 8 | BOUNCE_VERSION_PATCH);
}

static void an_explanation_outlives_reader_and_input(void **state)
{
    char text[] = "550 5.1.1 User unknown";
    struct bounce_reader *reader = NULL;
    struct bounce *bounce;

    assert_int_equal(bounce_reader_new(&reader), BOUNCE_OK);
    bounce = kit_reply(reader, text, NULL);
    memset(text, 'x', sizeof text);
    bounce_reader_free(reader);
    assert_string_equal(kit_text(bounce, 0, BOUNCE_DIAGNOSTIC), "550 5.1.1 User unknown");
    assert_string_equal(kit_text(bounce, 0, BOUNCE_EVIDENCE), "User unknown");
    bounce_free(bounce);
}

static void many_recipients(void **state)
{
    size_t room = 400000, n = 0;
    char *text = malloc(room);
    struct bounce *bounce;

    n += (size_t)snprintf(text, room,
        "Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: "
        "message/delivery-status\n\nReporting-MTA: dns; x\n\n");
    for (int i = 0; i < 1500; i++)
        n += (size_t)snprintf(text + n, room - n,
            "Final-Recipient: rfc822; u%d@b.example\nAction: failed\nStatus: 5.1.1\n"
            "Diagnostic-Code: smtp; 550 5.1.1 no user u%d\n\n",
            i, i);
    bounce = kit_message(*state, text, n);
    assert_int_equal(bounce_recipient_count(bounce), 1500);
    assert_string_equal(kit_text(bounce, 1499, BOUNCE_ADDRESS), "u1499@b.example");
    bounce_free(bounce);
    free(text);
}

static void *work(void *context)
{
    static const char text[] = "552 5.2.2 Mailbox full";
    struct bounce_reader *reader = NULL;
    bool *good = context;

    *good = bounce_reader_new(&reader) == BOUNCE_OK;
    for (int i = 0; *good && i < 200; i++) {
        struct bounce *bounce = NULL;
        *good = bounce_explain_reply(reader, text, sizeof text - 1, NULL, &bounce) == BOUNCE_OK &&
                !strcmp(kit_text(bounce, 0, BOUNCE_REASON), "mailbox-full");
        bounce_free(bounce);
    }
    bounce_reader_free(reader);
    return NULL;
}

static void one_reader_per_thread(void **state)
{
    pthread_t threads[4];
    bool good[4];

    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, &good[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_true(good[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arguments),
        cmocka_unit_test(out_of_range),
        cmocka_unit_test(what_is_never_null),
        cmocka_unit_test(the_tree),
        cmocka_unit_test(all_reasons),
        cmocka_unit_test(version),
        cmocka_unit_test(an_explanation_outlives_reader_and_input),
        cmocka_unit_test(many_recipients),
        cmocka_unit_test(one_reader_per_thread),
    };

    return cmocka_run_group_tests(tests, kit_reader_setup, kit_reader_teardown);
}
