/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes replies: authoritative answers, CNAME chase, MX additionals, negative answers with SOA,
 * EDNS, TC, and the faults. Anything may arrive as a query; whatever ldns cannot read is answered
 * FORMERR or not at all. */
#include "dns/answer.h"

#include <string.h>
#include "dns/store.h"
#include "util/mem.h"

enum {
    HEADER = 12,        /* RFC 1035 4.1.1 */
    PLAIN_UDP = 512,    /* RFC 1035 4.2.1 */
    OUR_UDP = 4096,     /* what our OPT record offers; everything is loopback */
    TCP_MOST = 65535,   /* RFC 1035 4.2.2: the length field */
    LONGEST_CHAIN = 16, /* CNAMEs followed; also ends loops */
};

/* ---- small pieces ---- */

static void push(ldns_pkt *reply, ldns_pkt_section section, const ldns_rr *rr)
{
    ldns_rr *copy = ldns_rr_clone(rr);
    require(copy);
    /* A double (a CNAME loop, one host in two MX) goes out once (RFC 2181 5). */
    if (!ldns_pkt_safe_push_rr(reply, section, copy))
        ldns_rr_free(copy);
}

/* The records of one type at a name; returns how many. */
static size_t push_type(
    ldns_pkt *reply, ldns_pkt_section section, const struct dns_node *node, ldns_rr_type type)
{
    size_t found = 0;
    for (size_t i = 0; i < ldns_rr_list_rr_count(node->records); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(node->records, i);
        if (type != LDNS_RR_TYPE_ANY && ldns_rr_get_type(rr) != type)
            continue;
        push(reply, section, rr);
        found++;
    }
    return found;
}

static const ldns_rr *first_of(const struct dns_node *node, ldns_rr_type type)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(node->records); i++)
        if (ldns_rr_get_type(ldns_rr_list_rr(node->records, i)) == type)
            return ldns_rr_list_rr(node->records, i);
    return NULL;
}

/* ---- sections ---- */

static const ldns_rr *enclosing_soa(const struct dns_zone *zone, const ldns_rdf *name)
{
    const ldns_rr *soa = NULL;
    for (uint16_t labels = 0; !soa && labels < ldns_dname_label_count(name); labels++) {
        ldns_rdf *at = ldns_dname_clone_from(name, labels);
        const struct dns_node *node = at ? dns_store_find(zone, at) : NULL;
        soa = node ? first_of(node, LDNS_RR_TYPE_SOA) : NULL;
        ldns_rdf_deep_free(at);
    }
    return soa;
}

/* A negative answer carries the SOA of its zone (RFC 2308 3). Where nobody wrote one, the top label
 * is the zone; its TTL and minimum are 0, so that no resolver remembers for longer than the
 * scenario means it. */
static void push_soa(const struct dns_zone *zone, ldns_pkt *reply, const ldns_rdf *name)
{
    static const char made_up[] = ". 0 IN SOA ns.invalid. hostmaster.invalid. 1 60 60 60 0";
    const ldns_rr *soa = enclosing_soa(zone, name);
    if (soa) {
        push(reply, LDNS_SECTION_AUTHORITY, soa);
        return;
    }
    uint8_t labels = ldns_dname_label_count(name);
    ldns_rr *made = NULL;
    require(ldns_rr_new_frm_str(&made, made_up, 0, NULL, NULL) == LDNS_STATUS_OK);
    ldns_rdf *top = labels ? ldns_dname_clone_from(name, (uint16_t)(labels - 1)) : NULL;
    if (top) {
        ldns_rdf_deep_free(ldns_rr_owner(made));
        ldns_rr_set_owner(made, top);
    }
    push(reply, LDNS_SECTION_AUTHORITY, made);
    ldns_rr_free(made);
}

/* RFC 1035 3.3.9: MX (and NS) cause additional processing for the host. */
static void push_additionals(const struct dns_zone *zone, ldns_pkt *reply)
{
    const ldns_rr_list *answers = ldns_pkt_answer(reply);
    for (size_t i = 0; i < ldns_rr_list_rr_count(answers); i++) {
        const ldns_rr *rr = ldns_rr_list_rr(answers, i);
        const ldns_rdf *host = ldns_rr_get_type(rr) == LDNS_RR_TYPE_MX   ? ldns_rr_rdf(rr, 1)
                               : ldns_rr_get_type(rr) == LDNS_RR_TYPE_NS ? ldns_rr_rdf(rr, 0)
                                                                         : NULL;
        const struct dns_node *node = host ? dns_store_find(zone, host) : NULL;
        /* Not: addresses of a host whose own queries fail; the resolver would never notice the
         * fault. */
        if (!node || dns_store_trouble(zone, host, LDNS_RR_TYPE_A) ||
            dns_store_trouble(zone, host, LDNS_RR_TYPE_AAAA))
            continue;
        push_type(reply, LDNS_SECTION_ADDITIONAL, node, LDNS_RR_TYPE_A);
        push_type(reply, LDNS_SECTION_ADDITIONAL, node, LDNS_RR_TYPE_AAAA);
    }
}

