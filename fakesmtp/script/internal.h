/* SPDX-License-Identifier: BSD-2-Clause */
/* internal.h - what the files of script/ share. The only header that knows Lua. */
#ifndef FAKESMTP_SCRIPT_INTERNAL_H
#define FAKESMTP_SCRIPT_INTERNAL_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include "script/script.h"

struct script {
    lua_State *L;
    size_t used, cap;              /* bytes of the Lua state */
    unsigned budget;               /* instructions between two waits */
    int64_t left;                  /* of it, for the running entry */
    int step;                      /* instructions from one look at it to the next */
    unsigned cpu_ms;               /* processor time between two waits */
    uint64_t look_ms, cpu_from_ms; /* when to look at the processor time, and what it was first */
    lua_State *limited; /* the coroutine that runs under it; NULL outside of script_enter() */
    bool over_budget;   /* the running entry used it up */
    char over_at[160];  /* where: pcall may swallow the error, not the place */
    struct script_run *running;
    size_t runs;         /* that were started and not freed */
    bool retired;        /* goes with the last of them */
    char *lib_dir, *dir; /* where require looks */
    char *text;          /* the file, while it is being loaded */
    const char *within;  /* the key of it that is being read, for the lines of errors; or NULL */
    int polite, session_meta; /* registry references */
    struct scenario scenario;
};

/* So that a script without memory can still say where it stands. */
enum { ERROR_RESERVE = 64 << 10 };

enum waiting { WAIT_NOTHING, WAIT_LINE, WAIT_COMMAND, WAIT_DATA, WAIT_WAKE, WAIT_TLS };

struct script_run {
    struct script *script;
    lua_State *co;
    int co_ref, box_ref;     /* anchors: a coroutine nobody holds is collected while it waits */
    struct script_run **box; /* what `s` is; set to NULL when the run ends */
    int handlers;            /* registry reference: stage -> function, string or list */
    const struct script_host *host;
    void *ctx;
    struct script_facts facts; /* peer and hostname are the host's */
    enum waiting waiting;
    enum script_state state;
    enum script_ending ending;
    bool told_duplicate; /* s.duplicate is true */
    bool no_peer;        /* only `close` runs: nobody is there to talk to */
    bool looped;         /* it used up its budget: nothing of its coroutine may run again */
    char *why;
};

/* engine.c */
lua_State *script_new_state(
    struct script *script, const struct script_caps *caps); /* NULL: no memory */
struct script *script_of(lua_State *L);
/* Runs fn(arg) protected, with a fresh budget. False: *why says what, with a traceback; caller
 * frees. */
bool script_enter(struct script *script, lua_CFunction fn, void *arg, char **why);
/* Lua cuts the names of files to 60 characters ("...io/case.lua:3: what"): puts the whole path in
 * front. why is taken. */
char *script_whole_place(const struct script *script, char *why);
/* Replaces the chunk on top of L by what it returns; raises what goes wrong in it. */
void script_call_chunk(lua_State *L);

/* limit.c */
void script_limit(struct script *script, lua_State *co); /* a fresh budget, for co */
/* Takes off the budget what is going to be done; raises when it is used up. */
void script_charge(lua_State *L, uint64_t steps);
uint64_t script_steps_left(lua_State *L);
void script_charge_memory(struct script *script, size_t bytes); /* never raises */

/* Pushes on L the error that lies on co's stack, as a text that begins with its place. */
const char *script_push_error(lua_State *L, lua_State *co, int level);

/* sandbox.c: fills the global table of a fresh state; protected call */
int l_open_sandbox(lua_State *L);
/* Each puts its own in the place of Lua's, in the table of globals on top. */
void open_library(lua_State *L);
void open_order(lua_State *L);
void open_metatable(lua_State *L);
void open_tell(lua_State *L);
void open_readonly(lua_State *L);
void open_strings(lua_State *L); /* into the table `string` on top */
/* order.c: pushes the keys of the table at index, a positive one, as a list: in their order */
void order_push_keys(lua_State *L, int table);
/* order.c: as lua_next(), in their order; for small tables, since it looks at the whole each time
 */
bool order_next(lua_State *L, int table);

/* tell.c: as luaL_tolstring(), which pushes the text, but the same in every process */
const char *tell(lua_State *L, int index);

/* readonly.c: puts a read-only face of kind `fact` in the place of the table on top, which may be
 * one already */
void readonly_wrap(lua_State *L);
void readonly_push_none(lua_State *L); /* an empty one */
/* Pushes the table behind the read-only one at index, a positive one. False: it is none, and
 * nothing is pushed. */
bool readonly_push_real(lua_State *L, int index);
void open_readonly_helpers(lua_State *L); /* for polite_*.lua alone */

/* source.c: a whole file of text, 1 MiB at most; caller frees. NULL: *why, caller frees, or NULL
 * where there is no such file. */
char *source_read(const char *path, size_t *len, char **why);

/* verbs.c: the session of the coroutine that runs; each raises where a verb of that kind cannot be
 * called */
