/* SPDX-License-Identifier: BSD-2-Clause */
/* Checking a scenario: what its text shows, what a rehearsal shows, and whether what it expects can
 * come of that. */
#include "script/check.h"

#include <string.h>
#include "script/internal.h"
#include "script/rehearse.h"
#include "util/mem.h"

struct checking {
    const char *path;
    char *text; /* the file */
    struct script *script;
    struct findings *out;
};

static const char *const names[] = {
#define X(id, name) name,
    FINDING_KINDS(X)
#undef X
};

const char *finding_name(enum finding_kind kind)
{
    return names[kind];
}

bool finding_is_error(enum finding_kind kind)
{
    return kind <= FINDING_BROKEN;
}

void findings_deinit(struct findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        free(findings->list[i].text);
    free(findings->list);
    *findings = (struct findings){0};
}

/* ---- collecting ---- */

static void add(struct findings *out, enum finding_kind kind, char *text)
{
    out->list = mem_grow(out->list, (out->count + 1) * sizeof *out->list);
    out->list[out->count++] = (struct finding){kind, text};
}

/* "-- check: allow unreachable: why" somewhere in the file. */
static bool allowed(const struct checking *c, enum finding_kind kind)
{
    char *wanted = mem_format("check: allow %s", finding_name(kind));
    bool found = c->text && strstr(c->text, wanted);
    free(wanted);
    return found;
}

/* what is taken. */
static void complain(struct checking *c, enum finding_kind kind, int line, char *what)
{
    if (!allowed(c, kind))
        add(c->out, kind,
            line ? mem_format("%s:%d: %s", c->path, line, what)
                 : mem_format("%s: %s", c->path, what));
    free(what);
}

static int line_of(const struct checking *c, const char *key)
{
    return lint_line_of(c->text, NULL, key);
}

/* ---- replies that contradict themselves ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "550 4.1.1 ...": RFC 3463 2 gives the first digit of both the same meaning. */
static void check_literal(void *ctx, int line, const char *text, size_t len)
{
    struct checking *c = ctx;
    if (len < 9 || !is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[2]) ||
        (text[3] != ' ' && text[3] != '-') || text[0] < '2' || text[0] > '5')
        return;
    const char *code = text + 4;
    if (!is_digit(code[0]) || code[1] != '.' || !is_digit(code[2]) || code[0] == text[0])
        return;
    size_t n = 3;
    while (4 + n < len && is_digit(code[n]))
        n++;
    if (4 + n + 1 >= len || code[n] != '.' || !is_digit(code[n + 1]))
        return;
    complain(c, FINDING_CONTRADICTION, line,
        mem_format("reply %.3s has the enhanced code %.*s: they differ in class (RFC 3463 2)", text,
            (int)(strcspn(code, " \"") < len - 4 ? strcspn(code, " \"") : len - 4), code));
}

/* ---- handlers that nobody gets to ---- */

struct asking {
    struct checking *checking;
    size_t host;
    bool present[STAGE_COUNT];
    bool dialogue;
};

static int l_look(lua_State *L)
{
    struct asking *a = lua_touserdata(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, a->checking->script->scenario.hosts[a->host].handlers);
    for (int i = 0; i < STAGE_COUNT; i++) {
        a->present[i] =
            lua_getfield(L, -1, scenario_stage_name((enum scenario_stage)i)) != LUA_TNIL;
        lua_pop(L, 1);
    }
    a->dialogue = lua_getfield(L, -1, "dialogue") != LUA_TNIL;
    return 0;
}

static bool serves(const struct scenario_host *host)
{
    return host->listen == LISTEN_ACCEPT || host->listen_lasting > 0 || host->listen_times > 0;
}

/* A host has addresses, each an entry of its own: does any of them serve? */
static bool any_address_serves(const struct scenario *scenario, size_t host)
{
    bool any = serves(&scenario->hosts[host]);
    for (size_t i = host + 1; i < scenario->host_count && scenario->hosts[i].again; i++)
        any = any || serves(&scenario->hosts[i]);
    return any;
}

static void check_host(struct checking *c, size_t host, bool reachable[STAGE_COUNT],
    bool present[STAGE_COUNT], struct rehearsal *all)
{
    struct asking asking = {.checking = c, .host = host};
    char *why = NULL;
    if (!script_enter(c->script, l_look, &asking, &why)) {
        free(why);
        return;
    }
    for (int i = 0; i < STAGE_COUNT; i++)
        present[i] = present[i] || asking.present[i];
    if (!any_address_serves(&c->script->scenario, host))
        return;
    const char *returns = c->script->scenario.hosts[host].returns;
    if (returns) { /* what a client hears of in a report */
        buf_addf(&all->heard, "%s\r\n", returns);
        all->trouble[STAGE_RCPT] = true;
    }
    struct rehearsal rehearsal = {0};
    script_rehearse(c->script, host, &rehearsal);
    for (int i = 0; i < STAGE_COUNT; i++) {
        reachable[i] = reachable[i] || (rehearsal.asked[i] && !asking.dialogue);
        all->trouble[i] = all->trouble[i] || rehearsal.trouble[i] || asking.dialogue;
    }
    buf_add(&all->heard, rehearsal.heard.data, rehearsal.heard.len);
    all->clients += rehearsal.clients;
    if (rehearsal.broke && !all->broke)
        all->broke = mem_text(rehearsal.broke);
    rehearsal_deinit(&rehearsal);
}

