/* SPDX-License-Identifier: BSD-2-Clause */
/* What an MTA's folder says beforehand, against results made up here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <box/box.h>
#include <string.h>
#include "suite/known.h"
#include "util/mem.h"

struct trial {
    struct mta mta;
    struct mta_known entry;
    struct results results;
};

/* One entry for the scenario s, in known-conduct or known-losses, and one result of s. */
static struct result *trial_open(struct trial *t, bool conduct, char *what)
{
    *t = (struct trial){.mta = {.name = (char *)"some"}};
    t->entry = (struct mta_known){
        .scenario = (char *)"s", .what = what, .sentence = (char *)"so", .line = 3};
    struct mta_known_file *file = conduct ? &t->mta.conduct : &t->mta.losses;
    *file = (struct mta_known_file){.name = (char *)(conduct ? "known-conduct" : "known-losses"),
        .list = &t->entry,
        .count = 1};
    struct result *result = results_add(&t->results);
    result->scenario = mem_text("s");
    return result;
}

/* Applied: does the result pass? */
static bool passes(struct trial *t)
{
    known_apply(&t->mta, &t->results, 0);
    bool fine = result_passes(&t->results.list[0]);
    results_free(&t->results);
    return fine;
}

static void a_loss_allows_its_reason_only(void **state)
{
    struct trial t;
    struct result *r = trial_open(&t, false, (char *)"expired");
    result_check(r, false, "reason", "timeout", "expired", VERDICT_CONSISTENT);
    assert_true(passes(&t));
    r = trial_open(&t, false, (char *)"expired");
    result_check(r, false, "reason", "timeout", "system", VERDICT_CONSISTENT);
    assert_false(passes(&t));
}

static void conduct_allows_its_check_only(void **state)
{
    struct trial t;
    struct result *r = trial_open(&t, true, (char *)"attempts");
    result_check(r, true, "attempts", "1", "2", VERDICT_WRONG);
    known_apply(&t.mta, &t.results, 0);
    assert_int_equal(r->checks[0].verdict, VERDICT_DEVIATES);
    assert_string_equal(r->checks[0].known, "so");
    assert_true(passes(&t)); /* applied twice it says the same */
    r = trial_open(&t, true, (char *)"attempts");
    result_check(r, true, "attempts", "1", "2", VERDICT_WRONG);
    result_check(r, true, "QUIT", "every session", "0 of 1 sessions", VERDICT_WRONG);
    assert_false(passes(&t));
}

static void conduct_excuses_a_missing_bounce_and_no_wrong_reason(void **state)
{
    struct trial t;
    struct result *r = trial_open(&t, true, (char *)"bounce=none");
    result_check(r, false, "bounce", "timeout", NULL, VERDICT_MISSING);
    assert_true(passes(&t));
    r = trial_open(&t, true, (char *)"bounce=none"); /* one that should not be is another thing */
    result_check(r, false, "bounce", "none", "expired", VERDICT_WRONG);
    assert_false(passes(&t));
    r = trial_open(&t, true, (char *)"reason");
    result_check(r, false, "reason", "timeout", "spam-content", VERDICT_WRONG);
    assert_false(passes(&t));
}

/* Two recipients of one bounce: of the first it says `said`, of the second what was expected, less
 * specifically. */
static bool passes_when_it_says(const char *said, enum verdict second)
{
    struct trial t;
    struct result *r = trial_open(&t, true, (char *)"bounce=expired");
    result_check(r, false, "reason", "null-mx", said, VERDICT_WRONG);
    result_check(r, false, "status", "5.1.10", "4.4.7", VERDICT_WRONG);
    result_check(r, false, "stage", "dns", NULL, VERDICT_CONSISTENT);
    result_check(r, false, "reason", "user-unknown", "user-unknown", VERDICT_EXACT);
    result_check(r, false, "permanent", "true", "false", second);
    return passes(&t);
}

