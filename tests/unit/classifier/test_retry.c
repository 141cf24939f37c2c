/* SPDX-License-Identifier: BSD-2-Clause */
/* test_retry.c - dates, durations in words, and who gave up. */
#include "kit.h"
#include "date.h"
#include "retry.h"
#include <stdlib.h>
#include <time.h>

static void dates_in_all_forms(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } dates[] = {{"Sun, 22 Nov 2026 05:43:20 +0000 (UTC)", 1795326200},
        {"Sun, 22 Nov 2026 05:43:20 GMT", 1795326200}, {"22 Nov 26 05:43:20 UTC", 1795326200},
        {"Sun, 22 Nov 2026 14:43:20 +0900 (JST)", 1795326200},
        {"Sat, 21 Nov 2026 21:43:20 -0800 (PST)", 1795326200},
        {"Sat, 21 Nov 2026 21:43:20 PST", 1795326200}, {"Sun Nov 22 05:43:20 2026", 1795326200},
        {"2026-11-22T05:43:20.000Z", 1795326200}, {"2026-11-22T07:13:20+01:30", 1795326200},
        {"2026-11-22 05-43-20", 1795326200}, {"22 Nov 2026 05:43", 1795326180},
        {"Thu, 1 Jan 1970 00:00:00 +0000", 0}, {"29 Feb 2024 00:00:00 +0000", 1709164800}};
    static const char *const none[] = {"", "yesterday", "Sun, 22 Nov 2026", "05:43:20",
        "31 Feb 2026 05:43:20 +0000", "29 Feb 2026 00:00:00 +0000", "22 Nov 2026 25:00:00 +0000",
        "22 Nov 2026 05:61:00 +0000", "22 Nov 9999 05:43:20 +0000", "0 Nov 2026 05:43:20 +0000",
        "1 Jan 1969 00:00:00 +0000", "1 Jan 1970 00:00:00 +0900", "22 Nov 99999999 05:43:20"};

    for (size_t i = 0; i < COUNT(dates); i++) {
        int64_t seconds = -1;
        assert_true(bounce__date_parse(span_str(dates[i].text), &seconds));
        assert_int_equal(seconds, dates[i].seconds);
    }
    for (size_t i = 0; i < COUNT(none); i++) {
        int64_t seconds = -7;
        if (bounce__date_parse(span_str(none[i]), &seconds))
            fail_msg("%s was taken for a date", none[i]);
    }
}

/* A zone that nobody has counts as UTC. */
static void absurd_zones(void **state)
{
    int64_t plain, odd;

    assert_true(bounce__date_parse(SPAN("22 Nov 2026 05:43:20 +0000"), &plain));
    assert_true(bounce__date_parse(SPAN("22 Nov 2026 05:43:20 +9900"), &odd));
    assert_int_equal(plain, odd);
    assert_true(bounce__date_parse(SPAN("22 Nov 2026 05:43:20 XYZT"), &odd));
    assert_int_equal(plain, odd);
}

/* The C library knows the calendar too. */
static void dates_as_the_c_library_has_them(void **state)
{
    char text[64], words[DATE_WORDS], expected[DATE_WORDS];

    for (int64_t t = 0; t < 7200000000; t += 86400 * 13 + 3607) {
        time_t when = (time_t)t;
        int64_t seconds;
        struct tm tm;

        gmtime_r(&when, &tm);
        strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &tm);
        assert_true(bounce__date_parse(span_str(text), &seconds));
        assert_int_equal(seconds, t);
        strftime(expected, sizeof expected, "%e %b %Y %H:%M UTC", &tm);
        bounce__date_words(words, t);
        assert_string_equal(words, expected + (expected[0] == ' '));
    }
}

static void junk_is_no_date_and_no_crash(void **state)
{
    static const char letters[] = "0123456789 ,:-+TZJanNov().;\n";
    char text[40];
    unsigned seed = 1;

    for (int round = 0; round < 200000; round++) {
        int64_t seconds = 0;
        size_t n = (seed = seed * 1103515245 + 12345) >> 16 & 31;

        for (size_t i = 0; i < n; i++)
            text[i] = letters[((seed = seed * 1103515245 + 12345) >> 16) % (sizeof letters - 1)];
        if (bounce__date_parse(span_of(text, n), &seconds))
            assert_true(seconds >= 0 && seconds < 7300000000);
    }
}

