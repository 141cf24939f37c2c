/* SPDX-License-Identifier: BSD-2-Clause */
/* address.h - finding mail addresses in lines written for people. */
#ifndef BOUNCE_ADDRESS_H
#define BOUNCE_ADDRESS_H

#include "arena.h"

/* The first address at or after *from: "local@domain" without brackets. *from moves behind it. */
bool bounce__address_next(struct span line, size_t *from, struct span *address);
/* "hub!near!jo" at the start of the line, as UUCP has it (RFC 976); "<" in front is left out. */
bool bounce__address_bang(struct span line, struct span *path);
/* "rfc822; <a@b>" -> "a@b" (RFC 3464 2.1.2); RFC 6533 \x{..} and RFC 3461 xtext undone where
 * present. */
struct span bounce__address_typed(struct arena *arena, struct span value);
/* Postmaster, mailer-daemon and their like: never the recipient that failed. */
bool bounce__address_robot(struct span address);

#endif
