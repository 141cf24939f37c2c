/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading: a file becomes a script, or one line "file:line: what" and nothing at all. */
#include "script/internal.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include "smtp/reply.h"
#include "util/mem.h"
#include "util/text.h"

enum { HOSTS_MAX = 32, TO_MAX = 1000, SIZE_MOST = 64 << 20 };

/* ---- errors that name their line ---- */

int load_error(lua_State *L, const char *word, const char *format, ...)
{
    struct script *script = script_of(L);
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    int line = word ? lint_line_of(script->text, script->within, word) : 0;
    if (line)
        lua_pushfstring(L, "%s:%d: %s", script->scenario.path, line, text);
    else
        lua_pushfstring(L, "%s: %s", script->scenario.path, text);
    return lua_error(L);
}

int load_unknown_key(lua_State *L, const char *what, const char *key, const char *const *names)
{
    const char *near = text_nearest(key, names);
    if (near)
        return load_error(L, key, "unknown %s '%s' (did you mean '%s'?)", what, key, near);
    return load_error(L, key, "unknown %s '%s'", what, key);
}

/* The key below the value on top. word: what the line of the error is that of, or NULL. */
static const char *key_text(lua_State *L, const char *word, const char *what)
{
    if (lua_type(L, -2) == LUA_TSTRING)
        return lua_tostring(L, -2);
    const char *key = tell(L, -2), *value = tell(L, -2);
    if (lua_isinteger(L, -4))
        load_error(L, word, "%s: '%s' stands there without a name", what, value);
    load_error(L, word, "%s: '%s': keys are names, not a %s", what, key, luaL_typename(L, -4));
    return NULL;
}

/* ---- handlers ---- */

static void check_constant(lua_State *L, const char *stage)
{
    struct buf wire = {0};
    const char *lines[64];
    size_t lens[64], n = 0;
    const char *problem = NULL;
    if (is_raw(L, lua_gettop(L)))
        return;
    if (lua_type(L, -1) == LUA_TSTRING) {
        lines[n] = lua_tolstring(L, -1, &lens[n]);
        n++;
    } else {
        for (; n < 64 && lua_rawgeti(L, -1, (lua_Integer)n + 1) == LUA_TSTRING; n++) {
            lines[n] = lua_tolstring(L, -1, &lens[n]);
            lua_pop(L, 1);
        }
        if (!lua_isnil(L, -1) && n < 64)
            problem = "a multi-line reply is a list of texts";
        if (n < 64)
            lua_pop(L, 1);
    }
    if (!problem)
        problem = reply_build(&wire, lines, lens, n);
    buf_free(&wire);
    if (problem)
        load_error(L, stage, "%s: %s", stage, problem);
}

/* A handler is a function, or what it would always return. */
static void check_handler(lua_State *L, const char *stage)
{
    if (lua_isfunction(L, -1)) {
        struct script *script = script_of(L);
        lua_Debug ar;
        lua_pushvalue(L, -1);
        lua_getinfo(L, ">S", &ar);
        if (ar.source[0] != '@' || strcmp(ar.source + 1, script->scenario.path) != 0)
            return; /* from a library: its own file is checked when it runs */
        char *problem = lint_returns(script->text, ar.linedefined, ar.lastlinedefined);
        if (!problem)
            return;
        lua_pushfstring(L, "%s:%s", script->scenario.path, problem);
        free(problem);
        lua_error(L);
    }
    if (strcmp(stage, "close") == 0)
        load_error(L, stage, "close: nobody is left to hear a reply; write a function");
    if (lua_type(L, -1) != LUA_TSTRING && !lua_istable(L, -1))
        load_error(L, stage, "%s: a function, a reply or a list of reply lines, not a %s", stage,
            luaL_typename(L, -1));
    check_constant(L, stage);
}

/* Copies the handlers of the table at from into the table at to, checking each. */
static void copy_handlers(lua_State *L, int from, int to)
{
    for (int i = 0; i < STAGE_COUNT; i++) {
        const char *stage = scenario_stage_name((enum scenario_stage)i);
        if (lua_getfield(L, from, stage) == LUA_TNIL) {
            lua_pop(L, 1);
            continue;
        }
        check_handler(L, stage);
        lua_setfield(L, to, stage);
    }
}

