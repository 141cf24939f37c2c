/* SPDX-License-Identifier: BSD-2-Clause */
/* reply.c - telling reply codes from all the other numbers of a text. */
#include "reply.h"

static bool token_start(struct span s, size_t at)
{
    char before;

    if (!at)
        return true;
    before = s.p[at - 1];
    return before && strchr(" \n'\"(:;<>[#|,=-/", before);
}

bool bounce__status_parse(struct span s, struct status *status, size_t *used)
{
    unsigned subject, detail;
    size_t n, m;

    /* RFC 3463 2: class "." subject "." detail, the last two of one to three digits. */
    if (s.n < 5 || s.p[0] < '2' || s.p[0] > '5' || s.p[0] == '3' || s.p[1] != '.')
        return false;
    if (!bounce__number(span_from(s, 2), 3, &subject, &n) || 2 + n >= s.n || s.p[2 + n] != '.')
        return false;
    if (!bounce__number(span_from(s, 3 + n), 3, &detail, &m))
        return false;
    n += 3 + m;
    /* "4.16.55.1" is a version, "5.1.1.example" a host. */
    if (n + 1 < s.n && s.p[n] == '.' && byte_alnum(s.p[n + 1]))
        return false;
    if (n < s.n && (byte_alnum(s.p[n]) || s.p[n] == '@'))
        return false;
    *status = (struct status){(uint16_t)(s.p[0] - '0'), (uint16_t)subject, (uint16_t)detail};
    *used = n;
    return true;
}

static bool status_after(struct span s, size_t at, struct reply *reply)
{
    size_t used;

    while (at < s.n && (s.p[at] == ' ' || s.p[at] == '-' || s.p[at] == '#' || s.p[at] == '(' ||
                           s.p[at] == '\'' || s.p[at] == '['))
        at++;
    if (!bounce__status_parse(span_from(s, at), &reply->status, &used))
        return false;
    reply->status_at = at;
    reply->status_length = used;
    return true;
}

/* "<452-4.2.2@b.example>": digits, and an address all the same. */
static bool inside_address(struct span s, size_t at)
{
    size_t end = at;

    if (!at || s.p[at - 1] != '<')
        return false;
    while (end < s.n && !strchr(" \n<>", s.p[end]))
        end++;
    return end < s.n && s.p[end] == '>' && span_has(span_upto(span_from(s, at), end - at), "@");
}

/* At the start, or behind the words with which programs quote: "421 Connections refused" counts
 * none. */
static bool introduced(struct span s, size_t at)
{
    static const char *const ends[] = {
        "said: ", "smtp; ", "smtp;", "error: ", "data: ", "]: ", ">: ", "returned '", "reason: "};
    struct span before = span_upto(s, at);

    if (!bounce__trim(before).n || s.p[at - 1] == '\n')
        return true;
    for (size_t i = 0; i < COUNT(ends); i++)
        if (bounce__ends(before, span_str(ends[i])))
            return true;
    return false;
}

/* "550 ", "550-", "550:", a bare "550" at the end. Not: "550 bytes", "port 587", "500 messages". */
static bool code_at(struct span s, size_t at, unsigned *code)
{
    static const char *const units[] = {"bytes", "kb ", "mb ", "kbytes", "messages", "seconds",
        "minutes", "hours", "recipients", "megabytes", "characters", "lines", "days", "hops",
        "connections", "emails", "mails"};
    struct span after;
    size_t used;

    if (at + 3 > s.n || !token_start(s, at) || s.p[at] < '4' || s.p[at] > '5')
        return false;
    if (inside_address(s, at))
        return false;
    if (!bounce__number(span_from(s, at), 3, code, &used) || used != 3 || *code % 100 > 79)
        return false;
    after = span_from(s, at + 3);
    if (after.n && !strchr(" -:'\"),;]>#\n", after.p[0]))
        return false;
    if (after.n > 1 && after.p[0] == ',' && byte_digit(after.p[1]))
        return false;
    after = bounce__trim(after);
    for (size_t i = 0; i < COUNT(units); i++)
        if (span_starts(after, units[i]))
            return introduced(s, at);
    return true;
}

/* What a server says when the commands before failed: RFC 5321 3.3, 4.1.1.4 (503 or 554 to DATA).
 */
static bool aftermath(struct span s, size_t at)
{
    static const char *const words[] = {"no valid recipients", "rcpt first", "need rcpt",
        "no recipients", "valid rcpt", "rcpt command must precede", "need valid recipient",
        "bad sequence of commands"};
    struct span rest = span_upto(span_from(s, at), 64);
    size_t next = bounce__find(rest, SPAN("<<<"), 0);

    rest = span_upto(rest, next);
    if (!span_starts(rest, "503") && !span_starts(rest, "554"))
        return false;
    for (size_t i = 0; i < COUNT(words); i++)
        if (span_has(rest, words[i]))
            return true;
    return false;
}

static void find_status_alone(struct span s, size_t from, struct reply *reply)
{
    size_t used;

    for (size_t at = from; at + 5 <= s.n; at++) {
        const char *dot = memchr(s.p + at + 1, '.', s.n - at - 1);

        if (!dot)
            return;
        at = (size_t)(dot - s.p) - 1;
        if (!token_start(s, at))
            continue;
        if (!bounce__status_parse(span_from(s, at), &reply->status, &used))
            continue;
        reply->status_at = at;
        reply->status_length = used;
        return;
    }
}

