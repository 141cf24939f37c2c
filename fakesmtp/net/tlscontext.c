/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/tlscontext.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <string.h>
#include <unistd.h>
#include "net/certs.h"
#include "util/mem.h"
#include "util/text.h"

/* More plans than that only come from scripts that make them up; the oldest is forgotten. */
enum { KEPT_MAX = 64 };

struct kept {
    char *host, *ciphers;
    enum tls_cert cert;
    enum tls_client_cert client_cert;
    unsigned versions;
    SSL_CTX *ssl;
};

struct tls_context {
    struct certs *certs;
    struct kept kept[KEPT_MAX];
    size_t count;
    char *cert_path, *key_path;
    int keylog;
};

struct tls_context *tls_context_new(void)
{
    struct tls_context *context = mem_new(sizeof *context);
    context->certs = certs_new();
    context->keylog = -1;
    return context;
}

static void forget(struct kept *kept)
{
    SSL_CTX_free(kept->ssl);
    free(kept->host);
    free(kept->ciphers);
}

void tls_context_free(struct tls_context *context)
{
    if (!context)
        return;
    for (size_t i = 0; i < context->count; i++)
        forget(&context->kept[i]);
    if (context->keylog >= 0)
        close(context->keylog);
    certs_free(context->certs);
    free(context->cert_path);
    free(context->key_path);
    free(context);
}

/* ---- what a plan says, to OpenSSL ---- */

/* Names of TLS 1.3 begin with TLS_ and are set apart from others (SSL_CTX_set_cipher_list(3)). */
static void split_ciphers(const char *ciphers, struct buf *suites, struct buf *older)
{
    while (*ciphers) {
        size_t n = strcspn(ciphers, ":, ");
        struct buf *to = strncmp(ciphers, "TLS_", 4) == 0 ? suites : older;
        if (n && to->len)
            buf_add(to, ":", 1);
        buf_add(to, ciphers, n);
        ciphers += n + (ciphers[n] != '\0');
    }
}

/* Only these ciphers: where none of them belongs to a version, the version is not spoken. */
static bool set_ciphers(SSL_CTX *ssl, const char *ciphers, unsigned *versions)
{
    struct buf suites = {0}, older = {0};
    split_ciphers(ciphers, &suites, &older);
    if (!suites.len)
        *versions &= 0x7;
    if (!older.len)
        *versions &= 0x8;
    bool fine = *versions && (!suites.len || SSL_CTX_set_ciphersuites(ssl, buf_text(&suites))) &&
                (!older.len || SSL_CTX_set_cipher_list(ssl, buf_text(&older)));
    buf_free(&suites);
    buf_free(&older);
    return fine;
}

static void set_versions(SSL_CTX *ssl, unsigned versions)
{
    static const uint64_t without[TLS_VERSIONS] = {
        SSL_OP_NO_TLSv1, SSL_OP_NO_TLSv1_1, SSL_OP_NO_TLSv1_2, SSL_OP_NO_TLSv1_3};
    SSL_CTX_set_min_proto_version(ssl, TLS1_VERSION); /* whatever the machine's openssl.cnf says */
    SSL_CTX_set_max_proto_version(ssl, TLS1_3_VERSION);
    for (unsigned i = 0; i < TLS_VERSIONS; i++)
        if (!(versions & 1u << i))
            SSL_CTX_set_options(ssl, without[i]);
}

static int take_any_client_certificate(int preverify, X509_STORE_CTX *store)
{
    (void)preverify, (void)store;
    return 1; /* the scenario judges: s.tls.client_cert */
}

static void on_keylog(const SSL *ssl, const char *line)
{
    struct tls_context *context = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    char *whole = mem_format("%s\n", line);
    if (write(context->keylog, whole, strlen(whole)) < 0) {
        fprintf(stderr, "fakesmtp: the key log is incomplete: %s\n", strerror(errno));
        SSL_CTX_set_keylog_callback(SSL_get_SSL_CTX(ssl), NULL);
    }
    free(whole);
}

static void set_manners(struct tls_context *context, SSL_CTX *ssl, const struct tls_plan *plan)
{
    /* What a client is willing to take is what is tested: nothing of it may be hidden by what we
     * refuse. */
    SSL_CTX_set_security_level(ssl, 0);
    /* Each handshake is whole: a resumed one (RFC 8446 2.2) shows no certificate, so the fault
     * would happen once. */
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ssl, 0);
    SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS); /* an idle connection holds no records */
    if (plan->client_cert != TLS_CLIENT_CERT_IGNORE)
        SSL_CTX_set_verify(ssl,
            SSL_VERIFY_PEER |
                (plan->client_cert == TLS_CLIENT_CERT_REQUIRE ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT
                                                              : 0),
            take_any_client_certificate);
    SSL_CTX_set_app_data(ssl, context);
    if (context->keylog >= 0)
        SSL_CTX_set_keylog_callback(ssl, on_keylog);
}

/* ---- certificates ---- */

