/* SPDX-License-Identifier: BSD-2-Clause */
/* fakesmtp serve: plays scenarios on addresses of your choice until it is told to stop. */
#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/serve.h"
#include "net/address.h"
#include "net/tlscontext.h"
#include "script/script.h"
#include "util/datadir.h"
#include "util/mem.h"

static const char usage[] =
    "usage: fakesmtp serve [options] SCENARIO...\n"
    "\n"
    "Plays each scenario (a name from `fakesmtp list`, or a file) on an address of its own and "
    "prints, one a line,\n"
    "  listening ADDRESS:PORT SCENARIO HOST     or, where `listen` says so, refusing, blackhole or "
    "resetting; and then\n"
    "  ready\n"
    "The conversation is shown on standard error. SIGTERM or SIGINT ends it, SIGHUP loads the "
    "scenarios again.\n"
    "\n"
    "  --listen ADDR:PORT   where the first host listens; the others take the following ports, or "
    "any free one when\n"
    "                       PORT is 0 (default 127.0.0.1:2525); repeat it to place each host; "
    "[::1]:2525 and\n"
    "                       unix:PATH are possible\n"
    "  --speed N            one second of waiting lasts 1/N seconds (default 1)\n"
    "  --seed N             of s:chance(); the same seed gives the same faults (default: random, "
    "printed)\n"
    "  --max-size BYTES     largest message, announced as SIZE (default 10485760)\n"
    "  --transcript FILE    append every event as a line of JSON\n"
    "  --save-messages DIR  keep what was accepted as files of a Maildir\n"
    "  --workers N          play in N processes that share the addresses; what a scenario "
    "remembers is not shared\n"
    "  --max-connections N  of each process; who comes after them hears 421 (default: as many as "
    "there are descriptors)\n"
    "  --max-memory BYTES   of each process, for mail and waiting input and output (default "
    "1073741824)\n"
    "  --dns ADDR:PORT      answer for the domains of the scenarios there, over UDP and TCP; "
    "where, is printed as\n"
    "                       `dns ADDRESS:PORT`. A port of 0 takes a free one\n"
    "  --tls-ca FILE        write the CA of the certificates that are made to FILE, and to "
    "FILE.crl whom it revoked\n"
    "  --tls-cert FILE --tls-key FILE   use this certificate (with its chain) where a good one is "
    "wanted\n"
    "  --tls-keylog FILE    append the secrets of all TLS connections, for Wireshark (NSS key log "
    "format)\n"
    "  --ready-file FILE    write the lines above to FILE once all listen\n"
    "  --quiet              show no conversation\n"
    "  --help               this text\n"
    "\n"
    "Exit status: 0 stopped in order, 1 a scenario broke while it was played or a worker died, 2 "
    "usage or set-up error, or\n"
    "a transcript or message could not be written.\n";

/* ---- options ---- */

static bool add_place(struct serve *serve, const char *text)
{
    char *why = NULL;
    if (serve->place_count == SERVE_PLACES_MAX) {
        fprintf(stderr, "fakesmtp serve: more than %d addresses\n", SERVE_PLACES_MAX);
        return false;
    }
    struct serve_place *place = &serve->places[serve->place_count];
    place->address = address_parse(text, &place->port, &why);
    if (!place->address) {
        cli_complain("serve", why);
        return false;
    }
    serve->place_count++;
    return true;
}

static bool take_dns(struct serve *serve, const char *text)
{
    char *why = NULL;
    free(serve->dns.address);
    serve->dns.address = address_parse(text, &serve->dns.port, &why);
    if (!serve->dns.address)
        cli_complain("serve", why);
    return serve->dns.address != NULL;
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
    case 'v':
        serve->save_dir = optarg;
        return true;
    case 'w':
        return cli_number("--workers", optarg, 1, SERVE_WORKERS_MAX, &serve->workers);
    case 'c':
        return cli_number("--max-connections", optarg, 1, 1e9, &serve->max_connections);
    case 'M':
        return cli_number("--max-memory", optarg, 65536, 1e15, &serve->max_memory);
    case 'r':
        serve->ready_file = optarg;
        return true;
    case 'A':
        serve->tls_ca = optarg;
        return true;
    case 'C':
        serve->tls_cert = optarg;
        return true;
    case 'K':
        serve->tls_key = optarg;
        return true;
    case 'L':
        serve->tls_keylog = optarg;
        return true;
    case 'D':
        return take_dns(serve, optarg);
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
    char *why = NULL, *path = datadir_scenario(datadir, word, &why);
    struct script *script = path ? script_load(path, serve->lib_dir, NULL, &why) : NULL;
    free(path);
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
    serve->lib_dir = datadir ? mem_format("%s/scenarios/lib", datadir) : NULL;
    serve->scripts = mem_new((size_t)count * sizeof *serve->scripts);
    for (int i = 0; i < count; i++)
        fine = load_one(serve, datadir, words[i]) && fine;
    free(datadir);
    return fine;
}

