/* SPDX-License-Identifier: BSD-2-Clause */
/* quoted.c - how a notification quotes what was said in the session: the server's replies, the
 * client's commands. */
#include "quoted.h"
#include "formats.h" /* bounce__begins_with(), bounce__head_of() */

/* What servers' replies are quoted with: behind these stands a reply with or without a code, */
static const struct span surely[] = {
    SPAN("Remote host said:"), SPAN("(reason:"),
    SPAN("MSEXCH:"), /* Exchange 5: below what it has to say of each error of a kind */
};

/* behind these one with a code. */
static const char *const *const quoting[256] = {
    ['-'] = HEADS("->"),
    ['d'] = HEADS("Diagnostic-Code:", "Diagnostic information:", "Diagnostic code:", "Details:"),
    ['e'] = HEADS("Error message:", "Error:"),
    ['f'] = HEADS("Failure Reason:"),
    ['m'] = HEADS("Message from server:"),
    ['r'] = HEADS("Reason:", "Response:", "Remote server said:", "Remote server replied:",
        "Remote server returned", "Remote Server returned", "Reply:"),
    ['s'] = HEADS("SMTP;", "said:", "Server response:", "Server message:", "SMTP error:"),
    ['t'] = HEADS("The error that the other server returned was:",
        "The response from the remote server was:", "The response was:", "The reason was:",
        "The error was:", "Transcript:", "The mail server responded:", "The server responded:"),
};

/* "550 ", "550-", "5.1.1 ", "#5.1.1", possibly in quotes. */
bool bounce__begins_like_reply(struct span line)
{
    unsigned value;
    size_t used;

    while (line.n && strchr("'\"(#", line.p[0]))
        line = span_from(line, 1);
    if (line.n < 4 || (line.p[0] != '4' && line.p[0] != '5'))
        return false;
    if (bounce__number(line, 3, &value, &used) && used == 3 && value < 580)
        return line.p[3] == ' ' || line.p[3] == '-' || line.p[3] == ':';
    return line.n > 5 && line.p[1] == '.' && byte_digit(line.p[2]) && line.p[3] == '.' &&
           byte_digit(line.p[4]);
}

bool bounce__quoted_reply(struct span line, struct span *rest)
{
    size_t sure = bounce__begins_with(line, surely, COUNT(surely));
    const char *quote = sure == SIZE_MAX ? bounce__head_of(line, quoting) : surely[sure].p;
    struct span tail = line;

    if (quote) {
        tail = bounce__strip(span_from(line, strlen(quote)), *quote == '(' ? ")" : "");
        *rest = tail;
        if (sure != SIZE_MAX && tail.n)
            return true;
    }
    if (!bounce__begins_like_reply(tail))
        return false;
    *rest = tail;
    return true;
}

/* A valid code, a blank or hyphen, and something behind it. RFC 5321 4.2.1 */
static bool is_reply(struct span text)
{
    if (text.n < 7 || (text.p[0] != '4' && text.p[0] != '5') || !strchr("023457", text.p[1]) ||
        !byte_digit(text.p[2]))
        return false;
    return (text.p[3] == ' ' || text.p[3] == '-') && !byte_blank(text.p[4]);
}

/* Fields of the returned message and figures, behind whose colon a number is no code. */
static bool counts(struct span before)
{
    static const char *const words[] = {"subject", "date", "size", "bytes", "limit", "port", "id",
        "length", "line", "number", "uid", "ref", "betreff", "asunto", "objet", "oggetto"};

    before = bounce__strip(before, " :=");
    for (size_t i = 0; i < COUNT(words); i++)
        if (bounce__ends(before, span_str(words[i])) &&
            (before.n == strlen(words[i]) ||
                !byte_alpha(before.p[before.n - strlen(words[i]) - 1])))
            return true;
    return false;
}

/* "host mx.example[192.0.2.1] said: 550", where the line is wrapped behind the code. */
static bool breaks_off(struct span before, struct span text)
{
    return text.n == 3 && (text.p[0] == '4' || text.p[0] == '5') && byte_digit(text.p[1]) &&
           byte_digit(text.p[2]) &&
           (bounce__ends(before, SPAN("said: ")) || bounce__ends(before, SPAN("]: ")));
}

