/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults: which query meets which, how often, and what the packet looks like then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>
#include "dns/answer.h"

enum { ID = 0x1234 };

struct got {
    bool silent, aa, tc;
    int rcode, id;
    size_t answers;
    uint64_t late_ms;
    char said[80];
};

static struct got ask(struct dns_zone *zone, const char *name, ldns_rr_type type, bool over_tcp)
{
    struct got got = {0};
    struct dns_asked asked;
    uint8_t *query = NULL, *reply = NULL;
    size_t len, reply_len;
    ldns_pkt *packet =
        ldns_pkt_query_new(ldns_dname_new_frm_str(name), type, LDNS_RR_CLASS_IN, LDNS_RD);
    ldns_pkt_set_id(packet, ID);
    assert_int_equal(ldns_pkt2wire(&query, packet, &len), LDNS_STATUS_OK);
    ldns_pkt_free(packet);
    got.silent = dns_answer(zone, over_tcp, query, len, &asked, &reply, &reply_len) != 0;
    got.late_ms = asked.late_ms;
    memcpy(got.said, asked.answered, sizeof got.said);
    dns_asked_deinit(&asked);
    free(query);
    if (got.silent)
        return got;
    assert_int_equal(ldns_wire2pkt(&packet, reply, reply_len), LDNS_STATUS_OK);
    got.rcode = ldns_pkt_get_rcode(packet);
    got.id = ldns_pkt_id(packet);
    got.aa = ldns_pkt_aa(packet);
    got.tc = ldns_pkt_tc(packet);
    got.answers = ldns_pkt_ancount(packet);
    ldns_pkt_free(packet);
    free(reply);
    return got;
}

static struct dns_zone *new_zone(void)
{
    struct dns_zone *zone = dns_zone_new();
    assert_null(dns_zone_add_below(zone, "x.test.", "@ 60 IN MX 10 mx"));
    assert_null(dns_zone_add_below(zone, "x.test.", "mx A 192.0.2.1"));
    return zone;
}

static void trouble(struct dns_zone *zone, const char *name, struct dns_trouble trouble)
{
    assert_null(dns_zone_trouble(zone, name, &trouble));
}

struct row {
    enum dns_fault fault;
    bool silent, aa, tc;
    int rcode;
    size_t answers;
    const char *said;
};

