/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes at all: cut off, mutated, nested, endless. Nothing may crash, hang, or answer outside
 * of the input. The mutations come from a fixed seed, so a failure repeats. */
#include "kit.h"

static const char *folder;
static const char *const samples[] = {"mta/exim-u550.eml", "mta/postfix-x-multi.eml",
    "mta/sendmail-stall.eml", "mta/haraka-u550.eml", "mta/dma-u550.eml", "mta/courier-d450.eml",
    "mta/opensmtpd-refused.eml", "formats/ezmlm-probe.eml", "formats/verizon.eml",
    "formats/german-tonline.eml", "formats/dsn-text-useless.eml", "formats/gmail-dns.eml"};

static void check(struct bounce_reader *reader, const char *bytes, size_t len)
{
    struct bounce *bounce = kit_message(reader, bytes, len);

    for (size_t i = 0; i < bounce_recipient_count(bounce); i++) {
        size_t offset, length;
        assert_true(bounce_reason_known(kit_text(bounce, i, BOUNCE_REASON)));
        if (bounce_recipient_span(bounce_recipient_at(bounce, i), &offset, &length))
            assert_true(offset < len && length <= len - offset);
    }
    bounce_free(bounce);
}

static void cut_off_anywhere(void **state)
{
    for (size_t s = 0; s < COUNT(samples); s++) {
        size_t len = 0;
        char *text = kit_file(folder, samples[s], &len);

        assert_non_null(text);
        for (size_t cut = 0; cut <= len; cut += cut % 7 + 1) {
            char *exact = malloc(cut ? cut : 1); /* so that a sanitizer sees the end */
            memcpy(exact, text, cut);
            check(*state, exact, cut);
            free(exact);
        }
        free(text);
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static void mutate(char *text, size_t len, uint32_t *seed)
{
    static const char bytes[] = "\0\n\r\t :;=<>@\"'-.0159\x80\xC3\xFF";

    for (uint32_t i = next_random(seed) % 20 + 1; i; i--) {
        size_t at = next_random(seed) % len, other = next_random(seed) % len;
        size_t n = next_random(seed) % 64;

        if (next_random(seed) % 3)
            text[at] = bytes[next_random(seed) % (sizeof bytes - 1)];
        else if (at + n < len && other + n < len)
            memmove(text + at, text + other, n);
    }
}

static void mutated(void **state)
{
    uint32_t seed = 2026;

    for (size_t s = 0; s < COUNT(samples); s++) {
        size_t len = 0;
        char *text = kit_file(folder, samples[s], &len), *copy = malloc(len);

        for (int round = 0; round < 300; round++) {
            memcpy(copy, text, len);
            mutate(copy, len, &seed);
            check(*state, copy, len);
        }
        free(copy);
        free(text);
    }
}

static char *repeated(const char *head, const char *piece, size_t times, size_t *len)
{
    size_t h = strlen(head), p = strlen(piece);
    char *text = malloc(h + p * times + 1);

    memcpy(text, head, h);
    for (size_t i = 0; i < times; i++)
        memcpy(text + h + i * p, piece, p);
    *len = h + p * times;
    return text;
}

static void endless(void **state)
{
    static const struct {
        const char *head, *piece;
        size_t times;
    } cases[] = {
        {"Subject: ", "x", 1 << 20},
        {"From: MAILER-DAEMON\n\n", "x", 1 << 20},
        {"From: MAILER-DAEMON\n\n", "<a@b.example>: 550 no\n", 20000},
        {"From: MAILER-DAEMON\n\n", "@", 200000},
        {"From: MAILER-DAEMON\n\n", "\"", 200000},
        {"From: MAILER-DAEMON\n\n", "550-", 200000},
        {"", "\r", 1 << 20},
        {"", "a: b\n", 200000},
        {"Content-Type: multipart/mixed; boundary=b\n\n", "--b\n", 100000},
        {"Content-Type: multipart/mixed; boundary=b\n\n",
            "--b\nContent-Type: multipart/mixed; boundary=b\n\n", 10000},
        {"Content-Type: text/html\nFrom: MAILER-DAEMON\n\n", "<", 100000},
        {"Content-Type: text/html\nFrom: MAILER-DAEMON\n\n", "<style", 20000},
        {"Content-Type: text/html\nFrom: MAILER-DAEMON\n\n", "&", 100000},
        {"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: "
         "message/delivery-status\n\n",
            "Status: 5.1.1\n\n", 50000},
        {"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: "
         "message/delivery-status\n\n",
            "Final-Recipient: rfc822; a@b\n\n", 50000},
        {"Subject: ", "=?utf-8?Q?", 100000},
        {"Content-Transfer-Encoding: quoted-printable\nFrom: MAILER-DAEMON\n\n", "=", 200000},
        {"Content-Type: text/plain; charset=iso-2022-jp\nFrom: MAILER-DAEMON\n\n", "\x1B$", 100000},
        {"Content-Type: ", ";", 100000},
        {"From: MAILER-DAEMON\n\n", "mailbox ", 100000},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        size_t len;
        char *text = repeated(cases[i].head, cases[i].piece, cases[i].times, &len);
        check(*state, text, len);
        free(text);
    }
}

static void replies_of_any_bytes(void **state)
{
    uint32_t seed = 7;
    char text[512];

    for (int round = 0; round < 2000; round++) {
        struct bounce *bounce = NULL;
        size_t len = next_random(&seed) % sizeof text;

        for (size_t i = 0; i < len; i++)
            text[i] = (char)next_random(&seed);
        assert_int_equal(bounce_explain_reply(*state, text, len, NULL, &bounce), BOUNCE_OK);
        bounce_free(bounce);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut_off_anywhere),
        cmocka_unit_test(mutated),
        cmocka_unit_test(endless),
        cmocka_unit_test(replies_of_any_bytes),
    };

    if (argc != 2)
        return 99;
    folder = argv[1];
    return cmocka_run_group_tests(tests, kit_reader_setup, kit_reader_teardown);
}
