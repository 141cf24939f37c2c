/* SPDX-License-Identifier: BSD-2-Clause */
/* test_clock_files.h - the part of test_clock about times of files. */
#ifndef TESTS_UNIT_MTA_TEST_CLOCK_FILES_H
#define TESTS_UNIT_MTA_TEST_CLOCK_FILES_H

void clock_files_keep_their_second(void **state);
void clock_files_from_the_future_come_due(void **state);
void clock_files_are_told_alike(void **state);
void clock_files_fail_as_they_should(void **state);

#endif
