/* SPDX-License-Identifier: BSD-2-Clause */
/* notelines.c - gives every recipient the lines of a notification that speak of it. */
#include "notelines.h"
#include "address.h"
#include "quoted.h"
#include "whose.h"

static size_t indent_of(struct span line)
{
    return (size_t)(bounce__trim(line).p - line.p);
}

/* Notifications in two languages quote the reply in both. */
static void add_reply(struct reader *reader, struct record *owner, struct span reply)
{
    const struct bit *first = owner->decisive.first, *last = owner->decisive.last;

    reply = bounce__trim(reply);
    if (first && (bounce__same(first->s, reply) || bounce__same(last->s, reply)))
        return;
    bits_add(&owner->decisive, reader->arena, reader->text, reply);
}

/* "host mx.example[192.0.2.1] said: 550 ..." behind the address: the reply is what decides. */
static void take_words(struct reader *reader, struct record *known, struct span words)
{
    size_t within = known->from_report ? SIZE_MAX : bounce__reply_within(words);

    bits_add(&known->said, reader->arena, reader->text, span_upto(words, within));
    if (within == SIZE_MAX)
        return;
    add_reply(reader, known, span_from(words, within));
    reader->now.in_reply = true;
    reader->now.reply_indent = reader->now.indent;
}

static void on_recipient(
    struct reader *reader, struct span address, struct span rest, struct span line)
{
    struct record *known = bounce__record_for(reader->records, address);
    bool leads = line.n && address.p <= bounce__trim(line).p + 2;

    if (!known && (bounce__original_address(reader, line, address) ||
                      bounce__forwarded_from(reader, line, address)))
        return;
    if (!known && reader->may_add && bounce__may_fail(reader, address, line)) {
        known = record_add(reader->records, reader->arena);
        if (known)
            known->address = address;
    }
    if (!known && !reader->may_add && reader->records->count == 1)
        known = reader->records->first;
    reader->now.attached = reader->now.named = known != NULL;
    reader->now.in_reply = false;
    if (known)
        reader->now.current = known;
    reader->now.indent = indent_of(line);
    reader->now.listed = rest.n || !leads ? 0 : reader->now.listed + 1;
    /* "Unknown user: a@b": the label in front of an address says something, too. */
    if (known)
        take_words(reader, known, leads ? rest : line);
    else
        bits_add(&reader->notes->rest, reader->arena, reader->text, line);
}

/* A line of its own named the recipient, and nothing has been said yet. */
static bool awaits_reply(const struct reader *reader)
{
    return reader->now.named && reader->now.current && !reader->now.current->decisive.first;
}

/* "550 5.1.1 hub!jo... User unknown" */
static struct span behind_codes(struct span reply)
{
    while (reply.n && (byte_digit(reply.p[0]) || strchr(" .-", reply.p[0])))
        reply = span_from(reply, 1);
    return reply;
}

/* A reply that names an address belongs to that recipient, any other to the one before it. */
static struct record *reply_owner(struct reader *reader, struct span line)
{
    struct record *known;
    struct span address;
    size_t from = 0;

    while (bounce__address_next(line, &from, &address)) {
        known = bounce__record_for(reader->records, address);
        if (known)
            return known;
        /* Old sendmail: "550 <a@b>... User unknown" is all there is. Not below a line that named
         * the recipient: then it was forwarded. */
        if (reader->may_add && !awaits_reply(reader) &&
            (span_has(span_upto(span_from(line, from), 4), "...") || reader->desperate)) {
            on_recipient(reader, address, SPAN_NONE, span_from(line, (size_t)(address.p - line.p)));
            reader->now.named = reader->now.attached = false;
            return reader->now.current;
        }
    }
    if (bounce__address_bang(behind_codes(line), &address)) {
        if (!bounce__record_for(reader->records, address) && reader->may_add)
            on_recipient(reader, address, SPAN_NONE, span_from(line, (size_t)(address.p - line.p)));
        if ((known = bounce__record_for(reader->records, address)))
            return known;
    }
    if ((known = bounce__named_alone(reader, line)))
        return known;
    /* "421 mx.example (smtp)... Deferred" is about a host. */
    if (span_has(line, ")...") && (reader->may_add || reader->records->count != 1))
        return NULL;
    if (!reader->now.current && reader->records->count == 1)
        return reader->records->first;
    return reader->now.current;
}