static void each_fault(void **state)
{
    static const struct row rows[] = {
        {DNS_FAULT_NONE, false, true, false, LDNS_RCODE_NOERROR, 1, "NOERROR, 1 record"},
        {DNS_FAULT_SERVFAIL, false, false, false, LDNS_RCODE_SERVFAIL, 0, "servfail: SERVFAIL"},
        {DNS_FAULT_REFUSED, false, false, false, LDNS_RCODE_REFUSED, 0, "refused: REFUSED"},
        {DNS_FAULT_SILENT, true, false, false, 0, 0, "silent"},
        {DNS_FAULT_NXDOMAIN, false, true, false, LDNS_RCODE_NXDOMAIN, 0, "nxdomain: NXDOMAIN"},
        {DNS_FAULT_NODATA, false, true, false, LDNS_RCODE_NOERROR, 0, "nodata: NOERROR, 0 records"},
        {DNS_FAULT_TRUNCATED, false, true, true, LDNS_RCODE_NOERROR, 0,
            "truncated: NOERROR, 0 records"},
        {DNS_FAULT_LATE, false, true, false, LDNS_RCODE_NOERROR, 1, "late: NOERROR, 1 record"},
        {DNS_FAULT_WRONG_ID, false, true, false, LDNS_RCODE_NOERROR, 1,
            "wrong_id: NOERROR, 1 record"},
        {DNS_FAULT_LAME, false, false, false, LDNS_RCODE_NOERROR, 0, "lame: NOERROR, 0 records"},
        {DNS_FAULT_REFERRAL, false, false, false, LDNS_RCODE_NOERROR, 0,
            "referral: NOERROR, 0 records"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dns_zone *zone = new_zone();
        if (rows[i].fault)
            trouble(zone, "x.test.", (struct dns_trouble){.fault = rows[i].fault, .seconds = 7});
        struct got got = ask(zone, "x.test.", LDNS_RR_TYPE_MX, false);
        assert_string_equal(got.said, rows[i].said);
        assert_int_equal(got.silent, rows[i].silent);
        assert_int_equal(got.aa, rows[i].aa);
        assert_int_equal(got.tc, rows[i].tc);
        assert_int_equal(got.rcode, rows[i].rcode);
        assert_int_equal(got.answers, rows[i].answers);
        assert_int_equal(got.late_ms, rows[i].fault == DNS_FAULT_LATE ? 7000 : 0);
        if (!got.silent)
            assert_int_equal(got.id == ID, rows[i].fault != DNS_FAULT_WRONG_ID);
        dns_zone_free(zone);
    }
}

static void of_one_type(void **state)
{
    struct dns_zone *zone = new_zone();
    trouble(zone, "x.test.", (struct dns_trouble){.fault = DNS_FAULT_SERVFAIL});
    trouble(zone, "x.test.", (struct dns_trouble){.fault = DNS_FAULT_REFUSED, .type = "MX"});
    assert_int_equal(ask(zone, "x.test.", LDNS_RR_TYPE_MX, false).rcode, LDNS_RCODE_REFUSED);
    assert_int_equal(ask(zone, "X.TEST.", LDNS_RR_TYPE_A, false).rcode, LDNS_RCODE_SERVFAIL);
    assert_int_equal(ask(zone, "mx.x.test.", LDNS_RR_TYPE_A, false).rcode, LDNS_RCODE_NOERROR);
    dns_zone_free(zone);
}

static void below_a_name(void **state)
{
    struct dns_zone *zone = new_zone();
    trouble(zone, "x.test.", (struct dns_trouble){.fault = DNS_FAULT_SERVFAIL, .below = true});
    trouble(zone, "mx.x.test.", (struct dns_trouble){.fault = DNS_FAULT_REFUSED, .type = "A"});
    assert_int_equal(ask(zone, "x.test.", LDNS_RR_TYPE_MX, false).rcode, LDNS_RCODE_SERVFAIL);
    assert_int_equal(
        ask(zone, "a.b.c.x.test.", LDNS_RR_TYPE_TXT, false).rcode, LDNS_RCODE_SERVFAIL);
    assert_int_equal(ask(zone, "mx.x.test.", LDNS_RR_TYPE_A, false).rcode, LDNS_RCODE_REFUSED);
    assert_int_equal(ask(zone, "yx.test.", LDNS_RR_TYPE_A, false).rcode, LDNS_RCODE_NXDOMAIN);
    dns_zone_free(zone);
}

static void the_first_ones(void **state)
{
    struct dns_zone *zone = new_zone();
    trouble(zone, "x.test.",
        (struct dns_trouble){.fault = DNS_FAULT_SERVFAIL, .type = "MX", .first = 2});
    trouble(
        zone, "x.test.", (struct dns_trouble){.fault = DNS_FAULT_SILENT, .type = "MX", .first = 1});
    assert_int_equal(
        ask(zone, "x.test.", LDNS_RR_TYPE_A, false).rcode, LDNS_RCODE_NOERROR); /* does not count */
    assert_int_equal(ask(zone, "x.test.", LDNS_RR_TYPE_MX, false).rcode, LDNS_RCODE_SERVFAIL);
    assert_int_equal(ask(zone, "x.test.", LDNS_RR_TYPE_MX, false).rcode, LDNS_RCODE_SERVFAIL);
    assert_true(ask(zone, "x.test.", LDNS_RR_TYPE_MX, false).silent);
    assert_int_equal(ask(zone, "x.test.", LDNS_RR_TYPE_MX, false).answers, 1);
    dns_zone_free(zone);
}

static void over_tcp(void **state)
{
    struct dns_zone *zone = new_zone();
    trouble(zone, "x.test.", (struct dns_trouble){.fault = DNS_FAULT_TRUNCATED, .type = "MX"});
    assert_true(ask(zone, "x.test.", LDNS_RR_TYPE_MX, false).tc);
    assert_int_equal(ask(zone, "x.test.", LDNS_RR_TYPE_MX, true).answers, 1);
    trouble(zone, "mx.x.test.",
        (struct dns_trouble){
            .fault = DNS_FAULT_TRUNCATED, .has_tcp = true, .tcp = DNS_FAULT_SILENT});
    assert_true(ask(zone, "mx.x.test.", LDNS_RR_TYPE_A, false).tc);
    assert_true(ask(zone, "mx.x.test.", LDNS_RR_TYPE_A, true).silent);
    for (int i = 0; i < 100; i++) { /* more than fits into 512 octets */
        char record[64];
        snprintf(record, sizeof record, "many A 192.0.2.%d", i);
        assert_null(dns_zone_add_below(zone, "x.test.", record));
    }
    assert_true(ask(zone, "many.x.test.", LDNS_RR_TYPE_A, false).tc);
    assert_int_equal(ask(zone, "many.x.test.", LDNS_RR_TYPE_A, true).answers, 100);
    dns_zone_free(zone);
}

static void other_records(void **state)
{
    static const char *const old[] = {"@ 0 IN MX 10 old", "@ 0 IN MX 20 older"};
    struct dns_zone *zone = new_zone();
    trouble(zone, "x.test.",
        (struct dns_trouble){.fault = DNS_FAULT_INSTEAD,
            .type = "MX",
            .first = 1,
            .records = old,
            .record_count = 2,
            .origin = "x.test."});
    assert_int_equal(ask(zone, "x.test.", LDNS_RR_TYPE_MX, false).answers, 2);
    assert_int_equal(ask(zone, "x.test.", LDNS_RR_TYPE_MX, false).answers, 1);
    dns_zone_free(zone);
}

/* The additional section would give away the address that cannot be looked up. */
static void no_additionals_from_trouble(void **state)
{
    struct dns_zone *zone = new_zone();
    struct dns_asked asked;
    uint8_t query[] = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'x', 4, 't', 'e', 's', 't', 0, 0, 15,
        0, 1},
            *reply;
    size_t len;
    for (int broken = 0; broken < 2; broken++) {
        if (broken)
            trouble(zone, "x.test.",
                (struct dns_trouble){.fault = DNS_FAULT_SERVFAIL, .type = "A", .below = true});
        assert_int_equal(dns_answer(zone, false, query, sizeof query, &asked, &reply, &len), 0);
        assert_int_equal(reply[11], broken ? 0 : 1); /* ARCOUNT */
        free(reply);
        dns_asked_deinit(&asked);
    }
    dns_zone_free(zone);
}

