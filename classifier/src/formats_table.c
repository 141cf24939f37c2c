/* SPDX-License-Identifier: BSD-2-Clause */
/* formats_table.c - what a line of a notification is: the words by which MTAs mark recipients and
 * replies. */
#include "address.h"
#include "formats.h"
#include "quoted.h"

/* What stands before an address on a line of its own. */
static const struct span labels[] = {
    SPAN("To:"),
    SPAN("Recipient:"),
    SPAN("Recipients:"),
    SPAN("Recipient(s)"),
    SPAN("->"), /* amavisd */
    SPAN("Final-Recipient:"),
    SPAN("Final recipient:"),
    SPAN("Failed recipient:"),
    SPAN("Failed Recipient:"),
    SPAN("Intended Recipients:"),
    SPAN("Intended recipient:"),
    SPAN("Recipient address:"),
    SPAN("Address:"),
    SPAN("Invalid address:"),
    SPAN("E-mail:"),
    SPAN("Unknown user:"),
    SPAN("User unknown:"),
    SPAN("Unknown local user:"),
    SPAN("Undeliverable address:"),
    SPAN("Undeliverable to"),
    SPAN("Undelivered to:"),
    SPAN("Failed address:"),
    SPAN("User:"),
    SPAN("Account:"),
    SPAN("- \""),
    SPAN("* "),
    SPAN("- "),
    SPAN("|"),
    SPAN(">"),
    SPAN("Error to"),
    SPAN("Error:"),
    SPAN("Delivery to"),
    SPAN("Recipient"),
    SPAN("Could not deliver message to"),
    SPAN("Could not be delivered to:"),
    SPAN("Not delivered to:"),
    SPAN("Message to"),
    SPAN("Mail to"),
    SPAN("Your message to"),
    SPAN("RCPT TO:"),
    SPAN("Original-Recipient:"),
    SPAN("Failed to deliver to"),
    SPAN("(expanded from"),
    SPAN("Unable to deliver message to:"),
    SPAN("Addressed To:"),
    SPAN(">>>"),
    SPAN("Failed recipients:"),
    SPAN("Your mail to"),
    SPAN("Target mail address:"),
    SPAN("E-mail address:"),
    SPAN("Email address:"),
    SPAN("Mailbox:"),
    SPAN("Unable to deliver to:"),
    SPAN("could not send message to"),
    SPAN("Original address:"), /* PMDF */
    SPAN("Error-For:"),        /* MX for VMS, LISTSERV */
    SPAN("Failed address(es):"),
    SPAN("Failing address:"),
    SPAN("Failure to:"),
    SPAN("Bad address:"),
    SPAN("Unknown recipient:"),
    SPAN("Unknown address:"),
    SPAN("Rcpt To:"),
    SPAN("Envelope-To:"),
    SPAN("***"), /* Mercury/32 */
    SPAN("SMTP"),
    SPAN("Invalid final delivery userid:"), /* IMail */
    SPAN("Empfänger:"),
    SPAN("Empfaenger:"),
    SPAN("Adresse:"),
    SPAN("Destinatario:"),
    SPAN("Destinatário:"),
    SPAN("Destinataire"),
    SPAN("Adresat:"),
    SPAN("Odbiorca:"),
    SPAN("Ontvanger:"),
    SPAN("Geadresseerde:"),
    SPAN("Mottagare:"),
    SPAN("Modtager:"),
    SPAN("Mottaker:"),
    SPAN("Получатель:"),
    SPAN("Адресат:"),
    SPAN("Кому:"),
    SPAN("收件人"),
    SPAN("收件者"),
    SPAN("宛先"),
    SPAN("送信先"),
    SPAN("받는사람"),
    SPAN("받는 사람"),
    SPAN("수신자"),
};

/* Sentences in which the recipient's address follows. */
static const struct span sentences[] = {
    SPAN("delivering your mail to"), SPAN("delivered to"), SPAN("deliver to"), SPAN("delivery to"),
    SPAN("deliver your message to"), SPAN("deliver the message to"), SPAN("message to"),
    SPAN("mail to"), SPAN("mail sent to"), SPAN("sent to"), SPAN("message for"), SPAN("reach"),
    SPAN("recipient"), SPAN("mailbox"), SPAN("user"), SPAN("address"), SPAN("to"), SPAN("account"),
    SPAN("an"), SPAN("fuer"), SPAN("a"), SPAN("para"), SPAN("at"), SPAN("por"), SPAN("pour"),
    SPAN("à"), SPAN("aan"), SPAN("naar"), SPAN("für"), SPAN("till"), SPAN("til"), SPAN("do"),
    SPAN("dla"), SPAN("для"), SPAN("адрес"), SPAN("адресату"), SPAN("发给"),
    SPAN("Rcpt="), /* XMail */
};

