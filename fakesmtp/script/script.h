/* SPDX-License-Identifier: BSD-2-Clause */
/* script.h - one Lua state per scenario, one coroutine per connection.
 *
 * Knows nothing of sockets or of libuv: whatever a script does to its client goes through `struct
 * script_host`. A script that breaks, loops or eats memory ends its own connection;
 * script_run_why() says where. */
#ifndef FAKESMTP_SCRIPT_SCRIPT_H
#define FAKESMTP_SCRIPT_SCRIPT_H

#include <stdint.h>
#include "script/scenario.h"
#include "util/require.h"
#include "util/tlsplan.h"

struct script;     /* the engine: one Lua state, one loaded scenario */
struct script_run; /* the coroutine of one connection */

struct script_caps {
    size_t memory;         /* bytes the whole scenario may hold; 0 = 64 MiB */
    unsigned instructions; /* VM instructions between two waits, or library work that takes as long;
                              0 = 5 million, some 30 ms */
    unsigned
        cpu_ms; /* processor time between two waits, for what instructions do not show; 0 = 2000
                 */
};

enum script_input { /* what became of a wait for a line */
    SCRIPT_LINE,
    SCRIPT_LINE_BARE_LF,
    SCRIPT_LINE_TOO_LONG,
    SCRIPT_TIMEOUT,
    SCRIPT_CLOSED,  /* the peer is gone */
    SCRIPT_PENDING, /* not here yet: the host answers later */
};

enum script_ending { SCRIPT_FINISH, SCRIPT_DROP, SCRIPT_RESET };

enum { SCRIPT_FOREVER = -1, SCRIPT_BYTES_MAX = 64 * 1024 };

struct script_message { /* what came after DATA, or in chunks so far; for the script to look at */
    uint64_t size;
    bool too_big;   /* larger than the host keeps */
    unsigned copy;  /* how many-th time it came, from 1; 0 while it is not whole */
    bool duplicate; /* an earlier copy had been kept */
};

struct script_shape {    /* in which pieces what is said goes to the socket */
    const size_t *sizes; /* borrowed for the call */
    size_t count;
    bool repeat; /* the last size again and again */
    double every_s;
};

struct script_chunk { /* BDAT: exactly so many bytes follow (RFC 3030) */
    uint64_t size;
    bool first, last; /* of its message */
    bool swallow; /* its transaction has failed: the bytes are taken off the wire and forgotten */
};

struct script_starttls {
    struct tls_plan plan; /* its texts are borrowed for the call */
    bool keep_clear;  /* what the client sent in clear before the handshake counts as said under TLS
                       */
    double timeout_s; /* of the handshake */
};

enum script_tls_outcome { SCRIPT_TLS_UP, SCRIPT_TLS_STOPPED, SCRIPT_TLS_FAILED };

struct script_tls { /* what the handshake came to; borrowed for the call, NULL where there is none
                     */
    const char *version, *cipher, *sni, *client_cert;
};

/* What a run may ask of its connection. ctx is the connection; no callback may free the run or
 * resume it. */
