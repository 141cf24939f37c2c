/* SPDX-License-Identifier: BSD-2-Clause */
/* terms.c - words without their endings, pairs of words, codes; names and numbers only as such.
 *
 * An address or the name of a host says nothing by what it is, only that it is there, so each kind
 * is one term. A script without blanks between its words is read by pairs of
 * characters. */
#include "terms.h"
#include <string.h>

enum { SLOTS = 512 }; /* a power of two, well over TERMS_MOST */

struct term_reading {
    struct terms *terms;
    struct span text;
    uint16_t slots[SLOTS]; /* 1 and the index of a term; 0: free */
    uint32_t before;       /* the word in front, or 0 */
    const char *before_at;
    bool before_wordless;
};

static uint32_t hash_of(struct span s, uint32_t seed)
{
    uint32_t hash = seed;

    for (size_t i = 0; i < s.n; i++)
        hash = (hash ^ (unsigned char)s.p[i]) * 16777619u; /* FNV-1a */
    return hash;
}

static void add(struct term_reading *reading, uint32_t hash, struct span s, bool wordless)
{
    struct terms *terms = reading->terms;
    size_t slot = (hash ^ hash >> 15) % SLOTS, from = (size_t)(s.p - reading->text.p);

    for (; reading->slots[slot]; slot = (slot + 1) % SLOTS)
        if (terms->list[reading->slots[slot] - 1].hash == hash)
            return;
    if (terms->count == TERMS_MOST)
        return;
    terms->list[terms->count++] =
        (struct term){hash, (uint32_t)from, (uint32_t)(from + s.n), wordless};
    reading->slots[slot] = (uint16_t)terms->count;
}

/* A term of its own and one with the word in front. */
static void add_word(struct term_reading *reading, uint32_t hash, struct span s, bool wordless)
{
    add(reading, hash, s, wordless);
    if (reading->before)
        add(reading, (reading->before ^ hash >> 16) * 2654435761u ^ hash,
            span_of(reading->before_at, (size_t)(s.p + s.n - reading->before_at)),
            wordless || reading->before_wordless);
    reading->before = hash;
    reading->before_wordless = wordless;
    reading->before_at = s.p;
}

enum { SEED_WORD = 2166136261u, SEED_KIND = 33554467u, SEED_REPLY = 51u, SEED_STATUS = 77u };

/* "_address": a name as what it is. */
static void add_kind(struct term_reading *reading, const char *kind, struct span s)
{
    add_word(reading, hash_of(span_str(kind), SEED_KIND), s, true);
}

static bool cut(struct span *word, const char *ending)
{
    size_t n = strlen(ending);

    if (word->n < n + 4 || memcmp(word->p + word->n - n, ending, n) != 0)
        return false;
    word->n -= n;
    return true;
}

/* "messages" and "message", "refuses", "refusing" and "refused" are one word each. */
static struct span without_ending(struct span word)
{
    if (cut(&word, "ing") || cut(&word, "ed") || cut(&word, "ly"))
        return word;
    if (cut(&word, "sses"))
        word.n += 2;
    else if (word.n > 3 && word.p[word.n - 2] != 's')
        cut(&word, "s");
    cut(&word, "e");
    return word;
}

static bool is_letter(char c)
{
    return byte_alpha(c) || (unsigned char)c >= 0x80;
}

/* U+3000 and on: the scripts of East Asia, in UTF-8. */
static bool is_wide(char c)
{
    return (unsigned char)c >= 0xE3 && (unsigned char)c < 0xF0;
}

/* Each character with the next. */
static void add_wide(struct term_reading *reading, struct span s)
{
    for (size_t i = 0; i + 6 <= s.n; i += 3) {
        struct span two = span_of(s.p + i, 6);
        add(reading, hash_of(two, SEED_WORD), two, false);
    }
    reading->before = 0;
}

static size_t letters_from(struct span s, size_t i)
{
    size_t n = i;
    bool wide = is_wide(s.p[i]);

    while (n < s.n && is_wide(s.p[n]) == wide && is_letter(s.p[n]))
        n += wide && n + 3 <= s.n ? 3 : 1;
    if (!wide && n + 1 < s.n && s.p[n] == '\'' && byte_alpha(s.p[n + 1]))
        for (n++; n < s.n && byte_alpha(s.p[n]); n++)
            ;
    return n;
}

