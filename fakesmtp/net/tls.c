/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>
#include "util/clock.h"
#include "util/mem.h"
#include "util/text.h"

enum {
    PLAIN_MAX = 16 * 1024, /* of a record: RFC 8446 5.1 */
    RECORD_HEADER = 5,
    HANDSHAKE = 22,       /* content type */
    SERVER_HELLO = 2,     /* handshake type */
    HELD_MAX = 32 * 1024, /* that may come while the answer to a ClientHello is delayed */
};

enum state { SHAKING, DELAYED, UP, OVER };

struct tls {
    SSL *ssl;
    BIO_METHOD *method;
    const struct tls_handler *handler;
    void *ctx;
    struct clock *clock;
    struct clock_timer delay;
    struct tls_plan plan; /* without its texts */
    enum state state;
    const char *in; /* what OpenSSL has not read yet of what came: it reads all of it, save while we
                       delay */
    size_t in_len;
    struct buf held; /* the rest of it while we delay */
    bool closed;     /* we said the last word */
    bool stopped;    /* the ServerHello is out, and that was to be all */
    int alert;       /* the fatal one we sent; -1: none */
    char *client_cert;
};

/* ---- OpenSSL's way to the wire: no memory is held between calls ---- */

static int bio_read(BIO *bio, char *into, int room)
{
    struct tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (!tls->in_len) {
        BIO_set_retry_read(bio);
        return -1;
    }
    size_t n = tls->in_len < (size_t)room ? tls->in_len : (size_t)room;
    memcpy(into, tls->in, n);
    tls->in += n;
    tls->in_len -= n;
    return (int)n;
}

/* How much of this goes out when our ServerHello, the first record of the flight, is to be the
 * last. */
static size_t up_to_server_hello(struct tls *tls, const unsigned char *bytes, size_t len)
{
    if (tls->stopped)
        return 0;
    if (len <= RECORD_HEADER || bytes[0] != HANDSHAKE || bytes[RECORD_HEADER] != SERVER_HELLO)
        return len; /* an alert */
    size_t record = RECORD_HEADER + ((size_t)bytes[3] << 8 | bytes[4]);
    tls->stopped = true;
    return record < len ? record : len;
}

static int bio_write(BIO *bio, const char *bytes, int len)
{
    struct tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (len <= 0)
        return 0;
    size_t out = (size_t)len;
    if (tls->plan.abort != TLS_ABORT_NONE && tls->plan.after == TLS_AFTER_SERVER_HELLO)
        out = up_to_server_hello(tls, (const unsigned char *)bytes, out);
    if (out)
        tls->handler->on_wire(tls->ctx, bytes, out);
    return len;
}

static long bio_ctrl(BIO *bio, int cmd, long num, void *ptr)
{
    (void)bio, (void)num, (void)ptr;
    return cmd == BIO_CTRL_FLUSH || cmd == BIO_CTRL_PUSH || cmd == BIO_CTRL_POP;
}

static BIO *new_bio(struct tls *tls)
{
    BIO_METHOD *method = tls->method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "fakesmtp");
    if (!method)
        return NULL;
    BIO_meth_set_read(method, bio_read);
    BIO_meth_set_write(method, bio_write);
    BIO_meth_set_ctrl(method, bio_ctrl);
    BIO *bio = BIO_new(method);
    if (!bio)
        return NULL;
    BIO_set_data(bio, tls);
    BIO_set_init(bio, 1);
    return bio;
}

/* ---- what goes wrong, in words ---- */

static void on_info(const SSL *ssl, int where, int what)
{
    struct tls *tls = SSL_get_app_data(ssl);
    if (where == SSL_CB_WRITE_ALERT && what >> 8 == SSL3_AL_FATAL)
        tls->alert = what & 0xff;
}

static void add_alert(struct buf *text, const char *before, int number)
{
    const char *name = tls_alert_name((unsigned)number);
    if (name)
        buf_addf(text, "%s%s", before, name);
    else
        buf_addf(text, "%s%d", before, number);
}

