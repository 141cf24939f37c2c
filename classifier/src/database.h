/* SPDX-License-Identifier: BSD-2-Clause */
/* database.h - all phrases of a table as one database of libhs: built in, or compiled when it is
 * needed. */
#ifndef BOUNCE_DATABASE_H
#define BOUNCE_DATABASE_H

#include "rules.h"
#include <hs.h>

enum database_status {
    DATABASE_OK,
    DATABASE_NO_MEMORY,
    DATABASE_PHRASE_REFUSED,
    DATABASE_NO_COMPILER /* libhs as a whole is not there, only the half that scans */
};

struct database {
    hs_database_t *all;           /* what is scanned with */
    const hs_database_t *outline; /* the same for hs_alloc_scratch() */
    bool built_in;                /* the library's own, and not to be freed */
};

/* *out is freed with bounce__database_free(), also when this fails. DATABASE_PHRASE_REFUSED:
 * *phrase is the number of the phrase that libhs takes for too much; SIZE_MAX in all other cases.
 */
enum database_status bounce__database_open(
    struct database *out, const struct rule_table *table, size_t *phrase);
void bounce__database_free(struct database *database);
/* Makes room in *scratch (NULL: the first) for scanning with this database too. False: memory ran
 * out. */
bool bounce__database_scratch(const struct database *database, hs_scratch_t **scratch);

#endif
