/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers packet by packet; ldns writes the queries and reads the replies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ldns/ldns.h>
#include <stdlib.h>
#include <string.h>
#include "dns/zone.h"
#include "util/mem.h"

static const char *const records[] = {
    "example.test. 60 IN MX 10 mx1.example.test.",
    "example.test. 60 IN MX 20 mx2.example.test.",
    "example.test. 60 IN NS ns.example.test.",
    "example.test. 60 IN TXT \"v=spf1 -all\"",
    "mx1.example.test. 60 IN A 192.0.2.1",
    "mx1.example.test. 60 IN AAAA 2001:db8::1",
    "mx2.example.test. 60 IN A 192.0.2.2",
    "a.deep.name.test. 60 IN A 192.0.2.3",
    "alias.test. 60 IN CNAME example.test.",
    "alias2.test. 60 IN CNAME alias.test.",
    "loop.test. 60 IN CNAME pool.test.",
    "pool.test. 60 IN CNAME loop.test.",
    "self.test. 60 IN CNAME self.test.",
    "dangling.test. 60 IN CNAME nowhere.test.",
    "null.test. 60 IN MX 0 .",
    "soa.test. 300 IN SOA ns.soa.test. me.soa.test. 7 60 60 60 5",
    "www.soa.test. 60 IN A 192.0.2.4",
    "1.2.0.192.in-addr.arpa. 60 IN PTR mx1.example.test.",
};

static int set_up(void **state)
{
    struct dns_zone *zone = dns_zone_new();
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        assert_null(dns_zone_add(zone, records[i]));
    *state = zone;
    return 0;
}

static int tear_down(void **state)
{
    dns_zone_free(*state);
    return 0;
}

/* Asks with an OPT record of that size (0 = none) and reads the reply; *len of it, when wanted. */
static ldns_pkt *ask_sized(
    struct dns_zone *zone, const char *name, ldns_rr_type type, uint16_t edns, size_t *len)
{
    ldns_pkt *query = NULL, *reply = NULL;
    uint8_t *wire = NULL, *answer = NULL;
    size_t wire_len, answer_len;
    assert_int_equal(
        ldns_pkt_query_new_frm_str(&query, name, type, LDNS_RR_CLASS_IN, LDNS_RD), LDNS_STATUS_OK);
    ldns_pkt_set_id(query, 4711);
    ldns_pkt_set_edns_udp_size(query, edns);
    assert_int_equal(ldns_pkt2wire(&wire, query, &wire_len), LDNS_STATUS_OK);
    assert_int_equal(dns_zone_answer(zone, wire, wire_len, &answer, &answer_len), 0);
    assert_int_equal(ldns_wire2pkt(&reply, answer, answer_len), LDNS_STATUS_OK);
    assert_int_equal(ldns_pkt_id(reply), 4711);
    assert_true(ldns_pkt_qr(reply));
    assert_true(ldns_pkt_rd(reply));
    assert_int_equal(ldns_pkt_qdcount(reply), 1);
    assert_int_equal(ldns_rr_compare(ldns_rr_list_rr(ldns_pkt_question(reply), 0),
                         ldns_rr_list_rr(ldns_pkt_question(query), 0)),
        0);
    if (len)
        *len = answer_len;
    free(answer);
    LDNS_FREE(wire);
    ldns_pkt_free(query);
    return reply;
}

static ldns_pkt *ask(struct dns_zone *zone, const char *name, ldns_rr_type type)
{
    return ask_sized(zone, name, type, 0, NULL);
}

/* The section's records in presentation form, one a line, tabs as blanks. */
static void assert_section(const ldns_rr_list *list, const char *expected)
{
    char *text = list && ldns_rr_list_rr_count(list) ? ldns_rr_list2str(list) : mem_text("");
    for (char *c = text; *c; c++)
        if (*c == '\t')
            *c = ' ';
    assert_string_equal(text, expected);
    free(text);
}

struct row {
    const char *name;
    ldns_rr_type type;
    ldns_pkt_rcode rcode;
    const char *answer, *authority, *additional;
};

#define MX_ANSWER                                                                                  \
    "example.test. 60 IN MX 10 mx1.example.test.\nexample.test. 60 IN MX 20 mx2.example.test.\n"
