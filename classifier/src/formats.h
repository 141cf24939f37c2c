/* SPDX-License-Identifier: BSD-2-Clause */
/* formats.h - bounces that are no report, and the human-readable part of those that are.
 *
 * One mechanism for all: find where the notification ends and the returned message begins, find the
 * lines that name a recipient, and give each recipient the lines that follow.  What differs between
 * MTAs is in formats_table.c. */
#ifndef BOUNCE_FORMATS_H
#define BOUNCE_FORMATS_H

#include "message.h"
#include "record.h"

enum { NOTE_TEXTS_MOST = 8 };

struct notes {
    struct text
        texts[NOTE_TEXTS_MOST]; /* the notification, cut off where the returned message begins */
    size_t text_count;
    struct bits rest;     /* lines that belong to no recipient in particular */
    struct span original; /* header block of the returned message; p NULL when there is none */
};

/* Reads the text parts. Adds to the records that are there; makes new ones only when there are
 * none. */
void bounce__notes_read(struct notes *notes, struct records *records, struct arena *arena,
    const struct message *message);
/* A transcript or notification without a message around it; the one record gets its lines. */
void bounce__notes_text(
    struct notes *notes, struct records *records, struct arena *arena, const struct text *text);
/* Last resort: a record for a message that is a bounce but names nobody clearly. */
void bounce__notes_guess(struct notes *notes, struct records *records, struct arena *arena,
    const struct message *message);

/* formats_table.c */
enum line_role {
    LINE_PLAIN,
    LINE_RECIPIENT, /* names a recipient: address in *address, what is left of the line in *rest */
    LINE_REPLY,     /* an SMTP reply, maybe behind other words: text in *rest */
    LINE_ANSWER,    /* "<<< 550 ..." of a transcript: text in *rest */
    LINE_CHATTER,   /* "<-- 250 OK" */
    LINE_COMMAND,   /* ">>> RCPT TO:<...>": text in *rest */
};
/* `strict`: only lines that begin with an address or a label, not sentences that contain one. */
enum line_role bounce__line_role(
    struct span line, bool strict, struct span *address, struct span *rest);

/* returned.c: cuts the text where the returned message begins, and keeps that one's header block. A
 * bounce that is quoted whole takes the place of the words around it. */
void bounce__returned_cut(struct notes *notes, struct text *text);

/* headings.c: what lines begin with, by the first byte, small letters for both: a line is compared
 * with few of them. */
#define HEADS(...) ((const char *const[]){__VA_ARGS__, NULL})
/* The first of them that begins the line, or NULL. */
const char *bounce__head_of(struct span line, const char *const *const table[256]);
/* The index of the entry that begins the line, or SIZE_MAX. */
size_t bounce__begins_with(struct span line, const struct span *table, size_t count);
/* Is the line a heading below which stands a server's reply? */
bool bounce__announces_reply(struct span line);
/* Does it say that somebody's words follow? They do when the next line is indented more. */
bool bounce__announces_words(struct span line);
/* Does advice begin here, which says nothing of what happened? `guesses`: what bounce__guesses says
 * of the whole text. */
bool bounce__advises(struct span line, bool guesses);
/* May a line of this text guess at a cause? Few texts do. */
bool bounce__guesses(struct span text);
/* Does the returned message follow this line? */
bool bounce__ends_notification(struct span line);
/* Is it the name of a host and nothing else, "mx.example [192.0.2.1]:"? No blanks around it. */
bool bounce__names_host(struct span line);

#endif
