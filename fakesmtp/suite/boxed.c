/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/boxed.h"

#include <box/box.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>
#include "suite/known.h"
#include "util/mem.h"
#include "util/text.h"

/* In the process: its results go to descriptor 3, events of the conversation to 4. */
enum { RESULTS_FD = 3, TRANSCRIPT_FD = 4, LIMIT_SECONDS = 600, LINE_LIMIT = 16 << 20 };
enum { SAID_LIMIT = 8192 }; /* of a line on standard error */

struct reader { /* lines from a pipe */
    struct boxed *boxed;
    uv_pipe_t pipe;
    struct buf line;
    void (*take)(struct boxed *b, const char *line);
};

struct boxed {
    const struct boxed_config *config;
    const struct mta *mta;
    struct boxed_watcher watcher;
    struct outcome *outcome;
    uv_loop_t *loop;
    char *cache;
    const char **paths; /* of the scenarios that this sender plays; each the config's */
    size_t count;
    uv_process_t process;
    struct reader results, said;
    int open;    /* of process, results and said */
    char **args; /* of the process */
    char *last;  /* line it said; handed on when another comes, or at a good end */
    size_t results_before;
    uint64_t started;
    int64_t status;
    bool fetching, running, stopped, bad_line;
    uv_timer_t later; /* so that nothing ends within boxed_start */
    char read_buffer[64 * 1024];
};

static void finish(struct boxed *b);

/* ---- what the inside says ---- */

void boxed_tell_progress(int fd, size_t decided)
{
    dprintf(fd, "%zu\n", decided);
}

bool boxed_tell_results(int fd, const struct results *results)
{
    bool fine = true;
    for (size_t i = 0; i < results->count; i++) {
        char *text = result_to_json(&results->list[i], false);
        fine = dprintf(fd, "%s\n", text) > 0 && fine;
        free(text);
    }
    return fine;
}

static void take_result(struct boxed *b, const char *line)
{
    if (*line >= '0' && *line <= '9') {
        b->watcher.on_progress(b->watcher.ctx, strtoul(line, NULL, 10));
        return;
    }
    struct result result;
    if (result_from_json(&result, line))
        *results_add(&b->outcome->results) = result;
    else
        b->bad_line = true;
}

static void hand_on(struct boxed *b)
{
    if (b->last)
        b->watcher.on_said(b->watcher.ctx, b->last);
    free(b->last);
    b->last = NULL;
}

static void take_said(struct boxed *b, const char *line)
{
    if (!*line)
        return;
    hand_on(b);
    b->last = mem_text(line);
}

static void on_closed(uv_handle_t *handle)
{
    struct boxed *b = handle->data;
    if (--b->open == 0)
        finish(b);
}

static void on_reader_closed(uv_handle_t *handle)
{
    struct reader *r = handle->data;
    handle->data = r->boxed;
    on_closed(handle);
}

static void take_lines(struct reader *r)
{
    for (char *lf; (lf = memchr(r->line.data, '\n', r->line.len));) {
        *lf = '\0';
        r->take(r->boxed, r->line.data);
        buf_drop(&r->line, (size_t)(lf - r->line.data) + 1);
    }
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct reader *r = stream->data;
    if (got < 0) {
        if (r->line.len && r->take == take_said) /* an end without newline */
            take_said(r->boxed, buf_text(&r->line));
        uv_close((uv_handle_t *)stream, on_reader_closed);
        return;
    }
    if (got == 0)
        return;
    if (!buf_add(&r->line, buf->base, (size_t)got)) {
        r->boxed->bad_line = r->boxed->bad_line || r->take == take_result;
        buf_drop(&r->line, r->line.len);
        return;
    }
    take_lines(r);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct reader *r = handle->data;
    (void)suggested;
    *buf = uv_buf_init(r->boxed->read_buffer, sizeof r->boxed->read_buffer);
}

/* ---- the process ---- */

