/* SPDX-License-Identifier: BSD-2-Clause */
/* The key `dns` of scenarios: what it becomes, and what is said of mistakes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "script/script.h"
#include "suite/names.h"
#include "util/mem.h"

static struct script *load(const char *body, char **why)
{
    char *text = mem_format("return { %s }", body);
    struct script *script = script_load_text("x", text, why);
    free(text);
    return script;
}

static const struct scenario_trouble *only_trouble(const struct script *script)
{
    const struct scenario_dns *dns = &script_scenario(script)->dns;
    assert_int_equal(dns->trouble_count, 1);
    return &dns->troubles[0];
}

struct row {
    const char *body, *name, *type;
    enum dns_fault fault;
    bool below;
    unsigned first;
    double seconds;
};

static void what_it_becomes(void **state)
{
    static const struct row rows[] = {
        {"dns = nxdomain", "@", NULL, DNS_FAULT_NXDOMAIN, true, 0, 0},
        {"dns = { servfail, first = 3 }", "@", NULL, DNS_FAULT_SERVFAIL, true, 3, 0},
        {"dns = { mx = silent }", "@", "MX", DNS_FAULT_SILENT, false, 0, 0},
        {"dns = { a = { late, seconds = 1.5 } }", "@", "A", DNS_FAULT_LATE, false, 0, 1.5},
        {"dns = { mx = { { '@ MX 1 a' }, first = 1 } }", "@", "MX", DNS_FAULT_INSTEAD, false, 1, 0},
        {"dns = { at = { mx = refused } }", "mx", NULL, DNS_FAULT_REFUSED, true, 0, 0},
        {"dns = { at = { ['_dmarc'] = { txt = lame } } }", "_dmarc", "TXT", DNS_FAULT_LAME, false,
            0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *why = NULL;
        struct script *script = load(rows[i].body, &why);
        assert_non_null(script);
        const struct scenario_trouble *got = only_trouble(script);
        assert_string_equal(got->name, rows[i].name);
        assert_string_equal(got->type ? got->type : "", rows[i].type ? rows[i].type : "");
        assert_int_equal(got->fault, rows[i].fault);
        assert_int_equal(got->below, rows[i].below);
        assert_int_equal(got->first, rows[i].first);
        assert_true(got->seconds == rows[i].seconds);
        script_free(script);
    }
}

static void mistakes(void **state)
{
    static const struct {
        const char *body, *why;
    } rows[] = {
        {"dns = { mxx = servfail }", "did you mean 'mx'?"},
        {"dns = { record = {} }", "did you mean 'records'?"},
        {"dns = { mx = 'servfal' }", "mx: one of nxdomain"},
        {"dns = { mx = { servfail, frist = 2 } }", "did you mean 'first'?"},
        {"dns = { mx = { servfail, seconds = 2 } }", "seconds belongs to `late`"},
        {"dns = { mx = late }", "how late?"},
        {"dns = { mx = { late } }", "how late?"},
        {"dns = { mx = { servfail, first = 0 } }", "first is a number above 0"},
        {"dns = { records = { '@ MX mx' } }", "DNS record \"@ MX mx\""},
        {"dns = { records = { '@ A $nobody' } }", "no host is called 'nobody'"},
        {"dns = { records = '@ A 192.0.2.1' }", "records is a list"},
        {"dns = { at = { mx = { a = 'x' } } }", "a: one of nxdomain"},
        {"dns = 7", "a word such as nxdomain"},
        {"addresses = { refuze }", "refuze"},
        {"mx = { { host = 'a', returns = '550 no' } }", "returns: a reply"},
        {"mx = { { host = 'a', returns = { '250 yes' } } }", "returns: a reply"},
        {"mx = { { host = 'a', returns = { '550 no\\r\\nway' } } }", "returns: a reply"},
        {"mx = { { host = 'a', returns = { '550 no', afer = 1 } } }", "did you mean 'after'?"},
        {"mx = { { host = 'a', returns = { '550 no', after = -1 } } }", "after is a number"},
        {"addresses = { 'refuze' }", "listen: refuse"},
        {"addresses = {}", "what each of"},
        {"addresses = { accept }, listen = refuse", "says already"},
        {"expect = { client = { order = { 'mx', 'mx9' } } }", "no host is called 'mx9'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *why = NULL;
        assert_null(load(rows[i].body, &why));
        if (!strstr(why, rows[i].why))
            fail_msg("%s: %s", rows[i].body, why);
        free(why);
    }
}

static void addresses(void **state)
{
    char *why = NULL;
    struct script *script =
        load("addresses6 = { refuse }, addresses = { accept, { refuse, lasting = 5 } }", &why);
    assert_non_null(script);
    const struct scenario *scenario = script_scenario(script);
    assert_int_equal(scenario->host_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(scenario->hosts[i].name, "mx");
        assert_int_equal(scenario->hosts[i].again, i > 0);
        assert_int_equal(scenario->hosts[i].ipv6, i == 2);
        assert_int_equal(scenario->hosts[i].listen, i ? LISTEN_REFUSE : LISTEN_ACCEPT);
    }
    assert_true(scenario->hosts[1].listen_lasting == 5);
    script_free(script);
}

static void what_comes_back(void **state)
{
    char *why = NULL;
    struct script *script = load("mx = { { host = 'a' }, { host = 'b', preference = 20, returns = "
                                 "{ '550 5.1.1 no', after = hours(2) } } }",
        &why);
    assert_non_null(script);
    const struct scenario *scenario = script_scenario(script);
    assert_null(scenario->hosts[0].returns);
    assert_string_equal(scenario->hosts[1].returns, "550 5.1.1 no");
    assert_true(scenario->hosts[1].returns_after == 7200);
    script_free(script);
}

static void belonging(void **state)
{
    char *why = NULL;
    struct script *script = load("", &why);
    const struct scenario *scenario = script_scenario(script);
    assert_true(names_belong("x.test.", scenario));
    assert_true(names_belong("MX.X.TEST", scenario));
    assert_false(names_belong("yx.test.", scenario));
    assert_false(names_belong("test.", scenario));
    assert_false(names_belong("", scenario));
    script_free(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_becomes),
        cmocka_unit_test(mistakes),
        cmocka_unit_test(addresses),
        cmocka_unit_test(what_comes_back),
        cmocka_unit_test(belonging),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
