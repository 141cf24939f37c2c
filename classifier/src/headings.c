/* SPDX-License-Identifier: BSD-2-Clause */
/* headings.c - the lines that divide a notification: where the returned message begins, where a
 * server is quoted, where advice begins. */
#include "formats.h"

/* A line that begins with one of these ends the notification. */
static const struct span ends[] = {
    SPAN("--- Below this line is a copy of the message"), /* qmail */
    SPAN("--- Enclosed is a copy of the message"),
    SPAN("--- Below the next line is a copy"),
    SPAN("--- Original message follows"),
    SPAN("------ This is a copy of the message"), /* Exim */
    SPAN("------ This is a copy of your message"),
    SPAN("------ The body of the message is"),
    SPAN("----- Original message follows"),
    SPAN("   ----- Unsent message follows"), /* old sendmail */
    SPAN("----- Unsent message follows"),
    SPAN("----- Message header follows"),
    SPAN("----- Original message header"),
    SPAN("----- Original message -----"), /* Gmail */
    SPAN("----- Message headers follow"),
    SPAN("--- The header of the original message is following"),
    SPAN("--- The header of the original message"),
    SPAN("----- Undelivered message follows"),
    SPAN("----- Returned message follows"),
    SPAN("----- Message follows"),
    SPAN("Message headers follow"), /* dma */
    SPAN("Message header follows"),
    SPAN("Message headers:"),
    SPAN("Original message follows"),
    SPAN("Original message headers:"), /* Exchange */
    SPAN("Original message:"),
    SPAN("The original message follows"),
    SPAN("The header of the original message"),
    SPAN("The headers of the message sent from"),
    SPAN("The following is a copy of the original message"),
    SPAN("Below is a copy of the original message"),
    SPAN("Below this line is the original bounce"),
    SPAN("Copy of the original message"),
    SPAN("Headers of the original message"),
    SPAN("Received message headers follow"),
    SPAN("-----Original Message"),
    SPAN("----Returned message"),
    SPAN("------- Returned message"),
    SPAN("Returned message:"),
    SPAN("Returned message follows"),
    SPAN("The text of your message follows"),
    SPAN("Content of the message"),
    SPAN("-- original message --"),
    SPAN("--------Message not delivered"),
    SPAN("=== message follows ==="),
    SPAN("|------------------------- Original message follows"),
    SPAN("|------------------------- Message text follows"), /* smail */
    SPAN("Original text follows"),                           /* cc:Mail */
    SPAN("Your message follows:"),                           /* MMDF */
    SPAN("The Original Message follows"),
    SPAN("--- Enclosed are the original headers"),
    SPAN("------------------------------ Rejected message"), /* MX for VMS */
    SPAN("Here is listed the initial part of the message"),  /* XMail */
    SPAN("Below is a copy of the original"),
    SPAN("Your original message follows"),
    SPAN("Your original message:"),
    SPAN("The message was:"),
    SPAN("-----Ursprüngliche Nachricht"),
    SPAN("-----Message d'origine"),
    SPAN("-----Mensaje original"),
    SPAN("-----Messaggio originale"),
    SPAN("-----Oorspronkelijk bericht"),
    SPAN("Ursprüngliche Nachrichtenkopfzeilen"), /* Exchange, localised */
    SPAN("En-têtes de message d'origine"),
    SPAN("En-têtes du message d'origine"),
    SPAN("Encabezados de mensajes originales"),
    SPAN("Encabezados de mensaje originales"),
    SPAN("Cabeçalhos originais da mensagem"),
    SPAN("Cabeçalhos de mensagens originais"),
    SPAN("Intestazioni originali del messaggio"),
    SPAN("Intestazioni messaggio originale"),
    SPAN("Oorspronkelijke berichtkoppen"),
    SPAN("Oryginalne nagłówki wiadomości"),
    SPAN("Исходные заголовки сообщения"),
    SPAN("Ursprungliga meddelanderubriker"),
    SPAN("Oprindelige meddelelsesheadere"),
    SPAN("元のメッセージ ヘッダー"),
    SPAN("原始邮件标头"),
    SPAN("原始邮件头"),
    SPAN("원래 메시지 헤더"),
    SPAN("Your original message header"),
    SPAN("Your message reads (in part)"),
    SPAN("Start of message text"),
    SPAN("----- Start of returned message"),
    SPAN("Undelivered message follows"),
    SPAN("Original Mail Header"),
};

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

    line = bounce__strip(line, " :.-=*");
    if (!span_has(line, "original m") && !span_has(line, "returned m") &&
        !bounce__ends(line, SPAN("text of mail follows")) && !span_same(line, "mail follows"))
        return false;
    for (size_t i = 0; i < COUNT(tails); i++)
        if (line.n < 80 && bounce__ends(line, tails[i]))
            return !span_has(line, "error") && !span_has(line, "reason");
    return false;
}

bool bounce__ends_notification(struct span line)
{
    line = bounce__trim(line);
    if (span_starts(line, "---") && span_has(line, " BEGIN HEADERS ")) /* amavisd */
        return true;
    return bounce__begins_with(line, ends, COUNT(ends)) != SIZE_MAX || says_follows(line);
}

/* What follows is advice for every case there is, not what happened in this one. */
static const struct span advising[] = {
    SPAN("How to fix"),
    SPAN("What to do"),
    SPAN("What you can do"),
    SPAN("What can you do"),
    SPAN("What should I do"),
    SPAN("Suggestion"),
    SPAN("Suggested "),
    SPAN("Possible solution"),
    SPAN("Recommended "),
    SPAN("Troubleshooting"),
    SPAN("Try to fix the problem"),
    SPAN("解决建议"),
    SPAN("建议解决"),
    SPAN("解决方案"),
    SPAN("解决方法"),
    SPAN("解决办法"),
    SPAN("处理建议"),
};

/* Guesses at what may be behind it, in the middle of a paragraph. */
static const char *const guessing[] = {"usually due to", "usually caused by", "usually because",
    "often caused by", "could be caused by", "may be caused by", "can be caused by",
    "possible causes", "might be because", "may be because", "could be because"};

bool bounce__advises(struct span line)
{
    for (size_t i = 0; i < COUNT(guessing); i++)
        if (span_has(line, guessing[i]))
            return true;
    return bounce__begins_with(bounce__trim(line), advising, COUNT(advising)) != SIZE_MAX;
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
