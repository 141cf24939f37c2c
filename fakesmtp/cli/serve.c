/* SPDX-License-Identifier: BSD-2-Clause */
/* fakesmtp serve: plays scenarios on addresses of your choice until it is told to stop. */
#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>
#include "net/address.h"
#include "script/script.h"
#include "server/server.h"
#include "util/clock.h"
#include "util/datadir.h"
#include "util/mem.h"
#include "util/text.h"
#include "util/transcript.h"

static const char usage[] =
    "usage: fakesmtp serve [options] SCENARIO...\n"
    "\n"
    "Plays each scenario (a name from `fakesmtp list`, or a file) on an address of its own and prints, one a line,\n"
    "  listening ADDRESS:PORT SCENARIO HOST     or, where connections are refused on purpose,\n"
    "  refusing ADDRESS:PORT SCENARIO HOST      and then\n"
    "  ready\n"
    "The conversation is shown on standard error. SIGTERM or SIGINT ends it.\n"
    "\n"
    "  --listen ADDR:PORT   where the first host listens; the others take the following ports, or any free one when\n"
    "                       PORT is 0 (default 127.0.0.1:2525); repeat it to place each host\n"
    "  --speed N            one second of waiting lasts 1/N seconds (default 1)\n"
    "  --seed N             of s:chance(); the same seed gives the same faults (default: random, printed)\n"
    "  --max-size BYTES     largest message, announced as SIZE (default 10485760)\n"
    "  --transcript FILE    append every event as a line of JSON\n"
    "  --ready-file FILE    write the lines above to FILE once all listen\n"
    "  --quiet              show no conversation\n"
    "  --help               this text\n"
    "\n"
    "Exit status: 0 stopped in order, 1 a scenario broke while it was played, 2 usage or set-up error.\n";

enum { LISTEN_MAX = 256 };

struct place {
    char *address;
    unsigned port;
};

struct serve {
    uv_loop_t loop;
    uv_signal_t signals[2];
    struct clock *clock;
    struct transcript *transcript;
    struct script **scripts;
    size_t script_count;
    struct server **servers;
    size_t server_count, server_open;
    uint64_t sessions, seed;
    unsigned script_errors;
    double speed, max_size;
    const char *transcript_path, *ready_file;
    bool quiet, stopping;
    struct place places[LISTEN_MAX];
    size_t place_count;
    struct buf ready; /* the lines that say where */
};

/* ---- options ---- */

static bool add_place(struct serve *serve, const char *text)
{
    char *why = NULL;
    if (serve->place_count == LISTEN_MAX) {
        fprintf(stderr, "fakesmtp serve: more than %d addresses\n", LISTEN_MAX);
        return false;
    }
    struct place *place = &serve->places[serve->place_count];
    place->address = address_parse(text, &place->port, &why);
    if (!place->address) {
        cli_complain("serve", why);
        return false;
    }
    serve->place_count++;
    return true;
}

static bool take_option(struct serve *serve, int c)
{
    switch (c) {
    case 'l':
        return add_place(serve, optarg);
    case 's':
        return cli_number("--speed", optarg, 0.001, 1e6, &serve->speed);
    case 'd':
        return cli_seed(optarg, &serve->seed);
    case 'm':
        return cli_number("--max-size", optarg, 1, 1e12, &serve->max_size);
    case 't':
        serve->transcript_path = optarg;
        return true;
    case 'r':
        serve->ready_file = optarg;
        return true;
    case 'q':
        return serve->quiet = true;
    default:
        cli_try_help("serve");
        return false;
    }
}

/* ---- set-up: everything is loaded before anything listens ---- */

static bool load_one(struct serve *serve, const char *datadir, const char *word)
{
    char *why = NULL, *lib = datadir ? mem_format("%s/scenarios/lib", datadir) : NULL;
    char *path = datadir_scenario(datadir, word, &why);
    struct script *script = path ? script_load(path, lib, NULL, &why) : NULL;
    free(path);
    free(lib);
    if (!script) {
        if (strstr(why, ".lua"))
            fprintf(stderr, "%s\n", why); /* file:line: what, as an editor wants it */
        else
            fprintf(stderr, "fakesmtp serve: %s\n", why);
        free(why);
        return false;
    }
    serve->scripts[serve->script_count++] = script;
    return true;
}

