/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/result.h"

#include <jansson.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include "util/mem.h"

static const char *const verdict_names[] = {
    "not-judged", "exact", "consistent", "deviates", "wrong", "missing"};

const char *verdict_name(enum verdict verdict)
{
    return verdict <= VERDICT_MISSING ? verdict_names[verdict] : "?";
}

static enum verdict verdict_find(const char *name)
{
    for (int v = VERDICT_NOT_JUDGED; v <= VERDICT_MISSING; v++)
        if (name && strcmp(name, verdict_names[v]) == 0)
            return (enum verdict)v;
    return VERDICT_WRONG;
}

enum verdict result_half(const struct result *result, bool conduct)
{
    enum verdict worst = VERDICT_NOT_JUDGED;
    for (size_t i = 0; i < result->check_count; i++)
        if (result->checks[i].conduct == conduct && result->checks[i].verdict > worst)
            worst = result->checks[i].verdict;
    return worst;
}

enum verdict result_verdict(const struct result *result)
{
    enum verdict a = result_half(result, false), b = result_half(result, true);
    return a > b ? a : b;
}

bool result_passes(const struct result *result)
{
    for (size_t i = 0; i < result->check_count; i++) {
        const struct check *check = &result->checks[i];
        if (check->verdict > VERDICT_DEVIATES || (check->verdict > VERDICT_EXACT && !check->known))
            return false;
    }
    return result->check_count > 0 || result->skipped || result->unstated;
}

struct check *result_check(struct result *result, bool conduct, const char *what, const char *want,
    const char *got, enum verdict verdict)
{
    result->checks = mem_grow(result->checks, (result->check_count + 1) * sizeof *result->checks);
    struct check *check = &result->checks[result->check_count++];
    *check = (struct check){mem_text(what), mem_text(want), mem_text(got), conduct, verdict, NULL};
    return check;
}

void result_note(struct result *result, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    result->notes = mem_grow(result->notes, (result->note_count + 1) * sizeof *result->notes);
    result->notes[result->note_count++] = mem_text(text);
}

void result_moment(struct result *result, double seconds, const char *kind, const char *name,
    const char *address, const char *what)
{
    result->moments =
        mem_grow(result->moments, (result->moment_count + 1) * sizeof *result->moments);
    result->moments[result->moment_count++] =
        (struct moment){seconds, mem_text(kind), mem_text(name), mem_text(address), mem_text(what)};
}

void result_take(struct result *result, struct result *from)
{
    for (size_t i = 0; i < from->check_count; i++) {
        result->checks =
            mem_grow(result->checks, (result->check_count + 1) * sizeof *result->checks);
        result->checks[result->check_count++] = from->checks[i];
    }
    for (size_t i = 0; i < from->note_count; i++) {
        result->notes = mem_grow(result->notes, (result->note_count + 1) * sizeof *result->notes);
        result->notes[result->note_count++] = from->notes[i];
    }
    from->check_count = from->note_count = 0;
    result_deinit(from);
}

struct result *results_add(struct results *results)
{
    results->list = mem_grow(results->list, (results->count + 1) * sizeof *results->list);
    struct result *result = &results->list[results->count++];
    memset(result, 0, sizeof *result);
    return result;
}

void results_free(struct results *results)
{
    for (size_t i = 0; i < results->count; i++)
        result_deinit(&results->list[i]);
    free(results->list);
    *results = (struct results){0};
}

/* ---- text fields of struct explained, by name: for freeing and for JSON both ways ---- */

static const struct {
    const char *name;
    size_t at;
} explained_texts[] = {
#define FIELD(name)                                                                                \
    {                                                                                              \
#name, offsetof(struct explained, name)                                                    \
    }
    FIELD(rcpt),
    FIELD(reason),
    FIELD(stage),
    FIELD(actor),
    FIELD(reply),
    FIELD(status),
    FIELD(diagnostic),
    FIELD(explanation),
    FIELD(remedy),
    FIELD(evidence),
    FIELD(rule),
#undef FIELD
};
enum { EXPLAINED_TEXTS = sizeof explained_texts / sizeof *explained_texts };