/* What may stand behind an address when the line is about it: the end, a colon, blanks, "..." or a
 * bracket. */
static bool address_ends_well(struct span tail)
{
    return !tail.n || byte_blank(tail.p[0]) || strchr(":;,>)]}\"'|(.", tail.p[0]);
}

/* X.400 names: "c=us;a= ;p=corp;o=hq;dda:smtp=jo@far.example; on Tue, ...". Returns how far the
 * address is, 0 for other lines. */
static size_t x400_address(struct span line)
{
    size_t at;

    if (!span_starts(line, "c=") || (at = bounce__find(line, SPAN("smtp="), 0)) == SIZE_MAX)
        return 0;
    return at + 5;
}

/* "<jo@shop@far>:": what an MTA puts in angle brackets is one path, whatever is in it. */
static bool bracketed_path(struct span line, struct span *address, struct span *rest)
{
    size_t close = bounce__find(line, SPAN(">"), 0);
    struct span inside = span_upto(span_from(line, 1), close == SIZE_MAX ? 0 : close - 1);

    if (line.p[0] != '<' || !span_has(inside, "@") || span_has(inside, " ") ||
        span_has(inside, "<") || span_has(inside, ":") || inside.n > 320)
        return false;
    *address = inside;
    *rest = bounce__strip(span_from(line, close + 1), ">:;,");
    return inside.p[0] != '@' && inside.p[inside.n - 1] != '@' &&
           address_ends_well(span_from(line, close + 1));
}

/* "<a@b>: text", "a@b", "a@b... text". */
static bool leading_address(struct span line, struct span *address, struct span *rest)
{
    const struct span whole = line;
    size_t from = 0, skip = 0;
    struct span tail;

    while (skip < line.n && strchr("<\"'([{", line.p[skip]))
        skip++;
    skip += x400_address(span_from(line, skip));
    if (span_starts(span_from(line, skip), "mailto:"))
        skip += 7;
    if (span_starts(span_from(line, skip), "rfc822;"))
        skip += 7;
    if (span_starts(span_from(line, skip), "smtp:"))
        skip += 5;
    line = bounce__trim(span_from(line, skip));
    if (!bounce__address_next(line, &from, address) || address->p != line.p ||
        !address_ends_well(span_from(line, from)))
        return bracketed_path(whole, address, rest);
    tail = span_from(line, from);
    *rest = bounce__strip(tail, ">:;,()[]\"'.|");
    /* A closing bracket that belongs to the text behind stays with it. */
    rest->n = rest->n && line.p + line.n > rest->p + rest->n ? (size_t)(line.p + line.n - rest->p)
                                                             : rest->n;
    return true;
}

/* "User mailbox exceeds allowed size: jo@far.example": a few words on what is wrong, a colon, and
 * nothing behind the address. */
static bool complained_address(struct span line, struct span *address)
{
    static const char *const about[] = {"mailbox", "user", "recipient", "account", "address"};
    static const char *const wrong[] = {"exceed", "full", "unknown", "invalid", "fail", "reject",
        "refuse", "disabled", "not ", "undeliver", "no such", "bad ", "quota"};
    size_t colon = bounce__find(line, SPAN(":"), 0), from = 0;
    struct span label = span_upto(line, colon == SIZE_MAX ? 0 : colon), tail;
    bool thing = false, fault = false;

    for (size_t i = 0; i < COUNT(about); i++)
        thing |= span_has(label, about[i]);
    for (size_t i = 0; i < COUNT(wrong); i++)
        fault |= span_has(label, wrong[i]);
    if (!thing || !fault || label.n > 60 || span_has(label, "@"))
        return false;
    tail = bounce__strip(span_from(line, colon + 1), " <>\"'.");
    return bounce__address_next(tail, &from, address) && address->p == tail.p && from == tail.n;
}

/* IMail: "Delivery failed 20 attempts: jo@far.example" */
static bool attempts_address(struct span line, struct span *address)
{
    size_t colon = bounce__find(line, SPAN(" attempts: "), 0), from = 0;
    struct span tail;

    if (colon == SIZE_MAX || !span_starts(line, "Delivery failed "))
        return false;
    tail = bounce__trim(span_from(line, colon + 11));
    return bounce__address_next(tail, &from, address) && address->p == tail.p;
}

