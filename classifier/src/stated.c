/* SPDX-License-Identifier: BSD-2-Clause */
/* stated.c - "Message could not be delivered for 5 days": how long, in the words of the MTA.
 *
 * A number and a unit of time count only beside words that speak of queues and attempts; some of
 * these say how long the MTA has tried, others how long it is going to. */
#include "retry.h"

enum { STATED_MOST = 16 * 1024, BEFORE = 90, AFTER = 60, LONGEST = 60 * 86400 };

/* Length of the unit at the start of s in seconds; 0 when there is none. */
static int64_t unit_at(struct span s)
{
    static const struct {
        const char *name;
        int64_t seconds;
    } units[] = {{"second", 1}, {"sec", 1}, {"minute", 60}, {"min", 60}, {"minuten", 60},
        {"hour", 3600}, {"stunde", 3600}, {"heure", 3600}, {"hora", 3600}, {"ore", 3600},
        {"uur", 3600}, {"timmar", 3600}, {"day", 86400}, {"tag", 86400}, {"jour", 86400},
        {"d\xc3\xad"
         "a",
            86400},
        {"dia", 86400}, {"giorn", 86400}, {"dagar", 86400}, {"dagen", 86400}, {"week", 7 * 86400},
        {"woche", 7 * 86400}};
    static const char *const endings[] = {"", "s", "(s)", "n", "e", "en", "i", "o"};

    for (size_t i = 0; i < COUNT(units); i++) {
        struct span rest;

        if (!span_starts(s, units[i].name))
            continue;
        rest = span_from(s, strlen(units[i].name));
        for (size_t e = 0; e < COUNT(endings); e++) {
            struct span end = span_from(rest, strlen(endings[e]));
            if (span_starts(rest, endings[e]) && (!end.n || !byte_alnum(end.p[0])))
                return units[i].seconds;
        }
    }
    return 0;
}

static bool number_word(struct span s, unsigned *value, size_t *used)
{
    static const char *const words[] = {"one", "two", "three", "four", "five", "six", "seven"};

    for (size_t i = 0; i < COUNT(words); i++) {
        struct span rest;

        if (!span_starts(s, words[i]))
            continue;
        *used = strlen(words[i]);
        rest = span_from(s, *used);
        *value = (unsigned)i + 1;
        return rest.n && (rest.p[0] == ' ' || rest.p[0] == '-');
    }
    return false;
}

static bool any_of(struct span s, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (span_has(s, words[i]))
            return true;
    return false;
}

static void take(struct retry_facts *facts, struct span before, struct span after, int64_t seconds)
{
    static const char *const coming[] = {"until", "up to ", "will keep", "keep trying", "next ",
        "continue", "another", "deleted", "bis zu", "within"};
    static const char *const past[] = {"queue", "retr", "tried", "trying", "gave up", "giving up",
        "delivered", "delivery", "deliver", "undelivered", "send message", "expired", "period of",
        "attempt", "delayed", "schlange", "zugestellt", "zustell", "tiempo", "entrega", "remis",
        "consegn"};
    bool about = any_of(before, past, COUNT(past)) || any_of(after, past, COUNT(past));

    if (!about || !seconds)
        return;
    if (any_of(before, coming, COUNT(coming)))
        facts->lifetime = facts->lifetime == RETRY_UNSET ? seconds : facts->lifetime;
    else if (facts->stated == RETRY_UNSET)
        facts->stated = seconds;
}

/* Only as far as the sentence goes: a full stop before a blank, or an empty line, ends it. */
static struct span sentence_before(struct span text, size_t at)
{
    size_t from = at;

    while (from && at - from < BEFORE) {
        char c = text.p[from - 1];
        if (c == '.' && from < at && byte_blank(text.p[from]))
            break;
        if (c == '\n' && from < at && (text.p[from] == '\n' || text.p[from] == '\r'))
            break;
        from--;
    }
    return span_of(text.p + from, at - from);
}

static struct span sentence_after(struct span text, size_t at)
{
    size_t to = at;

    while (to < text.n && to - at < AFTER) {
        if (text.p[to] == '.' && (to + 1 == text.n || byte_blank(text.p[to + 1])))
            break;
        if (text.p[to] == '\n' && to + 1 < text.n &&
            (text.p[to + 1] == '\n' || text.p[to + 1] == '\r'))
            break;
        to++;
    }
    return span_of(text.p + at, to - at);
}

/* "delivery attempts: 3", "after 12 attempts", "tried 4 times". */
static void take_attempts(struct retry_facts *facts, struct span text, size_t at)
{
    struct span rest = span_upto(span_from(text, at), 60);
    struct span before = span_of(text.p + (at > 24 ? at - 24 : 0), at > 24 ? 24 : at);
    unsigned value;
    size_t used;

    if (facts->attempts != RETRY_UNSET)
        return;
    if (span_starts(rest, "attempts: ") && bounce__number(span_from(rest, 10), 5, &value, &used)) {
        facts->attempts = value;
        return;
    }
    if (!bounce__number(rest, 5, &value, &used) || (at && byte_alnum(text.p[at - 1])))
        return;
    rest = span_from(rest, used);
    if (span_starts(rest, " attempts") || span_starts(rest, " delivery attempts") ||
        span_starts(rest, " unsuccessful") ||
        (span_starts(rest, " times") && (span_has(before, "tried") || span_has(before, "attempt"))))
        facts->attempts = value;
}

/* Can a number, in figures or in words, or "attempts: " begin with this? */
static bool begins_number(char c)
{
    switch (byte_lower(c)) {
    case 'a':
    case 'f':
    case 'o':
    case 's':
    case 't':
        return true;
    default:
        return byte_digit(c);
    }
}

/* A number at `at`, where a word begins, and the time or the attempts that it counts. */
static void take_number(struct retry_facts *facts, struct span text, size_t at)
{
    struct span rest = span_from(text, at);
    unsigned value;
    size_t used, gap;
    int64_t unit;

    if (byte_digit(rest.p[0]) || byte_lower(rest.p[0]) == 'a')
        take_attempts(facts, text, at);
    if (!(byte_digit(rest.p[0]) ? bounce__number(rest, 4, &value, &used)
                                : number_word(rest, &value, &used)))
        return;
    for (gap = used; gap < rest.n && gap < used + 3 && byte_blank(rest.p[gap]); gap++)
        ;
    if (gap < rest.n && rest.p[gap] == '-')
        gap++;
    unit = unit_at(span_from(rest, gap));
    if (unit && (int64_t)value * unit <= LONGEST)
        take(facts, sentence_before(text, at), sentence_after(text, at + gap),
            (int64_t)value * unit);
}

static size_t next_word(struct span text, size_t at)
{
    while (at < text.n && byte_alnum(text.p[at]))
        at++;
    while (at < text.n && !byte_alnum(text.p[at]))
        at++;
    return at;
}

void bounce__stated_read(struct retry_facts *facts, struct span text)
{
    text = span_upto(text, STATED_MOST);
    facts->rule_timeout = facts->rule_timeout || span_has(text, "retry timeout exceeded") ||
                          span_has(text, "retry time not reached for any host");
    for (size_t at = 0; at < text.n; at = next_word(text, at))
        if (begins_number(text.p[at]))
            take_number(facts, text, at);
}
