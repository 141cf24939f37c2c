/* SPDX-License-Identifier: BSD-2-Clause */
/* site.h - a site's own rules, read and compiled at run time. */
#ifndef BOUNCE_SITE_H
#define BOUNCE_SITE_H

#include "bounce.h"
#include "match.h"
#include "rulefile.h"

/* One file of them; owns all that its table points at. */
struct site {
    struct rulemem memory;
    struct rulemem work; /* while it is read */
    struct rule_table table;
    struct book *book; /* examples and places, for messages */
    struct site *next;
};

/* *out is the caller's, free with bounce__site_free. BOUNCE_EINVAL: why has the mistakes, one a
 * line. name and text are borrowed. */
enum bounce_status bounce__site_read(
    struct site **out, const char *name, struct span text, char *why, size_t why_size);
void bounce__site_free(struct site *site);

#endif
