/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/conduct.h"
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
    bool says_nothing = r->unstated && !r->check_count;
    const char *on = says_nothing ? "" : passes ? "\033[32m" : "\033[31m";
    const char *word = says_nothing ? "--" : passes ? "ok" : "FAIL";
    fprintf(out, "%s%-4s%s  %-22s %-11s %-12s ", paint(style, on), word, paint(style, "\033[0m"),
        r->scenario, verdict_name(result_half(r, false)), conduct_word(r));
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

static void print_conduct(FILE *out, const struct result *r, struct report_style style)
{
    char **lines = conduct_lines(r->conduct);
    for (size_t i = 0; lines && lines[i]; i++) {
        print_folded(out, lines[i], INDENT + 2, style.width);
        free(lines[i]);
    }
    free(lines);
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

/* "130 of 131 as expected: 120 exact, 10 consistent, 1 wrong, 0 missing". */
static void print_tally(FILE *out, const struct tally *t, struct report_style style)
{
    fprintf(out, "%s%zu of %zu as expected%s: %zu exact, %zu consistent, ",
        paint(style, t->passed == t->played ? "\033[32m" : "\033[31m"), t->passed, t->played,
        paint(style, "\033[0m"), t->verdicts[VERDICT_EXACT], t->verdicts[VERDICT_CONSISTENT]);
    if (t->verdicts[VERDICT_DEVIATES])
        fprintf(out, "%zu deviating, ", t->verdicts[VERDICT_DEVIATES]);
    fprintf(
        out, "%zu wrong, %zu missing", t->verdicts[VERDICT_WRONG], t->verdicts[VERDICT_MISSING]);
    if (t->unstated)
        fprintf(out, "; %zu without expectation", t->unstated);
    if (t->skipped)
        fprintf(out, "; %zu not played", t->skipped);
}

static void print_outcome(FILE *out, const struct outcome *outcome, struct report_style style)
{
    struct tally tally = {0};
    tally_add(&tally, &outcome->results);
    if (outcome->state == OUTCOME_PLAYED) {
        print_tally(out, &tally, style);
        fprintf(out, " (%.1f s)\n", outcome->seconds);
        return;
    }
    fprintf(out, "%s%s%s%s%s\n",
        paint(style, outcome->state == OUTCOME_SKIPPED ? "\033[33m" : "\033[31m"),
        outcome_word(outcome->state), paint(style, "\033[0m"), outcome->why ? ": " : "",
        outcome->why ? outcome->why : "");
}

/* A line for each sender, and one for all. */
static void print_totals(FILE *out, const struct report *report, struct report_style style)
{
    struct tally all = {0};
    size_t senders = 0;
    int widest = 0;
    for (size_t i = 0; i < report->count; i++) {
        const struct outcome *outcome = &report->outcomes[i];
        int n = (int)strlen(outcome->sender);
        widest = n > widest ? n : widest;
        senders += outcome->state == OUTCOME_PLAYED;
        tally_add(&all, &outcome->results);
    }
    for (size_t i = 0; i < report->count && report->count > 1; i++) {
        fprintf(out, "%-*s  ", widest, report->outcomes[i].sender);
        print_outcome(out, &report->outcomes[i], style);
    }
    if (!senders && report->count == 1)
        print_outcome(out, &report->outcomes[0], style);
    if (!senders)
        return;
    if (report->count > 1)
        fprintf(out, "%zu of %zu senders: ", senders, report->count);
    print_tally(out, &all, style);
    fputc('\n', out);
}

static void print_heading(FILE *out, const struct outcome *outcome, struct report_style style)
{
    const struct result *first = outcome_first(outcome);
    fprintf(out, "%s%s%s%s%s%s%s%s\n      %-22s %-11s %-12s WHAT CAME\n", paint(style, "\033[1m"),
        outcome->sender, first && first->version ? " " : "",
        first && first->version ? first->version : "", paint(style, "\033[0m"),
        first && first->clock ? " (" : "", first && first->clock ? first->clock : "",
        first && first->clock ? ")" : "", "SCENARIO", "BOUNCE", "CONDUCT");
}

void report_table(FILE *out, const struct report *report, struct report_style style)
{
    for (size_t k = 0; k < report->count; k++) {
        const struct outcome *outcome = &report->outcomes[k];
        if (!outcome->results.count)
            continue;
        print_heading(out, outcome, style);
        for (size_t i = 0; i < outcome->results.count; i++) {
            const struct result *r = &outcome->results.list[i];
            print_row(out, r, style);
            for (size_t e = 0; e < r->explained_count; e++)
                print_explained(out, &r->explained[e], style);
            print_checks(out, r, style);
            if (style.attempts) {
                print_conduct(out, r, style);
                print_attempts(out, r);
            }
        }
        fputc('\n', out);
    }
    print_totals(out, report, style);
}
