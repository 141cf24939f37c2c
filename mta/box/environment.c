/* SPDX-License-Identifier: BSD-2-Clause */
/* environment.c - the variables that COMMAND sees: a named list from outside, the box's own, and
 * those of --env.
 *
 * An MTA behaves differently with a proxy, a locale or a NAME of the developer's; a test must not.
 */
#include "box/environment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "box/files.h"

/* What makes test programs talk, or a sanitizer behave, as whoever started them asked for. */
static const char *const passing[] = {"TERM", "TZ", "SOURCE_DATE_EPOCH", "ASAN_OPTIONS",
    "UBSAN_OPTIONS", "LSAN_OPTIONS", "MSAN_OPTIONS", "TSAN_OPTIONS", "CMOCKA_MESSAGE_OUTPUT",
    "CMOCKA_TEST_ABORT", "LUA_PATH", "GCOV_PREFIX", "LLVM_PROFILE_FILE", "MALLOC_PERTURB_"};

static bool named(const char *entry, const char *name)
{
    size_t n = strlen(name);
    return strncmp(entry, name, n) == 0 && entry[n] == '=';
}

static bool passes(const char *entry, const struct box_plan *plan)
{
    if (strncmp(entry, "FAKESMTP_", strlen("FAKESMTP_")) == 0)
        return true;
    for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
        if (named(entry, passing[i]))
            return true;
    for (size_t i = 0; i < plan->n_env; i++)
        if (named(entry, plan->env[i]))
            return true;
    return false;
}

static void set_own(const struct box_plan *plan)
{
    setenv("PATH", BOX_DIR "/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    setenv("HOME", BOX_DIR "/home", 1);
    setenv("TMPDIR", "/run/tmp", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("FAKESMTP_MTA", plan->mta->name, 1);
    setenv("FAKESMTP_MTA_DIR", plan->mta->dir, 1);
    setenv("FAKESMTP_PROFILE", plan->profile, 1);
    setenv("FAKESMTP_WORK", plan->work ? plan->work : BOX_DIR "/work", 1);
}

void environment_make(const struct box_plan *plan)
{
    size_t n = 0;
    while (environ && environ[n])
        n++;
    char **old = box_new(n + 1, sizeof *old);
    for (size_t i = 0; i < n; i++)
        old[i] = environ[i];
    clearenv();
    for (size_t i = 0; i < n; i++)
        if (passes(old[i], plan))
            putenv(old[i]);
    free(old);
    set_own(plan);
}
