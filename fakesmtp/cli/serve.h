/* SPDX-License-Identifier: BSD-2-Clause */
/* serve.h - what the files of `fakesmtp serve` share: what was asked for, and how one process plays
 * it. */
#ifndef FAKESMTP_CLI_SERVE_H
#define FAKESMTP_CLI_SERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "util/require.h"
#include "util/text.h"

struct script;
struct tls_context;

enum { SERVE_PLACES_MAX = 256, SERVE_WORKERS_MAX = 64 };

struct serve_place {
    char *address;
    unsigned port;
};

struct serve { /* loaded and checked; nothing listens yet */
    double speed, max_size, workers, max_connections, max_memory;
    uint64_t seed;
    const char *transcript_path, *ready_file, *save_dir;
    const char *tls_ca, *tls_cert, *tls_key, *tls_keylog;
    struct tls_context *tls; /* of all hosts; nothing is made before somebody wants it */
    bool quiet;
    struct serve_place places[SERVE_PLACES_MAX];
    size_t place_count;
    struct serve_place dns; /* address NULL: no DNS */
    struct script **scripts;
    size_t script_count;
    char *lib_dir; /* for loading them again */
};

/* Where the n-th host listens: its own place, or as far behind the last one named as it comes after
 * it. */
struct serve_place serve_place_of(const struct serve *serve, size_t n); /* borrowed from serve */
size_t serve_host_count(const struct serve *serve);

struct serve_process { /* one that plays; alone, or one of several workers */
    unsigned worker, workers;
    int tell; /* workers: the pipe to their supervisor, else -1 */
};

/* Listens, says so, plays until it is told to stop. The exit status. */
int serve_play(struct serve *serve, const struct serve_process *process);
/* Has workers do it and looks after them. The exit status. */
int serve_supervise(struct serve *serve);

struct serve_dns;
struct uv_loop_s;
struct clock;
struct transcript;
/* Answers for the domains of the scenarios at serve->dns, and adds the line that says where. NULL:
 * it was said why. */
struct serve_dns *serve_dns_open(const struct serve *serve, struct uv_loop_s *loop,
    struct clock *clock, struct transcript *transcript, struct buf *lines) MUST_CHECK;
/* What the scripts of serve say now, all of it at once; queries that were counted are counted anew.
 * False: *why (caller frees), and what was there before goes on. */
bool serve_dns_reload(struct serve_dns *dns, char **why) MUST_CHECK;
void serve_dns_stop(struct serve_dns *dns); /* NULL is fine, here and below */
void serve_dns_free(struct serve_dns *dns); /* once the loop has run */

/* What the --tls options ask for. False: it was said why. */
bool serve_open_tls(struct serve *serve);

/* Says on standard output, and in the ready file, where the hosts listen. */
bool serve_announce(const struct serve *serve, struct buf *lines);
/* "listening 127.0.0.1:2525 greylist mx.greylist.test" for host number host_index of script; port
 * as it came out. */
void serve_line(struct buf *lines, const struct script *script, size_t host_index,
    const char *address, unsigned port);

#endif
