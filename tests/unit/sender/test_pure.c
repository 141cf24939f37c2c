/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts without a socket: line ends and dots, the retry schedule, failures and bounces in
 * words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "sender/body.h"
#include "sender/dsn.h"
#include "sender/schedule.h"
#include "util/mem.h"

#define MINUTE 60000ull
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* ---- body ---- */

static void line_ends(void **state)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"", ""},
        {"a", "a\r\n"},
        {"a\n", "a\r\n"},
        {"a\r\n", "a\r\n"},
        {"a\r", "a\r\n"},
        {"\n\n", "\r\n\r\n"},
        {"a\rb\nc\r\nd", "a\r\nb\r\nc\r\nd\r\n"},
        {"\r\r\n", "\r\n\r\n"},
        {".\n", ".\r\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t len;
        char *out = body_normalise(cases[i].in, strlen(cases[i].in), &len);
        assert_int_equal(len, strlen(cases[i].out));
        assert_string_equal(out, cases[i].out);
        free(out);
    }
    size_t len;
    char *out = body_normalise("a\0b", 3, &len);
    assert_int_equal(len, 5);
    assert_memory_equal(out, "a\0b\r\n", 5);
    free(out);
}

static void dots(void **state)
{
    static const char in[] = ".\r\n..\r\na.b\r\n.c\r\n\r\n.";
    static const char out[] = "..\r\n...\r\na.b\r\n..c\r\n\r\n..";
    for (size_t piece = 1; piece < sizeof in; piece++) {
        struct body_stuffing stuffing = {0};
        struct buf got = {0};
        for (size_t at = 0; at < sizeof in - 1; at += piece)
            body_stuff(
                &stuffing, in + at, piece < sizeof in - 1 - at ? piece : sizeof in - 1 - at, &got);
        assert_string_equal(buf_text(&got), out);
        buf_free(&got);
    }
}

/* ---- schedule ---- */

static void gaps(void **state)
{
    const struct sender_policy *rfc = &sender_policy_rfc5321;
    static const uint64_t expected[] = {30, 60, 120, 240, 240, 240};
    for (unsigned i = 0; i < 6; i++)
        assert_int_equal(schedule_gap(rfc, i + 1), expected[i] * MINUTE);
    assert_int_equal(schedule_gap(rfc, 4000000000u), 4 * HOUR);
    struct sender_policy odd = {.first_retry = 7, .longest_retry = 10};
    assert_int_equal(schedule_gap(&odd, 1), 7);
    assert_int_equal(schedule_gap(&odd, 2), 10);
    struct sender_policy backwards = {.first_retry = 20, .longest_retry = 10};
    assert_int_equal(schedule_gap(&backwards, 1), 10);
    struct sender_policy huge = {.first_retry = UINT64_MAX / 2 + 1, .longest_retry = UINT64_MAX};
    assert_int_equal(schedule_gap(&huge, 3), UINT64_MAX);
}

static void lifetimes(void **state)
{
    struct sender_policy policy =
        schedule_complete(&(struct sender_policy){.bounce_lifetime = DAY});
    assert_int_equal(schedule_expiry(&policy, 5, false), 5 * DAY + 5);
    assert_int_equal(schedule_expiry(&policy, 5, true), DAY + 5);
    assert_int_equal(schedule_expiry(&policy, UINT64_MAX - 5, true), UINT64_MAX);
    assert_int_equal(policy.timeout.data_init, 2 * MINUTE); /* RFC 5321 4.5.3.2.4 */
    assert_int_equal(policy.timeout.eom, 10 * MINUTE);      /* 4.5.3.2.6 */
    assert_int_equal(policy.first_retry, 30 * MINUTE);
}

/* ---- failures ---- */

