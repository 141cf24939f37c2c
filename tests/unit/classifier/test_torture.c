/* SPDX-License-Identifier: BSD-2-Clause */
/* Every allocation of libbounce fails in turn: the answer is BOUNCE_ENOMEM, never a crash and never
 * a half answer. Linked with --wrap=malloc and --wrap=calloc. */
#include "kit.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);

static long allowed = -1; /* how many more may succeed; -1: all */

static bool refuse(void)
{
    if (allowed < 0)
        return false;
    if (allowed > 0) {
        allowed--;
        return false;
    }
    return true;
}

void *__wrap_malloc(size_t size)
{
    return refuse() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return refuse() ? NULL : __real_calloc(count, size);
}

static void readers(void **state)
{
    bool made = false;

    for (long i = 0; i < 100 && !made; i++) {
        struct bounce_reader *reader = NULL;

        allowed = i;
        made = bounce_reader_new(&reader) == BOUNCE_OK;
        allowed = -1;
        assert_true(made == (reader != NULL));
        bounce_reader_free(reader);
    }
    assert_true(made);
}

static const char *folder;

static void check_message(const char *name)
{
    size_t len = 0;
    char *text = kit_file(folder, name, &len);
    bool done = false;

    assert_non_null(text);
    for (long i = 0; i < 1000 && !done; i++) {
        struct bounce_reader *reader = NULL;
        struct bounce *bounce = NULL;
        enum bounce_status status;

        assert_int_equal(bounce_reader_new(&reader), BOUNCE_OK);
        allowed = i;
        status = bounce_explain_message(reader, text, len, &bounce);
        allowed = -1;
        done = status == BOUNCE_OK;
        assert_true(done || status == BOUNCE_ENOMEM);
        assert_true(done == (bounce != NULL));
        bounce_free(bounce);
        bounce_reader_free(reader);
    }
    assert_true(done);
    free(text);
}

static void messages(void **state)
{
    check_message("mta/postfix-x-multi.eml");
    check_message("mta/haraka-u550.eml");
    check_message("mta/dma-u550.eml");
    check_message("mta/sendmail-stall.eml");
}

/* Reading rules jumps out of the middle when memory runs out: nothing may be left behind, and the
 * reader has to be as good as before. */
static void own_rules(void **state)
{
    static const char text[] = "reason spam-content\nrule torture\n say (tortured|racked) text\n"
                               " like tortured text\n";
    struct bounce_reader *reader = NULL;
    char why[1000];
    bool done = false;

    assert_int_equal(bounce_reader_new(&reader), BOUNCE_OK);
    for (long i = 0; i < 3000 && !done; i++) {
        size_t before = bounce_rule_count(reader);
        enum bounce_status status;

        allowed = i;
        status = bounce_rules_add(reader, "own", text, sizeof text - 1, why, sizeof why);
        allowed = -1;
        done = status == BOUNCE_OK;
        if (!done && status != BOUNCE_ENOMEM)
            fail_msg("after %ld allocations: %s", i, why);
        assert_int_equal(bounce_rule_count(reader), before + done);
    }
    assert_true(done);
    bounce_reader_free(reader);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readers),
        cmocka_unit_test(messages),
        cmocka_unit_test(own_rules),
    };

    if (argc != 2)
        return 99;
    folder = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
