/* SPDX-License-Identifier: BSD-2-Clause */
#include "smtp/command.h"

#include <arpa/inet.h>
#include <string.h>
#include "smtp/param.h"
#include "util/text.h"

/* RFC 5321 4.5.3.1.1-3 */
enum { LOCAL_PART_MAX = 64, DOMAIN_MAX = 255, PATH_MAX_OCTETS = 256, LABEL_MAX = 63 };

struct cursor {
    const char *at, *end;
};

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_atext(char c) /* RFC 5322 3.2.3, and UTF8-non-ascii of RFC 6531 */
{
    return is_alnum(c) || (unsigned char)c >= 0x80 || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static struct span span_of(const char *from, const char *to)
{
    return (struct span){from, (size_t)(to - from)};
}

static struct span trimmed(const char *from, const char *end)
{
    while (from < end && (*from == ' ' || *from == '\t'))
        from++;
    while (end > from && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    return span_of(from, end);
}

static bool take(struct cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

static bool quoted_string(struct cursor *c) /* RFC 5321 4.1.2 Quoted-string */
{
    if (!take(c, '"'))
        return false;
    while (c->at < c->end && *c->at != '"') {
        if (*c->at == '\\' && ++c->at == c->end)
            return false;
        if ((unsigned char)*c->at < 0x20 || *c->at == 0x7f)
            return false;
        c->at++;
    }
    return take(c, '"');
}

static bool dot_string(struct cursor *c)
{
    do {
        const char *atom = c->at;
        while (c->at < c->end && is_atext(*c->at))
            c->at++;
        if (c->at == atom)
            return false;
    } while (take(c, '.'));
    return true;
}

/* RFC 5321 4.1.3: IPv4, "IPv6:" and an address, or another tag with text that only its owner
 * understands. */
static bool literal(const char *text, size_t len)
{
    char copy[64] = "";
    unsigned char address[16];
    const char *colon = memchr(text, ':', len);
    if (len < sizeof copy)
        memcpy(copy, text, len);
    if (!colon)
        return inet_pton(AF_INET, copy, address) == 1;
    if (colon - text == 4 && text_same_n(text, "IPv6", 4))
        return inet_pton(AF_INET6, copy + 5, address) == 1;
    return colon > text && is_alnum(colon[-1]) && colon + 1 < text + len;
}

static bool domain(struct cursor *c)
{
    if (take(c, '[')) {
        const char *from = c->at;
        while (c->at<c->end && * c->at> 0x20 && *c->at != '[' && *c->at != ']' && *c->at != 0x7f)
            c->at++;
        return literal(from, (size_t)(c->at - from)) && take(c, ']');
    }
    do {
        const char *label = c->at;
        while (c->at < c->end && (is_alnum(*c->at) || *c->at == '-' || *c->at == '_' ||
                                     (unsigned char)*c->at >= 0x80))
            c->at++;
        if (c->at == label || *label == '-' || c->at[-1] == '-' || c->at - label > LABEL_MAX)
            return false;
    } while (take(c, '.'));
    return true;
}

static bool mailbox(struct cursor *c, struct smtp_path *path)
{
    const char *from = c->at;
    bool ok = c->at < c->end && *c->at == '"' ? quoted_string(c) : dot_string(c);
    if (!ok)
        return false;
    path->user = span_of(from, c->at);
    if (!take(c, '@'))
        return false;
    const char *at = c->at;
    if (!domain(c))
        return false;
    path->domain = span_of(at, c->at);
    path->addr = span_of(from, c->at);
    return path->user.len <= LOCAL_PART_MAX && path->domain.len <= DOMAIN_MAX &&
           path->addr.len <= PATH_MAX_OCTETS;
}

bool smtp_mailbox_parse(struct smtp_path *path, const char *text, size_t len)
{
    struct cursor c = {text, text + len};
    memset(path, 0, sizeof *path);
    return mailbox(&c, path) && c.at == c.end;
}

/* "@a,@b:", to be accepted and ignored: RFC 5321 4.1.1.3 and C */
static bool source_route(struct cursor *c)
{
    if (c->at == c->end || *c->at != '@')
        return true;
    do {
        if (!take(c, '@') || !domain(c))
            return false;
    } while (take(c, ','));
    return take(c, ':');
}

static bool path_in_brackets(struct cursor *c, struct smtp_path *path, enum smtp_verb verb)
{
    if (!take(c, '<'))
        return false;
    if (verb == SMTP_MAIL && take(c, '>')) { /* the null reverse-path, RFC 5321 4.5.5 */
        path->addr = path->user = path->domain = span_of(c->at, c->at);
        return true;
    }
    if (!source_route(c))
        return false;
    enum { POSTMASTER = 10 };
    if (verb == SMTP_RCPT && c->end - c->at > POSTMASTER &&
        text_same_n(c->at, "postmaster", POSTMASTER) &&
        c->at[POSTMASTER] == '>') { /* without a domain: RFC 5321 4.1.1.3 */
        path->addr = path->user = span_of(c->at, c->at + POSTMASTER);
        path->domain = span_of(c->at + POSTMASTER, c->at + POSTMASTER);
        c->at += POSTMASTER + 1;
        return true;
    }
    return mailbox(c, path) && take(c, '>');
}

static bool given_before(const struct smtp_command *cmd, struct span name)
{
    for (size_t i = 0; i + 1 < cmd->param_count; i++)
        if (cmd->params[i].name.len == name.len &&
            text_same_n(cmd->params[i].name.text, name.text, name.len))
            return true;
    return false;
}

/* RFC 5321 4.1.2 esmtp-param */
static const char *parameters(struct cursor *c, struct smtp_command *cmd)
{
    while (c->at < c->end) {
        if (!take(c, ' '))
            return "501 5.5.4 Parameters are separated from the path by a blank";
        while (take(c, ' '))
            ;
        if (c->at == c->end)
            break;
        if (cmd->param_count == SMTP_PARAMS_MAX)
            return "501 5.5.4 Too many parameters";
        struct smtp_param *p = &cmd->params[cmd->param_count++];
        const char *name = c->at;
        while (c->at < c->end && (is_alnum(*c->at) || (*c->at == '-' && c->at > name)))
            c->at++;
        p->name = span_of(name, c->at);
        p->value = (struct span){NULL, 0};
        if (!p->name.len)
            return "501 5.5.4 Malformed parameter";
        /* Once at the most, say RFC 3461 4, RFC 1870 6 and others. */
        if (given_before(cmd, p->name))
            return "501 5.5.4 A parameter is given twice";
        if (!take(c, '='))
            continue;
        const char *value = c->at;
        while (c->at < c->end && (unsigned char)*c->at > 0x20 && *c->at != '=' && *c->at != 0x7f)
            c->at++;
        p->value = span_of(value, c->at);
        if (!p->value.len)
            return "501 5.5.4 Malformed parameter";
    }
    return NULL;
}

static const char *mail_or_rcpt(struct smtp_command *cmd)
{
    const char *word = cmd->verb == SMTP_MAIL ? "from:" : "to:";
    size_t n = strlen(word);
    struct cursor c = {cmd->arg.text, cmd->arg.text + cmd->arg.len};
    if (cmd->arg.len < n || !text_same_n(c.at, word, n))
        return cmd->verb == SMTP_MAIL ? "501 5.5.4 Syntax: MAIL FROM:<address>"
                                      : "501 5.5.4 Syntax: RCPT TO:<address>";
    c.at += n;
    while (take(&c, ' ')) /* RFC 5321 3.3 allows none; too many clients write one */
        ;
    if (!path_in_brackets(&c, &cmd->path, cmd->verb))
        return cmd->verb == SMTP_MAIL ? "501 5.1.7 Bad sender address syntax"
                                      : "501 5.1.3 Bad recipient address syntax";
    return parameters(&c, cmd);
}

static const struct {
    const char *name;
    enum smtp_verb verb;
} verbs[] = {
#define X(id, name) {name, SMTP_##id},
    SMTP_VERBS(X)
#undef X
};

const char *smtp_verb_name(enum smtp_verb verb)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (verbs[i].verb == verb)
            return verbs[i].name;
    return "other";
}

static enum smtp_verb verb_of(struct span word)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (word.len == strlen(verbs[i].name) && text_same_n(word.text, verbs[i].name, word.len))
            return verbs[i].verb;
    return SMTP_OTHER;
}

static const char *bdat(struct smtp_command *cmd) /* RFC 3030 2: BDAT chunk-size [LAST] */
{
    struct cursor c = {cmd->arg.text, cmd->arg.text + cmd->arg.len};
    const char *size = c.at;
    while (c.at < c.end && *c.at != ' ')
        c.at++;
    if (!smtp_number(span_of(size, c.at), &cmd->chunk))
        return "501 5.5.4 Syntax: BDAT size [LAST]";
    struct span word = trimmed(c.at, c.end);
    cmd->last = word.len == 4 && text_same_n(word.text, "LAST", 4);
    return word.len && !cmd->last ? "501 5.5.4 Syntax: BDAT size [LAST]" : NULL;
}

const char *smtp_command_parse(struct smtp_command *cmd, const char *line, size_t len)
{
    memset(cmd, 0, sizeof *cmd);
    const char *end = line + len, *blank = line;
    while (blank < end && *blank != ' ' && *blank != '\t')
        blank++;
    cmd->verb = verb_of(span_of(line, blank));
    cmd->arg = trimmed(blank, end);
    if (memchr(line, '\0', len))
        return "500 5.5.2 NUL in a command"; /* RFC 5321 2.3.8: commands are text */
    switch (cmd->verb) {
    case SMTP_MAIL:
    case SMTP_RCPT:
        return mail_or_rcpt(cmd);
    case SMTP_EHLO:
    case SMTP_HELO:
    case SMTP_LHLO:
        return cmd->arg.len ? NULL : "501 5.5.4 A host name is needed"; /* RFC 5321 4.1.1.1 */
    case SMTP_DATA:
    case SMTP_RSET:
    case SMTP_QUIT:
    case SMTP_STARTTLS:
        return cmd->arg.len ? "501 5.5.4 No parameters allowed"
                            : NULL; /* RFC 5321 4.1.1.4, .5, .10; RFC 3207 4 */
    case SMTP_AUTH:
    case SMTP_XCLIENT:
        return cmd->arg.len ? NULL : "501 5.5.4 A parameter is needed"; /* RFC 4954 4 */
    case SMTP_BDAT:
        return bdat(cmd);
    default:
        return NULL;
    }
}
