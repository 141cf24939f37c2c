/* SPDX-License-Identifier: BSD-2-Clause */
/* notelines.c - gives every recipient the lines of a notification that speak of it. */
#include "notelines.h"
#include "address.h"

/* Of more recipients none is looked for by its local part: that is lines times recipients. */
enum { NAMED_MOST = 100 };

struct record *bounce__record_for(const struct records *records, struct span address)
{
    for (struct record *r = records->first; r; r = r->next)
        if (bounce__same(r->address, address) || bounce__same(r->original, address))
            return r;
    return NULL;
}

static bool field_holds(struct span header, const char *name, struct span address)
{
    struct span value = header.p ? bounce__field_get(header, name) : SPAN_NONE, found;
    size_t from = 0;

    value = span_upto(value, FIELD_MOST);
    while (bounce__address_next(value, &from, &found))
        if (bounce__same(found, address))
            return true;
    return false;
}

/* The address this bounce was sent to, or that wrote the returned message, is not the one that
 * failed. */
static bool is_sender(const struct reader *reader, struct span address)
{
    static const char *const to[] = {"To", "Delivered-To", "Envelope-To"}, *const from[] = {"From",
                                                                               "Return-Path",
                                                                               "Sender"};

    for (size_t i = 0; reader->message && i < COUNT(to); i++)
        if (field_holds(reader->message->header, to[i], address))
            return true;
    for (size_t i = 0; i < COUNT(from); i++)
        if (field_holds(reader->notes->original, from[i], address))
            return true;
    return false;
}

/* "(expanded from: <jo@near.example>)", "(generated from ...)": the address before forwarding. */
static bool forwarded_from(struct reader *reader, struct span line, struct span address)
{
    line = bounce__trim(line);
    if (!reader->current || !reader->attached ||
        !(span_starts(line, "(expanded from") || span_starts(line, "(generated from") ||
            span_starts(line, "(ultimately generated from") ||
            span_starts(line, "(after forwarding")))
        return false;
    if (!reader->current->original.n)
        reader->current->original = address;
    return true;
}

/* PMDF and its descendants: "Original address: jo@near.example" below the name inside the mail
 * system. */
static bool original_address(struct reader *reader, struct span line, struct span address)
{
    line = bounce__trim(line);
    if (!reader->may_add || !reader->current || !reader->attached ||
        !(span_starts(line, "Original address:") || span_starts(line, "Original-Recipient:")))
        return false;
    reader->current->original = reader->current->address;
    reader->current->address = address;
    return true;
}

/* "<postmaster@far.example>: ..." is what an MTA writes about a recipient, whoever that is. */
static bool may_fail(const struct reader *reader, struct span address, struct span line)
{
    line = bounce__trim(line);
    if (reader->anybody)
        return address.p <= line.p + 2;
    return (!bounce__address_robot(address) || (line.p[0] == '<' && address.p == line.p + 1)) &&
           !is_sender(reader, address);
}

static void on_recipient(
    struct reader *reader, struct span address, struct span rest, struct span line)
{
    struct record *known = bounce__record_for(reader->records, address);

    if (!known &&
        (original_address(reader, line, address) || forwarded_from(reader, line, address)))
        return;
    if (!known && reader->may_add && may_fail(reader, address, line)) {
        known = record_add(reader->records, reader->arena);
        if (known)
            known->address = address;
    }
    if (!known && !reader->may_add && reader->records->count == 1)
        known = reader->records->first;
    reader->attached = known != NULL;
    reader->in_reply = false;
    if (known)
        reader->current = known;
    /* "Unknown user: a@b": the label in front of an address says something, too. */
    if (known)
        bits_add(&known->said, reader->arena, reader->text,
            address.p > bounce__trim(line).p + 2 ? line : rest);
    else
        bits_add(&reader->notes->rest, reader->arena, reader->text, line);
}

/* Is what follows a name, and not a word of the sentence: in quotes, behind "user" and the like, or
 * right behind the codes? */
static bool before_name(struct span before)
{
    static const struct span words[] = {SPAN("user"), SPAN("mailbox"), SPAN("account"),
        SPAN("recipient"), SPAN("address"), SPAN("box")};
    struct span tail = bounce__strip(before, " ");
    bool codes = true;

    for (size_t i = 0; i < before.n; i++)
        codes &= byte_digit(before.p[i]) || strchr(" .-#", before.p[i]);
    if (codes || (before.n && strchr("'\"<(`[", before.p[before.n - 1])))
        return true;
    for (size_t i = 0; i < COUNT(words); i++)
        if (bounce__ends(tail, words[i]))
            return true;
    return false;
}

