/* SPDX-License-Identifier: BSD-2-Clause */
/* formats_table.c - the words by which MTAs mark the parts of a notification. */
#include "address.h"
#include "formats.h"

/* A line that begins with (or, after '*', contains) one of these ends the notification. */
static const char *const ends[] = {
    "--- Below this line is a copy of the message",  /* qmail */
    "--- Enclosed is a copy of the message",
    "--- Below the next line is a copy",
    "--- Original message follows",
    "------ This is a copy of the message",          /* Exim */
    "------ This is a copy of your message",
    "------ The body of the message is",
    "----- Original message follows",
    "   ----- Unsent message follows",               /* old sendmail */
    "----- Unsent message follows",
    "----- Message header follows",
    "----- Original message header",
    "----- Original message -----",                  /* Gmail */
    "----- Message headers follow",
    "--- The header of the original message is following",
    "--- The header of the original message",
    "----- Undelivered message follows",
    "----- Returned message follows",
    "----- Message follows",
    "Message headers follow",                        /* dma */
    "Message header follows",
    "Message headers:",
    "Original message follows",
    "Original message headers:",                     /* Exchange */
    "Original message:",
    "The original message follows",
    "The header of the original message",
    "The headers of the message sent from",
    "The following is a copy of the original message",
    "Below is a copy of the original message",
    "Below this line is the original bounce",
    "Copy of the original message",
    "Headers of the original message",
    "Received message headers follow",
    "*original message headers follow",
    "-----Original Message",
    "----Returned message",
    "------- Returned message",
    "Returned message:",
    "Returned message follows",
    "The text of your message follows",
    "Content of the message",
    "-- original message --",
    "--------Message not delivered",
    "=== message follows ===",
    "|------------------------- Message log follows",
    "|------------------------- Original message follows",
    "|------------------------- Failed addresses follow: ---------------------| end",
    "Your original message header",
    "Your message reads (in part)",
    "Start of message text",
    "----- Start of returned message",
    "Undelivered message follows",
    "Original Mail Header",
};

/* What stands before an address on a line of its own. */
static const char *const labels[] = {
    "To:", "Recipient:", "Recipients:", "Final-Recipient:", "Final recipient:", "Failed recipient:", "Failed Recipient:",
    "Intended Recipients:", "Intended recipient:", "Recipient address:", "Address:", "Invalid address:", "E-mail:",
    "Unknown user:", "User unknown:", "Unknown local user:", "Undeliverable address:", "Undeliverable to",
    "Undelivered to:", "Failed address:", "User:", "Account:", "- \"", "* ", "- ", "|", ">", "Error to", "Error:",
    "Delivery to", "Recipient", "Could not deliver message to", "Could not be delivered to:", "Not delivered to:",
    "Message to", "Mail to", "Your message to", "RCPT TO:", "Original-Recipient:", "Failed to deliver to", "(expanded from",
    "Unable to deliver message to:", "Unable to deliver to:", "could not send message to",
};

/* Sentences in which the recipient's address follows. */
static const char *const sentences[] = {
    "delivering your mail to", "delivered to", "deliver to", "delivery to", "deliver your message to",
    "deliver the message to", "message to", "mail to", "mail sent to", "sent to", "message for", "reach", "recipient",
    "mailbox", "user", "address", "to", "account", "an", "fuer", "a", "para", "at", "por", "pour",
};

/* What servers' replies are quoted with. */
static const char *const quoting[] = {
    "<<<", "Received >>>", "Remote host said:", "(reason:", "Reason:", "SMTP;", "said:", "Server response:", "Response:",
    "The error that the other server returned was:", "The response from the remote server was:",
    "The response was:", "Diagnostic-Code:", "Diagnostic information:", "Diagnostic code:", "Error message:",
    "The reason was:", "Server message:", "Remote server said:", "Remote server replied:", "Remote server returned",
    "Remote Server returned", "SMTP error:", "Error:", "The error was:", "Failure Reason:", "Transcript:", "->", "Details:",
    "The mail server responded:", "The server responded:", "Message from server:", "Reply:",
};

static bool ends_notification(struct span line)
{
    for (size_t i = 0; i < COUNT(ends); i++) {
        const char *end = ends[i];
        if (end[0] == '*' ? span_has(line, end + 1) : span_starts(line, end))
            return true;
    }
    return false;
}

