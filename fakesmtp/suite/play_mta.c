/* SPDX-License-Identifier: BSD-2-Clause */
/* The run with a real MTA, inside its box: start it, wait until it listens, give it the messages,
 * wait until its queue is empty, stop it.
 *
 * The MTA lives on the wall's clock and our servers on its compressed one (mta.conf: clock). "The
 * queue is empty" is its own word (`driver queue`), so the run ends when nothing more can come, not
 * after some time. */
#include "suite/play.h"

#include <box/box.h>
#include <signal.h>
#include <string.h>
#include <uv.h>
#include "sender/body.h"
#include "sender/client.h"
#include "suite/drive.h"
#include "suite/judge.h"
#include "suite/keep.h"
#include "suite/known.h"
#include "suite/late.h"
#include "suite/pace.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/transcript.h"

enum {
    KNOCK_MS = 20, /* between two looks whether the MTA listens */
    START_LIMIT_MS = 30 * 1000,
    DRIVER_LIMIT_MS = 30 * 1000, /* for one call */
    GRACE_MS = 3000,             /* between SIGTERM and SIGKILL */
    PATIENCE_TIMES = 8, /* an MTA that never gives up is not waited for, however busy it is */
    QUEUE_LOOK_MS = 150,
    QUEUE_LOOK_STOCK_MS = 1000, /* it takes processor time from an MTA whose clock is compressed */
    INJECT_AT_ONCE = 8,         /* submission sessions side by side */
    PACE_MS = 10,
};

struct mta_play;

struct injection {
    struct mta_play *play;
    struct world_scenario *scenario;
    struct client_rcpt *rcpts;
    struct client_job job;
    struct drive *handing; /* `driver inject`, while it runs */
    char *from, *message, **addresses;
};

struct mta_play {
    const struct play_config *config;
    const struct mta *mta;
    uv_loop_t loop;
    struct clock *clock; /* the servers' */
    struct clock *wall;  /* for submitting */
    struct late *late;
    struct world *world;
    uv_process_t daemon;
    struct drive *look; /* `driver queue`, while it runs */
    uv_timer_t timer, patience, pace;
    uv_tcp_t knock;
    uv_connect_t knocking;
    uint64_t started_ms, last_event_ms; /* last: anything that a server or the DNS noticed */
    bool all_given, daemon_running, ending;
    struct injection *injections;
    struct pace given; /* which message is given when */
    size_t running;
    char *why;
};

static void finish(struct mta_play *p);

static void give_up(struct mta_play *p, char *why)
{
    if (!p->why)
        p->why = why;
    else
        free(why);
    finish(p);
}

/* ---- the daemon ---- */

static void on_daemon_exit(uv_process_t *process, int64_t status, int signal_number)
{
    struct mta_play *p = process->data;
    p->daemon_running = false;
    uv_close((uv_handle_t *)process, NULL);
    if (p->ending)
        uv_close((uv_handle_t *)&p->patience, NULL);
    else
        give_up(p, mem_format("%s ended by itself, with status %d%s", p->mta->title, (int)status,
                       signal_number ? " (a signal)" : ""));
}

static bool start_daemon(struct mta_play *p)
{
    char *args[] = {"driver", "start", NULL};
    uv_stdio_container_t stdio[3] = {{.flags = UV_IGNORE}, {.flags = UV_INHERIT_FD, .data.fd = 2},
        {.flags = UV_INHERIT_FD, .data.fd = 2}};
    uv_process_options_t options = {.file = "driver",
        .args = args,
        .stdio = stdio,
        .stdio_count = 3,
        .exit_cb = on_daemon_exit};
    p->daemon.data = p;
    int error = uv_spawn(&p->loop, &p->daemon, &options);
    p->daemon_running = error == 0;
    if (error) {
        uv_close((uv_handle_t *)&p->daemon, NULL);
        give_up(p, mem_format("driver start: %s", uv_strerror(error)));
    }
    return error == 0;
}

/* ---- its queue ---- */

static void look_at_queue(uv_timer_t *timer);

static void look_again(struct mta_play *p)
{
    if (!p->ending)
        uv_timer_start(
            &p->timer, look_at_queue, p->mta->time > 1 ? QUEUE_LOOK_STOCK_MS : QUEUE_LOOK_MS, 0);
}

