/* SPDX-License-Identifier: BSD-2-Clause */
/* Header blocks, transfer encodings and the MIME walk. */
#include "kit.h"
#include "message.h"

static struct charsets kept; /* closed at the end of main() */

static void fields_fold_and_end(void **state)
{
    struct span block = SPAN("From x\r\nSubject: one\r\n two\r\nTo : a@b\r\njunk\r\nDate: d\r\n");

    assert_true(span_same(bounce__field_get(block, "subject"), "one\r\n two"));
    assert_true(span_same(bounce__field_get(block, "To"), "a@b"));
    assert_true(span_same(bounce__field_get(block, "Date"), "d"));
    assert_null(bounce__field_get(block, "Cc").p);
}

static void parameters(void **state)
{
    struct span value =
        SPAN("multipart/report; report-type=delivery-status;\r\n\tboundary=\"a;b=c\"; x=y z");

    assert_true(span_same(bounce__field_main(value), "multipart/report"));
    assert_true(span_same(bounce__field_param(value, "boundary"), "a;b=c"));
    assert_true(span_same(bounce__field_param(value, "report-type"), "delivery-status"));
    assert_true(span_same(bounce__field_param(value, "x"), "y"));
    assert_null(bounce__field_param(value, "charset").p);
}

static void encoded_words(void **state)
{
    struct arena arena;

    bounce__arena_init(&arena);
    assert_string_equal(
        bounce__field_text(&kept, &arena, SPAN("=?utf-8?B?w4Q=?=\r\n =?iso-8859-1?Q?=E4_b?= c")),
        "\xC3\x84\xC3\xA4 b c");
    assert_string_equal(bounce__field_text(&kept, &arena, SPAN("=?x?Z?a?= plain\xFF")),
        "=?x?Z?a?= plain\xEF\xBF\xBD");
    bounce__arena_free(&arena);
}

static void quoted_printable_keeps_offsets(void **state)
{
    struct arena arena;
    struct text text;

    bounce__arena_init(&arena);
    text = bounce__decode(&kept, &arena, SPAN("a=3Db=\r\nc=ZZ"), 50, ENCODING_QUOTED, SPAN_NONE);
    assert_true(span_same(text.s, "a=bc=ZZ"));
    assert_int_equal(text_at(&text, 1), 51);
    assert_int_equal(text_at(&text, 3), 58);
    bounce__arena_free(&arena);
}

static void base64_keeps_offsets(void **state)
{
    struct arena arena;
    struct text text;

    bounce__arena_init(&arena);
    text = bounce__decode(
        &kept, &arena, SPAN("VXNl\r\nciB1bmtub3du"), 10, ENCODING_BASE64, SPAN("us-ascii"));
    assert_true(span_same(text.s, "User unknown"));
    assert_in_range(text_at(&text, 3), 16, 18);
    bounce__arena_free(&arena);
}

static void charsets(void **state)
{
    struct arena arena;
    struct text text;

    bounce__arena_init(&arena);
    text = bounce__decode(
        &kept, &arena, SPAN("pleine bo\xEEte"), 0, ENCODING_NONE, SPAN("iso-8859-1"));
    assert_true(span_same(text.s, "pleine bo\xC3\xAEte"));
    text = bounce__decode(
        &kept, &arena, SPAN("a\x1B$B$\"\x1B(Bb"), 0, ENCODING_NONE, SPAN("iso-2022-jp"));
    assert_true(span_same(text.s, "a\xE3\x81\x82"
                                  "b"));
    text = bounce__decode(&kept, &arena, SPAN("x\xFF"), 7, ENCODING_NONE, SPAN("no-such-charset"));
    assert_int_equal(text.s.n, 2);
    assert_int_equal(text_at(&text, 1), 8);
    bounce__arena_free(&arena);
}

static void charsets_stay_open(void **state)
{
    static const char *const names[] = {"iso-8859-1", "iso-8859-2", "koi8-r", "windows-1251",
        "shift_jis", "iso-2022-jp", "no-such-charset", "gb2312", "big5"};
    struct charsets open = {0};
    iconv_t first = bounce__charset(&open, SPAN("ISO-8859-1"));

    assert_true(first != (iconv_t)-1);
    bounce__charset(&open, SPAN("koi8-r"));
    assert_true(bounce__charset(&open, SPAN("iso-8859-1")) == first);
    /* More than are kept, each more than once: every answer is right, whoever was closed. */
    for (size_t i = 0; i < 5 * COUNT(names); i++) {
        const char *name = names[i * 4 % COUNT(names)];
        bool known = bounce__charset(&open, span_str(name)) != (iconv_t)-1;
        assert_int_equal(known, strcmp(name, "no-such-charset") != 0);
        assert_true(span_same(span_str(open.kept[0].name), name));
    }
    assert_true(bounce__charset(&open, SPAN("")) == (iconv_t)-1);
    assert_true(bounce__charset(&open, SPAN("utf-16//IGNORE")) == (iconv_t)-1);
    assert_true(bounce__charset(&open, SPAN("a\0b")) == (iconv_t)-1);
    bounce__charsets_close(&open);
    assert_string_equal(open.kept[0].name, "");
}

