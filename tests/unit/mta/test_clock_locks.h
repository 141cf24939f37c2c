/* SPDX-License-Identifier: BSD-2-Clause */
/* test_clock_locks.h - the part of test_clock about waiting for threads and processes. */
#ifndef TESTS_UNIT_MTA_TEST_CLOCK_LOCKS_H
#define TESTS_UNIT_MTA_TEST_CLOCK_LOCKS_H

void clock_locks_until_a_time(void **state);
void clock_locks_by_a_named_clock(void **state);
void clock_locks_for_a_span(void **state);
void clock_locks_are_had_at_once(void **state);
void clock_locks_refuse_what_is_no_time(void **state);

#endif
