/* SPDX-License-Identifier: BSD-2-Clause */
/* Replies as terms, what is learned of terms, and how it is weighed against rules and codes. */
#include "kit.h"
#include "reason.h"
#include "learned.h"

static struct terms terms_of(const char *text)
{
    struct terms terms;

    bounce__terms_read(&terms, span_str(text));
    return terms;
}

static bool has(const struct terms *terms, const struct term *term)
{
    for (size_t i = 0; i < terms->count; i++)
        if (terms->list[i].hash == term->hash)
            return true;
    return false;
}

static void assert_same_terms(const char *a, const char *b)
{
    struct terms x = terms_of(a), y = terms_of(b);

    assert_int_equal(x.count, y.count);
    for (size_t i = 0; i < x.count; i++)
        if (!has(&y, &x.list[i]))
            fail_msg("\"%s\" has what \"%s\" has not", a, b);
}

static size_t shared(const char *a, const char *b)
{
    struct terms x = terms_of(a), y = terms_of(b);
    size_t n = 0;

    for (size_t i = 0; i < x.count; i++)
        n += has(&y, &x.list[i]);
    return n;
}

static void words_and_pairs(void **state)
{
    struct terms terms = terms_of("mailbox is full");

    (void)state;
    assert_int_equal(terms.count, 5); /* mailbox, is, mailbox is, full, is full */
    assert_int_equal(terms.list[0].from, 0);
    assert_int_equal(terms.list[0].to, 7);
    assert_int_equal(terms.list[2].from, 0); /* a pair reaches over both */
    assert_int_equal(terms.list[2].to, 10);
    assert_int_equal(terms_of("full full full").count, 2); /* each once */
    assert_int_equal(shared("full mailbox", "mailbox full"), 2);
    assert_int_equal(terms_of("").count, 0);
    assert_int_equal(terms_of("... -- <>").count, 0);
}

static void endings_and_punctuation(void **state)
{
    (void)state;
    assert_same_terms("messages rejected", "message reject");
    assert_same_terms("(mailbox) \"unavailable\".", "mailbox unavailable");
    assert_same_terms("addresses", "address");
    assert_same_terms("refusing", "refused");
    assert_same_terms("refuses", "refuse");
    assert_int_equal(shared("does", "do"), 0); /* too short to lose an ending */
    assert_int_equal(terms_of("doesn't").count, 1);
}

static void names_are_alike(void **state)
{
    (void)state;
    assert_same_terms("<jo@a.example> unknown", "<ann.b@c.example> unknown");
    assert_same_terms("mx.a.example says", "gate7.b.example: says");
    assert_same_terms("client [192.0.2.1] blocked", "client 198.51.100.77 blocked");
    assert_same_terms("limit 1000", "limit 25");
    /* The number of a message and a link say nothing. */
    assert_same_terms("refused https://a.example/x?1 d9-20020a", "refused");
}

static void codes_are_no_words(void **state)
{
    struct terms terms = terms_of("550-5.1.1 unknown 550 5.1.1 user");

    (void)state;
    assert_int_equal(terms.count, 5); /* 550, .1.1, unknown, user, unknown user */
    assert_true(terms.list[0].wordless);
    assert_true(terms.list[1].wordless);
    assert_false(terms.list[2].wordless);
    assert_int_equal(shared("550 5.1.1", "450 4.1.1"), 1); /* the class is the reply's */
}

static void scripts_without_blanks(void **state)
{
    (void)state;
    assert_int_equal(terms_of("邮箱已满").count, 3);
    assert_int_equal(shared("邮箱已满", "该邮箱已满了"), 3);
}

static void as_many_as_there_is_room(void **state)
{
    char text[20000];
    size_t n = 0;

    (void)state;
    for (int i = 0; n + 20 < sizeof text; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "w%c%c%c ", 'a' + i / 676 % 26,
            'a' + i / 26 % 26, 'a' + i % 26);
    assert_int_equal(terms_of(text).count, TERMS_MOST);
}

