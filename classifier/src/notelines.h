/* SPDX-License-Identifier: BSD-2-Clause */
/* notelines.h - what a notification says line by line: whom a line is about, and who said it. */
#ifndef BOUNCE_NOTE_LINES_H
#define BOUNCE_NOTE_LINES_H

#include "formats.h"

/* Header fields are read this far only: each address of a text is looked for in them. */
enum { FIELD_MOST = 4000 };

/* Where the reading is. */
struct line_place {
    struct record *current; /* whom the lines are about */
    bool named;             /* by a line of its own, not by a reply */
    bool attached;          /* still in the paragraph of that line */
    size_t indent;          /* of that line */
    size_t listed;          /* lines in a row that named a recipient and said nothing */

    bool in_reply;         /* the line before was part of a quoted reply */
    size_t reply_indent;   /* of the line in which it began */
    bool announced;        /* the line before said that the server's reply follows */
    bool introduced;       /* the same, if what follows is indented more */
    size_t indented;       /* how much the line before was */
    struct record *unsure; /* its decisive words followed an announcement, and have no code */
    bool guesses;          /* somewhere in this text, at what may have been the cause */
    bool advice;           /* in a paragraph that tells what to do */

    bool in_session;     /* below "Transcript of session follows" */
    bool transcript;     /* "<<<" was seen: bare replies are the MTA's own echo */
    struct span asked;   /* of the last RCPT TO of a transcript */
    struct span asking;  /* the same, while that command is the last one */
    struct span remark;  /* what a program said inside the transcript; of the next reply */
    struct span pending; /* a quoted reply whose recipient is not known yet */
};

/* Reads one text, line by line. */
struct reader {
    struct notes *notes;
    struct records *records;
    struct arena *arena;
    const struct message *message;
    const struct text *text;
    bool may_add; /* recipients may be found here, no report named them */
    bool strict;
    bool desperate; /* any line with an address names a recipient */
    bool anybody;   /* also the sender: people write to themselves */
    struct line_place now;
};

/* Gives the lines of reader->text to the records, to new ones where reader->may_add, or to the rest
 * of the notes. Begins afresh with each text; a SPAN of the text lives as long as its bytes. */
void bounce__read_lines(struct reader *reader);

#endif
