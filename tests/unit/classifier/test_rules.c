/* SPDX-License-Identifier: BSD-2-Clause */
/* The examples of every rule file, rule by rule: what must match does, what must not does not.
 * A reason's rule may lose to another rule of the same reason; marks and stages must be found. */
#include "kit.h"
#include "match.h"

static struct matcher *matcher;

/* Lays out the text as one zone and looks for the rule among the hits. */
static bool hits(const char *text, uint16_t rule)
{
    struct matching *matching = bounce__matching(matcher);

    bounce__fold(&matching->fold, span_str(text), NULL, 0);
    bounce__reply_unwrap(&matching->fold, 0);
    bounce__fold_mark(&matching->fold, '\n');
    for (int zone = 0; zone < ZONE_COUNT; zone++)
        matching->zone_end[zone] = matching->fold.n;
    bounce__match(matcher);
    for (size_t i = 0; i < matching->hit_count; i++)
        if (matching->hits[i].rule == &bounce__rules[rule])
            return true;
    return false;
}

/* "germanic" of "user-unknown/germanic". */
static const char *name_of(const struct rule *rule)
{
    return strchr(rule->id, '/') + 1;
}

/* A sentence in one language is not claimed for one reason by two groups of languages: the weaker
 * of two such rules would only be dead weight. */
static void check_language(const struct rule_example *example)
{
    static const char *const groups[] = {
        "germanic", "romance", "slavic", "asian", "more-languages"};
    const struct rule *rule = &bounce__rules[example->rule];
    unsigned claims = 0;

    for (uint16_t i = 0; i < bounce__rule_count; i++)
        for (size_t g = 0; g < COUNT(groups); g++)
            claims += bounce__rules[i].kind == rule->kind &&
                      bounce__rules[i].target == rule->target &&
                      !strcmp(name_of(&bounce__rules[i]), groups[g]) && hits(example->text, i);
    if (claims > 1)
        fail_msg("\"%s\": %u rules claim it for %s", example->text, claims, rule->id);
}

static void check_reason(struct bounce_reader *reader, const struct rule_example *example)
{
    const struct rule *rule = &bounce__rules[example->rule];
    const char *want = bounce__reasons[rule->target].name;
    struct bounce *bounce = kit_reply(reader, example->text, NULL);
    bool same = !strcmp(kit_text(bounce, 0, BOUNCE_REASON), want);

    if (example->must && !same)
        fail_msg("\"%s\": want %s, got %s by %s", example->text, rule->id,
            kit_text(bounce, 0, BOUNCE_REASON), kit_text(bounce, 0, BOUNCE_RULE));
    if (!example->must && same)
        fail_msg("\"%s\": must not be %s", example->text, rule->id);
    bounce_free(bounce);
}

static void check_rule(void **state)
{
    uint16_t number = (uint16_t)(uintptr_t)*state;
    const struct rule *rule = &bounce__rules[number];
    struct bounce_reader *reader = NULL;

    assert_int_equal(bounce_reader_new(&reader), BOUNCE_OK);
    for (size_t i = 0; i < bounce__example_count; i++) {
        const struct rule_example *example = &bounce__examples[i];

        if (example->rule != number)
            continue;
        if (example->must && !hits(example->text, number))
            fail_msg("\"%s\" does not match %s", example->text, rule->id);
        check_language(example);
        if (rule->kind == RULE_REASON)
            check_reason(reader, example);
        else if (!example->must && hits(example->text, number))
            fail_msg("\"%s\" matches %s", example->text, rule->id);
    }
    bounce_reader_free(reader);
}

int main(void)
{
    struct CMUnitTest *tests = calloc(bounce__rule_count, sizeof *tests);
    int failures;

    if (!tests || bounce__matcher_new(&matcher) < 0)
        return 1;
    for (size_t i = 0; i < bounce__rule_count; i++) {
        tests[i].name = bounce__rules[i].id;
        tests[i].test_func = check_rule;
        tests[i].initial_state = (void *)(uintptr_t)i;
    }
    failures = _cmocka_run_group_tests("rules", tests, bounce__rule_count, NULL, NULL);
    bounce__matcher_free(matcher);
    free(tests);
    return failures;
}
