/* SPDX-License-Identifier: BSD-2-Clause */
/* What an SMTP client says and what it makes of the replies (RFC 5321 3.1-3.3, 4.2, 4.5.3.2; RFC
 * 2920; RFC 1870).
 *
 * Three kinds of failure: of a recipient (his RCPT), of the message (MAIL, DATA, end of data: all
 * recipients that were still accepted), of the session (greeting, EHLO, 421, anything that is not
 * SMTP, and the connection). */
#include "sender/client_parts.h"

#include <string.h>
#include "util/mem.h"

enum {
    BLOCK = 16384,             /* body bytes per write; 4.5.3.2.5 gives each its own timeout */
    FAIR_SHARE_OF_RCPTS = 100, /* 4.5.3.1.8: a server must take so many */
};

static bool positive(const struct client *client)
{
    return client->reply.code / 100 == 2;
}

static bool negative(const struct client *client)
{
    return client->reply.code >= 400;
}

static bool permanent(const struct client *client)
{
    return client->reply.code >= 500;
}

static void set_phase(struct client *client, enum phase phase, uint64_t timeout_ms)
{
    client->phase = phase;
    client_wait(client, timeout_ms);
}

/* ---- ends ---- */

/* RFC 5321 4.1.1.10: QUIT, then wait for its reply or the end of the connection. It also ends a
 * transaction nobody was accepted in, so no RSET is needed before it. */
static void quit(struct client *client)
{
    set_phase(client, PHASE_QUIT, client->job.timeout->quit);
    if (client->muted)
        client_end(client);
    else
        client_command(client, "QUIT\r\n");
}

/* The reply fails the session. */
static void refuse_session(struct client *client)
{
    bool fits = negative(client);
    client_fail(client, fits ? FAILURE_REPLY : FAILURE_UNEXPECTED, fits && permanent(client),
        replyread_one_line(&client->reply));
    /* 4.2.2: after 421 the server closes, there is nobody to say QUIT to. */
    if (client->reply.code == 421)
        client_end(client);
    else
        quit(client);
}

static void fail_rcpt(struct client *client, struct client_rcpt *rcpt, bool lasting)
{
    rcpt->state = CLIENT_RCPT_FAILED;
    rcpt->why = client_failure(client, negative(client) ? FAILURE_REPLY : FAILURE_UNEXPECTED,
        lasting, replyread_one_line(&client->reply));
}

/* The reply fails the message for all recipients that have not failed on their own account. */
static void refuse_message(struct client *client)
{
    for (size_t i = 0; i < client->job.rcpt_count; i++)
        if (client->job.rcpts[i].state != CLIENT_RCPT_FAILED)
            fail_rcpt(client, &client->job.rcpts[i], permanent(client));
}

static bool anybody(const struct client *client, enum client_rcpt_state state)
{
    for (size_t i = 0; i < client->job.rcpt_count; i++)
        if (client->job.rcpts[i].state == state)
            return true;
    return false;
}

/* ---- the transaction ---- */

static void send_rcpt(struct client *client, size_t i)
{
    client_command(client, "RCPT TO:<%s>\r\n", client->job.rcpts[i].address);
}

/* RFC 1870 6.1: a client that knows the message to be too large need not try. */
static bool too_large(const struct client *client)
{
    return client->size && client->size_limit && client->job.message_len > client->size_limit;
}

static void refuse_size(struct client *client)
{
    char *text = mem_format(
        "message size %zu exceeds size limit %llu", client->job.message_len, client->size_limit);
    client->phase = PHASE_MAIL;
    client_fail(client, FAILURE_TOO_LARGE, true, text);
    quit(client);
}

