/* SPDX-License-Identifier: BSD-2-Clause */
/* joined.c - a bounce beside the transcript of the same mail: what happened, and what of it the
 * bounce does not say.
 *
 * They are joined by recipient, and by the host where a session came to nothing before RCPT: a
 * transcript has no Message-IDs and its clock begins at zero. */
#include "played.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void leave_out(struct joined_rcpt *j, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void leave_out(struct joined_rcpt *j, const char *format, ...)
{
    va_list args;

    if (j->left_out_count == LEFT_OUT_MOST)
        return;
    va_start(args, format);
    vsnprintf(j->left_out[j->left_out_count++], sizeof j->left_out[0], format, args);
    va_end(args);
}

static struct span domain_of(const char *address)
{
    const char *at = address ? strrchr(address, '@') : NULL;

    return span_str(at ? at + 1 : NULL);
}

/* "mx.example.test" belongs to "example.test", and the host that the bounce names to itself. */
static bool host_fits(const char *host, struct span domain, const char *remote)
{
    struct span name = span_str(host);

    if (remote && span_has(span_str(remote), host))
        return true;
    return domain.n && bounce__ends(name, domain) &&
           (name.n == domain.n || name.p[name.n - domain.n - 1] == '.');
}

static bool concerns(
    const struct attempt *a, const char *address, struct span domain, const char *remote)
{
    if (*a->address)
        return address && span_same(span_str(address), a->address);
    return host_fits(a->host, domain, remote);
}

static void count_outcome(struct joined_rcpt *j, const struct outcome_of *o)
{
    size_t i = 0;

    while (i < j->outcome_count &&
           (strcmp(j->outcomes[i].stage, o->stage) || strcmp(j->outcomes[i].what, o->what)))
        i++;
    if (i == OUTCOMES_MOST)
        i--; /* the last one stands for all that differ */
    else if (i == j->outcome_count)
        j->outcomes[j->outcome_count++] = *o;
    if (o->waited > j->outcomes[i].waited)
        j->outcomes[i].waited = o->waited;
    j->counts[i]++;
}

static void collect(
    struct joined_rcpt *j, const struct transcript *t, const struct bounce_recipient *rcpt)
{
    const char *address = bounce_recipient_text(rcpt, BOUNCE_ADDRESS);
    const char *remote = bounce_recipient_text(rcpt, BOUNCE_REMOTE_MTA);
    struct span domain = domain_of(address);

    for (size_t i = 0; i < t->count; i++) {
        const struct attempt *a = &t->attempts[i];

        if (!concerns(a, address, domain, remote))
            continue;
        if (!j->attempts || a->from < j->first)
            j->first = a->from;
        if (a->to > j->last)
            j->last = a->to;
        j->attempts++;
        count_outcome(j, &a->outcome);
    }
    for (size_t i = 0; i < t->name_count && domain.n; i++)
        j->dns_failures += span_has(span_str(t->names[i]), domain.p);
}

/* Letters and digits only: MTAs fold and trim what servers say. */
static size_t letters(char *out, size_t size, const char *text)
{
    size_t n = 0;

    for (; text && *text && n + 1 < size; text++)
        if (byte_alnum(*text))
            out[n++] = byte_lower(*text);
    out[n] = '\0';
    return n;
}

/* A reply of the server that the bounce does not quote, or not to the end. Codes of the lines in
 * between ("550-") may be missing. */
static void compare_reply(
    struct joined_rcpt *j, const struct bounce_recipient *rcpt, const struct outcome_of *o)
{
    char said[2 * LINE_MOST], quoted[8192];
    size_t n = letters(said, sizeof said, o->what), common = 0;
    const char *diagnostic = bounce_recipient_text(rcpt, BOUNCE_DIAGNOSTIC), *at;

    letters(quoted, sizeof quoted, diagnostic);
    if (strstr(quoted, said))
        return;
    /* Behind the codes: the longest beginning of the words that is quoted. */
    at =
        said + (n > 6 && byte_digit(said[3]) && byte_digit(said[4]) && byte_digit(said[5]) ? 6 : 3);
    for (size_t length = strlen(at); length >= 8 && !common; length--) {
        char piece[2 * LINE_MOST];
        memcpy(piece, at, length);
        piece[length] = '\0';
        if (strstr(quoted, piece))
            common = length;
    }
    if (common == strlen(at))
        return;
    if (common)
        leave_out(j, "the reply is cut short; in full it was: %s", o->what);
    else
        leave_out(j, "what the server said: %s", o->what);
}

