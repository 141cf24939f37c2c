/* SPDX-License-Identifier: BSD-2-Clause */
/* insights.c - what one bounce cannot tell and a hundred can. Each insight says how many reports it
 * rests on; what reports of failures cannot know (that others pass) is not claimed. */
#include "summary.h"
#include "date.h"
#include <stdarg.h>
#include <stdlib.h>

enum { FEW = 3, MANY = 5, SHARE = 80 };

struct finding {
    const struct summary *s;
    struct insight *list;
    size_t count;
};

static void found(struct finding *f, const char *kind, const struct tally *tally, uint64_t count,
    const char *advice, const char *format, ...) __attribute__((format(printf, 6, 7)));

static void found(struct finding *f, const char *kind, const struct tally *tally, uint64_t count,
    const char *advice, const char *format, ...)
{
    struct insight *insight = &f->list[f->count];
    va_list args;

    if (f->count == INSIGHTS_MOST)
        return;
    f->count++;
    *insight = (struct insight){.kind = kind, .tally = tally, .count = count, .advice = advice};
    va_start(args, format);
    vsnprintf(insight->what, sizeof insight->what, format, args);
    va_end(args);
}

static const char *reason_name(size_t number)
{
    const char *name = bounce_reason_at(number);

    return name ? name : "undefined";
}

static bool mostly(const struct tally *tally, size_t *reason)
{
    uint32_t count;

    *reason = tally_reason(tally, &count);
    return tally->failed && count * 100 >= tally->failed * SHARE;
}

/* Failures that depend on the address although they name it nowhere. */
static bool hangs(size_t reason)
{
    static const char *const names[] = {"timeout", "connection-lost"};

    for (size_t i = 0; i < COUNT(names); i++)
        if (!strcmp(reason_name(reason), names[i]))
            return true;
    return false;
}

/* "It is only happening to the one address - all the other addresses are fine." */
static void one_address(struct finding *f, const struct tally *address)
{
    const char *at = strrchr(address->name, '@');
    const struct tally *domain = at ? tallies_find(&f->s->domains, span_str(at + 1)) : NULL;
    size_t reason;

    if (!domain || !address->failed || domain->failed != address->failed)
        return;
    reason = tally_reason(address, &(uint32_t){0});
    if (domain->passed > address->passed)
        found(f, "one-address", address, address->failed,
            "Check the address letter by letter; if it is right, only its owner or the "
            "recipient's postmaster can help. Your server is not the problem.",
            "%s fails (%u time%s, %s) while mail to others at %s passes (%u reported delivered or "
            "passed on)",
            address->name, address->failed, address->failed == 1 ? "" : "s", reason_name(reason),
            at + 1, domain->passed - address->passed);
    else if (address->failed >= FEW && hangs(reason))
        found(f, "one-address", address, address->failed,
            "Check the address: many servers fall silent over names that do not exist. Whether "
            "others at that domain get their mail is not in these reports.",
            "of %s only %s fails (%u times, %s); no other address there bounced", at + 1,
            address->name, address->failed, reason_name(reason));
}

/* Who goes on mailing dead addresses is taken for a spammer. */
static void still_mailed(struct finding *f)
{
    struct tally **list = tallies_sorted(&f->s->addresses);
    uint64_t addresses = 0, times = 0;
    const struct tally *worst = NULL;

    for (size_t i = 0; list && i < f->s->addresses.count; i++) {
        if (list[i]->dead < FEW || list[i]->passed)
            continue;
        addresses++;
        times += list[i]->dead;
        worst = worst && worst->dead >= list[i]->dead ? worst : list[i];
    }
    if (worst)
        found(f, "still-mailed", worst, times,
            "Take addresses off the list at the first bounce that calls them dead; receivers judge "
            "senders by how many of these they go on writing to.",
            "%llu dead address%s got mail again and again, %llu times in all; %s %u times",
            (unsigned long long)addresses, addresses == 1 ? "" : "es", (unsigned long long)times,
            worst->name, worst->dead);
    free(list);
}

/* One sender whose mail fails everywhere for one reason: the reason is on the sender's side. */
static void one_sender(struct finding *f, const struct tally *sender)
{
    static const char *const own[] = {"block", "policy", "content", "rate"};
    size_t reason;
    const char *class_;

    if (sender->failed < MANY || tally_others(sender) < FEW || !mostly(sender, &reason))
        return;
    class_ = bounce_reason_class(reason_name(reason));
    for (size_t i = 0; class_ && i < COUNT(own); i++)
        if (!strcmp(class_, own[i]))
            found(f, "one-sender", sender, sender->failed,
                "Look at this sender first: its settings, its server, what it sends. Retrying "
                "changes nothing.",
                "mail of %s fails at %d different domains or more, %u times, mostly as %s: the "
                "cause is on the sending side",
                sender->name, tally_others(sender), sender->failed, reason_name(reason));
}

