/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/names.h"

#include <arpa/inet.h>
#include <string.h>
#include "util/mem.h"
#include "util/text.h"
#include "util/transcript.h"

struct place { /* a scenario, and where its hosts are */
    struct dns_zone *zone;
    const struct scenario *scenario;
    const char *const *addresses;
    char *origin; /* "greylist.test." */
};

/* Takes record. */
static bool add(struct dns_zone *zone, const char *origin, char *record, char **why)
{
    char *problem = dns_zone_add_below(zone, origin, record);
    free(record);
    if (problem)
        *why = problem;
    return problem == NULL;
}

/* ---- the scenario's own records ---- */

static const char *value_of(void *ctx, const char *word, bool ipv6)
{
    const struct place *place = ctx;
    if (strcmp(word, "sender") == 0)
        return NAMES_SENDER;
    for (size_t i = 0; i < place->scenario->host_count; i++) {
        const struct scenario_host *host = &place->scenario->hosts[i];
        if (strcmp(host->name, word) == 0 && host->ipv6 == ipv6)
            return place->addresses[i] ? place->addresses[i] : ipv6 ? "::1" : "127.0.0.1";
    }
    return NULL;
}

static char *filled(const struct place *place, const char *record, char **why)
{
    char *problem = NULL, *text = scenario_dns_fill(record, value_of, (void *)place, &problem);
    if (!text)
        *why = mem_format("%s: dns: \"%s\": %s", place->scenario->path, record, problem);
    free(problem);
    return text;
}

static bool add_own(const struct place *place, char **why)
{
    const struct scenario_dns *dns = &place->scenario->dns;
    for (size_t i = 0; i < dns->record_count; i++) {
        char *record = filled(place, dns->records[i], why);
        if (!record || !add(place->zone, place->origin, record, why))
            return false;
    }
    return true;
}

/* A record of the scenario replaces those made for the same name and type. */
static bool replaced(const struct place *place, const char *name, const char *type)
{
    const struct scenario_dns *dns = &place->scenario->dns;
    for (size_t i = 0; i < dns->record_count; i++) {
        char *why = NULL, *record = filled(place, dns->records[i], &why);
        bool about = record && dns_record_is_about(place->origin, record, name, type);
        free(record);
        free(why);
        if (about)
            return true;
    }
    return false;
}

/* ---- hosts ---- */

/* RFC 1035 3.5, RFC 3596 2.5; NULL for what is no address. */
static char *reverse_name(const char *address)
{
    unsigned char b[16];
    if (inet_pton(AF_INET, address, b) == 1)
        return mem_format("%u.%u.%u.%u.in-addr.arpa.", b[3], b[2], b[1], b[0]);
    if (inet_pton(AF_INET6, address, b) != 1)
        return NULL;
    char text[80] = "";
    for (int i = 15; i >= 0; i--)
        snprintf(text + strlen(text), 5, "%x.%x.", b[i] & 15, b[i] >> 4);
    return mem_format("%sip6.arpa.", text);
}

static bool add_reverse(
    struct dns_zone *zone, const char *hostname, const char *address, char **why)
{
    char *reverse = reverse_name(address);
    bool fine = !reverse || add(zone, NULL, mem_format("%s 60 IN PTR %s", reverse, hostname), why);
    free(reverse);
    return fine;
}

static bool add_host(
    const struct place *place, const struct scenario_host *host, const char *address, char **why)
{
    const char *type = host->ipv6 ? "AAAA" : "A";
    char *hostname = mem_format("%s.%s", host->name, place->origin);
    bool fine = true;
    if (!replaced(place, hostname, type))
        fine = add(place->zone, NULL, mem_format("%s 60 IN %s %s", hostname, type, address), why);
    if (fine && !replaced(place, place->origin, "MX"))
        fine = add(place->zone, NULL,
            mem_format("%s 60 IN MX %u %s", place->origin, host->preference, hostname), why);
    fine = fine && add_reverse(place->zone, hostname, address, why);
    free(hostname);
    return fine;
}

/* ---- troubles ---- */

static bool add_trouble(const struct place *place, const struct scenario_trouble *from, char **why)
{
    bool apex = strcmp(from->name, "@") == 0, fine = true;
    char *name = apex ? mem_text(place->origin) : mem_format("%s.%s", from->name, place->origin);
    char **records = mem_new((from->record_count + 1) * sizeof *records);
    for (size_t i = 0; i < from->record_count && fine; i++)
        fine = (records[i] = filled(place, from->records[i], why)) != NULL;
    struct dns_trouble trouble = {.fault = from->fault,
        .type = from->type,
        .below = from->below,
        .first = from->first,
        .seconds = from->seconds,
        .has_tcp = from->has_tcp,
        .tcp = from->tcp,
        .records = (const char *const *)records,
        .record_count = from->record_count,
        .origin = place->origin};
    char *problem = fine ? dns_zone_trouble(place->zone, name, &trouble) : NULL;
    if (problem)
        *why = problem;
    for (size_t i = 0; i < from->record_count; i++)
        free(records[i]);
    free(records);
    free(name);
    return fine && !problem;
}

/* ---- */

bool names_add(struct dns_zone *zone, const struct scenario *scenario, const char *const *addresses,
    char **why)
{
    struct place place = {zone, scenario, addresses, mem_format("%s.test.", scenario->name)};
    bool fine = add_own(&place, why);
    for (size_t i = 0; i < scenario->host_count && fine; i++)
        if (addresses[i])
            fine = add_host(&place, &scenario->hosts[i], addresses[i], why);
    for (size_t i = 0; i < scenario->dns.trouble_count && fine; i++)
        fine = add_trouble(&place, &scenario->dns.troubles[i], why);
    free(place.origin);
    return fine;
}

bool names_add_host(struct dns_zone *zone, const char *hostname, const char *address, char **why)
{
    char *absolute = mem_format("%s.", hostname);
    bool fine =
        add(zone, NULL,
            mem_format("%s 60 IN %s %s", absolute, strchr(address, ':') ? "AAAA" : "A", address),
            why) &&
        add_reverse(zone, absolute, address, why);
    free(absolute);
    return fine;
}

bool names_belong(const char *name, const struct scenario *scenario)
{
    char *domain = mem_format("%s.test", scenario->name);
    size_t n = strlen(name), d = strlen(domain);
    n -= n && name[n - 1] == '.';
    bool belongs =
        n >= d && text_same_n(domain, name + n - d, d) && (n == d || name[n - d - 1] == '.');
    free(domain);
    return belongs;
}

void names_tell(struct transcript *transcript, uint64_t at_ms, const struct scenario *whose,
    const struct dns_query *query)
{
    struct transcript_event event = {.kind = TRANSCRIPT_DNS,
        .at_ms = at_ms,
        .scenario = whose ? whose->name : NULL,
        .name = query->name,
        .type = query->type,
        .transport = query->transport,
        .text = query->answered};
    transcript_event(transcript, &event);
}
