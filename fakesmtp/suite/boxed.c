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

/* In the child: its results go to descriptor 3, events of the conversation to 4. */
enum { RESULTS_FD = 3, TRANSCRIPT_FD = 4, LIMIT_SECONDS = 600, LINE_LIMIT = 16 << 20 };

struct boxed {
    const struct boxed_config *config;
    const char **paths; /* of the scenarios that this MTA plays; each the config's */
    size_t count;
    struct results *results;
    uv_loop_t loop;
    uv_process_t process;
    uv_pipe_t pipe;
    uv_signal_t signals[2];
    struct buf line;
    char **args;
    size_t arg_count;
    char read_buffer[64 * 1024];
    int64_t status;
    bool stopped, bad_line;
};

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

static void take_line(struct boxed *b, const char *line)
{
    if (*line >= '0' && *line <= '9') {
        if (b->config->on_progress)
            b->config->on_progress(b->config->ctx, strtoul(line, NULL, 10));
        return;
    }
    struct result result;
    if (result_from_json(&result, line))
        *results_add(b->results) = result;
    else
        b->bad_line = true;
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct boxed *b = stream->data;
    if (got < 0) {
        uv_close((uv_handle_t *)stream, NULL);
        return;
    }
    if (!buf_add(&b->line, buf->base, (size_t)got))
        b->bad_line = true;
    for (char *lf; (lf = memchr(b->line.data, '\n', b->line.len));) {
        *lf = '\0';
        take_line(b, b->line.data);
        buf_drop(&b->line, (size_t)(lf - b->line.data) + 1);
    }
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct boxed *b = handle->data;
    (void)suggested;
    *buf = uv_buf_init(b->read_buffer, sizeof b->read_buffer);
}

/* ---- the process ---- */

static void on_exit_status(uv_process_t *process, int64_t status, int signal_number)
{
    struct boxed *b = process->data;
    b->status = signal_number ? 128 + signal_number : status;
    uv_close((uv_handle_t *)process, NULL);
    for (int i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&b->signals[i], NULL);
}

/* Killing the launcher ends all that runs in its box; nothing gentler is as certain. */
static void on_signal(uv_signal_t *handle, int number)
{
    struct boxed *b = handle->data;
    (void)number;
    b->stopped = true;
    uv_process_kill(&b->process, SIGKILL);
}

