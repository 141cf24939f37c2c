/* SPDX-License-Identifier: BSD-2-Clause */
/* retry.c - a queue that ran out and an answer that was final look alike in a bounce and are not:
 * one is the sender's own setting, the other the receiver's decision. */
#include "retry.h"
#include "date.h"
#include <stdarg.h>
#include <stdio.h>

/* A queue that holds mail for longer has lost its clock. */
enum { LONGEST_WAIT = 366 * 86400, STORY_MOST = 1200, PERIOD_MOST = 64, SOON = 3600 };

static int64_t date_of(struct span field)
{
    int64_t seconds;

    return field.n && bounce__date_parse(field, &seconds) ? seconds : RETRY_UNSET;
}

/* RFC 5321 4.4: the newest Received stands first, its date behind the last semicolon. */
static int64_t date_received(struct span header)
{
    struct span value = bounce__field_get(header, "Received");
    size_t at = value.n;

    while (at && value.p[at - 1] != ';')
        at--;
    return at ? date_of(span_from(value, at)) : RETRY_UNSET;
}

/* "The original message was received at Mon, 29 Apr 2013 23:34:45 +0900": Sendmail. */
static int64_t date_in_words(const struct notes *notes)
{
    static const char words[] = "original message was received at ";

    for (size_t i = 0; i < notes->text_count; i++) {
        struct span head = span_upto(notes->texts[i].s, 2000);
        size_t at = bounce__find(head, SPAN(words), 0);
        if (at != SIZE_MAX)
            return date_of(span_upto(span_from(head, at + sizeof words - 1), 50));
    }
    return RETRY_UNSET;
}

void bounce__retry_read(struct retry_facts *facts, const struct message *message,
    const struct report *report, const struct notes *notes)
{
    *facts = (struct retry_facts){.arrived = date_of(report->arrival),
        .written = RETRY_UNSET,
        .sent = RETRY_UNSET,
        .stated = RETRY_UNSET,
        .lifetime = RETRY_UNSET,
        .attempts = RETRY_UNSET,
        .reporting_mta = report->reporting_mta};
    if (message)
        facts->written = date_of(bounce__field_get(message->header, "Date"));
    if (facts->arrived == RETRY_UNSET)
        facts->arrived = date_in_words(notes);
    if (notes->original.p) {
        facts->sent = date_received(notes->original);
        if (facts->sent == RETRY_UNSET)
            facts->sent = date_of(bounce__field_get(notes->original, "Date"));
    }
    for (size_t i = 0; i < notes->text_count; i++)
        bounce__stated_read(facts, notes->texts[i].s);
}

/* "5 days", "5 days 12 hours", "90 minutes". */
static const char *period(char *out, int64_t seconds)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
    size_t u = 0;
    long long n, rest = 0;

    while (u + 1 < COUNT(units) && seconds < 2 * units[u].seconds && seconds != units[u].seconds)
        u++;
    n = seconds / units[u].seconds;
    if (u + 1 < COUNT(units) && n < 10)
        rest = (seconds % units[u].seconds + units[u + 1].seconds / 2) / units[u + 1].seconds;
    if (rest * units[u + (u + 1 < COUNT(units))].seconds >= units[u].seconds) {
        n++;
        rest = 0;
    }
    if (rest)
        snprintf(out, PERIOD_MOST, "%lld %ss %lld %s%s", n, units[u].name, rest, units[u + 1].name,
            rest == 1 ? "" : "s");
    else
        snprintf(out, PERIOD_MOST, "%lld %s%s", n, units[u].name, n == 1 ? "" : "s");
    return out;
}

/* What the story is told of. */
struct telling {
    const struct retry_facts *facts;
    const struct bounce_recipient *rcpt;
    const char *by; /* who gave up; NULL when not said */
    int64_t waited, until;
    char text[STORY_MOST];
    size_t n;
};

static void say(struct telling *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct telling *t, const char *format, ...)
{
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(t->text + t->n, sizeof t->text - t->n, format, args);
    va_end(args);
    if (n > 0)
        t->n = t->n + (size_t)n < sizeof t->text ? t->n + (size_t)n : sizeof t->text - 1;
}

static const char *text_of(const struct bounce_recipient *rcpt, enum bounce_text what)
{
    return rcpt->texts[what - BOUNCE_ADDRESS];
}

static const char *mta_words(const char *name, const char *otherwise)
{
    return name ? name : otherwise;
}