static char *use_files(SSL_CTX *ssl, const char *cert_path, const char *key_path)
{
    if (SSL_CTX_use_certificate_chain_file(ssl, cert_path) != 1)
        return certs_trouble(cert_path);
    if (SSL_CTX_use_PrivateKey_file(ssl, key_path, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(ssl) != 1)
        return certs_trouble(key_path);
    return NULL;
}

static char *use_made(
    struct tls_context *context, SSL_CTX *ssl, const char *host, enum tls_cert kind)
{
    struct cert cert;
    char *why = NULL;
    if (!certs_make(context->certs, kind, host, &cert, &why))
        return why;
    if (SSL_CTX_use_certificate(ssl, cert.x509) != 1 || SSL_CTX_use_PrivateKey(ssl, cert.key) != 1)
        why = certs_trouble("cannot use the certificate");
    cert_deinit(&cert);
    return why;
}

/* ---- the store ---- */

static SSL_CTX *make(
    struct tls_context *context, const char *host, const struct tls_plan *plan, char **why)
{
    enum { TLS_1_2_AND_3 = 0xc };
    unsigned versions = plan->versions ? plan->versions : TLS_1_2_AND_3;
    SSL_CTX *ssl = SSL_CTX_new(TLS_server_method());
    if (!ssl) {
        *why = certs_trouble("cannot do TLS");
        return NULL;
    }
    set_manners(context, ssl, plan);
    if (plan->ciphers && !set_ciphers(ssl, plan->ciphers, &versions)) {
        *why = certs_trouble("no cipher of these is known for these versions");
        SSL_CTX_free(ssl);
        return NULL;
    }
    set_versions(ssl, versions);
    bool given = plan->cert == TLS_CERT_GOOD && context->cert_path;
    *why = given ? use_files(ssl, context->cert_path, context->key_path)
                 : use_made(context, ssl, host, plan->cert);
    if (!*why)
        return ssl;
    SSL_CTX_free(ssl);
    return NULL;
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static struct kept *find(struct tls_context *context, const char *host, const struct tls_plan *plan)
{
    for (size_t i = 0; i < context->count; i++) {
        struct kept *kept = &context->kept[i];
        if (kept->cert == plan->cert && kept->client_cert == plan->client_cert &&
            kept->versions == plan->versions && same_text(kept->ciphers, plan->ciphers) &&
            same_text(kept->host, host))
            return kept;
    }
    return NULL;
}

static void keep(
    struct tls_context *context, const char *host, const struct tls_plan *plan, SSL_CTX *ssl)
{
    if (context->count == KEPT_MAX) {
        forget(&context->kept[0]);
        memmove(&context->kept[0], &context->kept[1], --context->count * sizeof *context->kept);
    }
    context->kept[context->count++] = (struct kept){mem_text(host), mem_text(plan->ciphers),
        plan->cert, plan->client_cert, plan->versions, ssl};
}

SSL_CTX *tls_context_get(
    struct tls_context *context, const char *host, const struct tls_plan *plan, char **why)
{
    const struct kept *kept = find(context, host, plan);
    SSL_CTX *ssl = kept ? kept->ssl : make(context, host, plan, why);
    if (!ssl)
        return NULL;
    if (!kept)
        keep(context, host, plan, ssl);
    SSL_CTX_up_ref(ssl);
    return ssl;
}

/* ---- options ---- */

bool tls_context_use(
    struct tls_context *context, const char *cert_path, const char *key_path, char **why)
{
    SSL_CTX *probe = SSL_CTX_new(TLS_server_method());
    if (probe)
        SSL_CTX_set_security_level(probe, 0);
    *why = probe ? use_files(probe, cert_path, key_path) : certs_trouble("cannot do TLS");
    SSL_CTX_free(probe);
    if (*why)
        return false;
    context->cert_path = mem_text(cert_path);
    context->key_path = mem_text(key_path);
    return true;
}

bool tls_context_keylog(struct tls_context *context, const char *path, char **why)
{
    context->keylog =
        open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600); /* it holds secrets */
    if (context->keylog < 0)
        *why = mem_format("%s: %s", path, strerror(errno));
    return context->keylog >= 0;
}

static bool write_file(const char *path, const char *text, char **why)
{
    FILE *f = fopen(path, "w");
    bool fine = f && fputs(text, f) >= 0;
    if (f && fclose(f) != 0)
        fine = false;
    if (!fine)
        *why = mem_format("%s: %s", path, strerror(errno));
    return fine;
}

bool tls_context_write_ca(struct tls_context *context, const char *path, const char *const *hosts,
    size_t count, char **why)
{
    char *crl_path = mem_format("%s.crl", path);
    char *ca = certs_ca_pem(context->certs, why);
    char *crl = ca ? certs_crl_pem(context->certs, hosts, count, why) : NULL;
    bool fine = crl && write_file(path, ca, why) && write_file(crl_path, crl, why);
    free(ca);
    free(crl);
    free(crl_path);
    return fine;
}
