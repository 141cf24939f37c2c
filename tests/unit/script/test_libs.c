/* SPDX-License-Identifier: BSD-2-Clause */
/* The libraries that scenarios share, as they are shipped: greylist, quota, rate, blocklist. The
 * clock is the test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fakehost.h"
#include "util/mem.h"

enum { LARGEST_LIBRARY = 65536 };

/* Opens it with scenarios/lib/NAME.lua beside the scenario that is still to come. */
static void open_with(struct play *play, const char *library)
{
    char *path = mem_format("%s/%s.lua", SCENARIO_LIB, library);
    char *name = mem_format("lib/%s.lua", library), *bytes = mem_new(LARGEST_LIBRARY);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    bytes[fread(bytes, 1, LARGEST_LIBRARY - 1, f)] = '\0';
    fclose(f);
    play_open(play);
    play_file(play, name, bytes);
    free(bytes);
    free(name);
    free(path);
}

static void start_with(struct play *play, const char *library, const char *text)
{
    open_with(play, library);
    play_load(play, text, NULL);
    if (play->why)
        print_error("%s\n", play->why);
    assert_non_null(play->script);
}

/* What the server says to this line, at this time; each in a connection of its own. */
static void check_line(
    struct play *play, double now, uint64_t id, const char *line, const char *start)
{
    struct talk talk = {0};
    talk_begin(&talk, play, 0, id);
    talk.now = now;
    talk_mail(&talk);
    talk_said(&talk);
    talk_line(&talk, line);
    if (talk.state == SCRIPT_FAILED)
        print_error("%s\n", script_run_why(talk.run));
    assert_starts(talk_said(&talk), start);
    talk_end(&talk);
}

struct step {
    double at; /* seconds */
    const char *line, *start;
};

static void play_steps(const char *library, const char *text, const struct step *steps)
{
    struct play play;
    start_with(&play, library, text);
    for (uint64_t id = 1; steps->line; steps++, id++)
        check_line(&play, steps->at, id, steps->line, steps->start);
    play_close(&play);
}

/* ---- greylist ---- */

#define RCPT_A "RCPT TO:<a@d>"
#define RCPT_B "RCPT TO:<b@d>"

static void greylist_delays(void **state)
{
    static const struct step steps[] = {{0, RCPT_A, "451"}, {299, RCPT_A, "451"},
        {299, RCPT_B, "451"}, {300, RCPT_A, "250"}, {301, RCPT_A, "250"}, {301, RCPT_B, "451"},
        {599, RCPT_B, "250"}, {0}};
    play_steps("greylist",
        "local g = require 'greylist'\nreturn { rcpt = g { delay = minutes(5) } }", steps);
}

static void greylist_forgets(void **state)
{
    static const struct step window[] = {
        {0, RCPT_A, "451"}, {601, RCPT_A, "451"}, {661, RCPT_A, "250"}, {0}};
    play_steps("greylist",
        "local g = require 'greylist'\nreturn { rcpt = g { delay = 60, window = 600 } }", window);
    static const struct step keep[] = {
        {0, RCPT_A, "451"}, {60, RCPT_A, "250"}, {1059, RCPT_A, "250"}, {2060, RCPT_A, "451"}, {0}};
    play_steps("greylist",
        "local g = require 'greylist'\nreturn { rcpt = g { delay = 60, keep = 1000 } }", keep);
}

static void greylist_too_early(void **state)
{
    static const struct step waits[] = {
        {0, RCPT_A, "451 60"}, {50, RCPT_A, "451 10"}, {61, RCPT_A, "250"}, {0}};
    play_steps("greylist",
        "local g = require 'greylist'\nreturn { rcpt = g { delay = 60, reply = '451 %d seconds' } "
        "}",
        waits);
    static const struct step restarts[] = {{0, RCPT_A, "451 60"}, {50, RCPT_A, "451 60"},
        {61, RCPT_A, "451 60"}, {121, RCPT_A, "250"}, {0}};
    play_steps("greylist",
        "local g = require 'greylist'\n"
        "return { rcpt = g { delay = 60, early = 'restart', reply = '451 %d seconds' } }",
        restarts);
}

