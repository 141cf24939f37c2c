/* SPDX-License-Identifier: BSD-2-Clause */
/* Records and faults by owner name. Thousands of names are normal (every scenario has its own
 * domain), so a lookup is one hash. Packets are the business of answer.c. */
#include "dns/store.h"

#include <string.h>
#include "util/mem.h"
#include "util/text.h"

enum { FIRST_BUCKETS = 64, DEFAULT_TTL = 60 };

/* FNV-1a over the wire form. Only ASCII letters have case in the DNS (RFC 4343); length octets are
 * below 64 and so cannot be taken for letters. */
static size_t hash_name(const ldns_rdf *name)
{
    const uint8_t *bytes = ldns_rdf_data(name);
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < ldns_rdf_size(name); i++) {
        uint8_t byte = bytes[i] >= 'A' && bytes[i] <= 'Z' ? bytes[i] + 32 : bytes[i];
        hash = (hash ^ byte) * 1099511628211u;
    }
    return (size_t)(hash ^ hash >> 32);
}

static struct dns_node **bucket_of(const struct dns_zone *zone, const ldns_rdf *name)
{
    return &zone->buckets[hash_name(name) & (zone->bucket_count - 1)];
}

struct dns_node *dns_store_find(const struct dns_zone *zone, const ldns_rdf *name)
{
    struct dns_node *node = *bucket_of(zone, name);
    while (node && ldns_dname_compare(node->name, name) != 0)
        node = node->next;
    return node;
}

static void grow(struct dns_zone *zone)
{
    struct dns_node **old = zone->buckets;
    size_t old_count = zone->bucket_count;
    zone->bucket_count = old_count * 2;
    zone->buckets = mem_new(zone->bucket_count * sizeof *zone->buckets);
    for (size_t i = 0; i < old_count; i++)
        while (old[i]) {
            struct dns_node *node = old[i];
            old[i] = node->next;
            struct dns_node **bucket = bucket_of(zone, node->name);
            node->next = *bucket;
            *bucket = node;
        }
    free(old);
}

static struct dns_node *make_one(struct dns_zone *zone, const ldns_rdf *name)
{
    if (zone->node_count >= zone->bucket_count)
        grow(zone);
    struct dns_node *node = mem_new(sizeof *node);
    node->name = ldns_rdf_clone(name);
    node->records = ldns_rr_list_new();
    require(node->name && node->records);
    ldns_dname2canonical(node->name);
    struct dns_node **bucket = bucket_of(zone, node->name);
    node->next = *bucket;
    *bucket = node;
    zone->node_count++;
    return node;
}

struct dns_node *dns_store_make(struct dns_zone *zone, const ldns_rdf *name)
{
    struct dns_node *wanted = dns_store_find(zone, name);
    if (wanted)
        return wanted;
    wanted = make_one(zone, name);
    ldns_rdf *above = ldns_dname_left_chop(name);
    while (above && !dns_store_find(zone, above)) {
        make_one(zone, above);
        ldns_rdf *next = ldns_dname_left_chop(above);
        ldns_rdf_deep_free(above);
        above = next;
    }
    ldns_rdf_deep_free(above);
    return wanted;
}

struct dns_zone *dns_zone_new(void)
{
    struct dns_zone *zone = mem_new(sizeof *zone);
    zone->bucket_count = FIRST_BUCKETS;
    zone->buckets = mem_new(zone->bucket_count * sizeof *zone->buckets);
    return zone;
}

void dns_zone_free(struct dns_zone *zone)
{
    if (!zone)
        return;
    for (size_t i = 0; i < zone->bucket_count; i++)
        while (zone->buckets[i]) {
            struct dns_node *node = zone->buckets[i];
            zone->buckets[i] = node->next;
            ldns_rdf_deep_free(node->name);
            ldns_rr_list_deep_free(node->records);
            dns_fits_free(node->fits);
            free(node);
        }
    free(zone->buckets);
    free(zone);
}

