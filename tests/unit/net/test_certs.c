/* SPDX-License-Identifier: BSD-2-Clause */
/* Each kind of certificate, read back and verified by OpenSSL as a careful client would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include "net/certs.h"
#include "net/tlscontext.h"

static const char host[] = "mx.tls-test.test";

static BIO *bio_of(const char *text)
{
    BIO *bio = BIO_new_mem_buf(text, -1);
    assert_non_null(bio);
    return bio;
}

static X509 *read_cert(const char *pem)
{
    BIO *bio = bio_of(pem);
    X509 *x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    assert_non_null(x509);
    return x509;
}

static X509_CRL *read_crl(const char *pem)
{
    BIO *bio = bio_of(pem);
    X509_CRL *crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);
    BIO_free(bio);
    assert_non_null(crl);
    return crl;
}

static X509_STORE *store_of(struct certs *certs, bool with_crl)
{
    char *why = NULL;
    const char *const hosts[] = {"mx1.other.test", host};
    char *ca_pem = certs_ca_pem(certs, &why), *crl_pem = certs_crl_pem(certs, hosts, 2, &why);
    assert_non_null(ca_pem);
    assert_non_null(crl_pem);
    X509 *ca = read_cert(ca_pem);
    X509_CRL *crl = read_crl(crl_pem);
    X509_STORE *store = X509_STORE_new();
    assert_int_equal(X509_STORE_add_cert(store, ca), 1);
    assert_int_equal(X509_STORE_add_crl(store, crl), 1);
    X509_STORE_set_flags(store, X509_V_FLAG_X509_STRICT | (with_crl ? X509_V_FLAG_CRL_CHECK : 0));
    X509_free(ca);
    X509_CRL_free(crl);
    free(ca_pem);
    free(crl_pem);
    return store;
}

/* What a client says that expects `name`, with the security level that Debian's OpenSSL has. */
static int verify(X509_STORE *store, X509 *x509, const char *name, bool is_ip)
{
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    assert_int_equal(X509_STORE_CTX_init(ctx, store, x509, NULL), 1);
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_auth_level(param, 2);
    X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
    if (is_ip)
        X509_VERIFY_PARAM_set1_ip_asc(param, name);
    else
        X509_VERIFY_PARAM_set1_host(param, name, 0);
    int said = X509_verify_cert(ctx) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(ctx);
    X509_STORE_CTX_free(ctx);
    return said;
}

static int verify_kind(enum tls_cert kind, const char *name, bool is_ip, bool with_crl)
{
    struct certs *certs = certs_new();
    struct cert cert;
    char *why = NULL;
    X509_STORE *store = store_of(certs, with_crl);
    assert_true(certs_make(certs, kind, host, &cert, &why));
    assert_int_equal(X509_check_private_key(cert.x509, cert.key), 1);
    int said = verify(store, cert.x509, name, is_ip);
    cert_deinit(&cert);
    certs_free(certs);
    X509_STORE_free(store);
    ERR_clear_error();
    return said;
}

static void good_for_all_its_names(void **state)
{
    (void)state;
    assert_int_equal(verify_kind(TLS_CERT_GOOD, host, false, true), X509_V_OK);
    assert_int_equal(verify_kind(TLS_CERT_GOOD, "localhost", false, true), X509_V_OK);
    assert_int_equal(verify_kind(TLS_CERT_GOOD, "127.0.0.1", true, true), X509_V_OK);
    assert_int_equal(verify_kind(TLS_CERT_GOOD, "::1", true, true), X509_V_OK);
    assert_int_equal(
        verify_kind(TLS_CERT_GOOD, "other.test", false, true), X509_V_ERR_HOSTNAME_MISMATCH);
}

