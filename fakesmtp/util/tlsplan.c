/* SPDX-License-Identifier: BSD-2-Clause */
#include "util/tlsplan.h"

#include <string.h>

#define X(id, name) name,
const char *const tls_cert_names[] = {TLS_CERTS(X) NULL};
const char *const tls_abort_names[] = {TLS_ABORTS(X) NULL};
const char *const tls_after_names[] = {TLS_AFTERS(X) NULL};
const char *const tls_client_cert_names[] = {TLS_CLIENT_CERTS(X) NULL};
#undef X
const char *const tls_version_names[] = {"1.0", "1.1", "1.2", "1.3", NULL};

/* IANA's registry "TLS Alerts": what RFC 8446 6 and RFC 5246 7.2 define. close_notify is no
 * failure: not here. */
/* clang-format off */
#define ALERTS(X) \
    X(10, "unexpected_message") X(20, "bad_record_mac") X(21, "decryption_failed") \
    X(22, "record_overflow") X(30, "decompression_failure") \
    X(          \
        40, "handshake_failure") X(41, "no_certificate") \
    X(42, "bad_certificate") X(43, "unsupported_certificate") X(44, "certificate_revoked") \
    X(45, "certificate_expired") X(46, "certificate_unknown") X(47, "illegal_parameter") \
    X(48, "unknown_ca") X(49, "access_denied") X(50, "decode_error") X(51, "decrypt_error") \
    X(             \
                    70, "protocol_version") \
    X(71, "insufficient_security") X(80, "internal_error") X(86, "inappropriate_fallback") \
    X(90, "user_canceled") X(100, "no_renegotiation") X(109, "missing_extension") \
    X(110, "unsupported_extension") X(112, "unrecognized_name") \
    X(113, "bad_certificate_status_response") X(115, "unknown_psk_identity") \
    X(116, "certificate_required") X(120, "no_application_protocol")
/* clang-format on */

#define X(number, name) name,
const char *const tls_alert_names[] = {ALERTS(X) NULL};
#undef X
#define X(number, name) number,
static const unsigned char numbers[] = {ALERTS(X)};
#undef X

int tls_alert_number(const char *name)
{
    for (size_t i = 0; tls_alert_names[i]; i++)
        if (strcmp(tls_alert_names[i], name) == 0)
            return numbers[i];
    return -1;
}

const char *tls_alert_name(unsigned number)
{
    for (size_t i = 0; tls_alert_names[i]; i++)
        if (numbers[i] == number)
            return tls_alert_names[i];
    return NULL;
}
