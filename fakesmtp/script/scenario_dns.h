/* SPDX-License-Identifier: BSD-2-Clause */
/* scenario_dns.h - what a scenario says about its names in the DNS: records of its own, and queries
 * that fail. */
#ifndef FAKESMTP_SCRIPT_SCENARIO_DNS_H
#define FAKESMTP_SCRIPT_SCENARIO_DNS_H

#include "dns/zone.h"

struct scenario;

struct scenario_trouble {
    char *name; /* below the scenario's domain; "@": the domain itself */
    char *type; /* "MX"; NULL: every type */
    enum dns_fault fault;
    bool below, has_tcp;
    enum dns_fault tcp;
    unsigned first;
    double seconds;
    char **records; /* instead of the ordinary ones; texts as in scenario_dns */
    size_t record_count;
};

struct scenario_dns {
    char **records; /* "@ 60 IN MX 10 mx"; $mx1 stands for the address of that host, $sender for the
                       sender's name */
    size_t record_count;
    struct scenario_trouble *troubles;
    size_t trouble_count;
};

/* Puts values in the place of $words. value_of gives the value of a word (borrowed), or NULL: *why
 * says which it was (caller frees) and NULL is returned. ipv6: the record wants such an address
 * (AAAA). */
typedef const char *scenario_dns_value(void *ctx, const char *word, bool ipv6);
char *scenario_dns_fill(const char *record, scenario_dns_value *value_of, void *ctx, char **why);

void scenario_dns_deinit(struct scenario_dns *dns);

#endif