static void on_exit_status(uv_process_t *process, int64_t status, int signal_number)
{
    struct boxed *b = process->data;
    b->running = false;
    b->status = signal_number ? 128 + signal_number : status;
    uv_close((uv_handle_t *)process, on_closed);
}

static void add(struct boxed *b, const char *word)
{
    size_t n = 0;
    while (b->args && b->args[n])
        n++;
    b->args = mem_grow(b->args, (n + 2) * sizeof *b->args);
    b->args[n] = mem_text(word);
    b->args[n + 1] = NULL;
}

static void add_two(struct boxed *b, const char *option, const char *value)
{
    add(b, option);
    add(b, value);
}

static void add_number(struct boxed *b, const char *option, unsigned long long value)
{
    char text[32];
    snprintf(text, sizeof text, "%llu", value);
    add_two(b, option, text);
}

static void add_box(struct boxed *b)
{
    const struct boxed_config *config = b->config;
    add_two(b, "box", b->mta->dir);
    add(b, "--with-caller");
    add_number(b, "--limit", LIMIT_SECONDS);
    add_number(b, "--fd", RESULTS_FD);
    if (config->transcript_fd >= 0)
        add_number(b, "--fd", TRANSCRIPT_FD);
    if (config->profile)
        add_two(b, "--profile", config->profile);
    add_two(b, "--cache", b->cache);
    if (config->work) {
        char *work = mem_format("%s/%s", config->work, b->mta->name);
        add_two(b, "--work", work);
        free(work);
    }
    add_two(b, "--env", "FAKESMTP_DATADIR");
    add(b, "--");
}

static void free_args(struct boxed *b)
{
    for (size_t i = 0; b->args && b->args[i]; i++)
        free(b->args[i]);
    free(b->args);
    b->args = NULL;
}

static void build_command(struct boxed *b, const char *exe)
{
    const struct boxed_config *config = b->config;
    add(b, exe);
    if (b->mta) {
        add_box(b);
        add(b, exe);
    }
    add(b, "run");
    add_two(b, "--play", b->mta ? b->mta->name : BOXED_BUILTIN);
    add_number(b, "--seed", config->seed);
    add_number(b, "--results-fd", RESULTS_FD);
    if (config->transcript_fd >= 0) {
        add_number(b, "--transcript-fd", TRANSCRIPT_FD);
        add_two(b, "--transcript", config->transcript_path);
    }
    if (!b->mta && config->speed > 0) {
        char *speed = mem_format("%.17g", config->speed);
        add_two(b, "--speed", speed);
        free(speed);
    }
    for (size_t i = 0; i < b->count; i++)
        add(b, b->paths[i]);
}

static void open_reader(
    struct boxed *b, struct reader *r, size_t limit, void (*take)(struct boxed *, const char *))
{
    buf_free(&r->line);
    *r = (struct reader){.boxed = b, .line.limit = limit, .take = take};
    uv_pipe_init(b->loop, &r->pipe, 0);
    r->pipe.data = r;
    b->open++;
}

/* Starts args; its standard output and error are said, and on_closed comes when all is over. own:
 * in a process group of its own. */
