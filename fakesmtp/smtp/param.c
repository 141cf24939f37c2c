/* SPDX-License-Identifier: BSD-2-Clause */
#include "smtp/param.h"

#include <string.h>
#include "smtp/codec.h"
#include "util/text.h"

enum { ENVID_MAX = 100, ORCPT_MAX = 500 }; /* RFC 3461 4 */

static bool same(struct span span, const char *word)
{
    return span.text && span.len == strlen(word) && text_same_n(span.text, word, span.len);
}

bool smtp_number(struct span text, unsigned long long *number)
{
    unsigned long long n = 0;
    if (!text.text || text.len < 1 || text.len > 20)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = (unsigned char)text.text[i] - '0';
        if (digit > 9 || n > (~0ull - digit) / 10)
            return false;
        n = n * 10 + digit;
    }
    *number = n;
    return true;
}

static bool is_xtext(struct span value, size_t most)
{
    struct buf plain = {0};
    bool fine = value.text && value.len <= most && xtext_decode(&plain, value.text, value.len);
    /* What is coded is printable all the same: RFC 3461 4.2 and 4.4. */
    for (size_t i = 0; fine && i < plain.len; i++)
        fine = (unsigned char)plain.data[i] >= 0x20 && plain.data[i] != 0x7f;
    buf_free(&plain);
    return fine;
}

static const char *size_problem(struct span value) /* RFC 1870 3 */
{
    unsigned long long n;
    return smtp_number(value, &n) ? NULL : "501 5.5.4 SIZE needs a number";
}

static const char *body_problem(struct span value) /* RFC 6152 2, RFC 3030 3 */
{
    bool known = same(value, "7BIT") || same(value, "8BITMIME") || same(value, "BINARYMIME");
    return known ? NULL : "501 5.5.4 BODY is 7BIT or 8BITMIME";
}

static const char *ret_problem(struct span value) /* RFC 3461 4.3 */
{
    return same(value, "FULL") || same(value, "HDRS") ? NULL : "501 5.5.4 RET is FULL or HDRS";
}

static const char *envid_problem(struct span value) /* RFC 3461 4.4 */
{
    return is_xtext(value, ENVID_MAX) ? NULL : "501 5.5.4 ENVID is xtext, 100 characters at most";
}

static const char *notify_problem(struct span value) /* RFC 3461 4.1: NEVER stands alone */
{
    static const char bad[] = "501 5.5.4 NOTIFY is NEVER, or some of SUCCESS,FAILURE,DELAY";
    if (same(value, "NEVER"))
        return NULL;
    if (!value.text)
        return bad;
    const char *at = value.text, *end = value.text + value.len;
    for (;;) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        struct span word = {at, (size_t)((comma ? comma : end) - at)};
        if (!same(word, "SUCCESS") && !same(word, "FAILURE") && !same(word, "DELAY"))
            return bad;
        if (!comma)
            return NULL;
        at = comma + 1;
    }
}

static bool is_atom_char(char c)
{
    return c > 0x20 && c < 0x7f && !strchr("()<>@,;:\\\".[]=", c);
}

static const char *orcpt_problem(struct span value) /* RFC 3461 4.2: addr-type ";" xtext */
{
    static const char bad[] =
        "501 5.5.4 ORCPT is a type, a semicolon and xtext, as in rfc822;user@example.org";
    const char *semicolon = value.text ? memchr(value.text, ';', value.len) : NULL;
    if (!semicolon || semicolon == value.text || value.len > ORCPT_MAX)
        return bad;
    for (const char *c = value.text; c < semicolon; c++)
        if (!is_atom_char(*c))
            return bad;
    struct span address = {semicolon + 1, value.len - (size_t)(semicolon + 1 - value.text)};
    if (address.len && same((struct span){value.text, (size_t)(semicolon - value.text)}, "utf-8"))
        return NULL; /* RFC 6533 3 has its own coding for these */
    return address.len && is_xtext(address, ORCPT_MAX) ? NULL : bad;
}

static const char *auth_problem(struct span value) /* RFC 4954 5: a mailbox as xtext, or <> */
{
    return same(value, "<>") || (value.len && is_xtext(value, ORCPT_MAX))
               ? NULL
               : "501 5.5.4 AUTH is an address as xtext, or <>";
}

static const char *no_value(struct span value) /* RFC 6531 3.4, draft-hall-prdr 4.1 */
{
    return value.text ? "501 5.5.4 This parameter has no value" : NULL;
}

static const struct {
    enum smtp_verb verb;
    const char *name;
    const char *(*problem)(struct span value);
} known[] = {
    {SMTP_MAIL, "SIZE", size_problem},
    {SMTP_MAIL, "BODY", body_problem},
    {SMTP_MAIL, "RET", ret_problem},
    {SMTP_MAIL, "ENVID", envid_problem},
    {SMTP_MAIL, "AUTH", auth_problem},
    {SMTP_MAIL, "SMTPUTF8", no_value},
    {SMTP_MAIL, "PRDR", no_value},
    {SMTP_RCPT, "NOTIFY", notify_problem},
    {SMTP_RCPT, "ORCPT", orcpt_problem},
};

const char *smtp_param_problem(enum smtp_verb verb, struct span name, struct span value)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].verb == verb && same(name, known[i].name))
            return known[i].problem(value);
    return NULL;
}
