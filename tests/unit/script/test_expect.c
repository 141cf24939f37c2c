/* SPDX-License-Identifier: BSD-2-Clause */
/* expect = {...} as plain data, and what is refused in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "fakehost.h"
#include "util/mem.h"

/* Loads a scenario with this expect table; the text begins on line 2. */
static const struct expect *load(struct play *play, const char *inside, const char *more)
{
    char *text = mem_format("return { %s expect = {\n%s} }", more ? more : "", inside);
    play_load(play, text, NULL);
    free(text);
    return play->script ? &script_scenario(play->script)->expect : NULL;
}

static const struct expect_report *bounce_of(const struct expect *expect, size_t i)
{
    assert_true(expect->count == 1 && i < expect->either[0].bounces.count);
    return &expect->either[0].bounces.list[i];
}

static const struct expect_conduct *client_of(const struct expect *expect)
{
    assert_int_equal(expect->either[0].client.count, 1);
    return &expect->either[0].client.either[0];
}

static void nothing_stated(void **state)
{
    struct play play;
    play_open(&play);
    play_load(&play, "return {}", NULL);
    const struct expect *expect = &script_scenario(play.script)->expect;
    assert_false(expect->stated);
    assert_int_equal(expect->count, 0);
    assert_string_equal(script_scenario(play.script)->to[0], "user");
    expect = load(&play, "", NULL);
    assert_true(expect->stated);
    assert_int_equal(expect->count, 1);
    assert_int_equal(expect->either[0].bounces.count, 0);
    assert_int_equal(expect->either[0].delivered.count, 0);
    assert_int_equal(expect->either[0].client.count, 0);
    expect = load(&play, "client = {}", NULL);
    assert_false(client_of(expect)->attempts.set);
    assert_int_equal(client_of(expect)->quit, UNSTATED);
    for (int i = 0; i < STAGE_COUNT; i++)
        assert_false(client_of(expect)->waits[i].set);
    play_close(&play);
}

static void one_bounce(void **state)
{
    struct play play;
    play_open(&play);
    const struct expect *expect = load(&play,
        "bounce = {\n reason = 'mailbox-full', stage = 'eom', actor = 'recipient', status = "
        "'5.2.2', reply = '552',\n"
        " permanent = true, retryable = false, address_dead = false, expired = true }",
        NULL);
    assert_non_null(expect);
    assert_int_equal(expect->either[0].bounces.count, 1);
    assert_null(bounce_of(expect, 0)->rcpt);
    assert_null(bounce_of(expect, 0)->why);
    assert_int_equal(bounce_of(expect, 0)->count, 1);
    const struct expect_bounce *b = &bounce_of(expect, 0)->either[0];
    assert_false(b->none);
    assert_string_equal(b->reason, "mailbox-full");
    assert_string_equal(b->stage, "eom");
    assert_string_equal(b->actor, "recipient");
    assert_string_equal(b->status, "5.2.2");
    assert_string_equal(b->reply, "552");
    assert_int_equal(b->permanent, 1);
    assert_int_equal(b->retryable, 0);
    assert_int_equal(b->address_dead, 0);
    assert_int_equal(b->expired, 1);
    assert_int_equal(b->line, 2);
    expect = load(&play, "bounce = { reason = 'x' }", NULL);
    assert_null(bounce_of(expect, 0)->either[0].stage);
    assert_int_equal(bounce_of(expect, 0)->either[0].permanent, UNSTATED);
    assert_int_equal(bounce_of(expect, 0)->either[0].expired, UNSTATED);
    expect = load(&play, "bounce = none", NULL);
    assert_true(bounce_of(expect, 0)->either[0].none);
    play_close(&play);
}

static void bounces_by_recipient(void **state)
{
    struct play play;
    play_open(&play);
    const struct expect *expect =
        load(&play, "bounce = { ['a@'] = { reason = 'user-unknown' }, ['b@'] = none }",
            "send = { to = { 'a', 'b', 'c' } },");
    assert_non_null(expect);
    assert_int_equal(expect->either[0].bounces.count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct expect_report *report = bounce_of(expect, i);
        bool a = strcmp(report->rcpt, "a") == 0;
        assert_int_equal(report->either[0].none, !a);
        if (a)
            assert_string_equal(report->either[0].reason, "user-unknown");
        else
            assert_string_equal(report->rcpt, "b");
    }
    play_close(&play);
}

static void assert_range(struct expect_range range, double min, double max)
{
    assert_true(range.set);
    assert_true(range.min == min);
    assert_true(range.max == max);
}

