/* SPDX-License-Identifier: BSD-2-Clause */
/* Where scenarios are looked for, and what is said when there are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "util/datadir.h"
#include "util/mem.h"

static void touch(const char *root, const char *name)
{
    char *path = mem_format("%s/%s", root, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
    free(path);
}

static void make_dir(const char *root, const char *name)
{
    char *path = mem_format("%s/%s", root, name);
    assert_int_equal(mkdir(path, 0755), 0);
    free(path);
}

static const char *const folders[] = {"scenarios", "scenarios/time", "scenarios/address",
    "scenarios/lib", "scenarios/.git", "scenarios/empty", NULL};
static const char *const files[] = {"scenarios/time/greylist.lua",
    "scenarios/address/unknown-user.lua", "scenarios/address/moved.lua",
    "scenarios/address/notes.txt", "scenarios/address/.hidden.lua", "scenarios/address/.lua",
    "scenarios/lib/greylist.lua", "scenarios/.git/x.lua", "scenarios/loose.lua", NULL};

static int make_tree(void **state)
{
    char *root = mem_text("/tmp/test-datadir-XXXXXX");
    assert_non_null(mkdtemp(root));
    for (int i = 0; folders[i]; i++)
        make_dir(root, folders[i]);
    for (int i = 0; files[i]; i++)
        touch(root, files[i]);
    *state = root;
    return 0;
}

static int remove_tree(void **state)
{
    char *root = *state;
    for (int i = 0; files[i]; i++) {
        char *path = mem_format("%s/%s", root, files[i]);
        unlink(path);
        free(path);
    }
    for (int i = (int)(sizeof folders / sizeof *folders) - 2; i >= 0; i--) {
        char *path = mem_format("%s/%s", root, folders[i]);
        rmdir(path);
        free(path);
    }
    assert_int_equal(rmdir(root), 0);
    free(root);
    return 0;
}

static void lists_scenarios_in_order(void **state)
{
    const char *root = *state;
    struct datadir_entry *entries;
    size_t count;
    char *why = NULL;
    static const char *const expected[][2] = {{"address", "/scenarios/address/moved.lua"},
        {"address", "/scenarios/address/unknown-user.lua"},
        {"time", "/scenarios/time/greylist.lua"}};
    assert_true(datadir_entries(root, &entries, &count, &why));
    assert_int_equal(
        count, 3); /* without lib, dot files, other files, and what lies in no folder */
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(entries[i].folder, expected[i][0]);
        assert_string_equal(entries[i].path + strlen(root), expected[i][1]);
    }
    datadir_entries_free(entries, count);
}

static void a_word_is_a_scenario(void **state)
{
    const char *root = *state;
    char *why = NULL, *path = datadir_scenario(root, "greylist", &why);
    assert_non_null(path);
    assert_string_equal(
        path + strlen(root), "/scenarios/time/greylist.lua"); /* not the library of that name */
    free(path);
}

static void a_path_is_itself(void **state)
{
    static const char *const paths[] = {"x.lua", "./x", "a/b", "/tmp/x.lua", "scenarios/x"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char *why = NULL, *path = datadir_scenario(NULL, paths[i], &why);
        assert_string_equal(path, paths[i]);
        free(path);
    }
}

static void a_folder_is_what_lies_in_it(void **state)
{
    const char *root = *state;
    char **paths, *why = NULL, *dir = mem_format("%s/scenarios/time", root);
    const char *const words[] = {"time", dir, "greylist"};
    size_t count;
    for (size_t i = 0; i < 3; i++) {
        assert_true(datadir_scenarios(root, words[i], &paths, &count, &why));
        assert_int_equal(count, 1);
        assert_string_equal(paths[0] + strlen(root), "/scenarios/time/greylist.lua");
        free(paths[0]);
        free(paths);
    }
    assert_false(datadir_scenarios(root, "lib", &paths, &count, &why));
    assert_string_equal(why, "no scenario 'lib'; `fakesmtp list` shows them");
    free(why);
    assert_false(datadir_scenarios(NULL, root, &paths, &count, &why));
    assert_string_equal(why + strlen(root), ": no .lua files in it");
    free(why);
    free(dir);
}

static void an_unknown_word_names_the_nearest(void **state)
{
    const char *root = *state;
    char *why = NULL;
    assert_null(datadir_scenario(root, "unkown-user", &why));
    assert_string_equal(why, "no scenario 'unkown-user' (did you mean 'unknown-user'?)");
    free(why);
    assert_null(datadir_scenario(root, "zzz", &why));
    assert_string_equal(why, "no scenario 'zzz'; `fakesmtp list` shows them");
    free(why);
    assert_null(datadir_scenario(root, "", &why));
    assert_string_equal(why, "no scenario ''; `fakesmtp list` shows them");
    free(why);
}

static void no_data_directory(void **state)
{
    struct datadir_entry *entries;
    size_t count;
    char *why = NULL;
    assert_null(datadir_scenario(NULL, "greylist", &why));
    assert_non_null(strstr(why, "FAKESMTP_DATADIR"));
    free(why);
    assert_false(datadir_entries("/nowhere", &entries, &count, &why));
    assert_string_equal(why, "/nowhere/scenarios: No such file or directory");
    free(why);
}

static void the_environment_comes_first(void **state)
{
    setenv("FAKESMTP_DATADIR", "/some/where", 1);
    char *dir = datadir_find();
    assert_string_equal(dir, "/some/where");
    free(dir);
    setenv("FAKESMTP_DATADIR", "", 1); /* empty: as if unset; this program has no data beside it */
    dir = datadir_find();
    assert_null(dir);
    unsetenv("FAKESMTP_DATADIR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_scenarios_in_order),
        cmocka_unit_test(a_word_is_a_scenario),
        cmocka_unit_test(a_path_is_itself),
        cmocka_unit_test(a_folder_is_what_lies_in_it),
        cmocka_unit_test(an_unknown_word_names_the_nearest),
        cmocka_unit_test(no_data_directory),
        cmocka_unit_test(the_environment_comes_first),
    };
    return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
