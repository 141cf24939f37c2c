/* SPDX-License-Identifier: BSD-2-Clause */
/* test_box_inside.h - the half of test_box that runs as COMMAND in the box. */
#ifndef TESTS_UNIT_MTA_TEST_BOX_INSIDE_H
#define TESTS_UNIT_MTA_TEST_BOX_INSIDE_H

/* what: "network", "files", "descriptors", "hold" or "term". 0 when all is as it should be; else it
 * is said on standard error. */
int inside_check(const char *what);

#endif