static void extend(struct span *held, struct span line)
{
    if (held->n)
        held->n = (size_t)(line.p + line.n - held->p);
    else
        *held = line;
}

/* "421 mx.example (smtp)... Deferred: Connection reset by peer during greeting wait with
 * mx.example": said by Sendmail itself of a host; the line below names whom it was for. */
static bool about_host(struct span rest)
{
    return span_starts(rest, "421 ") && !span_has(rest, "@") && span_has(rest, " during ") &&
           span_has(rest, " with ");
}

/* In a sendmail transcript the server's reply comes before the line that says whom it was about. */
static bool hold_quote(struct reader *reader, struct span rest, bool quoted)
{
    struct span address;
    size_t from = 0;

    if ((!quoted && !about_host(rest)) || (!reader->may_add && reader->records->count < 2))
        return false;
    while (bounce__address_next(rest, &from, &address))
        if (bounce__record_for(reader->records, address) ||
            (reader->may_add && !bounce__is_sender(reader, address)))
            return false;
    reader->now.transcript |= quoted;
    extend(&reader->now.pending, rest);
    return true;
}

static void release_quote(struct reader *reader, struct record *owner)
{
    struct bits *bits = &reader->notes->rest;

    if (owner)
        bits = owner->from_report && owner->decisive.first ? &owner->said : &owner->decisive;
    bits_add(bits, reader->arena, reader->text, reader->now.pending);
    reader->now.pending = SPAN_NONE;
}

/* "mail.local: /var/mail/jo: Disc quota exceeded" above "550 <jo@near.example>... Can't create
 * output" */
static void release_remark(struct reader *reader, struct record *owner)
{
    struct bits *bits = &reader->notes->rest;

    if (owner)
        bits = owner->decisive.first ? &owner->said : &owner->decisive;
    bits_add(bits, reader->arena, reader->text, reader->now.remark);
    reader->now.remark = SPAN_NONE;
}

/* Nothing but the transcript names the recipient. */
static struct record *whom_asked(struct reader *reader, struct span line)
{
    if (reader->now.asked.n && reader->may_add && !reader->records->count)
        on_recipient(reader, reader->now.asked, SPAN_NONE, line.n ? line : reader->now.asked);
    return reader->now.current;
}

static void on_command(struct reader *reader, struct span line, struct span command)
{
    struct record *owner = reply_owner(reader, line);
    struct span address;
    size_t from = 0;

    reader->now.in_reply = false;
    if (owner)
        bits_add(&owner->said, reader->arena, reader->text, line);
    reader->now.asking = SPAN_NONE;
    if (span_starts(command, "RCPT") && bounce__address_next(line, &from, &address))
        reader->now.asked = reader->now.asking = address;
}

/* The answer to ">>> RCPT TO:<jo@far.example>", if it names nobody else. */
static struct record *answered(const struct reader *reader, struct span rest)
{
    struct span address;
    size_t from = 0;

    if (!reader->now.asking.n || (bounce__address_next(rest, &from, &address) &&
                                     bounce__record_for(reader->records, address)))
        return NULL;
    return bounce__record_for(reader->records, reader->now.asking);
}

static struct record *find_owner(
    struct reader *reader, struct span line, struct span rest, bool quoted)
{
    struct record *owner = reply_owner(reader, rest);

    if (!owner && quoted)
        owner = whom_asked(reader, line);
    if (reader->now.pending.n && span_has(rest, "@"))
        release_quote(reader, owner);
    if (reader->now.remark.n && !quoted)
        release_remark(reader, owner);
    return owner;
}

/* "Technical details of permanent failure:" led to a sentence that leads to the reply. */
static void words_were_around(struct reader *reader, struct record *owner)
{
    for (struct bit *bit = owner->decisive.first; bit; bit = bit->next)
        bits_add(&owner->said, reader->arena, bit->text, bit->s);
    owner->decisive = (struct bits){0};
    reader->now.unsure = NULL;
}