/* An empty answer means an empty queue. */
static void on_looked(void *ctx, bool said, char *why)
{
    struct mta_play *p = ctx;
    p->look = NULL;
    if (p->ending)
        free(why);
    else if (why)
        give_up(p, why);
    else if (said || world_busy(p->world))
        look_again(p);
    else
        finish(p);
}

static void look_at_queue(uv_timer_t *timer)
{
    struct mta_play *p = timer->data;
    static const char *const args[] = {"queue", NULL};
    p->look = drive_start(&p->loop,
        &(struct drive_call){
            .args = args, .asks = true, .limit_ms = DRIVER_LIMIT_MS, .done = on_looked, .ctx = p});
}

/* ---- giving it the messages ---- */

static void inject_more(struct mta_play *p);

static void on_injected(void *ctx, struct client_result *result)
{
    struct injection *in = ctx;
    struct mta_play *p = in->play;
    const struct scenario *scenario = script_scenario(in->scenario->script);
    p->running--;
    for (size_t i = 0; i < in->job.rcpt_count; i++) {
        struct client_rcpt *rcpt = &in->rcpts[i];
        if (rcpt->state != CLIENT_RCPT_DELIVERED && !p->ending) {
            const struct failure *failure =
                rcpt->state == CLIENT_RCPT_FAILED ? &rcpt->why : &result->failure;
            char *sentence = failure_sentence(failure);
            give_up(p, mem_format("%s did not take the message for %s: %s", p->mta->title,
                           scenario->name, sentence));
            free(sentence);
        }
        failure_deinit(&rcpt->why);
    }
    if (!p->ending)
        inject_more(p);
}

/* The same, by its driver. */
static void on_handed_over(void *ctx, bool said, char *why)
{
    struct injection *in = ctx;
    struct mta_play *p = in->play;
    (void)said;
    in->handing = NULL;
    p->running--;
    if (why && !p->ending)
        give_up(p, mem_format("%s did not take the message for %s: %s", p->mta->title,
                       script_scenario(in->scenario->script)->name, why));
    free(why);
    if (!p->ending)
        inject_more(p);
}

/* Lines end as the host's do, with LF. */
static void hand_over(struct mta_play *p, struct injection *in)
{
    size_t len = 0, n = in->job.rcpt_count;
    for (size_t i = 0; i < in->job.message_len; i++)
        if (in->message[i] != '\r') /* normalised: each stands before an LF */
            in->message[len++] = in->message[i];
    const char **args = mem_new((n + 3) * sizeof *args);
    args[0] = "inject";
    args[1] = in->from;
    memcpy(args + 2, in->addresses, n * sizeof *args);
    in->handing = drive_start(&p->loop, &(struct drive_call){.args = args,
                                            .input = in->message,
                                            .input_len = len,
                                            .limit_ms = DRIVER_LIMIT_MS,
                                            .done = on_handed_over,
                                            .ctx = in});
    free(args);
}

static void prepare(struct mta_play *p, struct injection *in, struct world_scenario *s)
{
    const struct scenario *scenario = script_scenario(s->script);
    size_t n = scenario->to_count;
    in->play = p;
    in->scenario = s;
    in->from = world_sender(scenario);
    char *text = world_message(scenario, p->config->seed);
    in->job = (struct client_job){.timeout = &sender_policy_rfc5321.timeout,
        .helo = "client." ORIGIN_DOMAIN,
        .host = p->mta->title,
        .address = p->mta->host,
        .port = p->mta->port,
        .from = in->from,
        .rcpt_count = n};
    in->message = body_normalise(text, strlen(text), &in->job.message_len);
    free(text);
    in->job.message = in->message;
    in->addresses = mem_new(n * sizeof *in->addresses);
    in->rcpts = in->job.rcpts = mem_new(n * sizeof *in->rcpts);
    for (size_t i = 0; i < n; i++)
        in->rcpts[i].address = in->addresses[i] = world_rcpt(scenario, i);
}

static void on_pace(uv_timer_t *timer)
{
    inject_more(timer->data);
}

