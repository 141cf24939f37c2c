/* SPDX-License-Identifier: BSD-2-Clause */
/* Failures in words. They name host, address, port and stage, because the reader of a bounce has
 * nothing else. */
#include "sender/failure.h"

#include <stdio.h>
#include "sender/replyread.h"
#include "util/mem.h"

struct failure failure_copy(const struct failure *failure)
{
    struct failure copy = *failure;
    copy.host = mem_text(failure->host);
    copy.address = mem_text(failure->address);
    copy.text = mem_text(failure->text);
    return copy;
}

void failure_deinit(struct failure *failure)
{
    free(failure->host);
    free(failure->address);
    free(failure->text);
    *failure = (struct failure){0};
}

const char *phase_stage(enum phase phase)
{
    static const char *const stages[] = {
        [PHASE_DNS] = "dns",
        [PHASE_CONNECT] = "connect",
        [PHASE_BANNER] = "connect",
        [PHASE_EHLO] = "ehlo",
        [PHASE_HELO] = "ehlo",
        [PHASE_MAIL] = "mail",
        [PHASE_RCPT] = "rcpt",
        [PHASE_DATA] = "data",
        [PHASE_BODY] = "data",
        [PHASE_EOM] = "eom",
        [PHASE_QUIT] = "quit",
    };
    return stages[phase];
}

/* Behind "timed out" and "lost connection". */
static const char *doing(enum phase phase)
{
    static const char *const words[] = {
        [PHASE_DNS] = "while looking up its name",
        [PHASE_CONNECT] = "while connecting",
        [PHASE_BANNER] = "while receiving the initial server greeting",
        [PHASE_EHLO] = "while sending EHLO",
        [PHASE_HELO] = "while sending HELO",
        [PHASE_MAIL] = "while sending MAIL FROM",
        [PHASE_RCPT] = "while sending RCPT TO",
        [PHASE_DATA] = "while sending the DATA command",
        [PHASE_BODY] = "while sending the message body",
        [PHASE_EOM] = "after end of data; the message may have been delivered",
        [PHASE_QUIT] = "while sending QUIT",
    };
    return words[phase];
}

/* Behind a reply. */
static const char *answering(enum phase phase)
{
    static const char *const words[] = {
        [PHASE_DNS] = "",
        [PHASE_CONNECT] = "",
        [PHASE_BANNER] = " (instead of a greeting)",
        [PHASE_EHLO] = " (in reply to EHLO command)",
        [PHASE_HELO] = " (in reply to HELO command)",
        [PHASE_MAIL] = " (in reply to MAIL FROM command)",
        [PHASE_RCPT] = " (in reply to RCPT TO command)",
        [PHASE_DATA] = " (in reply to DATA command)",
        [PHASE_BODY] = " (while receiving the message)",
        [PHASE_EOM] = " (in reply to end of data)",
        [PHASE_QUIT] = " (in reply to QUIT command)",
    };
    return words[phase];
}

char *failure_brief(const struct failure *failure)
{
    switch (failure->kind) {
    case FAILURE_NONE:
        return mem_text("");
    case FAILURE_REPLY:
    case FAILURE_UNREACHABLE:
    case FAILURE_TOO_LARGE:
    case FAILURE_LOCAL:
    case FAILURE_DNS:
        return mem_text(failure->text);
    case FAILURE_MALFORMED:
        return mem_format("malformed reply: %s", failure->text);
    case FAILURE_UNEXPECTED:
        return mem_format("unexpected reply: %s", failure->text);
    case FAILURE_REFUSED:
        return mem_text("connection refused");
    case FAILURE_TIMEOUT:
        return mem_text(
            failure->phase == PHASE_CONNECT ? "connection timed out" : "conversation timed out");
    case FAILURE_CLOSED:
        return mem_text("connection closed by the server");
    case FAILURE_RESET:
        return mem_text("connection reset by the server");
    case FAILURE_NO_DOMAIN:
        return mem_text("no such domain");
    case FAILURE_NO_ADDRESS:
        return mem_text("no address");
    case FAILURE_NULL_MX:
        return mem_text("the domain does not accept mail (null MX)");
    case FAILURE_LOOP:
        return mem_text("mail loops back to myself");
    }
    return mem_text("");
}

