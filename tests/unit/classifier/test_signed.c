/* SPDX-License-Identifier: BSD-2-Clause */
/* test_signed.c - SHA-1 (RFC 3174 7.3), HMAC (RFC 2202 3), and the addresses signed with it. */
#include "kit.h"
#include "sha1.h"
#include "signed.h"

static void hex(const unsigned char *mac, char *out)
{
    for (int i = 0; i < SHA1_BYTES; i++)
        sprintf(out + 2 * i, "%02x", mac[i]);
}

static void sha1_of_the_rfc(void **state)
{
    static const struct {
        const char *text;
        int times;
        const char *digest;
    } cases[] = {{"abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
        {"a", 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"},
        {"0123456701234567012345670123456701234567012345670123456701234567", 10,
            "dea356a2cddd90c7a7ecedc5ebb563934f460452"},
        {"", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        unsigned char out[SHA1_BYTES];
        char text[41];
        struct sha1 sha1;

        sha1_init(&sha1);
        for (int n = 0; n < cases[i].times; n++)
            sha1_add(&sha1, cases[i].text, strlen(cases[i].text));
        sha1_end(&sha1, out);
        hex(out, text);
        assert_string_equal(text, cases[i].digest);
    }
}

static void hmac_of_the_rfc(void **state)
{
    unsigned char key[80], out[SHA1_BYTES];
    char text[41];

    hmac_sha1("Jefe", 4, "what do ya want for nothing?", 28, out);
    hex(out, text);
    assert_string_equal(text, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    memset(key, 0xaa, sizeof key);
    hmac_sha1(key, sizeof key, "Test Using Larger Than Block-Size Key - Hash Key First", 54, out);
    hex(out, text);
    assert_string_equal(text, "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

/* Made with Python's hmac: sha1("secret", "4371jo@example.com"). */
static void batv(void **state)
{
    struct span key = SPAN("secret");

    assert_int_equal(batv_check(SPAN("prvs=4371f89cb4=jo@example.com"), key), SIGNATURE_GOOD);
    assert_int_equal(batv_check(SPAN("PRVS=4371F89CB4=jo@example.com"), key), SIGNATURE_GOOD);
    assert_int_equal(
        batv_check(SPAN("prvs=4371f89cb4=jo@example.com"), SPAN("other")), SIGNATURE_WRONG);
    assert_int_equal(batv_check(SPAN("prvs=4371f89cb4=al@example.com"), key), SIGNATURE_WRONG);
    assert_int_equal(batv_check(SPAN("prvs=4372f89cb4=jo@example.com"), key), SIGNATURE_WRONG);
    assert_int_equal(batv_check(SPAN("jo@example.com"), key), SIGNATURE_NONE);
    assert_int_equal(batv_check(SPAN("prvs=short=jo@example.com"), key), SIGNATURE_NONE);
    assert_int_equal(batv_check(SPAN("prvs="), key), SIGNATURE_NONE);
    assert_int_equal(batv_check(SPAN_NONE, key), SIGNATURE_NONE);
}

/* base64(hmac-sha1("secret", "gb" "example.com" "jo")), as libsrs2 and Mail::SRS have it. */
static void srs(void **state)
{
    struct span key = SPAN("secret");

    assert_int_equal(
        srs_check(SPAN("SRS0=nCnJ=GB=example.com=jo@fwd.example"), key), SIGNATURE_GOOD);
    assert_int_equal(
        srs_check(SPAN("srs0+nCnJ=GB=Example.com=JO@fwd.example"), key), SIGNATURE_GOOD);
    assert_int_equal(
        srs_check(SPAN("SRS0=nCnJ=GC=example.com=jo@fwd.example"), key), SIGNATURE_WRONG);
    assert_int_equal(
        srs_check(SPAN("SRS0=nCnJ=GB=example.com=jo@fwd.example"), SPAN("x")), SIGNATURE_WRONG);
    assert_int_equal(srs_check(SPAN("SRS0=ab=c@x"), key), SIGNATURE_NONE);
    assert_int_equal(srs_check(SPAN("jo@example.com"), key), SIGNATURE_NONE);
}

static void verp(void **state)
{
    struct span pattern = SPAN("bounces+{}@example.com");
    char out[40];

    assert_true(verp_match(SPAN("bounces+al=b.example@example.com"), pattern, out, sizeof out));
    assert_string_equal(out, "al@b.example");
    assert_true(verp_match(SPAN("bounces+a=b=c.example@example.com"), pattern, out, sizeof out));
    assert_string_equal(out, "a=b@c.example");
    assert_false(verp_match(SPAN("bounces+@example.com"), pattern, out, sizeof out));
    assert_false(verp_match(SPAN("other+al=b.example@example.com"), pattern, out, sizeof out));
    assert_false(verp_match(SPAN("bounces+al=b.example@example.org"), pattern, out, sizeof out));
    assert_false(verp_match(SPAN("bounces+al=b.example@example.com"), pattern, out, 5));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sha1_of_the_rfc),
        cmocka_unit_test(hmac_of_the_rfc), cmocka_unit_test(batv), cmocka_unit_test(srs),
        cmocka_unit_test(verp)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