static void on_reply(struct reader *reader, struct span line, struct span rest, bool quoted)
{
    struct record *owner = quoted ? answered(reader, rest) : NULL;

    if (!owner && hold_quote(reader, rest, quoted))
        return;
    if (!owner)
        owner = find_owner(reader, line, rest, quoted);
    if (!owner) {
        bits_add(&reader->notes->rest, reader->arena, reader->text, rest);
        return;
    }
    if (owner == reader->now.unsure && bounce__begins_like_reply(rest))
        words_were_around(reader, owner);
    if (!quoted) /* "talk to me: 554 ...", where a wrapped line goes on */
        bits_add(
            &owner->said, reader->arena, reader->text, span_upto(line, (size_t)(rest.p - line.p)));
    /* Sendmail adds "550 5.1.1 <a@b>... User unknown" to whatever the server said. */
    if (reader->now.transcript && !quoted && owner->decisive.first && rest.p[0] == '5')
        return;
    if (reader->now.transcript && !quoted)
        bits_add(&owner->said, reader->arena, reader->text, rest);
    else if (!owner->from_report || !owner->decisive.first)
        add_reply(reader, owner, rest);
    else
        bits_add(&owner->said, reader->arena, reader->text, rest);
    reader->now.transcript |= quoted;
    reader->now.in_reply = true;
    reader->now.reply_indent = indent_of(line);
}

/* Sendmail has one conversation behind the other, with other recipients. */
static bool next_conversation(struct reader *reader, struct span line)
{
    bool old = reader->may_add && span_starts(line, "While talking to ");
    bool several = reader->records->count > 1 && span_starts(line, "... while talking to ");

    if (!old && !several)
        return false;
    release_quote(reader, NULL);
    reader->now.current = NULL;
    reader->now.attached = reader->now.in_reply = false;
    return true;
}

/* "DSN generated by: mx.near.example" below "Reported error: 550 ...". */
static bool labelled(struct span line)
{
    size_t colon = bounce__find(line, SPAN(": "), 0);

    if (colon == SIZE_MAX)
        colon = bounce__find(line, SPAN(":\t"), 0);
    if (colon == SIZE_MAX || colon > 30 || line.p[0] < 'A' || line.p[0] > 'Z')
        return false;
    for (size_t i = 0; i < colon; i++)
        if (!byte_alpha(line.p[i]) && line.p[i] != ' ' && line.p[i] != '-')
            return false;
    return true;
}

/* Exchange, above the recipients: which message it was. The sender's own words say nothing. */
static bool echoes_message(struct span line)
{
    static const char *const fields[] = {"Subject:", "Sent:", "Date:", "Betreff:", "Gesendet:",
        "Objet :", "Objet:", "Envoyé :", "Asunto:", "Oggetto:", "Assunto:", "Onderwerp:"};

    for (size_t i = 0; i < COUNT(fields); i++)
        if (span_starts(line, fields[i]))
            return true;
    return false;
}

/* qmail closes the server's words with words of its own. */
static bool ends_reply(const struct reader *reader, struct span line)
{
    bool deeper = indent_of(line) > reader->now.reply_indent;

    line = bounce__trim(line);
    return span_starts(line, "Giving up on ") || span_starts(line, "I'm not going to try again") ||
           (!deeper && labelled(line));
}

static void on_blank(struct reader *reader)
{
    /* Blank lines right below the address do not end its paragraph. */
    if (reader->now.attached && reader->now.current && reader->now.current->said.first)
        reader->now.attached = false;
    /* Below a list of addresses and nothing else, what follows is about all of them. */
    if (reader->now.listed > 1) {
        reader->now.attached = reader->now.named = false;
        reader->now.current = NULL;
    }
    reader->now.in_reply = false;
    release_remark(reader, NULL);
}

