/* SPDX-License-Identifier: BSD-2-Clause */
/* folder.h - a temporary directory with files in it, for the tests of mta/. */
#ifndef TESTS_UNIT_MTA_FOLDER_H
#define TESTS_UNIT_MTA_FOLDER_H

#include <sys/types.h>

struct folder;

struct folder *folder_new(
    void); /* readable by everybody; aborts the test program when there is none to be had */
void folder_free(struct folder *folder);                          /* with all that is in it */
char *folder_path(const struct folder *folder, const char *name); /* caller frees */
/* Writes folder/name, and makes the directories above it; all readable by everybody. */
void folder_write(const struct folder *folder, const char *name, const char *text, mode_t mode);

#endif