/* cause: ours; NULL: what OpenSSL says. */
static void fail(struct tls *tls, const char *cause)
{
    enum {
        PEER_ALERTS = 1000
    }; /* SSL_AD_REASON_OFFSET: reasons from there on are the peer's alerts */
    unsigned long code = ERR_peek_error();
    int reason = ERR_GET_REASON(code);
    struct buf why = {0};
    if (ERR_GET_LIB(code) == ERR_LIB_SSL && reason > PEER_ALERTS && reason <= PEER_ALERTS + 255)
        add_alert(&why, "the client sent the alert ", reason - PEER_ALERTS);
    else
        buf_addf(&why, "%s",
            cause                                   ? cause
            : code && ERR_reason_error_string(code) ? ERR_reason_error_string(code)
                                                    : "the client gave up");
    if (tls->alert >= 0)
        add_alert(&why, "; we sent the alert ", tls->alert);
    ERR_clear_error();
    tls->state = OVER;
    tls->handler->on_news(tls->ctx, TLS_FAILED, buf_text(&why));
    buf_free(&why);
}

/* ---- the handshake ---- */

/* OpenSSL asks once a whole ClientHello is here, and asks again when it was put off. */
static int on_client_hello(SSL *ssl, int *alert, void *arg)
{
    const struct tls *tls = SSL_get_app_data(ssl);
    (void)alert, (void)arg;
    bool last = tls->plan.abort != TLS_ABORT_NONE && tls->plan.after == TLS_AFTER_CLIENT_HELLO;
    return last || tls->plan.delay > 0 ? SSL_CLIENT_HELLO_RETRY : SSL_CLIENT_HELLO_SUCCESS;
}

/* RFC 8446 6: in clear, since no keys are agreed on yet. Not by OpenSSL: it knows better which
 * alerts suit a version. */
static void send_alert(struct tls *tls)
{
    enum { ALERT = 21, FATAL = 2 };
    const char record[] = {ALERT, 3, 3, 0, 2, FATAL, (char)tls->plan.alert};
    tls->handler->on_wire(tls->ctx, record, sizeof record);
    tls->alert = (int)tls->plan.alert;
}

static void step(struct tls *tls);

static void on_delay_over(struct clock_timer *timer)
{
    struct tls *tls = (struct tls *)((char *)timer - offsetof(struct tls, delay));
    struct buf held = tls->held;
    tls->held = (struct buf){0};
    tls->state = SHAKING;
    tls->in = held.data;
    tls->in_len = held.len;
    step(tls);
    buf_free(&held);
}

static void stop(struct tls *tls)
{
    tls->state = OVER;
    tls->handler->on_news(tls->ctx, TLS_STOPPED, NULL);
}

/* The delay first; the abort, if there is one, at the second look. */
static void at_client_hello(struct tls *tls)
{
    if (tls->plan.delay > 0) {
        tls->state = DELAYED;
        buf_add(&tls->held, tls->in, tls->in_len);
        tls->in_len = 0;
        clock_start(
            tls->clock, &tls->delay, (uint64_t)(tls->plan.delay * 1000 + 0.5), on_delay_over);
        tls->plan.delay = 0;
    } else if (tls->plan.abort == TLS_ABORT_ALERT) {
        send_alert(tls);
        fail(tls, "on purpose");
    } else {
        stop(tls);
    }
}

/* True when it is done; on_news may have been told otherwise. */
static bool shake(struct tls *tls)
{
    ERR_clear_error();
    int done = SSL_accept(tls->ssl);
    int error = done == 1 ? SSL_ERROR_NONE : SSL_get_error(tls->ssl, done);
    if (tls->stopped) {
        stop(tls);
    } else if (error == SSL_ERROR_NONE) {
        tls->state = UP;
        tls->handler->on_news(tls->ctx, TLS_UP, NULL);
        return tls->state == UP;
    } else if (error == SSL_ERROR_WANT_CLIENT_HELLO_CB) {
        at_client_hello(tls);
    } else if (error != SSL_ERROR_WANT_READ) {
        fail(tls, NULL);
    }
    return false;
}

/* ---- after it ---- */

