/* SPDX-License-Identifier: BSD-2-Clause */
/* Every way a session can go wrong, one row each: what the peer does, what the first attempt says
 * about it, and what the bounce says in the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "util/mem.h"
#include "world.h"

#define LINE200                                                                                    \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
    "xxxxxxxx"                                                                                     \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
    "xxxxxxxx"
#define LINE2000 LINE200 LINE200 LINE200 LINE200 LINE200 LINE200 LINE200 LINE200 LINE200 LINE200

struct row {
    const char *name;
    struct peer_rule rules[4];
    const char *attempt; /* "stage text" of the first attempt; "" where only its beginning counts */
    const char *bounced; /* in the bounce; NULL: the message arrives after all */
    bool at_once;        /* permanent: the bounce is written at the first attempt */
};

static const struct row rows[] = {
    {"banner stalls", {{"", NULL}}, "connect conversation timed out",
        "timed out while receiving the initial server greeting"},
    {"banner closes", {{"", NULL, PEER_CLOSE}}, "connect connection closed by the server",
        "lost connection with mx2.test[127.0.0.2]:"},
    {"banner resets", {{"", NULL, PEER_RESET}}, "connect connection reset by the server",
        "connection reset by mx2.test[127.0.0.2]:"},
    {"banner 554", {{"", "554 5.3.2 No SMTP here\r\n"}}, "connect 554 5.3.2 No SMTP here",
        "Status: 5.3.2\r\nRemote-MTA: dns; mx2.test\r\nDiagnostic-Code: smtp; 554 5.3.2 No SMTP "
        "here\r\n",
        true},
    {"banner is not SMTP", {{"", "SSH-2.0-OpenSSH_9\r\n"}},
        "connect malformed reply: no reply code: \"SSH-2.0-OpenSSH_9\"",
        "protocol error: malformed reply from mx2.test"},
    {"banner 354", {{"", "354 Go\r\n"}}, "connect unexpected reply: 354 Go",
        "protocol error: unexpected reply"},
    {"banner line too long", {{"", "220-" LINE2000 LINE2000 "\r\n"}}, "", "reply line too long"},
    {"code out of range", {{"MAIL", "650 What\r\n"}},
        "mail malformed reply: reply code out of range: \"650 What\"", "reply code out of range"},
    {"two codes", {{"RCPT", "250-Ok\r\n550 No\r\n"}},
        "rcpt malformed reply: two reply codes in one reply: \"250-Ok 550 No\"",
        "two reply codes in one reply"},
    {"four digits", {{"RCPT", "2500 Ok\r\n"}}, "",
        "neither space nor hyphen behind the reply code"},
    {"empty line", {{"RCPT", "\r\n"}}, "rcpt malformed reply: no reply code: \"\"",
        "no reply code"},
    {"two replies to one command", {{"DATA", "250 Ok\r\n354 Go on\r\n"}},
        "data unexpected reply: 250 Ok", "unexpected reply from mx2.test"},
    {"EHLO and HELO refused", {{"EHLO", "502 No\r\n"}, {"HELO", "504 Nor this\r\n"}},
        "ehlo 504 Nor this", "said: 504 Nor this (in reply to HELO command)", true},
    {"EHLO busy", {{"EHLO", "451 Later\r\n"}}, "ehlo 451 Later",
        "said: 451 Later (in reply to EHLO command)"},
    {"EHLO stalls", {{"EHLO", NULL}}, "ehlo conversation timed out",
        "timed out while sending EHLO"},
    {"MAIL stalls", {{"MAIL", NULL}, {"RCPT", NULL}}, "mail conversation timed out",
        "timed out while sending MAIL FROM"},
    {"MAIL refused", {{"MAIL", "550 5.7.1 Not you\r\n"}, {"RCPT", "503 5.5.1 MAIL first\r\n"}},
        "mail 550 5.7.1 Not you", "said: 550 5.7.1 Not you (in reply to MAIL FROM command)", true},
    {"MAIL busy", {{"MAIL", "452 4.3.1 Full\r\n"}, {"RCPT", "503 5.5.1 MAIL first\r\n"}},
        "mail 452 4.3.1 Full", "Diagnostic-Code: smtp; 452 4.3.1 Full\r\n"},
    {"RCPT 421", {{"RCPT", "421 4.3.2 Going down\r\n", PEER_CLOSE}}, "rcpt 421 4.3.2 Going down",
        "said: 421 4.3.2 Going down (in reply to RCPT TO command)"},
    {"RCPT 421 and reset", {{"RCPT", "421 4.3.2 Going down\r\n", PEER_RESET}}, "", "4"},
    {"RCPT closes", {{"RCPT", NULL, PEER_CLOSE}}, "rcpt connection closed by the server",
        "lost connection with mx2.test"},
    {"RCPT half a reply", {{"RCPT", "550 No su", PEER_CLOSE}},
        "rcpt connection closed by the server", "while sending RCPT TO"},
    {"RCPT half a multi-line reply", {{"RCPT", "550-No such user\r\n", PEER_CLOSE}},
        "rcpt connection closed by the server", "while sending RCPT TO"},
    {"RCPT never ends its reply", {{"RCPT", "250-Wait\r\n"}}, "rcpt conversation timed out",
        "timed out while sending RCPT TO"},
    {"RCPT 354", {{"RCPT", "354 Go\r\n"}}, "rcpt unexpected reply: 354 Go",
        "protocol error: unexpected reply"},
    {"DATA stalls", {{"DATA", NULL}}, "data conversation timed out",
        "timed out while sending the DATA command"},
    {"DATA refused", {{"DATA", "554 5.7.1 No\r\n"}}, "data 554 5.7.1 No",
        "said: 554 5.7.1 No (in reply to DATA command)", true},
    {"DATA 250", {{"DATA", "250 Ok\r\n"}}, "data unexpected reply: 250 Ok",
        "protocol error: unexpected reply"},
    {"reset after DATA", {{"DATA", "354 Go\r\n", PEER_RESET}}, "", "4"},
    {"refused in the body", {{"(body)", "552 5.3.4 Enough\r\n", PEER_GO_ON}}, "",
        "552 5.3.4 Enough", true},
    {"closes after the dot", {{".", NULL, PEER_CLOSE}}, "eom connection closed by the server",
        "after end of data; the message may have been delivered"},
    {"resets after the dot", {{".", NULL, PEER_RESET}}, "eom connection reset by the server",
        "after end of data; the message may have been delivered"},
    {"stalls after the dot", {{".", NULL}}, "eom conversation timed out",
        "timed out after end of data; the message may have been delivered"},
    {"spam", {{".", "554 5.7.1 Spam\r\n"}}, "eom 554 5.7.1 Spam",
        "said: 554 5.7.1 Spam (in reply to end of data)", true},
    {"no room", {{".", "452 4.3.1 Full\r\n"}}, "eom 452 4.3.1 Full",
        "Diagnostic-Code: smtp; 452 4.3.1 Full\r\n"},
    {"EHLO says how little it takes", {{"EHLO", "250-peer.test\r\n250 SIZE 20\r\n"}},
        "mail message size 82 exceeds size limit 20", "Status: 5.3.4\r\n", true},
    /* and what is only unusual */
    {"code alone", {{"RCPT", "250\r\n"}}, "eom 250 2.0.0 Ok", NULL},
    {"bare LF", {{"RCPT", "250 Ok\n"}}, "eom 250 2.0.0 Ok", NULL},
    {"251", {{"RCPT", "251 Forwarded\r\n"}}, "eom 250 2.0.0 Ok", NULL},
    {"EHLO unknown", {{"EHLO", "500 What\r\n"}}, "eom 250 2.0.0 Ok", NULL},
    {"QUIT stalls", {{"QUIT", NULL}}, "eom 250 2.0.0 Ok", NULL},
    {"QUIT closes", {{"QUIT", NULL, PEER_CLOSE}}, "eom 250 2.0.0 Ok", NULL},
    {"QUIT resets", {{"QUIT", NULL, PEER_RESET}}, "eom 250 2.0.0 Ok", NULL},
    {"QUIT garbage", {{"QUIT", "?\r\n"}}, "eom 250 2.0.0 Ok", NULL},
    {"accepted, then 421", {{".", "250 Ok\r\n421 Too long\r\n", PEER_CLOSE}}, "eom 250 Ok", NULL},
};

