/* SPDX-License-Identifier: BSD-2-Clause */
/* RFC 5321 5.1 over single lookups. */
#include "sender/resolve.h"

#include <arpa/inet.h>
#include <string.h>
#include "util/mem.h"
#include "util/text.h"

struct resolve {
    struct lookups *lookups;
    char *name;
    resolve_on_result *on_result;
    void *ctx;
    struct resolve_result addresses; /* the A half, while AAAA is asked */
};

static struct resolve *resolve_new(
    struct lookups *lookups, const char *name, resolve_on_result *on_result, void *ctx)
{
    struct resolve *resolve = mem_new(sizeof *resolve);
    resolve->lookups = lookups;
    resolve->name = mem_text(name);
    resolve->on_result = on_result;
    resolve->ctx = ctx;
    return resolve;
}

static void add(struct resolve_result *result, char *name)
{
    result->names = mem_grow(result->names, (result->count + 1) * sizeof *result->names);
    result->names[result->count++] = name;
}

void resolve_result_deinit(struct resolve_result *result)
{
    for (size_t i = 0; i < result->count; i++)
        free(result->names[i]);
    free(result->names);
    free(result->preferences);
    *result = (struct resolve_result){0};
}

static void done(struct resolve *resolve, struct resolve_result *result)
{
    resolve->on_result(resolve->ctx, result);
    resolve_result_deinit(result);
    resolve_result_deinit(&resolve->addresses);
    free(resolve->name);
    free(resolve);
}

static enum resolve_outcome outcome_of(enum lookup_outcome outcome)
{
    static const enum resolve_outcome same[] = {
        [LOOKUP_OK] = RESOLVE_OK,
        [LOOKUP_NO_NAME] = RESOLVE_NO_NAME,
        [LOOKUP_NO_DATA] = RESOLVE_NO_DATA,
        [LOOKUP_TEMPORARY] = RESOLVE_TEMPORARY,
        [LOOKUP_CANCELLED] = RESOLVE_CANCELLED,
    };
    return same[outcome];
}

/* ---- hosts ---- */

/* Insertion keeps equal preferences in the order of the answer. RFC 5321 5.1 asks for a random
 * order among them; a test wants the same order every time, and the server may shuffle its answers
 * where that is the subject. */
static void sort_by_preference(struct lookup_record *records, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct lookup_record moving = records[i];
        size_t j = i;
        for (; j && records[j - 1].preference > moving.preference; j--)
            records[j] = records[j - 1];
        records[j] = moving;
    }
}

static struct resolve_result hosts_of(struct lookup_answer *answer)
{
    struct resolve_result result = {.outcome = RESOLVE_OK};
    sort_by_preference(answer->records, answer->count);
    for (size_t i = 0; i < answer->count; i++) {
        /* RFC 7505 3: "." beside other MX records is an error; the other records count. */
        if (!*answer->records[i].text || strcmp(answer->records[i].text, ".") == 0)
            continue;
        result.preferences =
            mem_grow(result.preferences, (result.count + 1) * sizeof *result.preferences);
        result.preferences[result.count] = answer->records[i].preference;
        add(&result, answer->records[i].text);
        answer->records[i].text = NULL;
    }
    if (!result.count)
        result.outcome = RESOLVE_NULL_MX;
    return result;
}

static void on_mx(void *ctx, struct lookup_answer *answer)
{
    struct resolve *resolve = ctx;
    struct resolve_result result = {.outcome = outcome_of(answer->outcome), .why = answer->why};
    if (answer->outcome == LOOKUP_OK)
        result = hosts_of(answer);
    if (answer->outcome == LOOKUP_NO_DATA) {
        /* RFC 5321 5.1: without MX records the domain is its own host ("implicit MX"). */
        result.outcome = RESOLVE_OK;
        add(&result, mem_text(resolve->name));
    }
    done(resolve, &result);
}

void resolve_hosts(
    struct lookups *lookups, const char *domain, resolve_on_result *on_result, void *ctx)
{
    lookup_start(lookups, LOOKUP_MX, domain, on_mx, resolve_new(lookups, domain, on_result, ctx));
}

/* ---- addresses ---- */

static void take_addresses(struct resolve_result *result, struct lookup_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++) {
        add(result, answer->records[i].text);
        answer->records[i].text = NULL;
    }
}

/* One family suffices; without any, a temporary failure of either leaves the question open. */
static void on_aaaa(void *ctx, struct lookup_answer *answer)
{
    struct resolve *resolve = ctx;
    struct resolve_result result = resolve->addresses;
    resolve->addresses = (struct resolve_result){0};
    take_addresses(&result, answer);
    if (answer->outcome == LOOKUP_CANCELLED) {
        result.outcome = RESOLVE_CANCELLED;
    } else if (result.count) {
        result.outcome = RESOLVE_OK;
    } else if (result.outcome != RESOLVE_TEMPORARY) {
        result.outcome = outcome_of(answer->outcome);
        result.why = answer->why;
    }
    done(resolve, &result);
}

static void on_a(void *ctx, struct lookup_answer *answer)
{
    struct resolve *resolve = ctx;
    struct resolve_result result = {.outcome = outcome_of(answer->outcome), .why = answer->why};
    /* NXDOMAIN holds for every type; and nobody is left to ask when the sender closes. */
    if (answer->outcome == LOOKUP_CANCELLED || answer->outcome == LOOKUP_NO_NAME) {
        done(resolve, &result);
        return;
    }
    take_addresses(&result, answer);
    resolve->addresses = result;
    lookup_start(resolve->lookups, LOOKUP_AAAA, resolve->name, on_aaaa, resolve);
}

void resolve_addresses(
    struct lookups *lookups, const char *host, resolve_on_result *on_result, void *ctx)
{
    lookup_start(lookups, LOOKUP_A, host, on_a, resolve_new(lookups, host, on_result, ctx));
}

char *resolve_literal(const char *domain)
{
    size_t len = strlen(domain);
    unsigned char binary[sizeof(struct in6_addr)];
    if (len < 3 || domain[0] != '[' || domain[len - 1] != ']')
        return NULL;
    bool ip6 = text_starts(domain, "[IPv6:");
    size_t skip = ip6 ? 6 : 1;
    char *bare = mem_bytes(domain + skip, len - skip - 1);
    if (inet_pton(ip6 ? AF_INET6 : AF_INET, bare, binary) == 1)
        return bare;
    free(bare);
    return NULL;
}