static void on_plain(struct reader *reader, struct span line)
{
    struct record *owner = reader->now.current;

    reader->now.advice =
        bounce__trim(line).n && (reader->now.advice || bounce__advises(line, reader->now.guesses));
    if (reader->now.advice || next_conversation(reader, line) || echoes_message(bounce__trim(line)))
        return;

    if (!bounce__trim(line).n) {
        on_blank(reader);
        return;
    }
    if (span_starts(bounce__trim(line), "---")) { /* a heading: something else begins */
        reader->now.attached = reader->now.in_reply = false;
        reader->now.in_session = span_has(line, "transcript of session follows");
        reader->now.asking = SPAN_NONE;
    }
    reader->now.in_reply = reader->now.in_reply && !ends_reply(reader, line);
    if (reader->now.in_reply && !owner && reader->now.pending.n) {
        extend(&reader->now.pending, line);
        return;
    }
    if (reader->now.in_reply && owner && !owner->from_report)
        bits_add(&owner->decisive, reader->arena, reader->text, line);
    else if (owner && (reader->now.attached || reader->now.in_reply))
        bits_add(&owner->said, reader->arena, reader->text, line);
    else if (reader->now.in_session && line.p[0] != '.' && line.p[0] != '-')
        extend(&reader->now.remark, line);
    else
        bits_add(&reader->notes->rest, reader->arena, reader->text, line);
}

/* The first address of the line that is neither the sender nor a robot. One is enough: the next
 * ones are where to ask for help. */
static bool names_somebody(const struct reader *reader, struct span line, struct span *address)
{
    size_t from = 0;

    while (!reader->records->count && bounce__address_next(line, &from, address))
        if (!bounce__address_robot(*address) && !bounce__is_sender(reader, *address))
            return true;
    return false;
}

/* The line below "The response was:", with or without a code. */
static bool announced_reply(struct reader *reader, struct span line)
{
    bool announced =
        reader->now.announced || (reader->now.introduced && indent_of(line) > reader->now.indented);

    if (!bounce__trim(line).n)
        return false;
    reader->now.announced = bounce__announces_reply(line);
    reader->now.introduced = bounce__announces_words(line);
    reader->now.indented = indent_of(line);
    return announced && !reader->now.announced && !reader->now.introduced;
}

/* Of nobody yet: the recipients are listed below. */
static void on_announced(struct reader *reader, struct span line)
{
    struct record *owner;

    if (!reader->now.current && reader->records->count != 1 && !span_has(line, "@")) {
        reader->now.pending = line;
        reader->now.in_reply = true;
        reader->now.reply_indent = indent_of(line);
        return;
    }
    on_reply(reader, line, bounce__trim(line), false);
    owner = reader->now.current ? reader->now.current : reader->records->first;
    if (!bounce__begins_like_reply(bounce__trim(line)))
        reader->now.unsure = owner;
}

/* A reply that was wrapped goes on where lines are indented more than the one that names the
 * recipient, whatever address stands there. */
static bool continues_reply(const struct reader *reader, struct span line)
{
    return reader->now.in_reply && reader->now.current && indent_of(line) > reader->now.indent;
}

void bounce__read_lines(struct reader *reader)
{
    struct lines lines;
    struct span line, address, rest;

    reader->now = (struct line_place){.guesses = bounce__guesses(reader->text->s)};
    bounce__lines_init(&lines, reader->text->s);
    while (bounce__lines_next(&lines, &line)) {
        enum line_role role = bounce__line_role(line, reader->strict, &address, &rest);

        if (role == LINE_RECIPIENT && continues_reply(reader, line))
            role = LINE_PLAIN;
        if (role != LINE_RECIPIENT && bounce__trim(line).n)
            reader->now.listed = 0;
        switch (role) {
        case LINE_RECIPIENT:
            on_recipient(reader, address, rest, line);
            break;
        case LINE_REPLY:
            on_reply(reader, line, rest, false);
            break;
        case LINE_ANSWER:
            on_reply(reader, line, rest, true);
            break;
        case LINE_CHATTER:
            break;
        case LINE_COMMAND:
            on_command(reader, line, rest);
            break;
        default:
            if (announced_reply(reader, line))
                on_announced(reader, line);
            else if (reader->desperate && names_somebody(reader, line, &address))
                on_recipient(reader, address, line, line);
            else
                on_plain(reader, line);
        }
    }
    if (reader->now.pending.n)
        whom_asked(reader, SPAN_NONE);
    if (!reader->now.current && reader->records->count == 1)
        reader->now.current = reader->records->first;
    release_quote(reader, reader->now.current);
    release_remark(reader, NULL);
}
