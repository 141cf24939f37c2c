/* SPDX-License-Identifier: BSD-2-Clause */
/* store.h - how a zone keeps its names: a hash of owner names, for the files of dns/ only. */
#ifndef FAKESMTP_DNS_STORE_H
#define FAKESMTP_DNS_STORE_H

#include <ldns/ldns.h>
#include "dns/zone.h"

struct dns_fit { /* a trouble of a name */
    enum dns_fault fault, tcp;
    ldns_rr_type type; /* 0: every one */
    bool below, counted;
    unsigned left; /* when counted */
    double seconds;
    ldns_rr_list *records; /* DNS_FAULT_INSTEAD; else NULL */
    struct dns_fit *next;
};

struct dns_node {
    ldns_rdf *name;        /* canonical: lower case */
    ldns_rr_list *records; /* may be empty: a name that only has names below it exists (RFC 8020) */
    struct dns_fit *fits;
    struct dns_node *next; /* same bucket */
};

struct dns_zone {
    struct dns_node **buckets;
    size_t bucket_count; /* a power of two */
    size_t node_count;
};

/* NULL when no record is at or below name. name is borrowed and may be in any case. */
struct dns_node *dns_store_find(const struct dns_zone *zone, const ldns_rdf *name);
/* Creates the node and those of all names above it. */
struct dns_node *dns_store_make(struct dns_zone *zone, const ldns_rdf *name);

/* A record in presentation format, which is the caller's to free; ttl is for those that say none.
 * NULL origin: only absolute names make sense. NULL, or what is wrong with it (caller frees). */
char *dns_store_read(const char *origin, const char *record, uint32_t ttl, ldns_rr **rr) MUST_CHECK;

/* trouble.c: what happens to a query for name and type; NULL when nothing does. */
struct dns_fit *dns_store_trouble(
    const struct dns_zone *zone, const ldns_rdf *name, ldns_rr_type type);
void dns_fits_free(struct dns_fit *first);

#endif