/* What may stand behind an address when the line is about it: the end, a colon, blanks, "..." or a bracket. */
static bool address_ends_well(struct span tail)
{
    return !tail.n || byte_blank(tail.p[0]) || strchr(":;,>)]}\"'|(.", tail.p[0]);
}

/* "<a@b>: text", "a@b", "a@b... text". */
static bool leading_address(struct span line, struct span *address, struct span *rest)
{
    size_t from = 0, skip = 0;
    struct span tail;

    while (skip < line.n && strchr("<\"'([{", line.p[skip]))
        skip++;
    if (span_starts(span_from(line, skip), "mailto:"))
        skip += 7;
    if (span_starts(span_from(line, skip), "rfc822;"))
        skip += 7;
    line = bounce__trim(span_from(line, skip));
    if (!bounce__address_next(line, &from, address) || address->p != line.p)
        return false;
    tail = span_from(line, from);
    if (!address_ends_well(tail))
        return false;
    *rest = bounce__strip(tail, ">:;,()[]\"'.|");
    /* A closing bracket that belongs to the text behind stays with it. */
    rest->n = rest->n && line.p + line.n > rest->p + rest->n ? (size_t)(line.p + line.n - rest->p) : rest->n;
    return true;
}

static bool labelled_address(struct span line, struct span *address, struct span *rest)
{
    for (size_t i = 0; i < COUNT(labels); i++) {
        struct span tail;

        if (!span_starts(line, labels[i]))
            continue;
        tail = bounce__strip(span_from(line, strlen(labels[i])), ":");
        if (leading_address(tail, address, rest))
            return true;
    }
    return false;
}

/* An address behind one of the sentences; the whole line says what happened. */
static bool sentence_address(struct span line, struct span *address)
{
    size_t from = 0;

    while (bounce__address_next(line, &from, address)) {
        struct span before = bounce__strip(span_of(line.p, (size_t)(address->p - line.p)), "<\"'([:");

        if (bounce__ends(before, SPAN("mailto")))
            before = bounce__strip(span_upto(before, before.n - 6), "<\"'([:");
        for (size_t i = 0; i < COUNT(sentences); i++)
            if (bounce__ends(before, span_str(sentences[i])) &&
                (before.n == strlen(sentences[i]) || byte_blank(before.p[before.n - strlen(sentences[i]) - 1])))
                return true;
    }
    return false;
}

/* "550 ", "550-", "5.1.1 ", "#5.1.1", possibly in quotes. */
static bool begins_like_reply(struct span line)
{
    unsigned value;
    size_t used;

    while (line.n && strchr("'\"(#", line.p[0]))
        line = span_from(line, 1);
    if (line.n < 4 || (line.p[0] != '4' && line.p[0] != '5'))
        return false;
    if (bounce__number(line, 3, &value, &used) && used == 3 && value < 580)
        return line.p[3] == ' ' || line.p[3] == '-' || line.p[3] == ':';
    return line.n > 5 && line.p[1] == '.' && byte_digit(line.p[2]) && line.p[3] == '.' && byte_digit(line.p[4]);
}

static bool quoted_reply(struct span line, struct span *rest)
{
    struct span tail = line;

    for (size_t i = 0; i < COUNT(quoting); i++)
        if (span_starts(line, quoting[i])) {
            tail = bounce__strip(span_from(line, strlen(quoting[i])), quoting[i][0] == '(' ? ")" : "");
            *rest = tail;
            if (i < 4 && tail.n)
                return true; /* what a server said, with or without a code */
            break;
        }
    if (!begins_like_reply(tail))
        return false;
    *rest = tail;
    return true;
}

enum line_role bounce__line_role(struct span raw, bool strict, struct span *address, struct span *rest)
{
    struct span line = bounce__trim(raw);

    *address = SPAN_NONE;
    *rest = line;
    if (!line.n)
        return LINE_PLAIN;
    if (ends_notification(line))
        return LINE_END;
    if (span_starts(line, ">>> ") || span_starts(line, "Sent <<<"))
        return LINE_COMMAND;
    if (leading_address(line, address, rest) || labelled_address(line, address, rest))
        return LINE_RECIPIENT;
    *rest = line;
    *address = SPAN_NONE;
    if (quoted_reply(line, rest))
        return LINE_REPLY;
    if (!strict && sentence_address(line, address)) {
        *rest = line;
        return LINE_RECIPIENT;
    }
    *rest = line;
    *address = SPAN_NONE;
    return LINE_PLAIN;
}
