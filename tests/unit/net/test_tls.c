/* SPDX-License-Identifier: BSD-2-Clause */
/* The filter against a client of OpenSSL's, byte strings in between: no socket, no wall clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>
#include "net/tls.h"
#include "net/tlscontext.h"
#include "util/clock.h"
#include "util/mem.h"
#include "util/text.h"

struct pair {
    uv_loop_t loop;
    struct clock *clock;
    struct tls_context *context;
    struct tls *tls;
    struct buf wire, plain; /* from the server; what the server understood */
    enum tls_news news[8];
    int news_count;
    char *why;
    SSL_CTX *client_context;
    SSL *client;
};

static void on_wire(void *ctx, const char *bytes, size_t len)
{
    buf_add(&((struct pair *)ctx)->wire, bytes, len);
}

static void on_plain(void *ctx, const char *bytes, size_t len)
{
    buf_add(&((struct pair *)ctx)->plain, bytes, len);
}

static void on_news(void *ctx, enum tls_news news, const char *why)
{
    struct pair *p = ctx;
    assert_true(p->news_count < 8);
    p->news[p->news_count++] = news;
    free(p->why);
    p->why = mem_text(why);
}

static const struct tls_handler handler = {on_wire, on_plain, on_news};

static void open_pair(struct pair *p, const struct tls_plan *plan)
{
    char *why = NULL;
    memset(p, 0, sizeof *p);
    assert_int_equal(uv_loop_init(&p->loop), 0);
    p->clock = clock_open(&p->loop, CLOCK_JUMP, &why);
    p->context = tls_context_new();
    SSL_CTX *server = tls_context_get(p->context, "mx.pair.test", plan, &why);
    assert_non_null(server);
    p->tls = tls_new(server, plan, p->clock, &handler, p);
    assert_non_null(p->tls);
    p->client_context = SSL_CTX_new(TLS_client_method());
    p->client = SSL_new(p->client_context);
    SSL_set_bio(p->client, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_tlsext_host_name(p->client, "mx.pair.test");
    SSL_set_connect_state(p->client);
}

static void close_pair(struct pair *p)
{
    tls_free(p->tls);
    tls_context_free(p->context);
    SSL_free(p->client);
    SSL_CTX_free(p->client_context);
    buf_free(&p->wire);
    buf_free(&p->plain);
    free(p->why);
    clock_close(p->clock);
    uv_run(&p->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&p->loop), 0);
    ERR_clear_error();
}

/* What the client wants said goes to the server, byte by byte when slow. */
static void carry_to_server(struct pair *p, bool slow)
{
    char *bytes;
    long len = BIO_get_mem_data(SSL_get_wbio(p->client), &bytes);
    struct buf copy = {0};
    buf_add(&copy, bytes, (size_t)len);
    (void)BIO_reset(SSL_get_wbio(p->client));
    for (size_t i = 0; i < copy.len && slow; i++)
        tls_feed(p->tls, copy.data + i, 1);
    if (!slow && copy.len)
        tls_feed(p->tls, copy.data, copy.len);
    buf_free(&copy);
}

static void carry_to_client(struct pair *p)
{
    if (p->wire.len)
        BIO_write(SSL_get_rbio(p->client), p->wire.data, (int)p->wire.len);
    buf_free(&p->wire);
}

static bool shake(struct pair *p, bool slow)
{
    int done = 0;
    for (int i = 0; i < 10 && done != 1; i++) {
        done = SSL_do_handshake(p->client);
        carry_to_server(p, slow);
        carry_to_client(p);
    }
    return done == 1;
}

static bool got(const struct pair *p, enum tls_news news)
{
    for (int i = 0; i < p->news_count; i++)
        if (p->news[i] == news)
            return true;
    return false;
}

static void talks_both_ways(void **state)
{
    static const char *const names[TLS_VERSIONS] = {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};
    (void)state;
    for (unsigned version = 0; version < TLS_VERSIONS; version++) {
        struct tls_plan plan = {.versions = 1u << version};
        struct pair p;
        char heard[64] = "";
        struct tls_facts facts;
        open_pair(&p, &plan);
        SSL_set_security_level(p.client, 0);
        SSL_set_min_proto_version(p.client, TLS1_VERSION);
        assert_true(shake(&p, true));
        assert_true(got(&p, TLS_UP));
        tls_facts(p.tls, &facts);
        assert_string_equal(facts.version, names[version]);
        assert_string_equal(facts.sni, "mx.pair.test");
        assert_null(facts.client_cert);
        SSL_write(p.client, "EHLO x\r\n", 8);
        carry_to_server(&p, false);
        assert_string_equal(buf_text(&p.plain), "EHLO x\r\n");
        tls_write(p.tls, "250 y\r\n", 7);
        carry_to_client(&p);
        assert_int_equal(SSL_read(p.client, heard, sizeof heard - 1), 7);
        assert_string_equal(heard, "250 y\r\n");
        close_pair(&p);
    }
}

