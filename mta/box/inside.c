/* SPDX-License-Identifier: BSD-2-Clause */
/* inside.c - the first process of a box: makes it, runs COMMAND in it, and ends it.
 *
 * It is PID 1 of its namespace, so when it ends the kernel kills every process in the box; and it
 * asks the kernel to be killed with its launcher.  Between them no process can stay behind,
 * whatever happens. */
#include "box/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "box/environment.h"
#include "box/files.h"
#include "box/mounts.h"
#include "box/network.h"
#include "box/syslog.h"

/* How long COMMAND may tidy up after a signal that was sent to the launcher. */
enum { GRACE_SECONDS = 2 };

static _Noreturn void give_up(const struct inside *in, const struct trouble *t)
{
    char *line = box_format("%c%s", t->refused ? 'R' : 'E', t->text);
    ssize_t ignored = write(in->trouble, line, strlen(line));
    (void)ignored; /* nobody is left to tell */
    _exit(BOX_EXIT_USAGE);
}

/* The launcher writes one byte when our ids are mapped, and keeps its end open for as long as it
 * lives. */
static void wait_for_launcher(const struct inside *in)
{
    char byte;
    if (read(in->go, &byte, 1) != 1)
        _exit(BOX_EXIT_USAGE);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct pollfd gone = {.fd = in->go, .events = POLLIN};
    if (poll(&gone, 1, 0) > 0) /* it died before the line above */
        _exit(BOX_EXIT_USAGE);
}

static bool become_root(const struct box_plan *plan, struct trouble *t)
{
    if (!plan->own_user)
        return true;
    if (setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)
        return trouble_kernel(t, "become root of", "the user namespace");
    return true;
}

static bool make_box(const struct box_plan *plan, struct trouble *t)
{
    const char *step;
    umask(022);
    if (!become_root(plan, t))
        return false;
    if (sethostname("mta.test", strlen("mta.test")) < 0)
        return trouble_kernel(t, "set the name of", "the host");
    if (!network_up(&step))
        return trouble_kernel(t, step, "");
    return mounts_make(plan, t);
}

static void take_terminal(void)
{
    if (!isatty(STDIN_FILENO))
        return;
    setpgid(0, 0);
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(STDIN_FILENO, getpgrp());
    signal(SIGTTOU, SIG_DFL);
}

static bool inherited(const struct box_plan *plan, int fd)
{
    for (size_t i = 0; i < plan->n_fds; i++)
        if (plan->fds[i] == fd)
            return true;
    return false;
}

static void close_rest(const struct box_plan *plan, int except)
{
    int highest = except;
    for (size_t i = 0; i < plan->n_fds; i++)
        highest = plan->fds[i] > highest ? plan->fds[i] : highest;
    for (int fd = 3; fd < highest; fd++)
        if (fd != except && !inherited(plan, fd))
            close(fd);
    close_range((unsigned)highest + 1, ~0U, 0);
}

static _Noreturn void run_command(
    const struct box_plan *plan, const struct inside *in, const struct mounts_view *plain)
{
    static char *shell[] = {"/bin/sh", NULL};
    struct trouble t = {0};
    char **command = plan->command ? plan->command : shell;
    for (int sig = 1; sig < NSIG; sig++)
        signal(sig, SIG_DFL);
    if (!mounts_view_enter(plain)) {
        trouble_kernel(&t, "go back to the view of", "COMMAND");
        give_up(in, &t);
    }
    if (!plan->cwd || chdir(plan->cwd) < 0)
        if (chdir("/") < 0)
            _exit(BOX_EXIT_USAGE);
    if (!plan->command)
        take_terminal();
    close_rest(plan, in->trouble);
    sigprocmask(SIG_SETMASK, &in->signals, NULL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); /* set-id programs of the host are of no use in here */
    environment_make(plan);
    execvp(command[0], command);
    trouble_say(&t, "run %s: %s", command[0], strerror(errno));
    give_up(in, &t);
}

static int status_of(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Reaps whatever ends; true with *status when it was COMMAND. */
static bool reap(pid_t command, int *status)
{
    int how;
    pid_t pid;
    while ((pid = waitpid(-1, &how, WNOHANG)) > 0) {
        if (pid != command)
            continue;
        *status = status_of(how);
        return true;
    }
    return false;
}

static _Noreturn void watch(pid_t command, const sigset_t *signals)
{
    int status;
    siginfo_t info;
    while (!reap(command, &status)) {
        int sig = sigwaitinfo(signals, &info);
        if (sig == SIGALRM)
            _exit(128 + SIGKILL);
        /* One from the terminal went to COMMAND too; one sent to the launcher did not. */
        if (sig > 0 && sig != SIGCHLD && info.si_code == SI_USER) {
            kill(command, sig);
            alarm(GRACE_SECONDS);
        }
    }
    _exit(status);
}

_Noreturn void inside_run(const struct box_plan *plan, const struct inside *in)
{
    struct trouble t = {0};
    sigset_t signals;
    struct mounts_view plain;
    wait_for_launcher(in);
    if (!make_box(plan, &t) || !mounts_split(&plain, &t))
        give_up(in, &t);
    if (!plan->mta)
        _exit(0);
    if (!syslog_start(&t))
        give_up(in, &t);
    sigemptyset(&signals);
    const int caught[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGALRM};
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        sigaddset(&signals, caught[i]);
    sigprocmask(SIG_SETMASK, &signals, NULL);
    pid_t command = fork();
    if (command < 0) {
        trouble_kernel(&t, "fork", "");
        give_up(in, &t);
    }
    if (command == 0)
        run_command(plan, in, &plain);
    /* Only COMMAND may hold what it inherited: its reader waits for the end of file. */
    close_range(3, ~0U, 0);
    if (chdir("/") < 0)
        _exit(BOX_EXIT_USAGE);
    watch(command, &signals);
}

/* COMMAND plays the MTA's peers, who must not be late because it computes. */
static void step_behind_command(void)
{
    struct sched_param priority;
    if (sched_getscheduler(0) != SCHED_RR || sched_getparam(0, &priority) < 0 ||
        priority.sched_priority != BOX_PRIORITY_COMMAND)
        return;
    priority.sched_priority = BOX_PRIORITY_MTA;
    sched_setparam(0, &priority);
}

int inside_drive(char **words)
{
    const char *dir = getenv("FAKESMTP_MTA_DIR");
    if (!dir) {
        fputs("box: --drive works inside a box only (FAKESMTP_MTA_DIR is not set)\n", stderr);
        return BOX_EXIT_USAGE;
    }
    struct mounts_view view;
    if (!mounts_view_open(&view, "/proc/1") || !mounts_view_enter(&view)) {
        fprintf(stderr, "box: enter the MTA's view: %s\n", strerror(errno));
        return BOX_EXIT_USAGE;
    }
    step_behind_command();
    words[0] = box_format("%s/driver", dir);
    execv(words[0], words);
    fprintf(stderr, "box: run %s: %s\n", words[0], strerror(errno));
    return BOX_EXIT_USAGE;
}
