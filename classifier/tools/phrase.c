/* SPDX-License-Identifier: BSD-2-Clause */
/* phrase.c - the little language of phrases, as a regular expression.
 *
 *   words        as they are, after folding (fold.h); one blank stands for any run of blanks
 *   a * b        up to 60 bytes of anything, or nothing, between the two
 *   exceed~      the rest of a word
 *   #            a number
 *   (a|b)  (a)?  alternatives, something optional
 *   \x           the character x itself */
#include "rulefile.h"
#include "fold.h"
#include <stdio.h>
#include <stdlib.h>

struct writing {
    const char *in;
    char *out;
    size_t n;
    int depth;
};

static void put(struct writing *w, const char *s)
{
    size_t n = strlen(s);

    memcpy(w->out + w->n, s, n);
    w->n += n;
}

static void put_literal(struct writing *w, char c)
{
    char two[3] = {'\\', c, '\0'};

    put(w, (unsigned char)c < 0x80 && !byte_alnum(c) && c != ' ' ? two : two + 1);
}

/* One element of the phrase; returns how many bytes of it were read. */
static size_t element(struct writing *w, const char *p, const char **why)
{
    if (p[0] == '\\' && p[1]) {
        put_literal(w, p[1]);
        return 2;
    }
    if (!strncmp(p, " * ", 3)) {
        put(w, " (?:[^\\n]{0,60} )?");
        return 3;
    }
    switch (p[0]) {
    case '*':
        *why = "a gap stands between blanks: \"a * b\"";
        break;
    case '#':
        put(w, "[0-9]{1,9}");
        break;
    case '~':
        put(w, "[a-z0-9]{0,12}");
        break;
    case '(':
        put(w, "(?:");
        w->depth++;
        break;
    case ')':
        put(w, ")");
        if (--w->depth < 0)
            *why = "')' without '('";
        if (p[1] == '?') {
            put(w, "?");
            return 2;
        }
        break;
    case '|':
        put(w, "|");
        if (!w->depth)
            *why = "'|' outside of parentheses";
        break;
    default:
        put_literal(w, p[0]);
    }
    return 1;
}

static char *folded(const char *phrase)
{
    struct fold fold = {.cap = strlen(phrase) * 2 + 1};

    fold.out = must(calloc(1, fold.cap + 1));
    bounce__fold(&fold, bounce__trim(span_str(phrase)), NULL, 0);
    return fold.out;
}

char *phrase_regex(const char *phrase, const char **why)
{
    char *plain = folded(phrase);
    size_t length = strlen(plain), words = 0;
    struct writing w = {.out = must(calloc(1, length * 24 + 64))};

    *why = NULL;
    for (size_t i = 0; i < length; i++)
        words += byte_alnum(plain[i]) || (unsigned char)plain[i] >= 0x80;
    if (words < 3)
        *why = "a phrase needs three letters at least";
    /* Not inside a longer word; other scripts than ASCII have no boundary that libhs knows. */
    if (byte_alnum(plain[0]))
        put(&w, "\\b");
    for (size_t i = 0; plain[i] && !*why;)
        i += element(&w, plain + i, why);
    if (length && byte_alnum(plain[length - 1]) && (length < 2 || plain[length - 2] != '\\'))
        put(&w, "\\b");
    if (!*why && w.depth)
        *why = "'(' without ')'";
    free(plain);
    return *why ? NULL : w.out;
}
