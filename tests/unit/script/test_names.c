/* SPDX-License-Identifier: BSD-2-Clause */
/* What scenarios may name is named in four places: the engine, the annotations for editors,
 * luacheck's list and the manual. They agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "script/internal.h"
#include "util/mem.h"
#include "util/text.h"

static char *read_source(const char *name)
{
    struct buf text = {0};
    char block[4096], *path = mem_format("%s/%s", SOURCE_ROOT, name);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
        buf_add(&text, block, n);
    fclose(f);
    free(path);
    char *copy = mem_text(buf_text(&text));
    buf_free(&text);
    return copy;
}

static void assert_names(const char *text, const char *where, const char *format, const char *name)
{
    char wanted[128];
    snprintf(wanted, sizeof wanted, format, name, name);
    if (!strstr(text, wanted))
        fail_msg("%s: '%s' is missing", where, wanted);
}

/* Of Lua itself, which the language server and readers know. */
static bool is_lua(const char *name)
{
    static const char *const own[] = {"assert", "error", "getmetatable", "ipairs", "next", "pairs",
        "pcall", "rawequal", "rawget", "rawlen", "rawset", "select", "setmetatable", "tonumber",
        "tostring", "type", "xpcall", "print", "require", "string", "table", "math", "utf8", NULL};
    for (size_t i = 0; own[i]; i++)
        if (strcmp(own[i], name) == 0)
            return true;
    return false;
}

static struct script *engine(void)
{
    char *why = NULL;
    struct script *script = script_load_text("names", "return {}", &why);
    assert_non_null(script);
    return script;
}

static void test_globals(void **state)
{
    (void)state;
    struct script *script = engine();
    char *annotations = read_source("docs/luals/fakesmtp.lua"), *rc = read_source(".luacheckrc");
    size_t count = 0;
    lua_State *L = script->L;
    lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        const char *name = lua_tostring(L, -2);
        count++;
        assert_names(rc, ".luacheckrc", "\"%s\"", name);
        if (is_lua(name))
            continue;
        assert_names(
            annotations, "annotations", lua_isfunction(L, -1) ? "\nfunction %s(" : "\n%s = ", name);
    }
    lua_pop(L, 1);
    assert_true(count > 30);
    free(annotations);
    free(rc);
    script_free(script);
}

/* Leaves the table of verbs, which the __index of sessions keeps. */
static void push_verbs(struct script *script)
{
    lua_State *L = script->L;
    lua_rawgeti(L, LUA_REGISTRYINDEX, script->session_meta);
    lua_getfield(L, -1, "__index");
    assert_non_null(lua_getupvalue(L, -1, 1));
    assert_true(lua_istable(L, -1));
}

static void test_verbs(void **state)
{
    (void)state;
    struct script *script = engine();
    char *annotations = read_source("docs/luals/fakesmtp.lua"),
         *manual = read_source("fakesmtp/fakesmtp-scenario.5");
    lua_State *L = script->L;
    push_verbs(script);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        assert_names(annotations, "annotations", "\nfunction session:%s(", lua_tostring(L, -2));
        assert_names(manual, "fakesmtp-scenario(5)", "s:%s", lua_tostring(L, -2));
    }
    size_t count = 0;
    for (const char *at = annotations; (at = strstr(at, "\nfunction session:")); count++) {
        char name[64];
        at += strlen("\nfunction session:");
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at, "("), at);
        lua_getfield(L, -1, name);
        if (lua_isnil(L, -1))
            fail_msg("annotations: there is no verb s:%s", name);
        lua_pop(L, 1);
    }
    assert_true(count > 15);
    lua_settop(L, 0);
    free(annotations);
    free(manual);
    script_free(script);
}

static void test_stages(void **state)
{
    (void)state;
    char *annotations = read_source("docs/luals/fakesmtp.lua");
    for (int i = 0; i < STAGE_COUNT; i++)
        assert_names(annotations, "annotations", "---@field %s? ",
            scenario_stage_name((enum scenario_stage)i));
    free(annotations);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_globals),
        cmocka_unit_test(test_verbs),
        cmocka_unit_test(test_stages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