static void inject_more(struct mta_play *p)
{
    while (!p->ending && !pace_done(&p->given) && p->running < INJECT_AT_ONCE &&
           pace_allows(&p->given, uv_now(&p->loop))) {
        struct injection *in = &p->injections[p->given.given];
        prepare(p, in, pace_take(&p->given, uv_now(&p->loop)));
        in->scenario->record.submitted_ms = in->scenario->record.last_ms = clock_now_ms(p->clock);
        p->running++;
        if (p->mta->host)
            client_open(&p->loop, p->wall, &in->job, on_injected, in);
        else
            hand_over(p, in);
    }
    if (p->ending)
        return;
    if (!pace_done(&p->given))
        uv_timer_start(&p->pace, on_pace, PACE_MS, 0);
    else if (!p->running && !p->all_given) {
        p->all_given = true;
        look_at_queue(&p->timer);
    }
}

static void free_injections(struct mta_play *p)
{
    for (size_t i = 0; i < p->given.given; i++) {
        struct injection *in = &p->injections[i];
        for (size_t k = 0; k < in->job.rcpt_count; k++)
            free(in->addresses[k]);
        free(in->addresses);
        free(in->rcpts);
        free(in->from);
        free(in->message);
    }
    free(p->injections);
    pace_deinit(&p->given);
}

/* ---- is it there yet? ---- */

static void knock(uv_timer_t *timer);

static void on_knocked(uv_handle_t *handle)
{
    struct mta_play *p = handle->data;
    if (p->ending)
        return;
    if (p->knocking.data == p)
        inject_more(p);
    else if (uv_now(&p->loop) - p->started_ms > START_LIMIT_MS)
        give_up(p, mem_format("%s does not listen on %s:%u after %d s", p->mta->title, p->mta->host,
                       p->mta->port, START_LIMIT_MS / 1000));
    else
        uv_timer_start(&p->timer, knock, KNOCK_MS, 0);
}

static void on_answer(uv_connect_t *request, int status)
{
    struct mta_play *p = request->handle->data;
    p->knocking.data = status == 0 ? p : NULL;
    uv_close((uv_handle_t *)&p->knock, on_knocked);
}

static void knock(uv_timer_t *timer)
{
    struct mta_play *p = timer->data;
    struct sockaddr_in at;
    uv_tcp_init(&p->loop, &p->knock);
    p->knock.data = p;
    p->knocking.data = NULL;
    int error = uv_ip4_addr(p->mta->host, (int)p->mta->port, &at);
    if (!error)
        error = uv_tcp_connect(&p->knocking, &p->knock, (struct sockaddr *)&at, on_answer);
    if (error)
        uv_close((uv_handle_t *)&p->knock, on_knocked);
}

/* ---- beginning and end ---- */

/* While it does something there is hope: on a busy machine five seconds' worth may take a minute.
 */
static void on_patience(uv_timer_t *timer)
{
    struct mta_play *p = timer->data;
    uint64_t patience = (uint64_t)(p->mta->patience * 1000);
    uint64_t silent = uv_now(&p->loop) - p->last_event_ms;
    uint64_t all = uv_now(&p->loop) - p->started_ms;
    if (silent < patience && all < PATIENCE_TIMES * patience + START_LIMIT_MS) {
        uv_timer_start(&p->patience, on_patience, patience - silent, 0);
        return;
    }
    fprintf(stderr,
        "%s still has mail in its queue %s %.0f s: what has not come by now is missing\n",
        p->mta->title, silent < patience ? "after" : "and has done nothing for",
        (double)(silent < patience ? all : silent) / 1000);
    finish(p);
}

static void on_news(void *ctx)
{
    struct mta_play *p = ctx;
    if (p->config->on_progress)
        p->config->on_progress(p->config->ctx, play_decided(p->config));
}

static void on_event(void *ctx, const struct transcript_event *event)
{
    struct mta_play *p = ctx;
    (void)event;
    p->last_event_ms = uv_now(&p->loop);
}

static void on_grace(uv_timer_t *timer)
{
    struct mta_play *p = timer->data;
    uv_process_kill(&p->daemon, SIGKILL);
}

static void stop_daemon(struct mta_play *p)
{
    if (p->daemon_running) {
        uv_process_kill(&p->daemon, SIGTERM);
        uv_timer_start(&p->patience, on_grace, GRACE_MS, 0);
    } else
        uv_close((uv_handle_t *)&p->patience, NULL);
}

static void stop_calls(struct mta_play *p)
{
    if (p->look)
        drive_kill(p->look);
    for (size_t i = 0; i < p->given.given; i++)
        if (p->injections[i].handing)
            drive_kill(p->injections[i].handing);
}

