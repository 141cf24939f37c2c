/* SPDX-License-Identifier: BSD-2-Clause */
/* launch.c - starts a box and waits for its end: the process that stays outside.
 *
 * Everybody gets a user namespace: ordinary users need it, and root is safer in one.  Root falls
 * back to going without where the kernel refuses (a container without nested user namespaces, say).
 */
#include "box/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "box/files.h"
#include "box/inside.h"

enum { GRACE_MS = 2500 /* a little more than PID 1 gives COMMAND */ };

bool trouble_say(struct trouble *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (vasprintf(&t->text, format, args) < 0)
        abort();
    va_end(args);
    return false;
}

bool trouble_kernel(struct trouble *t, const char *step, const char *object)
{
    int error = errno;
    static const int refusals[] = {
        EPERM, EACCES, EINVAL, ENOSYS, ENODEV, ENOSPC, EUSERS, EOPNOTSUPP, ENOTSUP};
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        t->refused |= error == refusals[i];
    trouble_say(t, "%s%s%s: %s", step, *object ? " " : "", object, strerror(error));
    errno = error;
    return false;
}

void trouble_forget(struct trouble *t)
{
    free(t->text);
    *t = (struct trouble){0};
}

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* fork() into new namespaces.  The raw call: glibc's clone() wants a stack, and unshare() would
 * move us in as well. */
static pid_t fork_into(int namespaces)
{
#if defined(__s390__) || defined(__CRIS__)
    return (pid_t)syscall(SYS_clone, NULL, (long)(namespaces | SIGCHLD), NULL, NULL, 0L);
#else
    return (pid_t)syscall(SYS_clone, (long)(namespaces | SIGCHLD), NULL, NULL, NULL, 0L);
#endif
}

static bool write_proc(pid_t pid, const char *name, const char *text, struct trouble *t)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (!good)
        trouble_kernel(t, "write", path);
    if (fd >= 0)
        close(fd);
    return good;
}

/* Root maps every id it has to itself: else it could not enter directories of other users (sudo in
 * a home). */
static bool map_all(pid_t pid, const char *name, struct trouble *t)
{
    char path[32], *text = NULL;
    size_t size;
    unsigned inside, outside, count;
    snprintf(path, sizeof path, "/proc/self/%s", name);
    FILE *in = fopen(path, "re");
    if (!in)
        return trouble_kernel(t, "read", path);
    FILE *out = open_memstream(&text, &size);
    while (out && fscanf(in, "%u %u %u", &inside, &outside, &count) == 3)
        fprintf(out, "%u %u %u\n", inside, inside, count);
    fclose(in);
    if (!out)
        abort();
    fclose(out);
    bool good = write_proc(pid, name, text, t);
    free(text);
    return good;
}

static bool map_ids(pid_t pid, struct trouble *t)
{
    char uid[32], gid[32];
    if (geteuid() == 0)
        return map_all(pid, "uid_map", t) && map_all(pid, "gid_map", t);
    snprintf(uid, sizeof uid, "0 %u 1", (unsigned)geteuid());
    snprintf(gid, sizeof gid, "0 %u 1", (unsigned)getegid());
    return write_proc(pid, "uid_map", uid, t) && write_proc(pid, "setgroups", "deny", t) &&
           write_proc(pid, "gid_map", gid, t);
}

/* Reads what PID 1 has to complain about; the end of file means that COMMAND runs. */
static void read_trouble(int fd, struct trouble *t)
{
    char line[1024];
    size_t len = 0;
    ssize_t n;
    while (len < sizeof line - 1 && (n = read(fd, line + len, sizeof line - 1 - len)) != 0) {
        if (n < 0 && errno != EINTR)
            break;
        len += n > 0 ? (size_t)n : 0;
    }
    line[len] = '\0';
    if (len == 0)
        return;
    t->refused = line[0] == 'R';
    trouble_say(t, "%s", line + 1);
}

