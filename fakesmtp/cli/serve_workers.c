/* SPDX-License-Identifier: BSD-2-Clause */
/* Several processes that play on the same addresses (SO_REUSEPORT), and the one that looks after
 * them: it knows the ports, says when all listen, passes signals on, and ends the run when one of
 * them dies. */
#include "cli/serve.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include "cli/cli.h"
#include "net/address.h"
#include "net/listener.h"
#include "script/script.h"
#include "util/mem.h"

enum { SIGNALS = 4 };

struct team;

struct worker {
    struct team *team;
    pid_t pid; /* 0: gone */
    uv_pipe_t pipe;
    char line[64];
    size_t len;
};

struct team {
    struct serve *serve;
    uv_loop_t loop;
    uv_signal_t signals[SIGNALS];
    struct worker workers[SERVE_WORKERS_MAX];
    unsigned count, ready, alive;
    int reserved[SERVE_PLACES_MAX];
    size_t reserved_count;
    struct buf lines;
    unsigned long long sessions;
    int status;
    bool stopping;
};

/* ---- the addresses: known before there is a worker ---- */

static bool reserve_one(struct team *team, const struct script *script, size_t host_index)
{
    struct serve_place place = serve_place_of(team->serve, team->reserved_count);
    char *where = address_text_of(place.address, place.port);
    int fd = strncmp(place.address, "unix:", 5) == 0 ? UV_ENOTSUP
                                                     : listener_reserve(place.address, &place.port);
    if (fd < 0)
        fprintf(stderr, "fakesmtp serve: cannot listen on %s: %s\n", where,
            fd == UV_ENOTSUP ? "workers cannot share a unix socket" : uv_strerror(fd));
    free(where);
    if (fd < 0)
        return false;
    team->reserved[team->reserved_count++] = fd;
    serve_line(&team->lines, script, host_index, place.address, place.port);
    return true;
}

/* The workers are given each host's place by number, since they cannot ask for "any free port"
 * alike. */
static bool reserve_all(struct team *team)
{
    struct serve *serve = team->serve;
    struct serve_place fixed[SERVE_PLACES_MAX];
    size_t count = serve_host_count(serve), n = 0;
    if (count > SERVE_PLACES_MAX) {
        fprintf(stderr, "fakesmtp serve: more than %d hosts\n", SERVE_PLACES_MAX);
        return false;
    }
    for (size_t i = 0; i < serve->script_count; i++)
        for (size_t h = 0; h < script_scenario(serve->scripts[i])->host_count; h++, n++) {
            if (!reserve_one(team, serve->scripts[i], h))
                return false;
            struct address at = {.len = sizeof at.at};
            require(getsockname(team->reserved[n], (struct sockaddr *)&at.at, &at.len) == 0);
            fixed[n] =
                (struct serve_place){mem_text(serve_place_of(serve, n).address), address_port(&at)};
        }
    for (size_t i = 0; i < serve->place_count; i++)
        free(serve->places[i].address);
    memcpy(serve->places, fixed, count * sizeof *fixed);
    serve->place_count = count;
    return true;
}

/* ---- the workers ---- */

static _Noreturn void be_worker(struct team *team, unsigned number, int tell)
{
#ifdef PR_SET_PDEATHSIG
    prctl(PR_SET_PDEATHSIG, SIGTERM); /* nobody is left to pass a signal on */
#endif
    struct serve_process process = {number, team->count, tell};
    int status = serve_play(team->serve, &process);
    fflush(NULL);
    _exit(status);
}

static bool start_worker(struct team *team, unsigned number, int *tells)
{
    int ends[2];
    if (pipe(ends) != 0)
        return false;
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        for (unsigned i = 0; i < number; i++)
            close(tells[i]);
        be_worker(team, number, ends[1]);
    }
    close(ends[1]);
    tells[number] = ends[0];
    if (pid < 0)
        return false;
    team->workers[number].pid = pid;
    team->alive++;
    return true;
}

/* All of them before there is a loop: a loop does not survive a fork. */
static bool start_workers(struct team *team, int *tells)
{
    fflush(NULL);
    for (unsigned i = 0; i < team->count; i++) {
        if (start_worker(team, i, tells))
            continue;
        fprintf(stderr, "fakesmtp serve: worker %u: %s\n", i, strerror(errno));
        for (unsigned k = 0; k < i; k++)
            kill(team->workers[k].pid, SIGTERM);
        return false;
    }
    return true;
}

static void tell_all(const struct team *team, int number)
{
    for (unsigned i = 0; i < team->count; i++)
        if (team->workers[i].pid)
            kill(team->workers[i].pid, number);
}

