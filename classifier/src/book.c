/* SPDX-License-Identifier: BSD-2-Clause */
/* book.c - rules as they are read: room for them, and what is wrong with them. */
#include "rulefile.h"
#include <stdarg.h>
#include <stdio.h>

void bounce__complain(struct book *book, struct place place, const char *format, ...)
{
    size_t room = sizeof book->mistakes - book->mistakes_n;
    char *to = book->mistakes + book->mistakes_n;
    va_list args;
    int head, n;

    book->errors++;
    head = snprintf(to, room, "%s:%d: ", place.file, place.line);
    if (head < 0 || (size_t)head >= room) {
        *to = '\0';
        return;
    }
    va_start(args, format);
    n = vsnprintf(to + head, room - (size_t)head, format, args);
    va_end(args);
    if (n < 0 || (size_t)(head + n) + 1 >= room) {
        *to = '\0'; /* half a mistake misleads */
        return;
    }
    memcpy(to + head + n, "\n", 2);
    book->mistakes_n += (size_t)(head + n) + 1;
}

void bounce__mistakes_copy(const struct book *book, char *why, size_t why_size)
{
    char *end;

    snprintf(why, why_size, "%s", book->mistakes);
    end = book->mistakes_n >= why_size ? strrchr(why, '\n') : NULL;
    if (end)
        end[1] = '\0';
}

/* Makes room for one more in arrays that are as long as each other. */
static void *longer(struct book *book, const void *items, size_t item, size_t count, size_t cap)
{
    return bounce__rulemem_more(book->memory, items, item, count, &cap);
}

void bounce__book_room_for_rule(struct book *book)
{
    size_t n = book->rule_count, cap = book->rule_cap;

    if (n < cap)
        return;
    book->rules = longer(book, book->rules, sizeof *book->rules, n, cap);
    book->rule_places = longer(book, book->rule_places, sizeof *book->rule_places, n, cap);
    book->first_conds = bounce__rulemem_more(
        book->memory, book->first_conds, sizeof *book->first_conds, n, &book->rule_cap);
}

void bounce__book_room_for_example(struct book *book)
{
    size_t n = book->example_count, cap = book->example_cap;

    if (n < cap)
        return;
    book->examples = longer(book, book->examples, sizeof *book->examples, n, cap);
    book->example_places = bounce__rulemem_more(
        book->memory, book->example_places, sizeof *book->example_places, n, &book->example_cap);
}

void bounce__book_room_for_use(struct book *book)
{
    if (book->use_count == book->use_cap)
        book->uses = bounce__rulemem_more(
            book->memory, book->uses, sizeof *book->uses, book->use_count, &book->use_cap);
}