#define MX_MORE                                                                                    \
    "mx1.example.test. 60 IN A 192.0.2.1\nmx1.example.test. 60 IN AAAA 2001:db8::1\n"              \
    "mx2.example.test. 60 IN A 192.0.2.2\n"
#define NO_SOA  "test. 0 IN SOA ns.invalid. hostmaster.invalid. 1 60 60 60 0\n"
#define ITS_SOA "soa.test. 300 IN SOA ns.soa.test. me.soa.test. 7 60 60 60 5\n"

static const struct row rows[] = {
    {"example.test.", LDNS_RR_TYPE_MX, LDNS_RCODE_NOERROR, MX_ANSWER, "", MX_MORE},
    {"EXAMPLE.Test.", LDNS_RR_TYPE_MX, LDNS_RCODE_NOERROR,
        "EXAMPLE.Test. 60 IN MX 10 mx1.EXAMPLE.Test.\nEXAMPLE.Test. 60 IN MX 20 "
        "mx2.EXAMPLE.Test.\n",
        "", NULL},
    {"mx1.example.test.", LDNS_RR_TYPE_A, LDNS_RCODE_NOERROR,
        "mx1.example.test. 60 IN A 192.0.2.1\n", "", ""},
    {"mx1.example.test.", LDNS_RR_TYPE_AAAA, LDNS_RCODE_NOERROR,
        "mx1.example.test. 60 IN AAAA 2001:db8::1\n", "", ""},
    {"mx2.example.test.", LDNS_RR_TYPE_AAAA, LDNS_RCODE_NOERROR, "", NO_SOA, ""},
    {"example.test.", LDNS_RR_TYPE_TXT, LDNS_RCODE_NOERROR,
        "example.test. 60 IN TXT \"v=spf1 -all\"\n", "", ""},
    {"example.test.", LDNS_RR_TYPE_NS, LDNS_RCODE_NOERROR,
        "example.test. 60 IN NS ns.example.test.\n", "", ""},
    {"soa.test.", LDNS_RR_TYPE_SOA, LDNS_RCODE_NOERROR, ITS_SOA, "", ""},
    {"1.2.0.192.in-addr.arpa.", LDNS_RR_TYPE_PTR, LDNS_RCODE_NOERROR,
        "1.2.0.192.in-addr.arpa. 60 IN PTR mx1.example.test.\n", "", ""},
    {"null.test.", LDNS_RR_TYPE_MX, LDNS_RCODE_NOERROR, "null.test. 60 IN MX 0 .\n", "", ""},
    {"nowhere.test.", LDNS_RR_TYPE_MX, LDNS_RCODE_NXDOMAIN, "", NO_SOA, ""},
    {"x.example.test.", LDNS_RR_TYPE_A, LDNS_RCODE_NXDOMAIN, "", NO_SOA, ""},
    {"www.soa.test.", LDNS_RR_TYPE_MX, LDNS_RCODE_NOERROR, "", ITS_SOA, ""},
    {"x.y.soa.test.", LDNS_RR_TYPE_MX, LDNS_RCODE_NXDOMAIN, "", ITS_SOA, ""},
    {"name.test.", LDNS_RR_TYPE_A, LDNS_RCODE_NOERROR, "", NO_SOA,
        ""}, /* RFC 8020: a name below it exists */
    {"test.", LDNS_RR_TYPE_MX, LDNS_RCODE_NOERROR, "", NO_SOA, ""},
    {"alias.test.", LDNS_RR_TYPE_MX, LDNS_RCODE_NOERROR,
        "alias.test. 60 IN CNAME example.test.\n" MX_ANSWER, "", MX_MORE},
    {"alias.test.", LDNS_RR_TYPE_CNAME, LDNS_RCODE_NOERROR,
        "alias.test. 60 IN CNAME example.test.\n", "", ""},
    {"alias2.test.", LDNS_RR_TYPE_TXT, LDNS_RCODE_NOERROR,
        "alias2.test. 60 IN CNAME alias.test.\n"
        "alias.test. 60 IN CNAME example.test.\nexample.test. 60 IN TXT \"v=spf1 -all\"\n",
        "", ""},
    {"alias.test.", LDNS_RR_TYPE_A, LDNS_RCODE_NOERROR, "alias.test. 60 IN CNAME example.test.\n",
        NO_SOA, ""},
    {"dangling.test.", LDNS_RR_TYPE_A, LDNS_RCODE_NXDOMAIN,
        "dangling.test. 60 IN CNAME nowhere.test.\n", NO_SOA, ""},
    {"loop.test.", LDNS_RR_TYPE_A, LDNS_RCODE_NOERROR,
        "loop.test. 60 IN CNAME pool.test.\npool.test. 60 IN CNAME loop.test.\n", "", ""},
    {"self.test.", LDNS_RR_TYPE_A, LDNS_RCODE_NOERROR, "self.test. 60 IN CNAME self.test.\n", "",
        ""},
    {"example.test.", LDNS_RR_TYPE_AXFR, LDNS_RCODE_REFUSED, "", "", ""},
};

