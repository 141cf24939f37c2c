/* SPDX-License-Identifier: BSD-2-Clause */
/* test_own_rules.c - rules that are read at run time. */
#include "kit.h"

static struct bounce_reader *fresh(void)
{
    struct bounce_reader *reader = NULL;

    assert_int_equal(bounce_reader_new(&reader), BOUNCE_OK);
    return reader;
}

static void add(struct bounce_reader *reader, const char *text)
{
    char why[4000];

    if (bounce_rules_add(reader, "own.rules", text, strlen(text), why, sizeof why) != BOUNCE_OK)
        fail_msg("%s", why);
}

static void they_win(void **state)
{
    struct bounce_reader *reader = fresh();
    struct bounce *bounce = kit_reply(reader, "550 5.2.2 mailbox full at gate 7", NULL);
    size_t before = bounce_rule_count(reader);

    assert_string_equal(kit_text(bounce, 0, BOUNCE_REASON), "mailbox-full");
    bounce_free(bounce);
    add(reader, "reason policy\n\nrule gate\n  strength hint\n  say at gate #\n"
                "  explain {address} gate[ of {mta}].\n  remedy Ring the bell.\n"
                "  actor postmasters\n  sisimai gated\n  like 550 mailbox full at gate 1\n");
    assert_int_equal(bounce_rule_count(reader), before + 1);
    bounce = kit_reply(reader, "550 5.2.2 mailbox full at gate 7", NULL);
    bounce_reader_free(reader);
    /* The explanation outlives the reader and its rules. */
    assert_string_equal(kit_text(bounce, 0, BOUNCE_REASON), "policy");
    assert_string_equal(kit_text(bounce, 0, BOUNCE_RULE), "policy/gate");
    assert_string_equal(kit_text(bounce, 0, BOUNCE_REMEDY), "Ring the bell.");
    assert_string_equal(kit_text(bounce, 0, BOUNCE_ACTOR), "postmasters");
    assert_string_equal(kit_text(bounce, 0, BOUNCE_SISIMAI), "gated");
    assert_string_equal(kit_text(bounce, 0, BOUNCE_EVIDENCE), "at gate 7");
    bounce_free(bounce);
}

