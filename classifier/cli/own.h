/* SPDX-License-Identifier: BSD-2-Clause */
/* own.h - rules of a site: read from files, and which rules are of no use. */
#ifndef OWN_H
#define OWN_H

#include "cli.h"

/* Adds the rules of a file to the reader; false after a message for each mistake. */
bool own_add(struct cli *cli, const char *path);

/* How often each rule decided. NULL: out of memory. */
struct fired *fired_new(const struct cli *cli);
void fired_free(struct fired *fired);
void fired_add(struct fired *fired, const struct bounce *bounce);
void fired_print(const struct cli *cli);

#endif
