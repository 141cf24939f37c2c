/* SPDX-License-Identifier: BSD-2-Clause */
/* summary.c - counts each report under all names it concerns. */
#include "summary.h"
#include <stdlib.h>

enum { ADDRESSES_CAP = 60000, DOMAINS_CAP = 15000, OTHERS_CAP = 6000 };

struct summary *summary_new(void)
{
    struct summary *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    tallies_init(&s->addresses, ADDRESSES_CAP);
    tallies_init(&s->domains, DOMAINS_CAP);
    tallies_init(&s->remotes, OTHERS_CAP);
    tallies_init(&s->senders, OTHERS_CAP);
    tallies_init(&s->blocks, OTHERS_CAP);
    tallies_init(&s->sources, OTHERS_CAP);
    tallies_init(&s->waves, OTHERS_CAP);
    tallies_init(&s->actors, 100);
    tallies_init(&s->classes, 100);
    tallies_init(&s->strays, 1);
    return s;
}

void summary_free(struct summary *s)
{
    if (!s)
        return;
    tallies_deinit(&s->addresses);
    tallies_deinit(&s->domains);
    tallies_deinit(&s->remotes);
    tallies_deinit(&s->senders);
    tallies_deinit(&s->blocks);
    tallies_deinit(&s->sources);
    tallies_deinit(&s->waves);
    tallies_deinit(&s->actors);
    tallies_deinit(&s->classes);
    tallies_deinit(&s->strays);
    free(s);
}

static size_t reason_number(const char *reason)
{
    for (size_t i = 0; i < REASONS_MOST; i++) {
        const char *name = bounce_reason_at(i);
        if (!name)
            break;
        if (!strcmp(name, reason))
            return i;
    }
    return REASONS_MOST - 1;
}

static struct span domain_of(struct span address)
{
    size_t at = bounce__find(address, SPAN("@"), 0);

    return at == SIZE_MAX ? SPAN_NONE : span_from(address, at + 1);
}

/* What is known of one recipient. */
struct outcome {
    const char *source, *class_, *ip;
    size_t reason;
    bool failed, delayed, passed, expired, dead;
};

static void count(struct tally *tally, const struct outcome *o)
{
    if (!tally)
        return;
    tally->failed += o->failed;
    tally->delayed += o->delayed;
    tally->passed += o->passed;
    tally->expired += o->failed && o->expired;
    tally->dead += o->failed && o->dead;
    if (o->failed)
        tally->reasons[o->reason]++;
    if (o->failed || o->delayed)
        tally_sample(tally, o->source);
}

/* The first IPv4 address of a text that is no private or local one; to out, NULL when there is
 * none. RFC 1918, RFC 1122. */
static const char *ip_in(struct span text, char out[16])
{
    for (size_t at = 0; at < text.n; at++) {
        unsigned part[4];
        size_t i = at, used;
        int n = 0;

        if (!byte_digit(text.p[at]) ||
            (at && (byte_alnum(text.p[at - 1]) || text.p[at - 1] == '.')))
            continue;
        while (n < 4 && bounce__number(span_from(text, i), 3, &part[n], &used) && part[n] < 256) {
            i += used;
            if (++n < 4 && (i >= text.n || text.p[i++] != '.'))
                break;
        }
        if (n < 4 || (i < text.n && (byte_alnum(text.p[i]) || (text.p[i] == '.' && i + 1 < text.n &&
                                                                  byte_digit(text.p[i + 1])))))
            continue;
        if (part[0] == 10 || part[0] == 127 || part[0] == 0)
            continue;
        snprintf(out, 16, "%hhu.%hhu.%hhu.%hhu", (unsigned char)part[0], (unsigned char)part[1],
            (unsigned char)part[2], (unsigned char)part[3]);
        return out;
    }
    return NULL;
}

static void count_block(struct summary *s, const struct outcome *o, struct span network)
{
    char name[TALLY_NAME_MOST];
    struct tally *tally;
    int n;

    if (!o->failed || strcmp(o->class_, "block") != 0)
        return;
    n = snprintf(name, sizeof name, "%.*s%s%s", (int)(network.n < 150 ? network.n : 150),
        network.p ? network.p : "", o->ip ? " " : "", o->ip ? o->ip : "");
    tally = tallies_get(&s->blocks, span_of(name, (size_t)n));
    count(tally, o);
    if (!o->ip)
        return;
    tally = tallies_get(&s->sources, span_str(o->ip));
    count(tally, o);
    tally_other(tally, network);
}

