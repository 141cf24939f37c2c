/* SPDX-License-Identifier: BSD-2-Clause */
/* SASL against the examples of the RFCs: what both sides say there is what we say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include "smtp/codec.h"
#include "smtp/sasl.h"

#define TEXT(literal) literal, sizeof(literal) - 1

static bool is(struct span span, const char *text)
{
    return span.len == strlen(text) && memcmp(span.text, text, span.len) == 0;
}

static void plain(void **state)
{
    struct sasl_plain got;
    assert_true(sasl_plain_parse(&got, TEXT("\0tim\0tanstaaftanstaaf"))); /* RFC 4616 4 */
    assert_true(is(got.authzid, "") && is(got.user, "tim") && is(got.password, "tanstaaftanstaaf"));
    assert_true(sasl_plain_parse(&got, TEXT("Ursel\0Kurt\0xipj3plmq")));
    assert_true(is(got.authzid, "Ursel") && is(got.user, "Kurt") && is(got.password, "xipj3plmq"));
    assert_false(sasl_plain_parse(&got, TEXT("")));
    assert_false(sasl_plain_parse(&got, TEXT("tim")));
    assert_false(sasl_plain_parse(&got, TEXT("\0tim")));
    assert_false(sasl_plain_parse(&got, TEXT("\0tim\0")));
    assert_false(sasl_plain_parse(&got, TEXT("\0\0pw")));
    assert_false(sasl_plain_parse(&got, TEXT("\0tim\0pw\0more")));
}

static void cram_md5_of_rfc_2195(void **state)
{
    struct buf digest = {0};
    sasl_cram_md5(&digest, "tanstaaftanstaaf", TEXT("<1896.697170952@postoffice.reston.mci.net>"));
    assert_string_equal(buf_text(&digest), "b913a602c7eda7a495b4e6e7334d3890");
    buf_free(&digest);
}

static void xoauth2(void **state)
{
    struct sasl_bearer got;
    assert_true(sasl_xoauth2_parse(
        &got, TEXT("user=someuser@example.com\1auth=Bearer ya29.vF9dft4qmTc2Nvb3R\1\1")));
    assert_true(is(got.user, "someuser@example.com") && is(got.token, "ya29.vF9dft4qmTc2Nvb3R"));
    assert_false(sasl_xoauth2_parse(&got, TEXT("user=someuser\1auth=Basic x\1\1")));
    assert_false(sasl_xoauth2_parse(&got, TEXT("user=\1auth=Bearer x\1\1")));
    assert_false(sasl_xoauth2_parse(&got, TEXT("user=a\1auth=Bearer x\1")));
    assert_false(sasl_xoauth2_parse(&got, TEXT("user=a\1auth=Bearer x\1\1\1")));
    assert_false(sasl_xoauth2_parse(&got, TEXT("")));
}

/* RFC 7677 3 */
static const char client_first[] = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
static const char server_nonce[] = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
static const char server_first[] =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
static const char client_final[] = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p="
                                   "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
static const char server_final[] = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

struct scram_test {
    struct scram scram;
    struct buf salt, reply;
};

static enum scram_result finish(struct scram_test *t, const char *final, const char *password)
{
    buf_free(&t->reply);
    return scram_final(
        &t->scram, final, strlen(final), password, t->salt.data, t->salt.len, 4096, &t->reply);
}

static void scram_of_rfc_7677(void **state)
{
    struct scram_test t = {0};
    assert_true(base64_decode(&t.salt, TEXT("W22ZaJ0SNY7soEsUEjb6gQ==")));
    assert_true(scram_first(
        &t.scram, TEXT(client_first), server_nonce, t.salt.data, t.salt.len, 4096, &t.reply));
    assert_string_equal(buf_text(&t.reply), server_first);
    assert_string_equal(buf_text(&t.scram.user), "user");
    assert_int_equal(finish(&t, client_final, "pencil"), SCRAM_OK);
    assert_string_equal(buf_text(&t.reply), server_final);
    assert_int_equal(finish(&t, client_final, "pencils"), SCRAM_WRONG);
    assert_int_equal(t.reply.len, 0);
    char bad[sizeof client_final];
    for (size_t i = 0; i < sizeof bad - 1;
         i++) { /* one changed character anywhere: never accepted */
        memcpy(bad, client_final, sizeof bad);
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        assert_int_not_equal(finish(&t, bad, "pencil"), SCRAM_OK);
    }
    scram_deinit(&t.scram);
    buf_free(&t.salt);
    buf_free(&t.reply);
}

static void scram_names(void **state)
{
    static const struct {
        const char *first, *user; /* NULL: refused */
    } firsts[] = {
        {"n,,n=a=2Cb=3Dc,r=x", "a,b=c"},
        {"y,,n=u,r=x", "u"},
        {"n,a=admin,n=u,r=x", "u"},
        {"n,,n=u,r=x,ext=1", "u"},
        {"p=tls-unique,,n=u,r=x", NULL},
        {"n,,n=,r=x", NULL},
        {"n,,n=a=2c,r=x", NULL},
        {"n,,n=a=,r=x", NULL},
        {"n,,n=u,r=", NULL},
        {"n,,n=u", NULL},
        {"n,,r=x,n=u", NULL},
        {"n,n=u,r=x", NULL},
        {"", NULL},
        {"n,a=admin", NULL},
    };
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
        struct scram_test t = {0};
        bool fine = scram_first(
            &t.scram, firsts[i].first, strlen(firsts[i].first), "n", "salt", 4, 4096, &t.reply);
        if (fine != !!firsts[i].user)
            fail_msg("%s: %s", firsts[i].first, fine ? "accepted" : "refused");
        if (fine)
            assert_string_equal(buf_text(&t.scram.user), firsts[i].user);
        scram_deinit(&t.scram);
        buf_free(&t.reply);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain),
        cmocka_unit_test(cram_md5_of_rfc_2195),
        cmocka_unit_test(xoauth2),
        cmocka_unit_test(scram_of_rfc_7677),
        cmocka_unit_test(scram_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
