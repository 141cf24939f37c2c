/* SPDX-License-Identifier: BSD-2-Clause */
/* codes.c - the lines of codes.rules:
 *
 *   status 1.1 user-unknown strong Bad destination mailbox address
 *   reply 550 user-unknown hint Requested action not taken: mailbox unavailable
 *   digit 1 5 permanent failure: something has to change before it will work
 *   advice ...        (what to do; belongs to the line above)
 *
 * "-" in place of the reason: the code says nothing about it. */
#include "emit.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Codes against words (rules.h): a strong code beats plain words and loses to firm ones. */
static int code_strength(const char *name)
{
    if (!strcmp(name, "strong"))
        return 62;
    if (!strcmp(name, "medium"))
        return 45;
    if (!strcmp(name, "weak"))
        return 25;
    if (!strcmp(name, "hint"))
        return 12;
    return !strcmp(name, "-") ? 0 : -1;
}

static void status_line(struct book *book, struct place place, const char *rest)
{
    struct status_info *info = &book->statuses[book->status_count];
    char detail[8], reason[64], strength[16], meaning[512];
    int subject;

    if (book->status_count >= STATUSES_CAP ||
        sscanf(rest, "%d.%7s %63s %15s %511[^\n]", &subject, detail, reason, strength, meaning) !=
            5 ||
        code_strength(strength) < 0) {
        bounce__complain(book, place, "not: status SUBJECT.DETAIL REASON STRENGTH MEANING");
        return;
    }
    for (size_t i = 0; i < book->status_count; i++)
        if (book->statuses[i].subject == subject &&
            book->statuses[i].detail == (strcmp(detail, "x") ? atoi(detail) : -1))
            bounce__complain(book, place, "status x.%d.%s stands twice", subject, detail);
    *info = (struct status_info){.subject = (int16_t)subject,
        .detail = (int16_t)(strcmp(detail, "x") ? atoi(detail) : -1),
        .strength = (uint8_t)code_strength(strength),
        .meaning = bounce__rulemem_copy(book->memory, meaning)};
    book->status_places[book->status_count] = place;
    book->status_reason[book->status_count++] =
        strcmp(reason, "-") ? bounce__rulemem_copy(book->memory, reason) : NULL;
}

static void reply_line(struct book *book, struct place place, const char *rest)
{
    struct reply_info *info = &book->replies[book->reply_count];
    char reason[64], strength[16], meaning[512];
    int code;

    if (book->reply_count >= REPLIES_CAP ||
        sscanf(rest, "%d %63s %15s %511[^\n]", &code, reason, strength, meaning) != 4 ||
        code_strength(strength) < 0 || code < 200 || code > 599) {
        bounce__complain(book, place, "not: reply CODE REASON STRENGTH MEANING");
        return;
    }
    for (size_t i = 0; i < book->reply_count; i++)
        if (book->replies[i].code == code)
            bounce__complain(book, place, "reply %d stands twice", code);
    *info = (struct reply_info){.code = (uint16_t)code,
        .strength = (uint8_t)code_strength(strength),
        .meaning = bounce__rulemem_copy(book->memory, meaning)};
    book->reply_places[book->reply_count] = place;
    book->reply_reason[book->reply_count++] =
        strcmp(reason, "-") ? bounce__rulemem_copy(book->memory, reason) : NULL;
}

static void digit_line(struct book *book, struct place place, const char *rest)
{
    struct reply_info *info = &book->replies[book->reply_count];
    char meaning[512];
    int which, digit;

    if (book->reply_count >= REPLIES_CAP ||
        sscanf(rest, "%d %d %511[^\n]", &which, &digit, meaning) != 3 || digit < 0 || digit > 9) {
        bounce__complain(book, place, "not: digit WHICH DIGIT MEANING");
        return;
    }
    *info = (struct reply_info){.code = (uint16_t)digit,
        .digit = (uint8_t)which,
        .meaning = bounce__rulemem_copy(book->memory, meaning)};
    book->reply_places[book->reply_count++] = place;
}

bool codes_line(struct book *book, struct place place, char *keyword, char *rest)
{
    static bool last_is_status;

    if (!strcmp(keyword, "status")) {
        status_line(book, place, rest);
        last_is_status = true;
    } else if (!strcmp(keyword, "reply")) {
        reply_line(book, place, rest);
        last_is_status = false;
    } else if (!strcmp(keyword, "digit")) {
        digit_line(book, place, rest);
        last_is_status = false;
    } else if (!strcmp(keyword, "advice")) {
        if (last_is_status && book->status_count)
            book->statuses[book->status_count - 1].advice =
                bounce__rulemem_copy(book->memory, rest);
        else if (book->reply_count)
            book->replies[book->reply_count - 1].advice = bounce__rulemem_copy(book->memory, rest);
    } else {
        return false;
    }
    return true;
}