static void send_mail(struct client *client)
{
    char size[32] = "";
    if (too_large(client)) {
        refuse_size(client);
        return;
    }
    if (client->size)
        snprintf(size, sizeof size, " SIZE=%zu", client->job.message_len);
    set_phase(client, PHASE_MAIL, client->job.timeout->mail);
    /* Not: refusing 8-bit text where 8BITMIME is missing (RFC 6152 3); everybody just sends it. */
    client_command(client, "MAIL FROM:<%s>%s%s\r\n", client->job.from, size,
        client->eightbitmime && client->job.eight_bit ? " BODY=8BITMIME" : "");
    /* RFC 2920 3.1. Not: DATA in the same group; a server that says 354 although no recipient is
     * left would then have to be fed an empty message. */
    for (size_t i = 0; client->pipelining && i < client->job.rcpt_count; i++)
        send_rcpt(client, i);
}

static void send_data(struct client *client)
{
    if (!anybody(client, CLIENT_RCPT_ACCEPTED)) {
        quit(client);
        return;
    }
    set_phase(client, PHASE_DATA, client->job.timeout->data_init);
    client_command(client, "DATA\r\n");
}

static void on_mail_reply(struct client *client)
{
    if (!positive(client)) {
        refuse_message(client);
        if (!client->awaited)
            quit(client);
        else
            set_phase(client, PHASE_RCPT, client->job.timeout->rcpt);
        return;
    }
    set_phase(client, PHASE_RCPT, client->job.timeout->rcpt);
    if (!client->pipelining)
        send_rcpt(client, 0);
}

/* 4.5.3.1.10: 552 may be an old server's way to say "too many recipients", which is no fault of
 * this one. */
static bool rcpt_permanent(const struct client *client)
{
    return permanent(client) &&
           !(client->reply.code == 552 && client->next_rcpt >= FAIR_SHARE_OF_RCPTS);
}

static void on_rcpt_reply(struct client *client)
{
    struct client_rcpt *rcpt = &client->job.rcpts[client->next_rcpt];
    if (rcpt->state == CLIENT_RCPT_OPEN) { /* else MAIL was refused, and this is only its echo */
        if (positive(client)) {
            rcpt->state = CLIENT_RCPT_ACCEPTED;
        } else {
            fail_rcpt(client, rcpt, rcpt_permanent(client));
        }
    }
    if (++client->next_rcpt == client->job.rcpt_count) {
        send_data(client);
        return;
    }
    client_wait(client, client->job.timeout->rcpt);
    if (!client->pipelining)
        send_rcpt(client, client->next_rcpt);
}

/* ---- the body ---- */

static void send_block(struct client *client)
{
    if (client->muted)
        return; /* what follows the 354 will end it */
    struct buf out = {0};
    size_t left = client->job.message_len - client->body_sent, n = left < BLOCK ? left : BLOCK;
    body_stuff(&client->stuffing, client->job.message + client->body_sent, n, &out);
    client->body_sent += n;
    if (client->body_sent == client->job.message_len) {
        buf_add(&out, ".\r\n", 3);
        client->awaited = 1;
        client->phase = PHASE_EOM;
    }
    /* The last block has its own time too; that of the reply begins when it has left. */
    client_wait(client, client->job.timeout->data_block);
    client_send(client, out.data, out.len);
    buf_free(&out);
}

static void on_data_reply(struct client *client)
{
    if (client->reply.code != 354) {
        refuse_message(client);
        quit(client);
        return;
    }
    set_phase(client, PHASE_BODY, client->job.timeout->data_block);
    send_block(client);
}

static void on_eom_reply(struct client *client)
{
    if (!positive(client)) {
        refuse_message(client);
    } else {
        client->result.accepted = replyread_one_line(&client->reply);
        for (size_t i = 0; i < client->job.rcpt_count; i++)
            if (client->job.rcpts[i].state == CLIENT_RCPT_ACCEPTED)
                client->job.rcpts[i].state = CLIENT_RCPT_DELIVERED;
    }
    quit(client);
}

void dialogue_written(struct client *client)
{
    if (client->phase == PHASE_BODY)
        send_block(client);
    else if (client->phase == PHASE_EOM)
        client_wait(client, client->job.timeout->eom);
}

/* ---- the opening ---- */

void dialogue_begin(struct client *client)
{
    client->awaited = 1;
    set_phase(client, PHASE_BANNER, client->job.timeout->banner);
}

