/* SPDX-License-Identifier: BSD-2-Clause */
/* datadir.h - where the scenarios and the MTA folders are: beside an installed program or in the
 * source tree. */
#ifndef FAKESMTP_UTIL_DATADIR_H
#define FAKESMTP_UTIL_DATADIR_H

#include <stdbool.h>
#include <stddef.h>

/* $FAKESMTP_DATADIR, else what the file "datadir" beside the program names (a build tree), else
 * PREFIX/share/fakesmtp where the program is PREFIX/bin/fakesmtp. Caller frees; NULL when there is
 * none. */
char *datadir_find(void);

/* The file a scenario is: word itself when it is a path (has '/' or ends in .lua), else
 * DATADIR/scenarios/<folder>/word.lua. Caller frees; NULL and *why (caller frees) when there is
 * none, naming the nearest scenario. */
char *datadir_scenario(const char *datadir, const char *word, char **why);

struct datadir_entry {
    char *folder, *path; /* "address", ".../scenarios/address/unknown-user.lua" */
};
/* All scenarios below DATADIR/scenarios, sorted by folder and name, lib left out. Free with
 * datadir_entries_free. */
bool datadir_entries(
    const char *datadir, struct datadir_entry **entries, size_t *count, char **why);
void datadir_entries_free(struct datadir_entry *entries, size_t count);
/* The files directly in dir whose names end in .lua, sorted. Caller frees each and the list. False:
 * *why (caller frees). */
bool datadir_files(const char *dir, char ***paths, size_t *count, char **why);
/* What a word of the command line stands for: a folder of the library ("mx"), any folder, or one
 * scenario, as datadir_scenario() finds it; never none. Caller frees each path and the list. False:
 * *why (caller frees). */
bool datadir_scenarios(
    const char *datadir, const char *word, char ***paths, size_t *count, char **why);

#endif