static void finish(struct mta_play *p)
{
    if (p->ending)
        return;
    p->ending = true;
    uv_close((uv_handle_t *)&p->timer, NULL);
    uv_close((uv_handle_t *)&p->pace, NULL);
    late_stop(p->late);
    stop_daemon(p);
    stop_calls(p);
    world_close(p->world);
}

static bool open_world(struct mta_play *p)
{
    struct world_config world = {.loop = &p->loop,
        .clock = p->clock,
        .box = true,
        .seed = p->config->seed,
        .transcript = p->config->transcript,
        .on_news = on_news,
        .ctx = p};
    char *why = NULL;
    p->world = world_open(&world, p->config->scenarios, p->config->count, &why);
    if (!p->world)
        give_up(p, why);
    return p->world != NULL;
}

static void begin(struct mta_play *p)
{
    char *why = NULL;
    uv_timer_init(&p->loop, &p->timer);
    uv_timer_init(&p->loop, &p->patience);
    uv_timer_init(&p->loop, &p->pace);
    p->timer.data = p->patience.data = p->pace.data = p;
    p->clock = clock_open(&p->loop, p->mta->clock, &why);
    p->wall = clock_open(&p->loop, 1, &why);
    require(p->clock && p->wall);
    p->late = late_open(&p->loop, p->clock);
    p->injections = mem_new(p->config->count * sizeof *p->injections);
    pace_init(&p->given, p->config, p->mta->at_once);
    if (!open_world(p) || !start_daemon(p))
        return;
    p->started_ms = p->last_event_ms = uv_now(&p->loop);
    if (p->config->transcript)
        transcript_add_sink(p->config->transcript, (struct transcript_sink){on_event, p});
    uv_timer_start(
        &p->patience, on_patience, (uint64_t)(p->mta->patience * 1000) + START_LIMIT_MS, 0);
    if (p->mta->host)
        knock(&p->timer);
    else
        inject_more(p); /* its driver waits where it must */
}

/* Beside the log, where --work says so; a box without it has a place that goes with it. What could
 * not be kept, *why says; it is no reason to lose the results. */
static void keep(const struct play_config *config, char **why)
{
    const char *work = getenv("FAKESMTP_WORK");
    char *dir = work ? mem_format("%s/bounces", work) : NULL;
    if (dir)
        keep_bounces(dir, config->scenarios, config->count, why);
    free(dir);
}

/* Its first line; NULL when it says nothing. Asked before anything runs: it may take processor
 * time. */
static char *ask_version(void)
{
    char line[128] = "";
    FILE *out = popen("driver version 2>/dev/null </dev/null", "r");
    if (out && !fgets(line, sizeof line, out))
        line[0] = '\0';
    if (out)
        pclose(out);
    line[strcspn(line, "\r\n")] = '\0';
    return line[0] ? mem_text(line) : NULL;
}

bool play_mta(
    const struct play_config *config, const struct mta *mta, struct results *results, char **why)
{
    /* The profile queue sets its times short, on whatever clock; with stock ones they are its own.
     */
    const struct judge_sender how = {
        .own_timeouts = mta->own_times && mta->time > 1, .clock = mta->time, .once = mta->once};
    struct mta_play p = {.config = config, .mta = mta};
    size_t first = results->count;
    char *version = ask_version();
    require(uv_loop_init(&p.loop) == 0);
    begin(&p);
    uv_run(&p.loop, UV_RUN_DEFAULT);
    clock_close(
        p.clock); /* not before: how long a peer that does not leave is waited for is theirs */
    clock_close(p.wall);
    uv_run(&p.loop, UV_RUN_DEFAULT);
    require(uv_loop_close(&p.loop) == 0);
    free_injections(&p);
    if (p.why) {
        late_close(p.late);
        free(version);
        *why = p.why;
        return false;
    }
    char *clock_name =
        mta->time > 1 ? mem_format("its clock and ours: each second holds %g", mta->time)
                      : mem_format("its times are set short: one second stands for %g", mta->clock);
    struct play_sender sender = {
        .name = mta->name, .version = version, .clock = clock_name, .how = &how};
    bool fine = play_judge(config, &sender, results, why);
    free(version);
    free(clock_name);
    if (fine) {
        known_apply(mta, results, first);
        late_tell(p.late, config, mta->clock, results->list + first);
        keep(config, why);
    }
    late_close(p.late);
    return fine;
}
