/* SPDX-License-Identifier: BSD-2-Clause */
/* test_memory.c - messages of 100 MB in many shapes: what libbounce allocates for one has a bound
 * (docs/abi.md), and what stands in it is still found. Linked with --wrap of malloc, calloc and
 * free, which count. */
#include "kit.h"
#include <malloc.h>
#include <sys/mman.h>

enum { SIZE = 100 * 1000 * 1000 };
#define BOUND ((size_t)48 << 20) /* as docs/abi.md states it, for reader and explanation */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void __real_free(void *p);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void __wrap_free(void *p);

static size_t now, peak;
static char *room; /* SIZE bytes, not counted */

static void *counted(void *p)
{
    now += p ? malloc_usable_size(p) : 0;
    peak = now > peak ? now : peak;
    return p;
}

void *__wrap_malloc(size_t size)
{
    return counted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return counted(__real_calloc(count, size));
}

void __wrap_free(void *p)
{
    now -= p ? malloc_usable_size(p) : 0;
    __real_free(p);
}

/* head, then piece again and again, then tail: SIZE bytes together, in `room`. */
static char *filled(const char *head, const char *piece, size_t times, const char *tail)
{
    char *text = room;
    size_t h = strlen(head), p = strlen(piece), t = strlen(tail), end = SIZE - t, n;

    memcpy(text, head, h);
    n = times && times * p < end - h ? times * p : end - h;
    memcpy(text + h, piece, p < n ? p : n);
    for (size_t done = p; done < n; done *= 2) /* what is there, once more */
        memcpy(text + h + done, text + h, done < n - done ? done : n - done);
    memset(text + h + n, 'x', end - h - n);
    memcpy(text + end, tail, t);
    return text;
}

/* A part of 300 kB that takes all there is to decode: encoding, charset, markup. */
static char *costly_part(const char *type, const char *encoding, const char *words)
{
    size_t most = 310000, n;
    char *part = __real_calloc(1, most);

    assert_non_null(part);
    n = (size_t)sprintf(
        part, "\n--b\nContent-Type: %s\nContent-Transfer-Encoding: %s\n\n", type, encoding);
    while (n + strlen(words) + 1 < most)
        n += (size_t)sprintf(part + n, "%s", words);
    return part;
}

#define REPORT                                                                                     \
    "\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; a.example\n\n"            \
    "Final-Recipient: rfc822; jo@far.example\nAction: failed\nStatus: 5.2.2\n"                     \
    "Diagnostic-Code: smtp; 552 5.2.2 mailbox full\n\n--b--\n"
#define MIXED "Content-Type: multipart/report; boundary=b\nFrom: MAILER-DAEMON\n\n"

static void check(struct bounce_reader *reader, const char *what, char *text, const char *reason)
{
    struct bounce *bounce;

    peak = now;
    bounce = kit_message(reader, text, SIZE);
    print_message("# %s: %zu recipients, %s, peak %zu KiB\n", what, bounce_recipient_count(bounce),
        kit_text(bounce, 0, BOUNCE_REASON), peak >> 10);
    if (reason)
        assert_string_equal(kit_text(bounce, 0, BOUNCE_REASON), reason);
    if (peak > BOUND)
        fail_msg("%s: %zu bytes at once, more than %zu", what, peak, BOUND);
    bounce_free(bounce);
}

static void shapes(void **state)
{
    static const struct {
        const char *what, *head, *piece;
        size_t times;
        const char *tail, *reason;
    } cases[] = {
        {"one text", "From: MAILER-DAEMON\n\n", "many words of no use ", 0, "", NULL},
        {"one line", "From: MAILER-DAEMON\n\n", "x", 0, "", NULL},
        {"one field", "Subject: ", "word ", 0, "", NULL},
        {"a header of many fields", "", "X-Field: value\n", 0, "", NULL},
        {"millions of lines", "From: MAILER-DAEMON\n\n", "<a@b.example>: 550 5.1.1 no\n", 0, "",
            NULL},
        {"millions of empty lines", "From: MAILER-DAEMON\n\n", "\n", 0, "", NULL},
        {"blanks", "", " ", 0, "", NULL},
        {"nested parts", "Content-Type: multipart/mixed; boundary=b\n\n",
            "--b\nContent-Type: multipart/mixed; boundary=b\n\n", 10000, "", NULL},
        {"a report behind a large part", MIXED "--b\n\n", "many words of no use\n", 0, REPORT,
            "mailbox-full"},
        {"a report behind a million parts", MIXED, "--b\n\nx\n", 0, REPORT, NULL},
        {"multiparts without parts", "Content-Type: multipart/mixed; boundary=a\n\n",
            "--a\nContent-Type: multipart/mixed; boundary=b\n\n", 0, "", NULL},
        {"recipients", MIXED "--b\nContent-Type: message/delivery-status\n\n",
            "Final-Recipient: rfc822; jo@far.example\nAction: failed\nStatus: 5.2.2\n\n", 0, "",
            "mailbox-full"},
        {"one recipient's fields", MIXED "--b\nContent-Type: message/delivery-status\n\n",
            "Diagnostic-Code: smtp; 552 5.2.2 mailbox full\n", 0, "", NULL},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        check(*state, cases[i].what,
            filled(cases[i].head, cases[i].piece, cases[i].times, cases[i].tail), cases[i].reason);
}

static void all_parts_are_costly(void **state)
{
    static const struct {
        const char *type, *encoding, *words;
    } parts[] = {
        {"text/plain; charset=iso-8859-1", "quoted-printable",
            "Zustellung unm=F6glich f=FCr jo@far.example\n"},
        {"text/html; charset=iso-8859-1", "8bit",
            "<p>Zustellung unm\xF6glich f\xFCr &lt;jo@far.example&gt;\n"},
        {"text/plain; charset=iso-2022-jp", "7bit",
            "\x1B$B$\"$\"$\"$\"\x1B(B <jo@far.example> 550 5.1.1\n"},
        {"message/delivery-status; charset=koi8-r", "quoted-printable",
            "Final-Recipient: rfc822; a=C1@b\n\n"},
        {"text/plain; charset=windows-1251", "base64",
            "4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/v8K\n"},
    };

    for (size_t i = 0; i < COUNT(parts); i++) {
        char *part = costly_part(parts[i].type, parts[i].encoding, parts[i].words);
        check(*state, parts[i].type, filled(MIXED, part, 0, ""), NULL);
        __real_free(part);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes),
        cmocka_unit_test(all_parts_are_costly),
    };

    room = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED)
        return 99;
    return cmocka_run_group_tests(tests, kit_reader_setup, kit_reader_teardown);
}
