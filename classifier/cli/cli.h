/* SPDX-License-Identifier: BSD-2-Clause */
/* cli.h - what the files of whybounced share. */
#ifndef CLI_H
#define CLI_H

#include "bounce.h"
#include <stdio.h>

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_JSONL };
enum { EXIT_DONE = 0, EXIT_NO_BOUNCE = 1, EXIT_TROUBLE = 2 };

struct cli {
    enum format format;
    bool color;
    struct bounce_reader *reader;
    int status; /* the worst so far */
    size_t printed;
};

/* One line on stderr, "whybounced: ...", and exit status 2. */
void cli_trouble(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Something that was no bounce. */
void cli_no_bounce(struct cli *cli);
/* Explains and prints one message or reply; bytes are borrowed for the call. */
void cli_message(struct cli *cli, const char *source, const char *bytes, size_t len);
void cli_reply(
    struct cli *cli, const char *source, const char *text, size_t len, const char *stage);

/* input.c: reads PATH ("-" is standard input): a message, an mbox, a Maildir or a folder of
 * messages. */
void input_read(struct cli *cli, const char *path);
/* One reply a line. */
void input_replies(struct cli *cli, const char *stage);

/* json.c, text.c */
void json_print(const struct cli *cli, const char *source, const struct bounce *bounce);
void text_print(const struct cli *cli, const char *source, const struct bounce *bounce);

/* lists.c: --code, --list-reasons, --list-rules */
bool lists_code(const struct cli *cli, const char *code);
void lists_reasons(const struct cli *cli);
void lists_rules(const struct cli *cli);

#endif
