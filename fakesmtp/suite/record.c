/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/record.h"

#include <stdlib.h>
#include <string.h>
#include "server/server.h"
#include "util/mem.h"
#include "util/text.h"

static struct record_session *session_of(struct record *r, uint64_t id)
{
    for (size_t i = r->session_count; i-- > 0;)
        if (r->sessions[i].id == id)
            return &r->sessions[i];
    r->sessions = mem_grow(r->sessions, (r->session_count + 1) * sizeof *r->sessions);
    r->sessions[r->session_count] = (struct record_session){.id = id, .open = true};
    return &r->sessions[r->session_count++];
}

static void begin_wait(struct record *r, const struct transcript_event *e)
{
    int stage = e->stage ? scenario_stage_find(e->stage) : -1;
    if (e->seconds >= 0 || stage < 0)
        return;
    r->waits = mem_grow(r->waits, (r->wait_count + 1) * sizeof *r->waits);
    r->waits[r->wait_count++] = (struct record_wait){e->session, e->at_ms, 0, stage};
}

static void end_session(struct record *r, const struct transcript_event *e)
{
    session_of(r, e->session)->open = false;
    for (size_t i = 0; i < r->wait_count; i++)
        if (r->waits[i].session == e->session && !r->waits[i].until_ms)
            r->waits[i].until_ms = e->at_ms;
}

/* ---- recipients and commands ---- */

enum { RCPTS_MAX = 2000 };

static struct record_rcpt *find_rcpt(const struct record *r, const char *local, size_t len)
{
    for (size_t i = 0; i < r->rcpt_count; i++)
        if (strlen(r->rcpts[i].local) == len && text_same_n(r->rcpts[i].local, local, len))
            return &r->rcpts[i];
    return NULL;
}

/* NULL: there are too many. */
static struct record_rcpt *rcpt_of(struct record *r, const char *local, size_t len)
{
    struct record_rcpt *rcpt = find_rcpt(r, local, len);
    if (rcpt || r->rcpt_count == RCPTS_MAX)
        return rcpt;
    r->rcpts = mem_grow(r->rcpts, (r->rcpt_count + 1) * sizeof *r->rcpts);
    r->rcpts[r->rcpt_count] = (struct record_rcpt){.local = mem_bytes(local, len)};
    return &r->rcpts[r->rcpt_count++];
}

struct record_rcpt record_rcpt(const struct record *r, const char *local)
{
    const struct record_rcpt *rcpt = find_rcpt(r, local, strlen(local));
    return rcpt ? *rcpt : (struct record_rcpt){0};
}

static void note_in_session(struct record_session *s, enum smtp_verb verb, bool fine)
{
    s->ehlo += verb == SMTP_EHLO;
    s->helo += verb == SMTP_HELO;
    s->rset += verb == SMTP_RSET;
    s->mail += verb == SMTP_MAIL;
    s->quit = s->quit || (verb == SMTP_QUIT && fine);
    s->mail_in_clear = s->mail_in_clear || (verb == SMTP_MAIL && s->tls != SESSION_TLS_UP);
    if (verb == SMTP_STARTTLS && s->tls == SESSION_CLEAR)
        s->tls = SESSION_TLS_ASKED;
}

static void note_tls(struct record_session *s, const char *text)
{
    if (text && text_starts(text, "up"))
        s->tls = SESSION_TLS_UP;
}

static void note_command(struct record *r, const struct transcript_event *e)
{
    struct smtp_command cmd;
    bool fine = !smtp_command_parse(&cmd, e->bytes, e->len);
    r->commands[cmd.verb]++;
    note_in_session(session_of(r, e->session), cmd.verb, fine);
    struct record_rcpt *rcpt =
        fine && cmd.verb == SMTP_RCPT ? rcpt_of(r, cmd.path.user.text, cmd.path.user.len) : NULL;
    if (rcpt)
        rcpt->asked++;
}

/* ---- the table of attempts ---- */

enum { HAPPENINGS_MAX = 1000 };

const char *happening_word(enum happening_kind kind)
{
    static const char *const words[] = {[HAPPENED_QUERY] = "dns",
        [HAPPENED_SESSION] = "session",
        [HAPPENED_KNOCK] = "connect",
        [HAPPENED_REPORT] = "report",
        [HAPPENED_ATTEMPT] = "attempt"};
    return words[kind];
}

/* Takes what. */
static void happen(struct record *r, enum happening_kind kind, uint64_t at_ms, uint64_t number,
    const char *name, const char *address, char *what)
{
    if (r->happening_count == HAPPENINGS_MAX) {
        r->unlisted++;
        free(what);
        return;
    }
    r->happenings = mem_grow(r->happenings, (r->happening_count + 1) * sizeof *r->happenings);
    r->happenings[r->happening_count++] =
        (struct happening){kind, at_ms, number, mem_text(name), mem_text(address), what};
}

static struct happening *happening_of(struct record *r, uint64_t session)
{
    for (size_t i = r->happening_count; i-- > 0;)
        if (r->happenings[i].kind == HAPPENED_SESSION && r->happenings[i].number == session)
            return &r->happenings[i];
    return NULL;
}

/* "rcpt: 550 no": a row that tells of a refusal already. */
static bool is_refusal(const char *what)
{
    const char *blank = what ? strchr(what, ' ') : NULL;
    return blank && (blank[1] == '4' || blank[1] == '5');
}

