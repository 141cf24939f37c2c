/* SPDX-License-Identifier: BSD-2-Clause */
/* fakehost.h - a scenario in a file of its own, and connections to it that have no sockets: what
 * the script asks of its host is written down, what the client does is said by the test. */
#ifndef TESTS_SCRIPT_FAKEHOST_H
#define TESTS_SCRIPT_FAKEHOST_H

#include "script/script.h"
#include "util/text.h"

struct play { /* one scenario, loaded from DIR/case.lua */
    char *dir, *path;
    struct script *script;
    char *why; /* of a load that failed: without DIR/ */
};

/* Writes the text and loads it with small caps; a failure is for the test to look at. lib: other
 * files may be added with play_file before. */
void play_open(struct play *play);
void play_file(
    struct play *play, const char *name, const char *text); /* DIR/name; name may be "lib/x.lua" */
void play_load(struct play *play, const char *text, const struct script_caps *caps);
void play_close(struct play *play);
/* Both: asserts that it loads. */
void play_start(struct play *play, const char *text);

struct talk { /* one connection */
    struct play *play;
    struct script_run *run;
    enum script_state state;
    struct buf said;     /* what the script sent, since talk_said */
    struct buf seen;     /* the client's commands: "mail:MAIL FROM:<a@b>|" */
    struct buf envelope; /* "from=a@b rcpt=c@d " and "none " */
    const char *at_once; /* lines that are there when asked for, each ended by '\n' */
    const char *stage;
    double now, slept, timeout,
        chance; /* slept: what s:sleep asked for, -1 for ever, 0 nothing yet */
    unsigned keeps, half_closes, waits;
    bool wants_line, wants_data;
};

extern const struct script_host fake_host; /* ctx is a struct talk */

void talk_begin(struct talk *talk, struct play *play, size_t host, uint64_t id);
/* The client's move; the script must be waiting for it. */
void talk_line(struct talk *talk, const char *line);
void talk_input(
    struct talk *talk, enum script_input input); /* a line too long, a timeout, the peer gone */
void talk_message(struct talk *talk, uint64_t size, bool too_big);
void talk_wake(struct talk *talk);
void talk_mail(struct talk *talk);        /* EHLO and MAIL, both accepted */
const char *talk_said(struct talk *talk); /* and forgets it at the next call */
/* Ends it as a server does; asserts nothing about the state. */
void talk_end(struct talk *talk);

/* Plays a scenario whose `connect` breaks at once, and asserts that it says so like this and began
 * no wait. */
void play_breaks(const char *text, const char *line_and_text);
/* Plays one whose `connect` has this body (from line 2 on), and asserts that it greets with
 * "220 GREETING". */
void play_says(const char *body, const char *greeting);

/* Asserts that the run broke, and that it says so with this text after "DIR/case.lua:". */
void assert_broke(struct talk *talk, const char *line_and_text);
void assert_starts(const char *text, const char *start);
void assert_has(const char *text, const char *part);

#endif
