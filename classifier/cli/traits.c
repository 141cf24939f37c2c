/* SPDX-License-Identifier: BSD-2-Clause */
/* traits.c - what returned headers tell of who sent the message, when nobody says what is his.
 *
 * Each trait is weak alone; mail that was never the user's usually has several. */
#include "address.h"
#include "header.h"
#include "origin.h"

bool traits_below(struct span host, struct span domain)
{
    return domain.n && bounce__ends(host, domain) &&
           (host.n == domain.n || host.p[host.n - domain.n - 1] == '.');
}

struct span traits_registered(struct span domain)
{
    static const char *const seconds[] = {
        "co", "com", "ac", "org", "net", "gov", "edu", "or", "ne"};
    size_t dots[3], n = 0;

    for (size_t i = domain.n; i > 0 && n < 3; i--)
        if (domain.p[i - 1] == '.')
            dots[n++] = i - 1;
    if (n < 2)
        return domain;
    if (domain.n - dots[0] == 3) {
        struct span second = span_of(domain.p + dots[1] + 1, dots[0] - dots[1] - 1);
        for (size_t i = 0; i < COUNT(seconds); i++)
            if (span_same(second, seconds[i]))
                return n == 3 ? span_from(domain, dots[2] + 1) : domain;
    }
    return span_from(domain, dots[1] + 1);
}

static struct span domain_of(struct span address)
{
    size_t at = bounce__find(address, SPAN("@"), 0);

    return at == SIZE_MAX ? SPAN_NONE : span_from(address, at + 1);
}

/* The word behind "from " or "by " of a Received field. */
static struct span received_word(struct span value, const char *label)
{
    size_t at = bounce__find(value, span_str(label), 0), n = 0;
    struct span rest;

    if (at == SIZE_MAX || (at && !byte_blank(value.p[at - 1])))
        return SPAN_NONE;
    rest = bounce__trim(span_from(value, at + strlen(label)));
    while (n < rest.n && !byte_blank(rest.p[n]) && rest.p[n] != ';' && rest.p[n] != '(')
        n++;
    return bounce__strip(span_upto(rest, n), "[]");
}

/* Names that providers give to the lines of their customers. */
static bool home_line(struct span name)
{
    static const char *const words[] = {"dsl", "dyn", "dial", "pool", "ppp", "cable", "dhcp",
        "broadband", "customer", "client", "user", "home", "cpe", "res."};
    size_t digits = 0;
    bool word = false;

    for (size_t i = 0; i < name.n; i++)
        digits += byte_digit(name.p[i]);
    for (size_t i = 0; i < COUNT(words); i++)
        word |= span_has(name, words[i]);
    return word && digits >= 3;
}

static void look_at_path(struct origin *origin, const struct returned *returned)
{
    struct span domain = traits_registered(domain_of(returned->from)), first = SPAN_NONE;
    struct fields fields;
    struct field field;
    size_t count = 0;
    bool passed = false;

    bounce__fields_init(&fields, returned->header);
    while (count < 60 && bounce__fields_next(&fields, &field)) {
        if (!span_same(field.name, "Received"))
            continue;
        count++;
        first = received_word(field.value, "from ");
        passed |=
            traits_below(received_word(field.value, "by "), domain) || traits_below(first, domain);
    }
    if (!count || !domain.n)
        return;
    if (passed)
        origin_prove(origin, 45, "received",
            "the Received lines lead through %.*s, the domain of From", (int)domain.n, domain.p);
    else
        origin_prove(origin, -15, "received",
            "no Received line names a host of %.*s, the domain of From", (int)domain.n, domain.p);
    if (!passed && home_line(first))
        origin_prove(origin, -30, "received",
            "it was handed in by %.*s, which looks like a home line",
            (int)(first.n < 100 ? first.n : 100), first.p);
}

static void look_at_id(struct origin *origin, const struct returned *returned)
{
    struct span domain = domain_of(returned->id), from = domain_of(returned->from);

    if (!returned->id.n) {
        /* Some MTAs return only a few fields of the header. */
        if (bounce__field_get(returned->header, "Received").p &&
            bounce__field_get(returned->header, "Date").p)
            origin_prove(origin, -25, "message-id",
                "the returned message has no Message-ID; mail programs always write one");
        return;
    }
    if (!domain.n || !span_has(domain, ".")) {
        origin_prove(origin, -10, "message-id", "its Message-ID names no real domain: %.*s",
            (int)(returned->id.n < 100 ? returned->id.n : 100), returned->id.p);
        return;
    }
    if (from.n && bounce__same(traits_registered(domain), traits_registered(from)))
        origin_prove(
            origin, 25, "message-id", "its Message-ID is of %.*s, like From", (int)from.n, from.p);
}

static void look_at_senders(struct origin *origin, const struct returned *returned)
{
    struct span path = bounce__field_get(returned->header, "Return-Path"), address;
    struct span from = traits_registered(domain_of(returned->from)), domain;
    size_t at = 0;

    if (!from.n || !bounce__address_next(path, &at, &address))
        return;
    domain = traits_registered(domain_of(address));
    if (!bounce__same(domain, from))
        origin_prove(origin, -5, "return-path", "Return-Path is of %.*s, From of %.*s",
            (int)domain.n, domain.p, (int)from.n, from.p);
}

/* A report written by the sender's own server: the message did leave from there. */
static void look_at_writer(
    struct origin *origin, const struct returned *returned, const struct bounce *bounce)
{
    struct span mta = span_str(bounce_message_text(bounce, BOUNCE_REPORTING_MTA));
    struct span from = traits_registered(domain_of(returned->from));
    struct span to =
        span_str(bounce_recipient_text(bounce_recipient_at(bounce, 0), BOUNCE_ADDRESS));

    to = traits_registered(domain_of(to));
    if (from.n && traits_below(mta, from) && !bounce__same(from, to))
        origin_prove(origin, 60, "reporting-mta",
            "the bounce was written by %.*s, a server of From's own domain", (int)mta.n, mta.p);
    else if (to.n && traits_below(mta, to))
        origin_prove(origin, -15, "reporting-mta",
            "the recipient's own server (%.*s) took the mail before it bounced it; that is how "
            "backscatter arises",
            (int)mta.n, mta.p);
}

static void look_at_reason(struct origin *origin, const struct bounce *bounce)
{
    const char *reason = bounce_recipient_text(bounce_recipient_at(bounce, 0), BOUNCE_REASON);

    if (!reason)
        return;
    if (!strcmp(reason, "virus"))
        origin_prove(origin, -60, "reason", "the receiver found a virus in it");
    else if (!strcmp(reason, "spam-content"))
        origin_prove(origin, -15, "reason", "the receiver took it for spam");
    /* A forger, or one's own SPF record: it does not tell them apart. */
    else if (!strcmp(reason, "auth-failure"))
        origin_prove(origin, -10, "reason",
            "the receiver found that the domain of the sender does not send from there");
}

void traits_find(
    struct origin *origin, const struct returned *returned, const struct bounce *bounce)
{
    look_at_reason(origin, bounce);
    if (!returned->header.p)
        return;
    look_at_path(origin, returned);
    look_at_id(origin, returned);
    look_at_senders(origin, returned);
    look_at_writer(origin, returned, bounce);
}