/* The last reply, but a refusal stays when a 221 follows. A packet may hold several replies. */
static void note_reply(struct record *r, const struct transcript_event *e)
{
    struct happening *row = happening_of(r, e->session);
    if (row && row->what && e->stage && strcmp(e->stage, "quit") == 0)
        return; /* how it ended well or badly was said before */
    for (size_t at = 0; row && at < e->len;) {
        const char *line = e->bytes + at, *lf = memchr(line, '\n', e->len - at);
        size_t n = lf ? (size_t)(lf - line) : e->len - at;
        if (n && (!is_refusal(row->what) || *line == '4' || *line == '5')) {
            size_t shown = line[n - 1] == '\r' ? n - 1 : n;
            free(row->what);
            row->what = mem_format(
                "%s: %.*s", e->stage ? e->stage : "?", (int)(shown > 120 ? 120 : shown), line);
        }
        at += n + 1;
    }
}

/* How long the client held out where the server fell silent; the last of them, NULL: it did not. */
static const struct record_wait *last_wait(const struct record *r, uint64_t session)
{
    for (size_t i = r->wait_count; i-- > 0;)
        if (r->waits[i].session == session)
            return &r->waits[i];
    return NULL;
}

/* After end_session: the waits are over. */
static void note_ending(struct record *r, const struct transcript_event *e)
{
    struct happening *row = happening_of(r, e->session);
    const struct record_wait *wait = last_wait(r, e->session);
    bool ordinary =
        !e->text || strcmp(e->text, "finish") == 0 || strcmp(e->text, "closed-by-client") == 0;
    if (!row || (ordinary && !wait))
        return;
    struct buf what = {0};
    buf_addf(&what, "%s", row->what ? row->what : "");
    if (!ordinary)
        buf_addf(&what, "%s%s", what.len ? "; " : "", e->text);
    if (wait)
        buf_addf(&what, "%s%.0f s of silence at %s", what.len ? "; " : "",
            (double)(wait->until_ms - wait->from_ms) / 1000,
            scenario_stage_name((enum scenario_stage)wait->stage));
    free(row->what);
    row->what = mem_text(buf_text(&what));
    buf_free(&what);
}

void record_attempt(struct record *r, uint64_t at_ms, unsigned attempt, const char *host,
    const char *address, const char *stage, const char *text)
{
    r->reported += strcmp(stage, "dns") != 0;
    happen(r, HAPPENED_ATTEMPT, at_ms, attempt, host, address,
        mem_format("%s: %s", stage, text ? text : ""));
}

void record_knock(struct record *r, uint64_t at_ms, uint64_t number, const char *host,
    const char *address, bool refused)
{
    r->refused++;
    r->last_ms = at_ms;
    happen(r, HAPPENED_KNOCK, at_ms, number, host, address,
        mem_text(refused ? "refused" : "not answered"));
}

void record_event(struct record *r, const struct transcript_event *e)
{
    r->last_ms = e->at_ms;
    switch (e->kind) {
    case TRANSCRIPT_DNS:
        happen(r, HAPPENED_QUERY, e->at_ms, 0, e->name, NULL,
            mem_format("%s over %s: %s", e->type, e->transport, e->text));
        break;
    case TRANSCRIPT_REPLY:
        note_reply(r, e);
        break;
    case TRANSCRIPT_CONNECT:
        r->connections++;
        happen(r, HAPPENED_SESSION, e->at_ms, e->session, e->host, NULL, NULL);
        session_of(r, e->session);
        break;
    case TRANSCRIPT_COMMAND:
        note_command(r, e);
        break;
    case TRANSCRIPT_WAIT:
        begin_wait(r, e);
        break;
    case TRANSCRIPT_DATA:
        r->duplicates += e->duplicate;
        r->resent += e->copy > 1;
        session_of(r, e->session)->whole += e->copy > 0;
        break;
    case TRANSCRIPT_TLS:
        note_tls(session_of(r, e->session), e->text);
        break;
    case TRANSCRIPT_ENDING:
        end_session(r, e);
        note_ending(r, e);
        break;
    case TRANSCRIPT_SCRIPT_ERROR:
        r->script_errors++;
        if (!r->script_error && e->text)
            r->script_error = mem_bytes(e->text, strcspn(e->text, "\n"));
        break;
    default:
        break;
    }
}

void record_delivery(struct record *r, const struct server_message *message)
{
    r->delivered++;
    r->distinct += !message->duplicate;
    for (size_t i = 0; i < message->rcpt_count; i++) {
        const char *at = strrchr(message->rcpts[i], '@');
        size_t n = at ? (size_t)(at - message->rcpts[i]) : strlen(message->rcpts[i]);
        struct record_rcpt *rcpt = rcpt_of(r, message->rcpts[i], n);
        if (rcpt)
            rcpt->delivered++;
    }
}

void record_bounce(struct record *r, const struct server_message *message)
{
    r->bounces = mem_grow(r->bounces, (r->bounce_count + 1) * sizeof *r->bounces);
    r->bounces[r->bounce_count++] = (struct record_bounce){mem_bytes(message->bytes, message->len),
        message->len, message->at_ms, mem_text(message->rcpt_count ? message->rcpts[0] : NULL)};
    r->last_ms = message->at_ms;
    happen(r, HAPPENED_REPORT, message->at_ms, message->session,
        message->rcpt_count ? message->rcpts[0] : "?", NULL, mem_text("came in"));
}

void record_deinit(struct record *r)
{
    for (size_t i = 0; i < r->bounce_count; i++) {
        free(r->bounces[i].bytes);
        free(r->bounces[i].to);
    }
    for (size_t i = 0; i < r->happening_count; i++) {
        free(r->happenings[i].name);
        free(r->happenings[i].address);
        free(r->happenings[i].what);
    }
    for (size_t i = 0; i < r->rcpt_count; i++)
        free(r->rcpts[i].local);
    free(r->rcpts);
    free(r->happenings);
    free(r->bounces);
    free(r->waits);
    free(r->sessions);
    free(r->script_error);
    memset(r, 0, sizeof *r);
}