/* ---- hosts ---- */

static struct scenario_host *new_host(
    struct scenario *scenario, const char *name, unsigned preference)
{
    scenario->hosts =
        mem_grow(scenario->hosts, (scenario->host_count + 1) * sizeof *scenario->hosts);
    struct scenario_host *host = &scenario->hosts[scenario->host_count++];
    *host = (struct scenario_host){
        .name = mem_text(name), .preference = preference, .handlers = LUA_NOREF};
    return host;
}

static bool is_label(const char *name) /* RFC 1123 2.1 */
{
    size_t n = strlen(name);
    if (!n || n > 63 || name[0] == '-' || name[n - 1] == '-')
        return false;
    for (; *name; name++)
        if (!((*name >= 'a' && *name <= 'z') || (*name >= '0' && *name <= '9') || *name == '-'))
            return false;
    return true;
}

static const char *const host_keys[] = {"preference", "host", "listen", "addresses", "addresses6",
    "returns", SETTING_KEYS,
#define X(id, name) name,
    SCENARIO_STAGES(X)
#undef X
        NULL};

struct unknown {
    const char *key; /* the table's own */
    int line;
};

static int compare_lines(const void *a, const void *b)
{
    const struct unknown *one = a, *other = b;
    return one->line != other->line ? one->line - other->line : strcmp(one->key, other->key);
}

/* All of them in one line, in the order of the file. */
static void complain_of(
    lua_State *L, const char *what, struct unknown *list, size_t n, const char *const *names)
{
    qsort(list, n, sizeof *list, compare_lines);
    char more[300] = "";
    for (size_t i = 1, len = 0; i < n && len < sizeof more; i++)
        len += (size_t)snprintf(more + len, sizeof more - len, "%s '%s' (line %d)",
            i == 1 ? "; nor is there" : ",", list[i].key, list[i].line);
    const char *near = text_nearest(list->key, names);
    load_error(L, list->key, "unknown %s '%s'%s%s%s%s", what, list->key,
        near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "", more);
}

/* word: the key of the file whose value the table is, or NULL. */
static void check_keys(
    lua_State *L, int table, const char *word, const char *what, const char *const *names)
{
    enum { MOST = 8 };
    struct script *script = script_of(L);
    struct unknown list[MOST];
    size_t n = 0;
    lua_pushnil(L);
    while (order_next(L, table)) {
        const char *key = key_text(L, word, what);
        bool known = n == MOST;
        for (size_t i = 0; names[i] && !known; i++)
            known = strcmp(names[i], key) == 0;
        if (!known)
            list[n++] = (struct unknown){key, lint_line_of(script->text, script->within, key)};
        lua_pop(L, 1);
    }
    if (n)
        complain_of(L, what, list, n, names);
}

/* One entry of mx = {...} at the top of the stack; handlers of the file itself serve where it has
 * none. */
static void read_host(lua_State *L, int scenario_table)
{
    struct script *script = script_of(L);
    int entry = lua_gettop(L);
    if (!lua_istable(L, entry))
        load_error(L, "mx", "mx: each entry is a table {preference=, host=, ...}");
    check_keys(L, entry, "mx", "key of an mx host", host_keys);
    lua_getfield(L, entry, "host");
    const char *name = lua_tostring(L, -1);
    if (!name || !is_label(name))
        load_error(L, "mx", "mx: host must be a label such as \"mx1\"");
    lua_getfield(L, entry, "preference");
    int whole = 1;
    lua_Integer preference = lua_isnil(L, -1) ? 10 : lua_tointegerx(L, -1, &whole);
    if (!whole || preference < 0 || preference > 65535)
        load_error(L, "preference", "mx: preference is a number from 0 to 65535");
    struct scenario_host *host = new_host(&script->scenario, name, (unsigned)preference);
    read_listen(L, entry, host);
    read_returns(L, entry, host);
    lua_newtable(L);
    int handlers = lua_gettop(L);
    copy_handlers(L, scenario_table, handlers);
    read_settings(L, scenario_table, handlers);
    copy_handlers(L, entry, handlers);
    read_settings(L, entry, handlers);
    host->handlers = luaL_ref(L, LUA_REGISTRYINDEX);
    read_addresses(L, entry, &script->scenario);
    lua_settop(L, entry);
}

