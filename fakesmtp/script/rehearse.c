/* SPDX-License-Identifier: BSD-2-Clause */
/* Rehearsal: the connection of a scenario whose client is a list of commands. Every wait is over at
 * once, on a clock of its own; nothing is sent anywhere. */
#include "script/rehearse.h"

#include <stdlib.h>
#include <string.h>
#include "util/mem.h"

enum { ROUNDS = 3, ROUND_SECONDS = 3 * 3600, RESUMES_MAX = 2000, HEARD_MAX = 1 << 20 };

enum client_kind { CLIENT_ESMTP, CLIENT_LOGIN, CLIENT_OLD, CLIENT_KINDS };

struct client {
    struct rehearsal *out;
    const struct scenario *scenario;
    enum client_kind kind;
    enum script_state state;
    struct script_run *run;
    int stage, at; /* what the scenario was asked last; where the client is; -1: nowhere yet */
    struct buf said;
    size_t step, rcpt, accepted;
    bool sent;          /* mail data */
    bool tls, closed;   /* TLS is up; the server will not answer any more */
    unsigned responses; /* to challenges of AUTH */
    bool wants_line, wants_data, wants_wake, wants_tls;
    size_t wants_bytes; /* exactly so many, whatever they are; 0: a line */
    double now, nap, luck;
    struct script_starttls wish;
};

/* ---- the client's next command ---- */

static bool announced(struct client *c, const char *word)
{
    return strstr(buf_text(&c->said), word) != NULL;
}

/* AUTH with PLAIN, or else the first mechanism that is announced; user and password are "password"
 * (RFC 4616, RFC 4954). */
static char *log_in(struct client *c)
{
    const char *list = strstr(buf_text(&c->said), "AUTH ");
    if (!list || c->kind != CLIENT_LOGIN)
        return mem_text("");
    list += strlen("AUTH ");
    size_t line = strcspn(list, "\r\n"), first = strcspn(list, " \r\n");
    const char *plain = strstr(list, "PLAIN");
    if (plain && plain < list + line)
        return mem_text("AUTH PLAIN AHBhc3N3b3JkAHBhc3N3b3Jk");
    return mem_format("AUTH %.*s", (int)first, list);
}

static char *mail(struct client *c)
{
    return mem_format("MAIL FROM:<sender@client.example>%s%s",
        announced(c, "SIZE") ? " SIZE=1000" : "", announced(c, "8BITMIME") ? " BODY=8BITMIME" : "");
}

/* What a client says in this order; "" is skipped. */
static char *command(struct client *c, size_t step)
{
    const char *domain = c->scenario->name;
    bool esmtp = c->kind != CLIENT_OLD;
    switch (step) {
    case 0:
        return mem_text(esmtp ? "EHLO client.example" : "HELO client.example");
    case 1: /* RFC 2033 4.1: a server that refuses both greetings may want the third */
        return mem_text(announced(c, "250") ? "" : "LHLO client.example");
    case 2:
        return mem_text(esmtp && announced(c, "STARTTLS") ? "STARTTLS" : "");
    case 3:
        return mem_text(c->tls ? "EHLO client.example" : "");
    case 4:
        return log_in(c);
    case 5:
        return mail(c);
    case 6:
        return mem_format("RCPT TO:<%s@%s.test>", c->scenario->to[c->rcpt], domain);
    case 7:
        return mem_text(
            c->kind == CLIENT_LOGIN && announced(c, "CHUNKING") ? "BDAT 1000 LAST" : "DATA");
    case 8:
        return mem_text("RSET");
    case 9:
        return mem_text("XUNKNOWN");
    case 10:
        return mem_text("QUIT");
    default:
        return NULL;
    }
}

enum { AT_MAIL = 5, AT_RCPT, AT_DATA, AT_RSET, STEPS = 11, RESPONSES_MAX = 4 };

static const int stage_of_step[STEPS] = {STAGE_EHLO, STAGE_EHLO, STAGE_STARTTLS, STAGE_EHLO,
    STAGE_AUTH, STAGE_MAIL, STAGE_RCPT, STAGE_DATA, STAGE_RSET, STAGE_OTHER, STAGE_QUIT};

/* The first digit of the last reply; 0: there is none. */
static char last_class(struct client *c)
{
    const char *said = buf_text(&c->said);
    size_t n = c->said.len;
    while (n > 2 && said[n - 2] != '\n')
        n--;
    return n ? said[n - 1] : '\0';
}