static void say_when(struct telling *t)
{
    int64_t first = t->rcpt->numbers[BOUNCE_FIRST_SEEN], last = t->rcpt->numbers[BOUNCE_LAST_TRIED];
    char from[DATE_WORDS], to[DATE_WORDS];

    if (!t->rcpt->has_number[BOUNCE_FIRST_SEEN] || !t->rcpt->has_number[BOUNCE_LAST_TRIED] ||
        t->waited < SOON)
        return;
    bounce__date_words(from, first);
    bounce__date_words(to, last);
    say(t, " (%s to %s)", from, to);
}

/* Codes that the sending side makes up for the network are no answer of the receiver. */
static bool receiver_spoke(const struct bounce_recipient *rcpt)
{
    static const char *const answers[] = {
        "system-error", "system-overloaded", "local-delivery-error", "protocol-error", "mail-loop"};
    const char *reply = text_of(rcpt, BOUNCE_REPLY), *class_ = text_of(rcpt, BOUNCE_CLASS);

    if (!reply || !strcmp(class_, "domain"))
        return false;
    for (size_t i = 0; i < COUNT(answers); i++)
        if (!strcmp(text_of(rcpt, BOUNCE_REASON), answers[i]))
            return true;
    return strcmp(class_, "system") != 0;
}

/* What the receiver had to do with a queue that ran out. */
static void say_receiver(struct telling *t)
{
    const char *reply = text_of(t->rcpt, BOUNCE_REPLY), *mta = text_of(t->rcpt, BOUNCE_REMOTE_MTA);

    if (!receiver_spoke(t->rcpt))
        say(t, " The bounce shows no final answer from the receiving side.");
    else if (reply[0] == '4')
        say(t, " The last answer of %s was a temporary %s: not now.",
            mta_words(mta, "the receiving side"), reply);
}

static void say_attempts(struct telling *t)
{
    if (t->facts->attempts < 0)
        return;
    say(t, ", counts %lld attempt%s", (long long)t->facts->attempts,
        t->facts->attempts == 1 ? "" : "s");
    if (!t->facts->attempts)
        say(t, " that got as far as a server");
}

static void tell_queue(struct telling *t)
{
    char words[PERIOD_MOST];
    int64_t waited = t->waited > 0 ? t->waited : t->facts->stated;

    say(t, "%s kept the message", mta_words(t->by, "The sending server"));
    if (waited > 0)
        say(t, " for %s", period(words, waited));
    else
        say(t, " in its queue");
    say_when(t);
    say_attempts(t);
    say(t, " and then gave up.");
    say_receiver(t);
    say(t,
        " How long to keep trying is a setting of the server that gave up, not of the receiver.");
    if (t->facts->rule_timeout && waited >= 0 && waited < SOON)
        say(t, " It gave up this soon because it remembers earlier failures of that host: a retry "
               "rule counts from the first of them, not from this message.");
}

static void tell_receiver(struct telling *t)
{
    const char *reply = text_of(t->rcpt, BOUNCE_REPLY);
    char words[PERIOD_MOST];

    say(t, "%s refused for good", mta_words(t->by, "The receiving side"));
    if (reply)
        say(t, " (%s)", reply);
    if (t->waited >= SOON) {
        say(t, ", %s after the message was sent on its way", period(words, t->waited));
        say_when(t);
        say(t, ": a final answer that comes late means that earlier attempts were put off or did "
               "not get through.");
    } else {
        say(t, "%s.", t->waited >= 0 ? " at once" : "");
    }
    say(t, " That is the receiver's decision; a longer queue on the sending side would not have "
           "changed it.");
}

static void tell_sender(struct telling *t)
{
    say(t, "%s gave up by itself: no receiving server was asked, or none could be found.",
        mta_words(t->by, "The sending server"));
}

static void tell_waiting(struct telling *t)
{
    char words[DATE_WORDS], length[PERIOD_MOST];

    say(t, "Nobody has given up: %s keeps trying", mta_words(t->by, "the sending server"));
    if (t->until >= 0) {
        bounce__date_words(words, t->until);
        say(t, " until %s", words);
    } else if (t->facts->lifetime > 0) {
        say(t, " until the message is %s old", period(length, t->facts->lifetime));
    }
    say(t, ". Do not send it again meanwhile.");
}

static void set_number(struct bounce_recipient *out, enum bounce_number what, int64_t value)
{
    if (value == RETRY_UNSET)
        return;
    out->has_number[what] = true;
    out->numbers[what] = value;
}

/* From the Arrival-Date to the last attempt, or to the bounce. Clocks that contradict each other
 * say nothing. */
