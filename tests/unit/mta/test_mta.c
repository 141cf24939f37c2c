/* SPDX-License-Identifier: BSD-2-Clause */
/* test_mta.c - reading an MTA's folder, and the accounts made from it. Needs no box. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "box/box.h"
#include "box/files.h"
#include "box/layer.h"
#include "folder.h"

static const char good_conf[] = "# a comment\n"
                                "title = Some MTA 1.0\n"
                                "\n"
                                "  submission=127.0.0.1:2587  \n"
                                "clock = 150\r\n"
                                "patience = 20\n"
                                "lacks = tls: it was built without\n";

static struct folder *folder_of(void **state)
{
    return *state;
}

static int set_up(void **state)
{
    *state = folder_new();
    folder_write(*state, "mta/some/mta.conf", good_conf, 0644);
    return 0;
}

static int tear_down(void **state)
{
    folder_free(*state);
    return 0;
}

static struct mta *load(struct folder *folder, char **why)
{
    *why = NULL;
    char *datadir = folder_path(folder, "mta");
    struct mta *mta = mta_load(datadir, "some", why);
    free(datadir);
    return mta;
}

/* Writes file and expects that loading fails with these words at its end. */
static void expect_complaint(
    struct folder *folder, const char *file, const char *text, const char *end)
{
    char *why, *name = box_format("mta/some/%s", file);
    folder_write(folder, name, text, 0644);
    struct mta *mta = load(folder, &why);
    assert_null(mta);
    assert_non_null(why);
    size_t len = strlen(why), tail = strlen(end);
    assert_true(len > tail);
    assert_string_equal(why + len - tail, end);
    assert_non_null(strstr(why, file));
    free(why);
    free(name);
}

static void reads_all_of_it(void **state)
{
    struct folder *folder = folder_of(state);
    char *why;
    folder_write(folder, "mta/some/packages", "# first\nsome-mta\n  libsome2.0\t\n", 0644);
    folder_write(
        folder, "mta/some/users", "group some 2101\nuser some 2102 some /var/spool/some\n", 0644);
    folder_write(folder, "mta/some/known-losses",
        "#none\nnetwork/refused\texpired\tretry timeout exceeded\n", 0644);
    folder_write(folder, "mta/some/known-conduct", "refused\tattempts\tit tries once\n", 0644);
    struct mta *mta = load(folder, &why);
    assert_non_null(mta);
    assert_string_equal(mta->name, "some");
    assert_string_equal(mta->title, "Some MTA 1.0");
    assert_string_equal(mta->host, "127.0.0.1");
    assert_int_equal(mta->port, 2587);
    assert_true(mta->clock == 150 && mta->patience == 20);
    assert_int_equal(mta->n_lacks, 1);
    assert_string_equal(mta->lacks[0].what, "tls");
    assert_string_equal(mta->lacks[0].why, "it was built without");
    assert_string_equal(mta->packages[0], "some-mta");
    assert_string_equal(mta->packages[1], "libsome2.0");
    assert_null(mta->packages[2]);
    assert_int_equal(mta->n_users, 2);
    assert_null(mta->users[0].group);
    assert_string_equal(mta->users[1].group, "some");
    assert_int_equal(mta->users[1].id, 2102);
    assert_string_equal(mta->users[1].home, "/var/spool/some");
    assert_int_equal(mta->losses.count, 1);
    assert_string_equal(mta->losses.list[0].scenario, "network/refused");
    assert_string_equal(mta->losses.list[0].what, "expired");
    assert_string_equal(mta->losses.list[0].sentence, "retry timeout exceeded");
    assert_int_equal(mta->losses.list[0].line, 2);
    assert_int_equal(mta->conduct.count, 1);
    assert_string_equal(mta->conduct.list[0].what, "attempts");
    mta_free(mta);
}

static void only_mta_conf_is_needed(void **state)
{
    char *why;
    struct mta *mta = load(folder_of(state), &why);
    assert_non_null(mta);
    assert_null(mta->packages[0]);
    assert_true(mta_fetched(mta, "/nonexistent"));
    mta_free(mta);
}