static char **explained_text(struct explained *e, size_t i)
{
    return (char **)((char *)e + explained_texts[i].at);
}

void result_deinit(struct result *r)
{
    for (size_t i = 0; i < r->check_count; i++) {
        free(r->checks[i].what);
        free(r->checks[i].want);
        free(r->checks[i].got);
        free(r->checks[i].known);
    }
    for (size_t i = 0; i < r->explained_count; i++)
        for (size_t f = 0; f < EXPLAINED_TEXTS; f++)
            free(*explained_text(&r->explained[i], f));
    for (size_t i = 0; i < r->note_count; i++)
        free(r->notes[i]);
    for (size_t i = 0; i < r->moment_count; i++) {
        free(r->moments[i].kind);
        free(r->moments[i].name);
        free(r->moments[i].address);
        free(r->moments[i].what);
    }
    json_decref(r->conduct);
    free(r->moments);
    free(r->checks);
    free(r->explained);
    free(r->notes);
    free(r->scenario);
    free(r->folder);
    free(r->title);
    free(r->sender);
    free(r->clock);
    free(r->version);
    free(r->skipped);
    memset(r, 0, sizeof *r);
}

/* ---- JSON out ---- */

static json_t *text_or_null(const char *text)
{
    json_t *string = text ? json_string(text) : NULL;
    return string ? string : json_null();
}

static json_t *check_json(const struct check *c)
{
    return json_pack("{s:s, s:s, s:o, s:o, s:s, s:o}", "half", c->conduct ? "conduct" : "bounce",
        "what", c->what, "want", text_or_null(c->want), "got", text_or_null(c->got), "verdict",
        verdict_name(c->verdict), "known", text_or_null(c->known));
}

static json_t *explained_json(struct explained *e)
{
    json_t *object = json_object();
    for (size_t f = 0; f < EXPLAINED_TEXTS; f++)
        json_object_set_new(object, explained_texts[f].name, text_or_null(*explained_text(e, f)));
    json_object_set_new(object, "permanent", json_boolean(e->permanent));
    json_object_set_new(object, "expired", json_boolean(e->expired));
    return object;
}

static json_t *moment_json(const struct moment *m)
{
    return json_pack("{s:f, s:s, s:o, s:o, s:o}", "t", m->seconds, "kind", m->kind, "name",
        text_or_null(m->name), "address", text_or_null(m->address), "what", text_or_null(m->what));
}

char *result_to_json(const struct result *r, bool pretty)
{
    json_t *checks = json_array(), *explained = json_array(), *notes = json_array();
    json_t *moments = json_array();
    for (size_t i = 0; i < r->check_count; i++)
        json_array_append_new(checks, check_json(&r->checks[i]));
    for (size_t i = 0; i < r->explained_count; i++)
        json_array_append_new(explained, explained_json(&r->explained[i]));
    for (size_t i = 0; i < r->note_count; i++)
        json_array_append_new(notes, text_or_null(r->notes[i]));
    for (size_t i = 0; i < r->moment_count; i++)
        json_array_append_new(moments, moment_json(&r->moments[i]));
    json_t *object = json_pack("{s:s, s:o, s:o, s:s, s:o, s:s, s:s, s:s, s:b}", "scenario",
        r->scenario, "folder", text_or_null(r->folder), "title", text_or_null(r->title), "sender",
        r->sender, "clock", text_or_null(r->clock), "verdict", verdict_name(result_verdict(r)),
        "bounce", verdict_name(result_half(r, false)), "conduct",
        verdict_name(result_half(r, true)), "passes", (int)result_passes(r));
    json_object_set_new(
        object, "attempts", r->attempts_known ? json_integer(r->attempts) : json_null());
    json_object_set_new(object, "version", text_or_null(r->version));
    json_object_set_new(object, "skipped", text_or_null(r->skipped));
    json_object_set_new(object, "unstated", json_boolean(r->unstated));
    json_object_set_new(object, "delivered", json_integer(r->delivered));
    json_object_set_new(object, "bounces", json_integer(r->bounces));
    json_object_set_new(object, "seconds", json_real(r->seconds));
    json_object_set_new(object, "checks", checks);
    json_object_set_new(object, "explained", explained);
    json_object_set_new(object, "notes", notes);
    json_object_set_new(object, "observed", r->conduct ? json_incref(r->conduct) : json_null());
    json_object_set_new(object, "timeline", moments);
    char *text =
        json_dumps(object, JSON_REAL_PRECISION(10) | (pretty ? JSON_INDENT(1) : JSON_COMPACT));
    json_decref(object);
    require(text);
    return text;
}