static int64_t set_times(struct bounce_recipient *out, const struct retry_facts *facts,
    const struct record *record, int64_t until)
{
    int64_t first = facts->arrived != RETRY_UNSET ? facts->arrived : facts->sent;
    int64_t last = date_of(record->last_attempt);

    last = last != RETRY_UNSET ? last : facts->written;
    set_number(out, BOUNCE_FIRST_SEEN, first);
    set_number(out, BOUNCE_LAST_TRIED, last);
    set_number(out, BOUNCE_TRIED_UNTIL, until);
    set_number(out, BOUNCE_SECONDS_STATED, facts->stated);
    set_number(out, BOUNCE_SECONDS_LIFETIME, facts->lifetime);
    set_number(out, BOUNCE_ATTEMPTS, facts->attempts);
    if (first == RETRY_UNSET || last == RETRY_UNSET || last < first || last - first > LONGEST_WAIT)
        return RETRY_UNSET;
    set_number(out, BOUNCE_SECONDS_WAITED, last - first);
    return last - first;
}

/* "mx1.example.com" and "user@example.com": the report comes from the recipient's own side. */
static bool own_side(const char *mta, const char *address)
{
    const char *at = address ? strrchr(address, '@') : NULL;
    struct span domain = span_str(at ? at + 1 : NULL), host = span_str(mta);

    return domain.n > 3 && bounce__ends(host, domain) &&
           (host.n == domain.n || host.p[host.n - domain.n - 1] == '.');
}

static const char *who_gave_up(const struct bounce_recipient *out, const struct record *record)
{
    const char *reply = text_of(out, BOUNCE_REPLY), *class_ = text_of(out, BOUNCE_CLASS);
    bool remote = record->remote_mta.n > 0;

    if (out->flags[BOUNCE_EXPIRED] || !strcmp(text_of(out, BOUNCE_REASON), "expired"))
        return "sender-queue";
    /* A name that cannot be found: whoever looked it up, nobody was there to answer. */
    if (!strcmp(class_, "domain") && !remote)
        return "sender";
    if (reply && reply[0] == '5')
        return "receiver";
    /* 5.0.0 alone (RFC 3463 3.1) is what a sender writes who knows no reason, as when it lost the
     * connection (Courier, nullmailer). */
    if (remote && !reply && span_starts(record->status, "5") &&
        !span_starts(record->status, "5.4") && !span_same(record->status, "5.0.0"))
        return "receiver";
    if (!strcmp(class_, "address") || !strcmp(class_, "mailbox-off") || !strcmp(class_, "quota"))
        return "receiver";
    return "unknown";
}

static const char *name_of(struct bounce *bounce, struct span mta)
{
    return mta.n ? bounce__clean_copy(&bounce->arena, mta) : NULL;
}

void bounce__retry_tell(struct bounce *bounce, struct bounce_recipient *out,
    const struct retry_facts *message_facts, const struct record *record, bool bare)
{
    struct retry_facts facts = *message_facts;
    struct telling t = {.facts = &facts, .rcpt = out};
    const char *action = text_of(out, BOUNCE_ACTION), *reporting;
    const char *reply = text_of(out, BOUNCE_REPLY), *who = NULL;
    bool failed = bare || (action && !strcmp(action, "failed"));

    if (!failed && !(action && !strcmp(action, "delayed")))
        return;
    for (const struct bit *bit = record->decisive.first; bit; bit = bit->next)
        bounce__stated_read(&facts, bit->s);
    t.until = date_of(record->retry_until);
    t.waited = set_times(out, &facts, record, t.until);
    t.by = reporting = name_of(bounce, facts.reporting_mta);
    if (bare && !out->flags[BOUNCE_EXPIRED] && reply && reply[0] == '4')
        failed = false;
    if (!failed) {
        tell_waiting(&t);
    } else {
        who = who_gave_up(out, record);
        if (!strcmp(who, "receiver"))
            t.by = text_of(out, BOUNCE_REMOTE_MTA) ? text_of(out, BOUNCE_REMOTE_MTA)
                   : own_side(reporting, text_of(out, BOUNCE_ADDRESS)) ? reporting
                                                                       : NULL;
        if (!strcmp(who, "sender-queue"))
            tell_queue(&t);
        else if (!strcmp(who, "receiver"))
            tell_receiver(&t);
        else if (!strcmp(who, "sender"))
            tell_sender(&t);
        else
            say(&t, "The bounce does not say whether the receiver refused it or a queue ran out.");
    }
    out->texts[BOUNCE_GAVE_UP - BOUNCE_ADDRESS] = who;
    out->texts[BOUNCE_GAVE_UP_BY - BOUNCE_ADDRESS] = who && strcmp(who, "unknown") ? t.by : NULL;
    if (t.n)
        out->texts[BOUNCE_RETRY_STORY - BOUNCE_ADDRESS] =
            bounce__arena_copy(&bounce->arena, span_of(t.text, t.n));
}
