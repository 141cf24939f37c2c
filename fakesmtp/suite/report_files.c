/* SPDX-License-Identifier: BSD-2-Clause */
/* The forms of a report for harnesses and programs: TAP 13, JSON, JUnit. */
#include "suite/report.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "util/mem.h"
#include "util/text.h"

/* ---- TAP 13 ---- */

static void tap_text(FILE *out, const char *key, const char *text)
{
    json_t *string = json_string(text ? text : "");
    char *quoted =
        string ? json_dumps(string, JSON_ENCODE_ANY) : NULL; /* a JSON string is a YAML one */
    fprintf(out, "    %s: %s\n", key, text && quoted ? quoted : "null");
    free(quoted);
    json_decref(string);
}

static void tap_checks(FILE *out, const struct result *r)
{
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

/* The clock its times are of; NULL where nothing was played. */
static const char *clock_of(const struct outcome *outcome)
{
    const struct result *first = outcome_first(outcome);
    return first ? first->clock : NULL;
}

/* '#' would begin a directive. */
static void tap_plain(FILE *out, const char *text)
{
    for (; *text; text++)
        fputs(*text == '#' ? "\\#" : (char[]){*text == '\n' ? ' ' : *text, '\0'}, out);
}

static void tap_result(FILE *out, const struct result *r, size_t number)
{
    bool passes = result_passes(r);
    fprintf(out, "%sok %zu - %s: %s", passes ? "" : "not ", number, r->sender, r->scenario);
    if (r->skipped) {
        fputs(" # SKIP ", out);
        tap_plain(out, r->skipped);
    } else {
        fprintf(out, " (%s)", verdict_name(result_verdict(r)));
    }
    fputc('\n', out);
    if (!passes)
        tap_checks(out, r);
}

/* A sender that was not played is one line. */
static void tap_outcome(FILE *out, const struct outcome *outcome, size_t number)
{
    bool skipped = outcome->state == OUTCOME_SKIPPED;
    fprintf(out, "%sok %zu - %s%s", skipped ? "" : "not ", number, outcome->sender,
        skipped ? " # SKIP " : ": ");
    tap_plain(out, skipped ? "" : outcome_word(outcome->state));
    if (outcome->why) {
        fputs(skipped ? "" : ": ", out);
        tap_plain(out, outcome->why);
    }
    fputc('\n', out);
}

void report_tap(FILE *out, const struct report *report)
{
    size_t number = 0;
    fputs("TAP version 13\n", out);
    for (size_t k = 0; k < report->count; k++) {
        const struct outcome *outcome = &report->outcomes[k];
        if (outcome->state != OUTCOME_PLAYED)
            tap_outcome(out, outcome, ++number);
        if (clock_of(outcome))
            fprintf(out, "# %s: %s\n", outcome->sender, clock_of(outcome));
        for (size_t i = 0; i < outcome->results.count; i++)
            tap_result(out, &outcome->results.list[i], ++number);
    }
    fprintf(out, "1..%zu\n", number);
}

/* ---- what both files share ---- */

/* Closes f, which may be NULL; false with *why when it could not be opened or written whole. */
static bool close_whole(FILE *f, const char *path, char **why)
{
    bool fine = f && !ferror(f);
    int error = errno;
    if (f && fclose(f) != 0) {
        fine = false;
        error = errno;
    }
    if (!fine)
        *why = mem_format("%s: %s", path, strerror(error));
    return fine;
}

/* ---- JSON ---- */

static json_t *text_or_null(const char *text)
{
    json_t *string = text ? json_string(text) : NULL;
    return string ? string : json_null();
}

static char *outcome_json(const struct outcome *outcome, const char *profile)
{
    const struct result *first = outcome_first(outcome);
    struct tally tally = {0};
    tally_add(&tally, &outcome->results);
    bool builtin = strcmp(outcome->sender, "builtin") == 0;
    json_t *object = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:f, s:i, s:i, s:i}", "sender",
        outcome->sender, "state", outcome_word(outcome->state), "why", text_or_null(outcome->why),
        "version", text_or_null(first ? first->version : NULL), "profile",
        text_or_null(builtin ? NULL : profile), "clock", text_or_null(first ? first->clock : NULL),
        "wall_seconds", outcome->seconds, "played", (int)tally.played, "as_expected",
        (int)tally.passed, "not_played", (int)tally.skipped);
    for (int v = VERDICT_EXACT; v <= VERDICT_MISSING; v++)
        json_object_set_new(
            object, verdict_name((enum verdict)v), json_integer((json_int_t)tally.verdicts[v]));
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    require(text);
    return text;
}