static void conditions_vetoes_and_stages(void **state)
{
    struct bounce_reader *reader = fresh();
    struct bounce *bounce;

    add(reader, "reason virus\n  unless only joking\nrule a\n  say zork\n  and quux\n"
                "  if reply 5xx\n  not status 5.1.1\n  like 554 zork and quux\n"
                "stage eom\nrule b\n  say beyond the zork\n  like beyond the zork\n");
    static const struct {
        const char *text, *reason, *stage;
    } cases[] = {{"554 zork and quux", "virus", ""}, {"554 zork", "undefined", ""},
        {"454 zork and quux", "", ""}, {"554 5.1.1 zork and quux", "user-unknown", ""},
        {"554 only joking, zork, quux", "undefined", ""},
        {"554 beyond the zork with quux", "virus", "eom"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        bounce = kit_reply(reader, cases[i].text, NULL);
        if (*cases[i].reason && strcmp(kit_text(bounce, 0, BOUNCE_REASON), cases[i].reason) != 0)
            fail_msg("%s: %s", cases[i].text, kit_text(bounce, 0, BOUNCE_REASON));
        if (!*cases[i].reason)
            assert_string_not_equal(kit_text(bounce, 0, BOUNCE_REASON), "virus");
        assert_string_equal(kit_text(bounce, 0, BOUNCE_STAGE), cases[i].stage);
        bounce_free(bounce);
    }
    bounce_reader_free(reader);
}

static void mistakes_have_their_place(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {{"", "no rule in it"},
        {"reason nonsense\n", "own.rules:1: no reason \"nonsense\""},
        {"rule x\n", "own.rules:1: a rule stands below"},
        {"reason virus\n\nclass content\n", "own.rules:3: \"class\" is no statement here"},
        {"reason virus\nexplain All new.\n", "own.rules:2: \"explain\" is no statement here"},
        {"reason virus\nrule x\nsay (ab\nlike ab\n", "own.rules:3: '(' without ')'"},
        {"reason virus\nrule x\nlike ab\n", "own.rules:2: rule \"virus/x\" has nothing to say"},
        {"reason virus\nrule x\nsay zork\n", "own.rules:2: rule \"virus/x\" has no example"},
        {"reason virus\nrule x\nsay zork\nlike quux\n", "own.rules:4: \"virus/x\" does not match"},
        {"reason virus\nrule x\nsay zork\nlike zork\nunlike a zork\n",
            "own.rules:5: \"virus/x\" must"},
        {"reason virus\nrule x\nsay zork\nactor aunt\nlike zork\n",
            "own.rules:2: unknown actor \"aunt\""},
        {"reason virus\nrule x\nsay zork\ncauses aunt\nlike zork\n", "own.rules:2: unknown reason"},
        {"reason virus\nrule x\nsay zork\nif reply 999x\nlike zork\n", "own.rules:4: no condition"},
        {"reason mailbox-full\nrule over-quota\nsay zork\nlike zork\n", "own.rules:2: rule"},
        {"status 1.1 user-unknown strong Bad\n", "own.rules:1: \"status\" is no statement here"},
        {"mark nonsense\nrule x\n", "own.rules:1: unknown name"},
        {"reason virus\nrule x\nsay zork\nlike zork\nrule x\nsay quux\nlike quux\n",
            "own.rules:5: rule \"virus/x\" is defined twice"},
        {"reason virus\nrule x\nsay ab * (cd)? * ef\n",
            "own.rules:3: between two gaps something has to stand"},
        {"reason virus\nrule x\nsay (ab)?\n", "own.rules:3: a phrase has to stand for something"},
        {"+ more\n", "own.rules:1: nothing to continue"}};
    struct bounce_reader *reader = fresh();
    size_t before = bounce_rule_count(reader);

    for (size_t i = 0; i < COUNT(cases); i++) {
        char why[4000];

        assert_int_equal(bounce_rules_add(reader, "own.rules", cases[i].text, strlen(cases[i].text),
                             why, sizeof why),
            BOUNCE_EINVAL);
        if (!strstr(why, cases[i].why))
            fail_msg("%s\ngave: %s", cases[i].text, why);
        assert_int_equal(bounce_rule_count(reader), before);
    }
    bounce_reader_free(reader);
}

static char *times(const char *head, const char *piece, int n, const char *tail)
{
    size_t room = strlen(head) + strlen(piece) * (size_t)n + strlen(tail) + 1;
    char *text = calloc(1, room), *to = text;

    assert_non_null(text);
    to += sprintf(to, "%s", head);
    for (int i = 0; i < n; i++)
        to += sprintf(to, "%s", piece);
    sprintf(to, "%s", tail);
    return text;
}

/* Small files that would come to gigabytes or minutes are refused, and it is said where. */
static void size_is_bounded(void **state)
{
    static const struct {
        const char *head, *piece;
        int n;
        const char *tail, *why;
    } cases[] = {
        {"reason virus\nrule x\nsay ", "(a|b|c|dd)?", 90, "\nlike x\n", "own.rules:3: this phrase"},
        {"reason virus\nrule x\nsay ", "(a * b|c)?", 7, "\nlike x\n", "own.rules:3: this phrase"},
        {"reason virus\nrule x\nsay ", "abcd", 1010, "\nlike x\n", "own.rules:3: a phrase has"},
        {"reason virus\nrule x\nsay ab((((((((ab)*", ")*", 7, "\nlike x\n",
            "own.rules:3: this phrase"},
        {"reason virus\nrule x\nsay ab\nlike ab\nexplain x\n", "+ and so on\n", 9000, "",
            "own.rules:406: a text has"},
        {"reason virus\nrule x\nsay ab\nlike ab\n", "#################\n", 70000, "",
            "a set of rules has"},
    };
    struct bounce_reader *reader = fresh();

    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text = times(cases[i].head, cases[i].piece, cases[i].n, cases[i].tail), why[4000];

        assert_int_equal(bounce_rules_add(reader, "own.rules", text, strlen(text), why, sizeof why),
            BOUNCE_EINVAL);
        if (!strstr(why, cases[i].why))
            fail_msg("case %zu gave: %s", i, why);
        assert_int_equal(why[strlen(why) - 1], '\n'); /* whole lines, as many as fit */
        free(text);
    }
    bounce_reader_free(reader);
}

