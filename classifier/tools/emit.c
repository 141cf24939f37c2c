/* SPDX-License-Identifier: BSD-2-Clause */
/* emit.c - writes the tables of rules.h as C. */
#include "emit.h"
#include "program.h"
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

static void put_uses(FILE *out, const struct phrase_use *uses, size_t count,
    const char *const *patterns, const unsigned *first, size_t n)
{
    fputs("const char *const bounce__patterns[] = {\n", out);
    for (size_t i = 0; i < n; i++) {
        fputs("    ", out);
        put_string(out, patterns[i]);
        fputs(",\n", out);
    }
    fprintf(out,
        "};\nconst size_t bounce__pattern_count = %zu;\n\nconst uint16_t bounce__first_use[] = {\n",
        n);
    for (size_t i = 0; i <= n; i++)
        fprintf(out, "    %u,\n", first[i]);
    fputs("};\n\nconst struct rule_use bounce__uses[] = {\n", out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "    {%u, %u, %u},\n", uses[i].use.rule, uses[i].use.role, uses[i].use.need);
    fputs("};\n\n", out);
}

static bool put_programs(FILE *out, struct rulemem *memory, const struct phrase_use *uses,
    const unsigned *first, size_t n)
{
    size_t *starts = bounce__rulemem_new(memory, (n + 1) * sizeof *starts), total = 0;
    bool good = true;

    fputs("const uint16_t bounce__programs[] = {\n", out);
    for (size_t i = 0; i < n; i++) {
        uint16_t *words;
        size_t count = bounce__phrase_program(memory, uses[first[i]].tree, &words);

        if (count > PROGRAM_MOST) {
            fprintf(stderr, "%s:%d: phrase too long\n", uses[first[i]].place.file,
                uses[first[i]].place.line);
            good = false;
        }
        starts[i] = total;
        total += count;
        for (size_t w = 0; w < count; w++)
            fprintf(out, "%u,", words[w]);
        fputc('\n', out);
    }
    fputs("};\n\nconst uint32_t bounce__first_word[] = {\n", out);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "    %zu,\n", starts[i]);
    fputs("};\n\n", out);
    fputs("const bool bounce__ends_word[] = {\n", out);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "    %d,\n", bounce__phrase_ends_word(uses[first[i]].tree));
    fputs("};\n\n", out);
    return good;
}

bool emit_tables(const struct book *book, const char *path)
{
    FILE *out = fopen(path, "w");
    struct patterns p;
    bool good;

    if (!out)
        return false;
    bounce__patterns_collect(&p, book);
    fputs("/* Made by rulec from classifier/rules; do not edit. */\n#include \"rules.h\"\n\n", out);
    put_rules(out, book);
    put_reasons(out, book);
    put_codes(out, book);
    put_uses(out, p.uses, book->use_count, p.regexes, p.first, p.count);
    good = put_programs(out, book->memory, p.uses, p.first, p.count) &&
           emit_database(out, book->memory, p.regexes, p.count);
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