static void each_wrong_in_its_way(void **state)
{
    static const struct {
        enum tls_cert kind;
        int error;
    } table[] = {
        {TLS_CERT_EXPIRED, X509_V_ERR_CERT_HAS_EXPIRED},
        {TLS_CERT_NOT_YET_VALID, X509_V_ERR_CERT_NOT_YET_VALID},
        {TLS_CERT_SELF_SIGNED, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
        {TLS_CERT_WRONG_NAME, X509_V_ERR_HOSTNAME_MISMATCH},
        {TLS_CERT_UNKNOWN_CA, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
        {TLS_CERT_NO_INTERMEDIATE, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
        {TLS_CERT_SHA1, X509_V_ERR_CA_MD_TOO_WEAK},
        {TLS_CERT_WEAK_KEY, X509_V_ERR_EE_KEY_TOO_SMALL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_int_equal(verify_kind(table[i].kind, host, false, false), table[i].error);
    assert_int_equal(
        sizeof table / sizeof *table + 2, TLS_CERT_KINDS); /* good and revoked stand elsewhere */
}

static void revoked_only_for_who_looks_at_the_list(void **state)
{
    (void)state;
    assert_int_equal(verify_kind(TLS_CERT_REVOKED, host, false, true), X509_V_ERR_CERT_REVOKED);
    assert_int_equal(verify_kind(TLS_CERT_REVOKED, host, false, false), X509_V_OK);
}

static void a_long_host_name_is_an_alternative_name(void **state)
{
    static const char long_host[] =
        "mx.this-name-is-longer-than-the-sixty-four-octets-that-a-common-name-may-have.test";
    struct certs *certs = certs_new();
    struct cert cert;
    char *why = NULL;
    (void)state;
    assert_true(certs_make(certs, TLS_CERT_GOOD, long_host, &cert, &why));
    assert_int_equal(X509_check_host(cert.x509, long_host, 0, 0, NULL), 1);
    cert_deinit(&cert);
    /* What OpenSSL would read as syntax is no name. */
    assert_true(certs_make(certs, TLS_CERT_GOOD, "a,DNS:evil.test", &cert, &why));
    assert_int_equal(X509_check_host(cert.x509, "evil.test", 0, 0, NULL), 0);
    cert_deinit(&cert);
    certs_free(certs);
}

static void the_authority_is_made_once(void **state)
{
    struct certs *certs = certs_new();
    char *why = NULL, *once = certs_ca_pem(certs, &why), *twice = certs_ca_pem(certs, &why);
    (void)state;
    assert_string_equal(once, twice);
    free(once);
    free(twice);
    certs_free(certs);
}

static void a_context_is_shared_and_bad_plans_are_told(void **state)
{
    struct tls_context *context = tls_context_new();
    struct tls_plan plan = {0}, old = {.versions = 1}, none = {.ciphers = "NO-SUCH-CIPHER"},
                    misfit = {.ciphers = "TLS_AES_128_GCM_SHA256", .versions = 4};
    char *why = NULL;
    (void)state;
    struct ssl_ctx_st *a = tls_context_get(context, host, &plan, &why),
                      *b = tls_context_get(context, host, &plan, &why);
    struct ssl_ctx_st *c = tls_context_get(context, host, &old, &why);
    assert_true(a && a == b && c && c != a);
    assert_null(tls_context_get(context, host, &none, &why));
    assert_non_null(strstr(why, "no cipher of these"));
    free(why);
    assert_null(tls_context_get(context, host, &misfit, &why));
    free(why);
    for (int i = 0; i < 100; i++) { /* a script that makes up names does not eat the memory */
        char name[32];
        snprintf(name, sizeof name, "mx%d.test", i);
        SSL_CTX_free(tls_context_get(context, name, &plan, &why));
    }
    SSL_CTX_free(a);
    SSL_CTX_free(b);
    SSL_CTX_free(c);
    tls_context_free(context);
}

static void files_that_are_not_there_are_named(void **state)
{
    struct tls_context *context = tls_context_new();
    char *why = NULL;
    (void)state;
    assert_false(tls_context_use(context, "/nonexistent/cert.pem", "/nonexistent/key.pem", &why));
    assert_non_null(strstr(why, "/nonexistent/cert.pem"));
    free(why);
    assert_false(tls_context_keylog(context, "/nonexistent/keys", &why));
    assert_non_null(strstr(why, "/nonexistent/keys"));
    free(why);
    assert_false(tls_context_write_ca(context, "/nonexistent/ca", NULL, 0, &why));
    assert_non_null(strstr(why, "/nonexistent/ca"));
    free(why);
    tls_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_for_all_its_names),
        cmocka_unit_test(each_wrong_in_its_way),
        cmocka_unit_test(revoked_only_for_who_looks_at_the_list),
        cmocka_unit_test(a_long_host_name_is_an_alternative_name),
        cmocka_unit_test(the_authority_is_made_once),
        cmocka_unit_test(a_context_is_shared_and_bad_plans_are_told),
        cmocka_unit_test(files_that_are_not_there_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
