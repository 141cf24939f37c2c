/* SPDX-License-Identifier: BSD-2-Clause */
/* fold.c - one character at a time; no Unicode library, only what bounces are written in. */
#include "fold.h"

/* Base letters of U+00C0..U+017F (Latin-1 and Latin Extended-A). */
static const char latin[] = "aaaaaaaceeeeiiiidnoooooxouuuuytsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
                            "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                            "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

size_t bounce__utf8(struct span s, uint32_t *point, bool *valid)
{
    unsigned char lead = (unsigned char)s.p[0];
    size_t len = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    uint32_t value = len == 4 ? lead & 7u : len == 3 ? lead & 15u : len == 2 ? lead & 31u : lead;
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};

    *valid = len && lead < 0xF5 && len <= s.n;
    for (size_t i = 1; *valid && i < len; i++) {
        unsigned char next = (unsigned char)s.p[i];
        *valid = (next & 0xC0) == 0x80;
        value = value << 6 | (next & 0x3Fu);
    }
    /* RFC 3629 3: no overlong forms, no surrogates, nothing past U+10FFFF. */
    if (*valid && (value < least[len] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)))
        *valid = false;
    *point = *valid ? value : lead;
    return *valid ? len : 1;
}

static void put(struct fold *fold, char c, uint32_t at)
{
    if (fold->n >= fold->cap)
        return;
    if (fold->at)
        fold->at[fold->n] = at;
    fold->out[fold->n++] = c;
}

void bounce__fold_mark(struct fold *fold, char c)
{
    put(fold, c, FOLD_NOWHERE);
}

/* The ASCII byte that stands for a character, or 0 for one that is kept as it is. */
static char ascii_of(uint32_t point)
{
    if (point >= 0xC0 && point < 0x180)
        return latin[point - 0xC0];
    if (point == 0xA0 || point == 0x3000 || (point >= 0x2000 && point <= 0x200B))
        return ' ';
    if (point >= 0x2018 && point <= 0x201B)
        return '\'';
    if (point == 0xAB || point == 0xBB || (point >= 0x201C && point <= 0x201F))
        return '"';
    if (point >= 0x2010 && point <= 0x2015)
        return '-';
    if (point > 0xFF00 && point < 0xFF5F) /* full-width forms */
        return byte_lower((char)(point - 0xFEE0));
    return 0;
}

/* Small letters; U+0451, which many write as U+0435, is that. */
static uint32_t lower_cyrillic(uint32_t point)
{
    if (point >= 0x400 && point < 0x410)
        point += 0x50;
    else if (point >= 0x410 && point < 0x430)
        point += 0x20;
    return point == 0x451 ? 0x435 : point;
}

/* Small letters without accents: U+0386..U+03CE. */
static uint32_t lower_greek(uint32_t point)
{
    static const struct {
        uint32_t from, to;
    } accented[] = {{0x386, 0x3B1}, {0x388, 0x3B5}, {0x389, 0x3B7}, {0x38A, 0x3B9}, {0x38C, 0x3BF},
        {0x38E, 0x3C5}, {0x38F, 0x3C9}, {0x390, 0x3B9}, {0x3AA, 0x3B9}, {0x3AC, 0x3B1},
        {0x3AD, 0x3B5}, {0x3AE, 0x3B7}, {0x3AF, 0x3B9}, {0x3C2, 0x3C3}, {0x3CA, 0x3B9},
        {0x3CC, 0x3BF}, {0x3CD, 0x3C5}, {0x3CE, 0x3C9}};

    for (size_t i = 0; i < COUNT(accented); i++)
        if (accented[i].from == point)
            return accented[i].to;
    return point >= 0x391 && point <= 0x3A9 ? point + 0x20 : point;
}

static void put_wide(struct fold *fold, uint32_t point, uint32_t at)
{
    char c = ascii_of(point);

    if (c) {
        if (c != ' ' || (fold->n && fold->out[fold->n - 1] != ' '))
            put(fold, c, at);
        return;
    }
    point = point < 0x400 ? lower_greek(point) : lower_cyrillic(point);
    if (point >= 0x10000) {
        put(fold, (char)(0xF0 | point >> 18), at);
        put(fold, (char)(0x80 | (point >> 12 & 0x3F)), at);
    } else if (point >= 0x800) {
        put(fold, (char)(0xE0 | point >> 12), at);
    }
    if (point >= 0x800)
        put(fold, (char)(0x80 | (point >> 6 & 0x3F)), at);
    else
        put(fold, (char)(0xC0 | point >> 6), at);
    put(fold, (char)(0x80 | (point & 0x3F)), at);
}

/* What is most of any text, ASCII without blanks and controls, from the i-th byte on; how many. */
static size_t fold_plain(
    struct fold *fold, struct span s, size_t i, const uint32_t *at, uint32_t base)
{
    char *out = fold->out + fold->n;
    uint32_t *where = fold->at ? fold->at + fold->n : NULL;
    size_t n = 0, most = fold->cap - fold->n < s.n - i ? fold->cap - fold->n : s.n - i;

    for (; n < most && s.p[i + n] > ' ' && (unsigned char)s.p[i + n] < 0x80; n++) {
        out[n] = byte_lower(s.p[i + n]);
        if (where)
            where[n] = at ? at[i + n] : base + (uint32_t)(i + n);
    }
    fold->n += n;
    return n;
}

void bounce__fold(struct fold *fold, struct span s, const uint32_t *at, uint32_t base)
{
    for (size_t i = 0; i < s.n && fold->n < fold->cap;) {
        unsigned char c;
        uint32_t where;

        i += fold_plain(fold, s, i, at, base);
        if (i == s.n)
            return;
        c = (unsigned char)s.p[i];
        where = at ? at[i] : base + (uint32_t)i;
        if (c >= 0x80) {
            uint32_t point;
            bool valid;
            i += bounce__utf8(span_from(s, i), &point, &valid);
            put_wide(fold, point, where);
            continue;
        }
        i++;
        if (byte_blank((char)c) || !c) {
            char before = fold->n ? fold->out[fold->n - 1] : '\n';
            if (before != ' ' && before != '\n')
                put(fold, ' ', where);
        } else {
            put(fold, byte_lower((char)c), where);
        }
    }
}
