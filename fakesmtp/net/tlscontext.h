/* SPDX-License-Identifier: BSD-2-Clause */
/* tlscontext.h - what the servers of a run share of TLS: the CA, OpenSSL's contexts by plan, the
 * key log.
 *
 * One thread; nothing is made before a connection, or an option, needs it. */
#ifndef FAKESMTP_NET_TLSCONTEXT_H
#define FAKESMTP_NET_TLSCONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include "util/require.h"
#include "util/tlsplan.h"

struct ssl_ctx_st;
struct tls_context;

struct tls_context *tls_context_new(void);
void tls_context_free(struct tls_context *context); /* after the connections; NULL is fine */

/* Every `good` certificate is this one from now on: files in PEM, the chain behind the certificate.
 * False: *why. */
bool tls_context_use(struct tls_context *context, const char *cert_path, const char *key_path,
    char **why) MUST_CHECK;
/* Appends the secrets of every connection, in the format that NSS made and Wireshark reads. False:
 * *why. */
bool tls_context_keylog(struct tls_context *context, const char *path, char **why) MUST_CHECK;
/* The CA to path, and to path.crl the list of the certificates of kind `revoked` of these hosts.
 * False: *why. */
bool tls_context_write_ca(struct tls_context *context, const char *path, const char *const *hosts,
    size_t count, char **why) MUST_CHECK;

/* OpenSSL's context for that host and plan; the caller owns a reference. NULL: *why. */
struct ssl_ctx_st *tls_context_get(struct tls_context *context, const char *host,
    const struct tls_plan *plan, char **why) MUST_CHECK;

#endif