static void complains_about_mta_conf(void **state)
{
    struct folder *folder = folder_of(state);
    expect_complaint(folder, "mta.conf", "title = x\ntitel = y\n",
        "mta.conf:2: the keys are title, submission, clock, time, patience, at_once, lacks, root; "
        "not "
        "titel");
    expect_complaint(
        folder, "mta.conf", "\n# c\ntitle\n", "mta.conf:3: key = value is wanted, not title");
    expect_complaint(folder, "mta.conf", "title = a\ntitle = b\n", "mta.conf:2: said twice");
    expect_complaint(folder, "mta.conf", "submission = 127.0.0.1\n",
        "mta.conf:1: submission wants ADDRESS:PORT, not 127.0.0.1");
    expect_complaint(folder, "mta.conf", "submission = 127.0.0.1:70000\n", "not 127.0.0.1:70000");
    expect_complaint(
        folder, "mta.conf", "clock = fast\n", "a whole number above 0 is wanted, not fast");
    expect_complaint(folder, "mta.conf", "clock = 0\n", "a whole number above 0 is wanted, not 0");
    expect_complaint(folder, "mta.conf", "lacks = tls\n", "lacks wants WHAT: WHY, not tls");
    expect_complaint(
        folder, "mta.conf", "title = x\n", "mta.conf: title, clock and patience must be given");
    expect_complaint(folder, "mta.conf", "", "must be given");
}

static void complains_about_lists(void **state)
{
    struct folder *folder = folder_of(state);
    expect_complaint(folder, "packages", "ok\n--reinstall\n",
        "packages:2: not a Debian package name: --reinstall");
    folder_write(folder, "mta/some/packages", "", 0644);
    expect_complaint(
        folder, "packages", "two words\n", "packages:1: not a Debian package name: two words");
    folder_write(folder, "mta/some/packages", "", 0644);
    expect_complaint(folder, "users", "user x 12\n",
        "users:1: `group NAME ID` or `user NAME ID GROUP HOME` is wanted");
    expect_complaint(folder, "users", "user x -1 x /\n", "users:1: an id is wanted, not -1");
    expect_complaint(folder, "users", "group a:b 12\n", "users:1: no colon may be in group a:b 12");
    folder_write(folder, "mta/some/users", "", 0644);
    expect_complaint(folder, "known-losses", "a b c\n",
        "known-losses:1: scenario, reason and sentence are wanted, with tabs between");
    folder_write(folder, "mta/some/known-losses", "", 0644);
    expect_complaint(folder, "known-conduct", "a\tattempts\t \n",
        "known-conduct:1: scenario, check and sentence are wanted, with tabs between");
    expect_complaint(folder, "known-conduct", "*\tattempts\tit tries once\n",
        "known-conduct:1: a line for each scenario is wanted, not *");
    expect_complaint(folder, "known-conduct", "a\tbounce\tit gives up\n",
        "known-conduct:1: bounce=REASON or bounce=none is wanted, not bounce");
    expect_complaint(folder, "known-conduct", "a\tbounce expired\tit gives up\n",
        "known-conduct:1: bounce=REASON or bounce=none is wanted, not bounce expired");
    expect_complaint(folder, "known-conduct", "a\tbounce=\tit gives up\n",
        "known-conduct:1: bounce=REASON or bounce=none is wanted, not bounce=");
}

static void a_root_of_its_own(void **state)
{
    char *why = NULL, *conf = box_format("%sroot = ../../built\n", good_conf);
    struct folder *folder = folder_of(state);
    expect_complaint(folder, "mta.conf", conf, "/mta/some/../../built: No such file or directory");
    folder_write(folder, "built/usr/sbin/some", "", 0755);
    struct mta *mta = load(folder, &why);
    char *built = folder_path(folder, "built");
    assert_non_null(mta);
    assert_string_equal(mta->root, built);
    mta_free(mta);
    free(built);
    free(conf);
    expect_complaint(
        folder, "packages", "some-mta\n", "some/packages: it has a root in mta.conf already");
}

static void finds_what_a_user_writes(void **state)
{
    char *why = NULL, *path = folder_path(folder_of(state), "mta/some/");
    struct mta *mta = mta_find(path, &why);
    assert_non_null(mta);
    assert_string_equal(mta->name, "some");
    mta_free(mta);
    mta = mta_find("postfix", &why);
    assert_non_null(mta);
    mta_free(mta);
    assert_null(mta_find("./nowhere", &why));
    assert_string_equal(why, "./nowhere: No such file or directory");
    free(why);
    free(path);
}