size_t bounce__reply_within(struct span line)
{
    for (size_t i = 2; i + 3 <= line.n; i++) {
        struct span before, text;
        bool parted, enclosed;

        if (line.p[i] != '4' && line.p[i] != '5')
            continue;
        before = span_upto(line, i);
        text = span_from(line, i);
        parted = byte_blank(line.p[i - 1]) && strchr(":;>]),-", line.p[i - 2]);
        enclosed = strchr("\"'(;:", line.p[i - 1]) != NULL;
        if ((parted || enclosed) && (is_reply(text) || breaks_off(before, text)) && !counts(before))
            return i;
    }
    return SIZE_MAX;
}

static bool is_figures(struct span token)
{
    for (size_t i = 0; i < token.n; i++)
        if (!byte_digit(token.p[i]) && !strchr(":.-/[]()+,*", token.p[i]))
            return false;
    return true;
}

/* "12:34" with something around it. */
static bool has_time(struct span token)
{
    for (size_t i = 2; i + 2 < token.n; i++)
        if (token.p[i] == ':' && byte_digit(token.p[i - 1]) && byte_digit(token.p[i + 1]))
            return true;
    return false;
}

/* The name of a day or a month, or a half of the day. */
static bool dates(struct span token)
{
    static const char *const names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan",
        "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "am", "pm"};

    for (size_t i = 0; token.n <= 4 && i < COUNT(names); i++)
        if (span_starts(token, names[i]))
            return true;
    return false;
}

/* The time, the number of the session and the like at the beginning of a line of a log. */
static struct span without_stamp(struct span line)
{
    struct span left = line;
    bool timed = false;

    for (int tokens = 0; tokens < 8 && left.n; tokens++) {
        struct span token;
        size_t n = 0;
        bool stamp;

        while (n < left.n && !byte_blank(left.p[n]))
            n++;
        token = span_upto(left, n);
        stamp = (is_figures(token) && byte_digit(left.p[n > 1])) || dates(token) ||
                span_same(token, "*");
        if (!stamp && !tokens) /* most lines begin with a word */
            return line;
        timed |= has_time(token);
        if (!stamp)
            break;
        left = bounce__trim(span_from(left, n));
    }
    return timed ? left : line;
}

static bool begins_with_verb(struct span line)
{
    static const struct span verbs[] = {SPAN("HELO"), SPAN("EHLO"), SPAN("MAIL"), SPAN("RCPT"),
        SPAN("DATA"), SPAN("RSET"), SPAN("QUIT"), SPAN("AUTH"), SPAN("STARTTLS"), SPAN("BDAT"),
        SPAN("(initial"), SPAN(".")};

    return bounce__begins_with(line, verbs, COUNT(verbs)) != SIZE_MAX;
}

/* Sendmail and Courier, PMDF, MDaemon, SmarterMail and others. */
static const struct {
    const char *mark;
    enum speaker speaker;
} speakers[] = {
    {"<<<", SPEAKER_SERVER}, /* the one mark behind which an answer may have no code */
    {">>>", SPEAKER_CLIENT},
    {"Received >>>", SPEAKER_SERVER},
    {"Sent <<<", SPEAKER_CLIENT},
    {"<--", SPEAKER_SERVER},
    {"-->", SPEAKER_CLIENT},
    {"<==", SPEAKER_SERVER},
    {"==>", SPEAKER_CLIENT},
    {"RSP:", SPEAKER_SERVER},
    {"CMD:", SPEAKER_CLIENT},
    {"S:", SPEAKER_SERVER},
    {"C:", SPEAKER_CLIENT},
    {"SERVER:", SPEAKER_SERVER},
    {"CLIENT:", SPEAKER_CLIENT},
};

/* ">>> a@b <a@b>" names a recipient and is no command. */
enum speaker bounce__transcript_line(struct span line, struct span *words)
{
    struct span said = without_stamp(line);

    for (size_t i = 0; i < COUNT(speakers); i++) {
        bool coded;

        if (!span_starts(said, speakers[i].mark))
            continue;
        *words = bounce__trim(span_from(said, strlen(speakers[i].mark)));
        coded = words->n > 3 && byte_digit(words->p[0]) && byte_digit(words->p[1]) &&
                byte_digit(words->p[2]);
        if (speakers[i].speaker == SPEAKER_SERVER && i && coded && words->p[0] < '4')
            return SPEAKER_AGREEING;
        if (speakers[i].speaker == SPEAKER_SERVER)
            return coded || !i ? SPEAKER_SERVER : SPEAKER_NONE;
        return begins_with_verb(*words) ? SPEAKER_CLIENT : SPEAKER_NONE;
    }
    return SPEAKER_NONE;
}
