/* SPDX-License-Identifier: BSD-2-Clause */
/* test_box.c - what the box promises, seen from both sides of it.
 *
 * `test_box` runs as whoever calls; `test_box --as UID` becomes that user first, and skips for want
 * of root.  The program is its own COMMAND: `test_box --inside WHAT` looks around in the box
 * (test_box_inside.c). Processes that stay behind are found without their ids: they would hold the
 * writing end of a pipe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "box/box.h"
#include "box/files.h"
#include "folder.h"
#include "test_box_inside.h"

struct stage { /* what the tests share */
    struct folder *folder;
    char *self, *work;
    const char *forbidden[2]; /* kernel limits to be set to nothing before the box is made */
    bool busy_etc;            /* something is mounted in the host's /etc */
    char said[1024];          /* the last box's standard error */
};

static struct stage *stage_of(void **state)
{
    return *state;
}

static void write_number(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        _exit(99);
    close(fd);
}

/* Into a user namespace of our own, as this user of it. */
static void enter_namespace(unsigned as, int others)
{
    char uid[32], gid[32];
    snprintf(uid, sizeof uid, "%u %u 1", as, (unsigned)getuid());
    snprintf(gid, sizeof gid, "%u %u 1", as, (unsigned)getgid());
    if (unshare(CLONE_NEWUSER | others) < 0)
        _exit(99);
    write_number("/proc/self/uid_map", uid);
    write_number("/proc/self/setgroups", "deny");
    write_number("/proc/self/gid_map", gid);
}

/* A program in a chroot may not make user namespaces (user_namespaces(7)): what needs one to play a
 * container cannot be tried there. */
