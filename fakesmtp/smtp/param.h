/* SPDX-License-Identifier: BSD-2-Clause */
/* param.h - the values of MAIL and RCPT parameters, each by the RFC of its extension. Pure. */
#ifndef FAKESMTP_SMTP_PARAM_H
#define FAKESMTP_SMTP_PARAM_H

#include <stdbool.h>
#include "smtp/command.h"

/* NULL, or a constant reply (501 ...) to a value that its extension does not allow. name is matched
 * without case; of names that are not known nothing is said. value.text is NULL where there was no
 * "=". */
const char *smtp_param_problem(enum smtp_verb verb, struct span name, struct span value);

/* SIZE, BDAT and the like: 1 to 20 digits that fit (RFC 1870 3). */
bool smtp_number(struct span text, unsigned long long *number);

#endif
