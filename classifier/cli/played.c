/* SPDX-License-Identifier: BSD-2-Clause */
/* played.c - reads a transcript line by line; sessions of several workers interleave in it. */
#include "played.h"
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { OPEN_MOST = 4096, RCPTS_MOST = 20, ATTEMPTS_MOST = 2000000, NAMES_MOST = 100000 };

/* A session while it is being read. */
struct session {
    struct session *next;
    json_int_t number;
    char host[256];
    double from, to;
    size_t rcpt_count;
    struct {
        char address[256];
        struct outcome_of outcome; /* its own RCPT was refused */
        bool refused;
    } rcpts[RCPTS_MOST];
    struct outcome_of refusal; /* a reply of 400 or more to something else */
    bool refused, null_sender;
    char stage[STAGE_MOST]; /* of the event that came last */
    double waited, asked;   /* by sleeps; when the client said its last word */
    bool stalled;
};

struct reading {
    struct cli *cli;
    struct transcript *transcript;
    const char *path;
    size_t line;
    struct session *open;
    size_t open_count;
    bool failed;
};

static const char *text_of(json_t *event, const char *name)
{
    const char *text = json_string_value(json_object_get(event, name));

    return text ? text : "";
}

/* The octets with their escapes undone as far as people read them: line ends and tabs are blanks.
 */
static void plain(char *out, size_t size, const char *bytes)
{
    size_t n = 0;

    for (; *bytes && n + 2 < size; bytes++) {
        if (bytes[0] == '\\' && bytes[1] && strchr("rnt", bytes[1])) {
            if (n && out[n - 1] != ' ')
                out[n++] = ' ';
            bytes++;
        } else {
            bytes += bytes[0] == '\\' && bytes[1] == '\\';
            out[n++] = *bytes;
        }
    }
    while (n && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
}

static void copy(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text);
}

static struct session *session_of(struct reading *r, json_int_t number)
{
    struct session *s;

    for (s = r->open; s; s = s->next)
        if (s->number == number)
            return s;
    if (r->open_count >= OPEN_MOST || !(s = calloc(1, sizeof *s))) {
        r->failed = true;
        return NULL;
    }
    s->number = number;
    s->next = r->open;
    r->open = s;
    r->open_count++;
    return s;
}

static struct attempt *attempt_new(struct transcript *t)
{
    if (t->count == t->cap) {
        size_t cap = t->cap * 2 + 64;
        struct attempt *more =
            t->count < ATTEMPTS_MOST ? realloc(t->attempts, cap * sizeof *more) : NULL;
        if (!more)
            return NULL;
        t->attempts = more;
        t->cap = cap;
    }
    memset(&t->attempts[t->count], 0, sizeof t->attempts[0]);
    return &t->attempts[t->count++];
}

static void add_attempt(struct reading *r, const struct session *s, const char *address,
    const struct outcome_of *outcome)
{
    struct attempt *a = attempt_new(r->transcript);

    if (a)
        *a = (struct attempt){.address = strdup(address),
            .host = strdup(s->host),
            .from = s->from,
            .to = s->to,
            .outcome = *outcome};
    if (!a || !a->address || !a->host)
        r->failed = true;
}

/* How it ended for those whose RCPT was not refused by itself. */
static struct outcome_of outcome_at_end(const struct session *s, const char *ending, bool kept)
{
    struct outcome_of o = {.kept = kept};

    copy(o.stage, sizeof o.stage, s->stage);
    if (kept && s->refused) {
        o = s->refusal;
        o.kept = true;
    } else if (kept) {
        copy(o.what, sizeof o.what, "took the message");
        o.said = strcmp(s->stage, "eom") != 0;
    } else if (s->refused) {
        o = s->refusal;
    } else if (!strcmp(ending, "closed-by-client") && (s->stalled || s->waited >= 1)) {
        copy(o.what, sizeof o.what, "was silent until the client left");
        o.waited = s->stalled ? s->to - s->asked : s->waited;
    } else if (!strcmp(ending, "closed-by-client")) {
        copy(o.what, sizeof o.what, "said nothing wrong; the client left");
    } else if (!strcmp(ending, "lost")) {
        copy(o.what, sizeof o.what, "lost the connection");
    } else if (!strcmp(ending, "reset")) {
        copy(o.what, sizeof o.what, "reset the connection");
    } else if (!strcmp(ending, "drop") || !strcmp(ending, "finish") ||
               !strcmp(ending, "half-close")) {
        copy(o.what, sizeof o.what, "closed the connection without a reply");
    } else {
        snprintf(o.what, sizeof o.what, "%.60s", *ending ? ending : "has no end in the transcript");
    }
    return o;
}

static void end_session(struct reading *r, struct session *s, const char *ending, bool kept)
{
    struct outcome_of o = outcome_at_end(s, ending, kept);
    struct session **link = &r->open;

    for (size_t i = 0; i < s->rcpt_count && !s->null_sender; i++)
        add_attempt(r, s, s->rcpts[i].address, s->rcpts[i].refused ? &s->rcpts[i].outcome : &o);
    if (!s->rcpt_count && !s->null_sender)
        add_attempt(r, s, "", &o);
    while (*link != s)
        link = &(*link)->next;
    *link = s->next;
    r->open_count--;
    free(s);
}