static void ranges(void **state)
{
    struct play play;
    play_open(&play);
    const struct expect *expect = load(&play, "delivered = 1, client = { attempts = 3 }", NULL);
    assert_range(expect->either[0].delivered.list[0].range, 1, 1);
    assert_range(client_of(expect)->attempts, 3, 3);
    expect = load(&play, "delivered = at_most(2), client = { attempts = at_least(2) }", NULL);
    assert_range(expect->either[0].delivered.list[0].range, 0, 2);
    assert_range(client_of(expect)->attempts, 2, -1);
    expect = load(&play, "client = { attempts = between(2, 5), quit = false }", NULL);
    assert_range(client_of(expect)->attempts, 2, 5);
    assert_int_equal(client_of(expect)->quit, 0);
    expect = load(&play,
        "client = { quit = true, waits = { rcpt = minutes(5), eom = between(seconds(1), hours(2)), "
        "mail = days(1) } }",
        NULL);
    assert_int_equal(client_of(expect)->quit, 1);
    assert_range(client_of(expect)->waits[STAGE_RCPT], 300, -1); /* that long or longer */
    assert_range(client_of(expect)->waits[STAGE_EOM], 1, 7200);
    assert_range(client_of(expect)->waits[STAGE_MAIL], 86400, -1);
    play_close(&play);
}

static void what_is_refused(void **state)
{
    static const struct {
        const char *inside, *more, *why;
    } cases[] = {
        {"bonce = none", NULL,
            "case.lua:2: unknown key of expect 'bonce' (did you mean 'bounce'?)"},
        {"bounce = 'never'", NULL,
            "case.lua:2: bounce: a table {reason=...} or none, not a string"},
        {"bounce = true", NULL, "case.lua:2: bounce: a table {reason=...} or none, not a boolean"},
        {"bounce = {}", NULL, "case.lua:2: bounce: a reason is needed"},
        {"bounce = { stage = 'rcpt' }", NULL, "case.lua:2: bounce: a reason is needed"},
        {"bounce = { reason = 'x',\n reasn = 'y' }", NULL,
            "case.lua:3: unknown key of expect.bounce 'reasn' (did you mean 'reason'?)"},
        {"bounce = {\n reason = 5 }", NULL, "case.lua:3: reason: a text, not a number"},
        {"bounce = { reason = 'x',\n permanent = 'yes' }", NULL,
            "case.lua:3: permanent: true or false, not a string"},
        {"bounce = { ['a@'] = none }", NULL,
            "case.lua:2: bounce: nothing is sent to 'a'; name it in send = {to = {...}}"},
        {"bounce = { ['user@case.test'] = none }", NULL,
            "case.lua:2: bounce: 'user@case.test': write recipients as [\"local-part@\"]"},
        {"bounce = { ['user@'] = none, [''] = none }", NULL,
            "case.lua:2: bounce: '': write recipients as [\"local-part@\"]"},
        {"bounce = { ['user@'] = {} }", NULL, "case.lua:2: bounce: a reason is needed"},
        {"bounce = { ['user@'] = 5 }", NULL,
            "case.lua:2: bounce: a table {reason=...} or none, not a number"},
        {"delivered = 'once'", NULL,
            "case.lua:2: delivered: a number, at_least(n), at_most(n) or between(a, b)"},
        {"delivered = {}", NULL,
            "case.lua:2: delivered: a number, at_least(n), at_most(n) or between(a, b)"},
        {"client = 1", NULL, "case.lua:2: client: a table {attempts = at_least(2)}"},
        {"client = { attemps = 1 }", NULL,
            "case.lua:2: unknown key of expect.client 'attemps' (did you mean 'attempts'?)"},
        {"client = { quit = 1 }", NULL, "case.lua:2: quit: true or false, not a number"},
        {"client = {\n waits = 5 }", NULL, "case.lua:3: waits: a table {rcpt = minutes(5)}"},
        {"client = {\n waits = { rctp = 5 } }", NULL,
            "case.lua:3: unknown stage of waits 'rctp' (did you mean 'rcpt'?)"},
        {"bounce = { { reason = 'x' }, { reason = 'y' } }", NULL,
            "case.lua:2: bounce: one table {reason=...}; several that may come are "
            "any_of(\"why\", {...}, {...})"},
        {"bounce = any_of({ reason = 'x' }, { reason = 'y' })", NULL,
            "case.lua:2: any_of: say first why more than one outcome is right: any_of(\"RFC 5321 "
            "4.2.1 leaves open ...\", {...}, {...})"},
        {"bounce = any_of('', { reason = 'x' }, { reason = 'y' })", NULL,
            "case.lua:2: any_of: say first why more than one outcome is right: any_of(\"RFC 5321 "
            "4.2.1 leaves open ...\", {...}, {...})"},
        {"bounce = any_of('RFC 5321 is silent', { reason = 'x' })", NULL,
            "case.lua:2: any_of: 2 to 8 alternatives after the reason"},
        {"bounce = any_of('RFC 5321 is silent', none, { reasn = 'x' })", NULL,
            "case.lua:2: unknown key of expect.bounce 'reasn' (did you mean 'reason'?)"},
        {"client = any_of('RFC 5321 is silent', {}, 5)", NULL,
            "case.lua:2: client: a table {attempts = at_least(2)}"},
        {"delayed = true", NULL,
            "case.lua:2: delayed: a table {reason=...} or none, not a boolean"},
        {"delayed = { reason = 'x', stge = 'rcpt' }", NULL,
            "case.lua:2: unknown key of expect.delayed 'stge' (did you mean 'stage'?)"},
        {"delivered = { ['a@'] = 1 }", NULL,
            "case.lua:2: delivered: nothing is sent to 'a'; name it in send = {to = {...}}"},
        {"delivered = { ['user@'] = true }", NULL,
            "case.lua:2: delivered: a number, at_least(n), at_most(n) or between(a, b)"},
        {"delivered = -1", NULL, "case.lua:2: delivered: a number from 0 up"},
        {"client = { asked = 1 }", NULL,
            "case.lua:2: asked: a table by recipient, such as {[\"nobody@\"] = 1}"},
        {"client = { commands = { rest = 1 } }", NULL,
            "case.lua:2: unknown verb of commands 'rest' (did you mean 'rset'?)"},
        {"client = { commands = 1 }", NULL,
            "case.lua:2: commands: a table by verb, such as {rset = at_least(1)}"},
        {"client = { gaps = between(5, 1) }", NULL,
            "case.lua:2: bad argument #2 to 'between' (the second number is the larger one)"},
        {"client = { [1] = 5 }", NULL, "case.lua:2: client: keys are names, not a number"},
        {"delivered = at_least('x')", NULL,
            "case.lua:2: bad argument #1 to 'at_least' (number expected, got string)"},
        {"delivered = minutes()", NULL,
            "case.lua:2: bad argument #1 to 'minutes' (number expected, got no value)"},
    };
    struct play play;
    play_open(&play);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        load(&play, cases[i].inside, cases[i].more);
        if (!play.why || strcmp(play.why, cases[i].why) != 0)
            print_error("%s\n", cases[i].inside);
        assert_string_equal(play.why ? play.why : "(it loads)", cases[i].why);
    }
    play_load(&play, "return { expect = 5 }", NULL);
    assert_string_equal(play.why, "case.lua:1: expect: a table, not a number");
    play_close(&play);
}

