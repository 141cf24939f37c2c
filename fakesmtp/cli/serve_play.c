/* SPDX-License-Identifier: BSD-2-Clause */
/* One process that plays scenarios on its addresses until a signal: opens them, reloads them,
 * closes them. */
#include "cli/serve.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>
#include "cli/cli.h"
#include "script/script.h"
#include "server/copies.h"
#include "server/maildir.h"
#include "server/server.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/transcript.h"

enum { SIGNALS = 3 };

struct host { /* that is played */
    struct server *server;
    size_t script; /* index */
};

struct play {
    struct serve *serve;
    const struct serve_process *process;
    uv_loop_t loop;
    uv_signal_t signals[SIGNALS];
    struct clock *clock;
    struct transcript *transcript;
    struct maildir *maildir;
    struct serve_dns *dns;
    struct server_load load;
    struct copies **copies; /* by script */
    struct host *hosts;
    size_t host_count, hosts_open;
    uint64_t sessions;
    bool stopping;
    struct buf lines; /* that say where */
};

static bool first_worker(const struct play *play)
{
    return play->process->worker == 0;
}

/* ---- set-up ---- */

/* Thousands of connections are what this is for; the soft limit is there for programs that use
 * select(). */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void on_message(void *ctx, const struct server_message *message)
{
    struct play *play = ctx;
    maildir_save(play->maildir, message);
}

static bool open_host(struct play *play, size_t script_index, size_t host_index)
{
    struct serve *serve = play->serve;
    struct script *script = serve->scripts[script_index];
    const struct scenario *scenario = script_scenario(script);
    struct serve_place place = serve_place_of(serve, play->host_count);
    char *why = NULL,
         *hostname = mem_format("%s.%s.test", scenario->hosts[host_index].name, scenario->name);
    struct server_config config = {.loop = &play->loop,
        .clock = play->clock,
        .script = script,
        .host_index = host_index,
        .hostname = hostname,
        .address = place.address,
        .port = place.port,
        .seed = serve->seed,
        .max_size = (uint64_t)serve->max_size,
        .sessions = &play->sessions,
        .worker = play->process->worker,
        .workers = play->process->workers,
        .load = &play->load,
        .copies = play->copies[script_index],
        .tls = serve->tls,
        .transcript = play->transcript,
        .on_message = play->maildir ? on_message : NULL,
        .ctx = play};
    struct server *server = server_open(&config, NULL, &why);
    free(hostname);
    if (!server) {
        cli_complain("serve", why);
        return false;
    }
    serve_line(&play->lines, script, host_index, place.address, server_port(server));
    play->hosts = mem_grow(play->hosts, (play->host_count + 1) * sizeof *play->hosts);
    play->hosts[play->host_count++] = (struct host){server, script_index};
    play->hosts_open++;
    return true;
}

static bool open_all(struct play *play)
{
    struct serve *serve = play->serve;
    play->copies = mem_new(serve->script_count * sizeof *play->copies);
    for (size_t i = 0; i < serve->script_count; i++) {
        play->copies[i] = copies_new();
        for (size_t h = 0; h < script_scenario(serve->scripts[i])->host_count; h++)
            if (!open_host(play, i, h))
                return false;
    }
    return true;
}

static bool open_outputs(struct play *play)
{
    const struct serve *serve = play->serve;
    char *why = NULL;
    if (serve->transcript_path || !serve->quiet)
        play->transcript = transcript_new();
    if (!serve->quiet)
        transcript_to_text(play->transcript, STDERR_FILENO);
    if (serve->transcript_path &&
        !transcript_to_file(play->transcript, serve->transcript_path, &why)) {
        cli_complain("serve", why);
        return false;
    }
    if (serve->save_dir && !(play->maildir = maildir_open(serve->save_dir, &why))) {
        cli_complain("serve", why);
        return false;
    }
    return true;
}

static bool open_dns(struct play *play)
{
    if (!play->serve->dns.address)
        return true;
    play->dns =
        serve_dns_open(play->serve, &play->loop, play->clock, play->transcript, &play->lines);
    return play->dns != NULL;
}

static bool tell_ready(struct play *play)
{
    if (play->process->tell < 0)
        return serve_announce(play->serve, &play->lines);
    return write(play->process->tell, "ready\n", 6) == 6;
}

/* ---- SIGHUP: the scripts again ---- */

/* The hosts are there and listen; a script that has others cannot take their place. */
static bool same_hosts(const struct scenario *a, const struct scenario *b)
{
    bool same = a->host_count == b->host_count;
    for (size_t i = 0; i < a->host_count && same; i++)
        same = strcmp(a->hosts[i].name, b->hosts[i].name) == 0;
    return same;
}