static const char *why_unreachable(const struct rehearsal *all)
{
    return all->clients ? "no client gets here: the server ends or refuses before that, or does "
                          "not offer it"
                        : "no client gets here: no host ever accepts a connection";
}

/* ---- expectations that nothing can cause ---- */

static bool anything_wrong(const struct scenario *scenario, const struct rehearsal *all)
{
    bool wrong = scenario->dns.trouble_count || scenario->dns.record_count;
    for (size_t i = 0; i < scenario->host_count; i++)
        wrong = wrong || scenario->hosts[i].listen != LISTEN_ACCEPT;
    for (int i = 0; i <= STAGE_EOM; i++) /* what comes later is too late for a bounce */
        wrong = wrong || all->trouble[i];
    return wrong;
}

/* Does a reply with this code occur in what clients heard? */
static bool was_heard(struct rehearsal *all, const char *code)
{
    const char *heard = buf_text(&all->heard), *at = heard;
    for (; (at = strstr(at, code)); at++)
        if (at == heard || at[-1] == '\n' || at[-1] == ' ' || at[-1] == '-')
            return true;
    return false;
}

static void check_bounce(
    struct checking *c, const struct expect_bounce *bounce, struct rehearsal *all)
{
    const struct scenario *scenario = &c->script->scenario;
    if (bounce->none)
        return;
    if (!anything_wrong(scenario, all)) {
        complain(c, FINDING_EXPECTATION, bounce->line,
            mem_format(
                "a bounce is expected (%s), but nothing in the file goes wrong", bounce->reason));
        return;
    }
    int stage = bounce->stage ? scenario_stage_find(bounce->stage) : -1;
    bool elsewhere = scenario->dns.trouble_count || scenario->dns.record_count;
    for (size_t i = 0; i < scenario->host_count; i++)
        elsewhere = elsewhere || scenario->hosts[i].listen != LISTEN_ACCEPT;
    if (stage >= 0 && !elsewhere && !all->trouble[stage])
        complain(c, FINDING_EXPECTATION, line_of(c, "stage"),
            mem_format(
                "a bounce from stage %s is expected, but nothing goes wrong there", bounce->stage));
    if (bounce->reply && all->clients && !was_heard(all, bounce->reply))
        complain(c, FINDING_EXPECTATION, line_of(c, "reply"),
            mem_format(
                "reply %s is expected in the bounce, but no client hears it", bounce->reply));
}

/* Where there are alternatives, some may be about clients that the rehearsal does not have. */
static void check_outcome(
    struct checking *c, const struct expect_outcome *outcome, struct rehearsal *all)
{
    for (size_t i = 0; i < outcome->bounces.count; i++)
        if (outcome->bounces.list[i].count == 1)
            check_bounce(c, &outcome->bounces.list[i].either[0], all);
}

/* ---- the whole ---- */

static void check_description(struct checking *c)
{
    const struct scenario *scenario = &c->script->scenario;
    if (!scenario->title[0])
        complain(c, FINDING_UNDESCRIBED, 1,
            mem_text("no title: the first line is \"--- what the client suffers\""));
    if (!scenario->source)
        complain(
            c, FINDING_UNDESCRIBED, 0, mem_text("no source: where is this behaviour documented?"));
    if (!scenario->expect.stated)
        complain(c, FINDING_UNDESCRIBED, 0, mem_text("no expect: what must come of it?"));
}

static void check_loaded(struct checking *c)
{
    const struct scenario *scenario = &c->script->scenario;
    bool reachable[STAGE_COUNT] = {false}, present[STAGE_COUNT] = {false};
    struct rehearsal all = {0};
    for (size_t i = 0; i < scenario->host_count; i++)
        if (!scenario->hosts[i].again)
            check_host(c, i, reachable, present, &all);
    if (all.broke)
        add(c->out, FINDING_BROKEN, mem_text(all.broke));
    lint_strings(c->text, check_literal, c);
    for (int i = 0; i < STAGE_COUNT && !all.broke; i++) {
        const char *stage = scenario_stage_name((enum scenario_stage)i);
        if (present[i] && !reachable[i])
            complain(c, FINDING_UNREACHABLE, line_of(c, stage),
                mem_format("%s: %s", stage, why_unreachable(&all)));
    }
    if (!all.broke && scenario->expect.count == 1)
        check_outcome(c, &scenario->expect.either[0], &all);
    rehearsal_deinit(&all);
}

/* script_load has read the file once already, so it can be read and is not too large. */
static char *read_again(const char *path)
{
    struct buf text = {0};
    char block[4096];
    FILE *f = fopen(path, "r");
    for (size_t n; f && (n = fread(block, 1, sizeof block, f)) > 0;)
        buf_add(&text, block, n);
    if (f)
        fclose(f);
    char *copy = mem_text(buf_text(&text));
    buf_free(&text);
    return copy;
}

void script_check(const char *path, const char *lib_dir, bool strict, struct findings *out)
{
    char *why = NULL;
    struct checking c = {.path = path, .out = out};
    c.script = script_load(path, lib_dir, NULL, &why);
    if (!c.script) {
        add(out, FINDING_LOAD, why);
        return;
    }
    c.text = read_again(path);
    check_loaded(&c);
    if (strict)
        check_description(&c);
    script_free(c.script);
    free(c.text);
}
