/* SPDX-License-Identifier: BSD-2-Clause */
/* facts.c - the IP, the blocklist, the limit and the link that a bounce names, put into the words
 * of the rules. */
#include "address.h"
#include "explain.h"

/* "192.0.2.1" at s.p; returns its length or 0. */
static size_t ipv4(struct span s)
{
    size_t i = 0;

    for (int part = 0; part < 4; part++) {
        unsigned value;
        size_t used;

        if (part && (i >= s.n || s.p[i++] != '.'))
            return 0;
        if (i >= s.n || !bounce__number(span_from(s, i), 3, &value, &used) || value > 255)
            return 0;
        i += used;
    }
    if (i < s.n && (byte_alnum(s.p[i]) || (s.p[i] == '.' && i + 1 < s.n && byte_alnum(s.p[i + 1]))))
        return 0;
    return i;
}

/* An IPv6 address: at least three colons among hexadecimal digits. */
static size_t ipv6(struct span s)
{
    size_t i = 0, colons = 0;

    while (i < s.n && i < 45 &&
           (byte_digit(s.p[i]) || (s.p[i] >= 'a' && s.p[i] <= 'f') || s.p[i] == ':'))
        colons += s.p[i++] == ':';
    return colons >= 3 && (i >= s.n || !byte_alnum(s.p[i])) ? i : 0;
}

static bool starts_token(struct span s, size_t i)
{
    return !i || !(byte_alnum(s.p[i - 1]) || s.p[i - 1] == '.' || s.p[i - 1] == '-' ||
                     s.p[i - 1] == ':' || s.p[i - 1] == '@');
}

static size_t distance(size_t a, size_t b)
{
    return a > b ? a - b : b - a;
}

/* The address nearest to the evidence: a reply often names the client's and the server's. */
static struct span find_ip(struct span s, size_t near, struct span not_this)
{
    struct span best = SPAN_NONE;
    size_t closest = SIZE_MAX;

    for (size_t i = 0; i < s.n; i++) {
        size_t n;

        if (!starts_token(s, i) ||
            !(n = ipv4(span_from(s, i)) ? ipv4(span_from(s, i)) : ipv6(span_from(s, i))))
            continue;
        if (distance(i, near) < closest &&
            !(not_this.n && bounce__same(span_of(s.p + i, n), not_this))) {
            best = span_of(s.p + i, n);
            closest = distance(i, near);
        }
        i += n - 1;
    }
    return best;
}

static bool known_list(struct span host)
{
    static const char *const lists[] = {"spamhaus", "spamcop", "barracuda", "sorbs", "uceprotect",
        "abuseat", "surbl", "uribl", "psbl", "mailspike", "njabl", "dsbl", "ordb", "dnsbl", "rbl",
        "invaluement", "senderscore", "truncate", "abusix", "spamrats", "mail-abuse", "blocklist",
        "blacklist", "backscatterer", "ahbl", "cymru", "manitu", "0spam", "hostkarma", "nixspam",
        "cloudmark", "proofpoint"};

    for (size_t i = 0; i < COUNT(lists); i++)
        if (span_has(host, lists[i]))
            return true;
    return false;
}

/* "blacklisted" or "rbl" is no name of a list; "spamhaus" and "rbl.example.org" are. */
static bool names_a_list(struct span word)
{
    static const char *const generic[] = {"dnsbl", "rbl", "blocklist", "blacklist"};

    for (size_t i = 0; i < COUNT(generic); i++)
        if (span_has(word, generic[i]))
            return span_has(word, ".");
    return known_list(word);
}

/* A host name that is the name of a blocklist. */
static struct span find_list(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        size_t n = 0;

        if (!byte_alnum(s.p[i]) || (i && byte_alnum(s.p[i - 1])))
            continue;
        while (i + n < s.n && (byte_alnum(s.p[i + n]) || s.p[i + n] == '.' || s.p[i + n] == '-'))
            n++;
        while (n && (s.p[i + n - 1] == '.' || s.p[i + n - 1] == '-'))
            n--;
        if (n > 4 && names_a_list(span_of(s.p + i, n)) && !(i && s.p[i - 1] == '@'))
            return span_of(s.p + i, n);
        i += n;
    }
    return SPAN_NONE;
}

static struct span find_url(struct span s)
{
    size_t at = bounce__find(s, SPAN("http"), 0), n = 0;

    if (at == SIZE_MAX)
        return SPAN_NONE;
    s = span_from(s, at);
    if (!span_starts(s, "http://") && !span_starts(s, "https://"))
        return SPAN_NONE;
    while (n < s.n && n < 200 && s.p[n] > ' ' && !strchr("<>\"'()", s.p[n]))
        n++;
    while (n && strchr(".,;:", s.p[n - 1]))
        n--;
    return span_of(s.p, n);
}

/* "10240000", "25 mb", "10485760 bytes" behind a word that says limit. */
static struct span find_limit(struct span s)
{
    static const char *const words[] = {"limit", "maximum", "max ", "exceed"};