static void check_row(const struct row *row)
{
    struct world world;
    struct peer_rule rules[5] = {{0}};
    memcpy(rules, row->rules, sizeof row->rules);
    world_deliver(&world, rules);
    char *first = mem_format("1 attempt mx2.test %s%s", row->attempt, *row->attempt ? "\n" : "");
    assert_has(buf_text(&world.log), first);
    free(first);
    assert_int_equal(world.counts[SENDER_BOUNCED], row->bounced ? 1 : 0);
    assert_int_equal(world.peers[0].messages, row->bounced ? 1 : 0);
    if (row->bounced) {
        assert_has(world_bounce(&world), row->bounced);
        assert_int_equal(strstr(world_bounce(&world), "Status: 4.4.7") != NULL, !row->at_once);
    } else {
        assert_int_equal(world.peers[1].messages, 1);
    }
    if (row->at_once)
        assert_int_equal(world.counts[SENDER_DEFERRED], 0);
    world_close(&world);
}

static void each_row(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("# %s\n", rows[i].name);
        check_row(&rows[i]);
    }
}

/* Without PIPELINING every command waits for the reply to the one before. */
static void no_pipelining(void **state)
{
    struct world world;
    struct peer_rule rules[] = {{"EHLO", "250 peer.test\r\n"}, {"MAIL", "550 No\r\n"}, {0}};
    world_deliver(&world, rules);
    assert_string_equal(
        buf_text(&world.peers[1].commands), "EHLO sender.test\nMAIL FROM:<me@home.test>\nQUIT\n");
    world_close(&world);
}

/* A client in the body cannot be told by a reply that is only in the way: 250 there delivers
 * nothing. */