/* The names of the new script, or of none: NULL and *why, and the old ones are there still. */
static struct script *load_again(struct play *play, size_t index, char **why)
{
    struct serve *serve = play->serve;
    struct script *old = serve->scripts[index];
    const struct scenario *scenario = script_scenario(old);
    struct script *script = script_load(scenario->path, serve->lib_dir, NULL, why);
    if (script && !same_hosts(scenario, script_scenario(script)))
        *why = mem_format("%s: has other hosts than before; start again for these", scenario->path);
    if (script && !*why) {
        serve->scripts[index] = script;
        if (serve_dns_reload(play->dns, why))
            return script;
        serve->scripts[index] = old;
    }
    script_free(script);
    return NULL;
}

static void reload(struct play *play, size_t index)
{
    struct script *old = play->serve->scripts[index];
    const char *name = script_scenario(old)->name;
    char *why = NULL;
    struct script *script = load_again(play, index, &why);
    if (first_worker(play) && script)
        fprintf(stderr, "%s: reloaded\n", name);
    else if (first_worker(play))
        fprintf(stderr, "%s\n%s: the old one goes on\n", why, name);
    free(why);
    if (!script)
        return;
    for (size_t i = 0; i < play->host_count; i++)
        if (play->hosts[i].script == index)
            server_set_script(play->hosts[i].server, script);
    script_retire(old);
}

/* ---- signals and the end ---- */

/* The signals keep the loop alive till now: where every host refuses, nothing else does. */
static void all_closed(struct play *play)
{
    clock_close(play->clock);
    for (int i = 0; i < SIGNALS; i++)
        uv_close((uv_handle_t *)&play->signals[i], NULL);
}

static void on_server_closed(void *ctx)
{
    struct play *play = ctx;
    if (--play->hosts_open == 0)
        all_closed(play);
}

static void stop(struct play *play)
{
    if (play->stopping)
        _exit(EXIT_TROUBLE); /* asked twice: at once */
    play->stopping = true;
    serve_dns_stop(play->dns);
    for (size_t i = 0; i < play->host_count; i++)
        server_close(play->hosts[i].server, on_server_closed, play);
    if (!play->host_count)
        all_closed(play);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct play *play = handle->data;
    if (number != SIGHUP) {
        stop(play);
        return;
    }
    for (size_t i = 0; i < play->serve->script_count && !play->stopping; i++)
        reload(play, i);
}

static void watch_signals(struct play *play)
{
    static const int numbers[SIGNALS] = {SIGTERM, SIGHUP, SIGINT};
    int count = play->process->tell < 0
                    ? SIGNALS
                    : SIGNALS - 1; /* the terminal's SIGINT is for the supervisor */
    if (play->process->tell >= 0)
        signal(SIGINT, SIG_IGN);
    for (int i = 0; i < SIGNALS; i++) {
        uv_signal_init(&play->loop, &play->signals[i]);
        play->signals[i].data = play;
        if (i < count)
            uv_signal_start(&play->signals[i], on_signal, numbers[i]);
    }
}

static void close_all(struct play *play)
{
    require(uv_loop_close(&play->loop) == 0);
    for (size_t i = 0; play->copies && i < play->serve->script_count; i++)
        copies_free(play->copies[i]);
    free(play->copies);
    free(play->hosts);
    serve_dns_free(play->dns);
    transcript_free(play->transcript);
    maildir_free(play->maildir);
    buf_free(&play->lines);
}

static void tell_end(const struct play *play)
{
    if (play->process->tell >= 0)
        dprintf(play->process->tell, "stopped %llu\n", (unsigned long long)play->sessions);
    else if (!play->serve->quiet)
        fprintf(stderr, "stopped after %llu sessions\n", (unsigned long long)play->sessions);
    if (play->load.turned_away)
        fprintf(stderr, "%llu connections were turned away\n",
            (unsigned long long)play->load.turned_away);
    if (play->load.starved)
        fprintf(stderr, "accepting paused %llu times for want of a descriptor\n",
            (unsigned long long)play->load.starved);
}

int serve_play(struct serve *serve, const struct serve_process *process)
{
    struct play play = {.serve = serve,
        .process = process,
        .load = {.max_connections = (size_t)serve->max_connections,
            .max_memory = (size_t)serve->max_memory}};
    char *why = NULL;
    raise_descriptor_limit();
    signal(SIGPIPE, SIG_IGN);
    require(uv_loop_init(&play.loop) == 0);
    watch_signals(&play);
    play.clock = clock_open(&play.loop, serve->speed, &why);
    require(play.clock);
    bool begun = open_outputs(&play) && open_all(&play) && open_dns(&play) && tell_ready(&play);
    if (!begun)
        stop(&play);
    uv_run(&play.loop, UV_RUN_DEFAULT);
    if (begun)
        tell_end(&play);
    int status = !begun || transcript_failure(play.transcript) || maildir_failed(play.maildir)
                     ? EXIT_TROUBLE
                 : play.load.script_errors ? EXIT_FAILED_VERDICT
                                           : EXIT_FINE;
    close_all(&play);
    return status;
}