static void fail(struct team *team, int status)
{
    if (!team->status)
        team->status = status;
    if (!team->stopping)
        tell_all(team, SIGTERM);
    team->stopping = true;
}

/* ---- what they say and how they end ---- */

static void hear(struct team *team, const char *line)
{
    unsigned long long sessions;
    if (strcmp(line, "ready") == 0 && ++team->ready == team->count && !team->stopping) {
        if (!serve_announce(team->serve, &team->lines))
            fail(team, EXIT_TROUBLE);
    } else if (sscanf(line, "stopped %llu", &sessions) == 1) {
        team->sessions += sessions;
    }
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct worker *worker = handle->data;
    (void)suggested;
    *buf = uv_buf_init(worker->line + worker->len, (unsigned)(sizeof worker->line - worker->len));
}

static void on_said(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct worker *worker = stream->data;
    (void)buf;
    if (got < 0) {
        uv_close((uv_handle_t *)stream, NULL);
        return;
    }
    worker->len += (size_t)got;
    for (char *lf; (lf = memchr(worker->line, '\n', worker->len));) {
        *lf = '\0';
        hear(worker->team, worker->line);
        worker->len -= (size_t)(lf + 1 - worker->line);
        memmove(worker->line, lf + 1, worker->len);
    }
}

static void bury(struct worker *worker, int status)
{
    struct team *team = worker->team;
    unsigned number = (unsigned)(worker - team->workers);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (code < 0)
        fprintf(stderr, "fakesmtp serve: worker %u (process %ld) was killed by signal %d\n", number,
            (long)worker->pid, WTERMSIG(status));
    else if (!team->stopping)
        fprintf(stderr, "fakesmtp serve: worker %u (process %ld) ended by itself\n", number,
            (long)worker->pid);
    worker->pid = 0;
    team->alive--;
    if (code > 0 && (code == EXIT_TROUBLE || !team->status))
        team->status = code;
    if (code < 0 || !team->stopping)
        fail(team, EXIT_FAILED_VERDICT);
    for (int i = 0; i < SIGNALS && !team->alive; i++)
        uv_close((uv_handle_t *)&team->signals[i], NULL);
}

static void reap(struct team *team)
{
    for (unsigned i = 0; i < team->count; i++) {
        int status;
        if (team->workers[i].pid &&
            waitpid(team->workers[i].pid, &status, WNOHANG) == team->workers[i].pid)
            bury(&team->workers[i], status);
    }
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct team *team = handle->data;
    if (number == SIGCHLD) {
        reap(team);
        return;
    }
    tell_all(team, number == SIGINT
                       ? SIGTERM
                       : number); /* a second one makes them end at once, as it does for one */
    team->stopping = team->stopping || number != SIGHUP;
}

static void watch(struct team *team, const int *tells)
{
    static const int numbers[SIGNALS] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP};
    require(uv_loop_init(&team->loop) == 0);
    for (int i = 0; i < SIGNALS; i++) {
        uv_signal_init(&team->loop, &team->signals[i]);
        team->signals[i].data = team;
        uv_signal_start(&team->signals[i], on_signal, numbers[i]);
    }
    for (unsigned i = 0; i < team->count; i++) {
        struct worker *worker = &team->workers[i];
        worker->team = team;
        worker->pipe.data = worker;
        uv_pipe_init(&team->loop, &worker->pipe, 0);
        require(uv_pipe_open(&worker->pipe, tells[i]) == 0);
        uv_read_start((uv_stream_t *)&worker->pipe, on_alloc, on_said);
    }
}

static void run(struct team *team, const int *tells)
{
    watch(team, tells);
    reap(team); /* who died before we listened for it */
    uv_run(&team->loop, UV_RUN_DEFAULT);
    require(uv_loop_close(&team->loop) == 0);
    if (!team->serve->quiet && team->ready == team->count)
        fprintf(stderr, "stopped after %llu sessions\n", team->sessions);
}

int serve_supervise(struct serve *serve)
{
    struct team *team = mem_new(sizeof *team);
    int tells[SERVE_WORKERS_MAX];
    team->serve = serve;
    team->count = (unsigned)serve->workers;
    if (reserve_all(team) && start_workers(team, tells))
        run(team, tells);
    else
        team->status = EXIT_TROUBLE;
    int status = team->status;
    for (size_t i = 0; i < team->reserved_count; i++)
        close(team->reserved[i]);
    buf_free(&team->lines);
    free(team);
    return status;
}