static void early_acceptance_is_none(void **state)
{
    struct world world;
    struct peer_rule rules[] = {{"DATA", "354 Go\r\n250 Thanks already\r\n", PEER_GO_ON, 1}, {0}};
    world_deliver(&world, rules);
    assert_has(
        buf_text(&world.log), "1 attempt mx2.test data unexpected reply: 250 Thanks already\n");
    assert_int_equal(world.peers[1].messages, 1);
    assert_int_equal(world.counts[SENDER_DELIVERED], 1);
    world_close(&world);
}

/* One stall, then politeness: what passes is the time of that stage and the first retry. */
static void each_stage_has_its_own_time(void **state)
{
    const struct sender_timeouts *t = &sender_policy_rfc5321.timeout;
    const struct {
        const char *match;
        uint64_t timeout;
        bool retried;
    } cases[] = {{"", t->banner, true}, {"EHLO", t->ehlo, true}, {"MAIL", t->mail, true},
        {"RCPT", t->rcpt, true}, {"DATA", t->data_init, true}, {".", t->eom, true},
        {"QUIT", t->quit, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world world;
        struct peer_rule rules[] = {
            {cases[i].match, NULL, PEER_GO_ON, 1}, {"EHLO", "250 no pipelining\r\n"}, {0}};
        world_deliver(&world, rules);
        uint64_t retry = cases[i].retried ? sender_policy_rfc5321.first_retry : 0;
        assert_int_equal(world.idle_ms, cases[i].timeout + retry);
        assert_int_equal(world.counts[SENDER_DELIVERED], 1);
        world_close(&world);
    }
}

static void deliver_to_two_hosts(struct world *world, struct peer_rule *rules, const char *rcpts)
{
    world_open(world, rules, NULL);
    world_record(world, "x.test. 60 IN MX 10 mx2.test.");
    world_record(world, "x.test. 60 IN MX 20 mx3.test.");
    world_start(world);
    world_submit(world, "me@home.test", rcpts);
    world_run(world);
}

/* 421 ends the session, whatever it answers; the next host gets everybody who is still undecided.
 */
static void goodbye_at_the_second_recipient(void **state)
{
    struct world world;
    struct peer_rule rules[] = {
        {"RCPT TO:<b@", "550 5.1.1 No\r\n"}, {"RCPT TO:<c@", "421 4.3.2 Going down\r\n"}, {0}};
    deliver_to_two_hosts(&world, rules, "a@x.test b@x.test c@x.test d@x.test");
    world_assert_log(&world, "1 attempt mx2.test rcpt 421 4.3.2 Going down\n"
                             "1 failed b@x.test rcpt 550 5.1.1 No\n"
                             "1 attempt mx3.test eom 250 2.0.0 Ok\n"
                             "1 delivered a@x.test eom 250 2.0.0 Ok\n"
                             "1 delivered c@x.test eom 250 2.0.0 Ok\n"
                             "1 delivered d@x.test eom 250 2.0.0 Ok\n"
                             "1 bounced me@home.test\n"
                             "1 attempt mx1.test eom 250 2.0.0 Ok\n"
                             "1 delivered me@home.test eom 250 2.0.0 Ok\n");
    assert_int_equal(world.peers[1].quits, 0); /* nobody to say it to */
    assert_null(strstr(buf_text(&world.peers[2].commands), "b@x.test"));
    world_close(&world);
}

/* Who was refused by name keeps his own reason when the message is refused for the others. */
static void each_recipient_keeps_its_reason(void **state)
{
    struct world world;
    struct peer_rule rules[] = {
        {"RCPT TO:<b@", "550 5.1.1 No\r\n"}, {".", "554 5.7.1 Spam\r\n"}, {0}};
    deliver_to_two_hosts(&world, rules, "a@x.test b@x.test");
    assert_has(buf_text(&world.log),
        "1 failed a@x.test eom 554 5.7.1 Spam\n"
        "1 failed b@x.test rcpt 550 5.1.1 No\n1 bounced me@home.test\n");
    assert_int_equal(world.peers[2].connections, 0);
    world_close(&world);
}

/* A server two replies ahead is not told anything more; not even what it seems to have accepted. */
static void nothing_is_sent_to_a_server_out_of_turn(void **state)
{
    struct world world;
    struct peer_rule rules[] = {
        {"EHLO", "250 no pipelining\r\n"}, {"RCPT", "250 Ok\r\n250 Ok\r\n", PEER_GO_ON, 1}, {0}};
    world_deliver(&world, rules);
    assert_has(buf_text(&world.log), "1 attempt mx2.test data unexpected reply: 250 Ok\n");
    assert_has(buf_text(&world.peers[1].commands), "RCPT TO:<a@x.test>\nEHLO sender.test\n");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row),
        cmocka_unit_test(no_pipelining),
        cmocka_unit_test(early_acceptance_is_none),
        cmocka_unit_test(nothing_is_sent_to_a_server_out_of_turn),
        cmocka_unit_test(each_stage_has_its_own_time),
        cmocka_unit_test(goodbye_at_the_second_recipient),
        cmocka_unit_test(each_recipient_keeps_its_reason),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