size_t serve_host_count(const struct serve *serve)
{
    size_t count = 0;
    for (size_t i = 0; i < serve->script_count; i++)
        count += script_scenario(serve->scripts[i])->host_count;
    return count;
}

struct serve_place serve_place_of(const struct serve *serve, size_t n)
{
    if (!serve->place_count)
        return (struct serve_place){(char *)"127.0.0.1", 2525 + (unsigned)n};
    size_t last = serve->place_count - 1;
    struct serve_place place = serve->places[n < last ? n : last];
    if (place.port && n > last)
        place.port += (unsigned)(n - last);
    return place;
}

/* ---- where they listen ---- */

void serve_line(struct buf *lines, const struct script *script, size_t host_index,
    const char *address, unsigned port)
{
    static const char *const words[] = {"listening", "refusing", "blackhole", "resetting"};
    const struct scenario *scenario = script_scenario(script);
    const struct scenario_host *host = &scenario->hosts[host_index];
    char *where = address_text_of(address, port);
    buf_addf(lines, "%s %s %s %s.%s.test\n", words[host->listen], where, scenario->name, host->name,
        scenario->name);
    free(where);
}

/* Appears whole or not at all: whoever waits for the file may read it as soon as it is there. */
static bool write_ready_file(const char *path, const struct buf *lines)
{
    char *half = mem_format("%s.new", path);
    FILE *f = fopen(half, "w");
    bool fine = f && fwrite(lines->data, 1, lines->len, f) == lines->len;
    if (f && fclose(f) != 0)
        fine = false;
    fine = fine && rename(half, path) == 0;
    if (!fine)
        fprintf(stderr, "fakesmtp serve: %s: %s\n", path, strerror(errno));
    free(half);
    return fine;
}

bool serve_announce(const struct serve *serve, struct buf *lines)
{
    buf_addf(lines, "ready\n");
    fputs(buf_text(lines), stdout);
    if (fflush(stdout) != 0) {
        fprintf(stderr, "fakesmtp serve: standard output: %s\n", strerror(errno));
        return false;
    }
    if (!serve->quiet)
        fprintf(stderr, "seed %llu, speed %g\n", (unsigned long long)serve->seed, serve->speed);
    return !serve->ready_file || write_ready_file(serve->ready_file, lines);
}

/* ---- the whole ---- */

static void free_all(struct serve *serve)
{
    for (size_t i = 0; i < serve->script_count; i++)
        script_free(serve->scripts[i]);
    for (size_t i = 0; i < serve->place_count; i++)
        free(serve->places[i].address);
    free(serve->dns.address);
    free(serve->scripts);
    tls_context_free(serve->tls);
    free(serve->lib_dir);
}

static int serve_all(struct serve *serve, int count, char **words)
{
    static const struct serve_process alone = {.tell = -1};
    if (!count) {
        fputs("fakesmtp serve: which scenario? `fakesmtp list` shows them\n", stderr);
        return EXIT_TROUBLE;
    }
    if (serve->dns.address && serve->workers > 1) {
        fputs("fakesmtp serve: --dns counts queries, which several workers cannot do together: use "
              "--workers 1\n",
            stderr);
        return EXIT_TROUBLE;
    }
    if (!load_all(serve, count, words) || !serve_open_tls(serve))
        return EXIT_TROUBLE;
    return serve->workers > 1 ? serve_supervise(serve) : serve_play(serve, &alone);
}

int cli_serve(int argc, char **argv)
{
    static const struct option options[] = {{"listen", required_argument, NULL, 'l'},
        {"speed", required_argument, NULL, 's'}, {"seed", required_argument, NULL, 'd'},
        {"max-size", required_argument, NULL, 'm'}, {"transcript", required_argument, NULL, 't'},
        {"ready-file", required_argument, NULL, 'r'}, {"dns", required_argument, NULL, 'D'},
        {"save-messages", required_argument, NULL, 'v'}, {"workers", required_argument, NULL, 'w'},
        {"max-connections", required_argument, NULL, 'c'},
        {"max-memory", required_argument, NULL, 'M'}, {"tls-ca", required_argument, NULL, 'A'},
        {"tls-cert", required_argument, NULL, 'C'}, {"tls-key", required_argument, NULL, 'K'},
        {"tls-keylog", required_argument, NULL, 'L'}, {"quiet", no_argument, NULL, 'q'},
        {"help", no_argument, NULL, 'h'}, {0}};
    struct serve serve = {.speed = 1,
        .max_size = 10485760,
        .max_memory = 1 << 30,
        .workers = 1,
        .seed = cli_random_seed()};
    bool fine = true;
    for (int c; fine && (c = getopt_long(argc, argv, "l:hq", options, NULL)) != -1;) {
        if (c == 'h') {
            fputs(usage, stdout);
            free_all(&serve);
            return EXIT_FINE;
        }
        fine = take_option(&serve, c);
    }
    int status = fine ? serve_all(&serve, argc - optind, argv + optind) : EXIT_TROUBLE;
    free_all(&serve);
    return status;
}
