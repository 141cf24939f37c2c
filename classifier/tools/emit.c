/* SPDX-License-Identifier: BSD-2-Clause */
/* emit.c - writes the tables of rules.h as C. */
#include "emit.h"
#include "compile.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_string(FILE *out, const char *s)
{
    if (!s) {
        fputs("NULL", out);
        return;
    }
    fputc('"', out);
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 32 || c > 126)
            fprintf(out, "\\%03o", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static void put_member(FILE *out, const char *name, const char *s)
{
    if (!s)
        return;
    fprintf(out, " .%s = ", name);
    put_string(out, s);
    fputc(',', out);
}

static void put_rules(FILE *out, const struct book *book)
{
    fputs("const struct rule bounce__rules[] = {\n", out);
    for (size_t i = 0; i < book->rule_count; i++) {
        const struct rule *rule = &book->rules[i];
        fputs("    {", out);
        put_member(out, "id", rule->id);
        fprintf(out,
            " .kind = %u, .strength = %u, .target = %u, .needs = %u, .conds = bounce__conds + "
            "%u, .cond_count = %u, .transient = %d, .links = %d, .own_words = %d,",
            rule->kind, rule->strength, rule->target, rule->needs, book->first_conds[i],
            rule->cond_count, rule->transient, rule->links, rule->own_words);
        put_member(out, "actor", rule->actor);
        put_member(out, "explain", rule->explain);
        put_member(out, "remedy", rule->remedy);
        put_member(out, "causes", rule->causes);
        put_member(out, "sisimai", rule->sisimai);
        fputs("},\n", out);
    }
    fprintf(out, "};\nconst size_t bounce__rule_count = %zu;\n\n", book->rule_count);
    fputs("const struct rule_cond bounce__conds[] = {\n", out);
    for (size_t i = 0; i < book->cond_count; i++) {
        const struct rule_cond *c = &book->conds[i];
        fprintf(out, "    {%u, %u, %u, %u, %d, %d, %d},\n", c->kind, c->negated, c->low, c->high,
            c->class_, c->subject, c->detail);
    }
    fputs("    {0},\n};\n\n", out);
}

static void put_reasons(FILE *out, const struct book *book)
{
    fputs("const struct reason_info bounce__reasons[] = {\n", out);
    for (size_t i = 0; i < book->reason_count; i++) {
        const struct reason_info *r = &book->reasons[i];
        fputs("    {", out);
        put_member(out, "name", r->name);
        put_member(out, "class_", r->class_);
        put_member(out, "sisimai", r->sisimai);
        put_member(out, "parent", r->parent);
        put_member(out, "actor", r->actor);
        put_member(out, "explain", r->explain);
        put_member(out, "remedy", r->remedy);
        put_member(out, "causes", r->causes);
        fprintf(out, " .permanent = %d, .retryable = %d, .dead = %d, .transient_cause = %d},\n",
            r->permanent, r->retryable, r->dead, r->transient_cause);
    }
    fprintf(out, "};\nconst size_t bounce__reason_count = %zu;\n\n", book->reason_count);
}

static void put_codes(FILE *out, const struct book *book)
{
    fputs("const struct status_info bounce__statuses[] = {\n", out);
    for (size_t i = 0; i < book->status_count; i++) {
        const struct status_info *s = &book->statuses[i];
        fprintf(out, "    {%d, %d, %u, %u, %d, ", s->subject, s->detail, s->reason, s->strength,
            s->has_reason);
        put_string(out, s->meaning);
        fputs(", ", out);
        put_string(out, s->advice);
        fputs("},\n", out);
    }
    fprintf(out, "};\nconst size_t bounce__status_count = %zu;\n\n", book->status_count);
    fputs("const struct reply_info bounce__replies[] = {\n", out);
    for (size_t i = 0; i < book->reply_count; i++) {
        const struct reply_info *r = &book->replies[i];
        fprintf(out, "    {%u, %u, %u, %u, %d, ", r->code, r->digit, r->reason, r->strength,
            r->has_reason);
        put_string(out, r->meaning);
        fputs(", ", out);
        put_string(out, r->advice);
        fputs("},\n", out);
    }
    fprintf(out, "};\nconst size_t bounce__reply_count = %zu;\n\n", book->reply_count);
}

static void put_uses(FILE *out, const struct patterns *patterns, size_t count)
{
    fputs("static const uint16_t first_use[] = {\n", out);
    for (size_t i = 0; i <= patterns->count; i++)
        fprintf(out, "    %u,\n", patterns->first[i]);
    fputs("};\n\nstatic const struct rule_use uses[] = {\n", out);
    for (size_t i = 0; i < count; i++) {
        const struct rule_use *use = &patterns->uses[i].use;
        fprintf(out, "    {%u, %u, %u},\n", use->rule, use->role, use->number);
    }
    fputs("};\n\n", out);
}

/* As a string, which a compiler takes a tenth of the time and memory for. */
static void put_bytes(FILE *out, const char *name, const uint8_t *bytes, size_t size)
{
    fprintf(out, "__extension__ static const uint8_t %s[] =\n    \"", name);
    for (size_t i = 0; i < size; i++)
        fprintf(out, "%s\\%03o", i % 64 || !i ? "" : "\"\n    \"", bytes[i]);
    fputs("\";\n\n", out);
}

static void put_automaton(FILE *out, const struct compiled *compiled)
{
    const struct automaton *automaton = &compiled->automaton;

    put_bytes(out, "code", automaton->code, compiled->code_size);
    fputs("static const struct step steps[] = {\n", out);
    for (size_t i = 0; i < compiled->step_count; i++) {
        const struct step *step = &automaton->steps[i];
        fprintf(
            out, "    {%u, %u, %u, %u},\n", step->before, step->phrase, step->entry, step->exit);
    }
    fputs("};\n\nstatic const uint16_t ends[] = {\n", out);
    for (size_t i = 0; i < compiled->ends_count; i++)
        fprintf(out, "%u,%s", automaton->ends[i], i % 16 == 15 ? "\n" : "");
    fputs("};\n\nstatic const uint32_t roots[] = {\n", out);
    for (size_t i = 0; i < 512; i++)
        fprintf(out, "%u,%s", automaton->roots[i], i % 8 == 7 ? "\n" : "");
    fputs("};\n\n", out);
}

static bool put_table(FILE *out, const struct book *book)
{
    struct rulemem *memory = book->memory;
    struct patterns patterns;
    struct compiled compiled;

    bounce__patterns_collect(&patterns, book);
    if (!bounce__compile(memory, memory, &patterns, STATES_MOST, &compiled)) {
        fputs("rulec: the phrases are too much together\n", stderr);
        return false;
    }
    put_uses(out, &patterns, book->use_count);
    put_automaton(out, &compiled);
    fprintf(out,
        "const struct rule_table bounce__table = {bounce__rules, %zu, first_use, uses,\n"
        "    {code, steps, ends, roots, %zu}};\n",
        book->rule_count, compiled.automaton.gap_count);
    return true;
}

bool emit_tables(const struct book *book, const char *path)
{
    FILE *out = fopen(path, "w");
    bool good;

    if (!out)
        return false;
    fputs("/* Made by rulec from classifier/rules; do not edit. */\n#include \"rules.h\"\n\n", out);
    put_rules(out, book);
    put_reasons(out, book);
    put_codes(out, book);
    good = put_table(out, book);
    return fclose(out) == 0 && good;
}

bool emit_examples(const struct book *book, const char *path)
{
    FILE *out = fopen(path, "w");

    if (!out)
        return false;
    fputs("/* Made by rulec from classifier/rules; do not edit. */\n#include \"rules.h\"\n\n"
          "const struct rule_example bounce__examples[] = {\n",
        out);
    for (size_t i = 0; i < book->example_count; i++) {
        fprintf(out, "    {%u, %d, ", book->examples[i].rule, book->examples[i].must);
        put_string(out, book->examples[i].text);
        fputs("},\n", out);
    }
    fprintf(out, "};\nconst size_t bounce__example_count = %zu;\n", book->example_count);
    return fclose(out) == 0;
}
