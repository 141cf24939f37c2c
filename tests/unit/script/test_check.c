/* SPDX-License-Identifier: BSD-2-Clause */
/* fakesmtp check: what is found in a scenario, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "fakehost.h"
#include "script/check.h"
#include "util/mem.h"

/* All findings of a text, "kind line: what|" each. */
static char *found(const char *text, bool strict)
{
    struct play play;
    struct findings findings = {0};
    struct buf all = {0};
    play_open(&play);
    play_file(&play, "case.lua", text);
    char *lib = mem_format("%s/lib", play.dir);
    script_check(play.path, lib, strict, &findings);
    for (size_t i = 0; i < findings.count; i++) {
        const char *at = findings.list[i].text;
        assert_true(strncmp(at, play.path, strlen(play.path)) == 0);
        buf_addf(&all, "%s%s|", finding_name(findings.list[i].kind), at + strlen(play.path));
    }
    char *copy = mem_text(buf_text(&all));
    findings_deinit(&findings);
    buf_free(&all);
    free(lib);
    play_close(&play);
    return copy;
}

static void assert_found(const char *text, const char *part)
{
    char *all = found(text, false);
    if (!strstr(all, part))
        fail_msg("'%s' is not in '%s'", part, all);
    free(all);
}

static void assert_nothing(const char *text)
{
    char *all = found(text, false);
    assert_string_equal(all, "");
    free(all);
}

static void test_does_not_load(void **state)
{
    (void)state;
    assert_found("return {\n  rcptt = \"550 no\",\n}\n",
        "load:2: unknown stage or key 'rcptt' (did you mean 'rcpt'?)");
    assert_found("return {\n  rcpt = \"no code\",\n}\n", "load:2: rcpt: reply lacks a code");
    assert_found("return {", "load:1: ");
}

static void test_breaks_when_a_client_comes(void **state)
{
    (void)state;
    assert_found("return {\n  rcpt = function(s, to)\n    return to.nothing.at_all\n  end,\n}\n",
        "broken:3: the address has no 'nothing'");
    /* only on the second visit, hours later */
    assert_found("local seen\nreturn {\n  eom = function(s)\n    if seen then error('again') end\n"
                 "    seen = true\n  end,\n}\n",
        "broken:4: again");
    /* only where s:chance() is lucky */
    assert_found("return { data = function(s) if s:chance(0.01) then s.x = 1 end end }",
        "broken:1: s.x cannot be set");
    assert_found("return { close = function(s) error('late') end }", "broken:1: late");
}

static void test_loops_and_floods_end(void **state)
{
    (void)state;
    assert_found("return { ehlo = function(s) while true do end end }", "broken:1: ran too long");
    assert_nothing("return function(s) while s:line() do s:send(('x'):rep(1000)) end end");
    assert_nothing("return { mail = function(s) s:sleep(days(3)) end }");
    assert_nothing("return { mail = function(s) s:stall() end }");
}

static void test_contradiction(void **state)
{
    (void)state;
    assert_found("return { rcpt = \"550 4.1.1 no\" }",
        "contradiction:1: reply 550 has the enhanced code 4.1.1: they differ in class");
    assert_found(
        "return {\n rcpt = function(s, to)\n  if to.user == 'x' then\n   return '250 5.1.1 yes'\n"
        "  end\n end,\n}\n",
        "contradiction:4: reply 250");
    assert_nothing("return { rcpt = \"550 5.1.1 no\" }");
    assert_nothing("return { rcpt = \"550 4 of 5 are down\" }");
    assert_nothing("return { rcpt = \"550 4.1 is a version\" }");
    assert_nothing("-- check: allow contradiction: this is the point\n"
                   "return { rcpt = \"550 4.1.1 no\" }");
}

static void test_unreachable(void **state)
{
    (void)state;
    assert_found("return {\n connect = \"554 no\",\n rcpt = \"550 no\",\n}",
        "unreachable:3: rcpt: no client gets here");
    assert_found("return { listen = refuse, mail = \"550 no\" }", "no host ever accepts");
    assert_found(
        "return { extensions = { auth = false }, auth = \"535 no\" }", "unreachable:1: auth");
    assert_found(
        "return { dialogue = function(s) s:line() end, rcpt = \"550 no\" }", "unreachable:1: rcpt");
    assert_found("return { data = \"451 no\", eom = \"554 no\" }", "unreachable:1: eom");
    assert_nothing("return { listen = { refuse, lasting = 60 }, mail = \"550 no\" }");
    assert_nothing("return { addresses = { refuse, accept }, mail = \"550 no\" }");
    assert_nothing("return { mx = { { host = \"a\", listen = refuse }, { host = \"b\" } }, quit = "
                   "\"221 x\" }");
    assert_nothing("return { lmtp = true, rcpt = \"550 no\" }");
    assert_nothing(
        "return { extensions = { chunking = true, auth = { \"LOGIN\" } }, tls = true,\n"
        " auth = function(s, a) if a.step > 1 then return \"454 x\" end end, starttls = function() "
        "end,\n"
        " rset = \"250 x\", quit = \"221 x\", other = \"502 x\", close = function() end }");
    /* the third client is let in */
    assert_nothing("local n = 0\nreturn { mail = function(s) n = n + 1 if n < 7 then return '450 "
                   "no' end end,\n"
                   " rcpt = '550 no' }");
}

static void test_expectation(void **state)
{
    (void)state;
    assert_found("return { expect = { bounce = { reason = \"user-unknown\" } } }",
        "expectation:1: a bounce is expected (user-unknown), but nothing in the file goes wrong");
    assert_found(
        "return { mail = \"550 no\", expect = { bounce = { reason = \"x\", stage = \"rcpt\" } } }",
        "expectation:1: a bounce from stage rcpt is expected");
    assert_found(
        "return { rcpt = \"550 no\", expect = { bounce = { reason = \"x\", reply = \"551\" } } }",
        "expectation:1: reply 551 is expected in the bounce");
    assert_nothing("return { rcpt = \"550 no\", expect = { bounce = { reason = \"x\", stage = "
                   "\"rcpt\", reply = \"550\" } } }");
    assert_nothing("return { dns = nxdomain, expect = { bounce = { reason = \"x\" } } }");
    assert_nothing("return { ehlo = function(s) s:drop() end,\n"
                   " expect = { bounce = { reason = \"x\", stage = \"ehlo\" } } }");
    assert_nothing(
        "return { extensions = { size = 100 },\n"
        " expect = { bounce = { reason = \"x\", stage = \"mail\", reply = \"552\" } } }");
    assert_nothing("return { expect = { bounce = none, delivered = 1 } }");
}

static void test_strict(void **state)
{
    (void)state;
    char *all = found("return {}", true);
    assert_non_null(strstr(all, "undescribed:1: no title"));
    assert_non_null(strstr(all, "undescribed: no source"));
    assert_non_null(strstr(all, "undescribed: no expect"));
    free(all);
    all = found("--- It is fine.\nreturn { source = \"RFC\", expect = { bounce = none } }", true);
    assert_string_equal(all, "");
    free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_does_not_load),
        cmocka_unit_test(test_breaks_when_a_client_comes),
        cmocka_unit_test(test_loops_and_floods_end),
        cmocka_unit_test(test_contradiction),
        cmocka_unit_test(test_unreachable),
        cmocka_unit_test(test_expectation),
        cmocka_unit_test(test_strict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
