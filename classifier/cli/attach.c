/* SPDX-License-Identifier: BSD-2-Clause */
/* attach.c - seed of 2004: mails that look like bounces and carry "message.zip" with a worm in it.
 *
 * Every MIME header that stands in the message is looked at, whatever the structure says: worms and
 * the MTAs that return them leave the structure broken. */
#include "attach.h"
#include "decode.h"
#include "header.h"
#include <stdio.h>

enum {
    LOOK_MOST = 8 * 1024 * 1024,
    BODY_MOST = 400 * 1024,
    DECODED_MOST = 256 * 1024,
    FIELD_MOST = 2000
};

/* What the usual systems run when it is opened. Not: "com" by itself - host names end so. */
static bool program_name(struct span name)
{
    static const char *const endings[] = {".exe", ".scr", ".pif", ".bat", ".cmd", ".cpl", ".vbs",
        ".vbe", ".js", ".jse", ".wsf", ".wsh", ".hta", ".msi", ".lnk", ".ps1", ".reg", ".chm",
        ".jar", ".dll"};

    name = bounce__strip(name, "\"'.");
    for (size_t i = 0; i < COUNT(endings); i++)
        if (name.n > strlen(endings[i]) && bounce__ends(name, span_str(endings[i])))
            return true;
    return false;
}

static struct program_file *add(
    struct programs *programs, struct span name, size_t offset, const char *how)
{
    struct program_file *file;
    struct arena arena = {0};
    struct charsets charsets = {0};
    const char *text;

    if (programs->count == PROGRAMS_MOST)
        return NULL;
    file = &programs->files[programs->count++];
    *file = (struct program_file){.how = how, .offset = offset};
    text = name.n ? bounce__field_text(&charsets, &arena, span_upto(name, PROGRAM_NAME_MOST - 1))
                  : NULL;
    snprintf(file->name, sizeof file->name, "%s", text && *text ? text : "(no name)");
    bounce__charsets_close(&charsets);
    bounce__arena_free(&arena);
    return file;
}

/* As much as fits. The body has no end here: the first byte of a boundary or of the padding is it.
 */
static size_t decode(char *out, size_t size, struct span body)
{
    size_t n = 0;

    while (n < body.n && body.p[n] != '-' && body.p[n] != '=')
        n++;
    return bounce__base64(out, NULL, size, span_upto(body, n), 0);
}

static unsigned little(const char *p, int bytes)
{
    unsigned value = 0;

    for (int i = bytes; i > 0; i--)
        value = value << 8 | (unsigned char)p[i - 1];
    return value;
}

/* APPNOTE 4.3.7: local file headers one behind the other, names in clear even when the rest is
 * encrypted. False when no member is a program. */
static bool zip_member(const char *zip, size_t n, struct span *member)
{
    size_t at = 0;

    for (int files = 0; files < 200 && at + 30 <= n && !memcmp(zip + at, "PK\3\4", 4); files++) {
        unsigned flags = little(zip + at + 6, 2), size = little(zip + at + 18, 4),
                 name = little(zip + at + 26, 2), extra = little(zip + at + 28, 2);

        if (at + 30 + name > n)
            return false;
        *member = span_of(zip + at + 30, name);
        if (program_name(*member))
            return true;
        if (flags & 8) { /* 4.4.4 bit 3: the size stands behind the data */
            const char *next = memmem(zip + at + 30, n - at - 30, "PK\3\4", 4);
            if (!next)
                return false;
            at = (size_t)(next - zip);
            continue;
        }
        at += 30 + (size_t)name + extra + size;
    }
    return false;
}

/* MZ: DOS and Windows; 7F ELF: Unix. */
static bool program_bytes(const char *bytes, size_t n)
{
    return n > 64 && (!memcmp(bytes, "MZ", 2) || !memcmp(bytes,
                                                     "\x7f"
                                                     "ELF",
                                                     4));
}