/* Windows that begin at fixed times would cut a wave in two: each report counts in its own window
 * and in one that is shifted by half. */
static void count_wave(struct summary *s, const struct outcome *o, struct span domain,
    const struct bounce_recipient *rcpt)
{
    int64_t when;

    if (!o->failed || !o->expired || !domain.n ||
        !bounce_recipient_number(rcpt, BOUNCE_LAST_TRIED, &when))
        return;
    for (int shift = 0; shift < 2; shift++) {
        char name[TALLY_NAME_MOST];
        int64_t begin = (when + shift * (WINDOW / 2)) / WINDOW * WINDOW - shift * (WINDOW / 2);
        int n = snprintf(name, sizeof name, "%.*s %lld", (int)(domain.n < 150 ? domain.n : 150),
            domain.p, (long long)begin);
        count(tallies_get(&s->waves, span_of(name, (size_t)n)), o);
    }
}

static void count_sender(
    struct summary *s, const struct outcome *o, const struct bounce *bounce, struct span domain)
{
    struct span from = span_str(bounce_message_text(bounce, BOUNCE_ORIGINAL_FROM));
    size_t open = bounce__find(from, SPAN("<"), 0);
    struct tally *tally;

    if (open != SIZE_MAX)
        from = bounce__strip(span_from(from, open), "<>");
    tally = tallies_get(&s->senders, from);
    count(tally, o);
    if (o->failed)
        tally_other(tally, domain);
}

static void add_recipient(
    struct summary *s, const struct view *view, const struct bounce_recipient *rcpt)
{
    const char *action = bounce_recipient_text(rcpt, BOUNCE_ACTION);
    struct span address = span_str(bounce_recipient_text(rcpt, BOUNCE_ADDRESS));
    struct span remote = span_str(bounce_recipient_text(rcpt, BOUNCE_REMOTE_MTA));
    struct span domain = domain_of(address);
    char ip[16];
    struct outcome o = {.source = view->source,
        .class_ = bounce_recipient_text(rcpt, BOUNCE_CLASS),
        .reason = reason_number(bounce_recipient_text(rcpt, BOUNCE_REASON)),
        .expired = bounce_recipient_flag(rcpt, BOUNCE_EXPIRED),
        .dead = bounce_recipient_flag(rcpt, BOUNCE_ADDRESS_DEAD)};

    s->recipients++;
    o.delayed = action && !strcmp(action, "delayed");
    o.passed = action && (!strcmp(action, "delivered") || !strcmp(action, "relayed"));
    o.failed = !o.delayed && !o.passed && (!action || !strcmp(action, "failed"));
    o.ip = ip_in(span_str(bounce_recipient_text(rcpt, BOUNCE_DIAGNOSTIC)), ip);
    if (o.failed) {
        s->failed++;
        s->reasons[o.reason]++;
        s->expired += o.expired;
        s->dead += o.dead;
        count(tallies_get(&s->classes, span_str(o.class_)), &o);
        count(tallies_get(&s->actors, span_str(bounce_recipient_text(rcpt, BOUNCE_ACTOR))), &o);
    }
    count(tallies_get(&s->addresses, address), &o);
    count(tallies_get(&s->domains, domain), &o);
    count(tallies_get(&s->remotes, remote), &o);
    count_block(s, &o,
        traits_registered(remote.n && span_has(remote, ".") && !byte_digit(remote.p[remote.n - 1])
                              ? remote
                              : domain));
    count_wave(s, &o, domain, rcpt);
    count_sender(s, &o, view->bounce, domain);
}

void summary_add(struct summary *s, const struct view *view)
{
    enum bounce_kind kind = bounce_message_kind(view->bounce);
    bool failure = kind >= BOUNCE_KIND_BOUNCE && kind <= BOUNCE_KIND_EXPANDED;

    s->messages++;
    s->kinds[(int)kind < KINDS ? (int)kind : 0]++;
    if (view->origin && view->origin->programs.count)
        s->programs++;
    if (view->origin &&
        (view->origin->verdict == ORIGIN_NOT_MINE || view->origin->verdict == ORIGIN_BACKSCATTER)) {
        struct tally *tally = tallies_get(&s->strays, SPAN("backscatter"));
        s->backscatter++;
        tally_sample(tally, view->source);
        return; /* what others send says nothing of one's own mail */
    }
    for (size_t i = 0; failure && i < bounce_recipient_count(view->bounce); i++)
        add_recipient(s, view, bounce_recipient_at(view->bounce, i));
}