/* "quota" speaks for reason 1, "spam" for reason 2. */
static struct leaning lean(const char *text)
{
    static uint32_t hashes[2];
    static uint16_t slots[4];
    static const int8_t weights[] = {0, 100, 0, 0, 0, 100};
    static const int16_t bias[] = {10, 0, 0};
    struct terms terms = terms_of("quota spam");
    struct learned_table table = {hashes, weights, slots, 4, 3, bias, 65536 / 20};
    struct leaning leaning;

    hashes[0] = terms.list[0].hash;
    hashes[1] = terms.list[1].hash;
    memset(slots, 0, sizeof slots);
    for (uint16_t i = 0; i < 2; i++) {
        size_t at = hashes[i] & 3;
        while (slots[at])
            at = (at + 1) & 3;
        slots[at] = (uint16_t)(i + 1);
    }
    bounce__lean(&leaning, &table, span_str(text));
    return leaning;
}

static void few_words_are_not_heard(void **state)
{
    (void)state;
    assert_false(lean("").heard);
    assert_false(lean("nothing of it is known").heard);
    assert_false(lean("quota").heard);
}

static void the_lessons_are_known(void **state)
{
    struct leaning leaning;
    static const struct {
        const char *text, *reason;
    } cases[] = {{"550 5.1.1 no such user here", "user-unknown"},
        {"552 5.2.2 the mailbox of this user is full", "mailbox-full"},
        {"554 5.7.1 your ip is listed on our blocklist", "blocklisted"}};

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        bounce__lean(&leaning, &bounce__learned, span_str(cases[i].text));
        assert_true(leaning.heard);
        assert_string_equal(bounce__reasons[leaning.likeliest].name, cases[i].reason);
        assert_int_equal(leaning.behind[leaning.likeliest], 0);
        assert_true(leaning.to > leaning.from);
        for (size_t r = 0; r < bounce__reason_count; r++)
            assert_true(leaning.behind[r] <= 0);
    }
}

/* What no rule knows is told by words that lessons have, with little confidence, and never makes an
 * address dead. */
static void a_guess_is_a_guess(void **state)
{
    struct bounce *bounce = kit_reply(
        *state, "559 whoever that is, we have nobody of such a name among our people", NULL);
    const struct bounce_recipient *rcpt = bounce_recipient_at(bounce, 0);

    assert_string_equal(kit_text(bounce, 0, BOUNCE_RULE), "learned words");
    assert_string_equal(kit_text(bounce, 0, BOUNCE_CLASS), "address");
    assert_true(bounce_recipient_confidence(rcpt) < 0.6);
    assert_non_null(strstr(kit_text(bounce, 0, BOUNCE_EXPLANATION), "No rule knows"));
    assert_false(bounce_recipient_flag(rcpt, BOUNCE_ADDRESS_DEAD));
    assert_non_null(strstr("559 whoever that is, we have nobody of such a name among our people",
        kit_text(bounce, 0, BOUNCE_EVIDENCE)));
    bounce_free(bounce);
}

/* The code of a provider stands whatever its sentence looks like. */
static void tokens_stand(void **state)
{
    struct bounce *bounce =
        kit_reply(*state, "550 5.7.1 your mailbox is full (S3150) mailbox is full", NULL);

    assert_string_equal(kit_text(bounce, 0, BOUNCE_REASON), "blocklisted");
    bounce_free(bounce);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_pairs),
        cmocka_unit_test(endings_and_punctuation),
        cmocka_unit_test(names_are_alike),
        cmocka_unit_test(codes_are_no_words),
        cmocka_unit_test(scripts_without_blanks),
        cmocka_unit_test(as_many_as_there_is_room),
        cmocka_unit_test(few_words_are_not_heard),
        cmocka_unit_test(the_lessons_are_known),
        cmocka_unit_test(a_guess_is_a_guess),
        cmocka_unit_test(tokens_stand),
    };

    return cmocka_run_group_tests(tests, kit_reader_setup, kit_reader_teardown);
}