static void answers(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("# %s\n", rows[i].name);
        ldns_pkt *reply = ask(*state, rows[i].name, rows[i].type);
        assert_int_equal(ldns_pkt_get_rcode(reply), rows[i].rcode);
        assert_int_equal(ldns_pkt_aa(reply), rows[i].rcode != LDNS_RCODE_REFUSED);
        assert_section(ldns_pkt_answer(reply), rows[i].answer);
        assert_section(ldns_pkt_authority(reply), rows[i].authority);
        if (rows[i].additional)
            assert_section(ldns_pkt_additional(reply), rows[i].additional);
        assert_false(ldns_pkt_edns(reply));
        ldns_pkt_free(reply);
    }
}

static void wrong_records(void **state)
{
    static const char *const wrong[] = {"", " ", "example.test.", "example.test. IN MX",
        "example.test. IN MX ten mx.", "example.test. IN A 1.2.3", "example.test. IN A 1.2.3.4.5",
        "example.test. CH TXT x", "; only a comment", "example.test. IN NOSUCH x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *why = dns_zone_add(*state, wrong[i]);
        assert_non_null(why);
        assert_int_equal(strncmp(why, "DNS record \"", 12), 0);
        free(why);
    }
}

static void doubles_count_once(void **state)
{
    assert_null(dns_zone_add(*state, "example.test. 60 IN MX 10 mx1.example.test."));
    assert_null(dns_zone_add(*state, "Example.TEST. 60 IN MX 10 mx1.example.test."));
    ldns_pkt *reply = ask(*state, "example.test.", LDNS_RR_TYPE_MX);
    assert_int_equal(ldns_pkt_ancount(reply), 2);
    ldns_pkt_free(reply);
}

static void faults(void **state)
{
    ldns_pkt *query = NULL;
    uint8_t *wire = NULL, *answer = NULL;
    size_t len;
    assert_null(dns_zone_fault(*state, "Broken.test", DNS_FAULT_SERVFAIL));
    assert_null(dns_zone_fault(*state, "example.test.", DNS_FAULT_REFUSED));
    assert_null(dns_zone_fault(*state, "silent.test.", DNS_FAULT_SILENT));
    char *why = dns_zone_fault(*state, "a..b", DNS_FAULT_SERVFAIL);
    assert_non_null(why);
    free(why);
    ldns_pkt *reply = ask(*state, "broken.test.", LDNS_RR_TYPE_MX);
    assert_int_equal(ldns_pkt_get_rcode(reply), LDNS_RCODE_SERVFAIL);
    ldns_pkt_free(reply);
    reply = ask(*state, "alias2.test.", LDNS_RR_TYPE_MX); /* at the end of a chain too */
    assert_int_equal(ldns_pkt_get_rcode(reply), LDNS_RCODE_REFUSED);
    assert_int_equal(ldns_pkt_ancount(reply), 0);
    ldns_pkt_free(reply);
    assert_int_equal(
        ldns_pkt_query_new_frm_str(&query, "silent.test.", LDNS_RR_TYPE_A, LDNS_RR_CLASS_IN, 0),
        LDNS_STATUS_OK);
    assert_int_equal(ldns_pkt2wire(&wire, query, &len), LDNS_STATUS_OK);
    assert_int_equal(dns_zone_answer(*state, wire, len, &answer, &len), -1);
    LDNS_FREE(wire);
    ldns_pkt_free(query);
    assert_null(dns_zone_fault(*state, "example.test.", DNS_FAULT_NONE));
    reply = ask(*state, "example.test.", LDNS_RR_TYPE_MX);
    assert_int_equal(ldns_pkt_ancount(reply), 2);
    ldns_pkt_free(reply);
}