static void close_notify_is_answered_and_sent(void **state)
{
    struct tls_plan plan = {0};
    struct pair p;
    char heard[8];
    (void)state;
    open_pair(&p, &plan);
    assert_true(shake(&p, false));
    SSL_shutdown(p.client);
    carry_to_server(&p, false);
    assert_true(got(&p, TLS_CLOSED));
    carry_to_client(&p);
    assert_true(SSL_read(p.client, heard, sizeof heard) <= 0);
    assert_int_equal(SSL_get_shutdown(p.client) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
    close_pair(&p);
}

static void close_notify_is_left_out_on_purpose(void **state)
{
    struct tls_plan plan = {.no_close_notify = true};
    struct pair p;
    (void)state;
    open_pair(&p, &plan);
    assert_true(shake(&p, false));
    buf_free(&p.wire);
    tls_close(p.tls);
    assert_int_equal(p.wire.len, 0);
    tls_write(p.tls, "x", 1);
    assert_int_equal(p.wire.len, 0);
    close_pair(&p);
}

/* After our close_notify the peer may go on speaking: s:half_close(). */
static void half_closed_still_reads(void **state)
{
    struct tls_plan plan = {0};
    struct pair p;
    (void)state;
    open_pair(&p, &plan);
    assert_true(shake(&p, false));
    tls_close(p.tls);
    tls_close(p.tls);
    SSL_write(p.client, "more", 4);
    carry_to_server(&p, false);
    assert_string_equal(buf_text(&p.plain), "more");
    close_pair(&p);
}

static void stops_after_client_hello(void **state)
{
    struct tls_plan plan = {.abort = TLS_ABORT_CLOSE, .after = TLS_AFTER_CLIENT_HELLO};
    struct pair p;
    (void)state;
    open_pair(&p, &plan);
    SSL_do_handshake(p.client);
    carry_to_server(&p, true);
    assert_true(got(&p, TLS_STOPPED));
    assert_int_equal(p.wire.len, 0);
    close_pair(&p);
}

static void stops_after_server_hello(void **state)
{
    (void)state;
    for (unsigned version = 2; version < TLS_VERSIONS; version++) {
        struct tls_plan plan = {
            .abort = TLS_ABORT_RESET, .after = TLS_AFTER_SERVER_HELLO, .versions = 1u << version};
        struct pair p;
        open_pair(&p, &plan);
        SSL_do_handshake(p.client);
        carry_to_server(&p, false);
        assert_true(got(&p, TLS_STOPPED));
        const unsigned char *bytes = (const unsigned char *)p.wire.data;
        assert_true(p.wire.len > 6 && bytes[0] == 22 && bytes[5] == 2);
        assert_int_equal(p.wire.len, 5 + bytes[3] * 256u + bytes[4]);
        close_pair(&p);
    }
}

static void an_alert_of_choice(void **state)
{
    struct tls_plan plan = {.abort = TLS_ABORT_ALERT,
        .after = TLS_AFTER_CLIENT_HELLO,
        .alert = (unsigned)tls_alert_number("unrecognized_name")};
    struct pair p;
    (void)state;
    open_pair(&p, &plan);
    assert_false(shake(&p, false));
    assert_true(got(&p, TLS_FAILED));
    assert_string_equal(p.why, "on purpose; we sent the alert unrecognized_name");
    assert_int_equal(ERR_GET_REASON(ERR_peek_last_error()), 1112);
    close_pair(&p);
}

static void a_delay_passes_on_the_clock(void **state)
{
    struct tls_plan plan = {.delay = 30};
    struct pair p;
    (void)state;
    open_pair(&p, &plan);
    SSL_do_handshake(p.client);
    carry_to_server(&p, false);
    assert_int_equal(p.news_count, 0);
    assert_int_equal(p.wire.len, 0);
    uv_run(&p.loop, UV_RUN_DEFAULT);
    assert_int_equal(clock_now_ms(p.clock), 30000);
    assert_true(p.wire.len > 0);
    carry_to_client(&p);
    assert_true(shake(&p, false));
    assert_true(got(&p, TLS_UP));
    close_pair(&p);
}

static void who_talks_on_during_a_delay_is_bounded(void **state)
{
    struct tls_plan plan = {.delay = 30};
    struct pair p;
    char *noise = mem_new(16 * 1024);
    (void)state;
    open_pair(&p, &plan);
    SSL_do_handshake(p.client);
    carry_to_server(&p, false);
    for (int i = 0; i < 10; i++)
        tls_feed(p.tls, noise, 16 * 1024);
    assert_true(got(&p, TLS_FAILED));
    assert_int_equal(p.news_count, 1);
    uv_run(&p.loop, UV_RUN_DEFAULT);
    assert_int_equal(p.news_count, 1);
    free(noise);
    close_pair(&p);
}

static void delay_then_abort(void **state)
{
    struct tls_plan plan = {.delay = 5, .abort = TLS_ABORT_CLOSE, .after = TLS_AFTER_CLIENT_HELLO};
    struct pair p;
    (void)state;
    open_pair(&p, &plan);
    SSL_do_handshake(p.client);
    carry_to_server(&p, false);
    assert_int_equal(p.news_count, 0);
    uv_run(&p.loop, UV_RUN_DEFAULT);
    assert_true(got(&p, TLS_STOPPED));
    assert_int_equal(p.wire.len, 0);
    close_pair(&p);
}

static void hostile_bytes_fail_once(void **state)
{
    static const char *const texts[] = {"EHLO not-tls.test\r\n", "GET / HTTP/1.0\r\n\r\n",
        "\x16\x03\x01\xff\xff????????", "\x80\x2e\x01\x03\x01", "\x17\x03\x03\x00\x05hello"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct tls_plan plan = {0};
        struct pair p;
        size_t len = strlen(texts[i]) < 5 ? 5 : strlen(texts[i]);
        char *noise = mem_new(64 * 1024);
        memcpy(noise, texts[i], len);
        open_pair(&p, &plan);
        tls_feed(p.tls, noise, 64 * 1024);
        tls_feed(p.tls, noise, 64 * 1024);
        assert_int_equal(p.news_count, 1);
        assert_int_equal(p.news[0], TLS_FAILED);
        assert_non_null(p.why);
        assert_int_equal(p.plain.len, 0);
        free(noise);
        close_pair(&p);
    }
}

static void a_damaged_record_fails_and_no_plain_text_comes_of_it(void **state)
{
    struct tls_plan plan = {0};
    struct pair p;
    char *bytes;
    (void)state;
    open_pair(&p, &plan);
    assert_true(shake(&p, false));
    SSL_write(p.client, "MAIL", 4);
    long len = BIO_get_mem_data(SSL_get_wbio(p.client), &bytes);
    bytes[len - 1] ^= 1;
    carry_to_server(&p, false);
    assert_true(got(&p, TLS_FAILED));
    assert_non_null(strstr(p.why, "bad_record_mac"));
    assert_int_equal(p.plain.len, 0);
    tls_write(p.tls, "250", 3);
    close_pair(&p);
}

/* RFC 5746 and the cost of it: a client may not ask for handshake after handshake. */
static void renegotiation_is_refused(void **state)
{
    struct tls_plan plan = {.versions = 1u << 2};
    struct pair p;
    char heard[8];
    (void)state;
    open_pair(&p, &plan);
    assert_true(shake(&p, false));
    SSL_renegotiate(p.client);
    SSL_do_handshake(p.client);
    carry_to_server(&p, false);
    carry_to_client(&p);
    assert_true(SSL_read(p.client, heard, sizeof heard) <= 0);
    assert_int_equal(ERR_GET_REASON(ERR_peek_last_error()), SSL_R_NO_RENEGOTIATION);
    assert_false(got(&p, TLS_FAILED)); /* RFC 5246 7.2.2: a warning, the session goes on */
    close_pair(&p);
}

static void a_client_that_distrusts_says_so(void **state)
{
    struct tls_plan plan = {.cert = TLS_CERT_UNKNOWN_CA};
    struct pair p;
    (void)state;
    open_pair(&p, &plan);
    SSL_set_verify(p.client, SSL_VERIFY_PEER, NULL);
    assert_false(shake(&p, false));
    assert_true(got(&p, TLS_FAILED));
    assert_string_equal(p.why, "the client sent the alert unknown_ca");
    close_pair(&p);
}

static void no_cipher_in_common(void **state)
{
    struct tls_plan plan = {.ciphers = "ECDHE-ECDSA-NULL-SHA"};
    struct pair p;
    (void)state;
    open_pair(&p, &plan);
    assert_false(shake(&p, false));
    assert_true(got(&p, TLS_FAILED));
    assert_non_null(strstr(p.why, "we sent the alert"));
    close_pair(&p);
}

static void much_in_few_reads(void **state)
{
    struct tls_plan plan = {0};
    struct pair p;
    char *block = mem_new(16 * 1024);
    (void)state;
    open_pair(&p, &plan);
    assert_true(shake(&p, false));
    for (int i = 0; i < 64; i++)
        SSL_write(p.client, block, 16 * 1024);
    carry_to_server(&p, false);
    assert_int_equal(p.plain.len, 1024 * 1024);
    tls_write(p.tls, p.plain.data, p.plain.len);
    assert_true(p.wire.len > 1024 * 1024);
    free(block);
    close_pair(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(talks_both_ways),
        cmocka_unit_test(close_notify_is_answered_and_sent),
        cmocka_unit_test(close_notify_is_left_out_on_purpose),
        cmocka_unit_test(half_closed_still_reads),
        cmocka_unit_test(stops_after_client_hello),
        cmocka_unit_test(stops_after_server_hello),
        cmocka_unit_test(an_alert_of_choice),
        cmocka_unit_test(a_delay_passes_on_the_clock),
        cmocka_unit_test(who_talks_on_during_a_delay_is_bounded),
        cmocka_unit_test(delay_then_abort),
        cmocka_unit_test(hostile_bytes_fail_once),
        cmocka_unit_test(a_damaged_record_fails_and_no_plain_text_comes_of_it),
        cmocka_unit_test(renegotiation_is_refused),
        cmocka_unit_test(a_client_that_distrusts_says_so),
        cmocka_unit_test(no_cipher_in_common),
        cmocka_unit_test(much_in_few_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
