/* SPDX-License-Identifier: BSD-2-Clause */
/* whose.c - which recipient an address or a word in a notification means. */
#include "whose.h"
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

static bool is_sender(const struct message *message, const struct notes *notes, struct span address)
{
    static const char *const to[] = {"To", "Delivered-To", "Envelope-To"}, *const from[] = {"From",
                                                                               "Return-Path",
                                                                               "Sender"};

    for (size_t i = 0; message && i < COUNT(to); i++)
        if (field_holds(message->header, to[i], address))
            return true;
    for (size_t i = 0; i < COUNT(from); i++)
        if (field_holds(notes->original, from[i], address))
            return true;
    return false;
}

bool bounce__is_sender(const struct reader *reader, struct span address)
{
    return is_sender(reader->message, reader->notes, address);
}

bool bounce__about_sender(
    const struct message *message, const struct notes *notes, const struct record *record)
{
    bool sender = false;
    struct span address;

    for (const struct bit *bit = record->decisive.first; bit; bit = bit->next)
        for (size_t at = 0; bounce__address_next(bit->s, &at, &address);) {
            if (bounce__same(address, record->address) || bounce__same(address, record->original))
                return false;
            /* "Greetings jo@near.example" only calls the sender by name. */
            if (!sender && address.p > bit->s.p && address.p[-1] == '<')
                sender = is_sender(message, notes, address);
        }
    return sender;
}

/* "(expanded from: <jo@near.example>)", "(generated from ...)": the address before forwarding. */
bool bounce__forwarded_from(struct reader *reader, struct span line, struct span address)
{
    line = bounce__trim(line);
    if (!reader->now.current || !reader->now.attached ||
        !(span_starts(line, "(expanded from") || span_starts(line, "(generated from") ||
            span_starts(line, "(ultimately generated from") ||
            span_starts(line, "(after forwarding")))
        return false;
    if (!reader->now.current->original.n)
        reader->now.current->original = address;
    return true;
}

/* PMDF and its descendants: "Original address: jo@near.example" below the name inside the mail
 * system. */
bool bounce__original_address(struct reader *reader, struct span line, struct span address)
{
    line = bounce__trim(line);
    if (!reader->may_add || !reader->now.current || !reader->now.attached ||
        !(span_starts(line, "Original address:") || span_starts(line, "Original-Recipient:")))
        return false;
    reader->now.current->original = reader->now.current->address;
    reader->now.current->address = address;
    return true;
}

/* "<postmaster@far.example>: ..." is what an MTA writes about a recipient, whoever that is. */
bool bounce__may_fail(const struct reader *reader, struct span address, struct span line)
{
    line = bounce__trim(line);
    if (reader->anybody)
        return address.p <= line.p + 2;
    return (!bounce__address_robot(address) || (line.p[0] == '<' && address.p == line.p + 1)) &&
           !bounce__is_sender(reader, address);
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
struct record *bounce__named_alone(const struct reader *reader, struct span line)
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
