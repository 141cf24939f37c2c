/* SPDX-License-Identifier: BSD-2-Clause */
/* access.c - reading an explanation; nothing here can fail. */
#include "explain.h"

enum bounce_kind bounce_message_kind(const struct bounce *bounce)
{
    return bounce ? bounce->kind : BOUNCE_KIND_NOT_A_BOUNCE;
}

const char *bounce_kind_name(enum bounce_kind kind)
{
    static const char *const names[] = {"not-a-bounce", "bounce", "delayed", "delivered", "relayed",
        "expanded", "auto-reply", "challenge", "complaint"};

    return (size_t)kind < COUNT(names) ? names[kind] : "not-a-bounce";
}

const char *bounce_message_text(const struct bounce *bounce, enum bounce_text what)
{
    return bounce && (size_t)what < MESSAGE_TEXTS ? bounce->texts[what] : NULL;
}

size_t bounce_recipient_count(const struct bounce *bounce)
{
    return bounce ? bounce->recipient_count : 0;
}

const struct bounce_recipient *bounce_recipient_at(const struct bounce *bounce, size_t i)
{
    return bounce && i < bounce->recipient_count ? &bounce->recipients[i] : NULL;
}

const char *bounce_recipient_text(const struct bounce_recipient *rcpt, enum bounce_text what)
{
    if (!rcpt || what < BOUNCE_ADDRESS || what >= BOUNCE_ADDRESS + RECIPIENT_TEXTS)
        return NULL;
    return rcpt->texts[what - BOUNCE_ADDRESS];
}

bool bounce_recipient_flag(const struct bounce_recipient *rcpt, enum bounce_flag flag)
{
    return rcpt && (size_t)flag < RECIPIENT_FLAGS && rcpt->flags[flag];
}

double bounce_recipient_confidence(const struct bounce_recipient *rcpt)
{
    return rcpt ? rcpt->confidence : 0;
}

bool bounce_recipient_span(const struct bounce_recipient *rcpt, size_t *offset, size_t *length)
{
    if (!rcpt || !rcpt->has_span)
        return false;
    if (offset)
        *offset = rcpt->offset;
    if (length)
        *length = rcpt->length;
    return true;
}

bool bounce_recipient_number(
    const struct bounce_recipient *rcpt, enum bounce_number what, int64_t *value)
{
    if (!rcpt || (size_t)what >= RECIPIENT_NUMBERS || !rcpt->has_number[what])
        return false;
    if (value)
        *value = rcpt->numbers[what];
    return true;
}

const char *bounce_recipient_cause(const struct bounce_recipient *rcpt, size_t i)
{
    return rcpt && i < CAUSES_MOST ? rcpt->causes[i] : NULL;
}