bool report_json(const char *path, const struct report *report, char **why)
{
    FILE *f = fopen(path, "w");
    const char *between = "";
    if (f)
        fprintf(f, "{\"schema\":1,\"seed\":%llu,\"senders\":[\n", (unsigned long long)report->seed);
    for (size_t k = 0; f && k < report->count; k++) {
        char *text = outcome_json(&report->outcomes[k], report->profile);
        fprintf(f, "%s%s\n", k ? "," : "", text);
        free(text);
    }
    if (f)
        fputs("],\"results\":[\n", f);
    for (size_t k = 0; f && k < report->count; k++)
        for (size_t i = 0; i < report->outcomes[k].results.count; i++) {
            char *text = result_to_json(&report->outcomes[k].results.list[i], false);
            fprintf(f, "%s%s\n", between, text);
            between = ",";
            free(text);
        }
    if (f)
        fputs("]}\n", f);
    return close_whole(f, path, why);
}

/* ---- JUnit: the XML that CI servers read; a suite for each sender ---- */

/* What XML 1.0 (2.2) does not allow becomes '?'; JSON has checked that the rest is UTF-8. */
static void xml_text(FILE *f, const char *text)
{
    for (const char *c = text ? text : ""; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        if (*c == '&')
            fputs("&amp;", f);
        else if (*c == '<')
            fputs("&lt;", f);
        else if (*c == '>')
            fputs("&gt;", f);
        else if (*c == '"')
            fputs("&quot;", f);
        else if (byte < 0x20 && *c != '\t' && *c != '\n')
            fputc('?', f);
        else if (*c == '\n' || *c == '\t')
            fprintf(f, "&#%d;", *c);
        else
            fputc(*c, f);
    }
}

static void xml_attribute(FILE *f, const char *name, const char *text)
{
    fprintf(f, " %s=\"", name);
    xml_text(f, text);
    fputc('"', f);
}

static void junit_failure(FILE *f, const struct result *r)
{
    struct buf what = {0};
    for (size_t i = 0; i < r->check_count; i++) {
        const struct check *c = &r->checks[i];
        if (c->verdict > VERDICT_EXACT && !c->known)
            buf_addf(&what, "%s%s: %s: expected %s, got %s", what.len ? "\n" : "",
                verdict_name(c->verdict), c->what, c->want ? c->want : "nothing",
                c->got ? c->got : "nothing");
    }
    fputs("<failure", f);
    xml_attribute(f, "message", what.len ? buf_text(&what) : "nothing was compared");
    fprintf(f, " type=\"%s\"/>", verdict_name(result_verdict(r)));
    buf_free(&what);
}

static void junit_result(FILE *f, const struct result *r)
{
    fputs("  <testcase", f);
    xml_attribute(f, "name", r->scenario);
    fprintf(f, " classname=\"");
    xml_text(f, r->sender);
    if (r->folder) {
        fputc('.', f);
        xml_text(f, r->folder);
    }
    fputs(
        "\">", f); /* no time: it passes on the sender's clock, and CI servers would add up weeks */
    if (r->skipped) {
        fputs("<skipped", f);
        xml_attribute(f, "message", r->skipped);
        fputs("/>", f);
    } else if (!result_passes(r)) {
        junit_failure(f, r);
    }
    fputs("</testcase>\n", f);
}

/* A sender that was not played is a test case of its own name. */
static void junit_trouble(FILE *f, const struct outcome *outcome)
{
    fputs("  <testcase", f);
    xml_attribute(f, "name", "the sender");
    xml_attribute(f, "classname", outcome->sender);
    fputs(outcome->state == OUTCOME_SKIPPED ? "><skipped" : "><error", f);
    xml_attribute(f, "message", outcome->why ? outcome->why : outcome_word(outcome->state));
    fputs("/></testcase>\n", f);
}

static void junit_suite(FILE *f, const struct outcome *outcome)
{
    struct tally tally = {0};
    tally_add(&tally, &outcome->results);
    bool played = outcome->state == OUTCOME_PLAYED, skipped = outcome->state == OUTCOME_SKIPPED;
    fputs(" <testsuite", f);
    xml_attribute(f, "name", outcome->sender);
    fprintf(f, " tests=\"%zu\" failures=\"%zu\" errors=\"%d\" skipped=\"%zu\" time=\"%.3f\">\n",
        outcome->results.count + !played, tally.played - tally.passed, !played && !skipped,
        tally.skipped + skipped, outcome->seconds);
    if (clock_of(outcome)) {
        fputs("  <properties><property name=\"clock\"", f);
        xml_attribute(f, "value", clock_of(outcome));
        fputs("/></properties>\n", f);
    }
    if (!played)
        junit_trouble(f, outcome);
    for (size_t i = 0; i < outcome->results.count; i++)
        junit_result(f, &outcome->results.list[i]);
    fputs(" </testsuite>\n", f);
}

bool report_junit(const char *path, const struct report *report, char **why)
{
    FILE *f = fopen(path, "w");
    if (f)
        fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"fakesmtp\">\n", f);
    for (size_t k = 0; f && k < report->count; k++)
        junit_suite(f, &report->outcomes[k]);
    if (f)
        fputs("</testsuites>\n", f);
    return close_whole(f, path, why);
}
