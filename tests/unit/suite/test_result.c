/* SPDX-License-Identifier: BSD-2-Clause */
/* Verdicts of one result, and its way through JSON and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "suite/result.h"
#include "util/mem.h"

static void verdicts_have_names(void **state)
{
    assert_string_equal(verdict_name(VERDICT_NOT_JUDGED), "not-judged");
    assert_string_equal(verdict_name(VERDICT_EXACT), "exact");
    assert_string_equal(verdict_name(VERDICT_CONSISTENT), "consistent");
    assert_string_equal(verdict_name(VERDICT_DEVIATES), "deviates");
    assert_string_equal(verdict_name(VERDICT_WRONG), "wrong");
    assert_string_equal(verdict_name(VERDICT_MISSING), "missing");
}

static void the_worst_counts(void **state)
{
    struct result r = {0};
    assert_int_equal(result_verdict(&r), VERDICT_NOT_JUDGED);
    assert_false(result_passes(&r)); /* nothing was compared: nothing is known */
    result_check(&r, false, "reason", "a", "a", VERDICT_EXACT);
    assert_true(result_passes(&r));
    result_check(&r, true, "attempts", "1", "1", VERDICT_EXACT);
    assert_int_equal(result_verdict(&r), VERDICT_EXACT);
    struct check *loss = result_check(&r, false, "stage", "rcpt", NULL, VERDICT_CONSISTENT);
    assert_int_equal(result_half(&r, false), VERDICT_CONSISTENT);
    assert_int_equal(result_half(&r, true), VERDICT_EXACT);
    assert_false(result_passes(&r)); /* only with a sentence that allows it */
    loss->known = mem_text("Exim says nothing else");
    assert_true(result_passes(&r));
    result_check(&r, true, "attempts", "1", "2", VERDICT_WRONG);
    assert_int_equal(result_verdict(&r), VERDICT_WRONG);
    assert_false(result_passes(&r));
    result_check(&r, false, "bounce", "x", NULL, VERDICT_MISSING);
    assert_int_equal(result_verdict(&r), VERDICT_MISSING);
    result_deinit(&r);
    assert_int_equal(r.check_count, 0);
}

static void a_known_loss_excuses_no_wrong(void **state)
{
    struct result r = {0};
    result_check(&r, false, "reason", "a", "b", VERDICT_WRONG)->known = mem_text("written down");
    assert_false(result_passes(&r));
    result_deinit(&r);
}

static void a_deviation_passes_when_it_is_known(void **state)
{
    struct result r = {0};
    struct check *check = result_check(&r, true, "attempts", "1", "2", VERDICT_DEVIATES);
    assert_false(result_passes(&r));
    check->known = mem_text("it always tries twice");
    assert_true(result_passes(&r));
    assert_int_equal(result_verdict(&r), VERDICT_DEVIATES);
    result_deinit(&r);
}

static void what_was_not_played_does_not_fail(void **state)
{
    struct result r = {.skipped = mem_text("it has no TLS")};
    assert_true(result_passes(&r));
    assert_int_equal(result_verdict(&r), VERDICT_NOT_JUDGED);
    result_deinit(&r);
}

static void fill(struct result *r)
{
    *r = (struct result){.scenario = mem_text("rcpt-tarpit"),
        .folder = mem_text("time"),
        .title = mem_text("Say \"nothing\""),
        .sender = mem_text("postfix"),
        .clock = mem_text("5 days in 60 s"),
        .version = mem_text("3.7"),
        .skipped = mem_text("why not"),
        .attempts = 7,
        .attempts_known = true,
        .delivered = 1,
        .bounces = 2,
        .seconds = 432000.125};
    result_check(r, false, "reason", "timeout", "expired", VERDICT_CONSISTENT)->known =
        mem_text("loss\twith a tab");
    result_check(r, true, "attempts", "at least 2", NULL, VERDICT_MISSING);
    result_check(r, false, "stage", NULL, "", VERDICT_EXACT);
    r->explained = mem_new(2 * sizeof *r->explained);
    r->explained[0] = (struct explained){.rcpt = mem_text("a@b"),
        .reason = mem_text("timeout"),
        .stage = mem_text("rcpt"),
        .actor = mem_text("sender"),
        .reply = mem_text("450"),
        .status = mem_text("4.4.2"),
        .diagnostic = mem_text("gr\xc3\xbc\xc3\x9f\n\"Gott\" \xef\xbf\xbd"),
        .explanation = mem_text("x"),
        .remedy = mem_text("y"),
        .evidence = mem_text("z"),
        .rule = mem_text("timeout/rcpt"),
        .permanent = false,
        .expired = true};
    r->explained[1] = (struct explained){.reason = mem_text("undefined"), .permanent = true};
    r->explained_count = 2;
    result_note(r, "%s is %d", "note", 1);
    result_note(r, "second");
}

static void same_text(const char *a, const char *b)
{
    assert_true(!a == !b);
    if (a)
        assert_string_equal(a, b);
}

