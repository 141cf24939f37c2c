/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cli.h"
int cli_run(int argc, char **argv)
{
    return 2;
}
