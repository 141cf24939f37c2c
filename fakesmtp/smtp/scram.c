/* SPDX-License-Identifier: BSD-2-Clause */
/* SCRAM-SHA-256, the server's side: RFC 5802 with the hash of RFC 7677. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <string.h>
#include "smtp/codec.h"
#include "smtp/sasl.h"

enum { HASH = SHA256_DIGEST_LENGTH };

void scram_deinit(struct scram *scram)
{
    buf_free(&scram->client_bare);
    buf_free(&scram->server_first);
    buf_free(&scram->user);
    buf_free(&scram->nonce);
    buf_free(&scram->gs2);
}

/* "k=value" up to the next comma or the end; *at stands behind the comma then. */
static bool attribute(const char **at, const char *end, char key, struct span *value)
{
    if (end - *at < 2 || (*at)[0] != key || (*at)[1] != '=')
        return false;
    const char *from = *at + 2, *comma = memchr(from, ',', (size_t)(end - from));
    *value = (struct span){from, (size_t)((comma ? comma : end) - from)};
    *at = comma ? comma + 1 : end;
    return true;
}

static bool printable(struct span text) /* RFC 5802 7: neither NUL nor blanks in a nonce */
{
    for (size_t i = 0; i < text.len; i++)
        if (text.text[i] < 0x21 || text.text[i] > 0x7e)
            return false;
    return text.len > 0;
}

/* RFC 5802 5.1: a comma is written =2C, an equals sign =3D, and no other "=" may stand there. */
static bool saslname(struct buf *out, struct span name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.text[i];
        if (c == '=') {
            if (name.len - i < 3 || name.text[i + 1] != (name.text[i + 2] == 'C' ? '2' : '3'))
                return false;
            if (name.text[i + 2] != 'C' && name.text[i + 2] != 'D')
                return false;
            c = name.text[i + 2] == 'C' ? ',' : '=';
            i += 2;
        }
        buf_add(out, &c, 1);
    }
    return out->len > 0;
}

bool scram_first(struct scram *scram, const char *message, size_t len, const char *nonce,
    const void *salt, size_t salt_len, unsigned iterations, struct buf *reply)
{
    const char *at = message, *end = message + len;
    struct span authzid, user, theirs;
    if (len < 3 || (at[0] != 'n' && at[0] != 'y') ||
        at[1] != ',') /* "p=": channel binding, which we do not offer */
        return false;
    at += 2;
    if (*at == ',')
        at++;
    else if (!attribute(&at, end, 'a', &authzid) || at[-1] != ',')
        return false;
    buf_add(&scram->gs2, message, (size_t)(at - message));
    buf_add(&scram->client_bare, at, (size_t)(end - at));
    if (!attribute(&at, end, 'n', &user) || !attribute(&at, end, 'r', &theirs) ||
        !printable(theirs))
        return false;
    if (memchr(user.text, '\0', user.len) || !saslname(&scram->user, user))
        return false;
    buf_add(&scram->nonce, theirs.text, theirs.len);
    buf_add(&scram->nonce, nonce, strlen(nonce));
    buf_addf(&scram->server_first, "r=%s,s=", buf_text(&scram->nonce));
    base64_encode(&scram->server_first, salt, salt_len);
    buf_addf(&scram->server_first, ",i=%u", iterations);
    buf_add(reply, scram->server_first.data, scram->server_first.len);
    return true;
}

static void hmac(unsigned char *out, const unsigned char *key, const void *text, size_t len)
{
    unsigned n = HASH;
    require(HMAC(EVP_sha256(), key, HASH, text, len, out, &n) && n == HASH);
}

struct proof {
    unsigned char stored_key[HASH], client_signature[HASH], server_signature[HASH];
};

static void work_out(struct proof *proof, const struct buf *auth_message, const char *password,
    const void *salt, size_t salt_len, unsigned iterations)
{
    unsigned char salted[HASH], client_key[HASH], server_key[HASH];
    require(PKCS5_PBKDF2_HMAC(password, (int)strlen(password), salt, (int)salt_len, (int)iterations,
        EVP_sha256(), HASH, salted));
    hmac(client_key, salted, "Client Key", 10);
    hmac(server_key, salted, "Server Key", 10);
    SHA256(client_key, HASH, proof->stored_key);
    hmac(proof->client_signature, proof->stored_key, auth_message->data, auth_message->len);
    hmac(proof->server_signature, server_key, auth_message->data, auth_message->len);
}

/* ClientKey is ClientProof XOR ClientSignature, and H(ClientKey) is what we know: RFC 5802 3. */
static bool proves(const struct proof *proof, const char *client_proof)
{
    unsigned char key[HASH], hashed[HASH];
    for (size_t i = 0; i < HASH; i++)
        key[i] = (unsigned char)client_proof[i] ^ proof->client_signature[i];
    SHA256(key, HASH, hashed);
    return CRYPTO_memcmp(hashed, proof->stored_key, HASH) == 0;
}

static bool is_buf(struct span text, const struct buf *buf)
{
    return text.len == buf->len && memcmp(text.text, buf->data, buf->len) == 0;
}

/* "c=...,r=...,p=..." where c repeats the header of the first message. *without_proof is what is
 * signed of it. */
static bool read_final(const struct scram *scram, const char *message, size_t len,
    struct span *without_proof, struct buf *proof)
{
    const char *at = message, *end = message + len;
    struct span header, nonce, coded;
    struct buf gs2 = {0};
    bool fine = attribute(&at, end, 'c', &header) && attribute(&at, end, 'r', &nonce);
    fine = fine && base64_decode(&gs2, header.text, header.len);
    fine = fine && gs2.len == scram->gs2.len && memcmp(gs2.data, scram->gs2.data, gs2.len) == 0;
    fine = fine && is_buf(nonce, &scram->nonce);
    buf_free(&gs2);
    if (!fine || at == end)
        return false;
    while (at < end && *at != 'p') { /* extensions are signed and may be ignored: RFC 5802 5.1 */
        const char *comma = memchr(at, ',', (size_t)(end - at));
        at = comma ? comma + 1 : end;
    }
    *without_proof = (struct span){message, (size_t)(at - message) - 1};
    return attribute(&at, end, 'p', &coded) && at == end &&
           base64_decode(proof, coded.text, coded.len) && proof->len == HASH;
}

enum scram_result scram_final(const struct scram *scram, const char *message, size_t len,
    const char *password, const void *salt, size_t salt_len, unsigned iterations, struct buf *reply)
{
    struct span without_proof;
    struct buf client_proof = {0}, signed_text = {0};
    enum scram_result result = SCRAM_MALFORMED;
    if (read_final(scram, message, len, &without_proof, &client_proof)) {
        struct proof proof;
        buf_add(&signed_text, scram->client_bare.data, scram->client_bare.len);
        buf_add(&signed_text, ",", 1);
        buf_add(&signed_text, scram->server_first.data, scram->server_first.len);
        buf_add(&signed_text, ",", 1);
        buf_add(&signed_text, without_proof.text, without_proof.len);
        work_out(&proof, &signed_text, password, salt, salt_len, iterations);
        result = proves(&proof, client_proof.data) ? SCRAM_OK : SCRAM_WRONG;
        if (result == SCRAM_OK) {
            buf_add(reply, "v=", 2);
            base64_encode(reply, proof.server_signature, HASH);
        }
    }
    buf_free(&client_proof);
    buf_free(&signed_text);
    return result;
}