static void compare_stage(
    struct joined_rcpt *j, const struct bounce_recipient *rcpt, const struct outcome_of *last)
{
    const char *stage = bounce_recipient_text(rcpt, BOUNCE_STAGE);

    if (!*last->stage)
        return;
    if (!stage)
        leave_out(j, "the stage: it failed at %s", last->stage);
    else if (strcmp(stage, last->stage))
        leave_out(j, "the stage: the bounce speaks of %s, it failed at %s", stage, last->stage);
}

static void compare_code(struct joined_rcpt *j, const struct bounce_recipient *rcpt)
{
    const char *reply = bounce_recipient_text(rcpt, BOUNCE_REPLY);
    bool said = false;

    for (size_t i = 0; reply && i < j->outcome_count; i++)
        said |= j->outcomes[i].reply && !strncmp(j->outcomes[i].what, reply, 3);
    if (reply && j->attempts && !said)
        leave_out(
            j, "whose code that is: the server never said %s, the sending side made it up", reply);
}

static void compare_attempts(struct joined_rcpt *j, const struct bounce_recipient *rcpt)
{
    int64_t attempts;
    double span = j->last - j->first;

    if (!bounce_recipient_number(rcpt, BOUNCE_ATTEMPTS, &attempts) && j->attempts > 1) {
        if (span >= 7200)
            leave_out(j, "that there were %zu attempts in %.1f hours", j->attempts, span / 3600);
        else
            leave_out(j, "that there were %zu attempts in %.0f seconds", j->attempts, span);
    } else if (j->attempts > 1 && (size_t)attempts != j->attempts) {
        leave_out(j, "the count: it says %lld attempts, there were %zu", (long long)attempts,
            j->attempts);
    }
}

static void compare_ends(struct joined_rcpt *j, const struct bounce_recipient *rcpt)
{
    const char *diagnostic = bounce_recipient_text(rcpt, BOUNCE_DIAGNOSTIC);
    struct span words = span_str(diagnostic);

    for (size_t i = 0; i < j->outcome_count; i++) {
        const struct outcome_of *o = &j->outcomes[i];
        bool told = span_has(words, "lost") || span_has(words, "reset") ||
                    span_has(words, "closed") || span_has(words, "dropped") ||
                    span_has(words, "broken pipe") || span_has(words, "timed out") ||
                    span_has(words, "time");

        if (o->kept)
            leave_out(j, "that the server took the message all the same%s",
                o->said ? "" : ": whoever waits for it may have it, and may get it again");
        else if (o->reply)
            compare_reply(j, rcpt, o);
        else if (*o->what && (!told || span_has(words, "retry time")))
            leave_out(j, "what the server did: it %s (%zu time%s, at %s)", o->what, j->counts[i],
                j->counts[i] == 1 ? "" : "s", *o->stage ? o->stage : "connect");
    }
}

static void compare(struct joined_rcpt *j, const struct bounce_recipient *rcpt)
{
    size_t main = 0;

    for (size_t i = 1; i < j->outcome_count; i++)
        if (j->counts[i] > j->counts[main])
            main = i;
    if (j->outcome_count) {
        compare_ends(j, rcpt);
        compare_stage(j, rcpt, &j->outcomes[main]);
        compare_code(j, rcpt);
        compare_attempts(j, rcpt);
    } else if (j->dns_failures) {
        leave_out(j, "that the DNS failed for its domain %zu times; no session came about",
            j->dns_failures);
    }
}

bool joined_make(
    struct joined *joined, const struct transcript *transcript, const struct bounce *bounce)
{
    size_t count = bounce_recipient_count(bounce);

    *joined = (struct joined){.rcpts = calloc(count + 1, sizeof *joined->rcpts), .count = count};
    if (!joined->rcpts)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct bounce_recipient *rcpt = bounce_recipient_at(bounce, i);
        collect(&joined->rcpts[i], transcript, rcpt);
        compare(&joined->rcpts[i], rcpt);
    }
    return true;
}

void joined_deinit(struct joined *joined)
{
    free(joined->rcpts);
    *joined = (struct joined){0};
}