static void what_is_wrong(void **state)
{
    static const char *const bad[] = {"@ IN MX here"};
    struct dns_zone *zone = new_zone();
    const struct dns_trouble rows[] = {
        {.fault = DNS_FAULT_SERVFAIL, .type = "NOSUCH"},
        {.fault = DNS_FAULT_INSTEAD, .records = bad, .record_count = 1, .origin = "x.test."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *why = dns_zone_trouble(zone, "x.test.", &rows[i]);
        assert_non_null(why);
        free(why);
    }
    char *why = dns_record_problem("x.test.", "@ 60 IN MX mx");
    assert_non_null(why);
    assert_non_null(strstr(why, "\"@ 60 IN MX mx\""));
    free(why);
    assert_null(dns_record_problem("x.test.", "_25._tcp.mx TLSA 3 1 1 00"));
    assert_true(dns_record_is_about("x.test.", "@ MX 10 mx", "X.test.", "MX"));
    assert_true(dns_record_is_about("x.test.", "mx CNAME y", "mx.x.test.", "A"));
    assert_false(dns_record_is_about("x.test.", "mx A 192.0.2.1", "mx.x.test.", "AAAA"));
    dns_zone_free(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault),
        cmocka_unit_test(of_one_type),
        cmocka_unit_test(below_a_name),
        cmocka_unit_test(the_first_ones),
        cmocka_unit_test(over_tcp),
        cmocka_unit_test(other_records),
        cmocka_unit_test(no_additionals_from_trouble),
        cmocka_unit_test(what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