static void spawn(struct boxed *b, bool own)
{
    uv_file ends[2];
    open_reader(b, &b->results, LINE_LIMIT, take_result);
    open_reader(b, &b->said, SAID_LIMIT, take_said);
    b->process.data = b;
    b->open++;
    int error = uv_pipe(ends, 0, 0);
    require(error == 0);
    uv_stdio_container_t stdio[5] = {{.flags = UV_IGNORE},
        {.flags = UV_INHERIT_FD, .data.fd = ends[1]}, {.flags = UV_INHERIT_FD, .data.fd = ends[1]},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
            .data.stream = (uv_stream_t *)&b->results.pipe},
        {.flags = UV_INHERIT_FD, .data.fd = b->config->transcript_fd}};
    uv_process_options_t options = {.file = b->args[0],
        .args = b->args,
        .stdio = stdio,
        .stdio_count = b->config->transcript_fd >= 0 && !b->fetching ? 5 : 4,
        .flags = own ? UV_PROCESS_DETACHED : 0,
        .exit_cb = on_exit_status};
    error = uv_spawn(b->loop, &b->process, &options);
    close(ends[1]);
    uv_pipe_open(&b->said.pipe, ends[0]);
    uv_read_start((uv_stream_t *)&b->said.pipe, on_alloc, on_read);
    b->running = error == 0;
    if (!error) {
        uv_read_start((uv_stream_t *)&b->results.pipe, on_alloc, on_read);
        return;
    }
    b->status = BOX_EXIT_USAGE;
    free(b->last);
    b->last = mem_format("%s: %s", b->args[0], uv_strerror(error));
    uv_close((uv_handle_t *)&b->process, on_closed);
    uv_close((uv_handle_t *)&b->results.pipe, on_reader_closed);
}

static void play(struct boxed *b)
{
    char exe[PATH_MAX];
    size_t size = sizeof exe;
    require(uv_exepath(exe, &size) == 0);
    b->fetching = false;
    b->results_before = b->outcome->results.count;
    free_args(b);
    build_command(b, exe);
    spawn(b, false);
}

static void fetch(struct boxed *b)
{
    char **words = mta_fetch_command(b->mta, b->cache);
    const char *how = strcmp(b->mta->fetches, "packages") == 0 ? "apt-get download" : "npm ci";
    char *line = mem_format(
        "fetching %s (%s; unpacked below %s, not installed)", b->mta->title, how, b->cache);
    b->watcher.on_said(b->watcher.ctx, line);
    free(line);
    for (size_t i = 0; words[i]; i++)
        add(b, words[i]);
    mta_names_free(words);
    b->fetching = true;
    spawn(b, true);
}

void boxed_kill(struct boxed *b)
{
    b->stopped = true;
    if (!b->running)
        return;
    /* Killing the launcher ends all that runs in its box; nothing gentler is as certain. A fetch is
     * a group of processes, and takes away what it had begun. */
    if (b->fetching)
        kill(-b->process.pid, SIGTERM);
    else
        uv_process_kill(&b->process, SIGKILL);
}

/* ---- the whole ---- */

/* "scenarios/tls/bad-cert.lua": folder "tls", scenario "bad-cert". The caller frees both; folder
 * may be NULL. */
static void name_of(const char *path, char **folder, char **scenario)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *start = slash;
    size_t n = strlen(name);
    while (start && start > path && start[-1] != '/')
        start--;
    *folder = slash ? mem_bytes(start, (size_t)(slash - start)) : NULL;
    *scenario = mem_bytes(name, n > 4 && strcmp(name + n - 4, ".lua") == 0 ? n - 4 : n);
}

/* What the MTA says that it lacks is not played, and a result says why. */
static void choose(struct boxed *b)
{
    b->paths = mem_new((b->config->count + 1) * sizeof *b->paths);
    for (size_t i = 0; i < b->config->count; i++) {
        char *folder, *scenario;
        name_of(b->config->paths[i], &folder, &scenario);
        const char *lack = b->mta ? known_lack(b->mta, folder, scenario) : NULL;
        if (lack)
            *results_add(&b->outcome->results) = (struct result){.scenario = mem_text(scenario),
                .folder = mem_text(folder),
                .sender = mem_text(b->mta->name),
                .skipped = mem_text(lack)};
        else
            b->paths[b->count++] = b->config->paths[i];
        free(folder);
        free(scenario);
    }
}

/* Takes what it said last as the reason, where it said something. */
static void end_as(struct boxed *b, enum outcome_state state, char *otherwise)
{
    b->outcome->state = state;
    b->outcome->why = b->last ? b->last : otherwise;
    if (b->last)
        free(otherwise);
    b->last = NULL;
}