/* "550 User 'JONES' Unknown": of several recipients, the only one whose local part is a word of it.
 */
static struct record *named_alone(const struct reader *reader, struct span line)
{
    struct record *only = NULL;

    if (reader->records->count < 2 || reader->records->count > NAMED_MOST)
        return NULL;
    for (struct record *r = reader->records->first; r; r = r->next) {
        size_t at = bounce__find(r->address, SPAN("@"), 0), found;
        struct span local = span_upto(r->address, at == SIZE_MAX ? 0 : at);

        found = local.n > 2 ? bounce__find(line, local, 0) : SIZE_MAX;
        if (found == SIZE_MAX || !before_name(span_upto(line, found)) ||
            (found + local.n < line.n && byte_alnum(line.p[found + local.n])))
            continue;
        if (only)
            return NULL;
        only = r;
    }
    return only;
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
        /* Old sendmail: "550 <a@b>... User unknown" is all there is. */
        if (reader->may_add &&
            (span_has(span_upto(span_from(line, from), 4), "...") || reader->desperate)) {
            on_recipient(reader, address, SPAN_NONE, span_from(line, (size_t)(address.p - line.p)));
            return reader->current;
        }
    }
    if ((known = named_alone(reader, line)))
        return known;
    /* "421 mx.example (smtp)... Deferred" is about a host. */
    if (span_has(line, ")...") && (reader->may_add || reader->records->count != 1))
        return NULL;
    if (!reader->current && reader->records->count == 1)
        return reader->records->first;
    return reader->current;
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
            (reader->may_add && !is_sender(reader, address)))
            return false;
    reader->transcript |= quoted;
    extend(&reader->pending, rest);
    return true;
}

static void release_quote(struct reader *reader, struct record *owner)
{
    struct bits *bits = &reader->notes->rest;

    if (owner)
        bits = owner->from_report && owner->decisive.first ? &owner->said : &owner->decisive;
    bits_add(bits, reader->arena, reader->text, reader->pending);
    reader->pending = SPAN_NONE;
}

/* "mail.local: /var/mail/jo: Disc quota exceeded" above "550 <jo@near.example>... Can't create
 * output" */
static void release_remark(struct reader *reader, struct record *owner)
{
    struct bits *bits = &reader->notes->rest;

    if (owner)
        bits = owner->decisive.first ? &owner->said : &owner->decisive;
    bits_add(bits, reader->arena, reader->text, reader->remark);
    reader->remark = SPAN_NONE;
}

/* Nothing but the transcript names the recipient. */
static struct record *whom_asked(struct reader *reader, struct span line)
{
    if (reader->asked.n && reader->may_add && !reader->records->count)
        on_recipient(reader, reader->asked, SPAN_NONE, line);
    return reader->current;
}

static void on_command(struct reader *reader, struct span line)
{
    struct record *owner = reply_owner(reader, line);
    struct span address;
    size_t from = 0;

    reader->in_reply = false;
    if (owner)
        bits_add(&owner->said, reader->arena, reader->text, line);
    reader->asking = SPAN_NONE;
    if (span_has(span_upto(line, 16), "RCPT") && bounce__address_next(line, &from, &address))
        reader->asked = reader->asking = address;
}

/* The answer to ">>> RCPT TO:<jo@far.example>", if it names nobody else. */
static struct record *answered(const struct reader *reader, struct span rest)
{
    struct span address;
    size_t from = 0;

    if (!reader->asking.n || (bounce__address_next(rest, &from, &address) &&
                                 bounce__record_for(reader->records, address)))
        return NULL;
    return bounce__record_for(reader->records, reader->asking);
}

static struct record *find_owner(
    struct reader *reader, struct span line, struct span rest, bool quoted)
{
    struct record *owner = reply_owner(reader, rest);

    if (!owner && quoted)
        owner = whom_asked(reader, line);
    if (reader->pending.n && span_has(rest, "@"))
        release_quote(reader, owner);
    if (reader->remark.n && !quoted)
        release_remark(reader, owner);
    return owner;
}