static bool labelled_address(struct span line, struct span *address, struct span *rest)
{
    size_t i = bounce__begins_with(line, labels, COUNT(labels));

    while (i != SIZE_MAX) {
        size_t more;

        struct span tail = bounce__strip(span_from(line, labels[i].n), ":=");

        if (bounce__starts(tail, SPAN("：")))
            tail = bounce__trim(span_from(tail, 3));
        if (leading_address(tail, address, rest))
            return true;
        more = bounce__begins_with(line, labels + i + 1, COUNT(labels) - i - 1);
        i = more == SIZE_MAX ? SIZE_MAX : i + 1 + more;
    }
    *rest = SPAN_NONE;
    return complained_address(line, address) || attempts_address(line, address);
}

/* "ผู้รับ: jo@far.example": a word of whatever language, a colon, an address and the end of the line.
 */
static bool foreign_label(struct span line, struct span *address)
{
    size_t colon = bounce__find(line, SPAN(":"), 0), from = 0;
    struct span tail;

    if (colon == SIZE_MAX || colon > 60 || (unsigned char)line.p[0] < 0x80)
        return false;
    tail = bounce__strip(span_from(line, colon + 1), " <>");
    return bounce__address_next(tail, &from, address) && address->p == tail.p && from == tail.n;
}

/* An address behind one of the sentences; the whole line says what happened. */
static bool sentence_address(struct span line, struct span *address)
{
    size_t from = 0;

    while (bounce__address_next(line, &from, address)) {
        struct span before =
            bounce__strip(span_of(line.p, (size_t)(address->p - line.p)), "<\"'([:");

        if (bounce__ends(before, SPAN("mailto")))
            before = bounce__strip(span_upto(before, before.n - 6), "<\"'([:");
        for (size_t i = 0; i < COUNT(sentences); i++)
            if (bounce__ends(before, sentences[i]) &&
                (before.n == sentences[i].n || byte_blank(before.p[before.n - sentences[i].n - 1])))
                return true;
    }
    return false;
}

/* "jo:000000:<jo@far.example> : 192.0.2.1 : mx.far.example : 550 5.1.1 User unknown": one line of a
 * log, with whom and why. */
static bool logged_address(struct span line, struct span *address)
{
    size_t from = 0;

    if (!bounce__address_next(line, &from, address))
        return false;
    for (size_t i = from; i + 4 < line.n; i++)
        if (byte_blank(line.p[i]) && (line.p[i + 1] == '4' || line.p[i + 1] == '5') &&
            bounce__begins_like_reply(span_from(line, i + 1)))
            return true;
    return false;
}

enum line_role bounce__line_role(
    struct span raw, bool strict, struct span *address, struct span *rest)
{
    struct span line = bounce__trim(raw);
    enum speaker speaker;
    bool has_address;
    size_t within;

    *address = SPAN_NONE;
    *rest = line;
    if (!line.n)
        return LINE_PLAIN;
    speaker = bounce__transcript_line(line, rest);
    if (speaker == SPEAKER_CLIENT)
        return LINE_COMMAND;
    if (speaker == SPEAKER_SERVER)
        return LINE_ANSWER;
    if (speaker == SPEAKER_AGREEING)
        return LINE_CHATTER;
    *rest = line;
    has_address = memchr(line.p, '@', line.n) != NULL;
    if (has_address &&
        (leading_address(line, address, rest) || labelled_address(line, address, rest)))
        return LINE_RECIPIENT;
    if (!has_address && bounce__address_bang(line, address)) {
        *rest = bounce__strip(span_from(line, (size_t)(address->p + address->n - line.p)), ">:.");
        return LINE_RECIPIENT;
    }
    *rest = line;
    *address = SPAN_NONE;
    if (bounce__quoted_reply(line, rest))
        return LINE_REPLY;
    if (!strict && has_address &&
        (sentence_address(line, address) || foreign_label(line, address) ||
            logged_address(line, address))) {
        *rest = line;
        return LINE_RECIPIENT;
    }
    *rest = line;
    *address = SPAN_NONE;
    within = bounce__reply_within(line);
    if (within == SIZE_MAX)
        return LINE_PLAIN;
    *rest = span_from(line, within);
    return LINE_REPLY;
}
