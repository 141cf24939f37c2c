/* SPDX-License-Identifier: BSD-2-Clause */
/* lessons.h - replies whose meaning is known, and the weights that are learned from them. */
#ifndef BOUNCE_LESSONS_H
#define BOUNCE_LESSONS_H

#include "../src/rulefile.h"
#include "../src/terms.h"

enum { TERMS_CAP = 60000 }; /* slots of the table hold 16 bits */

/* One reply: the terms in it, and the reasons any of which is right. */
struct lesson {
    uint32_t *terms; /* hashes; once read, indexes of those that are learned */
    size_t term_count;
    bool right[REASONS_CAP];
    unsigned right_count;
};

struct lessons {
    struct rulemem *memory;
    struct lesson *list;
    size_t count, cap;
    uint32_t *hashes; /* of the terms that are learned, ascending */
    size_t hash_count;
};

/* Reads "maker TAB reason|reason TAB reply" lines; mistakes go to the book. */
void lessons_read(struct lessons *lessons, struct book *book, const char *name, struct span text);
/* The examples of the rules, and after them no more lessons: picks the terms to learn. */
void lessons_finish(struct lessons *lessons, struct book *book);

/* Weights of each term for every reason, and of every reason by itself; in nats. */
struct weights {
    double *of_terms, *of_reasons;
    size_t reason_count;
};

void learn(struct weights *weights, const struct lessons *lessons, const struct book *book);

/* Writes the table of learned.h as C; false when it can't be written. */
bool emit_learned(const struct weights *weights, const struct lessons *lessons, const char *path);

#endif