static void greylist_knows_a_network(void **state)
{
    static const struct step steps[] = {{0, RCPT_A, "451"}, {1, RCPT_B, "451"}, {60, RCPT_A, "250"},
        {60, RCPT_B, "250"}, {60, "RCPT TO:<never@seen>", "250"}, {0}};
    play_steps("greylist",
        "local g = require 'greylist'\nreturn { rcpt = g { delay = 60, passes = 1 } }", steps);
}

/* The handler by itself: what it makes of addresses, given sessions of the test's making. */
static void greylist_prefixes(void **state)
{
    static const struct {
        const char *options, *first, *second;
        bool same;
    } pairs[] = {{"prefix = 24", "192.0.2.1", "192.0.2.254", true},
        {"prefix = 24", "192.0.2.1", "192.0.3.1", false},
        {"prefix = 32", "192.0.2.1", "192.0.2.2", false},
        {"prefix = 32", "192.0.2.1", "192.0.2.1", true},
        {"prefix = 20", "10.0.16.1", "10.0.31.9", true},
        {"prefix = 20", "10.0.16.1", "10.0.32.1", false},
        {"prefix = 0", "10.0.16.1", "192.0.2.1", true},
        {"", "2001:db8::1", "2001:db8::ffff:2", true},
        {"", "2001:db8:0:0:1::1", "2001:db8::2", true},
        {"", "2001:db8:0:1::1", "2001:db8::1", false}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char *text = mem_format(
            "local g = require 'greylist'\n"
            "local h = g { delay = 60, %s }\n"
            "local function at(ip, t) return h({ ip = ip, from = { addr = 'a@b' }, "
            "now = function() return t end }, { addr = 'c@d' }) end\n"
            "return { connect = function(s)\n"
            "  assert(at('%s', 0))\n"
            "  assert((at('%s', 60) == nil) == %s, 'as the same network')\n"
            "end }",
            pairs[i].options, pairs[i].first, pairs[i].second, pairs[i].same ? "true" : "false");
        struct play play;
        struct talk talk = {0};
        start_with(&play, "greylist", text);
        talk_begin(&talk, &play, 0, 1);
        if (talk.state == SCRIPT_FAILED)
            fail_msg("%s and %s: %s", pairs[i].first, pairs[i].second, script_run_why(talk.run));
        talk_end(&talk);
        play_close(&play);
        free(text);
    }
}

/* ---- quota ---- */

/* A whole message of so many bytes for this mailbox; start: of the reply to the dot, or to RCPT if
 * that is refused. */
static void deliver(struct play *play, double now, uint64_t id, uint64_t size, const char *start)
{
    struct talk talk = {0};
    talk_begin(&talk, play, 0, id);
    talk.now = now;
    talk_mail(&talk);
    talk_said(&talk);
    talk_line(&talk, RCPT_A);
    const char *said = talk_said(&talk);
    if (strncmp(said, "250", 3) == 0) {
        talk_line(&talk, "DATA");
        talk_said(&talk);
        talk_message(&talk, size, false);
        said = talk_said(&talk);
    }
    assert_starts(said, start);
    talk_end(&talk);
}

static void quota_of_bytes(void **state)
{
    struct play play;
    start_with(&play, "quota",
        "local q = require 'quota'\nlocal b = q { bytes = 1000, frees = 600 }\n"
        "return { rcpt = b.rcpt, eom = b.eom }");
    deliver(&play, 0, 1, 600, "250");
    deliver(&play, 1, 2, 500, "452 4.2.2"); /* does not fit: nothing of it stays */
    deliver(&play, 2, 3, 400, "250");       /* fills it */
    deliver(&play, 3, 4, 1, "452 4.2.2");   /* at RCPT */
    check_line(&play, 3, 5, RCPT_B, "250"); /* another mailbox */
    deliver(&play, 599, 6, 1, "452 4.2.2");
    deliver(&play, 600, 7, 600, "250");     /* the first was read and deleted */
    deliver(&play, 601, 8, 1, "452 4.2.2"); /* the second was not */
    play_close(&play);
}

