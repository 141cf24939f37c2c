/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/report.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "util/mem.h"

enum { NARROWEST = 60, WIDEST = 120, DEFAULT_WIDTH = 100, INDENT = 4 };

struct report_style report_style_for(FILE *out)
{
    struct winsize size;
    const char *no_color = getenv("NO_COLOR");
    bool terminal = isatty(fileno(out));
    struct report_style style = {
        .colour = terminal && !(no_color && *no_color), .width = DEFAULT_WIDTH};
    if (terminal && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col) {
        style.width = size.ws_col < NARROWEST ? NARROWEST : size.ws_col;
        style.width = style.width > WIDEST ? WIDEST : style.width;
    }
    return style;
}

/* ---- the table ---- */

static const char *paint(struct report_style style, const char *code)
{
    return style.colour ? code : "";
}

/* Folds text between words to the width, each line behind indent blanks. */
static void print_folded(FILE *out, const char *text, unsigned indent, unsigned width)
{
    while (*text) {
        size_t room = width > indent + 20 ? width - indent : 20, n = strlen(text);
        if (n > room) {
            n = room;
            while (n && text[n] != ' ')
                n--;
            if (!n)
                n = strcspn(text, " "); /* one word longer than the line */
        }
        fprintf(out, "%*s%.*s\n", (int)indent, "", (int)n, text);
        text += n;
        text += strspn(text, " ");
    }
}

static const char *conduct_word(const struct result *r)
{
    enum verdict v = result_half(r, true);
    return v == VERDICT_NOT_JUDGED ? "not judged"
           : v == VERDICT_EXACT    ? "as expected"
           : v == VERDICT_DEVIATES ? "deviates"
                                   : "unexpected";
}

static void print_row(FILE *out, const struct result *r, struct report_style style)
{
    if (r->skipped) {
        fprintf(out, "%sskip%s  %-22s not played: %s\n", paint(style, "\033[33m"),
            paint(style, "\033[0m"), r->scenario, r->skipped);
        return;
    }
    bool passes = result_passes(r);
    const char *on = passes ? "\033[32m" : "\033[31m";
    fprintf(out, "%s%-4s%s  %-22s %-11s %-12s ", paint(style, on), passes ? "ok" : "FAIL",
        paint(style, "\033[0m"), r->scenario, verdict_name(result_half(r, false)), conduct_word(r));
    if (r->attempts_known)
        fprintf(out, "%3u attempt%s ", r->attempts, r->attempts == 1 ? ", " : "s,");
    else
        fprintf(out, "  ? attempts, ");
    fprintf(
        out, "%u delivered, %u bounce%s\n", r->delivered, r->bounces, r->bounces == 1 ? "" : "s");
}

static void print_explained(FILE *out, const struct explained *e, struct report_style style)
{
    char *head = mem_format("%s%s%s%s%s: %s to act%s", e->reason, e->stage ? " at " : "",
        e->stage ? e->stage : "", e->expired ? ", given up after retries" : "",
        e->rcpt ? "" : " (no address named)", e->actor,
        e->permanent ? "" : " (the failure itself was temporary)");
    print_folded(out, head, INDENT + 2, style.width);
    free(head);
    if (e->diagnostic) {
        char *quoted = mem_format("\"%s\"", e->diagnostic);
        print_folded(out, quoted, INDENT + 4, style.width);
        free(quoted);
    }
    char *text =
        mem_format("%s %s", e->explanation ? e->explanation : "", e->remedy ? e->remedy : "");
    print_folded(out, text, INDENT + 4, style.width);
    free(text);
}

static void print_checks(FILE *out, const struct result *r, struct report_style style)
{
    for (size_t i = 0; i < r->check_count; i++) {
        const struct check *c = &r->checks[i];
        if (c->verdict <= VERDICT_EXACT)
            continue;
        char *text = mem_format("%s: %s: expected %s, got %s%s%s",
            c->known ? c->conduct ? "known deviation" : "known loss" : verdict_name(c->verdict),
            c->what, c->want ? c->want : "nothing", c->got ? c->got : "nothing",
            c->known ? " - " : "", c->known ? c->known : "");
        fputs(paint(style, c->known ? "\033[33m" : "\033[31m"), out);
        print_folded(out, text, INDENT + 2, style.width);
        fputs(paint(style, "\033[0m"), out);
        free(text);
    }
    for (size_t i = 0; i < r->note_count; i++) {
        char *text = mem_format("note: %s", r->notes[i]);
        print_folded(out, text, INDENT + 2, style.width);
        free(text);
    }
}

