/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/certs.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>
#include "util/mem.h"

/* A month is far enough from any clock that is merely wrong, and from a run that goes on over
 * night. */
enum { DAY = 24 * 3600, MONTH = 30 * DAY, CN_MAX = 64 /* ub-common-name, RFC 5280 appendix A */ };

struct authority {
    X509 *x509;
    EVP_PKEY *key;
};

struct certs {
    struct authority root, below, unknown; /* below: the intermediate that root signed */
    EVP_PKEY *key, *weak;                  /* of the servers */
};

char *certs_trouble(const char *what)
{
    unsigned long code = ERR_get_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    ERR_clear_error();
    return mem_format("%s: %s", what, reason ? reason : "OpenSSL does not say why");
}

struct certs *certs_new(void)
{
    return mem_new(sizeof(struct certs));
}

static void free_authority(struct authority *a)
{
    X509_free(a->x509);
    EVP_PKEY_free(a->key);
}

void certs_free(struct certs *certs)
{
    if (!certs)
        return;
    free_authority(&certs->root);
    free_authority(&certs->below);
    free_authority(&certs->unknown);
    EVP_PKEY_free(certs->key);
    EVP_PKEY_free(certs->weak);
    free(certs);
}

void cert_deinit(struct cert *cert)
{
    X509_free(cert->x509);
    EVP_PKEY_free(cert->key);
    *cert = (struct cert){0};
}

/* ---- the parts of a certificate ---- */

static bool add_extension(X509 *x509, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, issuer, x509, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    bool fine = extension && X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
    return fine;
}

static bool set_name(X509 *x509, const char *name)
{
    const unsigned char *cn = (const unsigned char *)(strlen(name) <= CN_MAX ? name : "fakesmtp");
    return X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "O", MBSTRING_ASC,
               (const unsigned char *)"fakesmtp", -1, -1, 0) &&
           X509_NAME_add_entry_by_txt(
               X509_get_subject_name(x509), "CN", MBSTRING_ASC, cn, -1, -1, 0);
}

static bool random_serial(unsigned char serial[static 8])
{
    return RAND_bytes(serial, 8) == 1;
}

/* Known before the certificate is made, so that the list of revoked ones can be written first. */
static bool revoked_serial(const char *host, unsigned char serial[static 8])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    bool fine = EVP_Digest(host, strlen(host), digest, NULL, EVP_sha256(), NULL);
    if (fine)
        memcpy(serial, digest, 8);
    return fine;
}

static bool set_serial(ASN1_INTEGER *to, unsigned char serial[static 8])
{
    serial[0] = (serial[0] & 0x7f) | 0x40; /* positive and not zero: RFC 5280 4.1.2.2 */
    BIGNUM *number = BN_bin2bn(serial, 8, NULL);
    bool fine = number && BN_to_ASN1_INTEGER(number, to);
    BN_free(number);
    return fine;
}

struct order {        /* what a certificate is to say */
    const char *name; /* of the subject */
    EVP_PKEY *key;
    const struct authority *by; /* NULL: signs itself */
    long from, until;           /* seconds from now */
    const char *names;          /* subjectAltName, or NULL: a CA */
    const char *revoked_host;   /* the serial number is that of this host's revoked certificate */
    const EVP_MD *digest;       /* NULL: SHA-256 */
};