/* ---- JSON in ---- */

static char *take_text(json_t *object, const char *key)
{
    return mem_text(json_string_value(json_object_get(object, key)));
}

static void take_checks(struct result *r, json_t *list)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *half = json_string_value(json_object_get(item, "half"));
        struct check *check = result_check(r, half && strcmp(half, "conduct") == 0,
            json_string_value(json_object_get(item, "what")),
            json_string_value(json_object_get(item, "want")),
            json_string_value(json_object_get(item, "got")),
            verdict_find(json_string_value(json_object_get(item, "verdict"))));
        check->known = take_text(item, "known");
    }
}

static void take_explained(struct result *r, json_t *list)
{
    size_t i;
    json_t *item;
    r->explained = mem_new((json_array_size(list) + 1) * sizeof *r->explained);
    json_array_foreach(list, i, item)
    {
        struct explained *e = &r->explained[r->explained_count++];
        for (size_t f = 0; f < EXPLAINED_TEXTS; f++)
            *explained_text(e, f) = take_text(item, explained_texts[f].name);
        e->permanent = json_is_true(json_object_get(item, "permanent"));
        e->expired = json_is_true(json_object_get(item, "expired"));
    }
}

static void take_moments(struct result *r, json_t *list)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
        result_moment(r, json_number_value(json_object_get(item, "t")),
            json_string_value(json_object_get(item, "kind")),
            json_string_value(json_object_get(item, "name")),
            json_string_value(json_object_get(item, "address")),
            json_string_value(json_object_get(item, "what")));
}

bool result_from_json(struct result *r, const char *text)
{
    json_t *object = json_loads(text, 0, NULL);
    memset(r, 0, sizeof *r);
    r->scenario = take_text(object, "scenario");
    r->sender = take_text(object, "sender");
    if (!r->scenario || !r->sender) {
        result_deinit(r);
        json_decref(object);
        return false;
    }
    r->folder = take_text(object, "folder");
    r->title = take_text(object, "title");
    r->clock = take_text(object, "clock");
    r->version = take_text(object, "version");
    r->skipped = take_text(object, "skipped");
    r->unstated = json_is_true(json_object_get(object, "unstated"));
    json_t *attempts = json_object_get(object, "attempts");
    r->attempts_known = json_is_integer(attempts);
    r->attempts = (unsigned)json_integer_value(attempts);
    r->delivered = (unsigned)json_integer_value(json_object_get(object, "delivered"));
    r->bounces = (unsigned)json_integer_value(json_object_get(object, "bounces"));
    r->seconds = json_number_value(json_object_get(object, "seconds"));
    take_checks(r, json_object_get(object, "checks"));
    take_explained(r, json_object_get(object, "explained"));
    json_t *observed = json_object_get(object, "observed");
    r->conduct = json_is_object(observed) ? json_incref(observed) : NULL;
    take_moments(r, json_object_get(object, "timeline"));
    size_t i;
    json_t *note;
    json_array_foreach(json_object_get(object, "notes"), i, note)
        result_note(r, "%s", json_string_value(note) ? json_string_value(note) : "");
    json_decref(object);
    return true;
}
