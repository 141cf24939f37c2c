/* SPDX-License-Identifier: BSD-2-Clause */
#include "trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <bounce.h>
#include <stdlib.h>
#include <string.h>
#include "server/server.h"
#include "util/mem.h"
#include "util/text.h"

const struct judge_sender open_sender = {.own_timeouts = true, .tells_attempts = true};
const struct judge_sender closed_sender = {.own_timeouts = false, .tells_attempts = false};

void trial_open(struct trial *t, const char *expect)
{
    char *why = NULL,
         *text = mem_format("return { send = { to = { 'user' } }, expect = { %s } }", expect);
    *t = (struct trial){.sender = &open_sender};
    t->script = script_load_text("case", text, &why);
    if (why)
        print_error("%s\n", why);
    assert_non_null(t->script);
    t->record.reported = t->record.connections = 1;
    free(text);
}

/* A small report (RFC 3464) about one recipient; fields may be NULL. */
void add_report(struct record *record, const char *rcpt, const char *action, const char *status,
    const char *diagnostic)
{
    struct buf mail = {0};
    buf_addf(&mail,
        "From: Mail Delivery System <MAILER-DAEMON@mta.test>\r\nTo: case@origin.test\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\nContent-Type: "
        "multipart/report;\r\n"
        " report-type=delivery-status; boundary=\"b\"\r\n\r\n--b\r\n\r\nThis is the mail "
        "system.\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mta.test\r\n\r\n");
    if (rcpt)
        buf_addf(&mail, "Final-Recipient: rfc822; %s\r\n", rcpt);
    buf_addf(&mail, "Action: %s\r\nStatus: %s\r\n", action, status);
    if (diagnostic)
        buf_addf(&mail, "Diagnostic-Code: smtp; %s\r\n", diagnostic);
    buf_addf(&mail, "\r\n--b--\r\n");
    struct server_message message = {.from = "", .bytes = buf_text(&mail), .len = mail.len};
    record_bounce(record, &message);
    buf_free(&mail);
}

void trial_judge(struct trial *t)
{
    struct bounce_reader *reader = NULL;
    assert_int_equal(bounce_reader_new(&reader), BOUNCE_OK);
    judge(script_scenario(t->script), &t->record, t->sender, reader, &t->result);
    bounce_reader_free(reader);
}

void trial_close(struct trial *t)
{
    result_deinit(&t->result);
    record_deinit(&t->record);
    script_free(t->script);
}

const struct check *check_of(const struct trial *t, const char *what)
{
    for (size_t i = 0; i < t->result.check_count; i++)
        if (strcmp(t->result.checks[i].what, what) == 0)
            return &t->result.checks[i];
    return NULL;
}

void assert_check(const struct trial *t, const char *what, enum verdict verdict)
{
    const struct check *check = check_of(t, what);
    if (!check)
        print_error("nothing was compared about %s\n", what);
    assert_non_null(check);
    if (check->verdict != verdict)
        print_error("%s: wanted %s, got %s: %s, not %s\n", what,
            check->want ? check->want : "nothing", check->got ? check->got : "nothing",
            verdict_name(check->verdict), verdict_name(verdict));
    assert_int_equal(check->verdict, verdict);
}

bool noted(const struct trial *t, const char *part)
{
    for (size_t i = 0; i < t->result.note_count; i++)
        if (strstr(t->result.notes[i], part))
            return true;
    return false;
}