static void empty_section(ldns_pkt *reply, ldns_pkt_section section)
{
    ldns_rr_list *list = section == LDNS_SECTION_ANSWER      ? ldns_pkt_answer(reply)
                         : section == LDNS_SECTION_AUTHORITY ? ldns_pkt_authority(reply)
                                                             : ldns_pkt_additional(reply);
    while (ldns_rr_list_rr_count(list))
        ldns_rr_free(ldns_rr_list_pop_rr(list));
    ldns_pkt_set_section_count(reply, section, 0);
}

/* ---- faults ---- */

static void fail(ldns_pkt *reply, ldns_pkt_rcode rcode)
{
    empty_section(reply, LDNS_SECTION_ANSWER);
    ldns_pkt_set_aa(reply, false);
    ldns_pkt_set_rcode(reply, rcode);
}

/* Upwards to the root: what a server says that was never told of the zone it is said to serve. Or
 * downwards, from the parent: the name is delegated, and whoever asked should go there himself. */
static void refer_elsewhere(ldns_pkt *reply, const ldns_rdf *delegated)
{
    ldns_rr *made = NULL;
    empty_section(reply, LDNS_SECTION_ANSWER);
    ldns_pkt_set_aa(reply, false);
    require(ldns_rr_new_frm_str(&made, ". 0 IN NS ns.invalid.", 0, NULL, NULL) == LDNS_STATUS_OK);
    if (delegated) {
        ldns_rdf_deep_free(ldns_rr_owner(made));
        ldns_rr_set_owner(made, ldns_rdf_clone(delegated));
    }
    push(reply, LDNS_SECTION_AUTHORITY, made);
    ldns_rr_free(made);
}

static void push_instead(
    const struct dns_zone *zone, ldns_pkt *reply, const struct dns_fit *fit, const ldns_rdf *name)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(fit->records); i++)
        push(reply, LDNS_SECTION_ANSWER, ldns_rr_list_rr(fit->records, i));
    if (ldns_rr_list_rr_count(fit->records))
        push_additionals(zone, reply);
    else
        push_soa(zone, reply, name);
}

enum played { PLAYED_ALL, PLAYED_SILENCE, PLAYED_ON }; /* ON: the answer is looked for as always */

/* One query of the fault's share is used up. */
static enum played play(const struct dns_zone *zone, struct dns_fit *fit, bool over_tcp,
    const ldns_rdf *name, ldns_pkt *reply, struct dns_asked *asked)
{
    enum dns_fault fault = over_tcp ? fit->tcp : fit->fault;
    fit->left -= fit->counted;
    asked->fault = fault;
    switch (fault) {
    case DNS_FAULT_SILENT:
        return PLAYED_SILENCE;
    case DNS_FAULT_SERVFAIL:
        fail(reply, LDNS_RCODE_SERVFAIL);
        return PLAYED_ALL;
    case DNS_FAULT_REFUSED:
        fail(reply, LDNS_RCODE_REFUSED);
        return PLAYED_ALL;
    case DNS_FAULT_NXDOMAIN:
        ldns_pkt_set_rcode(reply, LDNS_RCODE_NXDOMAIN);
        push_soa(zone, reply, name);
        return PLAYED_ALL;
    case DNS_FAULT_NODATA:
        push_soa(zone, reply, name);
        return PLAYED_ALL;
    case DNS_FAULT_TRUNCATED:
        empty_section(reply, LDNS_SECTION_ANSWER);
        ldns_pkt_set_tc(reply, true);
        return PLAYED_ALL;
    case DNS_FAULT_LAME:
        refer_elsewhere(reply, NULL);
        return PLAYED_ALL;
    case DNS_FAULT_REFERRAL:
        refer_elsewhere(reply, name);
        return PLAYED_ALL;
    case DNS_FAULT_INSTEAD:
        push_instead(zone, reply, fit, name);
        return PLAYED_ALL;
    case DNS_FAULT_WRONG_ID:
        ldns_pkt_set_id(reply, (uint16_t)~ldns_pkt_id(reply));
        return PLAYED_ON;
    case DNS_FAULT_LATE:
        asked->late_ms = (uint64_t)(fit->seconds * 1000 + 0.5);
        return PLAYED_ON;
    default:
        return PLAYED_ON;
    }
}

