/* SPDX-License-Identifier: BSD-2-Clause */
/* cli.h - what the files of whybounced share. */
#ifndef CLI_H
#define CLI_H

#include "mine.h"
#include "bounce.h"
#include <stdio.h>

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_JSONL };
enum { EXIT_DONE = 0, EXIT_NO_BOUNCE = 1, EXIT_TROUBLE = 2 };

struct origin;
struct joined;
struct summary;
struct transcript;
struct fired;

struct cli {
    enum format format;
    bool color;
    int width; /* columns of the terminal, 60 .. 120 */
    struct bounce_reader *reader;
    struct mine mine;
    bool has_mine;
    struct summary *summary;       /* with --summary: counts instead of explanations */
    struct transcript *transcript; /* with --transcript */
    struct fired *fired;           /* with --unused-rules */
    int status;                    /* the worst so far */
    size_t printed, read;
    bool progress, progress_shown;
    uint64_t progress_at; /* milliseconds */
};

/* What is printed of one message; all borrowed. */
struct view {
    const char *source;
    const struct bounce *bounce;
    const struct origin *origin; /* NULL: not asked */
    const struct joined *joined; /* NULL: no --transcript */
    uint64_t offset;             /* of the message in its file */
    bool empty;                  /* a message without a byte */
};

/* One line on stderr, "whybounced: ...", and exit status 2. */
void cli_trouble(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Something that was no bounce. */
void cli_no_bounce(struct cli *cli);
/* Explains and prints one message or reply; bytes are borrowed for the call. offset: where the
 * message begins in its file. */
void cli_message(
    struct cli *cli, const char *source, const char *bytes, size_t len, uint64_t offset);
void cli_reply(
    struct cli *cli, const char *source, const char *text, size_t len, const char *stage);

/* options.c: what was asked for. */
struct wishes {
    const char *reply, *stage, *code, *transcript;
    bool summary, unused_rules, list_reasons, list_rules;
    const char *rules[16];
    size_t rules_count;
    const char *mine[64];
    size_t mine_count;
};

/* -1: go on, the files begin at optind; otherwise the exit status. */
int options_read(struct cli *cli, struct wishes *wishes, int argc, char **argv);
/* "whybounced: what: value" and the usage on stderr; returns EXIT_TROUBLE. value may be NULL. */
int options_wrong(const char *what, const char *value);

/* input.c: reads PATH ("-" is standard input): a message, an mbox, a Maildir or a folder of
 * messages. */
void input_read(struct cli *cli, const char *path);
/* One reply a line. */
void input_replies(struct cli *cli, const char *stage);

/* json.c, text.c */
void json_print(const struct cli *cli, const struct view *view);
void text_print(const struct cli *cli, const struct view *view);
/* The escape sequence, or nothing where there is no colour. */
const char *text_paint(const struct cli *cli, const char *code);
/* "  Label         words ..." folded at the width of the terminal. */
void text_wrapped(const struct cli *cli, const char *label, const char *text);

/* lists.c: --code, --list-reasons, --list-rules */
bool lists_code(const struct cli *cli, const char *code);
void lists_reasons(const struct cli *cli);
void lists_rules(const struct cli *cli);

#endif