static bool load_all(struct serve *serve, int count, char **words)
{
    char *datadir = datadir_find();
    bool fine = true;
    serve->scripts = mem_new((size_t)count * sizeof *serve->scripts);
    for (int i = 0; i < count; i++)
        fine = load_one(serve, datadir, words[i]) && fine;
    free(datadir);
    return fine;
}

/* The n-th host's place: its own, or as far behind the last one named as it comes after it. */
static void place_of(const struct serve *serve, size_t n, const char **address, unsigned *port)
{
    if (!serve->place_count) {
        *address = "127.0.0.1";
        *port = 2525 + (unsigned)n;
        return;
    }
    size_t last = serve->place_count - 1;
    const struct place *place = &serve->places[n < last ? n : last];
    *address = place->address;
    *port = place->port && n > last ? place->port + (unsigned)(n - last) : place->port;
}

static bool open_host(struct serve *serve, struct script *script, size_t host_index)
{
    const struct scenario *scenario = script_scenario(script);
    const struct scenario_host *host = &scenario->hosts[host_index];
    const char *address;
    unsigned port;
    char *why = NULL, *hostname = mem_format("%s.%s.test", host->name, scenario->name);
    place_of(serve, serve->server_count, &address, &port);
    struct server_config config = {.loop = &serve->loop, .clock = serve->clock, .script = script,
        .host_index = host_index, .hostname = hostname, .address = address, .port = port, .seed = serve->seed,
        .max_size = (uint64_t)serve->max_size, .sessions = &serve->sessions, .transcript = serve->transcript};
    struct server *server = server_open(&config, NULL, &why);
    if (!server) {
        free(hostname);
        cli_complain("serve", why);
        return false;
    }
    buf_addf(&serve->ready, strchr(address, ':') ? "%s [%s]:%u %s %s\n" : "%s %s:%u %s %s\n",
        host->listen == LISTEN_REFUSE ? "refusing" : "listening", address, server_port(server), scenario->name, hostname);
    free(hostname);
    serve->servers = mem_grow(serve->servers, (serve->server_count + 1) * sizeof *serve->servers);
    serve->servers[serve->server_count++] = server;
    serve->server_open++;
    return true;
}

static bool open_all(struct serve *serve)
{
    for (size_t i = 0; i < serve->script_count; i++)
        for (size_t h = 0; h < script_scenario(serve->scripts[i])->host_count; h++)
            if (!open_host(serve, serve->scripts[i], h))
                return false;
    buf_addf(&serve->ready, "ready\n");
    return true;
}

/* Appears whole or not at all: whoever waits for the file may read it as soon as it is there. */
static bool write_ready_file(struct serve *serve)
{
    char *half = mem_format("%s.new", serve->ready_file);
    FILE *f = fopen(half, "w");
    bool fine = f && fwrite(serve->ready.data, 1, serve->ready.len, f) == serve->ready.len;
    if (f && fclose(f) != 0)
        fine = false;
    fine = fine && rename(half, serve->ready_file) == 0;
    if (!fine)
        fprintf(stderr, "fakesmtp serve: %s: %s\n", serve->ready_file, strerror(errno));
    free(half);
    return fine;
}

static bool announce(struct serve *serve)
{
    fputs(buf_text(&serve->ready), stdout);
    if (fflush(stdout) != 0) {
        fprintf(stderr, "fakesmtp serve: standard output: %s\n", strerror(errno));
        return false;
    }
    if (!serve->quiet)
        fprintf(stderr, "seed %llu, speed %g\n", (unsigned long long)serve->seed, serve->speed);
    return !serve->ready_file || write_ready_file(serve);
}

/* ---- the end ---- */

static void on_server_closed(void *ctx)
{
    struct serve *serve = ctx;
    if (--serve->server_open == 0)
        clock_close(serve->clock);
}

