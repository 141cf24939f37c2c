/* SPDX-License-Identifier: BSD-2-Clause */
/* formats.c - the texts of a notification, read as often as it takes to find somebody it is about.
 */
#include "formats.h"
#include "address.h"
#include "whose.h"

static void collect_texts(
    struct notes *notes, struct arena *arena, const struct message *message, enum part_type type)
{
    for (size_t i = 0; i < message->part_count && notes->text_count < NOTE_TEXTS_MOST; i++) {
        const struct part *part = &message->parts[i];
        struct text text;

        /* Texts behind the returned message are its own. */
        if (part->type == PART_ORIGINAL)
            break;
        if (part->type != type)
            continue;
        text = bounce__part_text(arena, message, part);
        if (notes->original.p)
            break;
        bounce__returned_cut(notes, &text);
        if (bounce__trim(text.s).n)
            notes->texts[notes->text_count++] = text;
    }
}

static void find_original(struct notes *notes, struct arena *arena, const struct message *message)
{
    const struct part *part = bounce__part_of(message, PART_ORIGINAL);
    struct span header, body;

    if (!part)
        return;
    bounce__split(span_upto(bounce__part_text(arena, message, part).s, 64 * 1024), &header, &body);
    notes->original = header;
}

/* Reads all texts in the manner of `how`, of which the flags count. */
static void read_texts(struct reader how, struct notes *notes, struct records *records,
    struct arena *arena, const struct message *message)
{
    how.notes = notes;
    how.records = records;
    how.arena = arena;
    how.message = message;
    notes->rest = (struct bits){0};
    for (size_t i = 0; i < notes->text_count; i++) {
        how.text = &notes->texts[i];
        bounce__read_lines(&how);
    }
}

/* Exim names the failed addresses in a header field of its own. */
static void failed_recipients(
    struct records *records, struct arena *arena, const struct message *message)
{
    struct span value = bounce__field_get(message->header, "X-Failed-Recipients"), address;
    size_t from = 0;

    while (bounce__address_next(value, &from, &address)) {
        struct record *record =
            bounce__record_for(records, address) ? NULL : record_add(records, arena);
        if (record)
            record->address = address;
    }
}

static bool names_anybody(const struct notes *notes)
{
    for (size_t i = 0; i < notes->text_count; i++)
        if (span_has(notes->texts[i].s, "@"))
            return true;
    return false;
}

void bounce__notes_read(struct notes *notes, struct records *records, struct arena *arena,
    const struct message *message)
{
    *notes = (struct notes){0};
    collect_texts(notes, arena, message, PART_TEXT);
    if (!names_anybody(notes)) /* "This mail needs an HTML reader." */
        collect_texts(notes, arena, message, PART_HTML);
    if (!notes->original.p)
        find_original(notes, arena, message);
    if (!records->count)
        failed_recipients(records, arena, message);
    read_texts((struct reader){.may_add = !records->count, .strict = true}, notes, records, arena,
        message);
    if (!records->count)
        read_texts((struct reader){.may_add = true}, notes, records, arena, message);
    if (!records->count) /* nobody but the sender, at the beginning of a line */
        read_texts((struct reader){.may_add = true, .strict = true, .anybody = true}, notes,
            records, arena, message);
}

void bounce__notes_text(
    struct notes *notes, struct records *records, struct arena *arena, const struct text *text)
{
    *notes = (struct notes){.texts = {*text}, .text_count = 1};
    read_texts((struct reader){.strict = true}, notes, records, arena, NULL);
}

/* Somebody the returned message was for; of several, one that the notification names. */
static struct span addressee(const struct notes *notes)
{
    static const char *const fields[] = {"To", "Apparently-To", "Cc", "X-Original-To"};
    struct span only = SPAN_NONE, address;
    size_t count = 0;

    for (size_t f = 0; notes->original.p && f < COUNT(fields); f++) {
        struct span value = span_upto(bounce__field_get(notes->original, fields[f]), FIELD_MOST);
        size_t from = 0;

        while (bounce__address_next(value, &from, &address)) {
            only = count++ ? only : address;
            for (size_t i = 0; i < notes->text_count; i++)
                if (bounce__find(notes->texts[i].s, address, 0) != SIZE_MAX)
                    return address;
        }
    }
    return count == 1 ? only : SPAN_NONE;
}

/* "Undeliverable: user jo@far.example unknown" over an empty text. */
static struct span in_subject(const struct message *message)
{
    struct span subject = span_upto(bounce__field_get(message->header, "Subject"), FIELD_MOST);
    struct span address;
    size_t from = 0;

    while (bounce__address_next(subject, &from, &address))
        if (!bounce__address_robot(address))
            return address;
    return SPAN_NONE;
}

/* The recipient in the address that the message came from, which is the one its bounce was sent to:
 * news-return-412-jo=far.example@lists.example (VERP: Bernstein 1997), news+jo=far.example@... */
static bool verp(struct arena *arena, const struct message *message, struct span *out)
{
    struct span to = span_upto(bounce__field_get(message->header, "To"), FIELD_MOST), address,
                local;
    size_t from = 0, equals, start = 0;
    char *copy;

    if (!bounce__address_next(to, &from, &address))
        return false;
    local = span_upto(address, bounce__find(address, SPAN("@"), 0));
    equals = bounce__find(local, SPAN("="), 0);
    if (equals == SIZE_MAX || !span_has(span_from(local, equals), "."))
        return false;
    for (size_t i = 1; i < equals; i++) /* ezmlm counts its messages: "-412-" */
        if (local.p[i - 1] == '+' || (local.p[i - 1] == '-' && i > 1 && byte_digit(local.p[i - 2])))
            start = i;
    if (!start || start == equals || !(copy = bounce__arena_new(arena, local.n - start + 1)))
        return false;
    memcpy(copy, local.p + start, local.n - start);
    copy[equals - start] = '@';
    *out = span_of(copy, local.n - start);
    return true;
}

static void add(struct records *records, struct arena *arena, struct span address)
{
    struct record *record = record_add(records, arena);

    if (record)
        record->address = address;
}

void bounce__notes_guess(struct notes *notes, struct records *records, struct arena *arena,
    const struct message *message)
{
    struct span address = addressee(notes);
    size_t from = 0;

    if (address.n) {
        add(records, arena, address);
        read_texts((struct reader){.strict = true}, notes, records, arena, message);
        return;
    }
    read_texts((struct reader){.may_add = true, .desperate = true}, notes, records, arena, message);
    if (records->count)
        return;
    if (!(address = in_subject(message)).n && !verp(arena, message, &address) && notes->original.p)
        bounce__address_next(bounce__field_get(notes->original, "To"), &from, &address);
    add(records, arena, address);
    read_texts((struct reader){.strict = true}, notes, records, arena, message);
}