static void on_banner(struct client *client)
{
    if (!positive(client)) {
        refuse_session(client);
        return;
    }
    set_phase(client, PHASE_EHLO, client->job.timeout->ehlo);
    client_command(client, "EHLO %s\r\n", client->job.helo);
}

/* One line of the EHLO reply, "250-SIZE 1000". */
static void take_keyword(struct client *client, const char *line)
{
    const char *keyword = strlen(line) > 4 ? line + 4 : "";
    size_t len = strcspn(keyword, " ");
    if (len == 10 && text_same_n(keyword, "PIPELINING", 10))
        client->pipelining = true;
    if (len == 8 && text_same_n(keyword, "8BITMIME", 8))
        client->eightbitmime = true;
    if (len == 4 && text_same_n(keyword, "SIZE", 4)) {
        client->size = true;
        client->size_limit = 0; /* 0, nothing or nonsense: no fixed limit (RFC 1870 4) */
        for (const char *digit = keyword + 5; keyword[4] && *digit >= '0' && *digit <= '9'; digit++)
            if (client->size_limit < 1000000000000000000ull)
                client->size_limit = client->size_limit * 10 + (unsigned)(*digit - '0');
    }
}

static void take_keywords(struct client *client)
{
    /* 4.1.1.1: the first line is the greeting, not a keyword. */
    char *text = mem_text(buf_text(&client->reply.lines)), *rest = NULL;
    strtok_r(text, "\n", &rest);
    for (char *line; (line = strtok_r(NULL, "\n", &rest));)
        take_keyword(client, line);
    free(text);
}

static void on_ehlo_reply(struct client *client)
{
    if (positive(client)) {
        take_keywords(client);
        send_mail(client);
    } else if (permanent(client)) {
        /* 3.2: a server that does not know EHLO is greeted with HELO. */
        set_phase(client, PHASE_HELO, client->job.timeout->ehlo);
        client_command(client, "HELO %s\r\n", client->job.helo);
    } else {
        refuse_session(client);
    }
}

static void on_helo_reply(struct client *client)
{
    if (positive(client))
        send_mail(client);
    else
        refuse_session(client);
}

/* ---- what arrives ---- */

void dialogue_reply(struct client *client)
{
    /* 3.8, 4.2.2: 421 may answer any command; the session is over, not the recipient. */
    if (client->reply.code == 421 && client->phase != PHASE_QUIT) {
        refuse_session(client);
        return;
    }
    switch (client->phase) {
    case PHASE_BANNER:
        on_banner(client);
        break;
    case PHASE_EHLO:
        on_ehlo_reply(client);
        break;
    case PHASE_HELO:
        on_helo_reply(client);
        break;
    case PHASE_MAIL:
        on_mail_reply(client);
        break;
    case PHASE_RCPT:
        on_rcpt_reply(client);
        break;
    case PHASE_DATA:
        on_data_reply(client);
        break;
    case PHASE_EOM:
        on_eom_reply(client);
        break;
    default: /* QUIT: whatever it says, this is the end */
        client_end(client);
    }
}

/* A reply to nothing: the server's goodbye (421), a verdict in the middle of the body, nonsense. */
void dialogue_intrusion(struct client *client)
{
    if (client->phase == PHASE_BODY && negative(client) && client->reply.code != 421)
        refuse_message(client);
    else if (client->phase != PHASE_QUIT)
        client_fail(client, client->reply.code == 421 ? FAILURE_REPLY : FAILURE_UNEXPECTED, false,
            replyread_one_line(&client->reply));
    client_end(client);
}

void dialogue_malformed(struct client *client)
{
    char *lines = replyread_one_line(&client->reply);
    client_fail(
        client, FAILURE_MALFORMED, false, mem_format("%s: \"%s\"", client->reply.wrong, lines));
    free(lines);
    /* Who does not speak SMTP gets no QUIT in the middle of a body, nor an answer to a flood. */
    if (client->phase == PHASE_BODY || client->phase == PHASE_QUIT)
        client_end(client);
    else
        quit(client);
}
