/* SPDX-License-Identifier: BSD-2-Clause */
/* date.c - words in any order: a clock time, a month, a zone, a day and a year. */
#include "date.h"
#include <stdio.h>

enum { DATE_MOST = 100, TOKEN_MOST = 16 };

static const char *const month_names[] = {
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};

/* -1: not seen yet. */
struct date {
    int year, month, day, hour, minute, second;
    bool has_clock, has_zone;
    int zone; /* minutes east of UTC */
};

/* Days from 1970-01-01 in the proleptic Gregorian calendar. */
static int64_t days_of(int year, int month, int day)
{
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int y = year - (month <= 2), leaps = y / 4 - y / 100 + y / 400;

    return (int64_t)(year - 1970) * 365 + leaps - 477 + before[month - 1] + day - 1;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

static bool finish(const struct date *d, int64_t *seconds)
{
    if (d->year < 1970 || d->year > 2200 || d->month < 1 || d->month > 12 || d->day < 1 ||
        d->day > days_in(d->year, d->month) || !d->has_clock)
        return false;
    *seconds = ((days_of(d->year, d->month, d->day) * 24 + d->hour) * 60 + d->minute) * 60 +
               d->second - (int64_t)d->zone * 60;
    return *seconds >= 0;
}

/* "05:43:20", "05:43", "04-46-42", "05:43:20.123"; used is what it took. */
static bool clock_at(struct span s, struct date *d, size_t *used)
{
    unsigned part[3] = {0, 0, 0};
    size_t at = 0, n;
    char sep = 0;

    for (int i = 0; i < 3; i++) {
        if (!bounce__number(span_from(s, at), 2, &part[i], &n))
            return false;
        at += n;
        if (i == 2 || at >= s.n || (s.p[at] != ':' && (s.p[at] != '-' || (i && sep != '-')))) {
            if (!i)
                return false;
            break;
        }
        sep = s.p[at++];
    }
    while (at + 1 < s.n && s.p[at] == '.' && byte_digit(s.p[at + 1]))
        for (at++; at < s.n && byte_digit(s.p[at]); at++)
            ;
    if (part[0] > 23 || part[1] > 59 || part[2] > 60) /* 60: a leap second */
        return false;
    d->hour = (int)part[0];
    d->minute = (int)part[1];
    d->second = (int)(part[2] > 59 ? 59 : part[2]);
    d->has_clock = true;
    *used = at;
    return true;
}

/* "+0900", "-03:30". More than 14 hours from Greenwich is no zone: the date counts as UTC. */
static bool offset_at(struct span s, struct date *d)
{
    unsigned hours, minutes = 0;
    char sign = s.n ? s.p[0] : 0;
    size_t n, m;

    if (s.n < 3 || (s.p[0] != '+' && s.p[0] != '-') ||
        !bounce__number(span_upto(span_from(s, 1), 2), 2, &hours, &n) || n != 2)
        return false;
    s = span_from(s, 3);
    if (s.n && s.p[0] == ':')
        s = span_from(s, 1);
    if (s.n && (!bounce__number(s, 2, &minutes, &m) || m != 2 || minutes > 59))
        return false;
    d->has_zone = true;
    if (hours > 14)
        return true;
    d->zone = (int)(hours * 60 + minutes) * (sign == '-' ? -1 : 1);
    return true;
}

/* RFC 5322 4.3: the zones that have a defined meaning. */
static bool zone_named(struct span s, struct date *d)
{
    static const struct {
        const char *name;
        int hours;
    } zones[] = {{"UT", 0}, {"UTC", 0}, {"GMT", 0}, {"Z", 0}, {"EST", -5}, {"EDT", -4}, {"CST", -6},
        {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}, {"JST", 9}, {"CET", 1},
        {"CEST", 2}, {"BST", 1}, {"MSK", 3}};

    for (size_t i = 0; i < COUNT(zones); i++)
        if (span_same(s, zones[i].name)) {
            d->zone = zones[i].hours * 60;
            d->has_zone = true;
            return true;
        }
    return false;
}

/* "2016-01-31" with 'T' or nothing behind it. */
static bool iso_day(struct span s, struct date *d, size_t *used)
{
    unsigned y, m, day;
    size_t n;

    if (s.n < 10 || s.p[4] != '-' || s.p[7] != '-' || !bounce__number(s, 4, &y, &n) || n != 4 ||
        !bounce__number(span_from(s, 5), 2, &m, &n) || n != 2 ||
        !bounce__number(span_from(s, 8), 2, &day, &n) || n != 2)
        return false;
    d->year = (int)y;
    d->month = (int)m;
    d->day = (int)day;
    *used = 10;
    return true;
}

static void take_number(struct date *d, struct span s)
{
    unsigned value;
    size_t n;

    if (!bounce__number(s, 4, &value, &n) || n != s.n)
        return;
    if (n <= 2 && d->day < 0) {
        d->day = (int)value;
    } else if (d->year < 0) {
        /* RFC 5322 4.3: two digits are 1950..2049, three count from 1900. */
        if (n == 2)
            value += value < 50 ? 2000 : 1900;
        else if (n == 3)
            value += 1900;
        d->year = (int)value;
    }
}

static void take_word(struct date *d, struct span s)
{
    size_t used;

    if (d->month < 0 && byte_alpha(s.p[0]))
        for (size_t i = 0; i < COUNT(month_names); i++)
            if (s.n >= 3 && span_starts(s, month_names[i])) {
                d->month = (int)i + 1;
                return;
            }
    if (byte_alpha(s.p[0])) {
        if (!d->has_zone)
            zone_named(s, d);
        return;
    }
    if (!d->has_zone && d->has_clock && offset_at(s, d))
        return;
    if (d->day < 0 && iso_day(s, d, &used)) {
        s = span_from(s, used);
        if (s.n > 1 && byte_lower(s.p[0]) == 't')
            take_word(d, span_from(s, 1));
        return;
    }
    if (!d->has_clock && clock_at(s, d, &used)) {
        s = span_from(s, used);
        if (s.n && !d->has_zone)
            take_word(d, s);
        return;
    }
    take_number(d, s);
}

/* "+0900" is east of Greenwich. Comments ("(JST)") end the date. */
bool bounce__date_parse(struct span text, int64_t *seconds)
{
    struct date d = {.year = -1, .month = -1, .day = -1};
    size_t at = 0, tokens = 0;

    text = span_upto(bounce__trim(text), DATE_MOST);
    while (at < text.n && tokens++ < TOKEN_MOST) {
        size_t from;

        while (at < text.n && (byte_blank(text.p[at]) || text.p[at] == ','))
            at++;
        from = at;
        while (at < text.n && !byte_blank(text.p[at]) && text.p[at] != ',')
            at++;
        if (at == from || text.p[from] == '(')
            break;
        take_word(&d, span_of(text.p + from, at - from));
    }
    return finish(&d, seconds);
}

void bounce__date_words(char *out, int64_t seconds)
{
    int64_t days = seconds / 86400, rest = seconds % 86400;
    int year = 1970, month = 1;

    while (year < 2300 && days >= 365 + (days_in(year, 2) == 29)) {
        days -= 365 + (days_in(year, 2) == 29);
        year++;
    }
    while (month < 12 && days >= days_in(year, month))
        days -= days_in(year, month++);
    snprintf(out, DATE_WORDS, "%d %c%s %d %02d:%02d UTC", (int)days + 1,
        month_names[month - 1][0] - 32, month_names[month - 1] + 1, year, (int)(rest / 3600),
        (int)(rest / 60 % 60));
}