void bounce__reply_find(struct span s, size_t from, struct reply *reply)
{
    struct reply echo = {0};
    unsigned code;

    *reply = (struct reply){0};
    for (size_t at = from; at + 3 <= s.n && !reply->code; at++) {
        if ((s.p[at] != '4' && s.p[at] != '5') || !code_at(s, at, &code))
            continue;
        if (aftermath(s, at)) {
            if (!echo.code)
                echo = (struct reply){.code = code, .code_at = at};
            continue;
        }
        reply->code = code;
        reply->code_at = at;
    }
    if (!reply->code)
        *reply = echo;
    if (!reply->code || !status_after(s, reply->code_at + 3, reply))
        find_status_alone(s, reply->code ? reply->code_at + 3 : from, reply);
    if (!reply->status.class_)
        find_status_alone(s, from, reply);
}

/* Length of a repeated "550-5.1.1 " (code, separator, status, blank) at s.p, or 0. */
static size_t repeated(struct span s, unsigned code)
{
    struct status status;
    size_t used, n = 4;
    unsigned here;

    if (!bounce__number(s, 3, &here, &used) || used != 3 || here != code || s.n < 4)
        return 0;
    if (s.p[3] != '-' && s.p[3] != ' ')
        return 0;
    if (bounce__status_parse(span_from(s, n), &status, &used))
        n += used;
    while (n < s.n && s.p[n] == ' ')
        n++;
    return n;
}

static void cut(struct fold *fold, size_t from, size_t to)
{
    memmove(fold->out + from, fold->out + to, fold->n - to);
    memmove(fold->at + from, fold->at + to, (fold->n - to) * sizeof *fold->at);
    fold->n -= to - from;
}

/* "5.1.0 - Unknown address error 550-'5.7.1 Access denied'": the words before the inner reply only
 * classify its status and mislead (IronPort, Amazon SES). */
static void unwrap_inner(struct fold *fold, size_t from)
{
    static const char *const wrappers[] = {"unknown address error ", "other mail system problem ",
        "bad destination mailbox address ", "other network problem ", "other protocol problem ",
        "mailbox problem "};
    struct span s = span_of(fold->out, fold->n);
    bool any = bounce__find(s, SPAN(" problem "), from) != SIZE_MAX ||
               bounce__find(s, SPAN(" address error "), from) != SIZE_MAX;

    for (size_t i = 0; i < COUNT(wrappers) && any; i++) {
        size_t at = bounce__find(s, span_str(wrappers[i]), from), inner;
        unsigned code;

        if (at == SIZE_MAX)
            continue;
        inner = at + strlen(wrappers[i]);
        if (code_at(s, inner, &code))
            cut(fold, at, inner);
        return;
    }
}

void bounce__reply_unwrap(struct fold *fold, size_t from)
{
    struct span s;
    struct reply reply;
    size_t to;

    if (fold->n <= from)
        return;
    unwrap_inner(fold, from);
    s = span_of(fold->out, fold->n);
    bounce__reply_find(s, from, &reply);
    if (!reply.code || reply.code_at + 3 >= s.n || s.p[reply.code_at + 3] != '-')
        return;
    to = reply.code_at + 4;
    for (size_t i = to; i < s.n;) {
        size_t skip =
            s.p[i - 1] == ' ' || s.p[i - 1] == '\n' ? repeated(span_from(s, i), reply.code) : 0;

        if (skip) {
            i += skip;
            continue;
        }
        fold->out[to] = s.p[i];
        fold->at[to++] = fold->at[i++];
    }
    fold->n = to;
}

/* Letters only: a name of a host, an address, a code or a token of a queue is no word. */
static bool plain_word(struct span token)
{
    while (token.n && strchr(".,;:!?\"'()", token.p[token.n - 1]))
        token.n--;
    while (token.n && strchr("\"'(", token.p[0]))
        token = span_from(token, 1);
    for (size_t i = 0; i < token.n; i++)
        if (!byte_alpha(token.p[i]) && token.p[i] != '-' && token.p[i] != '\'')
            return false;
    return token.n >= 2;
}

size_t bounce__reply_words(struct span said)
{
    size_t count = 0, from = 0;

    for (size_t i = 0; i <= said.n; i++) {
        if (i < said.n && (unsigned char)said.p[i] >= 0x80)
            return 0;
        if (i < said.n && (unsigned char)said.p[i] > ' ')
            continue;
        count += plain_word(span_upto(span_from(said, from), i - from));
        from = i + 1;
    }
    return count;
}

bool bounce__reply_speaks(struct span said)
{
    for (size_t i = 0; i < said.n; i++)
        if ((unsigned char)said.p[i] >= 0x80)
            return true;
    return bounce__reply_words(said) > 0;
}

/* 550, 552 and 553 alone mean the mailbox. Beside words they are any refusal: what is said of
 * mailboxes is better known than what filters say. In the same way a server that puts off in words
 * of its own seldom speaks of a fault; x.3.x, x.4.x and x.5.x do (RFC 3463 3). */
enum reply_sense bounce__reply_sense(const struct reply *reply, struct span said)
{
    unsigned code = reply->code, subject = reply->status.subject;
    size_t words = bounce__reply_words(said);

    if ((code == 550 || code == 552 || code == 553) && words > 1)
        return SENSE_REFUSAL;
    if ((code == 421 || code == 450 || code == 451) && words > 2 && !(subject >= 3 && subject <= 5))
        return SENSE_LATER;
    return SENSE_CODE;
}