/* Fills the sections; false: silence. */
static bool resolve(const struct dns_zone *zone, bool over_tcp, const ldns_rr *question,
    ldns_pkt *reply, struct dns_asked *asked)
{
    const ldns_rdf *name = ldns_rr_owner(question);
    ldns_rr_type type = ldns_rr_get_type(question);
    ldns_pkt_set_aa(reply, true);
    for (int links = 0; links < LONGEST_CHAIN; links++) {
        struct dns_fit *fit = dns_store_trouble(zone, name, type);
        enum played played = fit ? play(zone, fit, over_tcp, name, reply, asked) : PLAYED_ON;
        if (played != PLAYED_ON)
            return played == PLAYED_ALL;
        const struct dns_node *node = dns_store_find(zone, name);
        if (!node) {
            /* RFC 6604 3: the code is that of the last name of the chain. */
            ldns_pkt_set_rcode(reply, LDNS_RCODE_NXDOMAIN);
            push_soa(zone, reply, name);
            return true;
        }
        if (push_type(reply, LDNS_SECTION_ANSWER, node, type)) {
            push_additionals(zone, reply);
            return true;
        }
        const ldns_rr *alias = first_of(node, LDNS_RR_TYPE_CNAME);
        if (!alias) {
            push_soa(zone, reply, name);
            return true;
        }
        push(reply, LDNS_SECTION_ANSWER, alias); /* RFC 1034 3.6.2: restart at the canonical name */
        name = ldns_rr_rdf(alias, 0);
    }
    return true; /* a loop: the links so far, and the resolver's own bound ends it */
}

/* ---- the packet ---- */

static ldns_pkt *new_reply(uint16_t id, ldns_pkt_opcode opcode, ldns_pkt_rcode rcode)
{
    ldns_pkt *reply = ldns_pkt_new();
    require(reply);
    ldns_pkt_set_id(reply, id);
    ldns_pkt_set_qr(reply, true);
    ldns_pkt_set_opcode(reply, opcode);
    ldns_pkt_set_rcode(reply, rcode);
    return reply;
}

static bool to_wire(const ldns_pkt *reply, uint8_t **bytes, size_t *len)
{
    return ldns_pkt2wire(bytes, reply, len) == LDNS_STATUS_OK;
}

/* RFC 2181 9: additionals may be left out silently; when an answer does not fit, TC says so. */
static bool to_wire_within(ldns_pkt *reply, size_t most, uint8_t **bytes, size_t *len)
{
    *bytes = NULL;
    if (to_wire(reply, bytes, len) && *len <= most)
        return true;
    LDNS_FREE(*bytes);
    empty_section(reply, LDNS_SECTION_ADDITIONAL);
    if (to_wire(reply, bytes, len) && *len <= most)
        return true;
    LDNS_FREE(*bytes);
    empty_section(reply, LDNS_SECTION_ANSWER);
    empty_section(reply, LDNS_SECTION_AUTHORITY);
    ldns_pkt_set_tc(reply, true);
    return to_wire(reply, bytes, len);
}

static int finish(ldns_pkt *reply, size_t most, uint8_t **bytes, size_t *len)
{
    uint8_t *wire = NULL;
    bool made = to_wire_within(reply, most, &wire, len);
    ldns_pkt_free(reply);
    if (!made) {
        LDNS_FREE(wire);
        return -1;
    }
    *bytes = wire; /* ldns allocates with malloc */
    return 0;
}

/* Copies the OPT record's facts (RFC 6891) and says how large the reply may be. */
static size_t take_edns(const ldns_pkt *query, ldns_pkt *reply)
{
    if (!ldns_pkt_edns(query))
        return PLAIN_UDP;
    ldns_pkt_set_edns_udp_size(reply, OUR_UDP);
    ldns_pkt_set_edns_do(reply, ldns_pkt_edns_do(query));
    size_t theirs = ldns_pkt_edns_udp_size(query); /* 6.2.3: below 512 means 512 */
    return theirs < PLAIN_UDP ? PLAIN_UDP : theirs > OUR_UDP ? OUR_UDP : theirs;
}

static bool is_transfer(ldns_rr_type type)
{
    return type == LDNS_RR_TYPE_AXFR || type == LDNS_RR_TYPE_IXFR;
}