/* What RFC 5321 3.3 has a client do about a refusal: no RCPT without MAIL, no DATA without RCPT. */
static void heed_reply(struct client *c)
{
    bool yes = last_class(c) == '2';
    if (c->at == STAGE_RCPT)
        c->accepted += yes;
    if (c->at == STAGE_DATA && yes && !c->sent) /* RFC 5321 4.3.2: 354 or a refusal */
        c->out->trouble[STAGE_DATA] = true;
    bool pointless = (c->at == STAGE_MAIL && !yes) || (c->step == AT_DATA && !c->accepted);
    if (pointless && c->step < AT_RSET)
        c->step = AT_RSET;
}

static char *next_command(struct client *c)
{
    if (c->at == STAGE_AUTH && last_class(c) == '3' && c->responses++ < RESPONSES_MAX)
        return mem_text("cGFzc3dvcmQ=");
    heed_reply(c);
    for (;;) {
        char *text = command(c, c->step);
        c->at = c->step < STEPS ? stage_of_step[c->step] : STAGE_QUIT;
        if (c->step == AT_RCPT && ++c->rcpt < c->scenario->to_count)
            return text; /* stays at RCPT until all are named */
        c->step++;
        if (!text || *text)
            return text;
        free(text);
    }
}

/* ---- what the script asks of its host ---- */

static void note_trouble(struct client *c)
{
    if (c->stage >= 0)
        c->out->trouble[c->stage] = true;
    if (c->at >= 0)
        c->out->trouble[c->at] = true;
}

/* It said nothing more, so a client finds out there or at anything it says later. */
static void note_silence(struct client *c)
{
    for (int i = c->stage < 0 ? 0 : c->stage; i < STAGE_COUNT; i++)
        c->out->trouble[i] = true;
}

static void on_send(void *ctx, const char *bytes, size_t len)
{
    struct client *c = ctx;
    if (len && bytes[0] != '2' && bytes[0] != '3')
        note_trouble(c);
    if (c->said.len < HEARD_MAX)
        buf_add(&c->said, bytes, len);
    if (c->out->heard.len < HEARD_MAX)
        buf_add(&c->out->heard, bytes, len);
}

static enum script_input on_line(void *ctx, double timeout_s, const char **line, size_t *len)
{
    (void)timeout_s;
    (void)line;
    (void)len;
    ((struct client *)ctx)->wants_line = true;
    return SCRIPT_PENDING;
}

static void on_bytes(void *ctx, size_t count, double timeout_s)
{
    struct client *c = ctx;
    (void)timeout_s;
    c->wants_line = true;
    c->wants_bytes = count;
}

static size_t on_pending(void *ctx)
{
    (void)ctx;
    return 0;
}

static void on_data(void *ctx, double timeout_s)
{
    (void)timeout_s;
    ((struct client *)ctx)->wants_data = true;
}

static void on_chunk(void *ctx, const struct script_chunk *chunk, double timeout_s)
{
    (void)chunk;
    on_data(ctx, timeout_s);
}

static void on_sleep(void *ctx, double seconds)
{
    struct client *c = ctx;
    c->wants_wake = true;
    c->nap = seconds;
}

static void on_half_close(void *ctx)
{
    struct client *c = ctx;
    c->closed = true;
    note_silence(c);
}

static void on_shape(void *ctx, const struct script_shape *shape)
{
    if (shape && shape->every_s > 0) /* the client may lose patience */
        note_silence(ctx);
}

static bool on_drained(void *ctx)
{
    (void)ctx;
    return true;
}

static void on_deafen(void *ctx, unsigned receive_buffer)
{
    (void)receive_buffer;
    note_silence(ctx);
}

static void on_starttls(void *ctx, const struct script_starttls *wish)
{
    struct client *c = ctx;
    c->wants_tls = true;
    c->wish = *wish;
    c->wish.plan.ciphers = NULL; /* borrowed for the call */
}

static double on_now(void *ctx)
{
    return ((struct client *)ctx)->now;
}

static double on_chance(void *ctx)
{
    return ((struct client *)ctx)->luck;
}

static void on_stage(void *ctx, const char *stage)
{
    struct client *c = ctx;
    c->stage = scenario_stage_find(stage);
    if (c->stage >= 0)
        c->out->asked[c->stage] = true;
}

static void on_command(void *ctx, const char *stage, const char *line, size_t len)
{
    (void)ctx;
    (void)stage;
    (void)line;
    (void)len;
}

static void on_keep(void *ctx)
{
    (void)ctx;
}

static void on_envelope(void *ctx, const char *from, const char *rcpt)
{
    (void)ctx;
    (void)from;
    (void)rcpt;
}

