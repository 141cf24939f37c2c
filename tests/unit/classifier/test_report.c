/* SPDX-License-Identifier: BSD-2-Clause */
/* Delivery-status and feedback parts as they really come. */
#include "kit.h"
#include "address.h"
#include "report.h"

struct read {
    struct arena arena;
    struct charsets charsets;
    struct message message;
    struct report report;
};

static struct record *read_status(struct read *read, const char *type, const char *fields)
{
    static char text[8192];

    memset(read, 0, sizeof *read);
    snprintf(text, sizeof text,
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: %s\n\n%s\n--b--\n", type,
        fields);
    bounce__message_parse(&read->message, &read->charsets, span_str(text));
    bounce__report_read(&read->report, &read->arena, &read->message);
    return read->report.records.first;
}

static void plain(void **state)
{
    struct read read;
    struct record *record = read_status(&read, "message/delivery-status",
        "Reporting-MTA: dns; mta.example\n\nFinal-Recipient: rfc822; <a@b.example>\nAction: "
        "failed\nStatus: 5.1.1\n"
        "Remote-MTA: dns; mx.b.example\nDiagnostic-Code: smtp; 550 5.1.1\n User unknown\n");

    assert_int_equal(read.report.records.count, 1);
    assert_true(span_same(read.report.reporting_mta, "mta.example"));
    assert_true(span_same(record->address, "a@b.example"));
    assert_true(span_same(record->status, "5.1.1"));
    assert_true(span_same(record->remote_mta, "mx.b.example"));
    assert_true(span_same(record->diagnostic_type, "smtp"));
    assert_true(span_same(record->decisive.first->s, "550 5.1.1\n User unknown"));
    bounce__arena_free(&read.arena);
}

static void any_order_and_comments(void **state)
{
    struct read read;
    struct record *record = read_status(&read, "message/delivery-status",
        "Reporting-MTA: dns;x\n\nAction: failed (it did)\nFinal-Recipient:rfc822;a@b\nStatus: "
        "5.1.2 (550 Tried all MXs)\n");

    assert_int_equal(read.report.records.count, 1);
    assert_true(span_same(record->action, "failed"));
    assert_true(span_same(record->status, "5.1.2"));
    assert_true(span_same(record->said.first->s, "550 Tried all MXs"));
    bounce__arena_free(&read.arena);
}

static void blocks_without_empty_lines(void **state)
{
    struct read read;

    read_status(&read, "message/delivery-status",
        "Final-Recipient: rfc822; a@b\nAction: failed\nFinal-Recipient: rfc822; c@d\nAction: "
        "delayed\n");
    assert_int_equal(read.report.records.count, 2);
    assert_true(span_same(read.report.records.last->address, "c@d"));
    bounce__arena_free(&read.arena);
}

static void unfolded_continuation(void **state)
{
    struct read read;
    struct record *record = read_status(&read, "message/delivery-status",
        "Final-Recipient: rfc822; a@b\nDiagnostic-Code: smtp; 550-one\n550 two\n\n");

    assert_true(span_same(record->decisive.first->s, "550-one\n550 two"));
    bounce__arena_free(&read.arena);
}

static void global_and_mislabelled(void **state)
{
    struct read read;
    struct record *record = read_status(&read, "message/global-delivery-status",
        "Final-Recipient: utf-8; \\x{E4}@b.example\nAction: failed\n");

    assert_true(span_same(record->address, "\xC3\xA4@b.example"));
    bounce__arena_free(&read.arena);
    record = read_status(&read, "text/plain",
        "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b\nAction: failed\n");
    assert_non_null(record);
    bounce__arena_free(&read.arena);
}

static void source_routes(void **state)
{
    struct read read;
    struct record *record = read_status(&read, "message/delivery-status",
        "Original-Recipient: rfc822;a@b.example\nFinal-Recipient: "
        "rfc822;@hub.example:a@store\nAction: failed\n");

    assert_true(span_same(record->address, "a@b.example"));
    bounce__arena_free(&read.arena);
}

static void nothing_in_it(void **state)
{
    struct read read;

    assert_null(read_status(&read, "message/delivery-status", "Reporting-MTA: dns; x\n\n\n\n"));
    assert_true(read.report.found);
    assert_int_equal(read.report.records.count, 0);
    bounce__arena_free(&read.arena);
}

static void addresses(void **state)
{
    static const struct {
        const char *line, *want;
    } cases[] = {{"mail to <a.b+c@d.example>.", "a.b+c@d.example"},
        {"'x@y.example'", "x@y.example"}, {"\"a b\"@c.example said", "\"a b\"@c.example"},
        {"a@[192.0.2.1]: no", "a@[192.0.2.1]"}, {"see x@y.example, z", "x@y.example"},
        {"@ alone, then q@r", "q@r"}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct span address;
        size_t from = 0;
        assert_true(bounce__address_next(span_str(cases[i].line), &from, &address));
        assert_true(span_same(address, cases[i].want));
    }
}

static void typed_addresses(void **state)
{
    struct arena arena;

    bounce__arena_init(&arena);
    assert_true(span_same(bounce__address_typed(&arena, SPAN("rfc822; <a@b>")), "a@b"));
    assert_true(
        span_same(bounce__address_typed(&arena, SPAN("RFC822;a+40b.example")), "a@b.example"));
    assert_true(span_same(bounce__address_typed(&arena, SPAN("local; jdoe")), "jdoe"));
    bounce__arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain),
        cmocka_unit_test(any_order_and_comments),
        cmocka_unit_test(blocks_without_empty_lines),
        cmocka_unit_test(unfolded_continuation),
        cmocka_unit_test(global_and_mislabelled),
        cmocka_unit_test(source_routes),
        cmocka_unit_test(nothing_in_it),
        cmocka_unit_test(addresses),
        cmocka_unit_test(typed_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
