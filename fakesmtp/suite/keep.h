/* SPDX-License-Identifier: BSD-2-Clause */
/* keep.h - leaves the bounces of a run in files, for whoever wants to read what an MTA wrote. */
#ifndef FAKESMTP_SUITE_KEEP_H
#define FAKESMTP_SUITE_KEEP_H

#include <stdbool.h>
#include <stddef.h>

struct world_scenario;

/* Writes dir/SCENARIO.N.eml, N from 1, for each message that came back; dir is made when there is
 * one. Earlier files of the same names are replaced. False: *why (caller frees). */
bool keep_bounces(
    const char *dir, const struct world_scenario *scenarios, size_t count, char **why);

#endif
