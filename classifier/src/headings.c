/* SPDX-License-Identifier: BSD-2-Clause */
/* headings.c - the lines that divide a notification: where the returned message begins, where a
 * server is quoted, where advice begins. */
#include "formats.h"

/* A line that begins with one of these ends the notification. */
static const char *const *const ends[256] = {
    [' '] = HEADS("   ----- Unsent message follows" /* old sendmail */),
    ['-'] = HEADS("--- Below this line is a copy of the message", /* qmail */
        "--- Enclosed is a copy of the message", "--- Below the next line is a copy",
        "--- Original message follows", "------ This is a copy of the message", /* Exim */
        "------ This is a copy of your message", "------ The body of the message is",
        "----- Original message follows", "----- Unsent message follows",
        "----- Message header follows", "----- Original message header",
        "----- Original message -----", /* Gmail */
        "----- Message headers follow", "--- The header of the original message is following",
        "--- The header of the original message", "----- Undelivered message follows",
        "----- Returned message follows", "----- Message follows", "-----Original Message",
        "----Returned message", "------- Returned message", "-- original message --",
        "--------Message not delivered", "--- Enclosed are the original headers",
        "------------------------------ Rejected message", /* MX for VMS */
        "-----Ursprüngliche Nachricht", "-----Message d'origine", "-----Mensaje original",
        "-----Messaggio originale", "-----Oorspronkelijk bericht",
        "----- Start of returned message"),
    ['='] = HEADS("=== message follows ==="),
    ['b'] = HEADS("Below is a copy of the original message",
        "Below this line is the original bounce", "Below is a copy of the original"),
    ['c'] = HEADS("Copy of the original message", "Content of the message",
        "Cabeçalhos originais da mensagem", "Cabeçalhos de mensagens originais"),
    ['e'] = HEADS("En-têtes de message d'origine", "En-têtes du message d'origine",
        "Encabezados de mensajes originales", "Encabezados de mensaje originales"),
    ['h'] = HEADS("Headers of the original message",
        "Here is listed the initial part of the message" /* XMail */),
    ['i'] = HEADS("Intestazioni originali del messaggio", "Intestazioni messaggio originale"),
    ['m'] = HEADS("Message headers follow", /* dma */
        "Message header follows", "Message headers:"),
    ['o'] = HEADS("Original message follows", "Original message headers:", /* Exchange */
        "Original message:", "Original text follows",                      /* cc:Mail */
        "Oorspronkelijke berichtkoppen", "Oryginalne nagłówki wiadomości",
        "Oprindelige meddelelsesheadere", "Original Mail Header"),
    ['r'] =
        HEADS("Received message headers follow", "Returned message:", "Returned message follows"),
    ['s'] = HEADS("Start of message text"),
    ['t'] = HEADS("The original message follows", "The header of the original message",
        "The headers of the message sent from", "The following is a copy of the original message",
        "The text of your message follows", "The Original Message follows", "The message was:"),
    ['u'] = HEADS("Ursprüngliche Nachrichtenkopfzeilen", /* Exchange, localised */
        "Ursprungliga meddelanderubriker", "Undelivered message follows"),
    ['y'] = HEADS("Your message follows:", /* MMDF */
        "Your original message follows", "Your original message:", "Your original message header",
        "Your message reads (in part)"),
    ['|'] = HEADS("|------------------------- Original message follows",
        "|------------------------- Message text follows" /* smail */),
    [0xD0] = HEADS("Исходные заголовки сообщения"),
    [0xE5] = HEADS("元のメッセージ ヘッダー", "原始邮件标头", "原始邮件头"),
    [0xEC] = HEADS("원래 메시지 헤더"),
};

const char *bounce__head_of(struct span line, const char *const *const table[256])
{
    const char *const *heads = line.n ? table[(unsigned char)byte_lower(line.p[0])] : NULL;

    for (; heads && *heads; heads++)
        if (span_starts(line, *heads))
            return *heads;
    return NULL;
}

/* The index of the entry that begins the line, or SIZE_MAX. The first byte is looked at first: it
 * is nearly always another one. */
size_t bounce__begins_with(struct span line, const struct span *table, size_t count)
{
    char first = line.n ? byte_lower(line.p[0]) : '\0';

    for (size_t i = 0; i < count; i++)
        if (byte_lower(table[i].p[0]) == first && bounce__starts(line, table[i]))
            return i;
    return SIZE_MAX;
}

