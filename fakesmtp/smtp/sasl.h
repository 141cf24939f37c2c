/* SPDX-License-Identifier: BSD-2-Clause */
/* sasl.h - the server's half of the mechanisms that AUTH (RFC 4954) carries, as functions from text
 * to text.
 *
 * Messages come and go without base64. Pure: nonces and salts are the caller's, so a seed makes
 * them repeatable. Whoever writes a real server wants another library: comparisons here take as
 * long as they take. */
#ifndef FAKESMTP_SMTP_SASL_H
#define FAKESMTP_SMTP_SASL_H

#include "smtp/command.h"
#include "util/text.h"

struct sasl_plain { /* borrowed from the message */
    struct span authzid, user, password;
};

/* RFC 4616 2: [authzid] NUL authcid NUL passwd. False: not that. */
bool sasl_plain_parse(struct sasl_plain *plain, const char *message, size_t len);

/* RFC 2195 2: HMAC-MD5 of the challenge with the password as key, in 32 small hexadecimal digits.
 */
void sasl_cram_md5(struct buf *out, const char *password, const char *challenge, size_t len);

struct sasl_bearer { /* XOAUTH2: "user=" user ^A "auth=Bearer " token ^A ^A */
    struct span user, token;
};
bool sasl_xoauth2_parse(struct sasl_bearer *bearer, const char *message, size_t len);

/* SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding. */
struct scram {
    struct buf client_bare, server_first; /* what was said so far; scram_deinit frees */
    struct buf user, nonce;
    struct buf gs2; /* "n,," or "n,a=...,": repeated by the client's last message */
};

void scram_deinit(struct scram *scram);
/* Reads client-first-message, appends server-first-message: r= the client's nonce and ours, s=
 * salt, i= iterations. False: malformed, or it asks for what we do not have (RFC 5802 5.1). scram
 * is zeroed before. */
bool scram_first(struct scram *scram, const char *message, size_t len, const char *nonce,
    const void *salt, size_t salt_len, unsigned iterations, struct buf *reply);

enum scram_result { SCRAM_OK, SCRAM_WRONG, SCRAM_MALFORMED };
/* Reads client-final-message and checks its proof against password. SCRAM_OK: appends
 * server-final-message, "v=...". */
enum scram_result scram_final(const struct scram *scram, const char *message, size_t len,
    const char *password, const void *salt, size_t salt_len, unsigned iterations,
    struct buf *reply);

#endif