static void round_trip(void **state)
{
    for (int pretty = 0; pretty < 2; pretty++) {
        struct result a, b;
        fill(&a);
        char *text = result_to_json(&a, pretty);
        assert_true(pretty || !strchr(text, '\n')); /* one line, as it crosses from the box */
        assert_true(result_from_json(&b, text));
        char *again = result_to_json(&b, pretty);
        assert_string_equal(text, again);
        same_text(a.scenario, b.scenario);
        same_text(a.folder, b.folder);
        same_text(a.title, b.title);
        same_text(a.sender, b.sender);
        same_text(a.clock, b.clock);
        same_text(a.version, b.version);
        same_text(a.skipped, b.skipped);
        assert_int_equal(a.check_count, b.check_count);
        for (size_t i = 0; i < a.check_count; i++) {
            same_text(a.checks[i].what, b.checks[i].what);
            same_text(a.checks[i].want, b.checks[i].want);
            same_text(a.checks[i].got, b.checks[i].got);
            same_text(a.checks[i].known, b.checks[i].known);
            assert_int_equal(a.checks[i].conduct, b.checks[i].conduct);
            assert_int_equal(a.checks[i].verdict, b.checks[i].verdict);
        }
        assert_int_equal(b.explained_count, 2);
        same_text(a.explained[0].diagnostic, b.explained[0].diagnostic);
        same_text(a.explained[0].rule, b.explained[0].rule);
        assert_null(b.explained[1].rcpt);
        assert_true(b.explained[0].expired && !b.explained[0].permanent);
        assert_true(b.explained[1].permanent && !b.explained[1].expired);
        assert_int_equal(b.note_count, 2);
        assert_string_equal(b.notes[0], "note is 1");
        assert_true(b.attempts_known && b.attempts == 7 && b.delivered == 1 && b.bounces == 2 &&
                    b.seconds == 432000.125);
        free(text);
        free(again);
        result_deinit(&a);
        result_deinit(&b);
    }
}

/* What programs read that do not know our enum. */
static void the_json_says_how_it_went(void **state)
{
    struct result r;
    fill(&r);
    r.attempts_known = false;
    char *text = result_to_json(&r, false);
    json_t *o = json_loads(text, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(o, "verdict")), "missing");
    assert_string_equal(json_string_value(json_object_get(o, "bounce")), "consistent");
    assert_string_equal(json_string_value(json_object_get(o, "conduct")), "missing");
    assert_true(json_is_false(json_object_get(o, "passes")));
    assert_true(
        json_is_null(json_object_get(o, "attempts"))); /* absent facts are null, never invented */
    json_decref(o);
    struct result back;
    assert_true(result_from_json(&back, text));
    assert_false(back.attempts_known);
    free(text);
    result_deinit(&r);
    result_deinit(&back);
}

static void what_is_no_result(void **state)
{
    static const char *const texts[] = {"", "{", "[]", "null", "42", "{}", "{\"scenario\":\"x\"}",
        "{\"sender\":\"x\"}", "{\"scenario\":1,\"sender\":2}", "\xff",
        "{\"scenario\":\"x\",\"sender\":\"y\"} trailing"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct result r;
        assert_false(result_from_json(&r, texts[i]));
    }
}

static void what_is_odd_is_survived(void **state)
{
    static const char *const texts[] = {"{\"scenario\":\"x\",\"sender\":\"y\"}",
        "{\"scenario\":\"x\",\"sender\":\"y\",\"checks\":5,\"explained\":\"no\",\"notes\":{}}",
        "{\"scenario\":\"x\",\"sender\":\"y\",\"checks\":[1,{\"verdict\":\"odd\"}]}",
        "{\"scenario\":\"x\",\"sender\":\"y\",\"explained\":[null,{}],\"notes\":[1]}"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct result r;
        assert_true(result_from_json(&r, texts[i]));
        char *text = result_to_json(&r, false);
        free(text);
        result_deinit(&r);
    }
    struct result r;
    assert_true(result_from_json(&r, texts[2]));
    assert_int_equal(result_verdict(&r), VERDICT_WRONG); /* a verdict nobody knows is no pass */
    result_deinit(&r);
}

static void a_list_of_results(void **state)
{
    struct results results = {0};
    for (int i = 0; i < 50; i++)
        results_add(&results)->scenario = mem_format("s%d", i);
    assert_int_equal(results.count, 50);
    assert_string_equal(results.list[49].scenario, "s49");
    assert_null(results.list[49].sender);
    results_free(&results);
    assert_int_equal(results.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_have_names),
        cmocka_unit_test(the_worst_counts),
        cmocka_unit_test(a_known_loss_excuses_no_wrong),
        cmocka_unit_test(a_deviation_passes_when_it_is_known),
        cmocka_unit_test(what_was_not_played_does_not_fail),
        cmocka_unit_test(round_trip),
        cmocka_unit_test(the_json_says_how_it_went),
        cmocka_unit_test(what_is_no_result),
        cmocka_unit_test(what_is_odd_is_survived),
        cmocka_unit_test(a_list_of_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
