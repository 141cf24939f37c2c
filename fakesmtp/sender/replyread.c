/* SPDX-License-Identifier: BSD-2-Clause */
/* Strict about what makes a reply (a digit too many, two codes in one reply, a flood), lenient
 * where all mail software is: a bare LF ends a line, and the text may be missing (RFC 5321 4.2: "a
 * client MUST be prepared to receive a code alone"). */
#include "sender/replyread.h"

#include <string.h>
#include "util/mem.h"

enum {
    LONGEST_LINE = 2048,  /* RFC 5321 4.5.3.1.5 allows 512; servers exceed it */
    LONGEST_REPLY = 65536 /* no EHLO list comes near; a server that never stops does */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void keep_line(struct replyread *reply)
{
    char *line = reply->line.data;
    for (size_t i = 0; i < reply->line.len; i++) {
        unsigned char c = (unsigned char)line[i];
        if (c == '\t')
            line[i] = ' ';
        else if (c < ' ' || c > '~')
            line[i] = '?';
    }
    if (reply->lines.len)
        buf_add(&reply->lines, "\n", 1);
    buf_add(&reply->lines, line, reply->line.len);
    buf_drop(&reply->line, reply->line.len);
}

/* RFC 5321 4.2: Reply-code = %x32-35 %x30-35 %x30-39. */
static const char *check_code(const char *line, size_t len)
{
    if (len < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2]))
        return "no reply code";
    if (line[0] < '2' || line[0] > '5' || line[1] > '5')
        return "reply code out of range";
    if (len > 3 && line[3] != ' ' && line[3] != '-')
        return "neither space nor hyphen behind the reply code";
    return NULL;
}

static enum reply_state end_line(struct replyread *reply)
{
    struct buf *line = &reply->line;
    if (line->len && line->data[line->len - 1] == '\r')
        line->len--;
    reply->wrong = check_code(line->data, line->len);
    int code = reply->wrong
                   ? 0
                   : (line->data[0] - '0') * 100 + (line->data[1] - '0') * 10 + line->data[2] - '0';
    bool last = line->len < 4 || line->data[3] != '-';
    /* RFC 5321 4.2.1: the code of every line MUST be the same. Which one the server meant is
     * anybody's guess. */
    if (!reply->wrong && reply->code && reply->code != code)
        reply->wrong = "two reply codes in one reply";
    if (!reply->wrong && reply->lines.len + line->len > LONGEST_REPLY)
        reply->wrong = "endless reply";
    keep_line(reply);
    if (reply->wrong)
        return REPLY_MALFORMED;
    reply->code = code;
    reply->complete = last;
    return last ? REPLY_DONE : REPLY_MORE;
}

enum reply_state replyread_take(
    struct replyread *reply, const char *bytes, size_t len, size_t *used)
{
    *used = 0;
    if (reply->wrong)
        return REPLY_MALFORMED;
    if (reply->complete) {
        buf_drop(&reply->lines, reply->lines.len);
        reply->complete = false;
        reply->code = 0;
    }
    while (*used < len) {
        const char *from = bytes + *used;
        const char *lf = memchr(from, '\n', len - *used);
        size_t n = lf ? (size_t)(lf - from) : len - *used;
        size_t room = LONGEST_LINE - reply->line.len;
        buf_add(&reply->line, from, n < room ? n : room);
        *used += lf ? n + 1 : n;
        if (n > room) {
            reply->wrong = "reply line too long";
            keep_line(reply);
            return REPLY_MALFORMED;
        }
        if (!lf)
            break;
        enum reply_state state = end_line(reply);
        if (state != REPLY_MORE)
            return state;
    }
    return REPLY_MORE;
}

void replyread_deinit(struct replyread *reply)
{
    buf_free(&reply->line);
    buf_free(&reply->lines);
}

char *replyread_one_line(struct replyread *reply)
{
    char *text = mem_bytes(buf_text(&reply->lines), reply->lines.len);
    for (char *c = text; *c; c++)
        if (*c == '\n')
            *c = ' ';
    return text;
}

/* Up to three digits (RFC 3463 2: subject and detail); returns how many. */
static size_t digits(const char *text)
{
    size_t n = 0;
    while (n < 3 && is_digit(text[n]))
        n++;
    return n;
}

bool replyread_status(const char *one_line, char out[12])
{
    /* "550 5.1.1 text" and "550-5.1.1 text" */
    if (strlen(one_line) < 9 || one_line[4] != one_line[0] || one_line[5] != '.')
        return false;
    const char *at = one_line + 4;
    size_t subject = digits(at + 2);
    if (!subject || at[2 + subject] != '.')
        return false;
    size_t detail = digits(at + 3 + subject);
    size_t len = 3 + subject + detail;
    if (!detail || (at[len] && at[len] != ' '))
        return false;
    memcpy(out, at, len);
    out[len] = '\0';
    return true;
}
