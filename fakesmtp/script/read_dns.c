/* SPDX-License-Identifier: BSD-2-Clause */
/* dns = nxdomain, or {mx = {servfail, first = 2}, records = {...}}: what the DNS says, read into
 * plain data.
 *
 * Records are tried out here, with addresses that stand for the real ones: a typing error is a load
 * error. */
#include "script/internal.h"

#include <string.h>
#include "util/mem.h"

enum { RECORDS_MAX = 200, FIRST_MAX = 1000000 };

/* Types that a query of a mail server may have; the key is the name in small letters. */
static const char *const types[] = {
    "mx", "a", "aaaa", "cname", "txt", "ptr", "ns", "soa", "srv", "tlsa", "caa", "any", NULL};

#define ANSWER_KEYS "first", "seconds", "tcp"

void open_dns(lua_State *L)
{
    for (int fault = DNS_FAULT_NONE; fault < DNS_FAULT_INSTEAD; fault++) {
        lua_pushstring(L, dns_fault_word((enum dns_fault)fault));
        lua_setfield(L, -2, dns_fault_word((enum dns_fault)fault));
    }
}

static bool is_among(const char *key, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(*names, key) == 0)
            return true;
    return false;
}

static char *upper(const char *text)
{
    char *copy = mem_text(text);
    for (char *c = copy; *c; c++)
        *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c;
    return copy;
}

/* ---- records ---- */

static const char *any_value(void *ctx, const char *word, bool ipv6)
{
    const struct scenario *scenario = ctx;
    if (strcmp(word, "sender") == 0)
        return "mta.test";
    for (size_t i = 0; i < scenario->host_count; i++)
        if (strcmp(scenario->hosts[i].name, word) == 0)
            return ipv6 ? "2001:db8::1" : "192.0.2.1";
    return NULL;
}

static void check_record(lua_State *L, const struct scenario *scenario, const char *record)
{
    char *problem = NULL, text[300];
    char *filled = scenario_dns_fill(record, any_value, (void *)scenario, &problem);
    if (filled)
        problem = dns_record_problem("x.test.", filled);
    free(filled);
    if (!problem)
        return;
    snprintf(text, sizeof text, "%s", problem);
    free(problem);
    load_error(L, "records", "dns: \"%s\": %s", record, text);
}

/* The list of texts on top of the stack; *records and *count grow as it is read, so that an error
 * leaks nothing. */
static void read_records(lua_State *L, char ***records, size_t *count)
{
    const struct scenario *scenario = &script_of(L)->scenario;
    int list = lua_gettop(L);
    if (!lua_istable(L, list) || luaL_len(L, list) > RECORDS_MAX)
        load_error(L, "records",
            "dns: records is a list of at most %d texts such as \"@ 60 IN MX 10 mx\"", RECORDS_MAX);
    for (lua_Integer i = 1; i <= luaL_len(L, list); i++) {
        if (lua_rawgeti(L, list, i) != LUA_TSTRING)
            load_error(L, "records",
                "dns: a record is a text such as \"@ 60 IN MX 10 mx\", not a %s",
                luaL_typename(L, -1));
        check_record(L, scenario, lua_tostring(L, -1));
        *records = mem_grow(*records, (*count + 1) * sizeof **records);
        (*records)[(*count)++] = mem_text(lua_tostring(L, -1));
        lua_pop(L, 1);
    }
}

/* ---- answers ---- */

static enum dns_fault read_word(lua_State *L, const char *key)
{
    const char *word = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    const char *names[DNS_FAULT_INSTEAD + 1] = {0};
    for (int fault = DNS_FAULT_NONE; fault < DNS_FAULT_INSTEAD; fault++) {
        names[fault] = dns_fault_word((enum dns_fault)fault);
        if (strcmp(names[fault], word) == 0)
            return (enum dns_fault)fault;
    }
    return (enum dns_fault)load_error(L, key,
        "dns: %s: one of nxdomain, nodata, servfail, refused, silent, truncated, late, wrong_id, "
        "lame, referral; or a table that begins "
        "with one of them or with a list of records: {servfail, first = 2}",
        key);
}

static double read_number(lua_State *L, const char *key, double most)
{
    lua_getfield(L, -1, key);
    double value = lua_isnil(L, -1) ? 0 : lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : -1;
    if (!lua_isnil(L, -1) && !(value > 0 && value <= most))
        load_error(L, key, "dns: %s is a number above 0", key);
    lua_pop(L, 1);
    return value;
}

static struct scenario_trouble *new_trouble(
    struct scenario_dns *dns, const char *name, const char *type)
{
    dns->troubles = mem_grow(dns->troubles, (dns->trouble_count + 1) * sizeof *dns->troubles);
    struct scenario_trouble *trouble = &dns->troubles[dns->trouble_count++];
    *trouble = (struct scenario_trouble){.name = mem_text(name), .type = type ? upper(type) : NULL};
    return trouble;
}