static void stop(struct serve *serve)
{
    if (serve->stopping)
        _exit(EXIT_TROUBLE); /* asked twice: at once */
    serve->stopping = true;
    for (size_t i = 0; i < serve->server_count; i++) {
        serve->script_errors += server_script_errors(serve->servers[i]);
        server_close(serve->servers[i], on_server_closed, serve);
    }
    if (!serve->server_count)
        clock_close(serve->clock);
}

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    stop(handle->data);
}

static void watch_signals(struct serve *serve)
{
    static const int numbers[2] = {SIGINT, SIGTERM};
    for (int i = 0; i < 2; i++) {
        uv_signal_init(&serve->loop, &serve->signals[i]);
        serve->signals[i].data = serve;
        uv_signal_start(&serve->signals[i], on_signal, numbers[i]);
        uv_unref((uv_handle_t *)&serve->signals[i]);
    }
}

static void free_all(struct serve *serve)
{
    for (int i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&serve->signals[i], NULL);
    uv_run(&serve->loop, UV_RUN_DEFAULT);
    require(uv_loop_close(&serve->loop) == 0);
    for (size_t i = 0; i < serve->script_count; i++)
        script_free(serve->scripts[i]);
    for (size_t i = 0; i < serve->place_count; i++)
        free(serve->places[i].address);
    free(serve->scripts);
    free(serve->servers);
    transcript_free(serve->transcript);
    buf_free(&serve->ready);
}

static int play(struct serve *serve)
{
    char *why = NULL;
    int status = EXIT_FINE;
    require(uv_loop_init(&serve->loop) == 0);
    watch_signals(serve);
    serve->clock = clock_open(&serve->loop, serve->speed, &why);
    require(serve->clock);
    if (serve->transcript_path && !transcript_to_file(serve->transcript, serve->transcript_path, &why)) {
        cli_complain("serve", why);
        status = EXIT_TROUBLE;
    }
    if (status || !open_all(serve) || !announce(serve)) {
        status = EXIT_TROUBLE;
        stop(serve);
    }
    uv_run(&serve->loop, UV_RUN_DEFAULT);
    if (!status && !serve->quiet)
        fprintf(stderr, "stopped after %llu sessions\n", (unsigned long long)serve->sessions);
    if (!status && serve->script_errors)
        status = EXIT_FAILED_VERDICT;
    return transcript_failure(serve->transcript) ? EXIT_TROUBLE : status;
}

int cli_serve(int argc, char **argv)
{
    static const struct option options[] = {{"listen", required_argument, NULL, 'l'}, {"speed", required_argument, NULL, 's'},
        {"seed", required_argument, NULL, 'd'}, {"max-size", required_argument, NULL, 'm'},
        {"transcript", required_argument, NULL, 't'}, {"ready-file", required_argument, NULL, 'r'},
        {"quiet", no_argument, NULL, 'q'}, {"help", no_argument, NULL, 'h'}, {0}};
    struct serve serve = {.speed = 1, .max_size = 10485760, .seed = cli_random_seed()};
    int status = EXIT_TROUBLE;
    serve.transcript = transcript_new();
    for (int c; (c = getopt_long(argc, argv, "l:hq", options, NULL)) != -1;) {
        if (c == 'h') {
            fputs(usage, stdout);
            transcript_free(serve.transcript);
            return EXIT_FINE;
        }
        if (!take_option(&serve, c))
            goto done;
    }
    if (optind == argc) {
        fputs("fakesmtp serve: which scenario? `fakesmtp list` shows them\n", stderr);
        goto done;
    }
    if (!serve.quiet)
        transcript_to_text(serve.transcript, STDERR_FILENO);
    if (!load_all(&serve, argc - optind, argv + optind))
        goto done;
    status = play(&serve);
    free_all(&serve);
    return status;
done:
    for (size_t i = 0; i < serve.script_count; i++)
        script_free(serve.scripts[i]);
    free(serve.scripts);
    for (size_t i = 0; i < serve.place_count; i++)
        free(serve.places[i].address);
    transcript_free(serve.transcript);
    return status;
}