static void read_hosts(lua_State *L, int table)
{
    struct scenario *scenario = &script_of(L)->scenario;
    if (lua_getfield(L, table, "mx") == LUA_TNIL) {
        struct scenario_host *host = new_host(scenario, "mx", 10);
        read_listen(L, table, host);
        lua_newtable(L);
        copy_handlers(L, table, lua_gettop(L));
        read_settings(L, table, lua_gettop(L));
        scenario->hosts[0].handlers = luaL_ref(L, LUA_REGISTRYINDEX);
        read_addresses(L, table, scenario);
        lua_pop(L, 1);
        return;
    }
    if (!lua_istable(L, -1) || luaL_len(L, -1) < 1 || luaL_len(L, -1) > HOSTS_MAX)
        load_error(L, "mx", "mx: a list of 1 to %d hosts", HOSTS_MAX);
    int list = lua_gettop(L);
    for (lua_Integer i = 1; i <= luaL_len(L, list); i++) {
        lua_rawgeti(L, list, i);
        read_host(L, table);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* ---- send = {to = {"nobody", ...}} ---- */

static void add_to(struct scenario *scenario, const char *local)
{
    scenario->to = mem_grow(scenario->to, (scenario->to_count + 1) * sizeof *scenario->to);
    scenario->to[scenario->to_count++] = mem_text(local);
}

static size_t read_size(lua_State *L)
{
    lua_getfield(L, -1, "size");
    lua_Integer size = lua_isnil(L, -1) ? 0 : lua_isinteger(L, -1) ? lua_tointeger(L, -1) : -1;
    if (size < 0 || size > SIZE_MOST)
        load_error(L, "size", "send: size is a number of octets, %d at most", SIZE_MOST);
    lua_pop(L, 1);
    return (size_t)size;
}

static void read_send(lua_State *L, int table)
{
    static const char *const keys[] = {"to", "size", NULL};
    struct scenario *scenario = &script_of(L)->scenario;
    if (lua_getfield(L, table, "send") == LUA_TNIL) {
        lua_pop(L, 1);
        add_to(scenario, "user");
        return;
    }
    if (!lua_istable(L, -1))
        load_error(L, "send", "send: a table {to = {\"user\"}}");
    check_keys(L, lua_gettop(L), "send", "key of send", keys);
    scenario->size = read_size(L);
    if (lua_getfield(L, -1, "to") == LUA_TNIL) {
        lua_pop(L, 2);
        add_to(scenario, "user");
        return;
    }
    if (lua_type(L, -1) != LUA_TTABLE || luaL_len(L, -1) < 1 || luaL_len(L, -1) > TO_MAX)
        load_error(L, "to", "send: to is a list of local parts, such as {\"user\"}");
    for (lua_Integer i = 1; i <= luaL_len(L, -1); i++) {
        if (lua_rawgeti(L, -1, i) != LUA_TSTRING)
            load_error(L, "to", "send: to is a list of local parts, such as {\"user\"}");
        add_to(scenario, lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
}

/* ---- the whole ---- */

static const char *const scenario_keys[] = {"source", "listen", "addresses", "addresses6", "mx",
    "dns", "send", "expect", SETTING_KEYS,
#define X(id, name) name,
    SCENARIO_STAGES(X)
#undef X
        NULL};

static void read_scenario(lua_State *L)
{
    struct script *script = script_of(L);
    struct scenario *scenario = &script->scenario;
    int table = lua_gettop(L);
    if (lua_isfunction(L, table)) { /* the bare connection, and nothing else to say */
        lua_createtable(L, 0, 1);
        lua_insert(L, table);
        lua_setfield(L, table, "dialogue");
    }
    if (!lua_istable(L, table))
        load_error(
            L, NULL, "a scenario returns a table or a function, not a %s", luaL_typename(L, table));
    check_keys(L, table, NULL, "stage or key", scenario_keys);
    if (lua_getfield(L, table, "source") != LUA_TNIL) {
        if (lua_type(L, -1) != LUA_TSTRING)
            load_error(L, "source", "source: a text");
        scenario->source = mem_text(lua_tostring(L, -1));
    }
    lua_pop(L, 1);
    read_hosts(L, table);
    read_dns(L, table, &scenario->dns);
    read_send(L, table);
    script->within = "expect";
    if (lua_getfield(L, table, "expect") != LUA_TNIL)
        read_expect(L, lua_gettop(L), &scenario->expect);
    lua_settop(L, table);
}

static int l_load(lua_State *L)
{
    struct script *script = lua_touserdata(L, 1);
    lua_settop(L, 0);
    lua_pushcfunction(L, l_open_sandbox);
    lua_call(L, 0, 0);
    l_open_verbs(L); /* what polite_*.lua is given */
    load_polite(L);
    script->polite = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pushfstring(L, "@%s", script->scenario.path);
    if (luaL_loadbufferx(L, script->text, strlen(script->text), lua_tostring(L, -1), "t") != LUA_OK)
        return lua_error(L);
    script_call_chunk(L);
    read_scenario(L);
    return 0;
}

/* "scenarios/address/unknown-user.lua" is the scenario unknown-user. */
static char *name_of(const char *path)
{
    const char *base = strrchr(path, '/');
    base = base ? base + 1 : path;
    size_t n = strlen(base);
    if (n > 4 && strcmp(base + n - 4, ".lua") == 0)
        n -= 4;
    return mem_bytes(base, n);
}

static char *title_of(const char *text)
{
    const char *at = strncmp(text, "---", 3) == 0 ? text : strstr(text, "\n---");
    if (!at)
        return mem_text("");
    at += strspn(at, "\n- ");
    return mem_bytes(at, strcspn(at, "\n"));
}

static bool describe(struct script *script, const char *path, char **why)
{
    struct scenario *scenario = &script->scenario;
    scenario->path = mem_text(path);
    scenario->name = name_of(path);
    size_t len;
    if (!script->text)
        script->text = source_read(path, &len, why);
    if (!script->text) {
        *why = *why ? *why : mem_format("%s: %s", path, strerror(ENOENT));
        return false;
    }
    if (!is_label(scenario->name)) {
        *why = mem_format(
            "%s: the file's name must serve as a domain label: small letters, digits and '-'",
            path);
        return false;
    }
    scenario->title = title_of(script->text);
    const char *slash = strrchr(path, '/');
    script->dir = slash ? mem_bytes(path, (size_t)(slash - path)) : mem_text(".");
    return true;
}

static struct script *load(
    struct script *script, const char *path, const struct script_caps *caps, char **why)
{
    *why = NULL;
    bool fine = describe(script, path, why);
    if (fine && !(script->L = script_new_state(script, caps))) {
        *why = mem_format("%s: not enough memory", path);
        fine = false;
    }
    fine = fine && script_enter(script, l_load, script, why);
    if (fine && script->over_budget) {
        *why = mem_format("%s: ran too long while it was loaded", script->over_at);
        fine = false;
    }
    free(script->text);
    script->text = NULL;
    if (fine)
        return script;
    *why = script_whole_place(script, *why);
    (*why)[strcspn(*why, "\n")] = '\0'; /* one line; the traceback of a load says nothing more */
    if (!strstr(*why, path)) {
        char *with_path = mem_format("%s: %s", path, *why);
        free(*why);
        *why = with_path;
    }
    script_free(script);
    return NULL;
}

struct script *script_load(
    const char *path, const char *lib_dir, const struct script_caps *caps, char **why)
{
    struct script *script = mem_new(sizeof *script);
    script->lib_dir = mem_text(lib_dir);
    return load(script, path, caps, why);
}

struct script *script_load_text(const char *name, const char *text, char **why)
{
    struct script *script = mem_new(sizeof *script);
    script->text = mem_text(text);
    return load(script, name, NULL, why);
}
