/* SPDX-License-Identifier: BSD-2-Clause */
/* serve --dns: the names of the scenarios that are served, for senders that can be told which name
 * server to ask. */
#include "cli/serve.h"

#include <stdlib.h>
#include <string.h>
#include "cli/cli.h"
#include "dns/responder.h"
#include "script/script.h"
#include "suite/names.h"
#include "util/clock.h"
#include "util/mem.h"

struct serve_dns {
    const struct serve *serve;
    struct clock *clock;
    struct transcript *transcript;
    struct dns_zone *zone;
    struct dns_responder *responder;
};

static void on_query(void *ctx, const struct dns_query *query)
{
    struct serve_dns *dns = ctx;
    const struct scenario *whose = NULL;
    for (size_t i = 0; i < dns->serve->script_count && !whose; i++)
        if (names_belong(query->name, script_scenario(dns->serve->scripts[i])))
            whose = script_scenario(dns->serve->scripts[i]);
    names_tell(dns->transcript, clock_now_ms(dns->clock), whose, query);
}

/* first: how many hosts come before those of this script. */
static bool add_scenario(const struct serve *serve, const struct scenario *scenario, size_t first,
    struct dns_zone *zone, char **why)
{
    const char **addresses = mem_new(scenario->host_count * sizeof *addresses);
    for (size_t i = 0; i < scenario->host_count; i++) {
        const char *address = serve_place_of(serve, first + i).address;
        bool ipv6 = strchr(address, ':') != NULL;
        /* A unix socket has no record, nor has an address of the other kind than the scenario
         * wants. */
        addresses[i] = address[0] != '/' && strncmp(address, "unix:", 5) != 0 &&
                               ipv6 == scenario->hosts[i].ipv6
                           ? address
                           : NULL;
    }
    bool fine = names_add(zone, scenario, addresses, why);
    free(addresses);
    return fine;
}

/* NULL: *why (caller frees). */
static struct dns_zone *make_zone(const struct serve *serve, char **why)
{
    struct dns_zone *zone = dns_zone_new();
    size_t first = 0;
    bool fine = names_add_host(zone, NAMES_SENDER, "127.0.0.1", why);
    for (size_t i = 0; i < serve->script_count && fine; i++) {
        const struct scenario *scenario = script_scenario(serve->scripts[i]);
        fine = add_scenario(serve, scenario, first, zone, why);
        first += scenario->host_count;
    }
    if (fine)
        return zone;
    dns_zone_free(zone);
    return NULL;
}

struct serve_dns *serve_dns_open(const struct serve *serve, struct uv_loop_s *loop,
    struct clock *clock, struct transcript *transcript, struct buf *lines)
{
    struct serve_dns *dns = mem_new(sizeof *dns);
    const struct serve_place *at = &serve->dns;
    char *why = NULL;
    *dns = (struct serve_dns){
        .serve = serve, .clock = clock, .transcript = transcript, .zone = make_zone(serve, &why)};
    if (dns->zone)
        dns->responder =
            dns_responder_open(loop, clock, dns->zone, at->address, at->port, on_query, dns, &why);
    if (!dns->responder) {
        cli_complain("serve", why);
        serve_dns_free(dns);
        return NULL;
    }
    buf_addf(lines, strchr(at->address, ':') ? "dns [%s]:%u\n" : "dns %s:%u\n", at->address,
        dns_responder_port(dns->responder));
    return dns;
}

bool serve_dns_reload(struct serve_dns *dns, char **why)
{
    struct dns_zone *zone = dns ? make_zone(dns->serve, why) : NULL;
    if (!zone)
        return !dns;
    dns->zone = zone;
    dns_zone_free(dns_responder_set_zone(dns->responder, zone));
    return true;
}

void serve_dns_stop(struct serve_dns *dns)
{
    if (dns)
        dns_responder_close(dns->responder);
    if (dns)
        dns->responder = NULL;
}

void serve_dns_free(struct serve_dns *dns)
{
    if (dns)
        dns_zone_free(dns->zone);
    free(dns);
}
