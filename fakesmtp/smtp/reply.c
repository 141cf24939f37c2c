/* SPDX-License-Identifier: BSD-2-Clause */
#include "smtp/reply.h"

#include <string.h>

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

const char *reply_problem(const char *line, size_t len)
{
    if (len < 3 || !digit(line[0]) || !digit(line[1]) || !digit(line[2]))
        return "reply lacks a code: it starts with three digits, as in \"550 5.1.1 No such user\"";
    if (line[0] < '2' || line[0] > '5' || line[1] > '5')
        return "reply code is none of RFC 5321 4.2 (2-5, 0-5, 0-9); s:send() writes what is not a "
               "reply";
    if (len > 3 && line[3] == '-')
        return "reply code is followed by '-'; write a list of lines for a multi-line reply";
    if (len > 3 && line[3] != ' ')
        return "reply code must be followed by a blank";
    for (size_t i = 0; i < len; i++)
        if (((unsigned char)line[i] < 0x20 && line[i] != '\t') || line[i] == 0x7f)
            return "reply holds a control character; CRLF is added for you, and s:send() writes "
                   "raw bytes";
    if (len + 2 > REPLY_LINE_MAX)
        return "reply line is longer than 512 octets (RFC 5321 4.5.3.1.5); s:send() writes longer "
               "ones";
    return NULL;
}

const char *reply_build(struct buf *out, const char *const *lines, const size_t *lens, size_t n)
{
    if (!n)
        return "reply is an empty list";
    for (size_t i = 0; i < n; i++) {
        const char *problem = reply_problem(lines[i], lens[i]);
        if (problem)
            return problem;
        if (memcmp(lines[i], lines[0], 3) != 0) /* RFC 5321 4.2.1: the same code on every line */
            return "the lines of one reply have different codes; s:send() writes what is not a "
                   "reply";
    }
    for (size_t i = 0; i < n; i++) {
        buf_add(out, lines[i], 3);
        buf_add(out, i + 1 < n ? "-" : " ", 1);
        if (lens[i] > 4)
            buf_add(out, lines[i] + 4, lens[i] - 4);
        buf_add(out, "\r\n", 2);
    }
    return NULL;
}

unsigned reply_code(const char *line)
{
    return (unsigned)(line[0] - '0') * 100 + (unsigned)(line[1] - '0') * 10 +
           (unsigned)(line[2] - '0');
}
