/* SPDX-License-Identifier: BSD-2-Clause */
/* rulefile.h - rules/ as read: what the compiler knows before it writes tables.
 *
 * Memory is never freed: the compiler runs for a second, at build time. */
#ifndef RULEFILE_H
#define RULEFILE_H

#include "phrase.h"
#include "rules.h"

enum {
    RULES_CAP = 4096,
    PHRASES_CAP = 16384,
    USES_CAP = 16384,
    CONDS_CAP = 4096,
    EXAMPLES_CAP = 8192,
    REASONS_CAP = 100,
    STATUSES_CAP = 200,
    REPLIES_CAP = 200,
    NEEDS_CAP = 8,
    BLOCK_VETOES_CAP = 64
};

struct place {
    const char *file;
    int line;
};

struct phrase_use {
    char *regex;
    struct node *tree;
    struct place place;
    struct rule_use use;
};

struct book {
    struct rule rules[RULES_CAP];
    struct place rule_places[RULES_CAP];
    size_t rule_count;
    struct phrase_use uses[USES_CAP];
    size_t use_count;
    struct rule_cond conds[CONDS_CAP];
    size_t cond_count;
    struct rule_example examples[EXAMPLES_CAP];
    size_t example_count;
    struct reason_info reasons[REASONS_CAP];
    struct place reason_places[REASONS_CAP];
    size_t reason_count;
    /* Names of reasons used before they were defined: resolved at the end. */
    const char *status_reason[STATUSES_CAP], *reply_reason[REPLIES_CAP];
    struct place status_places[STATUSES_CAP], reply_places[REPLIES_CAP];
    struct status_info statuses[STATUSES_CAP];
    size_t status_count;
    struct reply_info replies[REPLIES_CAP];
    size_t reply_count;
    int errors;
};

/* Prints "file:line: what" and counts. */
void complain(struct book *book, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void *must(void *p);

/* Reads one file of rules or codes. */
void rulefile_read(struct book *book, const char *path);
/* What can only be checked when all files are read. */
void rulefile_check(struct book *book);

/* codes.c: the lines of the code tables. */
bool codes_line(struct book *book, struct place place, char *keyword, char *rest);

/* emit.c */
bool emit_tables(const struct book *book, const char *path);
bool emit_examples(const struct book *book, const char *path);

#endif