/* A text that was cut off in the middle of an escape leaves nothing behind for the next one. */
static void charsets_begin_anew(void **state)
{
    struct arena arena;
    struct text text;

    bounce__arena_init(&arena);
    for (int i = 0; i < 2; i++) {
        text = bounce__decode(
            &kept, &arena, SPAN("a\x1B$B$\""), 0, ENCODING_NONE, SPAN("iso-2022-jp"));
        assert_true(span_same(text.s, "a\xE3\x81\x82"));
        text = bounce__decode(
            &kept, &arena, SPAN("no \x1B(J~"), 0, ENCODING_NONE, SPAN("ISO-2022-JP"));
        assert_true(span_starts(text.s, "no "));
    }
    bounce__arena_free(&arena);
}

static void html_becomes_lines(void **state)
{
    struct arena arena;
    struct text html = {.s = SPAN(
                            "<style>p{}</style><p>To &lt;a@b.c&gt;</p>x <a@d.e> <br>y &amp; z")},
                text;

    bounce__arena_init(&arena);
    text = bounce__unhtml(&arena, &html);
    assert_true(span_has(text.s, "To <a@b.c>\n"));
    assert_true(span_has(text.s, "x <a@d.e>"));
    assert_true(span_has(text.s, "y & z"));
    assert_false(span_has(text.s, "p{}"));
    bounce__arena_free(&arena);
}

#define REPORT(nl)                                                                                 \
    "Content-Type: multipart/report; boundary=b" nl nl "preamble" nl "--b" nl nl "text" nl         \
    "--b" nl "Content-Type: message/delivery-status" nl nl "Status: 5.1.1" nl "--b" nl             \
    "Content-Type: message/rfc822" nl nl "Subject: s" nl nl "--c" nl "body" nl "--b--" nl          \
    "epilogue" nl

static void check_report(const char *text)
{
    static struct message message;

    bounce__message_parse(&message, &kept, span_str(text));
    assert_int_equal(message.part_count, 3);
    assert_int_equal(message.parts[0].type, PART_TEXT);
    assert_true(span_same(bounce__trim(message.parts[0].body), "text"));
    assert_int_equal(message.parts[1].type, PART_STATUS);
    assert_true(span_same(bounce__trim(message.parts[1].body), "Status: 5.1.1"));
    assert_int_equal(message.parts[2].type, PART_ORIGINAL);
    assert_true(span_has(message.parts[2].body, "body"));
    assert_false(span_has(message.parts[2].body, "epilogue"));
}

static void parts_with_any_newline(void **state)
{
    check_report(REPORT("\n"));
    check_report(REPORT("\r\n"));
    check_report(REPORT("\r"));
}

static void a_lost_boundary_leaves_text(void **state)
{
    static struct message message;

    bounce__message_parse(
        &message, &kept, SPAN("Content-Type: multipart/mixed; boundary=x\n\nhello\n"));
    assert_int_equal(message.part_count, 1);
    assert_int_equal(message.parts[0].type, PART_TEXT);
}

static void nesting_is_bounded(void **state)
{
    static struct message message;
    size_t room = 10000 * 80, n = 0;
    char *text = malloc(room);

    n += (size_t)snprintf(text, room, "Content-Type: multipart/mixed; boundary=b0\n\n");
    for (int i = 0; i < 9999; i++)
        n += (size_t)snprintf(
            text + n, room - n, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i, i + 1);
    bounce__message_parse(&message, &kept, span_of(text, n));
    assert_true(message.part_count <= PARTS_MOST);
    free(text);
}

static void parts_are_bounded(void **state)
{
    static struct message message;
    char text[8192] = "Content-Type: multipart/mixed; boundary=b\n\n";

    for (int i = 0; i < 500; i++)
        strcat(text, "--b\n\nx\n");
    bounce__message_parse(&message, &kept, span_str(text));
    assert_int_equal(message.part_count, PARTS_MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_fold_and_end),
        cmocka_unit_test(parameters),
        cmocka_unit_test(encoded_words),
        cmocka_unit_test(quoted_printable_keeps_offsets),
        cmocka_unit_test(base64_keeps_offsets),
        cmocka_unit_test(charsets),
        cmocka_unit_test(charsets_stay_open),
        cmocka_unit_test(charsets_begin_anew),
        cmocka_unit_test(html_becomes_lines),
        cmocka_unit_test(parts_with_any_newline),
        cmocka_unit_test(a_lost_boundary_leaves_text),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(parts_are_bounded),
    };

    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    bounce__charsets_close(&kept);
    return failed;
}
