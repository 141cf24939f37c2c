/* SPDX-License-Identifier: BSD-2-Clause */
/* The conduct of a sender in a few lines for people. */
#include "suite/conduct.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "util/mem.h"
#include "util/text.h"

enum { SHOWN = 8 }; /* attempts in a line */

struct lines {
    char **list;
    size_t count;
};

/* Takes text's bytes; an empty one makes no line. */
static void add(struct lines *lines, struct buf *text)
{
    if (text->len) {
        lines->list = mem_grow(lines->list, (lines->count + 2) * sizeof *lines->list);
        lines->list[lines->count++] = mem_text(buf_text(text));
        lines->list[lines->count] = NULL;
    }
    buf_free(text);
}

static long number(const json_t *object, const char *key)
{
    return (long)json_integer_value(json_object_get(object, key));
}

/* "0 s", "12 min", "5 d": as exactly as a person asks. */
static void duration(struct buf *out, double seconds)
{
    if (seconds < 120)
        buf_addf(out, "%.0f s", seconds);
    else if (seconds < 2 * 3600)
        buf_addf(out, "%.0f min", seconds / 60);
    else if (seconds < 2 * 86400)
        buf_addf(out, "%.1f h", seconds / 3600);
    else
        buf_addf(out, "%.1f days", seconds / 86400);
}

static void range(struct buf *out, const json_t *pair)
{
    double least = json_number_value(json_array_get(pair, 0));
    double most = json_number_value(json_array_get(pair, 1));
    duration(out, least);
    if (most - least >= 1) {
        buf_addf(out, " to ");
        duration(out, most);
    }
}

static void attempts(struct lines *lines, const json_t *conduct)
{
    const json_t *tried = json_object_get(conduct, "tried"),
                 *gaps = json_object_get(conduct, "gaps");
    size_t count = json_array_size(tried);
    struct buf out = {0};
    buf_addf(&out, "tried:");
    for (size_t i = 0; i < count && i < SHOWN; i++) {
        const json_t *attempt = json_array_get(tried, i);
        const char *host = json_string_value(json_object_get(attempt, "host"));
        buf_addf(&out, "%s %s after ", i ? "," : "", host ? host : "?");
        duration(&out, json_number_value(json_object_get(attempt, "t")));
    }
    if (count > SHOWN)
        buf_addf(&out, ", ... (%zu%s)", count, count >= 50 ? " or more" : "");
    if (!count)
        buf_addf(&out, " no host that could see it");
    if (json_is_array(gaps)) {
        buf_addf(&out, "; again at the first host after ");
        range(&out, gaps);
    }
    add(lines, &out);
}

static void sessions(struct lines *lines, const json_t *conduct)
{
    const json_t *s = json_object_get(conduct, "sessions"), *tls = json_object_get(conduct, "tls");
    struct buf out = {0};
    if (!number(s, "count"))
        return;
    buf_addf(&out, "sessions: %ld, QUIT in %ld", number(s, "count"), number(s, "with_quit"));
    if (number(s, "with_helo"))
        buf_addf(&out, ", HELO in %ld", number(s, "with_helo"));
    if (number(s, "rset"))
        buf_addf(&out, ", RSET %ld times", number(s, "rset"));
    if (number(s, "most_transactions") > 1)
        buf_addf(&out, ", used again for up to %ld transactions", number(s, "most_transactions"));
    if (number(tls, "asked"))
        buf_addf(
            &out, ", TLS asked for in %ld and up in %ld", number(tls, "asked"), number(tls, "up"));
    if (json_is_true(json_object_get(tls, "clear_after_failure")))
        buf_addf(&out, ", then clear text");
    if (number(conduct, "resent"))
        buf_addf(&out, "; sent whole %ld times more after the first", number(conduct, "resent"));
    if (number(conduct, "duplicates"))
        buf_addf(&out, ", %ld of them though a copy had been kept", number(conduct, "duplicates"));
    add(lines, &out);
}

static void waits(struct lines *lines, const json_t *conduct)
{
    struct buf out = {0};
    const char *stage;
    json_t *pair;
    json_object_foreach(json_object_get(conduct, "waited"), stage, pair)
    {
        buf_addf(&out, "%s%s ", out.len ? ", " : "waited: at ", stage);
        range(&out, pair);
    }
    add(lines, &out);
}

static void recipients(struct lines *lines, const json_t *conduct)
{
    const json_t *list = json_object_get(conduct, "recipients");
    struct buf out = {0};
    for (size_t i = 0; i < json_array_size(list) && i < SHOWN && json_array_size(list) > 1; i++) {
        const json_t *r = json_array_get(list, i);
        const char *reason = json_string_value(json_object_get(r, "bounced"));
        buf_addf(&out, "%s%s@ asked %ld times, %ld delivered, %s%s",
            out.len ? "; " : "recipients: ", json_string_value(json_object_get(r, "local")),
            number(r, "asked"), number(r, "delivered"), reason ? "bounced: " : "no bounce",
            reason ? reason : "");
    }
    add(lines, &out);
}

static void notices(struct lines *lines, const json_t *conduct)
{
    const json_t *list = json_object_get(conduct, "notices");
    struct buf out = {0};
    for (size_t i = 0; i < json_array_size(list) && i < SHOWN; i++) {
        const json_t *n = json_array_get(list, i);
        const char *to = json_string_value(json_object_get(n, "to"));
        buf_addf(
            &out, "%s%s", out.len ? ", " : "told: ", json_string_value(json_object_get(n, "kind")));
        buf_addf(&out, " to %s after ", to ? to : "nobody");
        duration(&out, json_number_value(json_object_get(n, "t")));
    }
    add(lines, &out);
}

char **conduct_lines(const json_t *conduct)
{
    struct lines lines = {.list = mem_new(sizeof *lines.list)};
    if (!conduct)
        return lines.list;
    attempts(&lines, conduct);
    sessions(&lines, conduct);
    waits(&lines, conduct);
    recipients(&lines, conduct);
    notices(&lines, conduct);
    return lines.list;
}
