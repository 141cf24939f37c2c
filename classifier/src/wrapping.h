/* SPDX-License-Identifier: BSD-2-Clause */
/* wrapping.h - what programs put around a server's reply when they quote it. */
#ifndef BOUNCE_WRAPPING_H
#define BOUNCE_WRAPPING_H

#include "fold.h"

/* Folded text from `from` to its end quotes a reply, perhaps: "host mx.example[192.0.2.1] said: 550
 * no (in reply to RCPT TO command)". Moves what stands around the reply behind it, a line end
 * between them, and returns where the reply ends, behind that line end; the end of the text when
 * nothing stands around it. */
size_t bounce__wrapping_move(struct fold *fold, size_t from);

#endif
