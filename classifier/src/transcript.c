/* SPDX-License-Identifier: BSD-2-Clause */
/* transcript.c - which command a reply in sendmail's transcript answers.
 *
 *   ... while talking to mx.example.:
 *   >>> DATA
 *   <<< 550 5.1.1 No such user
 *   550 5.1.1 <a@b.example>... User unknown
 *   <<< 554 5.5.1 No valid recipients
 *
 * The command printed is the last one sent, and with PIPELINING (RFC 2920) all RCPTs and DATA go
 * out before the first reply is read. So a reply below ">>> DATA" may be one to RCPT, to DATA or to
 * the dot:
 *   - to RCPT when the answer to DATA still follows, or the line "User unknown", which is for RCPT
 *     alone;
 *   - to DATA when the report has no Diagnostic-Code: sendmail keeps a reply as a recipient's after
 *     RCPT and after the dot only;
 *   - to the dot otherwise, unless there were other recipients: one of theirs may have been
 * accepted and the message with it. */
#include "transcript.h"
#include "address.h"
#include "header.h"

struct search {
    struct bits *rest; /* takes the further lines; may be NULL */
    struct arena *arena;
    const struct text *text;
    struct span wanted; /* the first line of the Diagnostic-Code; empty: any reply to DATA */
    enum stage command;
    bool talking;      /* with a host: what follows is sendmail's transcript */
    bool found;        /* the reply, at `command` */
    bool inside;       /* its further lines */
    bool another;      /* a reply after it, to the same command */
    bool user_unknown; /* sendmail's own line behind it */
};

static enum stage command_of(struct span line)
{
    static const struct {
        const char *verb;
        enum stage stage;
    } verbs[] = {{"HELO", STAGE_EHLO}, {"EHLO", STAGE_EHLO}, {"STARTTLS", STAGE_STARTTLS},
        {"AUTH", STAGE_AUTH}, {"MAIL", STAGE_MAIL}, {"RCPT", STAGE_RCPT}, {"DATA", STAGE_DATA},
        {".", STAGE_EOM}, {"RSET", STAGE_RSET}, {"QUIT", STAGE_QUIT}};

    for (size_t i = 0; i < COUNT(verbs); i++)
        if (span_starts(line, verbs[i].verb))
            return verbs[i].stage;
    return STAGE_OTHER;
}

static bool continues(struct span reply)
{
    return reply.n > 3 && reply.p[3] == '-';
}

static bool is_wanted(const struct search *search, struct span reply)
{
    if (!search->wanted.n)
        return search->command == STAGE_DATA;
    return reply.n >= 3 && bounce__same(search->wanted, reply);
}

static void on_reply(struct search *search, struct span reply)
{
    if (search->inside) {
        if (search->rest)
            bits_add(search->rest, search->arena, search->text, reply);
        search->inside = continues(reply);
    } else if (search->found) {
        search->another = true;
    } else if (is_wanted(search, reply)) {
        search->found = true;
        search->inside = continues(reply);
    }
}

/* False: what is needed was read. */
static bool on_line(struct search *search, struct span line)
{
    if (span_starts(line, "... while talking to") || span_starts(line, ">>>")) {
        if (search->found)
            return false;
        search->talking |= line.p[0] == '.';
        search->command =
            line.p[0] == '.' ? STAGE_CONNECT : command_of(bounce__trim(span_from(line, 3)));
    } else if (search->talking && span_starts(line, "<<<")) {
        on_reply(search, bounce__trim(span_from(line, 3)));
    } else if (search->found && !line.n) {
        return false;
    } else if (search->found && !search->another) {
        search->user_unknown |=
            line.n && byte_digit(line.p[0]) && span_has(line, "... User unknown");
    }
    return true;
}