static bool set_purpose(X509 *x509, X509 *issuer, const char *names)
{
    if (!names)
        return add_extension(x509, issuer, NID_basic_constraints, "critical,CA:TRUE") &&
               add_extension(x509, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    return add_extension(x509, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(
               x509, issuer, NID_key_usage, "critical,digitalSignature,keyEncipherment") &&
           add_extension(x509, issuer, NID_ext_key_usage, "serverAuth") &&
           add_extension(x509, issuer, NID_subject_alt_name, names);
}

static bool fill(X509 *x509, const struct order *order)
{
    X509 *issuer = order->by ? order->by->x509 : x509;
    unsigned char serial[8];
    bool fine =
        order->revoked_host ? revoked_serial(order->revoked_host, serial) : random_serial(serial);
    return fine && X509_set_version(x509, X509_VERSION_3) &&
           set_serial(X509_get_serialNumber(x509), serial) &&
           X509_gmtime_adj(X509_getm_notBefore(x509), order->from) &&
           X509_gmtime_adj(X509_getm_notAfter(x509), order->until) && set_name(x509, order->name) &&
           X509_set_issuer_name(x509, X509_get_subject_name(issuer)) &&
           X509_set_pubkey(x509, order->key) && set_purpose(x509, issuer, order->names) &&
           add_extension(x509, issuer, NID_subject_key_identifier, "hash") &&
           add_extension(x509, issuer, NID_authority_key_identifier, "keyid:always");
}

static X509 *issue(const struct order *order, char **why)
{
    X509 *x509 = X509_new();
    const EVP_MD *digest = order->digest ? order->digest : EVP_sha256();
    if (x509 && fill(x509, order) &&
        X509_sign(x509, order->by ? order->by->key : order->key, digest))
        return x509;
    X509_free(x509);
    *why = certs_trouble("cannot make a certificate");
    return NULL;
}

/* ---- keys and authorities, each made once ---- */

static EVP_PKEY *have_key(EVP_PKEY **key, bool weak, char **why)
{
    if (!*key)
        *key = weak ? EVP_RSA_gen(1024) : EVP_EC_gen("P-256");
    if (!*key)
        *why = certs_trouble("cannot make a key");
    return *key;
}

static const struct authority *have_authority(
    struct authority *a, const char *name, const struct authority *by, char **why)
{
    if (a->x509)
        return a;
    if (!have_key(&a->key, false, why))
        return NULL;
    struct order order = {
        .name = name, .key = a->key, .by = by, .from = -MONTH, .until = 12 * MONTH};
    a->x509 = issue(&order, why);
    return a->x509 ? a : NULL;
}

static const struct authority *have_root(struct certs *certs, char **why)
{
    return have_authority(&certs->root, "CA of this fakesmtp run", NULL, why);
}

static const struct authority *have_signer(struct certs *certs, enum tls_cert kind, char **why)
{
    if (kind == TLS_CERT_UNKNOWN_CA)
        return have_authority(&certs->unknown, "CA that nobody trusts", NULL, why);
    const struct authority *root = have_root(certs, why);
    if (kind != TLS_CERT_NO_INTERMEDIATE || !root)
        return root;
    return have_authority(&certs->below, "CA below the one of this fakesmtp run", root, why);
}

/* ---- the certificates of servers ---- */

/* Host names of scenarios are plain; anything else would be read as syntax by OpenSSL, and is left
 * out. */
static char *names_of(const char *host)
{
    static const char always[] = "DNS:localhost,IP:127.0.0.1,IP:::1";
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    if (!*host || host[strspn(host, plain)])
        return mem_text(always);
    return mem_format("DNS:%s,%s", host, always);
}

static void set_times(struct order *order, enum tls_cert kind)
{
    order->from = kind == TLS_CERT_NOT_YET_VALID ? MONTH
                  : kind == TLS_CERT_EXPIRED     ? -3 * (long)MONTH
                                                 : -DAY;
    order->until = kind == TLS_CERT_EXPIRED ? -(long)MONTH : 3 * (long)MONTH;
}

bool certs_make(
    struct certs *certs, enum tls_cert kind, const char *host, struct cert *cert, char **why)
{
    static const char wrong[] = "another-host.invalid"; /* RFC 6761 6.4: it is nobody's */
    bool weak = kind == TLS_CERT_WEAK_KEY;
    EVP_PKEY *key = have_key(weak ? &certs->weak : &certs->key, weak, why);
    struct order order = {.name = kind == TLS_CERT_WRONG_NAME ? wrong : host, .key = key};
    *cert = (struct cert){0};
    if (!key || (kind != TLS_CERT_SELF_SIGNED && !(order.by = have_signer(certs, kind, why))))
        return false;
    char *names = kind == TLS_CERT_WRONG_NAME ? mem_format("DNS:%s", wrong) : names_of(host);
    order.names = names;
    order.revoked_host = kind == TLS_CERT_REVOKED ? host : NULL;
    order.digest = kind == TLS_CERT_SHA1 ? EVP_sha1() : NULL;
    set_times(&order, kind);
    cert->x509 = issue(&order, why);
    free(names);
    if (!cert->x509)
        return false;
    EVP_PKEY_up_ref(key);
    cert->key = key;
    return true;
}

/* ---- what clients are told ---- */

static char *pem_text(BIO *bio, bool fine, char **why)
{
    char *bytes;
    long len = fine ? BIO_get_mem_data(bio, &bytes) : 0;
    char *text = len > 0 ? mem_bytes(bytes, (size_t)len) : NULL;
    BIO_free(bio);
    if (!text)
        *why = certs_trouble("cannot write PEM");
    return text;
}

char *certs_ca_pem(struct certs *certs, char **why)
{
    const struct authority *root = have_root(certs, why);
    BIO *bio = root ? BIO_new(BIO_s_mem()) : NULL;
    if (!root)
        return NULL;
    return pem_text(bio, bio && PEM_write_bio_X509(bio, root->x509), why);
}

static bool revoke(X509_CRL *crl, const char *host, ASN1_TIME *when)
{
    X509_REVOKED *entry = X509_REVOKED_new();
    ASN1_INTEGER *number = ASN1_INTEGER_new();
    unsigned char serial[8];
    bool fine = entry && number && revoked_serial(host, serial) && set_serial(number, serial) &&
                X509_REVOKED_set_serialNumber(entry, number) &&
                X509_REVOKED_set_revocationDate(entry, when) && X509_CRL_add0_revoked(crl, entry);
    ASN1_INTEGER_free(number);
    if (!fine)
        X509_REVOKED_free(entry);
    return fine;
}

/* RFC 5280 5.1 */
static bool fill_crl(
    X509_CRL *crl, const struct authority *root, const char *const *hosts, size_t count)
{
    ASN1_TIME *from = X509_gmtime_adj(NULL, -DAY), *until = X509_gmtime_adj(NULL, MONTH);
    bool fine = from && until && X509_CRL_set_version(crl, X509_CRL_VERSION_2) &&
                X509_CRL_set_issuer_name(crl, X509_get_subject_name(root->x509)) &&
                X509_CRL_set1_lastUpdate(crl, from) && X509_CRL_set1_nextUpdate(crl, until);
    for (size_t i = 0; i < count && fine; i++)
        fine = revoke(crl, hosts[i], from);
    ASN1_TIME_free(from);
    ASN1_TIME_free(until);
    return fine && X509_CRL_sort(crl) && X509_CRL_sign(crl, root->key, EVP_sha256());
}

char *certs_crl_pem(struct certs *certs, const char *const *hosts, size_t count, char **why)
{
    const struct authority *root = have_root(certs, why);
    if (!root)
        return NULL;
    X509_CRL *crl = X509_CRL_new();
    BIO *bio = BIO_new(BIO_s_mem());
    bool fine = crl && bio && fill_crl(crl, root, hosts, count) && PEM_write_bio_X509_CRL(bio, crl);
    X509_CRL_free(crl);
    return pem_text(bio, fine, why);
}