/* "5d 00:30:00": days only where there are some. */
static void when(double seconds, char out[static 32])
{
    unsigned long s = seconds > 0 ? (unsigned long)(seconds + 0.5) : 0;
    if (s >= 86400)
        snprintf(out, 32, "%lud %02lu:%02lu:%02lu", s / 86400, s / 3600 % 24, s / 60 % 60, s % 60);
    else
        snprintf(out, 32, "%02lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
}

/* Where the sender tells of its attempts, what the hosts saw of them says nothing new. */
static bool told_by_sender(const struct result *r)
{
    for (size_t i = 0; i < r->moment_count; i++)
        if (strcmp(r->moments[i].kind, "attempt") == 0)
            return true;
    return false;
}

static void print_attempts(FILE *out, const struct result *r)
{
    bool told = told_by_sender(r);
    for (size_t i = 0; i < r->moment_count; i++) {
        const struct moment *m = &r->moments[i];
        char at[32];
        if (told && strcmp(m->kind, "session") == 0)
            continue;
        when(m->seconds, at);
        fprintf(out, "%*s%12s  %-7s %s%s%s%s  %s\n", INDENT + 2, "", at, m->kind,
            m->name ? m->name : "?", m->address ? " [" : "", m->address ? m->address : "",
            m->address ? "]" : "", m->what ? m->what : "");
    }
}

/* "130 of 131 as expected: 120 exact, 10 consistent, 1 wrong, 0 missing", of count
 * results. */
static void print_totals(
    FILE *out, const struct result *list, size_t count, struct report_style style)
{
    size_t by[VERDICT_MISSING + 1] = {0}, passed = 0, skipped = 0;
    for (size_t i = 0; i < count; i++) {
        skipped += list[i].skipped != NULL;
        by[result_verdict(&list[i])]++;
        passed += !list[i].skipped && result_passes(&list[i]);
    }
    fprintf(out, "%s%zu of %zu as expected%s: %zu exact, %zu consistent, ",
        paint(style, passed == count - skipped ? "\033[32m" : "\033[31m"), passed, count - skipped,
        paint(style, "\033[0m"), by[VERDICT_EXACT], by[VERDICT_CONSISTENT]);
    if (by[VERDICT_DEVIATES])
        fprintf(out, "%zu deviating, ", by[VERDICT_DEVIATES]);
    fprintf(out, "%zu wrong, %zu missing", by[VERDICT_WRONG], by[VERDICT_MISSING]);
    if (skipped)
        fprintf(out, "; %zu not played", skipped);
    fputc('\n', out);
}

void report_table(FILE *out, const struct results *results, struct report_style style)
{
    const char *sender = "";
    for (size_t i = 0; i < results->count; i++) {
        const struct result *r = &results->list[i];
        if (strcmp(sender, r->sender) != 0)
            fprintf(out, "%s%s%s%s (%s)\n      %-22s %-11s %-12s WHAT CAME\n", i ? "\n" : "",
                paint(style, "\033[1m"), r->sender, paint(style, "\033[0m"),
                r->clock ? r->clock : "", "SCENARIO", "BOUNCE", "CONDUCT");
        sender = r->sender;
        print_row(out, r, style);
        for (size_t k = 0; k < r->explained_count; k++)
            print_explained(out, &r->explained[k], style);
        print_checks(out, r, style);
        if (style.attempts)
            print_attempts(out, r);
    }
    fputc('\n', out);
    print_totals(out, results->list, results->count, style);
}

/* ---- TAP 13 ---- */

void report_tap_head(FILE *out)
{
    fputs("TAP version 13\n", out);
}

void report_tap_plan(FILE *out, size_t count)
{
    fprintf(out, "1..%zu\n", count);
}

static void tap_text(FILE *out, const char *key, const char *text)
{
    json_t *string = json_string(text ? text : "");
    char *quoted =
        string ? json_dumps(string, JSON_ENCODE_ANY) : NULL; /* a JSON string is a YAML one */
    fprintf(out, "    %s: %s\n", key, text && quoted ? quoted : "null");
    free(quoted);
    json_decref(string);
}

void report_tap(FILE *out, const struct results *results, size_t *number)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct result *r = &results->list[i];
        bool passes = result_passes(r);
        if (r->skipped) {
            fprintf(
                out, "ok %zu - %s: %s # SKIP %s\n", ++*number, r->sender, r->scenario, r->skipped);
            continue;
        }
        fprintf(out, "%sok %zu - %s: %s (%s)\n", passes ? "" : "not ", ++*number, r->sender,
            r->scenario, verdict_name(result_verdict(r)));
        if (passes)
            continue;
        fputs("  ---\n", out);
        for (size_t k = 0; k < r->check_count; k++) {
            if (r->checks[k].verdict <= VERDICT_EXACT || r->checks[k].known)
                continue;
            fprintf(out, "  - verdict: %s\n", verdict_name(r->checks[k].verdict));
            tap_text(out, "what", r->checks[k].what);
            tap_text(out, "wanted", r->checks[k].want);
            tap_text(out, "found", r->checks[k].got);
        }
        fputs("  ...\n", out);
    }
}

void report_tap_skip(FILE *out, const char *sender, const char *why, size_t *number)
{
    fprintf(out, "ok %zu - %s # SKIP %s\n", ++*number, sender, why);
}

/* ---- JSON ---- */

bool report_json(const char *path, const struct results *results, uint64_t seed, char **why)
{
    FILE *f = fopen(path, "w");
    bool fine = f && fprintf(f, "{\"schema\":1,\"seed\":%llu,\"results\":[\n",
                         (unsigned long long)seed) > 0;
    for (size_t i = 0; i < results->count && fine; i++) {
        char *text = result_to_json(&results->list[i], false);
        fine = fprintf(f, "%s%s\n", text, i + 1 < results->count ? "," : "") > 0;
        free(text);
    }
    fine = fine && fputs("]}\n", f) >= 0;
    if (f && fclose(f) != 0)
        fine = false;
    if (!fine)
        *why = mem_format("%s: %s", path, strerror(errno));
    return fine;
}
