/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of dialects, and dates, durations and folding for all of them. */
#include "sender/dsn.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include "util/mem.h"

enum { NARROW = 76, LONGEST = 900 /* RFC 5322 2.1.1: 998 is the end */ };

static const struct dsn_dialect dialects[] = {
    {"rfc3464", dsn_write_rfc3464},
};

const struct dsn_dialect *dsn_find(const char *name, char **why)
{
    enum { COUNT = sizeof dialects / sizeof *dialects };
    const char *names[COUNT + 1] = {0};
    if (!name)
        return &dialects[0];
    for (size_t i = 0; i < COUNT; i++) {
        names[i] = dialects[i].name;
        if (text_same(names[i], name))
            return &dialects[i];
    }
    const char *near = text_nearest(name, names);
    *why = near ? mem_format("no bounce dialect \"%s\"; did you mean \"%s\"?", name, near)
                : mem_format("no bounce dialect \"%s\"", name);
    return NULL;
}

/* Not: strftime, whose names of days and months are those of the locale. */
void dsn_date(int64_t start_date, uint64_t ms, char out[48])
{
    static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[12][4] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t at = (time_t)(start_date + (int64_t)(ms / 1000));
    struct tm tm = {0};
    gmtime_r(&at, &tm);
    snprintf(out, 48, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[tm.tm_wday], tm.tm_mday,
        months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void dsn_status(const struct dsn_recipient *rcpt, char out[12])
{
    /* RFC 3463 2: class 4 is right although this is final: "persistence of some temporary condition
     * has caused abandonment". The cause itself stays in Diagnostic-Code. */
    if (rcpt->expired)
        memcpy(out, "4.4.7", 6);
    else
        failure_status(rcpt->why, out);
}

void dsn_duration(uint64_t ms, char out[48])
{
    static const struct {
        uint64_t ms;
        const char *name;
    } units[] = {{86400000, "day"}, {3600000, "hour"}, {60000, "minute"}, {1000, "second"}};
    size_t i = 0;
    while (i < 3 && (ms < units[i].ms || ms % units[i].ms))
        i++;
    uint64_t n = ms / units[i].ms;
    snprintf(out, 48, "%llu %s%s", (unsigned long long)n, units[i].name, n == 1 ? "" : "s");
}

void dsn_fold(struct buf *out, size_t used, const char *indent, const char *text)
{
    size_t indent_len = strlen(indent);
    bool fresh = true; /* no word in this line yet */
    while (*text) {
        size_t word = strcspn(text, " ");
        if (!fresh && used + 1 + word > NARROW) {
            buf_addf(out, "\r\n%s", indent);
            used = indent_len;
            fresh = true;
        }
        if (!fresh) {
            buf_add(out, " ", 1);
            used++;
        }
        size_t n = word > LONGEST - indent_len ? LONGEST - indent_len : word;
        buf_add(out, text, n);
        used += n;
        fresh = false;
        text += n;
        text += n == word && *text == ' ';
    }
    buf_add(out, "\r\n", 2);
}

char *dsn_boundary(const struct dsn_facts *facts)
{
    for (unsigned i = 0;; i++) {
        char *boundary =
            mem_format("=_%s/%u.%lld", facts->bounce_id, i, (long long)facts->start_date);
        if (!memmem(facts->message, facts->message_len, boundary, strlen(boundary)))
            return boundary;
        free(boundary);
    }
}

size_t dsn_header_len(const char *message, size_t len)
{
    if (len >= 2 && memcmp(message, "\r\n", 2) == 0)
        return 0;
    const char *end = memmem(message, len, "\r\n\r\n", 4);
    return end ? (size_t)(end - message) + 2 : len;
}