/* RFC 5321 4.1.1.2, 4.1.1.3. */
static void take_command(struct session *s, const char *bytes)
{
    struct span line = span_str(bytes), path;
    size_t open = bounce__find(line, SPAN("<"), 0), close = bounce__find(line, SPAN(">"), 0);

    if (open == SIZE_MAX || close == SIZE_MAX || close < open)
        return;
    path = span_of(line.p + open + 1, close - open - 1);
    if (span_starts(line, "MAIL FROM:")) {
        s->null_sender = path.n == 0;
        s->rcpt_count = 0;
        s->refused = false;
    } else if (span_starts(line, "RCPT TO:") && s->rcpt_count < RCPTS_MOST) {
        s->rcpts[s->rcpt_count].refused = false;
        snprintf(s->rcpts[s->rcpt_count].address, sizeof s->rcpts[0].address, "%.*s", (int)path.n,
            path.p);
        s->rcpt_count++;
    }
}

static void take_reply(struct session *s, const char *stage, const char *bytes)
{
    struct outcome_of o = {.reply = true, .said = true};
    char text[LINE_MOST - 20];

    plain(text, sizeof text, bytes);
    if (text[0] != '4' && text[0] != '5')
        return;
    copy(o.stage, sizeof o.stage, stage);
    copy(o.what, sizeof o.what, text);
    if (!strcmp(stage, "rcpt") && s->rcpt_count) {
        s->rcpts[s->rcpt_count - 1].outcome = o;
        s->rcpts[s->rcpt_count - 1].refused = true;
    } else if (strcmp(stage, "quit") && strcmp(stage, "rset")) {
        s->refusal = o;
        s->refused = true;
    }
}

static void take_dns(struct reading *r, json_t *event)
{
    struct transcript *t = r->transcript;
    const char *text = text_of(event, "text");
    char line[400], **more;

    if (!strncmp(text, "NOERROR", 7) || t->name_count >= NAMES_MOST)
        return;
    snprintf(line, sizeof line, "%.200s %.20s: %.100s", text_of(event, "name"),
        text_of(event, "type"), text);
    more = realloc(t->names, (t->name_count + 1) * sizeof *more);
    if (!more || !(t->names = more, t->names[t->name_count] = strdup(line)))
        r->failed = true;
    else
        t->name_count++;
}

static void take_event(struct reading *r, json_t *event)
{
    const char *kind = text_of(event, "event"), *stage = text_of(event, "stage");
    json_t *number = json_object_get(event, "session"), *seconds;
    struct session *s;

    if (!strcmp(kind, "dns"))
        take_dns(r, event);
    if (!json_is_integer(number) || !(s = session_of(r, json_integer_value(number))))
        return;
    s->to = json_number_value(json_object_get(event, "t"));
    if (!*s->host) {
        copy(s->host, sizeof s->host, text_of(event, "host"));
        s->from = s->to;
    }
    if (*stage && strcmp(stage, "close"))
        copy(s->stage, sizeof s->stage, stage);
    if (!strcmp(kind, "command") || !strcmp(kind, "connect") || !strcmp(kind, "data"))
        s->asked = s->to;
    if (!strcmp(kind, "command")) {
        take_command(s, text_of(event, "bytes"));
    } else if (!strcmp(kind, "reply")) {
        take_reply(s, stage, text_of(event, "bytes"));
    } else if (!strcmp(kind, "wait")) {
        seconds = json_object_get(event, "seconds");
        s->stalled |= !strcmp(text_of(event, "text"), "stall") && json_is_null(seconds);
        s->waited += json_number_value(seconds);
    } else if (!strcmp(kind, "data") && !strcmp(text_of(event, "text"), "end")) {
        copy(s->stage, sizeof s->stage, "eom"); /* what follows is about the whole message */
    } else if (!strcmp(kind, "ending")) {
        end_session(r, s, text_of(event, "text"), json_is_true(json_object_get(event, "kept")));
    }
}

static bool read_lines(struct reading *r, FILE *file)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t n;
    bool good = true;

    while (good && (n = getline(&line, &cap, file)) >= 0) {
        json_error_t error;
        json_t *event;

        r->line++;
        if (!bounce__trim(span_of(line, (size_t)n)).n)
            continue;
        event = json_loadb(line, (size_t)n, 0, &error);
        /* The last line may be half a line: the server was killed while it wrote. */
        if (!json_is_object(event) && line[n - 1] == '\n') {
            cli_trouble(r->cli, "%s:%zu: no line of a transcript", r->path, r->line);
            good = false;
        } else if (json_is_object(event)) {
            take_event(r, event);
        }
        json_decref(event);
        if (r->failed) {
            cli_trouble(r->cli, "%s:%zu: out of memory", r->path, r->line);
            good = false;
        }
    }
    if (good && ferror(file)) {
        cli_trouble(r->cli, "%s: %s", r->path, strerror(errno));
        good = false;
    }
    free(line);
    return good;
}

struct transcript *transcript_read(struct cli *cli, const char *path)
{
    struct reading r = {.cli = cli, .path = path, .transcript = calloc(1, sizeof *r.transcript)};
    FILE *file = fopen(path, "r");
    bool good = file && r.transcript;

    if (!good)
        cli_trouble(cli, "%s: %s", path, file ? "out of memory" : strerror(errno));
    else
        good = read_lines(&r, file);
    while (r.open) {
        if (good) {
            end_session(&r, r.open, "", false);
        } else {
            struct session *next = r.open->next;
            free(r.open);
            r.open = next;
        }
    }
    if (file)
        fclose(file);
    if (!good) {
        transcript_free(r.transcript);
        return NULL;
    }
    return r.transcript;
}

void transcript_free(struct transcript *t)
{
    for (size_t i = 0; t && i < t->count; i++) {
        free(t->attempts[i].address);
        free(t->attempts[i].host);
    }
    for (size_t i = 0; t && i < t->name_count; i++)
        free(t->names[i]);
    if (t) {
        free(t->attempts);
        free(t->names);
    }
    free(t);
}
