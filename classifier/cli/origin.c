/* SPDX-License-Identifier: BSD-2-Clause */
/* origin.c - weighs what the user says is his against what came back.
 *
 * A signature or a list of what was sent proves more than a host, a host more than a domain in a
 * Message-ID: the strongest proof decides. Without any, the traits of the headers are added up. */
#include "origin.h"
#include "address.h"
#include "formats.h"
#include "header.h"
#include "report.h"
#include "signed.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const char *origin_name(enum origin_verdict verdict)
{
    static const char *const names[] = {"unknown", "mine", "not-mine", "likely-backscatter"};

    return names[verdict];
}

void origin_prove(struct origin *origin, int weight, const char *kind, const char *format, ...)
{
    struct proof *proof = &origin->proofs[origin->proof_count];
    va_list args;

    if (origin->proof_count == PROOFS_MOST)
        return;
    origin->proof_count++;
    proof->kind = kind;
    proof->weight = weight;
    va_start(args, format);
    vsnprintf(proof->text, sizeof proof->text, format, args);
    va_end(args);
    for (char *p = proof->text; *p; p++)
        if ((unsigned char)*p < ' ' || (unsigned char)*p >= 127)
            *p = *p == '\n' || *p == '\r' || *p == '\t' ? ' ' : '?';
}

/* A word of host names and addresses in a Received field that is the host or below it. */
static bool names_host(struct span value, struct span host)
{
    size_t at = 0;

    while (at < value.n) {
        size_t from;

        while (at < value.n && !byte_alnum(value.p[at]))
            at++;
        from = at;
        while (at < value.n &&
               (byte_alnum(value.p[at]) || (value.p[at] && strchr(".-:_", value.p[at]))))
            at++;
        if (traits_below(bounce__strip(span_of(value.p + from, at - from), ".:-"), host))
            return true;
    }
    return false;
}

static void prove_host(
    struct origin *origin, const struct mine *mine, const struct returned *returned)
{
    struct fields fields;
    struct field field;
    size_t count = 0;

    if (!mine_knows(mine, MINE_HOST) || !returned->header.p)
        return;
    bounce__fields_init(&fields, returned->header);
    while (count < 60 && bounce__fields_next(&fields, &field)) {
        if (!span_same(field.name, "Received"))
            continue;
        count++;
        for (const struct mine_value *v = mine->values[MINE_HOST]; v; v = v->next)
            if (names_host(field.value, span_str(v->text))) {
                origin_prove(origin, 80, "host", "it passed your host %s (Received line %zu)",
                    v->text, count);
                return;
            }
    }
    if (count)
        origin_prove(
            origin, -70, "host", "none of its %zu Received lines names a host of yours", count);
}

static void prove_id(
    struct origin *origin, const struct mine *mine, const struct returned *returned)
{
    size_t at = bounce__find(returned->id, SPAN("@"), 0);
    struct span domain = at == SIZE_MAX ? SPAN_NONE : span_from(returned->id, at + 1);
    int shown = (int)(returned->id.n < 120 ? returned->id.n : 120);

    if (!returned->id.n)
        return;
    if (mine_knows(mine, MINE_FILE)) {
        if (mine_sent(mine, returned->id))
            origin_prove(origin, 100, "file", "<%.*s> is in the list of what you sent", shown,
                returned->id.p);
        else
            origin_prove(origin, -90, "file", "<%.*s> is not in the list of what you sent", shown,
                returned->id.p);
    }
    if (!mine_knows(mine, MINE_ID))
        return;
    for (const struct mine_value *v = mine->values[MINE_ID]; v; v = v->next)
        if (traits_below(domain, span_str(v->text))) {
            origin_prove(origin, 60, "message-id", "its Message-ID is one of %s", v->text);
            return;
        }
    origin_prove(origin, -50, "message-id", "its Message-ID <%.*s> is of no domain of yours", shown,
        returned->id.p);
}

/* Whom the bounce was sent to: the envelope sender of the message, RFC 5321 4.4. */
struct targets {
    struct span addresses[16];
    size_t count;
};

static void add_targets(struct targets *targets, struct span value)
{
    struct span address;
    size_t at = 0;

    while (targets->count < COUNT(targets->addresses) && bounce__address_next(value, &at, &address))
        targets->addresses[targets->count++] = address;
}