/* For the transcript: "NOERROR, 1 record", "late: NXDOMAIN". */
static void describe(const ldns_pkt *reply, bool silent, struct dns_asked *asked)
{
    char *rcode = ldns_pkt_rcode2str(ldns_pkt_get_rcode(reply));
    const char *word = dns_fault_word(asked->fault);
    size_t count = ldns_rr_list_rr_count(ldns_pkt_answer(reply));
    char records[32] = "";
    if (ldns_pkt_get_rcode(reply) == LDNS_RCODE_NOERROR)
        snprintf(records, sizeof records, ", %zu record%s", count, count == 1 ? "" : "s");
    if (silent)
        snprintf(asked->answered, sizeof asked->answered, "%s", word);
    else if (asked->fault == DNS_FAULT_NONE)
        snprintf(asked->answered, sizeof asked->answered, "%s%s", rcode ? rcode : "?", records);
    else
        snprintf(asked->answered, sizeof asked->answered, "%s: %s%s", word, rcode ? rcode : "?",
            records);
    free(rcode);
}

/* What RFC 6891 and RFC 1035 forbid to answer. */
static bool is_answerable(const ldns_pkt *query, const ldns_rr *question, ldns_pkt *reply)
{
    if (ldns_pkt_edns(query) && ldns_pkt_edns_version(query) > 0) {
        ldns_pkt_set_edns_extended_rcode(reply, 1); /* BADVERS = 16, RFC 6891 6.1.3 */
        return false;
    }
    if (ldns_rr_get_class(question) == LDNS_RR_CLASS_IN && !is_transfer(ldns_rr_get_type(question)))
        return true;
    ldns_pkt_set_rcode(reply, LDNS_RCODE_REFUSED);
    return false;
}

static int answer_query(const struct dns_zone *zone, bool over_tcp, const ldns_pkt *query,
    struct dns_asked *asked, uint8_t **bytes, size_t *len)
{
    const ldns_rr *question = ldns_rr_list_rr(ldns_pkt_question(query), 0);
    asked->type = ldns_rr_type2str(ldns_rr_get_type(question));
    asked->name = ldns_rdf2str(ldns_rr_owner(question));
    ldns_pkt *reply = new_reply(ldns_pkt_id(query), LDNS_PACKET_QUERY, LDNS_RCODE_NOERROR);
    ldns_pkt_set_rd(reply, ldns_pkt_rd(query));
    ldns_pkt_set_cd(reply, ldns_pkt_cd(query));
    require(ldns_pkt_push_rr(reply, LDNS_SECTION_QUESTION, ldns_rr_clone(question)));
    size_t most = take_edns(query, reply);
    bool silent =
        is_answerable(query, question, reply) && !resolve(zone, over_tcp, question, reply, asked);
    describe(reply, silent, asked);
    if (!silent)
        return finish(reply, over_tcp ? TCP_MOST : most, bytes, len);
    ldns_pkt_free(reply);
    return -1;
}

/* A header and nothing else: what can be said to somebody whose question makes no sense. */
static int bare_reply(const uint8_t *query, ldns_pkt_rcode rcode, uint8_t **bytes, size_t *len)
{
    ldns_pkt *reply = new_reply((uint16_t)(query[0] << 8 | query[1]), query[2] >> 3 & 15, rcode);
    ldns_pkt_set_rd(reply, query[2] & 1);
    return finish(reply, PLAIN_UDP, bytes, len);
}

int dns_answer(const struct dns_zone *zone, bool over_tcp, const uint8_t *query, size_t len,
    struct dns_asked *asked, uint8_t **reply, size_t *reply_len)
{
    *asked = (struct dns_asked){0};
    *reply = NULL;
    *reply_len = 0;
    /* A response is never answered, or two servers would talk for ever. */
    if (len < HEADER || query[2] & 0x80)
        return -1;
    if ((query[2] >> 3 & 15) != LDNS_PACKET_QUERY)
        return bare_reply(query, LDNS_RCODE_NOTIMPL, reply, reply_len);
    ldns_pkt *parsed = NULL;
    if (ldns_wire2pkt(&parsed, query, len) != LDNS_STATUS_OK)
        return bare_reply(query, LDNS_RCODE_FORMERR, reply, reply_len);
    int got = ldns_rr_list_rr_count(ldns_pkt_question(parsed)) == 1
                  ? answer_query(zone, over_tcp, parsed, asked, reply, reply_len)
                  : bare_reply(query, LDNS_RCODE_FORMERR, reply, reply_len);
    ldns_pkt_free(parsed);
    return got;
}

void dns_asked_deinit(struct dns_asked *asked)
{
    free(asked->type);
    free(asked->name);
    *asked = (struct dns_asked){0};
}

int dns_zone_answer(
    struct dns_zone *zone, const uint8_t *query, size_t len, uint8_t **reply, size_t *reply_len)
{
    struct dns_asked asked;
    int got = dns_answer(zone, false, query, len, &asked, reply, reply_len);
    dns_asked_deinit(&asked);
    return got;
}