/* ---- sizes ---- */

static void add_many(struct dns_zone *zone, unsigned hosts)
{
    for (unsigned i = 0; i < hosts; i++) {
        char *mx = mem_format("many.test. 60 IN MX %u host%u.many.test.", i, i);
        char *a = mem_format("host%u.many.test. 60 IN A 192.0.2.%u", i, i % 250);
        assert_null(dns_zone_add(zone, mx));
        assert_null(dns_zone_add(zone, a));
        free(mx);
        free(a);
    }
}

static void sizes(void **state)
{
    static const struct {
        uint16_t edns;
        size_t most;
        bool cut;
        bool additionals;
    } cases[] = {{0, 512, true, false}, {100, 512, true, false}, {512, 512, true, false},
        {1400, 1400, false, false}, {4096, 4096, false, true}, {65535, 4096, false, true}};
    add_many(*state, 50); /* 50 MX are about 1.2 kB, with addresses about 2 kB */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t len;
        ldns_pkt *reply = ask_sized(*state, "many.test.", LDNS_RR_TYPE_MX, cases[i].edns, &len);
        assert_true(len <= cases[i].most);
        assert_int_equal(ldns_pkt_tc(reply), cases[i].cut);
        assert_int_equal(ldns_pkt_ancount(reply), cases[i].cut ? 0 : 50);
        assert_int_equal(
            ldns_rr_list_rr_count(ldns_pkt_additional(reply)), cases[i].additionals ? 50 : 0);
        assert_int_equal(ldns_pkt_edns(reply), cases[i].edns != 0);
        assert_int_equal(ldns_pkt_edns_udp_size(reply), cases[i].edns ? 4096 : 0);
        ldns_pkt_free(reply);
    }
}

static void thousands_of_names(void **state)
{
    for (unsigned i = 0; i < 5000; i++) {
        char *record = mem_format("x%u.d%u.test. 60 IN A 192.0.2.1", i, i % 1000);
        assert_null(dns_zone_add(*state, record));
        free(record);
    }
    for (unsigned i = 0; i < 5000; i += 7) {
        char *name = mem_format("X%u.d%u.Test.", i, i % 1000);
        ldns_pkt *reply = ask(*state, name, LDNS_RR_TYPE_A);
        assert_int_equal(ldns_pkt_ancount(reply), 1);
        ldns_pkt_free(reply);
        free(name);
    }
}

/* RFC 1035 3.3: a string has at most 255 octets. One that is longer goes on in another. */
static void long_strings_are_divided(void **state)
{
    static const struct {
        size_t octets, strings, last;
        const char *octet; /* as it is written */
    } longs[] = {{255, 1, 255, "x"}, {256, 2, 1, "x"}, {600, 3, 90, "x"}, {255, 1, 255, "\\\""},
        {256, 2, 1, "\\\\"}, {511, 3, 1, "\\200"}, {0, 1, 0, ""}};
    for (size_t i = 0; i < sizeof longs / sizeof *longs; i++) {
        char text[4096] = "", *record;
        struct dns_zone *zone = dns_zone_new();
        for (size_t n = 0; n < longs[i].octets; n++)
            strcat(text, longs[i].octet);
        record = mem_format("k._domainkey.x.test. TXT \"%s\"", text);
        assert_null(dns_zone_add(zone, record));
        ldns_pkt *reply = ask_sized(zone, "k._domainkey.x.test.", LDNS_RR_TYPE_TXT, 4096, NULL);
        const ldns_rr *rr = ldns_rr_list_rr(ldns_pkt_answer(reply), 0);
        assert_int_equal(ldns_rr_rd_count(rr), longs[i].strings);
        /* The octet of its length comes with it. */
        assert_int_equal(ldns_rdf_size(ldns_rr_rdf(rr, longs[i].strings - 1)), longs[i].last + 1);
        ldns_pkt_free(reply);
        dns_zone_free(zone);
        free(record);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(answers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_records, set_up, tear_down),
        cmocka_unit_test_setup_teardown(doubles_count_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(faults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sizes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(thousands_of_names, set_up, tear_down),
        cmocka_unit_test(long_strings_are_divided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