static void quota_of_messages(void **state)
{
    struct play play;
    start_with(&play, "quota",
        "local q = require 'quota'\nlocal b = q { messages = 2, used = 'all', frees = 60, reply = "
        "'552 5.2.2 Full', "
        "whose = 'a' }\n"
        "return { rcpt = b.rcpt, eom = b.eom }");
    deliver(&play, 0, 1, 10, "552 5.2.2 Full");
    check_line(&play, 0, 2, RCPT_B, "250"); /* is not the one with a quota */
    deliver(&play, 60, 3, 10, "250");
    deliver(&play, 61, 4, 10, "250");
    deliver(&play, 62, 5, 10, "552");
    play_close(&play);
}

static void quota_and_size(void **state)
{
    struct play play;
    start_with(&play, "quota",
        "local q = require 'quota'\nlocal b = q { bytes = 1000, used = 900 }\nreturn { rcpt = "
        "b.rcpt, eom = b.eom }");
    static const struct {
        const char *mail, *start;
    } cases[] = {{"MAIL FROM:<a@b> SIZE=101", "452"}, {"MAIL FROM:<a@b> SIZE=100", "250"},
        {"MAIL FROM:<a@b>", "250"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct talk talk = {0};
        talk_begin(&talk, &play, 0, i + 1);
        talk_line(&talk, "EHLO t");
        talk_line(&talk, cases[i].mail);
        talk_said(&talk);
        talk_line(&talk, RCPT_A);
        assert_starts(talk_said(&talk), cases[i].start);
        talk_end(&talk);
    }
    play_close(&play);
}

/* ---- rate ---- */

static void rate_windows(void **state)
{
    static const struct step steps[] = {{0, RCPT_A, "250"}, {10, RCPT_A, "250"},
        {20, RCPT_A, "450 40"}, {20, RCPT_B, "250"}, {59, RCPT_A, "450 1"}, {60, RCPT_A, "250"},
        {61, RCPT_A, "450 9"}, {70, RCPT_A, "250"}, {0}};
    play_steps("rate",
        "local r = require 'rate'\n"
        "return { rcpt = r { limit = 2, per = 60, by = r.by_rcpt, reply = '450 %d seconds' } }",
        steps);
}

static void rate_punishes(void **state)
{
    static const struct step penalty[] = {{0, RCPT_A, "250"}, {1, RCPT_A, "450 100"},
        {60, RCPT_A, "450 41"}, {101, RCPT_A, "250"}, {0}};
    play_steps("rate",
        "local r = require 'rate'\n"
        "return { rcpt = r { limit = 1, per = 10, penalty = 100, reply = '450 %d seconds' } }",
        penalty);
    static const struct step strict[] = {
        {0, RCPT_A, "250"}, {9, RCPT_A, "450"}, {18, RCPT_A, "450"}, {28, RCPT_A, "250"}, {0}};
    play_steps("rate",
        "local r = require 'rate'\nreturn { rcpt = r { limit = 1, per = 10, strict = true } }",
        strict);
}

static void connections_at_once(void **state)
{
    struct play play;
    struct talk first = {0}, second = {0}, third = {0};
    start_with(&play, "rate",
        "local r = require 'rate'\nlocal one = r.at_once { limit = 1 }\n"
        "return { connect = one.connect, close = one.close }");
    talk_begin(&first, &play, 0, 1);
    assert_starts(talk_said(&first), "220");
    talk_begin(&second, &play, 0, 2);
    assert_starts(talk_said(&second), "421 4.7.0");
    talk_end(&second);
    talk_end(&first);
    talk_begin(&third, &play, 0, 3);
    assert_starts(talk_said(&third), "220");
    talk_end(&third);
    play_close(&play);
}

/* ---- blocklist ---- */

static void blocklist_styles(void **state)
{
    static const struct {
        const char *options, *said;
    } styles[] = {
        {"list = 'zen.test'",
            "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.test; "
            "https://zen.test/lookup?192.0.2.7\r\n"},
        {"list = 'zen.test', style = 'sendmail', ip = '198.51.100.9'",
            "550 5.7.1 Rejected: 198.51.100.9 listed at zen.test\r\n"},
        {"list = 'zen.test', style = 'sendmail', later = true",
            "450 4.7.1 Rejected: 192.0.2.7 listed at zen.test\r\n"},
        {"list = 'zen.test', style = 'exim', url = 'see %s'",
            "550-rejected because 192.0.2.7 is in a black list at zen.test\r\n550 see "
            "192.0.2.7\r\n"},
        {"list = 'zen.test', style = 'qmail', url = 'Blocked %s'", "553 Blocked 192.0.2.7\r\n"},
        {"list = 'zen.test', style = '521 %ip, says %list (%url)', url = 'x'",
            "521 192.0.2.7, says zen.test (x)\r\n"},
        {"list = 'zen.test', listed = function(s) return s.ip ~= '192.0.2.7' end",
            "250 2.1.5 Recipient ok\r\n"},
    };
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        char *text = mem_format(
            "local b = require 'blocklist'\nreturn { rcpt = b { %s } }", styles[i].options);
        struct play play;
        start_with(&play, "blocklist", text);
        check_line(&play, 0, 1, RCPT_A, styles[i].said);
        play_close(&play);
        free(text);
    }
    static const struct step delisted[] = {
        {100, RCPT_A, "554"}, {159, RCPT_A, "554"}, {160, RCPT_A, "250"}, {0}};
    play_steps("blocklist",
        "local b = require 'blocklist'\nreturn { rcpt = b { list = 'x', lasting = 60 } }",
        delisted);
}