struct script_run *verbs_self(lua_State *L);
struct script_run *verbs_with_peer(lua_State *L);
struct script_run *verbs_who_waits(lua_State *L);
double verbs_seconds(lua_State *L, int index); /* an argument that is a time from 0 up */
int l_session_index(lua_State *L);             /* verbs_facts.c: upvalue: the table of verbs */
int l_session_newindex(lua_State *L);
int l_session_tostring(lua_State *L);
void open_verbs_bytes(lua_State *L); /* verbs_bytes.c: into the table of verbs on top */
int l_open_verbs(lua_State *L);      /* leaves the table of polite.lua's own functions */
int push_input(struct script_run *run, lua_State *co, enum waiting kind, enum script_input input,
    const char *line, size_t len); /* pushes what line() or command() return; how many */

/* verbs_tls.c */
int l_starttls(lua_State *L); /* s:starttls{...} */
void check_tls(
    lua_State *L, int index); /* the key tls of a scenario; a load error when it is wrong */
int push_tls(lua_State *co, enum script_tls_outcome outcome, const struct script_tls *facts,
    const char *why);

/* load.c: the table on top of the stack becomes script->scenario; protected call */
int l_read_scenario(lua_State *L);
/* Raises "file:line: ..." where line is that of `word` in the file, or 0 arguments' own message. */
int load_error(lua_State *L, const char *word, const char *format, ...) PRINTF_LIKE(3, 4);
/* Raises an error for a key that is not in names (NULL-terminated), naming the nearest one. */
int load_unknown_key(lua_State *L, const char *what, const char *key, const char *const *names);

/* listen.c: host->listen from `listen` of the table at index; its words into the table on top */
void read_listen(lua_State *L, int table, struct scenario_host *host);
void open_listen(lua_State *L);
/* listen.c: host->returns */
void read_returns(lua_State *L, int table, struct scenario_host *host);

/* `addresses` and `addresses6` of the table at index: the last host becomes as many as they list.
 */
void read_addresses(lua_State *L, int table, struct scenario *scenario);

/* read_dns.c: the key dns of the table at index; its words into the table on top */
void read_dns(lua_State *L, int table, struct scenario_dns *dns);
void open_dns(lua_State *L);

/* settings.c: extensions, users and the like of the table at from, checked, into the table of
 * handlers on top */
#define SETTING_KEYS "extensions", "users", "lmtp", "proxy", "dialogue", "tls"
void read_settings(lua_State *L, int from, int handlers);
void load_polite(
    lua_State *L); /* polite.c: replaces the table of helpers on top by the main function */

/* verbs_raw.c, verbs_auth.c: each puts its own into the table on top */
void open_verbs_raw(lua_State *L);   /* s:read() and the like */
void open_raw_helpers(lua_State *L); /* for polite_*.lua alone */
void open_auth_helpers(lua_State *L);
void open_raw(lua_State *L); /* the global raw(bytes, code) */
bool is_raw(lua_State *L, int index);
int send_raw(lua_State *L, struct script_run *run, int index); /* sends it, pushes its code */

/* expect.c: the table at index becomes scenario->expect */
void read_expect(lua_State *L, int index, struct expect *expect);
/* expect_bounce.c, expect_client.c: the value on top; what: "bounce" or "delayed" */
void read_reports(lua_State *L, const char *what, struct expect_reports *reports);
void read_client(lua_State *L, struct expect_client *client);
/* Of the value on top of the stack; key is for errors. */
struct expect_range expect_range(lua_State *L, const char *key, bool open_end);
int expect_flag(lua_State *L, const char *key);
void expect_counts(lua_State *L, const char *what, bool together, struct expect_counts *counts);
size_t expect_alternatives(
    lua_State *L, char **why);     /* of any_of(); 0: it is none. *why: caller's */
bool expect_by_rcpt(lua_State *L); /* a table with keys such as "nobody@"? */
/* Of the key below the value on top: a name, or (caller frees) the local part of a recipient. */
const char *expect_key(lua_State *L, const char *what);
char *expect_rcpt(lua_State *L, const char *what);
struct expect_range *expect_count(struct expect_counts *counts, char *of); /* of is taken */
void open_expect(lua_State *L); /* at_least, minutes, none, ... into the table on top */

/* lint.c: NULL, or "line: what" of a handler that returns a literal which is no reply; caller frees
 */
char *lint_returns(const char *text, int first_line, int last_line);
/* First line where word stands as a key, behind the key `within` where that is one (NULL: none);
 * else 0. */
int lint_line_of(const char *text, const char *within, const char *word);
/* The line of the n-th place where key = "text" stands; else that of the last `return`. */
int lint_place(const char *text, const char *key, long long n);

/* libhelp.c: pushes the table that a file of scenarios/lib is given */
void push_library_help(lua_State *L);
/* Each quoted text of the file, as it is written there (escapes are not resolved). */
typedef void lint_string_fn(void *ctx, int line, const char *text, size_t len);
void lint_strings(const char *text, lint_string_fn *on_string, void *ctx);

#endif