static void refuses_names_that_are_paths(void **state)
{
    char *why = NULL, *datadir = folder_path(folder_of(state), "mta");
    const char *const names[] = {"", "..", "../mta/some", "/etc", "nosuch"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_null(mta_load(datadir, names[i], &why));
        assert_non_null(strstr(why, "no MTA of this name"));
        free(why);
    }
    free(datadir);
}

static void knows_what_is_fetched(void **state)
{
    struct folder *folder = folder_of(state);
    char *why, *cache = folder_path(folder, "cache");
    folder_write(folder, "mta/some/packages", "some-mta\n", 0644);
    struct mta *mta = load(folder, &why);
    assert_non_null(mta);
    assert_false(mta_fetched(mta, cache));
    folder_write(folder, "cache/some/packages", "some-mta\n", 0644);
    assert_false(mta_fetched(mta, cache)); /* half of it */
    folder_write(folder, "cache/some/root/usr/x", "", 0644);
    assert_true(mta_fetched(mta, cache));
    folder_write(folder, "mta/some/packages", "some-mta\nanother\n", 0644);
    assert_false(mta_fetched(mta, cache));
    mta_free(mta);
    free(cache);
}

/* A lock of npm is compared as it is; what is in it is npm's business. */
static void npm_in_place_of_packages(void **state)
{
    struct folder *folder = folder_of(state);
    char *why, *cache = folder_path(folder, "cache");
    folder_write(folder, "mta/some/package-lock.json", "{}\n", 0644);
    struct mta *mta = load(folder, &why);
    assert_non_null(mta);
    assert_string_equal(mta->fetches, "package-lock.json");
    folder_write(folder, "cache/some/root/usr/x", "", 0644);
    assert_false(mta_fetched(mta, cache));
    folder_write(folder, "cache/some/package-lock.json", "{}\n", 0644);
    assert_true(mta_fetched(mta, cache));
    folder_write(folder, "mta/some/package-lock.json", "{ }\n", 0644);
    assert_false(mta_fetched(mta, cache));
    mta_free(mta);
    free(cache);
    expect_complaint(folder, "packages", "some-mta\n",
        "some/package-lock.json: there are packages of Debian beside it already");
}

static void lists_names(void **state)
{
    struct folder *folder = folder_of(state);
    char *datadir = folder_path(folder, "mta");
    folder_write(folder, "mta/another/mta.conf", good_conf, 0644);
    folder_write(folder, "mta/box/box.h", "", 0644);
    char **names = mta_names(datadir);
    assert_string_equal(names[0], "another");
    assert_string_equal(names[1], "some");
    assert_null(names[2]);
    mta_names_free(names);
    assert_null(mta_names("/nonexistent"));
    free(datadir);
}

static void adds_accounts(void **state)
{
    struct mta_user users[] = {
        {.name = "mail", .id = 900}, {.name = "q", .id = 901, .group = "mail", .home = "/q"}};
    char *passwd = layer_accounts(
        "root:x:0:0::/root:/bin/sh\nq:x:5:5::/:/bin/sh\nmail:x:8:8::/:/", users, 2, false);
    assert_string_equal(
        passwd, "root:x:0:0::/root:/bin/sh\nmail:x:8:8::/:/\nq:x:901:900::/q:/usr/sbin/nologin\n");
    char *group = layer_accounts("mail:x:8:\nmailman:x:9:\nq:x:5:\n", users, 2, true);
    assert_string_equal(group, "mailman:x:9:\nq:x:5:\nmail:x:900:\n");
    free(passwd);
    free(group);
}

