/* SPDX-License-Identifier: BSD-2-Clause */
/* decode.h - a part's body as UTF-8 text in which every byte knows where it stood in the input. */
#ifndef BOUNCE_DECODE_H
#define BOUNCE_DECODE_H

#include "arena.h"
#include "charset.h"

/* Text is the caller's own bytes (at NULL: byte i stands at base + i) or decoded (at[i]). */
struct text {
    struct span s;
    const uint32_t *at;
    uint32_t base;
};

/* No bounce needs more text in one part; what follows is not looked at. */
enum { TEXT_MOST = 256 * 1024 };

enum encoding { ENCODING_NONE, ENCODING_BASE64, ENCODING_QUOTED };

/* Input offset of a byte of the text. */
static inline uint32_t text_at(const struct text *text, size_t i)
{
    return text->at ? text->at[i] : text->base + (uint32_t)i;
}

enum encoding bounce__encoding(struct span content_transfer_encoding);
/* body stands at input offset `base`. Plain ASCII and UTF-8 without encoding are not copied. */
struct text bounce__decode(struct charsets *charsets, struct arena *arena, struct span body,
    uint32_t base, enum encoding encoding, struct span charset);
/* RFC 2045 6.8: bytes outside of the alphabet are passed over. Writes up to cap bytes to out, and
 * to at[] (NULL: not wanted) where in the input, which stands at `base`, each was complete. Returns
 * how many. */
size_t bounce__base64(char *out, uint32_t *at, size_t cap, struct span s, uint32_t base);
/* Markup gone, entities replaced, one line per block element. */
struct text bounce__unhtml(struct arena *arena, const struct text *html);
/* The text of an RFC 2047 encoded word as UTF-8; how is 'b' or 'q'. */
struct span bounce__decode_word(struct charsets *charsets, struct arena *arena, struct span text,
    char how, struct span charset);
/* Appends the character at s.p to out as valid UTF-8 (U+FFFD for junk, at most 3 bytes more than it
 * had); returns the bytes used. */
size_t bounce__clean(char *out, size_t *n, struct span s);
/* The whole span as clean UTF-8, blanks runs as one blank. */
char *bounce__clean_copy(struct arena *arena, struct span s);

#endif