static void failures_in_words(void **state)
{
    static const struct {
        struct failure why;
        const char *brief, *sentence, *status;
    } cases[] = {
        {{FAILURE_REPLY, PHASE_RCPT, true, "mx", "::1", 25, "550 No"}, "550 No",
            "host mx[::1]:25 said: 550 No (in reply to RCPT TO command)", "5.0.0"},
        {{FAILURE_REPLY, PHASE_EOM, false, "mx", "::1", 25, "452-4.3.1 Full 452 4.3.1 up"},
            "452-4.3.1 Full 452 4.3.1 up",
            "host mx[::1]:25 said: 452-4.3.1 Full 452 4.3.1 up (in reply to end of data)", "4.3.1"},
        {{FAILURE_REFUSED, PHASE_CONNECT, false, "mx", "127.1.0.5", 2525, NULL},
            "connection refused", "connection to mx[127.1.0.5]:2525 refused", "4.4.1"},
        {{FAILURE_TIMEOUT, PHASE_CONNECT, false, "mx", "127.1.0.5", 2525, NULL},
            "connection timed out", "connection to mx[127.1.0.5]:2525 timed out", "4.4.1"},
        {{FAILURE_UNREACHABLE, PHASE_CONNECT, false, "mx", "127.1.0.5", 2525,
             "host is unreachable"},
            "host is unreachable", "connection to mx[127.1.0.5]:2525 failed: host is unreachable",
            "4.4.1"},
        {{FAILURE_LOCAL, PHASE_RCPT, false, "mx", "127.1.0.5", 2525, "no memory"}, "no memory",
            "connection to mx[127.1.0.5]:2525 failed: no memory", "4.3.0"},
        {{FAILURE_TIMEOUT, PHASE_DATA, false, "mx", "127.1.0.5", 2525, NULL},
            "conversation timed out",
            "conversation with mx[127.1.0.5]:2525 timed out while sending the DATA command",
            "4.4.2"},
        {{FAILURE_CLOSED, PHASE_BODY, false, "mx", "127.1.0.5", 2525, NULL},
            "connection closed by the server",
            "lost connection with mx[127.1.0.5]:2525 while sending the message body", "4.4.2"},
        {{FAILURE_RESET, PHASE_EOM, false, "mx", "127.1.0.5", 2525, NULL},
            "connection reset by the server",
            "connection reset by mx[127.1.0.5]:2525 after end of data; the message may have been "
            "delivered",
            "4.4.2"},
        {{FAILURE_NO_DOMAIN, PHASE_DNS, true, "x.test", NULL, 0, NULL}, "no such domain",
            "host or domain name x.test not found (no such domain)", "5.1.2"},
        {{FAILURE_NO_ADDRESS, PHASE_DNS, true, "x.test", NULL, 0, NULL}, "no address",
            "host or domain name x.test has no mail exchanger and no address", "5.4.4"},
        {{FAILURE_NULL_MX, PHASE_DNS, true, "x.test", NULL, 0, NULL},
            "the domain does not accept mail (null MX)",
            "domain x.test does not accept mail (null MX)", "5.1.10"},
        {{FAILURE_DNS, PHASE_DNS, false, "x.test", NULL, 0, "server failure"}, "server failure",
            "name service error for x.test: server failure, try again", "4.4.3"},
        {{FAILURE_LOOP, PHASE_DNS, true, "x.test", NULL, 0, NULL}, "mail loops back to myself",
            "mail for x.test loops back to myself", "5.4.6"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char status[12];
        char *brief = failure_brief(&cases[i].why), *sentence = failure_sentence(&cases[i].why);
        failure_status(&cases[i].why, status);
        assert_string_equal(brief, cases[i].brief);
        assert_string_equal(sentence, cases[i].sentence);
        assert_string_equal(status, cases[i].status);
        free(brief);
        free(sentence);
    }
}

/* ---- bounces ---- */

static void dates(void **state)
{
    char date[48];
    dsn_date(0, 0, date);
    assert_string_equal(date, "Thu, 01 Jan 1970 00:00:00 +0000");
    dsn_date(1709164800, 86399999, date); /* a leap day */
    assert_string_equal(date, "Thu, 29 Feb 2024 23:59:59 +0000");
    dsn_date(1751364000, 5 * DAY, date);
    assert_string_equal(date, "Sun, 06 Jul 2025 10:00:00 +0000");
}

static void durations(void **state)
{
    static const struct {
        uint64_t ms;
        const char *text;
    } cases[] = {{5 * DAY, "5 days"}, {DAY, "1 day"}, {36 * HOUR, "36 hours"},
        {90 * MINUTE, "90 minutes"}, {90000, "90 seconds"}, {1500, "1 second"}, {0, "0 seconds"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[48];
        dsn_duration(cases[i].ms, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void folding(void **state)
{
    struct buf out = {0};
    struct buf word = {0};
    for (int i = 0; i < 2000; i++)
        buf_addf(&word, "x%s", i % 500 == 100 ? " " : "");
    dsn_fold(&out, 10, "    ", buf_text(&word));
    size_t line = 10, letters = 0;
    for (size_t i = 0; i < out.len; i++) {
        line = out.data[i] == '\n' ? 0 : line + 1;
        letters += out.data[i] == 'x';
        assert_true(line <= 998);
    }
    assert_int_equal(letters, 2000);
    assert_memory_equal(out.data + out.len - 2, "\r\n", 2);
    out.len = 0;
    dsn_fold(&out, 0, "  ", "");
    assert_string_equal(buf_text(&out), "\r\n");
    buf_free(&out);
    buf_free(&word);
}

static struct buf bounce_of(const char *message, const struct dsn_recipient *rcpts, size_t n)
{
    struct buf out = {0};
    struct dsn_facts facts = {
        .reporting_mta = "sender.test",
        .queue_id = "00000001",
        .bounce_id = "00000002",
        .to = "me@home.test",
        .start_date = 1751364000,
        .arrived_ms = 0,
        .now_ms = 5 * DAY,
        .lifetime_ms = 5 * DAY,
        .attempts = 32,
        .rcpts = rcpts,
        .rcpt_count = n,
        .message = message,
        .message_len = strlen(message),
    };
    char *why = NULL;
    dsn_find(NULL, &why)->write(&out, &facts);
    return out;
}

/* The whole text of one bounce: whoever changes it should see what changes. */
static void whole_bounce(void **state)
{
    struct failure no = {
        FAILURE_REPLY, PHASE_RCPT, true, "mx.x.test", "127.0.0.2", 25, "550 5.1.1 No"};
    struct failure late = {
        FAILURE_TIMEOUT, PHASE_CONNECT, false, "mx.y.test", "127.0.0.3", 25, NULL};
    struct dsn_recipient rcpts[] = {{"a@x.test", "rfc822;alias@x.test", &no, false, 1000},
        {"b@y.test", NULL, &late, true, 4 * DAY}};
    struct buf out = bounce_of("Subject: hi\r\n\r\n--=_00000002/0.1751364000--\r\n", rcpts, 2);
    assert_string_equal(buf_text(&out),
        "Date: Sun, 06 Jul 2025 10:00:00 +0000\r\n"
        "From: Mail Delivery System <MAILER-DAEMON@sender.test>\r\n"
        "To: <me@home.test>\r\n"
        "Subject: Undelivered mail returned to sender\r\n"
        "Message-ID: <00000002.1751364000@sender.test>\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status;\r\n"
        "\tboundary=\"=_00000002/1.1751364000\"\r\n"
        "\r\n"
        "This is a MIME-encapsulated message.\r\n"
        "\r\n"
        "--=_00000002/1.1751364000\r\n"
        "Content-Type: text/plain; charset=us-ascii\r\n"
        "Content-Description: Notification\r\n"
        "\r\n"
        "This is the mail system at host sender.test.\r\n"
        "\r\n"
        "Your message could not be delivered to the following recipients,\r\n"
        "and no further attempt will be made. It is attached below.\r\n"
        "\r\n"
        "<a@x.test>:\r\n"
        "    host mx.x.test[127.0.0.2]:25 said: 550 5.1.1 No (in reply to RCPT TO\r\n"
        "    command)\r\n"
        "\r\n"
        "<b@y.test>:\r\n"
        "    connection to mx.y.test[127.0.0.3]:25 timed out\r\n"
        "    Delivery was tried 32 times. The message has been in the queue for 5\r\n"
        "    days, which is as long as it may stay there, and is given up.\r\n"
        "\r\n"
        "--=_00000002/1.1751364000\r\n"
        "Content-Type: message/delivery-status\r\n"
        "Content-Description: Delivery report\r\n"
        "\r\n"
        "Reporting-MTA: dns; sender.test\r\n"
        "X-Fakesmtp-Queue-ID: 00000001\r\n"
        "X-Fakesmtp-Sender: rfc822; me@home.test\r\n"
        "Arrival-Date: Tue, 01 Jul 2025 10:00:00 +0000\r\n"
        "\r\n"
        "Original-Recipient: rfc822;alias@x.test\r\n"
        "Final-Recipient: rfc822; a@x.test\r\n"
        "Action: failed\r\n"
        "Status: 5.1.1\r\n"
        "Remote-MTA: dns; mx.x.test\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No\r\n"
        "Last-Attempt-Date: Tue, 01 Jul 2025 10:00:01 +0000\r\n"
        "\r\n"
        "Final-Recipient: rfc822; b@y.test\r\n"
        "Action: failed\r\n"
        "Status: 4.4.7\r\n"
        "Diagnostic-Code: X-Fakesmtp; connection to mx.y.test[127.0.0.3]:25 timed out\r\n"
        "Last-Attempt-Date: Sat, 05 Jul 2025 10:00:00 +0000\r\n"
        "\r\n"
        "--=_00000002/1.1751364000\r\n"
        "Content-Type: message/rfc822\r\n"
        "Content-Description: Undelivered message\r\n"
        "\r\n"
        "Subject: hi\r\n"
        "\r\n"
        "--=_00000002/0.1751364000--\r\n"
        "\r\n"
        "--=_00000002/1.1751364000--\r\n");
    buf_free(&out);
}

static void large_message_returns_its_headers(void **state)
{
    struct failure no = {
        FAILURE_REPLY, PHASE_RCPT, true, "mx.x.test", "127.0.0.2", 25, "550 5.1.1 No"};
    struct dsn_recipient rcpt = {"a@x.test", NULL, &no, false, 0};
    struct buf message = {0};
    buf_addf(&message, "Subject: large\r\n\r\n");
    while (message.len < 60000)
        buf_addf(&message, "All work and no play\r\n");
    struct buf out = bounce_of(buf_text(&message), &rcpt, 1);
    assert_true(out.len < 3000);
    assert_non_null(
        strstr(buf_text(&out), "Content-Type: text/rfc822-headers\r\n"
                               "Content-Description: Undelivered message headers\r\n\r\n"
                               "Subject: large\r\n\r\n--=_00000002/0.1751364000--\r\n"));
    buf_free(&out);
    buf_free(&message);
    out = bounce_of("Subject: \xc3\xa9\r\n", &rcpt, 1);
    assert_non_null(
        strstr(buf_text(&out), "Content-Transfer-Encoding: 8bit\r\n\r\nSubject: \xc3\xa9\r\n"));
    buf_free(&out);
}

static void header_sections(void **state)
{
    assert_int_equal(dsn_header_len("a: b\r\n\r\nbody\r\n", 14), 6);
    assert_int_equal(dsn_header_len("\r\nbody\r\n", 8), 0);
    assert_int_equal(dsn_header_len("a: b\r\n", 6), 6);
    assert_int_equal(dsn_header_len("", 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_ends),
        cmocka_unit_test(dots),
        cmocka_unit_test(gaps),
        cmocka_unit_test(lifetimes),
        cmocka_unit_test(failures_in_words),
        cmocka_unit_test(dates),
        cmocka_unit_test(durations),
        cmocka_unit_test(folding),
        cmocka_unit_test(whole_bounce),
        cmocka_unit_test(large_message_returns_its_headers),
        cmocka_unit_test(header_sections),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