static void durations_in_words(void **state)
{
    static const struct {
        const char *text;
        int64_t stated, lifetime, attempts;
    } cases[] = {{"Message could not be delivered for 5 days\n", 5 * 86400, -1, -1},
        {"Will keep trying until message is 8 hours old", -1, 8 * 3600, -1},
        {"The message is kept in the queue for up to 7 days.", -1, 7 * 86400, -1},
        {"recipients after more than 24 hours on the queue on mx.example", 86400, -1, -1},
        {"Warning: message still undelivered after 4 hours\nWill keep trying until message is 5 "
         "days old",
            4 * 3600, 5 * 86400, -1},
        {"I tried for five days to deliver it", 5 * 86400, -1, -1},
        {"Your message could not be delivered for more than 0 hour(s).", -1, -1, -1},
        {"(delivery attempts: 0)", -1, -1, 0}, {"gave up after 12 attempts", -1, -1, 12},
        {"We tried 4 times to reach it", -1, -1, 4},
        /* Not about this queue. */
        {"You may send 500 messages in 24 hours", -1, -1, -1},
        {"The mailbox is full. Days: 12 days", -1, -1, -1},
        {"It will be delivered. 3 days of rain", -1, -1, -1},
        {"could not be delivered for 99999 days", -1, -1, -1}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct retry_facts facts = {.stated = -1, .lifetime = -1, .attempts = -1};
        bounce__stated_read(&facts, span_str(cases[i].text));
        if (facts.stated != cases[i].stated || facts.lifetime != cases[i].lifetime ||
            facts.attempts != cases[i].attempts)
            fail_msg("%s: stated %lld, lifetime %lld, attempts %lld", cases[i].text,
                (long long)facts.stated, (long long)facts.lifetime, (long long)facts.attempts);
    }
}

static struct bounce_reader *reader;

static struct bounce *explained(const char *format, const char *a, const char *b, const char *c)
{
    static const char head[] = "From: MAILER-DAEMON@mx.example\nDate: Fri, 27 Nov 2026 06:00:00 "
                               "+0000\nContent-Type: multipart/report; "
                               "report-type=delivery-status; boundary=b\n\n--b\nContent-Type: "
                               "text/plain\n\nundelivered\n--b\nContent-Type: "
                               "message/delivery-status\n\nReporting-MTA: dns; mx.example\n";
    char text[4000], body[2000];
    struct bounce *bounce;

    snprintf(body, sizeof body, format, a, b, c);
    snprintf(text, sizeof text, "%s%s\n--b--\n", head, body);
    assert_int_equal(bounce_explain_message(reader, text, strlen(text), &bounce), BOUNCE_OK);
    assert_int_equal(bounce_recipient_count(bounce), 1);
    return bounce;
}

static void expect(struct bounce *bounce, const char *gave_up, const char *by, int64_t waited)
{
    const struct bounce_recipient *rcpt = bounce_recipient_at(bounce, 0);
    const char *who = bounce_recipient_text(rcpt, BOUNCE_GAVE_UP);
    int64_t seconds = -1;

    if (gave_up)
        assert_string_equal(who, gave_up);
    else
        assert_null(who);
    if (by)
        assert_string_equal(bounce_recipient_text(rcpt, BOUNCE_GAVE_UP_BY), by);
    else
        assert_null(bounce_recipient_text(rcpt, BOUNCE_GAVE_UP_BY));
    assert_int_equal(bounce_recipient_number(rcpt, BOUNCE_SECONDS_WAITED, &seconds), waited >= 0);
    assert_int_equal(seconds, waited);
    assert_non_null(bounce_recipient_text(rcpt, BOUNCE_RETRY_STORY));
    bounce_free(bounce);
}

static const char fields[] = "Arrival-Date: %s\n\nFinal-Recipient: rfc822; a@b.example\nAction: "
                             "failed\nStatus: %s\nDiagnostic-Code: smtp; %s\n";

static void whose_policy_it_was(void **state)
{
    const char *sunday = "Sun, 22 Nov 2026 06:00:00 +0000";

    expect(explained(fields, sunday, "4.4.1", "connect to b.example: Connection timed out"),
        "sender-queue", "mx.example", 5 * 86400);
    expect(explained(fields, sunday, "4.2.0", "450 4.2.0 mailbox busy"), "sender-queue",
        "mx.example", 5 * 86400);
    expect(
        explained(fields, sunday, "5.1.1", "550 5.1.1 user unknown"), "receiver", NULL, 5 * 86400);
    expect(explained(fields, sunday, "5.4.4", "Host not found"), "sender", "mx.example", 5 * 86400);
    /* A clock that goes backwards, a date of nonsense, a year ago: no waiting time. */
    expect(explained(fields, "Mon, 30 Nov 2026 06:00:00 +0000", "4.4.7", "expired"), "sender-queue",
        "mx.example", -1);
    expect(
        explained(fields, "the other day", "4.4.7", "expired"), "sender-queue", "mx.example", -1);
    expect(explained(fields, "1 Jan 1990 06:00:00 +0000", "4.4.7", "expired"), "sender-queue",
        "mx.example", -1);
}

