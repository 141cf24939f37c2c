/* SPDX-License-Identifier: BSD-2-Clause */
/* Which fault meets a query: by name, type and how often it was asked. */
#include "dns/store.h"

#include <string.h>
#include "util/mem.h"

const char *dns_fault_word(enum dns_fault fault)
{
    static const char *const words[DNS_FAULT_COUNT] = {
#define X(id, word) [DNS_FAULT_##id] = word,
        DNS_FAULTS(X)
#undef X
    };
    return fault < DNS_FAULT_COUNT ? words[fault] : "?";
}

static void fit_free(struct dns_fit *fit)
{
    if (fit->records)
        ldns_rr_list_deep_free(fit->records);
    free(fit);
}

void dns_fits_free(struct dns_fit *first)
{
    while (first) {
        struct dns_fit *next = first->next;
        fit_free(first);
        first = next;
    }
}

/* ---- adding ---- */

static char *find_name(const char *name, ldns_rdf **dname)
{
    ldns_status status = ldns_str2rdf_dname(dname, name);
    if (status == LDNS_STATUS_OK)
        return NULL;
    return mem_format("DNS name \"%s\": %s", name, ldns_get_errorstr_by_id(status));
}

static char *read_records(const struct dns_trouble *trouble, struct dns_fit *fit)
{
    fit->records = ldns_rr_list_new();
    require(fit->records);
    for (size_t i = 0; i < trouble->record_count; i++) {
        ldns_rr *rr;
        char *problem = dns_store_read(trouble->origin, trouble->records[i], 0, &rr);
        if (problem)
            return problem;
        require(ldns_rr_list_push_rr(fit->records, rr));
    }
    return NULL;
}

/* 0 is no type that can be asked for (RFC 6895 3.1), and stands for all of them. */
static char *read_type(const char *type, struct dns_fit *fit)
{
    fit->type = type ? ldns_get_rr_type_by_name(type) : 0;
    return type && !fit->type ? mem_format("DNS type \"%s\": unknown", type) : NULL;
}

char *dns_zone_trouble(struct dns_zone *zone, const char *name, const struct dns_trouble *trouble)
{
    ldns_rdf *dname = NULL;
    struct dns_fit *fit = mem_new(sizeof *fit);
    *fit = (struct dns_fit){.fault = trouble->fault,
        .tcp = trouble->has_tcp                        ? trouble->tcp
               : trouble->fault == DNS_FAULT_TRUNCATED ? DNS_FAULT_NONE
                                                       : trouble->fault,
        .below = trouble->below,
        .counted = trouble->first > 0,
        .left = trouble->first,
        .seconds = trouble->seconds};
    char *problem = find_name(name, &dname);
    if (!problem)
        problem = read_type(trouble->type, fit);
    if (!problem && trouble->fault == DNS_FAULT_INSTEAD)
        problem = read_records(trouble, fit);
    if (problem) {
        fit_free(fit);
    } else {
        struct dns_fit **last = &dns_store_make(zone, dname)->fits;
        while (*last)
            last = &(*last)->next;
        *last = fit;
    }
    ldns_rdf_deep_free(dname);
    return problem;
}

char *dns_zone_fault(struct dns_zone *zone, const char *name, enum dns_fault fault)
{
    ldns_rdf *dname = NULL;
    char *problem = find_name(name, &dname);
    if (problem)
        return problem;
    struct dns_node *node = dns_store_make(zone, dname);
    dns_fits_free(node->fits);
    node->fits = NULL;
    ldns_rdf_deep_free(dname);
    return fault == DNS_FAULT_NONE
               ? NULL
               : dns_zone_trouble(zone, name, &(struct dns_trouble){.fault = fault});
}

/* ---- finding ---- */

/* The first that is not used up; those of the type before those of every type. */
static struct dns_fit *first_of(const struct dns_node *node, ldns_rr_type type, bool below)
{
    struct dns_fit *wide = NULL;
    for (struct dns_fit *fit = node ? node->fits : NULL; fit; fit = fit->next) {
        if ((below && !fit->below) || (fit->counted && !fit->left))
            continue;
        if (fit->type == type)
            return fit;
        if (!fit->type && !wide)
            wide = fit;
    }
    return wide;
}

struct dns_fit *dns_store_trouble(
    const struct dns_zone *zone, const ldns_rdf *name, ldns_rr_type type)
{
    struct dns_fit *fit = first_of(dns_store_find(zone, name), type, false);
    for (uint16_t labels = 1; !fit && labels < ldns_dname_label_count(name); labels++) {
        ldns_rdf *above = ldns_dname_clone_from(name, labels);
        fit = above ? first_of(dns_store_find(zone, above), type, true) : NULL;
        ldns_rdf_deep_free(above);
    }
    return fit;
}
