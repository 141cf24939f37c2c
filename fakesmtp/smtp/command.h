/* SPDX-License-Identifier: BSD-2-Clause */
/* command.h - one SMTP command line: verb, path, parameters (RFC 5321 4.1). Pure, allocates
 * nothing. */
#ifndef FAKESMTP_SMTP_COMMAND_H
#define FAKESMTP_SMTP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

/* name as a scenario's stage, wire verb */
/* clang-format off */
#define SMTP_VERBS(X) \
    X(EHLO, "ehlo") X(HELO, "helo") X(MAIL, "mail") X(RCPT, "rcpt") X(DATA, "data") \
    X(RSET, "rset") X(NOOP, "noop") X(QUIT, "quit") X(VRFY, "vrfy") X(EXPN, "expn") \
    X(HELP, "help") X(LHLO, "lhlo") X(AUTH, "auth") X(BDAT, "bdat") X(STARTTLS, "starttls") \
    X(XCLIENT, "xclient")
/* clang-format on */

enum smtp_verb {
    SMTP_OTHER = 0, /* not a command we know */
#define X(id, name) SMTP_##id,
    SMTP_VERBS(X)
#undef X
};

struct span { /* borrowed from the line */
    const char *text;
    size_t len;
};

struct smtp_path {
    struct span addr;   /* local-part@domain without brackets and source route; empty for <> */
    struct span user;   /* local part as written, quotes included */
    struct span domain; /* or address literal with its brackets; empty for <> and <Postmaster> */
};

enum { SMTP_PARAMS_MAX = 16 };

struct smtp_param {
    struct span name, value; /* value.text is NULL when there was no '=' */
};

struct smtp_command {
    enum smtp_verb verb;
    struct span arg;       /* everything behind the verb, blanks trimmed */
    struct smtp_path path; /* MAIL and RCPT */
    struct smtp_param params[SMTP_PARAMS_MAX];
    size_t param_count;
    unsigned long long chunk; /* BDAT: so many bytes follow the line ... */
    bool last;                /* ... and they are the end of the message */
};

/* Parses a line without its terminator. NULL, or a constant reply to the syntax error ("501 5.5.4
 * ..."); cmd->verb is set either way. cmd borrows from line. */
const char *smtp_command_parse(struct smtp_command *cmd, const char *line, size_t len);

const char *smtp_verb_name(enum smtp_verb verb); /* "mail"; "other" */

/* Reads "user@domain" (RFC 5321 4.1.2 Mailbox), bytes >= 0x80 allowed (RFC 6531 3.3). False: not
 * one. */
bool smtp_mailbox_parse(struct smtp_path *path, const char *text, size_t len);

#endif
