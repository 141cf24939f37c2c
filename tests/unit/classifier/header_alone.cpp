/* SPDX-License-Identifier: BSD-2-Clause */
/* bounce.h must need nothing before it. */
#include "bounce.h"

int main(void)
{
    return bounce_version() == 0;
}
