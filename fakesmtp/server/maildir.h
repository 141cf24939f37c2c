/* SPDX-License-Identifier: BSD-2-Clause */
/* maildir.h - messages as files, octet for octet as they came: DIR/new/TIME.PID_N.sSESSION.HOST.
 *
 * A file is written in DIR/tmp and moved: who reads DIR/new sees whole messages only. The first
 * failure is reported on standard error, the later ones are only counted by maildir_failed(). */
#ifndef FAKESMTP_SERVER_MAILDIR_H
#define FAKESMTP_SERVER_MAILDIR_H

#include <stdbool.h>
#include "util/require.h"

struct maildir;
struct server_message;

struct maildir *maildir_open(
    const char *dir, char **why) MUST_CHECK; /* makes what is missing; NULL: *why, caller frees */
void maildir_save(struct maildir *maildir, const struct server_message *message);
bool maildir_failed(const struct maildir *maildir); /* NULL has not failed */
void maildir_free(struct maildir *maildir);         /* NULL is fine */

#endif