/* "Possibly truncated original message follows:" */
static bool says_follows(struct span line)
{
    static const struct span tails[] = {SPAN("follows"), SPAN("follow"), SPAN("is below")};
    bool follows = false;
    char last;

    line = bounce__strip(line, " :.-=*");
    last = line.n ? byte_lower(line.p[line.n - 1]) : '\0';
    if ((last != 's' && last != 'w') || line.n >= 80)
        return false;
    for (size_t i = 0; i < COUNT(tails); i++)
        follows |= bounce__ends(line, tails[i]);
    if (!follows)
        return false;
    if (!span_has(line, "original m") && !span_has(line, "returned m") &&
        !bounce__ends(line, SPAN("text of mail follows")) && !span_same(line, "mail follows"))
        return false;
    return !span_has(line, "error") && !span_has(line, "reason");
}

bool bounce__ends_notification(struct span line)
{
    line = bounce__trim(line);
    if (span_starts(line, "---") && span_has(line, " BEGIN HEADERS ")) /* amavisd */
        return true;
    return bounce__head_of(line, ends) || says_follows(line);
}

/* What follows is advice for every case there is, not what happened in this one. */
static const char *const *const advising[256] = {
    ['h'] = HEADS("How to fix"),
    ['p'] = HEADS("Possible solution"),
    ['r'] = HEADS("Recommended "),
    ['s'] = HEADS("Suggestion", "Suggested "),
    ['t'] = HEADS("Troubleshooting", "Try to fix the problem"),
    ['w'] = HEADS("What to do", "What you can do", "What can you do", "What should I do"),
    [0xE5] = HEADS("建议解决", "处理建议"),
    [0xE8] = HEADS("解决建议", "解决方案", "解决方法", "解决办法"),
};

/* Guesses at what may be behind it, in the middle of a paragraph. */
static const char *const guessing[] = {"usually due to", "usually caused by", "usually because",
    "often caused by", "could be caused by", "may be caused by", "can be caused by",
    "possible causes", "might be because", "may be because", "could be because"};

/* Each of them holds one of these. */
bool bounce__guesses(struct span text)
{
    return span_has(text, "cause") || span_has(text, "due to");
}

bool bounce__advises(struct span line, bool guesses)
{
    for (size_t i = 0; i < COUNT(guessing) && guesses; i++)
        if (span_has(line, guessing[i]))
            return true;
    return bounce__head_of(bounce__trim(line), advising) != NULL;
}

/* Headings below which the reply of a server stands, whether it has a code or not. */
static const struct span announcing[] = {
    SPAN("The response was:"),
    SPAN("The response from the remote server was:"),
    SPAN("The error that the other server returned was:"),
    SPAN("The reason of the delivery failure was:"), /* XMail */
    SPAN("The mail server responded:"),
    SPAN("The server responded:"),
    SPAN("The remote server responded:"),
    SPAN("Remote host said:"),
    SPAN("Remote server replied:"),
    SPAN("Error message below:"),
    SPAN("Technical details of permanent failure:"),
};

bool bounce__announces_words(struct span line)
{
    static const char *const words[] = {"reason", "error", "respon", "replied", "said", "returned",
        "rejected", "refused", "because"};

    line = bounce__trim(line);
    if (!line.n || line.p[line.n - 1] != ':')
        return false;
    line = span_from(line, line.n > 45 ? line.n - 45 : 0);
    if (span_has(line, "address") || span_has(line, "recipient") || span_has(line, "possible") ||
        span_has(line, "reasons for"))
        return false;
    for (size_t i = 0; i < COUNT(words); i++)
        if (span_has(line, words[i]))
            return true;
    return false;
}

bool bounce__announces_reply(struct span line)
{
    line = bounce__trim(line);
    for (size_t i = 0; i < COUNT(announcing); i++)
        if (line.n == announcing[i].n && bounce__starts(line, announcing[i]))
            return true;
    return false;
}

/* "mx.example [192.0.2.1]:" and no more: Courier names the host before what it said, or alone. */
bool bounce__names_host(struct span line)
{
    size_t open = bounce__find(line, SPAN(" ["), 0);
    size_t end = open == SIZE_MAX ? SIZE_MAX : bounce__find(line, SPAN("]:"), open);

    return end != SIZE_MAX && end + 2 == line.n && bounce__find(line, SPAN(" "), 0) == open &&
           bounce__find(line, SPAN(" "), open + 1) == SIZE_MAX;
}