static const struct script_host rehearsal_host = {.send = on_send,
    .line = on_line,
    .data = on_data,
    .chunk = on_chunk,
    .bytes = on_bytes,
    .pending = on_pending,
    .sleep = on_sleep,
    .half_close = on_half_close,
    .shape = on_shape,
    .drained = on_drained,
    .deafen = on_deafen,
    .starttls = on_starttls,
    .now = on_now,
    .chance = on_chance,
    .stage = on_stage,
    .command = on_command,
    .keep = on_keep,
    .envelope = on_envelope};

/* ---- one connection ---- */

static void give_line(struct client *c)
{
    c->wants_line = false;
    if (c->wants_bytes) {
        char *bytes = mem_new(c->wants_bytes);
        memset(bytes, 'x', c->wants_bytes);
        c->state = script_give_line(c->run, SCRIPT_LINE, bytes, c->wants_bytes);
        c->wants_bytes = 0;
        free(bytes);
        return;
    }
    char *line = c->closed ? NULL : next_command(c);
    if (line && (strncmp(line, "EHLO", 4) == 0 || strncmp(line, "LHLO", 4) == 0))
        c->said.len = 0; /* what was announced before counts no more */
    if (line)
        c->state = script_give_line(c->run, SCRIPT_LINE, line, strlen(line));
    else
        c->state = script_give_line(c->run, SCRIPT_CLOSED, NULL, 0);
    free(line);
}

static void give_tls(struct client *c)
{
    static const struct script_tls facts = {"TLSv1.3", "TLS_AES_256_GCM_SHA384", NULL, NULL};
    bool up = c->wish.plan.abort == TLS_ABORT_NONE;
    c->wants_tls = false;
    c->tls = up;
    if (c->stage < 0 || !up || c->wish.plan.cert != TLS_CERT_GOOD)
        note_silence(c); /* before the greeting, an ordinary client takes TLS for garbage */
    c->state = up ? script_give_tls(c->run, SCRIPT_TLS_UP, &facts, NULL)
                  : script_give_tls(c->run, SCRIPT_TLS_FAILED, NULL, "the handshake was given up");
}

/* One thing the script waits for. False: it waits for nothing, or for ever. */
static bool serve_wait(struct client *c)
{
    static const struct script_message message = {.size = 1000, .copy = 1};
    if (c->wants_line) {
        give_line(c);
    } else if (c->wants_data) {
        c->wants_data = false;
        c->sent = true;
        c->state = script_give_data(c->run, SCRIPT_LINE, &message);
    } else if (c->wants_tls) {
        give_tls(c);
    } else if (c->wants_wake) {
        c->wants_wake = false;
        note_silence(c); /* some client has less patience than that */
        if (c->nap < 0)
            return false;
        c->now += c->nap;
        c->state = script_wake(c->run);
    } else {
        return false;
    }
    return true;
}

static void take_why(struct rehearsal *out, const char *why)
{
    if (out->broke || !why)
        return;
    out->broke = mem_bytes(why, strcspn(why, "\n"));
}

static void connect_once(struct script *script, size_t host, struct client *c)
{
    char *peer = mem_format("192.0.2.7:%u", 40000 + c->out->clients);
    char *name = mem_format("%s.%s.test", c->scenario->hosts[host].name, c->scenario->name);
    char *why = NULL;
    struct script_facts facts = {
        c->out->clients + 1, c->out->clients + 1, peer, name, 10 * 1024 * 1024};
    c->stage = c->at = -1;
    c->out->clients++;
    c->run = script_start(script, host, &facts, &rehearsal_host, c, &c->state, &why);
    take_why(c->out, why);
    free(why);
    for (int i = 0; c->run && c->state == SCRIPT_WAITING && i < RESUMES_MAX; i++)
        if (!serve_wait(c))
            break;
    if (c->run && c->step < STEPS)
        note_silence(c); /* it ended before the client had said QUIT */
    if (c->run && script_closed(c->run) == SCRIPT_FAILED)
        take_why(c->out, script_run_why(c->run));
    c->out->asked[STAGE_CLOSE] = true;
    script_run_free(c->run);
    buf_free(&c->said);
    free(peer);
    free(name);
}

void script_rehearse(struct script *script, size_t host_index, struct rehearsal *out)
{
    static const double luck[ROUNDS] = {0, 0.5, 0.999};
    for (int round = 0; round < ROUNDS && !out->broke; round++)
        for (int kind = 0; kind < CLIENT_KINDS && !out->broke; kind++) {
            struct client c = {.out = out,
                .scenario = script_scenario(script),
                .kind = (enum client_kind)kind,
                .now = (double)round * ROUND_SECONDS + kind,
                .luck = luck[round]};
            connect_once(script, host_index, &c);
        }
}

void rehearsal_deinit(struct rehearsal *rehearsal)
{
    buf_free(&rehearsal->heard);
    free(rehearsal->broke);
}