static bool known_already(const ldns_rr_list *records, const ldns_rr *record)
{
    for (size_t i = 0; i < ldns_rr_list_rr_count(records); i++)
        if (ldns_rr_compare(ldns_rr_list_rr(records, i), record) == 0)
            return true;
    return false;
}

/* Quoted strings of at most 255 octets (RFC 1035 3.3); longer ones go on in another. \X and \DDD
 * are one octet (5.1). */
static char *with_short_strings(const char *record)
{
    enum { LONGEST = 255 };
    struct buf out = {0};
    bool quoted = false;
    for (size_t octets = 0, n; *record; record += n) {
        n = 1;
        if (*record == '\\' && record[1])
            n = record[1] >= '0' && record[1] <= '9' ? strnlen(record, 4) : 2;
        if (*record == '"')
            octets = 0, quoted = !quoted;
        else if (quoted && octets++ == LONGEST)
            octets = 1, buf_add(&out, "\" \"", 3);
        buf_add(&out, record, n);
    }
    char *text = mem_text(buf_text(&out));
    buf_free(&out);
    return text;
}

char *dns_store_read(const char *origin, const char *record, uint32_t ttl, ldns_rr **rr)
{
    ldns_rdf *above = NULL;
    *rr = NULL;
    if (origin && ldns_str2rdf_dname(&above, origin) != LDNS_STATUS_OK)
        return mem_format("DNS name \"%s\": not a name", origin);
    char *text = with_short_strings(record);
    ldns_status status = ldns_rr_new_frm_str(rr, text, ttl, above, NULL);
    free(text);
    ldns_rdf_deep_free(above);
    const char *problem = status != LDNS_STATUS_OK ? ldns_get_errorstr_by_id(status)
                          : ldns_rr_get_class(*rr) != LDNS_RR_CLASS_IN ? "the class is not IN"
                                                                       : NULL;
    if (!problem)
        return NULL;
    ldns_rr_free(*rr);
    *rr = NULL;
    return mem_format("DNS record \"%s\": %s", record, problem);
}

char *dns_zone_add_below(struct dns_zone *zone, const char *origin, const char *record)
{
    ldns_rr *rr;
    char *problem = dns_store_read(origin, record, DEFAULT_TTL, &rr);
    if (problem)
        return problem;
    struct dns_node *node = dns_store_make(zone, ldns_rr_owner(rr));
    /* RFC 2181 5: a set of records has no doubles. Not: refusing a CNAME beside other data (RFC
     * 1034 3.6.2); that is a mistake people make, so it can be played. */
    if (known_already(node->records, rr)) {
        ldns_rr_free(rr);
        return NULL;
    }
    require(ldns_rr_list_push_rr(node->records, rr));
    return NULL;
}

char *dns_zone_add(struct dns_zone *zone, const char *record)
{
    return dns_zone_add_below(zone, NULL, record);
}

char *dns_record_problem(const char *origin, const char *record)
{
    ldns_rr *rr;
    char *problem = dns_store_read(origin, record, DEFAULT_TTL, &rr);
    ldns_rr_free(rr);
    return problem;
}

bool dns_record_is_about(const char *origin, const char *record, const char *name, const char *type)
{
    ldns_rr *rr;
    ldns_rdf *wanted = NULL;
    char *problem = dns_store_read(origin, record, DEFAULT_TTL, &rr);
    bool about = !problem && ldns_str2rdf_dname(&wanted, name) == LDNS_STATUS_OK &&
                 ldns_dname_compare(ldns_rr_owner(rr), wanted) == 0 &&
                 (ldns_rr_get_type(rr) == LDNS_RR_TYPE_CNAME ||
                     ldns_rr_get_type(rr) == ldns_get_rr_type_by_name(type));
    ldns_rdf_deep_free(wanted);
    ldns_rr_free(rr);
    free(problem);
    return about;
}