/* ---- mistakes are told when the file is loaded ---- */

static void mistakes(void **state)
{
    static const struct {
        const char *library, *text, *why;
    } cases[] = {
        {"greylist", "\nlocal g = require 'greylist'\nreturn { rcpt = g { dely = 5 } }",
            "case.lua:3: greylist: there is no option 'dely'"},
        {"greylist", "local g = require 'greylist'\nreturn { rcpt = g { prefix = 33 } }",
            "a prefix has 0 to 32 bits"},
        {"quota", "local q = require 'quota'\nq { byte = 5 }\nreturn {}",
            "case.lua:2: quota: there is no option 'byte'"},
        {"rate", "local r = require 'rate'\nreturn { mail = r { limit = 5 } }",
            "rate: per must be given"},
        {"rate", "local r = require 'rate'\nreturn { mail = r { limit = 'x', per = 1 } }",
            "limit is a whole number"},
        {"rate", "local r = require 'rate'\nr.at_once { limit = 1, per = 2 }\nreturn {}",
            "there is no option 'per'"},
        {"blocklist", "local b = require 'blocklist'\nreturn { mail = b {} }",
            "list must be given"},
        {"blocklist",
            "local b = require 'blocklist'\nreturn { mail = b { list = 'x', style = 'cisco' } }",
            "'cisco' is neither a known style nor a reply"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct play play;
        open_with(&play, cases[i].library);
        play_load(&play, cases[i].text, NULL);
        assert_null(play.script);
        assert_has(play.why, cases[i].why);
        play_close(&play);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(greylist_delays),
        cmocka_unit_test(greylist_forgets), cmocka_unit_test(greylist_too_early),
        cmocka_unit_test(greylist_knows_a_network), cmocka_unit_test(greylist_prefixes),
        cmocka_unit_test(quota_of_bytes), cmocka_unit_test(quota_of_messages),
        cmocka_unit_test(quota_and_size), cmocka_unit_test(rate_windows),
        cmocka_unit_test(rate_punishes), cmocka_unit_test(connections_at_once),
        cmocka_unit_test(blocklist_styles), cmocka_unit_test(mistakes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
