/* SPDX-License-Identifier: BSD-2-Clause */
/* certs.h - the certificate authority of a run, and certificates that are right or wrong in exactly
 * one way.
 *
 * Everything is made in memory when it is first asked for: a run without TLS pays nothing. Keys are
 * EC P-256, save the one that is to be weak; all certificates of a run share one key, since nobody
 * gains by telling them apart. */
#ifndef FAKESMTP_NET_CERTS_H
#define FAKESMTP_NET_CERTS_H

#include <stdbool.h>
#include <stddef.h>
#include "util/require.h"
#include "util/tlsplan.h"

struct x509_st;
struct evp_pkey_st;
struct certs;

struct cert { /* both owned by whoever asked: cert_deinit */
    struct x509_st *x509;
    struct evp_pkey_st *key;
};

struct certs *certs_new(void);        /* one thread */
void certs_free(struct certs *certs); /* NULL is fine */

/* A certificate of that kind for host. False: *why (caller frees), nothing to deinit. */
bool certs_make(struct certs *certs, enum tls_cert kind, const char *host, struct cert *cert,
    char **why) MUST_CHECK;
void cert_deinit(struct cert *cert);

/* What a client has to trust, and what it has to distrust: PEM, caller frees. The list names the
 * certificates of kind `revoked` of these hosts, made or not. NULL: *why, caller frees. */
char *certs_ca_pem(struct certs *certs, char **why) MUST_CHECK;
char *certs_crl_pem(
    struct certs *certs, const char *const *hosts, size_t count, char **why) MUST_CHECK;

/* "what: the library's reason", malloc'd; empties OpenSSL's queue of errors. */
char *certs_trouble(const char *what);

#endif
