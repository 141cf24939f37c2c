/* SPDX-License-Identifier: BSD-2-Clause */
/* rulefile.h - rules as read, before they are tables: those of rules/, by the compiler at build
 * time, and those of a site, by the library at run time. */
#ifndef BOUNCE_RULEFILE_H
#define BOUNCE_RULEFILE_H

#include "chains.h"
#include "rules.h"

enum {
    RULES_CAP = 4096,
    PHRASES_CAP = 16384,
    USES_CAP = 16384,
    CONDS_CAP = 4096,
    EXAMPLES_CAP = 8192,
    REASONS_CAP = REASONS_MOST,
    STATUSES_CAP = 200,
    REPLIES_CAP = 200,
    NEEDS_CAP = 8,
    BLOCK_VETOES_CAP = 64,
    MISTAKES_CAP = 8192,
    LISTS_CAP = 64,
    /* Bounds of time and memory for whatever somebody calls rules: bytes of a site's file, bytes
     * (lists of words replaced) and weight (phrase.h) of one phrase, weight of all phrases of a
     * site's file, bytes of one text with its continuations. */
    SITE_BYTES_MOST = 1 << 20,
    PHRASE_BYTES_MOST = 4000,
    PHRASE_WEIGHT_MOST = 4000,
    SITE_WEIGHT_MOST = 100000,
    WORDS_MOST = 4000
};

struct place {
    const char *file;
    int line;
};

struct phrase_use {
    char *spelling;
    bool begins_word, ends_word; /* phrase.h, edges; equal phrases are equal in these and spelled
                                    alike */
    struct chain *chains;
    struct place place;
    struct rule_use use;
};

/* "words NAME a|b": alternatives that phrases call $NAME. */
struct word_list {
    const char *name, *words;
};

struct book {
    struct word_list lists[LISTS_CAP];
    size_t list_count;
    struct rulemem *memory;
    /* A site's own rules: the reasons are those there are, and codes have no lines. */
    bool site;
    /* The lines of the code tables; NULL: there are none. True: it was one. */
    bool (*codes_line)(struct book *book, struct place place, char *keyword, char *rest);
    struct rule *rules;
    struct place *rule_places;
    uint16_t *first_conds; /* into conds */
    size_t rule_count, rule_cap;
    struct phrase_use *uses;
    size_t use_count, use_cap;
    uint64_t weight; /* of the phrases so far, the wrong ones too */
    struct rule_cond conds[CONDS_CAP];
    size_t cond_count;
    struct rule_example *examples;
    struct place *example_places;
    size_t example_count, example_cap;
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
    char mistakes[MISTAKES_CAP]; /* "file:line: what\n" each, as many as fit */
    size_t mistakes_n;
};

/* Writes "file:line: what" to the mistakes and counts. */
void bounce__complain(struct book *book, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Room for one more; what was there may move. */
void bounce__book_room_for_rule(struct book *book);
void bounce__book_room_for_use(struct book *book);
void bounce__book_room_for_example(struct book *book);

/* The mistakes so far, as many whole lines as fit. */
void bounce__mistakes_copy(const struct book *book, char *why, size_t why_size);

/* Reads the text of one file of rules. name is kept; text is borrowed. */
void bounce__rulefile_read(struct book *book, const char *name, struct span text);
/* What can only be checked when all files are read. */
void bounce__rulefile_check(struct book *book);

/* rulewords.c: a line "words NAME a|b", and a phrase with every $NAME replaced. */
void bounce__words_add(struct book *book, struct place place, const char *rest);
const char *bounce__words_replace(struct book *book, struct place place, const char *phrase);

/* The uses of all phrases, sorted so that equal phrases are one pattern; in the book's memory. */
struct patterns {
    struct phrase_use *uses;
    unsigned *first; /* of each pattern's uses; one more than there are patterns */
    size_t count;
};

void bounce__patterns_collect(struct patterns *patterns, const struct book *book);

#endif
