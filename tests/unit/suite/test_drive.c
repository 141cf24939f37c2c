/* SPDX-License-Identifier: BSD-2-Clause */
/* test_drive.c - calls of an MTA's driver: what they said, how they failed, and that none is waited
 * for without end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite/drive.h"
#include "util/mem.h"

static const char driver[] = "#!/bin/sh\n"
                             "case $1 in\n"
                             "empty) ;;\n"
                             "queue) echo waiting ;;\n"
                             "fails) exit 3 ;;\n"
                             "inject) [ \"$2 $3 $(cat)\" = 'from to text' ] ;;\n"
                             "deaf) ;;\n"
                             "hangs) sleep 1000 ;;\n"
                             "leaves) sleep 4 & ;;\n"
                             "esac\n";

struct answer {
    unsigned times;
    bool said;
    char *why;
};

static void on_done(void *ctx, bool said, char *why)
{
    struct answer *a = ctx;
    a->times++;
    a->said = said;
    a->why = why;
}

static char *folder;

static int set_up(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN); /* as the program does */
    char name[] = "/tmp/fakesmtp-drive-XXXXXX";
    folder = mem_text(mkdtemp(name));
    char *path = mem_format("%s/driver", folder);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(driver, out);
    fclose(out);
    assert_int_equal(chmod(path, 0700), 0);
    free(path);
    path = mem_format("%s:%s", folder, getenv("PATH"));
    setenv("PATH", path, 1);
    free(path);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char *path = mem_format("%s/driver", folder);
    unlink(path);
    rmdir(folder);
    free(path);
    free(folder);
    return 0;
}

/* The whole call; with kill, ended at once. What is left open shows when the loop closes. */
static struct answer call(struct drive_call what, bool kill)
{
    struct answer answer = {0};
    uv_loop_t loop;
    assert_int_equal(uv_loop_init(&loop), 0);
    what.done = on_done;
    what.ctx = &answer;
    struct drive *d = drive_start(&loop, &what);
    if (kill)
        drive_kill(d);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    assert_int_equal(answer.times, 1);
    return answer;
}

static struct answer word(const char *name, unsigned limit_ms, bool kill)
{
    const char *const args[] = {name, NULL};
    return call((struct drive_call){.args = args, .asks = true, .limit_ms = limit_ms}, kill);
}

static void says_whether_it_answered(void **state)
{
    (void)state;
    struct answer a = word("empty", 60000, false);
    assert_false(a.said);
    assert_null(a.why);
    a = word("queue", 60000, false);
    assert_true(a.said);
    assert_null(a.why);
}

static void says_how_it_failed(void **state)
{
    (void)state;
    struct answer a = word("fails", 60000, false);
    assert_string_equal(a.why, "driver fails: status 3");
    free(a.why);
}

static void gives_it_the_input(void **state)
{
    (void)state;
    const char *const args[] = {"inject", "from", "to", NULL};
    struct drive_call what = {.args = args, .input = "text", .input_len = 4, .limit_ms = 60000};
    struct answer a = call(what, false);
    assert_null(a.why);
    what.input_len = 3;
    a = call(what, false);
    assert_string_equal(a.why, "driver inject: status 1");
    free(a.why);
}

/* More than a pipe holds, and nobody reads it: its status says whether that was wrong. */
static void input_that_nobody_reads_is_no_error(void **state)
{
    (void)state;
    const char *const args[] = {"deaf", NULL};
    size_t len = 1 << 20;
    char *text = mem_new(len);
    struct answer a =
        call((struct drive_call){.args = args, .input = text, .input_len = len, .limit_ms = 60000},
            false);
    assert_null(a.why);
    free(text);
}

static void one_that_hangs_is_killed(void **state)
{
    (void)state;
    struct answer a = word("hangs", 50, false);
    assert_string_equal(a.why, "driver hangs: not over after 0.05 s");
    free(a.why);
    a = word("hangs", 60000, true);
    assert_string_equal(a.why, "driver hangs: ended by signal 9");
    free(a.why);
}

static void what_it_leaves_behind_is_not_waited_for(void **state)
{
    (void)state;
    struct answer a = word("leaves", 500, false);
    assert_string_equal(a.why, "driver leaves: not over after 0.5 s");
    free(a.why);
}

static void none_at_all_is_an_error(void **state)
{
    (void)state;
    char *before = mem_text(getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    struct answer a = word("queue", 60000, false);
    setenv("PATH", before, 1);
    free(before);
    assert_string_equal(a.why, "driver queue: no such file or directory");
    free(a.why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_whether_it_answered),
        cmocka_unit_test(says_how_it_failed),
        cmocka_unit_test(gives_it_the_input),
        cmocka_unit_test(input_that_nobody_reads_is_no_error),
        cmocka_unit_test(one_that_hangs_is_killed),
        cmocka_unit_test(what_it_leaves_behind_is_not_waited_for),
        cmocka_unit_test(none_at_all_is_an_error),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