static void profiles_are_laid_over_it(void **state)
{
    char *why = NULL;
    folder_write(folder_of(state), "mta/some/stock.conf", "time = 3600\npatience = 90\n", 0644);
    folder_write(folder_of(state), "mta/some/slow.conf", "clock = 10\n", 0644);
    folder_write(folder_of(state), "mta/some/long.conf", "patience = 40\n", 0644);
    folder_write(folder_of(state), "mta/some/broken.conf", "time = fast\n", 0644);
    folder_write(folder_of(state), "mta/some/etc.files/some.conf", "x", 0644);
    folder_write(folder_of(state), "mta/some/etc.once/some.conf", "x", 0644);
    struct mta *mta = load(folder_of(state), &why);
    assert_non_null(mta);
    assert_true(mta_profile(mta, "queue", &why));
    assert_true(mta_profile(mta, "files", &why));
    assert_true(mta->time == 1 && mta->clock == 150 && mta->patience == 20);
    assert_true(mta->own_times);
    assert_true(mta_profile(mta, "queue", &why));
    assert_false(mta->own_times || mta->once);
    assert_true(mta_profile(mta, "once", &why));
    assert_true(mta->once && !mta->own_times && mta->clock == 150);
    assert_true(mta_profile(mta, "slow", &why));
    assert_true(mta->own_times && !mta->once);
    assert_true(mta->time == 1 && mta->clock == 10);
    assert_true(mta_profile(mta, "stock", &why));
    assert_true(mta->time == 3600 && mta->clock == 3600 && mta->patience == 90);
    mta->clock =
        150; /* chosen beside a compressed time, it is not lost for want of a profile's own */
    assert_true(mta_profile(mta, "long", &why));
    assert_true(mta->time == 3600 && mta->clock == 150 && mta->patience == 40);
    assert_false(mta_profile(mta, "broken", &why));
    assert_non_null(strstr(why, "broken.conf:1: a whole number above 0 is wanted, not fast"));
    free(why);
    why = NULL;
    assert_false(mta_profile(mta, "nosuch", &why));
    assert_non_null(strstr(why, "some has no profile nosuch"));
    free(why);
    mta_free(mta);
}

static void a_profile_has_losses_of_its_own(void **state)
{
    char *why = NULL;
    folder_write(folder_of(state), "mta/some/stock.conf", "time = 3600\n", 0644);
    folder_write(folder_of(state), "mta/some/known-losses", "a\texpired\tx\n", 0644);
    folder_write(folder_of(state), "mta/some/known-conduct", "b\tattempts\ty\n", 0644);
    folder_write(folder_of(state), "mta/some/known-losses.stock", "c\texpired\tz\n", 0644);
    struct mta *mta = load(folder_of(state), &why);
    assert_true(mta_profile(mta, "queue", &why));
    assert_string_equal(mta->losses.list[0].scenario, "a");
    assert_true(mta_profile(mta, "stock", &why));
    assert_int_equal(mta->losses.count, 1);
    assert_string_equal(mta->losses.list[0].scenario, "c");
    assert_string_equal(mta->losses.name, "known-losses.stock");
    assert_true(mta->conduct.borrowed && !mta->losses.borrowed);
    assert_string_equal(mta->conduct.list[0].scenario, "b"); /* it says nothing of its own */
    mta_free(mta);
}

static void reads_every_folder_of_ours(void **state)
{
    char *datadir = mta_datadir(), *why = NULL;
    char **names = mta_names(datadir);
    assert_non_null(names);
    assert_non_null(names[0]);
    for (char **name = names; *name; name++) {
        struct mta *mta = mta_load(datadir, *name, &why);
        if (!mta)
            fail_msg("%s", why);
        char *driver = box_format("%s/driver", mta->dir);
        char *stock = box_format("%s/stock.conf", mta->dir);
        assert_int_equal(access(driver, X_OK), 0);
        if (file_exists(stock) && !mta_profile(mta, "stock", &why))
            fail_msg("%s", why);
        free(driver);
        free(stock);
        mta_free(mta);
    }
    mta_names_free(names);
    free(datadir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_all_of_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_mta_conf_is_needed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(complains_about_mta_conf, set_up, tear_down),
        cmocka_unit_test_setup_teardown(complains_about_lists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_names_that_are_paths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(knows_what_is_fetched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(npm_in_place_of_packages, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lists_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_root_of_its_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(finds_what_a_user_writes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(profiles_are_laid_over_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_profile_has_losses_of_its_own, set_up, tear_down),
        cmocka_unit_test(adds_accounts),
        cmocka_unit_test(reads_every_folder_of_ours),
    };
    return cmocka_run_group_tests_name("mta", tests, NULL, NULL);
}
