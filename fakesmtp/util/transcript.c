/* SPDX-License-Identifier: BSD-2-Clause */
#include "util/transcript.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>
#include "util/mem.h"
#include "util/text.h"

enum { SINKS_MAX = 4 };

struct transcript {
    struct transcript_sink sinks[SINKS_MAX];
    size_t sink_count;
    int file;
    char *path, *failure;
    int text_fd;
};

static const char *const kind_names[TRANSCRIPT_KINDS] = {
    "connect", "command", "reply", "data", "wait", "kept", "tls", "ending", "script-error", "dns"};

struct transcript *transcript_new(void)
{
    struct transcript *t = mem_new(sizeof *t);
    t->file = t->text_fd = -1;
    return t;
}

void transcript_free(struct transcript *t)
{
    if (!t)
        return;
    if (t->file >= 0)
        close(t->file);
    free(t->path);
    free(t->failure);
    free(t);
}

void transcript_add_sink(struct transcript *t, struct transcript_sink sink)
{
    require(t->sink_count < SINKS_MAX);
    t->sinks[t->sink_count++] = sink;
}

bool transcript_to_file(struct transcript *t, const char *path, char **why)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0) {
        *why = mem_format("%s: %s", path, strerror(errno));
        return false;
    }
    transcript_to_fd(t, fd, path);
    return true;
}

void transcript_to_fd(struct transcript *t, int fd, const char *name)
{
    t->file = fd;
    t->path = mem_text(name);
}

void transcript_to_text(struct transcript *t, int fd)
{
    t->text_fd = fd;
}

const char *transcript_failure(const struct transcript *t)
{
    return t ? t->failure : NULL;
}

/* Bytes of the wire as ASCII, losslessly: \\ \r \n \t, and \xNN for all that is not printable
 * ASCII. */
static void escape(struct buf *out, const char *bytes, size_t len)
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        const char *named = c == '\\'   ? "\\\\"
                            : c == '\r' ? "\\r"
                            : c == '\n' ? "\\n"
                            : c == '\t' ? "\\t"
                                        : NULL;
        char code[4] = {'\\', 'x', hex[c >> 4], hex[c & 15]};
        if (named)
            buf_add(out, named, 2);
        else if (c < 0x20 || c >= 0x7f)
            buf_add(out, code, 4);
        else
            buf_add(out, &bytes[i], 1);
    }
}

static void set_text(json_t *object, const char *key, const char *text)
{
    struct buf clean = {0};
    if (!text)
        return;
    escape(&clean, text, strlen(text));
    json_object_set_new(object, key, json_string(buf_text(&clean)));
    buf_free(&clean);
}

static json_t *as_json(const struct transcript_event *e)
{
    json_t *object = json_object();
    json_object_set_new(object, "t", json_real((double)e->at_ms / 1000));
    if (e->kind != TRANSCRIPT_DNS)
        json_object_set_new(object, "session", json_integer((json_int_t)e->session));
    set_text(object, "scenario", e->scenario);
    set_text(object, "host", e->host);
    json_object_set_new(object, "event", json_string(kind_names[e->kind]));
    set_text(object, "stage", e->stage);
    if (e->bytes) {
        struct buf bytes = {0};
        escape(&bytes, e->bytes, e->len);
        json_object_set_new(object, "bytes", json_string(buf_text(&bytes)));
        buf_free(&bytes);
    }
    set_text(object, "name", e->name);
    set_text(object, "type", e->type);
    set_text(object, "transport", e->transport);
    set_text(object, "text", e->text);
    if (e->kind == TRANSCRIPT_DATA)
        json_object_set_new(object, "size", json_integer((json_int_t)e->size));
    if (e->copy)
        json_object_set_new(object, "copy", json_integer(e->copy));
    if (e->copy)
        json_object_set_new(object, "duplicate", json_boolean(e->duplicate));
    if (e->kept)
        json_object_set_new(object, "kept", json_boolean(e->kept > 0));
    if (e->kind == TRANSCRIPT_WAIT)
        json_object_set_new(
            object, "seconds", e->seconds < 0 ? json_null() : json_real(e->seconds));
    return object;
}

static void write_line(struct transcript *t, const char *line, size_t len)
{
    if (t->failure)
        return; /* the line that failed may be there in part: what came behind it could not be read
                 */
    ssize_t done = write(t->file, line, len);
    if (done == (ssize_t)len)
        return;
    t->failure = mem_format("%s: %s", t->path, done < 0 ? strerror(errno) : "disk full");
    fprintf(stderr, "fakesmtp: transcript is incomplete: %s\n", t->failure);
}

static void to_file(struct transcript *t, const struct transcript_event *e)
{
    json_t *object = as_json(e);
    char *text = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(12));
    json_decref(object);
    if (!text)
        return;
    size_t n = strlen(text);
    text = mem_grow(text, n + 2);
    text[n] = '\n';
    write_line(t, text, n + 1);
    free(text);
}

/* ---- for people ---- */

static void text_lines(
    struct buf *out, const char *head, const char *mark, const char *bytes, size_t len)
{
    while (len) {
        const char *lf = memchr(bytes, '\n', len);
        size_t n = lf ? (size_t)(lf - bytes) + 1 : len, shown = n;
        while (shown && (bytes[shown - 1] == '\n' || bytes[shown - 1] == '\r'))
            shown--;
        buf_addf(out, "%s %s ", head, mark);
        escape(out, bytes, shown);
        buf_add(out, "\n", 1);
        bytes += n;
        len -= n;
    }
}

static void to_text(struct transcript *t, const struct transcript_event *e)
{
    struct buf out = {0};
    char head[96];
    snprintf(head, sizeof head, "%10.3f #%llu %s", (double)e->at_ms / 1000,
        (unsigned long long)e->session, e->scenario ? e->scenario : "-");
    switch (e->kind) {
    case TRANSCRIPT_COMMAND:
        text_lines(&out, head, "C:", e->bytes, e->len);
        break;
    case TRANSCRIPT_REPLY:
        text_lines(&out, head, "S:", e->bytes, e->len);
        break;
    case TRANSCRIPT_DATA:
        buf_addf(&out, "%s C: (%llu octets of mail data, %s)\n", head, (unsigned long long)e->size,
            e->text);
        break;
    case TRANSCRIPT_WAIT:
        if (e->seconds < 0)
            buf_addf(&out, "%s -- says nothing any more (at %s)\n", head, e->stage);
        else
            buf_addf(&out, "%s -- waits %g s (at %s)\n", head, e->seconds, e->stage);
        break;
    case TRANSCRIPT_DNS:
        buf_addf(&out, "%10.3f dns %s %s over %s: %s\n", (double)e->at_ms / 1000, e->name, e->type,
            e->transport, e->text);
        break;
    default:
        buf_addf(&out, "%s -- %s%s%s\n", head, kind_names[e->kind], e->text ? ": " : "",
            e->text ? e->text : "");
        break;
    }
    if (write(t->text_fd, out.data, out.len) < 0)
        t->text_fd = -1; /* the reader is gone: stop telling it */
    buf_free(&out);
}

void transcript_event(struct transcript *t, const struct transcript_event *event)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->sink_count; i++)
        t->sinks[i].on_event(t->sinks[i].ctx, event);
    if (t->file >= 0)
        to_file(t, event);
    if (t->text_fd >= 0)
        to_text(t, event);
}
