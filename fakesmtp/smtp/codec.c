/* SPDX-License-Identifier: BSD-2-Clause */
#include "smtp/codec.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(struct buf *out, const void *bytes, size_t len)
{
    const unsigned char *in = bytes;
    for (size_t i = 0; i < len; i += 3) {
        size_t have = len - i < 3 ? len - i : 3;
        unsigned long group = (unsigned long)in[i] << 16;
        group |= have > 1 ? (unsigned long)in[i + 1] << 8 : 0;
        group |= have > 2 ? in[i + 2] : 0;
        char four[4] = {alphabet[group >> 18], alphabet[group >> 12 & 63],
            alphabet[group >> 6 & 63], alphabet[group & 63]};
        for (size_t k = have + 1; k < 4; k++)
            four[k] = '=';
        buf_add(out, four, 4);
    }
}

static int sextet(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_decode(struct buf *out, const char *text, size_t len)
{
    if (len % 4)
        return false;
    for (size_t i = 0; i < len; i += 4) {
        bool last = i + 4 == len;
        size_t pad = last && text[i + 3] == '=' ? (text[i + 2] == '=' ? 2 : 1) : 0;
        unsigned long group = 0;
        for (size_t k = 0; k < 4; k++) {
            int six = k >= 4 - pad ? 0 : sextet(text[i + k]);
            if (six < 0)
                return false;
            group = group << 6 | (unsigned long)six;
        }
        char three[3] = {(char)(group >> 16 & 255), (char)(group >> 8 & 255), (char)(group & 255)};
        if ((pad && three[2]) || (pad == 2 && three[1])) /* RFC 4648 3.5: one text, one meaning */
            return false;
        buf_add(out, three, 3 - pad);
    }
    return true;
}

static int hex(char c) /* upper case only: RFC 3461 4 */
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool xtext_decode(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c < '!' || c > '~' || c == '=')
            return false;
        if (c == '+') {
            int high = i + 2 < len ? hex(text[i + 1]) : -1,
                low = i + 2 < len ? hex(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        }
        buf_add(out, &c, 1);
    }
    return true;
}

void xtext_encode(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c >= '!' && c <= '~' && c != '+' && c != '=')
            buf_add(out, &c, 1);
        else
            buf_addf(out, "+%02X", (unsigned)(unsigned char)c);
    }
}