static void read_all(struct tls *tls)
{
    char plain[PLAIN_MAX];
    int got;
    ERR_clear_error();
    while ((got = SSL_read(tls->ssl, plain, sizeof plain)) > 0)
        tls->handler->on_plain(tls->ctx, plain, (size_t)got);
    int error = SSL_get_error(tls->ssl, got);
    if (error == SSL_ERROR_WANT_READ)
        return;
    if (error != SSL_ERROR_ZERO_RETURN) {
        fail(tls, NULL);
        return;
    }
    tls_close(tls); /* answered in kind: RFC 5246 7.2.1 asks for it */
    tls->handler->on_news(tls->ctx, TLS_CLOSED, NULL);
}

static void step(struct tls *tls)
{
    if (tls->state == SHAKING && !shake(tls))
        return;
    if (tls->state == UP)
        read_all(tls);
}

void tls_feed(struct tls *tls, const char *bytes, size_t len)
{
    if (tls->state == DELAYED) {
        tls->held.limit = HELD_MAX;
        if (!buf_add(&tls->held, bytes, len)) {
            clock_stop(tls->clock, &tls->delay);
            fail(tls, "the client talks on without an answer to its ClientHello");
        }
        return;
    }
    if (tls->state == OVER)
        return;
    tls->in = bytes;
    tls->in_len = len;
    step(tls);
}

void tls_write(struct tls *tls, const char *bytes, size_t len)
{
    enum { MOST = 1 << 20 };
    while (tls->state == UP && !tls->closed && len) {
        int n = SSL_write(tls->ssl, bytes, len < MOST ? (int)len : MOST);
        if (n <= 0)
            return; /* broken: the read side reports it */
        bytes += n;
        len -= (size_t)n;
    }
}

void tls_close(struct tls *tls)
{
    if (tls->state != UP || tls->closed)
        return;
    tls->closed = true; /* the peer may still speak: RFC 8446 6.1 */
    if (!tls->plan.no_close_notify)
        SSL_shutdown(tls->ssl);
}

/* ---- the rest ---- */

static char *subject_of_client(SSL *ssl)
{
    X509 *x509 = SSL_get0_peer_certificate(ssl);
    BIO *bio = x509 ? BIO_new(BIO_s_mem()) : NULL;
    char *bytes, *text = NULL;
    if (!bio)
        return NULL;
    X509_NAME_print_ex(
        bio, X509_get_subject_name(x509), 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
    long len = BIO_get_mem_data(bio, &bytes);
    if (len >= 0)
        text = mem_bytes(bytes, (size_t)len);
    BIO_free(bio);
    return text;
}

void tls_facts(struct tls *tls, struct tls_facts *facts)
{
    if (!tls->client_cert)
        tls->client_cert = subject_of_client(tls->ssl);
    *facts = (struct tls_facts){SSL_get_version(tls->ssl), SSL_get_cipher_name(tls->ssl),
        SSL_get_servername(tls->ssl, TLSEXT_NAMETYPE_host_name), tls->client_cert};
}

struct tls *tls_new(SSL_CTX *context, const struct tls_plan *plan, struct clock *clock,
    const struct tls_handler *handler, void *ctx)
{
    struct tls *tls = mem_new(sizeof *tls);
    tls->plan = *plan;
    tls->clock = clock;
    tls->handler = handler;
    tls->ctx = ctx;
    tls->alert = -1;
    tls->ssl = SSL_new(context);
    BIO *bio = tls->ssl ? new_bio(tls) : NULL;
    if (bio) {
        SSL_set_bio(tls->ssl, bio, bio);
        SSL_set_app_data(tls->ssl, tls);
        SSL_set_info_callback(tls->ssl, on_info);
        SSL_CTX_set_client_hello_cb(context, on_client_hello, NULL);
    }
    SSL_CTX_free(context);
    if (bio)
        return tls;
    ERR_clear_error();
    tls_free(tls);
    return NULL;
}

void tls_free(struct tls *tls)
{
    if (!tls)
        return;
    clock_stop(tls->clock, &tls->delay);
    SSL_free(tls->ssl);
    BIO_meth_free(tls->method);
    buf_free(&tls->held);
    free(tls->client_cert);
    free(tls);
}