static void on_reply(struct reader *reader, struct span line, struct span rest)
{
    bool quoted =
        span_starts(bounce__trim(line), "<<<") || span_starts(bounce__trim(line), "Received >>>");
    struct record *owner = quoted ? answered(reader, rest) : NULL;

    if (!owner && hold_quote(reader, rest, quoted))
        return;
    if (!owner)
        owner = find_owner(reader, line, rest, quoted);
    if (!owner) {
        bits_add(&reader->notes->rest, reader->arena, reader->text, rest);
        return;
    }
    /* Sendmail adds "550 5.1.1 <a@b>... User unknown" to whatever the server said. */
    if (reader->transcript && !quoted && owner->decisive.first && rest.p[0] == '5')
        return;
    if (reader->transcript && !quoted)
        bits_add(&owner->said, reader->arena, reader->text, rest);
    else if (!owner->from_report || !owner->decisive.first)
        bits_add(&owner->decisive, reader->arena, reader->text, rest);
    else
        bits_add(&owner->said, reader->arena, reader->text, rest);
    reader->transcript |= quoted;
    reader->in_reply = true;
}

/* Sendmail has one conversation behind the other, with other recipients. */
static bool next_conversation(struct reader *reader, struct span line)
{
    bool old = reader->may_add && span_starts(line, "While talking to ");
    bool several = reader->records->count > 1 && span_starts(line, "... while talking to ");

    if (!old && !several)
        return false;
    release_quote(reader, NULL);
    reader->current = NULL;
    reader->attached = reader->in_reply = false;
    return true;
}

static void on_plain(struct reader *reader, struct span line)
{
    struct record *owner = reader->current;

    reader->advice = bounce__trim(line).n && (reader->advice || bounce__advises(line));
    if (reader->advice || next_conversation(reader, line))
        return;

    if (!bounce__trim(line).n) {
        /* Blank lines right below the address do not end its paragraph. */
        if (reader->attached && reader->current && reader->current->said.first)
            reader->attached = false;
        reader->in_reply = false;
        release_remark(reader, NULL);
        return;
    }
    if (span_starts(bounce__trim(line), "---")) { /* a heading: something else begins */
        reader->attached = reader->in_reply = false;
        reader->in_session = span_has(line, "transcript of session follows");
        reader->asking = SPAN_NONE;
    }
    if (reader->in_reply && owner && !owner->from_report)
        bits_add(&owner->decisive, reader->arena, reader->text, line);
    else if (owner && (reader->attached || reader->in_reply))
        bits_add(&owner->said, reader->arena, reader->text, line);
    else if (reader->in_session && line.p[0] != '.' && line.p[0] != '-')
        extend(&reader->remark, line);
    else
        bits_add(&reader->notes->rest, reader->arena, reader->text, line);
}

/* The first address of the line that is neither the sender nor a robot. One is enough: the next
 * ones are where to ask for help. */
static bool names_somebody(const struct reader *reader, struct span line, struct span *address)
{
    size_t from = 0;

    while (!reader->records->count && bounce__address_next(line, &from, address))
        if (!bounce__address_robot(*address) && !is_sender(reader, *address))
            return true;
    return false;
}

/* The line below "The response was:", with or without a code. */
static bool announced_reply(struct reader *reader, struct span line)
{
    bool announced = reader->announced;

    if (!bounce__trim(line).n)
        return false;
    reader->announced = bounce__announces_reply(line);
    return announced && !reader->announced;
}

void bounce__read_lines(struct reader *reader)
{
    struct lines lines;
    struct span line, address, rest;

    reader->current = NULL;
    reader->attached = reader->in_reply = reader->transcript = false;
    reader->announced = reader->advice = false;
    reader->pending = reader->asked = reader->asking = reader->remark = SPAN_NONE;
    reader->in_session = false;
    bounce__lines_init(&lines, reader->text->s);
    while (bounce__lines_next(&lines, &line)) {
        switch (bounce__line_role(line, reader->strict, &address, &rest)) {
        case LINE_RECIPIENT:
            on_recipient(reader, address, rest, line);
            break;
        case LINE_REPLY:
            on_reply(reader, line, rest);
            break;
        case LINE_COMMAND:
            on_command(reader, line);
            break;
        default:
            if (announced_reply(reader, line))
                on_reply(reader, line, bounce__trim(line));
            else if (reader->desperate && names_somebody(reader, line, &address))
                on_recipient(reader, address, line, line);
            else
                on_plain(reader, line);
        }
    }
    if (reader->pending.n)
        whom_asked(reader, SPAN_NONE);
    if (!reader->current && (reader->may_add || reader->records->count == 1))
        reader->current = reader->records->first;
    release_quote(reader, reader->current);
    release_remark(reader, NULL);
}