static void conduct_may_name_what_the_bounce_says_instead(void **state)
{
    assert_true(passes_when_it_says("expired", VERDICT_EXACT));
    assert_false(passes_when_it_says("timeout", VERDICT_EXACT));
    assert_false(passes_when_it_says("expired", VERDICT_WRONG)); /* another recipient's */
    struct trial t;
    struct result *r = trial_open(&t, true, (char *)"bounce=expired");
    result_check(r, false, "bounce", "none", "expired", VERDICT_WRONG);
    assert_true(passes(&t));
    r = trial_open(&t, true, (char *)"bounce=expired");
    result_check(r, false, "bounce", "expired", NULL, VERDICT_MISSING);
    assert_false(passes(&t));
    r = trial_open(&t, true, (char *)"bounce=expired"); /* that is a loss, not conduct */
    result_check(r, false, "reason", "timeout", "expired", VERDICT_CONSISTENT);
    assert_false(passes(&t));
}

static void what_explains_nothing_is_stale(void **state)
{
    for (int conduct = 0; conduct < 2; conduct++) {
        struct trial t;
        struct result *r = trial_open(&t, conduct, (char *)"attempts");
        result_check(r, true, "attempts", "1", "1", VERDICT_EXACT);
        known_apply(&t.mta, &t.results, 0);
        r = &t.results.list[0];
        assert_int_equal(r->check_count, 2);
        assert_non_null(
            strstr(r->checks[1].got, conduct ? "some/known-conduct:3" : "some/known-losses:3"));
        assert_false(result_passes(r));
        results_free(&t.results);
    }
}

static void what_was_not_played_makes_nothing_stale(void **state)
{
    struct trial t;
    struct result *r = trial_open(&t, true, (char *)"attempts");
    r->skipped = mem_text("it has no TLS");
    assert_true(passes(&t));
    r = trial_open(&t, true, (char *)"attempts");
    free(r->scenario);
    r->scenario = mem_text("another");
    result_check(r, true, "attempts", "1", "1", VERDICT_EXACT);
    assert_true(passes(&t));
}

/* What another profile's MTA does is not what the entry was written for. */
static void what_is_borrowed_is_never_stale(void **state)
{
    for (int conduct = 0; conduct < 2; conduct++) {
        struct trial t;
        struct result *r = trial_open(&t, conduct, (char *)"attempts");
        result_check(r, true, "attempts", "1", "1", VERDICT_EXACT);
        t.mta.losses.borrowed = t.mta.conduct.borrowed = true;
        assert_true(passes(&t));
    }
}

static void lacks_are_scenarios_and_folders(void **state)
{
    struct mta_lack lacks[] = {{(char *)"tls", (char *)"a"},
        {(char *)"network/fallback", (char *)"b"}, {(char *)"slow", (char *)"c"}};
    struct mta mta = {.lacks = lacks, .n_lacks = 3};
    assert_string_equal(known_lack(&mta, "tls", "bad-cert"), "a");
    assert_string_equal(known_lack(&mta, "network", "fallback"), "b");
    assert_string_equal(known_lack(&mta, "time", "slow"), "c");
    assert_string_equal(known_lack(&mta, NULL, "slow"), "c");
    assert_null(known_lack(&mta, "dns", "fallback"));
    assert_null(known_lack(&mta, NULL, "fallback"));
    assert_null(known_lack(&mta, "net", "fallback"));
    assert_null(known_lack(&mta, "network", "fallbacks"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loss_allows_its_reason_only),
        cmocka_unit_test(conduct_allows_its_check_only),
        cmocka_unit_test(conduct_excuses_a_missing_bounce_and_no_wrong_reason),
        cmocka_unit_test(conduct_may_name_what_the_bounce_says_instead),
        cmocka_unit_test(what_explains_nothing_is_stale),
        cmocka_unit_test(what_was_not_played_makes_nothing_stale),
        cmocka_unit_test(what_is_borrowed_is_never_stale),
        cmocka_unit_test(lacks_are_scenarios_and_folders),
    };
    return cmocka_run_group_tests_name("suite known", tests, NULL, NULL);
}
