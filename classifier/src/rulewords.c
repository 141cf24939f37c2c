/* SPDX-License-Identifier: BSD-2-Clause */
/* rulewords.c - named lists of words: "$client" in a phrase stands for "(ip|host|...)". */
#include "bytes.h"
#include "rulefile.h"
#include <stdio.h>

enum { DEPTH_MOST = 16 };

static struct word_list *list_named(struct book *book, const char *name, size_t length)
{
    for (size_t i = 0; i < book->list_count; i++)
        if (strlen(book->lists[i].name) == length && !strncmp(book->lists[i].name, name, length))
            return &book->lists[i];
    return NULL;
}

/* The texts one after the other, in the book's memory. */
static char *joined(struct book *book, const struct span *parts, size_t count)
{
    size_t n = 0;
    char *out;

    for (size_t i = 0; i < count; i++)
        n += parts[i].n;
    out = bounce__rulemem_new(book->memory, n + 1);
    n = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(out + n, parts[i].p, parts[i].n);
        n += parts[i].n;
    }
    out[n] = '\0';
    return out;
}

void bounce__words_add(struct book *book, struct place place, const char *rest)
{
    size_t length = strcspn(rest, " ");
    const char *words = rest + length + strspn(rest + length, " ");
    struct word_list *list = list_named(book, rest, length);

    if (!*words || (!list && book->list_count >= LISTS_CAP)) {
        bounce__complain(book, place, "words NAME word|word...");
        return;
    }
    if (!list) {
        list = &book->lists[book->list_count++];
        list->name = joined(book, &(struct span){rest, length}, 1);
        list->words = bounce__rulemem_copy(book->memory, words);
        return;
    }
    if (strlen(list->words) + strlen(words) > WORDS_MOST) {
        bounce__complain(book, place, "a list of words has %d bytes at most", WORDS_MOST);
        return;
    }
    list->words =
        joined(book, (struct span[]){span_str(list->words), SPAN("|"), span_str(words)}, 3);
}

const char *bounce__words_replace(struct book *book, struct place place, const char *phrase)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz-";

    for (int depth = 0; depth < DEPTH_MOST; depth++) {
        const char *dollar = strchr(phrase, '$');
        size_t length = dollar ? strspn(dollar + 1, letters) : 0;
        const struct word_list *list = dollar ? list_named(book, dollar + 1, length) : NULL;

        if (!dollar || strlen(phrase) > PHRASE_BYTES_MOST) /* who asked refuses that */
            return phrase;
        if (!list) {
            bounce__complain(book, place, "no words \"$%.*s\"", (int)length, dollar + 1);
            return phrase;
        }
        phrase = joined(book,
            (struct span[]){{phrase, (size_t)(dollar - phrase)}, SPAN("("), span_str(list->words),
                SPAN(")"), span_str(dollar + 1 + length)},
            5);
    }
    bounce__complain(book, place, "too many lists of words in one phrase");
    return phrase;
}