static char *connection_sentence(const struct failure *failure, const char *peer)
{
    if (failure->kind == FAILURE_REFUSED)
        return mem_format("connection to %s refused", peer);
    if (failure->kind == FAILURE_TIMEOUT)
        return mem_format("connection to %s timed out", peer);
    if (failure->kind == FAILURE_RESET)
        return mem_format("connection reset by %s %s", peer, doing(failure->phase));
    return mem_format(
        "connection to %s failed: %s", peer, failure->text ? failure->text : "unknown error");
}

static char *conversation_sentence(const struct failure *failure, const char *peer)
{
    enum phase phase = failure->phase;
    switch (failure->kind) {
    case FAILURE_REPLY:
        if (phase == PHASE_BANNER)
            return mem_format("host %s refused to talk to me: %s", peer, failure->text);
        return mem_format("host %s said: %s%s", peer, failure->text, answering(phase));
    case FAILURE_MALFORMED:
        return mem_format(
            "protocol error: malformed reply from %s: %s%s", peer, failure->text, answering(phase));
    case FAILURE_UNEXPECTED:
        return mem_format("protocol error: unexpected reply from %s: %s%s", peer, failure->text,
            answering(phase));
    case FAILURE_TIMEOUT:
        return mem_format("conversation with %s timed out %s", peer, doing(phase));
    case FAILURE_RESET:
        return mem_format("connection reset by %s %s", peer, doing(phase));
    case FAILURE_TOO_LARGE:
        return mem_format("%s of host %s", failure->text, peer);
    default:
        return mem_format("lost connection with %s %s", peer, doing(phase));
    }
}

static char *dns_sentence(const struct failure *failure)
{
    const char *name = failure->host ? failure->host : "?";
    switch (failure->kind) {
    case FAILURE_NO_DOMAIN:
        return mem_format("host or domain name %s not found (no such domain)", name);
    case FAILURE_NO_ADDRESS:
        return mem_format("host or domain name %s has no mail exchanger and no address", name);
    case FAILURE_NULL_MX:
        return mem_format("domain %s does not accept mail (null MX)", name);
    case FAILURE_LOOP:
        return mem_format("mail for %s loops back to myself", name);
    default: /* "try again" as the resolver's h_errno has it, and Postfix */
        return mem_format("name service error for %s: %s, try again", name,
            failure->text ? failure->text : "failed");
    }
}

char *failure_sentence(const struct failure *failure)
{
    if (failure->phase == PHASE_DNS)
        return dns_sentence(failure);
    char *peer = mem_format("%s[%s]:%u", failure->host ? failure->host : "?",
        failure->address ? failure->address : "?", failure->port);
    char *sentence = failure->phase == PHASE_CONNECT || failure->kind == FAILURE_LOCAL
                         ? connection_sentence(failure, peer)
                         : conversation_sentence(failure, peer);
    free(peer);
    return sentence;
}

/* RFC 3463 3 and the registry behind it (RFC 5248). */
static const char *status_of_kind(const struct failure *failure)
{
    switch (failure->kind) {
    case FAILURE_REFUSED:
    case FAILURE_UNREACHABLE:
        return "4.4.1"; /* no answer from host */
    case FAILURE_TIMEOUT:
    case FAILURE_RESET:
        return failure->phase == PHASE_CONNECT ? "4.4.1" : "4.4.2"; /* bad connection */
    case FAILURE_CLOSED:
        return "4.4.2";
    case FAILURE_MALFORMED:
    case FAILURE_UNEXPECTED:
        return "4.5.0"; /* mail delivery protocol */
    case FAILURE_TOO_LARGE:
        return "5.3.4"; /* RFC 1870 6.1: message too big for system */
    case FAILURE_LOCAL:
        return "4.3.0";
    case FAILURE_NO_DOMAIN:
        return "5.1.2"; /* bad destination system address */
    case FAILURE_NO_ADDRESS:
        return "5.4.4"; /* unable to route */
    case FAILURE_NULL_MX:
        return "5.1.10"; /* RFC 7505 4.3 */
    case FAILURE_LOOP:
        return "5.4.6"; /* routing loop detected */
    case FAILURE_DNS:
        return "4.4.3"; /* directory server failure */
    default:
        return failure->permanent ? "5.0.0" : "4.0.0";
    }
}

void failure_status(const struct failure *failure, char out[12])
{
    if (failure->kind == FAILURE_REPLY && replyread_status(failure->text, out))
        return;
    snprintf(out, 12, "%s", status_of_kind(failure));
}
