/* SPDX-License-Identifier: BSD-2-Clause */
/* Databases of libhs: the one that is built in and its outline, and those that are compiled here.
 */
#include "kit.h"
#include "database.h"

static struct rule_table built_in(void)
{
    return (struct rule_table){.rules = bounce__rules,
        .patterns = bounce__patterns,
        .pattern_count = bounce__pattern_count};
}

static size_t space_of(const void *database)
{
    hs_scratch_t *scratch = NULL;
    size_t n = 0;

    assert_int_equal(hs_alloc_scratch(database, &scratch), HS_SUCCESS);
    assert_int_equal(hs_scratch_size(scratch, &n), HS_SUCCESS);
    hs_free_scratch(scratch);
    return n;
}

static int note(
    unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    *(unsigned long long *)context += to;
    return 0;
}

static unsigned long long scan(const struct database *database, hs_scratch_t *scratch)
{
    static const char text[] = "\n550 5.1.1 user unknown\nmailbox is full\n";
    unsigned long long sum = 0;

    assert_int_equal(
        hs_scan(database->all, text, sizeof text - 1, 0, scratch, note, &sum), HS_SUCCESS);
    return sum;
}

/* Space that was made for the outline is what the whole database asks for, and scans with it. */
static void outline_stands_for_the_whole(void **state)
{
    struct rule_table table = built_in();
    struct database database;
    hs_scratch_t *thin = NULL, *full = NULL;
    size_t phrase;

    if (strcmp(hs_version(), bounce__database_version) != 0)
        skip();
    assert_int_equal(bounce__database_open(&database, &table, &phrase), DATABASE_OK);
    assert_true(database.built_in && bounce__outline_size);
    assert_ptr_equal(database.outline, bounce__outline);
    assert_int_equal(space_of(bounce__outline), space_of(bounce__database));
    assert_true(bounce__database_scratch(&database, &thin));
    assert_int_equal(hs_alloc_scratch(database.all, &full), HS_SUCCESS);
    assert_true(scan(&database, thin) > 0);
    assert_int_equal(scan(&database, thin), scan(&database, full));
    hs_free_scratch(thin);
    hs_free_scratch(full);
    bounce__database_free(&database);
}

static void compiles_phrases(void **state)
{
    static const char *const patterns[] = {"user unknown", "is full"};
    struct rule_table table = {.patterns = patterns, .pattern_count = 2};
    struct database database;
    hs_scratch_t *scratch = NULL;
    size_t phrase;

    assert_int_equal(bounce__database_open(&database, &table, &phrase), DATABASE_OK);
    assert_false(database.built_in);
    assert_true(bounce__database_scratch(&database, &scratch));
    assert_int_equal(scan(&database, scratch), 23 + 39);
    hs_free_scratch(scratch);
    bounce__database_free(&database);
}

static void names_the_phrase_that_is_refused(void **state)
{
    static const char *const patterns[] = {"fine", "(never closed", "fine too"};
    struct rule_table table = {.patterns = patterns, .pattern_count = 3};
    struct database database;
    size_t phrase;

    assert_int_equal(bounce__database_open(&database, &table, &phrase), DATABASE_PHRASE_REFUSED);
    assert_int_equal(phrase, 1);
    bounce__database_free(&database);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outline_stands_for_the_whole),
        cmocka_unit_test(compiles_phrases),
        cmocka_unit_test(names_the_phrase_that_is_refused),
    };

    return cmocka_run_group_tests_name("database", tests, NULL, NULL);
}