static void network_block(struct finding *f, const struct tally *block)
{
    const char *space = strchr(block->name, ' ');
    int network = space ? (int)(space - block->name) : (int)strlen(block->name);
    size_t reason;

    if (block->failed < FEW)
        return;
    reason = tally_reason(block, &(uint32_t){0});
    if (space)
        found(f, "network-blocks-ip", block, block->failed,
            "Ask that network's postmaster for removal after you found what was sent from the "
            "address; other networks are not concerned unless they show up here too.",
            "%.*s refuses mail from %s (%u times, %s)", network, block->name, space + 1,
            block->failed, reason_name(reason));
    else
        found(f, "network-blocks", block, block->failed,
            "Read what its replies say; the address it refuses is not named in them.",
            "%.*s refuses your server (%u times, %s)", network, block->name, block->failed,
            reason_name(reason));
}

static void source_block(struct finding *f, const struct tally *source)
{
    if (source->failed >= FEW && tally_others(source) >= 2)
        found(f, "ip-blocked-widely", source, source->failed,
            "The address itself is the problem: find what was sent from it, stop that, then ask "
            "the blocklists they name for removal.",
            "%d networks or more refuse mail that has to do with %s (%u times)",
            tally_others(source), source->name, source->failed);
}

static void expiry_wave(struct finding *f, const struct tally *wave)
{
    const char *space = strrchr(wave->name, ' ');
    long long begin = space ? atoll(space + 1) : 0;
    char words[DATE_WORDS];

    if (wave->expired < MANY || !space)
        return;
    bounce__date_words(words, begin);
    found(f, "expiry-wave", wave, wave->expired,
        "Their server was away or did not answer for as long as your queue lasts. When it is back, "
        "send again; none of these addresses is dead for that reason.",
        "%u messages for %.*s ran out of time within six hours from %s", wave->expired,
        (int)(space - wave->name), wave->name, words);
}

static void rate_limits(struct finding *f, const struct tally *remote)
{
    uint32_t limited = 0;

    for (size_t i = 0; i < REASONS_MOST && bounce_reason_at(i); i++)
        if (!strcmp(bounce_reason_class(bounce_reason_at(i)), "rate"))
            limited += remote->reasons[i];
    if (limited >= MANY)
        found(f, "rate-limited", remote, limited,
            "Send more slowly to this network, over fewer connections.",
            "%s wants less mail at a time (%u times)", remote->name, limited);
}

static bool each(struct finding *f, const struct tallies *tallies,
    void (*look)(struct finding *f, const struct tally *tally))
{
    struct tally **list = tallies_sorted(tallies);

    for (size_t i = 0; list && i < tallies->count; i++)
        look(f, list[i]);
    free(list);
    return list != NULL;
}

/* Both halves of a wave that was counted in two windows say the same. */
static void drop_doubles(struct finding *f)
{
    size_t n = 0;

    for (size_t i = 0; i < f->count; i++) {
        bool again = false;
        for (size_t k = 0; k < n && !strcmp(f->list[i].kind, "expiry-wave"); k++) {
            const char *a = f->list[i].tally->name,
                       *b = f->list[k].tally ? f->list[k].tally->name : "";
            size_t length = (size_t)(strrchr(a, ' ') - a);
            again |= !strcmp(f->list[k].kind, "expiry-wave") && !strncmp(a, b, length + 1) &&
                     llabs(atoll(a + length) - atoll(b + length)) < WINDOW;
        }
        if (!again)
            f->list[n++] = f->list[i];
    }
    f->count = n;
}

static int by_count(const void *a, const void *b)
{
    const struct insight *x = a, *y = b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return strcmp(x->what, y->what);
}

bool insights_find(const struct summary *s, struct insight *list, size_t *count)
{
    struct finding f = {.s = s, .list = list};
    bool good = each(&f, &s->waves, expiry_wave) && each(&f, &s->sources, source_block) &&
                each(&f, &s->blocks, network_block) && each(&f, &s->senders, one_sender) &&
                each(&f, &s->remotes, rate_limits) && each(&f, &s->addresses, one_address);

    drop_doubles(&f);
    still_mailed(&f);
    if (s->backscatter)
        found(&f, "backscatter",
            s->strays.slot_count ? tallies_find(&s->strays, SPAN("backscatter")) : NULL,
            s->backscatter,
            "Nothing in your mail has to be repaired. Sign your return addresses (BATV) or publish "
            "SPF and DMARC to get less of it; --mine tells it apart for certain.",
            "%llu of %llu messages bounced mail that was probably not yours; they are not counted "
            "below",
            (unsigned long long)s->backscatter, (unsigned long long)s->messages);
    qsort(list, f.count, sizeof *list, by_count);
    *count = f.count;
    return good;
}