static void search_text(struct search *search, struct span text)
{
    struct lines lines;
    struct span line;

    if (!span_has(text, "<<<")) /* nobody answers */
        return;
    bounce__lines_init(&lines, text);
    while (bounce__lines_next(&lines, &line))
        if (!on_line(search, bounce__trim(line)))
            return;
}

/* Whether the returned message was addressed to this recipient and nobody else, by what it says. */
static bool addressed_alone(const struct notes *notes, const struct record *record)
{
    static const char *const fields[] = {"To", "Cc"};
    size_t others = 0, same = 0;

    for (size_t i = 0; notes->original.p && i < COUNT(fields); i++) {
        struct span address;
        size_t from = 0;

        while (bounce__address_next(bounce__field_get(notes->original, fields[i]), &from, &address))
            if (bounce__same(address, record->address))
                same++;
            else
                others++;
    }
    return same && !others;
}

/* The reply came out of the notification, not out of the report. */
static bool from_notes(const struct notes *notes, const struct record *record)
{
    for (size_t i = 0; i < notes->text_count; i++)
        if (record->decisive.first->text == &notes->texts[i])
            return true;
    return false;
}

/* ">>> EHLO me.example" and below it "<<< Hello there", as Courier writes. */
static bool answers_without_code(struct span text, struct span said)
{
    struct lines lines;
    struct span line;
    bool asked = false;

    if (!span_has(text, "<<<"))
        return false;
    bounce__lines_init(&lines, text);
    while (bounce__lines_next(&lines, &line)) {
        line = bounce__trim(line);
        if (asked && span_starts(line, "<<<")) {
            struct span reply = bounce__trim(span_from(line, 3));
            if (reply.n && !byte_digit(reply.p[0]) && bounce__same(reply, said))
                return true;
        }
        asked = span_starts(line, ">>>");
    }
    return false;
}

static struct span first_line(struct span text)
{
    struct lines lines;
    struct span line = SPAN_NONE;

    bounce__lines_init(&lines, text);
    bounce__lines_next(&lines, &line);
    return bounce__trim(line);
}

void bounce__transcript_complete(
    const struct notes *notes, struct record *record, struct arena *arena)
{
    struct bit *said = record->decisive.first;
    struct search search = {.wanted = said ? bounce__trim(said->s) : SPAN_NONE, .arena = arena};

    if (!record->from_report || !said)
        return;
    for (size_t i = 0; i < notes->text_count && !record->codeless; i++)
        record->codeless = answers_without_code(notes->texts[i].s, first_line(said->s));
    if (said->next || !continues(search.wanted) || span_has(search.wanted, "\n"))
        return;
    for (size_t i = 0; i < notes->text_count && !search.found; i++) {
        search.text = &notes->texts[i];
        search.rest = &record->decisive;
        search_text(&search, notes->texts[i].s);
    }
}

enum stage bounce__transcript_stage(
    const struct notes *notes, const struct record *record, bool only)
{
    struct search search = {0};
    struct lines lines;
    bool has_field = record->diagnostic_type.n > 0; /* though maybe an empty one, after a 421 */
    bool stated = has_field && record->decisive.first && !from_notes(notes, record);

    if (!record->from_report)
        return STAGE_NONE;
    if (record->decisive.first) {
        bounce__lines_init(&lines, record->decisive.first->s);
        bounce__lines_next(&lines, &search.wanted);
        search.wanted = bounce__trim(search.wanted);
    }
    for (size_t i = 0; i < notes->text_count && !search.found; i++)
        search_text(&search, notes->texts[i].s);
    if (!search.found || search.command != STAGE_DATA)
        return search.found ? search.command : STAGE_NONE;
    if (!has_field && search.user_unknown)
        return STAGE_RCPT;
    if (!has_field)
        return search.another ? STAGE_NONE : STAGE_DATA;
    if (!stated)
        return STAGE_NONE;
    if (search.another || search.user_unknown)
        return STAGE_RCPT;
    return only && addressed_alone(notes, record) ? STAGE_EOM : STAGE_NONE;
}
