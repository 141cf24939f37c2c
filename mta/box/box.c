/* SPDX-License-Identifier: BSD-2-Clause */
/* box.c - the command line of `box`, and the question whether a box is possible here. */
#include "box/box.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "box/files.h"
#include "box/inside.h"
#include "box/launch.h"
#include "box/places.h"

static const char usage[] =
    "usage: box NAME [options] [-- COMMAND [ARG...]]\n"
    "\n"
    "Runs COMMAND, or a shell, in the box of the MTA called NAME, or of that whose folder is the "
    "path "
    "NAME.\n"
    "\n"
    "  --cache DIR      where `fetch` unpacked the packages (default: the user's cache)\n"
    "  --work DIR       a directory COMMAND may write to; the MTA's log is left in DIR/log\n"
    "  --write DIR      another directory that stays writable (may be given again)\n"
    "  --profile NAME   how the MTA is configured (default: queue)\n"
    "  --limit SECONDS  end everything after that time, with status 124\n"
    "  --fd N           COMMAND inherits descriptor N (may be given again)\n"
    "  --env NAME       COMMAND inherits this variable (may be given again)\n"
    "  --with-caller    the box ends when the process that started it does\n"
    "\n"
    "Status: COMMAND's; 2 usage or set-up error; 77 the kernel refuses boxes; 124 the limit ran "
    "out.\n";

static const char remedy[] = "in Docker: --privileged, or --cap-add SYS_ADMIN --security-opt "
                             "seccomp=unconfined --security-opt "
                             "apparmor=unconfined; on Ubuntu as an ordinary user: sysctl "
                             "kernel.apparmor_restrict_unprivileged_userns=0; "
                             "elsewhere: sysctl user.max_user_namespaces and "
                             "kernel.unprivileged_userns_clone; Linux 5.12 or newer";

struct request { /* the command line, and what is owned on its behalf */
    struct box_plan plan;
    struct mta *mta;
    unsigned limit;
    char *cache, *root, *shim, *clock_shim, *exe, *cwd, *work;
    char *write[BOX_MOST_DIRS];
};

static bool complain(const char *what, const char *detail)
{
    fprintf(stderr, "box: %s%s\n", what, detail);
    return false;
}

static bool number(
    const char *option, const char *text, unsigned least, unsigned most, unsigned *value)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || n < least || n > most) {
        fprintf(
            stderr, "box: %s wants a number from %u to %u, not %s\n", option, least, most, text);
        return false;
    }
    *value = (unsigned)n;
    return true;
}

static bool add_fd(struct box_plan *plan, const char *text)
{
    unsigned fd;
    if (!number("--fd", text, 3, 1023, &fd))
        return false;
    if (plan->n_fds == BOX_MOST_FDS)
        return complain("too many --fd", "");
    plan->fds[plan->n_fds++] = (int)fd;
    return true;
}

static bool add(const char *option, const char **list, size_t *n, const char *value)
{
    if (*n == BOX_MOST_DIRS)
        return complain("too many ", option);
    list[(*n)++] = value;
    return true;
}

/* An existing or new directory, by its true name: inside, links may lead nowhere. */
static char *directory(const char *path)
{
    char *whole = file_make_dirs(path, 0755) ? file_absolute(path) : NULL;
    if (!whole)
        fprintf(stderr, "box: %s: %s\n", path, strerror(errno));
    return whole;
}

static bool set_work(struct request *r, const char *value)
{
    free(r->work);
    r->work = directory(value);
    return r->work != NULL;
}

static bool add_write(struct request *r, const char *value)
{
    size_t n = r->plan.n_write;
    if (n == BOX_MOST_DIRS)
        return complain("too many --write", "");
    r->plan.write[n] = r->write[n] = directory(value);
    r->plan.n_write += r->write[n] != NULL;
    return r->write[n] != NULL;
}

static bool set_option(struct request *r, const char *option, const char *value)
{
    if (strcmp(option, "--cache") == 0) {
        free(r->cache);
        r->cache = box_copy(value);
        return true;
    }
    if (strcmp(option, "--work") == 0)
        return set_work(r, value);
    if (strcmp(option, "--write") == 0)
        return add_write(r, value);
    if (strcmp(option, "--profile") == 0) {
        r->plan.profile = value;
        return !strpbrk(value, "/.") || complain("not a profile: ", value);
    }
    if (strcmp(option, "--limit") == 0)
        return number(option, value, 1, 1000000, &r->limit);
    if (strcmp(option, "--fd") == 0)
        return add_fd(&r->plan, value);
    if (strcmp(option, "--env") == 0)
        return add(option, r->plan.env, &r->plan.n_env, value);
    return complain("unknown option ", option);
}

/* `--option VALUE` pairs and flags, up to `--`. */
static bool read_options(struct request *r, char **words)
{
    for (; *words && strcmp(*words, "--") != 0; words += 2) {
        if (strncmp(*words, "--", 2) != 0)
            return complain("put -- before the command: ", *words);
        if (strcmp(*words, "--with-caller") == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            words--; /* it has no value */
            continue;
        }
        if (!words[1])
            return complain("a value is wanted after ", *words);
        if (!set_option(r, *words, words[1]))
            return false;
    }
    if (*words && words[1])
        r->plan.command = words + 1;
    else if (*words)
        return complain("a command is wanted after --", "");
    return true;
}