    for (size_t w = 0; w < COUNT(words); w++) {
        size_t at = bounce__find(s, span_str(words[w]), 0), i, dots = 0;
        struct span tail;

        if (at == SIZE_MAX)
            continue;
        tail = span_upto(span_from(s, at), 80);
        for (i = 0; i < tail.n && !byte_digit(tail.p[i]); i++)
            ;
        s = span_from(tail, i);
        for (i = 0; i < s.n && (byte_digit(s.p[i]) || s.p[i] == '.' || s.p[i] == ','); i++)
            dots += s.p[i] == '.';
        if (i < 1 || i > 14 || dots > 1) /* nothing, or an address that stands near the word */
            return SPAN_NONE;
        for (size_t u = i; u < s.n && (s.p[u] == ' ' || byte_alpha(s.p[u])) && u - i < 6; u++)
            if (s.p[u] == 'b' || s.p[u] == 'm' || s.p[u] == 'k')
                return bounce__trim(
                    span_upto(s, u + 1 + (s.p[u] != 'b' && u + 1 < s.n && s.p[u + 1] == 'b')));
        return i >= 4 ? span_upto(s, i) : SPAN_NONE;
    }
    return SPAN_NONE;
}

/* Bare replies have no recipient beside them, but often name it. */
static struct span find_address(struct span s)
{
    struct span address;
    size_t at = 0;

    return bounce__address_next(s, &at, &address) ? address : SPAN_NONE;
}

static bool about_recipient(const struct decision *decision)
{
    static const char *const classes[] = {"address", "domain", "mailbox-off", "quota"};

    for (size_t i = 0; i < COUNT(classes); i++)
        if (!strcmp(bounce__reasons[decision->reason].class_, classes[i]))
            return true;
    return false;
}

void bounce__facts_find(struct facts *facts, const char *templates[2],
    const struct matching *matching, const struct decision *decision, const struct record *record)
{
    struct span all =
        span_upto(span_of(matching->fold.out, matching->fold.n), matching->zone_end[ZONE_SAID]);
    size_t at, near = decision->has_evidence ? decision->from : 0;

    *facts = (struct facts){.address = record->address, .mta = record->remote_mta};
    if (!facts->address.n && about_recipient(decision))
        facts->address = find_address(all);
    at = bounce__find(facts->address, SPAN("@"), 0);
    if (at != SIZE_MAX)
        facts->domain = span_from(facts->address, at + 1);
    for (int i = 0; i < 2; i++) {
        if (strstr(templates[i], "{ip}"))
            facts->ip = find_ip(all, near, SPAN_NONE);
        if (strstr(templates[i], "{list}"))
            facts->list = find_list(all);
        if (strstr(templates[i], "{url}"))
            facts->url = find_url(all);
        if (strstr(templates[i], "{limit}"))
            facts->limit = find_limit(all);
    }
}

struct filling {
    struct arena *arena;
    const struct facts *facts;
    char *out;
    size_t n, cap;
};

static void fill_put(struct filling *f, struct span s)
{
    size_t n = s.n < f->cap - 1 - f->n ? s.n : f->cap - 1 - f->n;

    if (n)
        memcpy(f->out + f->n, s.p, n);
    f->n += n;
}

static struct span fact_named(const struct facts *facts, struct span name)
{
    const struct {
        const char *name;
        struct span value;
    } all[] = {{"address", facts->address}, {"domain", facts->domain}, {"mta", facts->mta},
        {"ip", facts->ip}, {"list", facts->list}, {"limit", facts->limit}, {"url", facts->url}};

    for (size_t i = 0; i < COUNT(all); i++)
        if (span_same(name, all[i].name))
            return all[i].value;
    return SPAN_NONE;
}

/* Outside of brackets something must be said even when the fact is unknown. */
static struct span stand_in(struct span name)
{
    static const struct {
        const char *name, *words;
    } all[] = {{"address", "the recipient"}, {"domain", "the recipient's domain"},
        {"mta", "the recipient's server"}, {"ip", "the sending address"}, {"list", "a blocklist"},
        {"limit", "its limit"}};

    for (size_t i = 0; i < COUNT(all); i++)
        if (span_same(name, all[i].name))
            return span_str(all[i].words);
    return SPAN("?");
}

/* Writes s; false when a fact in it is unknown and `optional`. */
static bool fill_span(struct filling *f, struct span s, bool optional)
{
    while (s.n) {
        size_t open = bounce__find(s, SPAN("{"), 0);
        size_t close = open == SIZE_MAX ? SIZE_MAX : bounce__find(s, SPAN("}"), open);
        struct span name, value;

        if (close == SIZE_MAX)
            open = s.n;
        fill_put(f, span_upto(s, open));
        if (open == s.n)
            break;
        name = span_of(s.p + open + 1, close - open - 1);
        value = fact_named(f->facts, name);
        if (!value.n && optional)
            return false;
        if (!value.n)
            value = stand_in(name);
        else
            value = span_str(bounce__clean_copy(f->arena, span_upto(value, 300)));
        fill_put(f, value);
        s = span_from(s, close + 1);
    }
    return true;
}

const char *bounce__fill(struct arena *arena, const char *template, const struct facts *facts)
{
    struct filling f = {.arena = arena, .facts = facts, .cap = strlen(template) + 2048};
    struct span s = span_str(template);

    f.out = bounce__arena_room(arena, f.cap);
    if (!f.out)
        return "";
    while (s.n) {
        size_t open = bounce__find(s, SPAN("["), 0), close;
        size_t mark;

        fill_span(&f, span_upto(s, open), false);
        if (open == SIZE_MAX)
            break;
        close = bounce__find(s, SPAN("]"), open);
        mark = f.n;
        if (close != SIZE_MAX && !fill_span(&f, span_of(s.p + open + 1, close - open - 1), true))
            f.n = mark;
        s = close == SIZE_MAX ? SPAN_NONE : span_from(s, close + 1);
    }
    f.out[f.n] = '\0';
    return f.out;
}