static bool can_enter_namespace(void)
{
    pid_t child = fork();
    int status = 1;
    if (child == 0)
        _exit(unshare(CLONE_NEWUSER) < 0);
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* It may make as few namespaces below it as we say; being root of it is what lets us. */
static void forbid_namespaces(const struct stage *stage)
{
    enter_namespace(0, 0);
    for (size_t i = 0; i < 2 && stage->forbidden[i]; i++)
        write_number(stage->forbidden[i], "0");
}

/* As in a container, with an ordinary user in it. */
static void occupy_etc(void)
{
    enter_namespace(4321, CLONE_NEWNS);
    if (mount("/etc/hosts", "/etc/hosts", NULL, MS_BIND, NULL) < 0)
        _exit(97);
}

static _Noreturn void run_mtabox(const struct stage *stage, char **argv, const int fds[2], int err)
{
    char *datadir = folder_path(stage->folder, ".");
    setenv("FAKESMTP_DATADIR", datadir, 1);
    setenv("TEST_BOX_SECRET", "1", 1);
    setenv("TEST_BOX_WANTED", "1", 1);
    dup2(err, STDERR_FILENO);
    if (fds) {
        dup2(fds[1], 20); /* out of the way of the numbers we want */
        dup2(20, 5);
        dup2(20, 6);
        close(20);
        close(fds[0]);
        if (fds[1] > 6)
            close(fds[1]);
    }
    if (stage->forbidden[0])
        forbid_namespaces(stage);
    if (stage->busy_etc)
        occupy_etc();
    argv[0] = getenv("MTABOX");
    execv(argv[0], argv);
    _exit(98);
}

/* Starts `mtabox probe ...`; words end with NULL. With fds, descriptors 5 and 6 of it are the
 * pipe's writing end. */
static pid_t start(struct stage *stage, int fds[2], int *err, const char *const *words)
{
    char *argv[24] = {NULL, (char *)"probe"};
    int ends[2];
    for (size_t n = 2; *words && n < 23; n++)
        argv[n] = (char *)*words++;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        run_mtabox(stage, argv, fds, ends[1]);
    close(ends[1]);
    if (fds)
        close(fds[1]);
    *err = ends[0];
    return pid;
}

/* Waits for the end of pid; what it said is in stage->said. Its status as the shell counts. */
static int finish(struct stage *stage, pid_t pid, int err)
{
    size_t len = 0;
    ssize_t n;
    int status;
    while (len < sizeof stage->said - 1 &&
           (n = read(err, stage->said + len, sizeof stage->said - 1 - len)) > 0)
        len += (size_t)n;
    stage->said[len] = '\0';
    close(err);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int run_words(struct stage *stage, const char *const *words)
{
    int err;
    pid_t pid = start(stage, NULL, &err, words);
    return finish(stage, pid, err);
}

#define run(stage, ...) run_words(stage, (const char *const[]){__VA_ARGS__, NULL})

static void expect(struct stage *stage, int status, int wanted)
{
    if (status != wanted)
        fail_msg("status %d, not %d; said: %s", status, wanted, stage->said);
}

static void network_is_a_loopback_of_our_own(void **state)
{
    struct stage *s = stage_of(state);
    expect(s, run(s, "--", s->self, "--inside", "network"), 0);
}

static void files_are_covered_or_locked(void **state)
{
    struct stage *s = stage_of(state);
    struct stat before, after;
    assert_int_equal(stat("/etc", &before), 0);
    expect(s, run(s, "--work", s->work, "--", s->self, "--inside", "files"), 0);
    expect(s, run(s, "--", s->self, "--inside", "files"), 0);
    assert_int_equal(stat("/etc", &after), 0);
    assert_true(before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
                before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
    assert_false(file_exists("/etc/probe.conf"));
    assert_false(file_exists("/run/box"));
}

static void log_is_its_own_and_stays_in_the_work_directory(void **state)
{
    struct stage *s = stage_of(state);
    char *log = box_format("%s/log/maillog", s->work);
    expect(s, run(s, "--work", s->work, "--", "sh", "-c", "echo kept >/var/log/maillog"), 0);
    expect(s, run(s, "--", s->self, "--inside", "syslog"), 0);
    char *text = file_read(log);
    assert_non_null(text);
    assert_string_equal(text, "kept\n");
    free(text);
    free(log);
}

static void forwards_the_status(void **state)
{
    struct stage *s = stage_of(state);
    expect(s, run(s, "--", "true"), 0);
    expect(s, run(s, "--", "sh", "-c", "exit 7"), 7);
    expect(s, run(s, "--", "sh", "-c", "kill -KILL $$"), 128 + SIGKILL);
    /* An orphan that PID 1 must reap is not taken for COMMAND. */
    expect(s,
        run(s, "--", "sh", "-c",
            "mkfifo /run/tmp/end; (sh -c 'exec 3>/run/tmp/end; exit 9' &); cat /run/tmp/end; exit "
            "4"),
        4);
}

static void passes_what_is_asked_for(void **state)
{
    struct stage *s = stage_of(state);
    int fds[2], err;
    char got[16] = "";
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    pid_t pid = start(s, fds, &err,
        (const char *const[]){"--fd", "5", "--env", "TEST_BOX_WANTED", "--", s->self, "--inside",
            "descriptors", NULL});
    assert_int_equal(read(fds[0], got, sizeof got - 1), 5);
    assert_string_equal(got, "hello");
    assert_int_equal(read(fds[0], got, 1), 0);
    close(fds[0]);
    expect(s, finish(s, pid, err), 0);
}

static void driver_sees_the_shim_and_the_command_does_not(void **state)
{
    struct stage *s = stage_of(state);
    expect(s, run(s, "--", "driver", "look", "a word"), 42);
    expect(s,
        run(s, "--", "sh", "-c", "test ! -s /etc/ld.so.preload && test -z \"$(driver queue)\""), 0);
}

static void keeps_the_place_it_was_called_from(void **state)
{
    struct stage *s = stage_of(state);
    char before[4096], dir[] = "/dev/shm/fakesmtp-test.XXXXXX";
    assert_non_null(getcwd(before, sizeof before));
    assert_non_null(mkdtemp(dir));
    assert_int_equal(chdir(dir), 0);
    char *test =
        box_format("test $PWD = %s && test $(ls /dev/shm) = %s", dir, strrchr(dir, '/') + 1);
    expect(s, run(s, "--", "sh", "-c", test), 0);
    expect(s, run(s, "--write", dir, "--", "touch", "made"), 0);
    assert_int_equal(unlink("made"), 0);
    assert_int_equal(rmdir(dir), 0);
    expect(s, run(s, "--", "sh", "-c", "test $(pwd) = /"), 0); /* it is gone */
    assert_int_equal(chdir(before), 0);
    free(test);
}

/* Starts COMMAND `what`, which says "up" on descriptor 5 when it is ready. */
static pid_t start_up(struct stage *s, const char *what, int fds[2], int *err, bool limited)
{
    char got[3] = "";
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    pid_t pid =
        limited ? start(s, fds, err,
                      (const char *const[]){
                          "--limit", "1", "--fd", "5", "--", s->self, "--inside", what, NULL})
                : start(s, fds, err,
                      (const char *const[]){"--fd", "5", "--", s->self, "--inside", what, NULL});
    assert_int_equal(read(fds[0], got, 2), 2);
    assert_string_equal(got, "up");
    return pid;
}

static void killing_the_launcher_leaves_nothing(void **state)
{
    struct stage *s = stage_of(state);
    int fds[2], err;
    char byte;
    pid_t pid = start_up(s, "hold", fds, &err, false);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(read(fds[0], &byte, 1), 0); /* the last one that held it is gone */
    close(fds[0]);
    expect(s, finish(s, pid, err), 128 + SIGKILL);
}

static void the_limit_ends_everything(void **state)
{
    struct stage *s = stage_of(state);
    int fds[2], err;
    char byte;
    pid_t pid = start_up(s, "hold", fds, &err, true);
    assert_int_equal(read(fds[0], &byte, 1), 0);
    close(fds[0]);
    expect(s, finish(s, pid, err), BOX_EXIT_LIMIT);
}

static void a_signal_reaches_the_command(void **state)
{
    struct stage *s = stage_of(state);
    int fds[2], err;
    char got[5] = "";
    pid_t pid = start_up(s, "term", fds, &err, false);
    assert_int_equal(kill(pid, SIGTERM), 0);
    assert_int_equal(read(fds[0], got, 4), 4);
    assert_string_equal(got, "term");
    close(fds[0]);
    expect(s, finish(s, pid, err), 3);
}

static void expect_usage(struct stage *s, int status, const char *words)
{
    expect(s, status, BOX_EXIT_USAGE);
    if (!strstr(s->said, words))
        fail_msg("said: %s; not: %s", s->said, words);
}

static void complains_in_one_line(void **state)
{
    struct stage *s = stage_of(state);
    expect_usage(s, run(s, "--lmit", "1"), "unknown option --lmit");
    expect_usage(s, run(s, "--limit", "0"), "--limit wants a number");
    expect_usage(s, run(s, "--limit"), "a value is wanted after --limit");
    expect_usage(s, run(s, "true"), "put -- before the command: true");
    expect_usage(s, run(s, "--"), "a command is wanted after --");
    expect_usage(s, run(s, "--fd", "2", "--", "true"), "--fd wants a number");
    expect_usage(s, run(s, "--profile", "nosuch", "--", "true"), "has no profile nosuch");
    expect_usage(s, run(s, "--", "/nonexistent/program"), "run /nonexistent/program: No such file");
    expect_usage(s, run(s, "--write", "/proc/nosuch", "--", "true"), "/proc/nosuch");
    folder_write(s->folder, "mta/probe/packages", "probe-package\n", 0644);
    expect_usage(
        s, run(s, "--cache", "/nonexistent", "--", "true"), "are not in /nonexistent; run");
    folder_write(s->folder, "mta/probe/packages", "", 0644);
    setenv("FAKESMTP_SHIM", "/nonexistent/shim", 1);
    expect_usage(s, run(s, "--", "true"), "the shim /nonexistent/shim");
    unsetenv("FAKESMTP_SHIM");
}

static void profiles_replace_files(void **state)
{
    struct stage *s = stage_of(state);
    expect(s, run(s, "--profile", "fast", "--", "grep", "-q", "fast one", "/etc/probe.conf"), 0);
    expect(s, run(s, "--profile", "fast", "--", "grep", "-q", "deep", "/etc/probe/deep"), 0);
}

/* In a tenth of a second of COMMAND's, ten thousand of the MTA's pass; its processes start from one
 * beginning. */
static void a_profile_may_compress_time(void **state)
{
    static const char script[] =
        "a=$(driver now) && sleep 0.1 && b=$(driver now) && c=$(date +%s) && echo $a $b $c >&2 &&"
        "test $b -ge $((a + 9000)) -a $b -gt $((c + 9000)) &&"
        "test -e /run/box/clock -a ! -s /etc/ld.so.preload";
    struct stage *s = stage_of(state);
    if (sizeof(void *) < 8)
        skip();
    folder_write(s->folder, "mta/probe/swift.conf", "time = 100000\n", 0644);
    expect(s, run(s, "--profile", "swift", "--", "sh", "-c", script), 0);
    expect(s, run(s, "--", "sh", "-c", "test ! -e /run/box/clock"), 0);
}

static void a_bind_mount_in_etc_is_no_hindrance(void **state)
{
    struct stage *s = stage_of(state);
    s->busy_etc = true;
    int first = run(s, "--", s->self, "--inside", "files");
    int second = first ? 0 : run(s, "--", "grep", "-q", "^ID=", "/etc/os-release");
    s->busy_etc = false;
    expect(s, first, 0);
    expect(s, second, 0);
}

static void refusal_is_a_skip(void **state)
{
    struct stage *s = stage_of(state);
    s->forbidden[0] = "/proc/sys/user/max_user_namespaces";
    s->forbidden[1] = "/proc/sys/user/max_net_namespaces";
    int status = run(s, "--", "true");
    s->forbidden[0] = s->forbidden[1] = NULL;
    expect(s, status, BOX_EXIT_REFUSED);
    assert_non_null(strstr(s->said, "refused: make the namespaces"));
    assert_non_null(strstr(s->said, "--cap-add SYS_ADMIN"));
    assert_ptr_equal(strchr(s->said, '\n'), s->said + strlen(s->said) - 1);
}

static void root_can_do_without_a_user_namespace(void **state)
{
    struct stage *s = stage_of(state);
    s->forbidden[0] = "/proc/sys/user/max_user_namespaces";
    int first = run(s, "--", s->self, "--inside", "network");
    int second = first ? 0 : run(s, "--", "driver", "look", "a word");
    s->forbidden[0] = NULL;
    expect(s, first, 0);
    expect(s, second, 42);
}

static const char driver[] = "#!/bin/sh\n"
                             "set -e\n"
                             "[ \"$1\" != now ] || exec date +%s\n"
                             "[ \"$1\" = look ] || exit 0\n"
                             "[ \"$2\" = 'a word' ]\n"
                             "grep -q shim /etc/ld.so.preload\n"
                             "touch /run/tmp/mine\n"
                             "chown probe:probes /run/tmp/mine\n"
                             "[ $(id -u) = 0 ]\n"
                             "exit 42\n";

static int set_up(void **state)
{
    struct stage *s = box_new(1, sizeof *s);
    s->folder = folder_new();
    s->self = file_absolute("/proc/self/exe");
    s->work = folder_path(s->folder, "work");
    folder_write(s->folder, "mta/probe/mta.conf",
        "title = Probe\nsubmission = 127.0.0.1:2587\nclock = 1\npatience = 1\n", 0644);
    folder_write(s->folder, "mta/probe/driver", driver, 0755);
    folder_write(s->folder, "mta/probe/users",
        "group probes 2102\nuser probe 2101 probes /var/spool/probe\n", 0644);
    folder_write(s->folder, "mta/probe/etc/probe.conf", "from the folder\n", 0644);
    folder_write(s->folder, "mta/probe/etc/probe/deep", "deep\n", 0644);
    folder_write(s->folder, "mta/probe/etc.fast/probe.conf", "the fast one\n", 0644);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *s = stage_of(state);
    folder_free(s->folder);
    free(s->self);
    free(s->work);
    free(s);
    return 0;
}

static int skip_all(const char *why)
{
    printf("1..0 # SKIP %s\n", why);
    return 0;
}

/* NULL, or why these tests cannot run as this user. */
static const char *become(const char *user)
{
    unsigned id = (unsigned)atoi(user);
    if (geteuid() != 0)
        return "only root can become another user";
    if (setgroups(0, NULL) < 0 || setresgid(id, id, id) < 0 || setresuid(id, id, id) < 0)
        return "cannot become that user";
    prctl(PR_SET_DUMPABLE, 1); /* else /proc/self is not ours */
    if (access(getenv("MTABOX"), X_OK) < 0)
        return "the build tree is closed to others";
    return NULL;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(network_is_a_loopback_of_our_own),
        cmocka_unit_test(files_are_covered_or_locked),
        cmocka_unit_test(log_is_its_own_and_stays_in_the_work_directory),
        cmocka_unit_test(forwards_the_status),
        cmocka_unit_test(passes_what_is_asked_for),
        cmocka_unit_test(driver_sees_the_shim_and_the_command_does_not),
        cmocka_unit_test(keeps_the_place_it_was_called_from),
        cmocka_unit_test(killing_the_launcher_leaves_nothing),
        cmocka_unit_test(the_limit_ends_everything),
        cmocka_unit_test(a_signal_reaches_the_command),
        cmocka_unit_test(complains_in_one_line),
        cmocka_unit_test(profiles_replace_files),
        cmocka_unit_test(a_profile_may_compress_time),
        /* The last three play a container. */
        cmocka_unit_test(a_bind_mount_in_etc_is_no_hindrance),
        cmocka_unit_test(refusal_is_a_skip),
        cmocka_unit_test(root_can_do_without_a_user_namespace),
    };
    if (argc == 3 && strcmp(argv[1], "--inside") == 0)
        return inside_check(argv[2]);
    const char *hindrance = argc == 3 && strcmp(argv[1], "--as") == 0 ? become(argv[2]) : NULL;
    if (hindrance)
        return skip_all(hindrance);
    char *why = NULL;
    if (!box_possible(&why)) {
        skip_all(why);
        free(why);
        return 0;
    }
    /* Not: skip(), which cmocka 1.1.5 reports as "not ok". */
    size_t count = sizeof tests / sizeof *tests;
    if (!can_enter_namespace()) {
        count -= 3;
        fputs("# three tests left out: no user namespace can be made here\n", stderr);
    }
    return _cmocka_run_group_tests("box", tests, count, set_up, tear_down);
}