static void decide(struct boxed *b)
{
    size_t got = b->outcome->results.count - b->results_before;
    if (b->stopped) {
        b->outcome->state = OUTCOME_STOPPED;
    } else if (b->fetching) {
        end_as(b, OUTCOME_SKIPPED, mem_text("its packages could not be fetched"));
    } else if (b->mta && b->status == BOX_EXIT_REFUSED) {
        end_as(b, OUTCOME_SKIPPED, mem_text("this machine does not let a box be made"));
    } else if (b->mta && b->status == BOX_EXIT_LIMIT) {
        hand_on(b);
        end_as(
            b, OUTCOME_FAILED, mem_format("it did not come to an end within %d s", LIMIT_SECONDS));
    } else if (b->status == BOXED_EXIT_TROUBLE && !b->bad_line && got == b->count && b->last) {
        end_as(b, OUTCOME_PLAYED, NULL); /* all was judged; what it wrote besides is not whole */
    } else if (b->status || b->bad_line || got != b->count) {
        char *said = b->last ? mem_format(": %s", b->last) : mem_text("");
        free(b->last);
        b->last = NULL;
        end_as(b, OUTCOME_FAILED,
            b->status >= 128
                ? mem_format("its run was killed by signal %d, after %zu of %zu results%s",
                      (int)b->status - 128, got, b->count, said)
                : mem_format("its run failed (status %d, %zu of %zu results)%s", (int)b->status,
                      got, b->count, said));
        free(said);
    } else {
        b->outcome->state = OUTCOME_PLAYED;
    }
    if (b->outcome->state != OUTCOME_PLAYED)
        results_free(&b->outcome->results);
}

static void on_later_closed(uv_handle_t *handle)
{
    struct boxed *b = handle->data;
    struct boxed_watcher watcher = b->watcher;
    hand_on(b);
    b->outcome->seconds = (double)(uv_now(b->loop) - b->started) / 1000;
    free_args(b);
    free(b->paths);
    free(b->cache);
    buf_free(&b->results.line);
    buf_free(&b->said.line);
    free(b);
    watcher.on_done(watcher.ctx);
}

/* All that was open is closed. */
static void finish(struct boxed *b)
{
    if (b->fetching && !b->stopped && b->status == 0 && mta_fetched(b->mta, b->cache)) {
        hand_on(b);
        play(b);
        return;
    }
    decide(b);
    uv_close((uv_handle_t *)&b->later, on_later_closed);
}

static void begin(uv_timer_t *timer)
{
    struct boxed *b = timer->data;
    b->status = 0;
    if (b->stopped || !b->count) { /* all that was named is lacking */
        b->outcome->state = b->stopped ? OUTCOME_STOPPED : OUTCOME_PLAYED;
        uv_close((uv_handle_t *)timer, on_later_closed);
    } else if (b->mta && !b->cache) {
        end_as(b, OUTCOME_FAILED,
            mem_text("no place for unpacked packages: set HOME or FAKESMTP_CACHE, or use --cache"));
        uv_close((uv_handle_t *)timer, on_later_closed);
    } else if (b->mta && !mta_fetched(b->mta, b->cache)) {
        fetch(b);
    } else {
        play(b);
    }
}

struct boxed *boxed_start(uv_loop_t *loop, const struct boxed_config *config, const struct mta *mta,
    struct boxed_watcher watcher, struct outcome *outcome)
{
    struct boxed *b = mem_new(sizeof *b);
    *b = (struct boxed){.config = config,
        .mta = mta,
        .watcher = watcher,
        .outcome = outcome,
        .loop = loop,
        .started = uv_now(loop)};
    if (mta)
        b->cache = config->cache ? mem_text(config->cache) : mta_cachedir();
    choose(b);
    uv_timer_init(loop, &b->later);
    b->later.data = b;
    uv_timer_start(&b->later, begin, 0, 0);
    return b;
}