static int wait_status(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* A busy machine must not look like an MTA that loses patience: its times are set short, or its
 * clock runs fast, so that half a second without the processor is a minute to it. Where we may, the
 * box goes before all that wants the processor for long. That needs a real-time policy: niceness
 * counts within a session or a control group only. The kernel keeps a share for everybody else. */
struct priority {
    int policy;
    struct sched_param param;
};

static void put_first(struct priority *before)
{
    const struct sched_param first = {.sched_priority = BOX_PRIORITY_COMMAND};
    before->policy = sched_getscheduler(0);
    sched_getparam(0, &before->param);
    if (before->policy == SCHED_OTHER) /* anything else somebody chose */
        sched_setscheduler(0, SCHED_RR, &first);
}

static void put_back(const struct priority *before)
{
    if (before->policy == SCHED_OTHER)
        sched_setscheduler(0, before->policy, &before->param);
}

/* Clones PID 1 and sees it through its set-up. Its pid, or -1 with *t. */
static pid_t start(
    const struct box_plan *plan, const sigset_t *signals, int *lifeline, struct trouble *t)
{
    int go[2], say[2];
    int namespaces = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC;
    if (pipe2(go, O_CLOEXEC) < 0 || pipe2(say, O_CLOEXEC) < 0)
        return trouble_say(t, "pipe: %s", strerror(errno)) - 1;
    struct inside in = {.go = go[0], .trouble = say[1], .signals = *signals};
    struct priority before;
    fflush(NULL);
    put_first(&before);
    pid_t pid = fork_into(namespaces | (plan->own_user ? CLONE_NEWUSER : 0));
    if (pid == 0) {
        close(go[1]);
        close(say[0]);
        inside_run(plan, &in);
    }
    int error = errno;
    put_back(&before);
    errno = error;
    if (pid < 0)
        trouble_kernel(
            t, "make", plan->own_user ? "the namespaces" : "the namespaces (as plain root)");
    close(go[0]);
    close(say[1]);
    *lifeline = go[1]; /* never closed: PID 1 takes its end for ours */
    if (pid > 0 && (!plan->own_user || map_ids(pid, t))) {
        ssize_t ignored = write(go[1], "g", 1);
        (void)ignored;
        read_trouble(say[0], t);
    }
    close(say[0]);
    if (!t->text)
        return pid;
    close(go[1]);
    if (pid > 0) {
        kill(pid, SIGKILL);
        wait_status(pid);
    }
    return -1;
}

/* Waits for PID 1. Signals sent to us go on to it, and shorten the wait; the limit ends it. */
static int wait_box(pid_t pid, unsigned limit, const sigset_t *signals)
{
    uint64_t end = limit ? now_ms() + limit * UINT64_C(1000) : UINT64_MAX;
    int cause = 0, status;
    siginfo_t info;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        uint64_t now = now_ms(), left = end > now ? end - now : 0;
        if (left == 0) {
            kill(pid, SIGKILL);
            wait_status(pid);
            return cause ? 128 + cause : BOX_EXIT_LIMIT;
        }
        left = left > 3600000 ? 3600000 : left;
        struct timespec wait = {
            .tv_sec = (time_t)(left / 1000), .tv_nsec = (long)(left % 1000) * 1000000};
        int sig = sigtimedwait(signals, &info, &wait);
        if (sig <= 0 || sig == SIGCHLD)
            continue;
        cause = sig;
        if (info.si_code == SI_USER)
            kill(pid, sig);
        end = now_ms() + GRACE_MS < end ? now_ms() + GRACE_MS : end;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int launch(struct box_plan *plan, unsigned limit, struct trouble *t)
{
    sigset_t signals, before;
    int lifeline;
    const int caught[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT};
    signal(SIGCHLD,
        SIG_DFL); /* who started us may have ignored it, and then nothing can be waited for */
    sigemptyset(&signals);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        sigaddset(&signals, caught[i]);
    sigprocmask(SIG_BLOCK, &signals, &before);
    plan->own_user = true;
    pid_t pid = start(plan, &before, &lifeline, t);
    if (pid < 0 && t->refused && geteuid() == 0) {
        trouble_forget(t);
        plan->own_user = false;
        pid = start(plan, &before, &lifeline, t);
    }
    int status = BOX_EXIT_USAGE;
    if (pid > 0) {
        for (size_t i = 0; i < plan->n_fds; i++) /* its reader waits for the end of file */
            if (plan->fds[i] > STDERR_FILENO)
                close(plan->fds[i]);
        status = wait_box(pid, limit, &signals);
        close(lifeline);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return status;
}
