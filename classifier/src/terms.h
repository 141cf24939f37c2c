/* SPDX-License-Identifier: BSD-2-Clause */
/* terms.h - a reply as a set of terms: what learning counts, and what is looked up afterwards. */
#ifndef BOUNCE_TERMS_H
#define BOUNCE_TERMS_H

#include "bytes.h"

enum { TERMS_MOST = 250 };

/* A word, two words beside each other, or a code; as a number, since only sameness matters. */
struct term {
    uint32_t hash;
    uint32_t from, to; /* where it stands in the text */
    bool wordless;     /* a code, a number, that an address is there */
};

struct terms {
    struct term list[TERMS_MOST]; /* each once, where it stood first */
    size_t count;
};

/* text is folded (fold.h). What stands behind the first TERMS_MOST terms is left out. */
void bounce__terms_read(struct terms *terms, struct span text);

/* Letters on both sides of a dot, and nothing that no host name has (RFC 1123 2.1). */
bool bounce__host_name(struct span s);

#endif
