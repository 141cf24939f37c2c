/* SPDX-License-Identifier: BSD-2-Clause */
/* wrapping.c - what programs put around a server's reply when they quote it.
 *
 * A server's reply begins with its code (RFC 5321 4.2). "SMTP error from remote mail server after
 * end of data: 550 no" is full of words that the server never said. */
#include "reply.h"
#include "wrapping.h"
#include <string.h>

enum {
    HEAD_MOST = 400,
    TAIL_MOST = 160,
    WORDS_ENOUGH = 2 /* that a reply says something by itself */
};

/* How the words of others end that hand a reply on. */
static bool introduces(struct span head)
{
    return head.n && strchr(":;'\"(<#>]-=,", head.p[head.n - 1]);
}

/* Words that only a program writes in front of a reply; then the reply may be a bare code. */
static bool familiar(struct span head)
{
    static const char *const words[] = {"said:", "smtp error from remote", "returned '",
        "returned error", "refused to talk to me", "status=", "reason:", "smtp;", "responded",
        "answered", "in response to"};

    for (size_t i = 0; i < COUNT(words); i++)
        if (span_has(head, words[i]))
            return true;
    return false;
}

/* Where the words of others begin behind the reply: Postfix names the command, qmail gives up,
 * Sendmail says why it goes on trying. */
static size_t tail_at(struct span s, size_t from)
{
    static const char *const heads[] = {
        " (in reply to ", " giving up on ", " i'm not going to try again"};
    size_t first = s.n;

    for (size_t i = 0; i < COUNT(heads); i++) {
        size_t at = bounce__find(s, span_str(heads[i]), from);

        if (at < first && s.n - at <= TAIL_MOST)
            first = at;
    }
    return first;
}

static void reverse(struct fold *fold, size_t from, size_t to)
{
    for (; from + 1 < to; from++, to--) {
        char c = fold->out[from];
        uint32_t at = fold->at[from];

        fold->out[from] = fold->out[to - 1];
        fold->at[from] = fold->at[to - 1];
        fold->out[to - 1] = c;
        fold->at[to - 1] = at;
    }
}

/* Brings what stands from `middle` to `to` in front of what stands from `from` to `middle`. */
static void swap(struct fold *fold, size_t from, size_t middle, size_t to)
{
    reverse(fold, from, middle);
    reverse(fold, middle, to);
    reverse(fold, from, to);
}

/* Length of what stands in front of the reply; 0: nothing. */
static size_t head_length(struct span s, size_t from, size_t tail)
{
    struct reply reply;
    struct span head, said;

    bounce__reply_find(span_upto(s, tail), from, &reply);
    if (!reply.code || reply.code_at <= from || reply.code_at - from > HEAD_MOST)
        return 0;
    head = bounce__trim(span_of(s.p + from, reply.code_at - from));
    said = span_from(span_upto(s, tail), reply.code_at + 3);
    if (!head.n || !introduces(head))
        return 0;
    if (!familiar(head) && bounce__reply_words(said) < WORDS_ENOUGH)
        return 0;
    return reply.code_at - from;
}

size_t bounce__wrapping_move(struct fold *fold, size_t from)
{
    struct span s = span_of(fold->out, fold->n);
    size_t tail, head;

    while (from < fold->n && byte_blank(fold->out[from]))
        from++; /* phrases want a byte in front of them */
    tail = tail_at(s, from);
    head = head_length(s, from, tail);
    if (tail < fold->n)
        fold->out[tail++] = '\n';
    if (head)
        swap(fold, from, from + head, fold->n);
    if (head && byte_blank(fold->out[fold->n - 1]))
        fold->out[fold->n - 1] = '\n';
    return tail - head;
}