/* Where the standard leaves something open: for all, for one recipient, for conduct. */
static void alternatives(void **state)
{
    struct play play;
    play_open(&play);
    const struct expect *expect = load(&play,
        "bounce = { ['a@'] = any_of('RFC 5321 4.2.1: which line counts', { reason = 'user-unknown' "
        "}, "
        "none),\n ['b@'] = { reason = 'mailbox-full' } },\n"
        "client = any_of('RFC 5321 4.5.4.1: MAY', { attempts = 1 }, { attempts = at_least(2), "
        "resent = 1, asked = { ['a@'] = 2 }, commands = { rset = 0, helo = at_least(1) } })",
        "send = { to = { 'a', 'b' } },");
    assert_non_null(expect);
    for (size_t i = 0; i < 2; i++) {
        const struct expect_report *report = bounce_of(expect, i);
        bool a = strcmp(report->rcpt, "a") == 0;
        assert_int_equal(report->count, a ? 2 : 1);
        if (a) {
            assert_string_equal(report->why, "RFC 5321 4.2.1: which line counts");
            assert_string_equal(report->either[0].reason, "user-unknown");
            assert_true(report->either[1].none);
        } else {
            assert_null(report->why);
        }
    }
    const struct expect_client *client = &expect->either[0].client;
    assert_string_equal(client->why, "RFC 5321 4.5.4.1: MAY");
    assert_int_equal(client->count, 2);
    assert_range(client->either[0].attempts, 1, 1);
    assert_range(client->either[1].attempts, 2, -1);
    assert_range(client->either[1].resent, 1, 1);
    assert_string_equal(client->either[1].asked.list[0].of, "a");
    assert_range(client->either[1].asked.list[0].range, 2, 2);
    assert_int_equal(client->either[1].commands.count, 2);
    play_load(&play,
        "return { expect = any_of('RFC 5321 leaves it open', { bounce = none, delivered = 1 },\n"
        " { bounce = { reason = 'timeout' }, delayed = none, delivered = { ['user@'] = 0 } }) }",
        NULL);
    expect = &script_scenario(play.script)->expect;
    assert_int_equal(expect->count, 2);
    assert_string_equal(expect->why, "RFC 5321 leaves it open");
    assert_true(expect->either[0].bounces.list[0].either[0].none);
    assert_null(expect->either[0].delivered.list[0].of);
    assert_string_equal(expect->either[1].delivered.list[0].of, "user");
    assert_true(expect->either[1].delayed.list[0].either[0].none);
    play_close(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_stated),
        cmocka_unit_test(one_bounce),
        cmocka_unit_test(bounces_by_recipient),
        cmocka_unit_test(ranges),
        cmocka_unit_test(alternatives),
        cmocka_unit_test(what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