static void read_words(struct term_reading *reading, struct span s)
{
    for (size_t i = 0; i < s.n;) {
        size_t n = i;

        if (is_letter(s.p[i])) {
            struct span word;
            n = letters_from(s, i);
            word = span_of(s.p + i, n - i);
            if (is_wide(s.p[i]))
                add_wide(reading, word);
            else
                add_word(reading, hash_of(without_ending(word), SEED_WORD), word, false);
        } else if (byte_digit(s.p[i])) {
            while (n < s.n && byte_digit(s.p[n]))
                n++;
            add_kind(reading, "number", span_of(s.p + i, n - i));
        } else {
            n++;
        }
        i = n;
    }
}

/* Digits with dots between them: how many numbers, or 0 when there is something else. */
static unsigned dotted(struct span s)
{
    unsigned numbers = 1;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.' && i && byte_digit(s.p[i - 1]) && i + 1 < s.n)
            numbers++;
        else if (!byte_digit(s.p[i]))
            return 0;
    }
    return s.n ? numbers : 0;
}

/* Longer ones are rare; "SMTPSEND.DNS.NonExistentDomain" is none. */
enum { TLD_MOST = 14 };

bool bounce__host_name(struct span s)
{
    size_t dot = SIZE_MAX;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.')
            dot = i;
        else if (!byte_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
            return false;
    }
    return dot != SIZE_MAX && dot && s.n - dot > 2 && s.n - dot <= TLD_MOST + 1 &&
           byte_alpha(s.p[dot + 1]);
}

/* Letters and digits in one, and no address or host: "4fq3xj1k2z". */
static bool mixed(struct span s)
{
    bool letter = false, digit = false;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '@')
            return false;
        letter |= byte_alpha(s.p[i]);
        digit |= byte_digit(s.p[i]);
    }
    return letter && digit && !bounce__host_name(s);
}

/* "550", "550-": RFC 5321 4.2. Returns its length with the hyphen, or 0. */
static size_t reply_code(struct span s)
{
    if (s.n < 3 || s.p[0] < '2' || s.p[0] > '5' || !byte_digit(s.p[1]) || !byte_digit(s.p[2]))
        return 0;
    return s.n == 3 ? 3 : s.p[3] == '-' ? 4 : 0;
}

static bool edge(char c)
{
    return strchr("<>()[]{}\"',;:.!?*`#=|", c) != NULL;
}

static struct span without_edges(struct span s)
{
    while (s.n && edge(s.p[0]))
        s = span_from(s, 1);
    while (s.n && edge(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* What stands between two blanks. */
static void read_chunk(struct term_reading *reading, struct span s)
{
    size_t code;
    unsigned numbers;

    s = without_edges(s);
    if ((code = reply_code(s)) > 0) {
        add(reading, hash_of(span_of(s.p, 3), SEED_REPLY), span_of(s.p, 3), true);
        s = without_edges(span_from(s, code));
    }
    numbers = dotted(s);
    if (numbers == 3 && strchr("245", s.p[0]) && s.p[1] == '.') {
        /* RFC 3463 2: the class repeats the reply code. */
        add(reading, hash_of(span_from(s, 1), SEED_STATUS), s, true);
    } else if (numbers == 4) {
        add_kind(reading, "ip", s);
    } else if (bounce__find(s, SPAN("://"), 0) != SIZE_MAX || mixed(s)) {
        return; /* a link or the number of a message: says nothing of the reason */
    } else if (s.n && memchr(s.p, '@', s.n)) {
        add_kind(reading, "address", s);
    } else if (bounce__host_name(s)) {
        add_kind(reading, "host", s);
    } else {
        read_words(reading, s);
    }
}

void bounce__terms_read(struct terms *terms, struct span text)
{
    struct term_reading reading = {.terms = terms, .text = text};

    terms->count = 0;
    for (size_t i = 0; i < text.n && terms->count < TERMS_MOST;) {
        size_t n = i;

        while (n < text.n && text.p[n] != ' ' && text.p[n] != '\n')
            n++;
        read_chunk(&reading, span_of(text.p + i, n - i));
        i = n + 1;
    }
}
