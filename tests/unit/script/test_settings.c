/* SPDX-License-Identifier: BSD-2-Clause */
/* extensions, users, lmtp, proxy, dialogue, raw(): what loads, and what a mistake in them is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "script/script.h"

static const struct {
    const char *text;
    const char *why; /* NULL: it loads; otherwise part of the message */
} files[] = {
    {"return {extensions = {pipelining = false, size = 1000, ['8BITMIME'] = 'hidden', chunking = "
     "'announced'}}",
        NULL},
    {"return {extensions = {auth = {'PLAIN', 'x-own', 'Scram-Sha-256'}, limits = {rcptmax = 2, "
     "MAILMAX = 999999}}}",
        NULL},
    {"return {extensions = {['X-UNKNOWN'] = true, ['x-other'] = 'a b', deliverby = '240'}}", NULL},
    {"return {extensions = {}, users = {alice = 'x'}, lmtp = true, proxy = false}", NULL},
    {"return {mx = {{host = 'a', lmtp = true}, {host = 'b', extensions = {size = 0}, users = {}}}}",
        NULL},
    {"return {rcpt = raw '850 x', data = raw(''), eom = raw('\\0', 250)}", NULL},
    {"return function(s) s:drop() end", NULL},
    {"return {dialogue = function(s) end, expect = {bounce = none}}", NULL},
    {"\nreturn {\n  extensions = {\n    chuncking = true}}",
        "x:4: unknown extension 'chuncking' (did you mean 'CHUNKING'?)"},
    {"return {extensions = {zzzzzzzz = true}}", "one of your own begins with X-"},
    {"return {extensions = {pipelining = 1}}",
        "x:1: extensions: pipelining is true, false, \"announced\""},
    {"return {extensions = {size = -1}}", "or a number of octets"},
    {"return {extensions = {size = 1.5}}", "or a number of octets"},
    {"return {extensions = {dsn = 'hiden'}}", "\"hidden\" (served, not announced)"},
    {"return {extensions = {auth = {'PLAYN'}}}",
        "unknown SASL mechanism 'PLAYN' (did you mean 'PLAIN'?)"},
    {"return {extensions = {auth = {}}}", "auth is a list of mechanisms"},
    {"return {extensions = {auth = {1}}}", "auth is a list of mechanisms"},
    {"return {extensions = {limits = {rcptmx = 2}}}",
        "unknown limit 'rcptmx' (did you mean 'RCPTMAX'?)"},
    {"return {extensions = {limits = {rcptmax = 0}}}", "rcptmax is a number from 1 to 999999"},
    {"return {extensions = {['X-A'] = false}}", "is true, or a text that follows the word"},
    {"return {extensions = {'chunking'}}", "each has a name"},
    {"return {extensions = true}", "extensions: a table"},
    {"return {users = {'alice'}}", "users: a table of passwords by name"},
    {"return {users = {alice = 1}}", "users: a table of passwords by name"},
    {"return {lmtp = 1}", "lmtp: true or false, not a number"},
    {"return {proxi = true}", "unknown stage or key 'proxi' (did you mean 'proxy'?)"},
    {"return {dialogue = '220 x'}", "dialogue: a function"},
    {"return {rcpt = raw(1, 2, 3) , mail = raw {}}", "string expected"},
    {"return {rcpt = raw('x', 1000)}", "a code of three digits"},
    {"return {rcpt = '850 x'}", "rcpt: reply code is none of RFC 5321"},
};

static void settings(void **state)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *why = NULL;
        struct script *script = script_load_text("x", files[i].text, &why);
        if (!script != !!files[i].why)
            fail_msg("%s: %s", files[i].text, script ? "loaded" : why);
        if (!script && !strstr(why, files[i].why))
            fail_msg("%s: %s", files[i].text, why);
        free(why);
        script_free(script);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(settings)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