static void the_receiver_is_named(void **state)
{
    expect(
        explained("Arrival-Date: %s\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\n"
                  "Remote-MTA: dns; %s\nLast-Attempt-Date: %s\nStatus: 5.1.1\n"
                  "Diagnostic-Code: smtp; 550 5.1.1 user unknown\n",
            "Fri, 27 Nov 2026 05:00:00 +0000", "in.b.example", "Fri, 27 Nov 2026 06:00:02 +0100"),
        "receiver", "in.b.example", 2);
}

/* As nullmailer and Courier report a connection that was lost. */
static void a_status_of_no_meaning_is_nobodys_word(void **state)
{
    static const char form[] = "Final-Recipient: rfc822; a@b.example\nAction: failed\nStatus: %s\n"
                               "Remote-MTA: dns; %s\nDiagnostic-Code: SMTP; %s\n";

    expect(explained(form, "5.0.0", "in.b.example", ""), "unknown", NULL, -1);
    expect(explained(form, "5.7.0", "in.b.example", ""), "receiver", "in.b.example", -1);
    expect(explained(form, "5.0.0", "in.b.example", "550 no"), "receiver", "in.b.example", -1);
}

static void a_delay_is_nobodys_end(void **state)
{
    struct bounce *bounce = explained("\nFinal-Recipient: rfc822; a@b.example\nAction: delayed\n"
                                      "Status: 4.4.1\nWill-Retry-Until: %s\n%s%s",
        "Tue, 1 Dec 2026 06:00:00 +0000", "", "");
    const struct bounce_recipient *rcpt = bounce_recipient_at(bounce, 0);
    int64_t until;

    assert_true(bounce_recipient_number(rcpt, BOUNCE_TRIED_UNTIL, &until));
    assert_int_equal(until, 1796104800);
    assert_non_null(strstr(bounce_recipient_text(rcpt, BOUNCE_RETRY_STORY), "1 Dec 2026 06:00"));
    expect(bounce, NULL, NULL, -1);
}

static void story_is(const char *reply, const char *gave_up, const char *part)
{
    struct bounce *bounce;
    const struct bounce_recipient *rcpt;

    assert_int_equal(bounce_explain_reply(reader, reply, strlen(reply), NULL, &bounce), BOUNCE_OK);
    rcpt = bounce_recipient_at(bounce, 0);
    assert_string_equal(bounce_recipient_text(rcpt, BOUNCE_GAVE_UP), gave_up);
    if (!strstr(bounce_recipient_text(rcpt, BOUNCE_RETRY_STORY), part))
        fail_msg("%s", bounce_recipient_text(rcpt, BOUNCE_RETRY_STORY));
    bounce_free(bounce);
}

/* Server Fault 2010: two rejections after two and six days, and the question who decides that. */
static void the_question_of_the_seed(void **state)
{
    story_is("550 4.4.7 QUEUE.Expired; message expired", "sender-queue", "a setting of the server");
    story_is("5.4.7 - Delivery expired (message too old) '[Errno 61] Connection refused' "
             "(delivery attempts: 0)",
        "sender-queue", "counts 0 attempts");
    story_is("550 5.1.1 no such user", "receiver", "the receiver's decision");
}

static void numbers_out_of_range(void **state)
{
    int64_t value = 5;

    assert_false(bounce_recipient_number(NULL, BOUNCE_ATTEMPTS, &value));
    story_is("550 5.1.1 no such user", "receiver", "refused");
    assert_int_equal(value, 5);
}

static int open_reader(void **state)
{
    return bounce_reader_new(&reader);
}

static int close_reader(void **state)
{
    bounce_reader_free(reader);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(dates_in_all_forms),
        cmocka_unit_test(absurd_zones), cmocka_unit_test(dates_as_the_c_library_has_them),
        cmocka_unit_test(junk_is_no_date_and_no_crash), cmocka_unit_test(durations_in_words),
        cmocka_unit_test(whose_policy_it_was), cmocka_unit_test(the_receiver_is_named),
        cmocka_unit_test(a_status_of_no_meaning_is_nobodys_word),
        cmocka_unit_test(a_delay_is_nobodys_end), cmocka_unit_test(the_question_of_the_seed),
        cmocka_unit_test(numbers_out_of_range)};

    return cmocka_run_group_tests(tests, open_reader, close_reader);
}