/* The settings behind the first element of the table on top. */
static void read_settings_of(lua_State *L, const char *key, struct scenario_trouble *trouble)
{
    trouble->first = (unsigned)read_number(L, "first", FIRST_MAX);
    trouble->seconds = read_number(L, "seconds", 1e6);
    if (lua_getfield(L, -1, "tcp") != LUA_TNIL) {
        trouble->has_tcp = true;
        trouble->tcp = read_word(L, "tcp");
    }
    lua_pop(L, 1);
    bool late =
        trouble->fault == DNS_FAULT_LATE || (trouble->has_tcp && trouble->tcp == DNS_FAULT_LATE);
    if (late != (trouble->seconds > 0))
        load_error(
            L, key, late ? "dns: how late? {late, seconds = 7}" : "dns: seconds belongs to `late`");
}

/* The answer on top of the stack: a word, or {word or list of records, first =, seconds =, tcp =}.
 */
static void read_answer(lua_State *L, const char *key, struct scenario_trouble *trouble)
{
    static const char *const keys[] = {ANSWER_KEYS, NULL};
    int answer = lua_gettop(L);
    if (!lua_istable(L, answer)) {
        trouble->fault = read_word(L, key);
        if (trouble->fault == DNS_FAULT_LATE)
            load_error(L, key, "dns: how late? {late, seconds = 7}");
        return;
    }
    lua_pushnil(L);
    while (order_next(L, answer)) {
        const char *its = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        bool known = lua_isinteger(L, -2) ? lua_tointeger(L, -2) == 1 : is_among(its, keys);
        if (!known)
            load_unknown_key(L, "key of a dns answer", its, keys);
        lua_pop(L, 1);
    }
    if (lua_rawgeti(L, answer, 1) == LUA_TTABLE) {
        trouble->fault = DNS_FAULT_INSTEAD;
        read_records(L, &trouble->records, &trouble->record_count);
    } else {
        trouble->fault = read_word(L, key);
    }
    lua_pop(L, 1);
    read_settings_of(L, key, trouble);
}

/* ---- names ---- */

static int begins_with_answer(lua_State *L, int index)
{
    bool begins = lua_type(L, index) == LUA_TSTRING;
    if (lua_istable(L, index)) {
        begins = lua_rawgeti(L, index, 1) != LUA_TNIL;
        lua_pop(L, 1);
    }
    return begins;
}

/* {mx = servfail, txt = ...} on top of the stack, about name; keys of `also` are somebody else's.
 */
static void read_types(
    lua_State *L, struct scenario_dns *dns, const char *name, const char *const *also)
{
    int table = lua_gettop(L);
    lua_pushnil(L);
    while (order_next(L, table)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        const char *known[sizeof types / sizeof *types + 4] = {0};
        size_t n = 0;
        for (; types[n]; n++)
            known[n] = types[n];
        for (size_t i = 0; also[i]; i++)
            known[n++] = also[i];
        if (is_among(key, types))
            read_answer(L, key, new_trouble(dns, name, key));
        else if (!is_among(key, also))
            load_unknown_key(L, "key of dns", key, known);
        lua_pop(L, 1);
    }
}

/* at = {mx1 = servfail, ["_dmarc"] = {txt = silent}} */
static void read_at(lua_State *L, struct scenario_dns *dns)
{
    static const char *const nothing[] = {NULL};
    int table = lua_gettop(L);
    if (!lua_istable(L, table))
        load_error(L, "at", "dns: at is a table of names below the domain: {mx1 = servfail}");
    lua_pushnil(L);
    while (order_next(L, table)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            load_error(L, "at", "dns: at is a table of names below the domain: {mx1 = servfail}");
        const char *name = lua_tostring(L, -2);
        if (begins_with_answer(L, -1) || !lua_istable(L, -1)) {
            struct scenario_trouble *trouble = new_trouble(dns, name, NULL);
            trouble->below = true;
            read_answer(L, name, trouble);
        } else {
            read_types(L, dns, name, nothing);
        }
        lua_pop(L, 1);
    }
}

void read_dns(lua_State *L, int table, struct scenario_dns *dns)
{
    static const char *const also[] = {"records", "at", NULL};
    int kind = lua_getfield(L, table, "dns"), top = lua_gettop(L);
    if (kind == LUA_TNIL) {
        lua_pop(L, 1);
        return;
    }
    if (begins_with_answer(L, top)) {
        struct scenario_trouble *trouble = new_trouble(dns, "@", NULL);
        trouble->below = true; /* the whole domain: a zone fails with all that is in it */
        read_answer(L, "dns", trouble);
    } else if (kind == LUA_TTABLE) {
        read_types(L, dns, "@", also);
        if (lua_getfield(L, top, "records") != LUA_TNIL)
            read_records(L, &dns->records, &dns->record_count);
        lua_settop(L, top);
        if (lua_getfield(L, top, "at") != LUA_TNIL)
            read_at(L, dns);
        lua_settop(L, top);
    } else {
        load_error(L, "dns", "dns: a word such as nxdomain, or a table {mx = servfail}");
    }
    lua_settop(L, top - 1);
}