/* The vetoes of a block count in each of its rules. */
static void vetoes_are_bounded(void **state)
{
    struct bounce_reader *reader = fresh();
    size_t room = 400000, n = 0;
    char *text = malloc(room), why[4000];

    assert_non_null(text);
    n += (size_t)sprintf(text, "reason virus\nunless ab * cd * ef * gh * ij * kl\n");
    for (int i = 0; i < 4000; i++)
        n += (size_t)sprintf(text + n, "rule x%d\nsay zork%d\nlike zork%d\n", i, i, i);
    assert_true(n < room);
    assert_int_equal(bounce_rules_add(reader, "own", text, n, why, sizeof why), BOUNCE_EINVAL);
    assert_non_null(strstr(why, "too many phrases"));
    free(text);
    bounce_reader_free(reader);
}

/* "zork", then two things in any number of other words' rests: what has been seen of 22 such
 * phrases can be in four million ways. */
static void states_are_bounded(void **state)
{
    struct bounce_reader *reader = fresh();
    char text[1000], why[400];
    int n = sprintf(text, "reason virus\nrule x\nlike zorkabbc\n");

    for (int i = 0; i < 22; i++)
        n += sprintf(text + n, "say zork~%c%c~%c%c\n", 'a' + i, 'a' + i, 'b' + i, 'c' + i);
    assert_int_equal(
        bounce_rules_add(reader, "own", text, (size_t)n, why, sizeof why), BOUNCE_EINVAL);
    assert_string_equal(
        why, "own:0: these phrases are too much together; fewer \"~\" and optional parts help\n");
    bounce_reader_free(reader);
}

static void only_so_many_sets(void **state)
{
    struct bounce_reader *reader = fresh();
    char text[200], why[400];

    for (int i = 0; i < 15; i++) {
        snprintf(text, sizeof text, "reason virus\nrule r%d\nsay zork%dq\nlike zork%dq\n", i, i, i);
        add(reader, text);
    }
    assert_int_equal(
        bounce_rules_add(reader, "own", text, strlen(text), why, sizeof why), BOUNCE_EINVAL);
    assert_non_null(strstr(why, "too many"));
    bounce_reader_free(reader);
}

static void counts_of_what_was_found(void **state)
{
    struct bounce_reader *reader = fresh();
    size_t n;
    uint64_t found = 99;

    add(reader, "reason virus\nrule x\nsay zork\nlike zork\n");
    n = bounce_rule_count(reader) - 1;
    assert_string_equal(bounce_rule_name(reader, n, &found), "virus/x");
    assert_int_equal(found, 0); /* its example is no mail */
    for (int i = 0; i < 3; i++)
        bounce_free(kit_reply(reader, "550 zork", NULL));
    assert_non_null(bounce_rule_name(reader, n, &found));
    assert_int_equal(found, 3);
    assert_null(bounce_rule_name(reader, n + 1, NULL));
    assert_null(bounce_rule_name(NULL, 0, NULL));
    assert_int_equal(bounce_rule_count(NULL), 0);
    bounce_reader_free(reader);
}

static void junk_is_refused(void **state)
{
    static const char words[] =
        "reason virus\nrule x\nsay (a|b)* ~ # \\q [z] * unless and if reply "
        "5xx like unlike explain {address} + strength sure\n";
    struct bounce_reader *reader = fresh();
    char text[400], why[200];
    unsigned seed = 7;

    assert_int_equal(bounce_rules_add(NULL, "x", "", 0, why, sizeof why), BOUNCE_EINVAL);
    assert_int_equal(bounce_rules_add(reader, "x", "", 0, NULL, 0), BOUNCE_EINVAL);
    for (int round = 0; round < 3000; round++) {
        size_t n = 0, most = (seed = seed * 1103515245 + 12345) >> 16 & 255;

        while (n < most) {
            size_t from = ((seed = seed * 1103515245 + 12345) >> 16) % (sizeof words - 1);
            size_t take = 1 + ((seed = seed * 1103515245 + 12345) >> 16) % 9;
            for (size_t i = 0; i < take && n < most; i++)
                text[n++] = words[(from + i) % (sizeof words - 1)];
        }
        if (bounce_rules_add(reader, "x", text, n, why, sizeof why) != BOUNCE_OK)
            assert_true(strlen(why) < sizeof why);
    }
    bounce_reader_free(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(they_win),
        cmocka_unit_test(conditions_vetoes_and_stages), cmocka_unit_test(mistakes_have_their_place),
        cmocka_unit_test(size_is_bounded), cmocka_unit_test(vetoes_are_bounded),
        cmocka_unit_test(states_are_bounded), cmocka_unit_test(only_so_many_sets),
        cmocka_unit_test(counts_of_what_was_found), cmocka_unit_test(junk_is_refused)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