static void add(struct boxed *b, const char *word)
{
    b->args = mem_grow(b->args, (b->arg_count + 2) * sizeof *b->args);
    b->args[b->arg_count++] = mem_text(word);
    b->args[b->arg_count] = NULL;
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

static void build_command(struct boxed *b, const char *exe)
{
    const struct boxed_config *config = b->config;
    add(b, exe);
    add_two(b, "box", config->mta);
    add(b, "--with-caller");
    add_number(b, "--limit", LIMIT_SECONDS);
    add_number(b, "--fd", RESULTS_FD);
    if (config->transcript_fd >= 0)
        add_number(b, "--fd", TRANSCRIPT_FD);
    if (config->profile)
        add_two(b, "--profile", config->profile);
    if (config->cache)
        add_two(b, "--cache", config->cache);
    if (config->work)
        add_two(b, "--work", config->work);
    add_two(b, "--env", "FAKESMTP_DATADIR");
    add(b, "--");
    add_two(b, exe, "run");
    add_two(b, "--in-box", config->mta);
    add_number(b, "--seed", config->seed);
    add_number(b, "--results-fd", RESULTS_FD);
    if (config->transcript_fd >= 0)
        add_number(b, "--transcript-fd", TRANSCRIPT_FD);
    for (size_t i = 0; i < b->count; i++)
        add(b, b->paths[i]);
}

static int spawn(struct boxed *b, const char *exe)
{
    uv_stdio_container_t stdio[5] = {{.flags = UV_IGNORE},
        {.flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO},
        {.flags = UV_INHERIT_FD, .data.fd = STDERR_FILENO},
        {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&b->pipe},
        {.flags = UV_INHERIT_FD, .data.fd = b->config->transcript_fd}};
    uv_process_options_t options = {.file = exe,
        .args = b->args,
        .stdio = stdio,
        .stdio_count = b->config->transcript_fd >= 0 ? 5 : 4,
        .exit_cb = on_exit_status};
    build_command(b, exe);
    options.args = b->args;
    return uv_spawn(&b->loop, &b->process, &options);
}

static void watch(struct boxed *b)
{
    static const int numbers[2] = {SIGINT, SIGTERM};
    for (int i = 0; i < 2; i++) {
        uv_signal_init(&b->loop, &b->signals[i]);
        b->signals[i].data = b;
        uv_signal_start(&b->signals[i], on_signal, numbers[i]);
    }
}

static void run(struct boxed *b, char **why)
{
    char exe[PATH_MAX];
    size_t size = sizeof exe;
    require(uv_loop_init(&b->loop) == 0);
    require(uv_exepath(exe, &size) == 0);
    uv_pipe_init(&b->loop, &b->pipe, 0);
    b->pipe.data = b->process.data = b;
    watch(b);
    int error = spawn(b, exe);
    if (error) {
        *why = mem_format("%s: %s", exe, uv_strerror(error));
        uv_close((uv_handle_t *)&b->pipe, NULL);
        on_exit_status(&b->process, BOX_EXIT_USAGE, 0);
    } else {
        uv_read_start((uv_stream_t *)&b->pipe, on_alloc, on_read);
    }
    uv_run(&b->loop, UV_RUN_DEFAULT);
    require(uv_loop_close(&b->loop) == 0);
}

/* ---- the whole ---- */

static bool fetch(const struct mta *mta, const char *cache, char **why)
{
    if (mta_fetched(mta, cache))
        return true;
    fprintf(stderr, "fetching %s (apt-get download; unpacked below %s, not installed)\n",
        mta->title, cache);
    return mta_fetch(mta, cache, why);
}

static enum boxed_outcome outcome(const struct boxed *b, size_t before, char **why)
{
    if (b->stopped)
        return BOXED_STOPPED;
    if (b->status == BOX_EXIT_REFUSED) {
        *why = mem_text("this machine does not let a box be made (see above)");
        return BOXED_SKIPPED;
    }
    if (!*why && b->status == BOX_EXIT_LIMIT)
        *why = mem_format("%s did not come to an end within %d s", b->config->mta, LIMIT_SECONDS);
    if (!*why && (b->status || b->bad_line || b->results->count - before != b->count))
        *why = mem_format("the run in the box of %s failed (status %d, %zu of %zu results)",
            b->config->mta, (int)b->status, b->results->count - before, b->count);
    return *why ? BOXED_FAILED : BOXED_DONE;
}

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
static void choose(struct boxed *b, const struct mta *mta)
{
    b->paths = mem_new((b->config->count + 1) * sizeof *b->paths);
    for (size_t i = 0; i < b->config->count; i++) {
        char *folder, *scenario;
        name_of(b->config->paths[i], &folder, &scenario);
        const char *lack = known_lack(mta, folder, scenario);
        if (lack)
            *results_add(b->results) = (struct result){.scenario = mem_text(scenario),
                .folder = mem_text(folder),
                .sender = mem_text(b->config->mta),
                .skipped = mem_text(lack)};
        else
            b->paths[b->count++] = b->config->paths[i];
        free(folder);
        free(scenario);
    }
}

static enum boxed_outcome play(
    const struct boxed_config *config, const struct mta *mta, struct results *results, char **why)
{
    struct boxed *b = mem_new(sizeof *b);
    enum boxed_outcome how = BOXED_DONE;
    *b = (struct boxed){.config = config, .results = results, .line.limit = LINE_LIMIT};
    choose(b, mta);
    if (b->count) {
        size_t before = results->count;
        run(b, why);
        how = outcome(b, before, why);
    }
    for (size_t i = 0; i < b->arg_count; i++)
        free(b->args[i]);
    free(b->args);
    free(b->paths);
    buf_free(&b->line);
    free(b);
    return how;
}

enum boxed_outcome boxed_run(const struct boxed_config *config, struct results *results, char **why)
{
    char *datadir = mta_datadir(),
         *cache = config->cache ? mem_text(config->cache) : mta_cachedir();
    struct mta *mta = mta_load(datadir, config->mta, why);
    enum boxed_outcome how = BOXED_FAILED;
    bool fine = mta && (!config->profile || mta_profile(mta, config->profile, why));
    if (fine && !cache)
        *why =
            mem_text("no place for unpacked packages: set HOME or FAKESMTP_CACHE, or use --cache");
    if (fine && cache && !box_possible(why))
        how = BOXED_SKIPPED;
    else if (fine && cache && fetch(mta, cache, why))
        how = play(config, mta, results, why);
    mta_free(mta);
    free(datadir);
    free(cache);
    return how;
}