struct script_host {
    void (*send)(void *ctx, const char *bytes, size_t len); /* bytes borrowed for the call */
    /* The next line now (*line borrowed until the next call), or SCRIPT_PENDING: answer with
     * script_give_line(). timeout_s < 0: none. */
    enum script_input (*line)(void *ctx, double timeout_s, const char **line, size_t *len);
    void (*data)(void *ctx, double timeout_s); /* answer: script_give_data() */
    void (*chunk)(void *ctx, const struct script_chunk *chunk,
        double timeout_s); /* answer: script_give_data() */
    /* So many bytes, whatever they are, SCRIPT_BYTES_MAX at most; answer: script_give_line() */
    void (*bytes)(void *ctx, size_t count, double timeout_s);
    size_t (*pending)(void *ctx);             /* bytes that have come and were not asked for yet */
    void (*sleep)(void *ctx, double seconds); /* answer: script_wake(), never when SCRIPT_FOREVER */
    void (*half_close)(void *ctx);
    void (*shape)(void *ctx, const struct script_shape *shape); /* NULL: as it comes */
    bool (*drained)(void *
            ctx); /* all that was said has gone out; false: answer with script_wake() when it has */
    void (*deafen)(void *ctx,
        unsigned receive_buffer); /* stops reading for good; 0: the buffer stays as it is */
    void (*starttls)(void *ctx, const struct script_starttls *wish); /* answer: script_give_tls() */
    double (*now)(void *ctx);    /* seconds on the run's clock */
    double (*chance)(void *ctx); /* 0 <= x < 1, seeded per connection */
    void (*stage)(
        void *ctx, const char *stage); /* what follows belongs to this stage; static text */
    /* For the transcript. stage NULL: what came belongs to the stage that is open. */
    void (*command)(void *ctx, const char *stage, const char *line, size_t len);
    void (*keep)(
        void *ctx); /* the message received last is accepted: the server answers for it now */
    /* The envelope as accepted so far; from is NULL when there is no transaction. Borrowed for the
     * call. */
    void (*envelope)(void *ctx, const char *from, const char *rcpt);
};

/* After anything but WAITING the run is over and further calls are no-ops that return the same. */
enum script_state {
    SCRIPT_WAITING, /* the run wants something from its host */
    SCRIPT_ENDED,   /* it chose an ending: script_run_ending() */
    SCRIPT_FAILED,  /* it broke: script_run_why() */
};

/* Loads a scenario file. lib_dir is where `require` looks, besides the file's own folder; NULL for
 * none. NULL on failure, with *why = "file:line: what"; caller frees *why. caps may be NULL. */
struct script *script_load(
    const char *path, const char *lib_dir, const struct script_caps *caps, char **why) MUST_CHECK;
/* The same from a text that has no file; name serves as the scenario's name and in errors. */
struct script *script_load_text(const char *name, const char *text, char **why) MUST_CHECK;
const struct scenario *script_scenario(const struct script *script);
void script_free(struct script *script); /* all runs must be freed before; NULL is fine */
void script_retire(
    struct script *script); /* the same, but when the last of its runs has been freed */

struct script_facts {     /* what the script sees of its connection; the texts are kept until
                             script_run_free */
    uint64_t id;          /* session number of the run */
    uint64_t connection;  /* how many-th connection to this host */
    const char *peer;     /* "127.0.0.1:40123" */
    const char *hostname; /* the server's own name: "mx1.rcpt-tarpit.test" */
    uint64_t max_size;    /* what SIZE announces */
};

/* Begins a connection to host number `host` of the scenario and runs it up to its first wait. The
 * run is the caller's (script_run_free); host is kept until then. NULL only when memory for it
 * cannot be had: *why, caller frees. */
struct script_run *script_start(struct script *script, size_t host_index,
    const struct script_facts *facts, const struct script_host *host, void *ctx,
    enum script_state *state, char **why) MUST_CHECK;

enum script_state script_give_line(
    struct script_run *run, enum script_input input, const char *line, size_t len) MUST_CHECK;
/* message NULL: the client left or timed out in the middle of the data (why says which). */
enum script_state script_give_data(
    struct script_run *run, enum script_input why, const struct script_message *message) MUST_CHECK;
/* facts: when it is up. why: when it is not. */
enum script_state script_give_tls(struct script_run *run, enum script_tls_outcome outcome,
    const struct script_tls *facts, const char *why) MUST_CHECK;
enum script_state script_wake(struct script_run *run) MUST_CHECK;

/* The connection is over, whoever ended it: what the run waited for will not come. Runs the `close`
 * handler. */
enum script_state script_closed(struct script_run *run) MUST_CHECK;

enum script_ending script_run_ending(const struct script_run *run);
const char *script_run_why(
    const struct script_run *run); /* "file:line: what" and a traceback; NULL unless FAILED */
void script_run_free(struct script_run *run);

#endif
