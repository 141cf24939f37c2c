/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/drive.h"

#include <signal.h>
#include "util/mem.h"

struct drive {
    uv_process_t process;
    uv_pipe_t in, out;
    uv_timer_t limit;
    uv_write_t write;
    char *word;    /* of the driver */
    unsigned open; /* handles */
    unsigned limit_ms;
    int64_t status;
    int signal_number, error;
    bool running, said, late;
    drive_cb *done;
    void *ctx;
    char read_buffer[4096];
};

static char *outcome(const struct drive *d)
{
    if (d->error)
        return mem_format("driver %s: %s", d->word, uv_strerror(d->error));
    if (d->late)
        return mem_format("driver %s: not over after %g s", d->word, d->limit_ms / 1000.0);
    if (d->signal_number)
        return mem_format("driver %s: ended by signal %d", d->word, d->signal_number);
    return d->status ? mem_format("driver %s: status %d", d->word, (int)d->status) : NULL;
}

static void on_closed(uv_handle_t *handle)
{
    struct drive *d = handle->data;
    if (--d->open)
        return;
    d->done(d->ctx, d->said, outcome(d));
    free(d->word);
    free(d);
}

static void close_once(void *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, on_closed);
}

/* What it said is complete when its pipe has ended, which a process that it left behind may put
 * off: the limit goes on. */
static void close_when_over(struct drive *d)
{
    if (!d->running && uv_is_closing((uv_handle_t *)&d->out))
        close_once(&d->limit);
}

static void on_over(uv_process_t *process, int64_t status, int signal_number)
{
    struct drive *d = process->data;
    d->running = false;
    d->status = status;
    d->signal_number = signal_number;
    close_once(process);
    close_once(&d->in);
    close_when_over(d);
}

void drive_kill(struct drive *d)
{
    if (d->running)
        kill(-d->process.pid, SIGKILL);
    close_once(&d->in);
    close_once(&d->out);
    close_when_over(d);
}

static void on_limit(uv_timer_t *timer)
{
    struct drive *d = timer->data;
    d->late = true;
    drive_kill(d);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    struct drive *d = handle->data;
    (void)suggested;
    *buf = uv_buf_init(d->read_buffer, sizeof d->read_buffer);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct drive *d = stream->data;
    (void)buf;
    d->said = d->said || got > 0;
    if (got >= 0)
        return;
    close_once(stream);
    close_when_over(d);
}

/* An error here is none: a driver that has read enough says with its status whether that is one. */
static void on_written(uv_write_t *write, int status)
{
    struct drive *d = write->data;
    (void)status;
    close_once(&d->in);
}

static bool spawn(struct drive *d, uv_loop_t *loop, const struct drive_call *call)
{
    size_t n = 0;
    while (call->args[n])
        n++;
    char **args = mem_new((n + 2) * sizeof *args);
    args[0] = (char *)"driver";
    for (size_t i = 0; i < n; i++)
        args[i + 1] = (char *)call->args[i];
    uv_stdio_container_t stdio[3] = {
        {.flags = call->input ? UV_CREATE_PIPE | UV_READABLE_PIPE : UV_IGNORE,
            .data.stream = (uv_stream_t *)&d->in},
        {.flags = UV_INHERIT_FD, .data.fd = 2}, {.flags = UV_INHERIT_FD, .data.fd = 2}};
    if (call->asks) {
        stdio[1].flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
        stdio[1].data.stream = (uv_stream_t *)&d->out;
    }
    uv_process_options_t options = {.file = "driver",
        .args = args,
        .flags = UV_PROCESS_DETACHED,
        .stdio = stdio,
        .stdio_count = 3,
        .exit_cb = on_over};
    d->error = uv_spawn(loop, &d->process, &options);
    d->running = d->error == 0;
    free(args);
    return d->running;
}

static void give_input(struct drive *d, const struct drive_call *call)
{
    uv_buf_t text = uv_buf_init((char *)call->input, (unsigned)call->input_len);
    if (!call->input || uv_write(&d->write, (uv_stream_t *)&d->in, &text, 1, on_written))
        close_once(&d->in);
}

struct drive *drive_start(uv_loop_t *loop, const struct drive_call *call)
{
    struct drive *d = mem_new(sizeof *d);
    d->done = call->done;
    d->ctx = call->ctx;
    d->word = mem_text(call->args[0]);
    d->open = 4;
    d->limit_ms = call->limit_ms;
    d->process.data = d->in.data = d->out.data = d->limit.data = d->write.data = d;
    uv_pipe_init(loop, &d->in, 0);
    uv_pipe_init(loop, &d->out, 0);
    uv_timer_init(loop, &d->limit);
    if (!spawn(d, loop, call)) {
        close_once(&d->process);
        drive_kill(d);
        return d;
    }
    uv_timer_start(&d->limit, on_limit, d->limit_ms, 0);
    if (call->asks)
        uv_read_start((uv_stream_t *)&d->out, on_alloc, on_read);
    else
        close_once(&d->out);
    give_input(d, call);
    return d;
}