static void look_inside(struct programs *programs, struct span name, struct span body, bool encoded,
    size_t offset, bool named, struct arena *arena)
{
    struct program_file *file;
    struct span member;
    const char *bytes = body.p;
    size_t n = body.n;
    char *room;

    if (encoded) {
        room = bounce__arena_new(arena, DECODED_MOST);
        if (!room)
            return;
        n = decode(room, DECODED_MOST, body);
        bytes = room;
    }
    if (named || program_bytes(bytes, n)) {
        add(programs, name, offset, named ? "its name" : "its first bytes");
    } else if (n > 30 && !memcmp(bytes, "PK\3\4", 4) && zip_member(bytes, n, &member)) {
        file = add(programs, name, offset, "its name");
        if (file) {
            struct span last = member;
            for (size_t i = 0; i < member.n; i++)
                if (member.p[i] == '/')
                    last = span_from(member, i + 1);
            char *text = bounce__clean_copy(arena, span_upto(last, PROGRAM_NAME_MOST / 4));
            snprintf(file->inside, sizeof file->inside, "%s", text ? text : "");
        }
    }
}

/* The fields of one MIME header, folded lines joined by the caller's span. */
struct mime {
    struct span type, disposition, encoding;
    size_t offset;
    bool seen;
};

static struct span name_of(const struct mime *mime)
{
    static const char *const forms[] = {"filename", "filename*", "filename*0", "filename*0*"};
    struct span name = bounce__field_param(mime->type, "name");

    for (size_t i = 0; i < COUNT(forms) && !name.n; i++) /* RFC 2231 3, 4 */
        name = bounce__field_param(mime->disposition, forms[i]);
    return name.n ? name : bounce__field_param(mime->type, "name*");
}

static void end_header(
    struct programs *programs, struct mime *mime, struct span rest, struct arena *arena)
{
    struct span name = name_of(mime), type = bounce__field_main(mime->type);
    bool named = program_name(name) ||
                 (bounce__ends(name, SPAN(".com")) && span_starts(type, "application/"));

    /* Text without a name is no attachment, and multiparts come apart by themselves. */
    if (mime->seen && (name.n || span_starts(type, "application/")) &&
        !span_starts(type, "multipart/") && !span_starts(type, "message/")) {
        bounce__arena_reset(arena);
        look_inside(programs, name, span_upto(rest, BODY_MOST), span_has(mime->encoding, "base64"),
            mime->offset, named, arena);
    }
    *mime = (struct mime){0};
}

static void take_field(struct mime *mime, struct field *field, size_t offset)
{
    struct span *slot = span_same(field->name, "Content-Type")                ? &mime->type
                        : span_same(field->name, "Content-Disposition")       ? &mime->disposition
                        : span_same(field->name, "Content-Transfer-Encoding") ? &mime->encoding
                                                                              : NULL;

    if (!slot)
        return;
    if (!mime->seen)
        mime->offset = offset;
    mime->seen = true;
    *slot = field->value;
}

/* "begin 644 name": uuencode, where mail had no MIME. */
static bool uuencoded(struct programs *programs, struct span line, size_t offset)
{
    struct span name;

    if (line.n < 12 || !span_starts(line, "begin ") || line.p[9] != ' ' || !byte_digit(line.p[6]))
        return false;
    name = span_from(line, 10);
    if (program_name(name))
        add(programs, name, offset, "its name");
    return true;
}

void attach_find(struct programs *programs, struct span message)
{
    struct arena arena = {0};
    struct lines lines;
    struct span line, *last = NULL;
    struct mime mime = {0};
    struct field field;

    *programs = (struct programs){0};
    message = span_upto(message, LOOK_MOST);
    bounce__lines_init(&lines, message);
    while (programs->count < PROGRAMS_MOST && bounce__lines_next(&lines, &line)) {
        size_t offset = (size_t)(line.p - message.p);

        if (!bounce__trim(line).n) {
            end_header(programs, &mime, span_from(message, (size_t)(lines.at - message.p)), &arena);
            last = NULL;
        } else if ((line.p[0] == ' ' || line.p[0] == '\t') && last && last->n < FIELD_MOST) {
            last->n = (size_t)(line.p + line.n - last->p);
        } else if (byte_lower(line.p[0]) == 'c' && bounce__field_line(line, &field)) {
            take_field(&mime, &field, offset);
            last = span_same(field.name, "Content-Type")                ? &mime.type
                   : span_same(field.name, "Content-Disposition")       ? &mime.disposition
                   : span_same(field.name, "Content-Transfer-Encoding") ? &mime.encoding
                                                                        : NULL;
        } else {
            last = NULL;
            uuencoded(programs, line, offset);
        }
    }
    bounce__arena_free(&arena);
}