static bool load(struct request *r, const char *name)
{
    char *why = NULL;
    r->mta = mta_find(name, &why);
    bool good = r->mta && mta_profile(r->mta, r->plan.profile, &why);
    if (!good)
        complain(why, "");
    free(why);
    r->plan.mta = r->mta;
    return good;
}

/* Its packages, when it has any; a MTA of the user's own may be installed on the host already. */
static bool find_packages(struct request *r, const char *name)
{
    if (r->mta->root)
        r->plan.root = r->mta->root;
    if (!r->mta->fetches)
        return true;
    if (!r->cache)
        r->cache = mta_cachedir();
    if (!r->cache)
        return complain("no cache: set HOME or FAKESMTP_CACHE, or give --cache", "");
    if (!mta_fetched(r->mta, r->cache)) {
        fprintf(stderr, "box: the packages of %s are not in %s; run `mta/fetch %s %s` first\n",
            r->mta->name, r->cache, name, r->cache);
        return false;
    }
    char *root = mta_root(r->mta, r->cache);
    r->root = file_absolute(root);
    free(root);
    r->plan.root = r->root;
    return r->root != NULL;
}

static bool find_shims(struct request *r)
{
    char *shim = box_shim(), *clock_shim = box_clock_shim(shim);
    bool compressed = r->mta->time > 1;
    r->shim = file_absolute(shim);
    if (!r->shim)
        fprintf(stderr, "box: the shim %s: %s (set FAKESMTP_SHIM)\n", shim, strerror(errno));
    r->clock_shim = compressed ? file_absolute(clock_shim) : NULL;
    if (compressed && !r->clock_shim)
        fprintf(stderr, "box: the compressed clock %s: %s (64-bit machines only)\n", clock_shim,
            strerror(errno));
    free(shim);
    free(clock_shim);
    return r->shim && (r->clock_shim || !compressed);
}

static bool find_places(struct request *r)
{
    r->exe = file_absolute("/proc/self/exe");
    if (!r->exe)
        return complain("/proc/self/exe: ", strerror(errno));
    bool good = find_shims(r);
    r->cwd = getcwd(NULL, 0); /* NULL when it is gone: COMMAND starts in / */
    r->plan.exe = r->exe;
    r->plan.shim = r->shim;
    r->plan.clock_shim = r->clock_shim;
    r->plan.cwd = r->cwd;
    r->plan.work = r->work;
    return good;
}

/* A shell takes the terminal for itself; afterwards it is ours again. */
static void retake_terminal(const struct box_plan *plan)
{
    if (plan->command || !isatty(STDIN_FILENO))
        return;
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(STDIN_FILENO, getpgrp());
    signal(SIGTTOU, SIG_DFL);
}

static int run(struct request *r)
{
    struct trouble t = {0};
    int status = launch(&r->plan, r->limit, &t);
    retake_terminal(&r->plan);
    if (!t.text)
        return status;
    if (t.refused)
        fprintf(stderr, "box: refused: %s (%s)\n", t.text, remedy);
    else
        complain(t.text, "");
    free(t.text);
    return t.refused ? BOX_EXIT_REFUSED : BOX_EXIT_USAGE;
}

static void forget(struct request *r)
{
    for (size_t i = 0; i < r->plan.n_write; i++)
        free(r->write[i]);
    mta_free(r->mta);
    free(r->cache);
    free(r->root);
    free(r->shim);
    free(r->clock_shim);
    free(r->exe);
    free(r->cwd);
    free(r->work);
}

/* "fakesmtp box", or "box" alone; a program of its own has a path for a name. */
static bool called_as_word(const char *name)
{
    const char *blank = strrchr(name, ' ');

    return strcmp(blank ? blank + 1 : name, "box") == 0;
}

int box_command(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--drive") == 0)
        return inside_drive(argv + 1);
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        return fputs(usage, stdout) < 0;
    if (argc < 2 || argv[1][0] == '-') {
        fputs(usage, stderr);
        return BOX_EXIT_USAGE;
    }
    struct request r = {
        .plan = {.profile = "queue", .word = called_as_word(argv[0]) ? "box" : NULL}};
    bool good = read_options(&r, argv + 2) && load(&r, argv[1]) && find_packages(&r, argv[1]) &&
                find_places(&r);
    int status = good ? run(&r) : BOX_EXIT_USAGE;
    forget(&r);
    return status;
}

bool box_possible(char **why)
{
    struct trouble t = {0};
    struct box_plan plan = {.profile = "queue"};
    launch(&plan, 0, &t);
    if (!t.text)
        return true;
    *why = t.refused ? box_format("no box can be made here: %s (%s)", t.text, remedy)
                     : box_format("%s", t.text);
    free(t.text);
    return false;
}
