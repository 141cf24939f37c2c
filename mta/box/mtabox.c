/* SPDX-License-Identifier: BSD-2-Clause */
/* mtabox.c - the box as a program of its own, for the tests of mta/. Not installed; users have
 * `fakesmtp box`. */
#include "box/box.h"

int main(int argc, char **argv)
{
    return box_command(argc, argv);
}