static void find_targets(struct targets *targets, const struct returned *returned)
{
    static const char *const names[] = {
        "X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "To"};

    for (size_t i = 0; i < COUNT(names); i++)
        add_targets(targets, bounce__field_get(returned->bounce_header, names[i]));
    if (returned->header.p)
        add_targets(targets, bounce__field_get(returned->header, "Return-Path"));
}

static void prove_signature(struct origin *origin, const struct mine *mine,
    const struct targets *targets, enum mine_kind kind)
{
    const char *name = kind == MINE_BATV ? "batv" : "srs",
               *say = kind == MINE_BATV ? "BATV" : "SRS";
    bool seen = false;

    if (!mine_knows(mine, kind))
        return;
    for (size_t i = 0; i < targets->count; i++) {
        struct span address = targets->addresses[i];
        for (const struct mine_value *v = mine->values[kind]; v; v = v->next) {
            enum signature found = kind == MINE_BATV ? batv_check(address, span_str(v->text))
                                                     : srs_check(address, span_str(v->text));
            seen |= found == SIGNATURE_WRONG;
            if (found != SIGNATURE_GOOD)
                continue;
            origin_prove(
                origin, 95, name, "%.*s carries your %s signature", (int)address.n, address.p, say);
            return;
        }
    }
    if (seen)
        origin_prove(
            origin, -95, name, "the %s signature of the address it came to is not yours", say);
    else if (kind == MINE_BATV && targets->count)
        origin_prove(origin, -90, name,
            "you sign your return addresses (BATV), and the address it came to has no signature");
}

static void prove_verp(struct origin *origin, const struct mine *mine,
    const struct targets *targets, const struct bounce *bounce)
{
    char recipient[300];

    for (const struct mine_value *v = mine->values[MINE_VERP]; v; v = v->next)
        for (size_t i = 0; i < targets->count; i++) {
            const char *failed =
                bounce_recipient_text(bounce_recipient_at(bounce, 0), BOUNCE_ADDRESS);

            if (!verp_match(targets->addresses[i], span_str(v->text), recipient, sizeof recipient))
                continue;
            if (failed && span_same(span_str(failed), recipient))
                origin_prove(origin, 75, "verp",
                    "it came to your return address for %s, who failed", recipient);
            else
                origin_prove(
                    origin, 60, "verp", "it came to your return address for %s", recipient);
            return;
        }
}

static bool is_address(struct span address, struct span mine)
{
    return mine.n && mine.p[0] == '@' ? bounce__ends(address, mine) : bounce__same(address, mine);
}

/* Anybody can write it, so it proves little; a From that is not the user's proves more. */
static void prove_address(
    struct origin *origin, const struct mine *mine, const struct returned *returned)
{
    if (!mine_knows(mine, MINE_ADDRESS) || !returned->from.n)
        return;
    for (const struct mine_value *v = mine->values[MINE_ADDRESS]; v; v = v->next)
        if (is_address(returned->from, span_str(v->text))) {
            origin_prove(origin, 10, "address", "From is %s, but anybody can write that", v->text);
            return;
        }
    origin_prove(origin, -40, "address", "From is %.*s, no address of yours", (int)returned->from.n,
        returned->from.p);
}

static void prove_programs(struct origin *origin, const struct returned *returned,
    const struct bounce *bounce, bool report)
{
    for (size_t i = 0; i < origin->programs.count; i++) {
        const struct program_file *file = &origin->programs.files[i];
        bool inside = file->offset >= returned->original_at;

        origin->dressed |= !inside && !report;
        origin_prove(origin, -60, "attachment", "%s carries a program: %s%s%s",
            inside ? "the returned message" : "the notification itself", file->name,
            *file->inside ? " with " : "", file->inside);
    }
}

/* Many weak signs are what mail through a provider has, too: one of them has to be strong. */
enum { STRONG = -25 };

/* Where the traits decide, see traits.c. */
static void decide(struct origin *origin, size_t own)
{
    const struct proof *best = NULL;
    bool strong = false;
    int sum = 0;

    for (size_t i = 0; i < own; i++)
        if (!best || abs(origin->proofs[i].weight) > abs(best->weight))
            best = &origin->proofs[i];
    for (size_t i = 0; i < origin->proof_count; i++)
        sum += origin->proofs[i].weight;
    for (size_t i = 0; i < origin->proof_count; i++)
        strong |= origin->proofs[i].weight <= STRONG;
    if (origin->dressed && (!best || best->weight < 75))
        origin->verdict = ORIGIN_NOT_MINE;
    else if (best && best->weight >= 50)
        origin->verdict = ORIGIN_MINE;
    else if (best && best->weight <= -40)
        origin->verdict = ORIGIN_NOT_MINE;
    else
        origin->verdict = strong && sum <= -50 ? ORIGIN_BACKSCATTER : ORIGIN_UNKNOWN;
}

static bool read_returned(struct returned *returned, struct arena *arena, struct message *message,
    struct charsets *charsets, struct span bytes, bool *report)
{
    struct report status = {0};
    struct notes notes = {0};
    size_t at = 0;

    bounce__message_parse(message, charsets, bytes);
    *returned = (struct returned){.bounce_header = message->header, .original_at = SIZE_MAX};
    bounce__report_read(&status, arena, message);
    bounce__notes_read(&notes, &status.records, arena, message);
    *report = status.found;
    if (arena->failed)
        return false;
    if (!notes.original.p)
        return true;
    returned->header = notes.original;
    /* It may have been decoded: then there is no place in the input. */
    if (notes.original.p >= bytes.p && notes.original.p < bytes.p + bytes.n)
        returned->original_at = (size_t)(notes.original.p - bytes.p);
    returned->id = bounce__strip(bounce__field_get(notes.original, "Message-ID"), "<>");
    bounce__address_next(bounce__field_get(notes.original, "From"), &at, &returned->from);
    return true;
}

bool origin_find(struct origin *origin, const struct mine *mine, const char *bytes, size_t len,
    const struct bounce *bounce)
{
    struct arena arena = {0};
    struct charsets charsets = {0};
    struct message *message = bounce__arena_new(&arena, sizeof *message);
    struct targets targets = {0};
    struct returned returned;
    size_t own;
    bool report, good;

    *origin = (struct origin){0};
    good = message &&
           read_returned(&returned, &arena, message, &charsets, span_of(bytes, len), &report);
    if (good) {
        attach_find(&origin->programs, span_of(bytes, len));
        if (mine) {
            find_targets(&targets, &returned);
            prove_signature(origin, mine, &targets, MINE_BATV);
            prove_signature(origin, mine, &targets, MINE_SRS);
            prove_id(origin, mine, &returned);
            prove_host(origin, mine, &returned);
            prove_verp(origin, mine, &targets, bounce);
            prove_address(origin, mine, &returned);
        }
        own = origin->proof_count;
        prove_programs(origin, &returned, bounce, report);
        traits_find(origin, &returned, bounce);
        decide(origin, own);
    }
    bounce__charsets_close(&charsets);
    bounce__arena_free(&arena);
    return good;
}
