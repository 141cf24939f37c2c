/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of tests/corpus: each line is a test of its own.
 *
 *   test_tables seeds.tsv    id form reason actor flags stage text
 *   test_tables mta.tsv      file address kind reason stage flags status; formats.tsv too
 *
 * "-" means absent, "*" anything; flags: P permanent, T transient, E expired, D dead address. */
#include "kit.h"

enum { LINES_MOST = 400, COLUMNS = 7 };

struct line {
    char *columns[COLUMNS];
};

static struct line lines[LINES_MOST];
static struct CMUnitTest tests[LINES_MOST];
static const char *folder;
static struct bounce_reader *reader; /* one for all: making it costs more than reading a message */

static void check_text(const char *what, const char *got, const char *want)
{
    if (!strcmp(want, "*"))
        return;
    if (strcmp(*got ? got : "-", want) != 0)
        fail_msg("%s: want %s, got %s", what, want, *got ? got : "-");
}

static void check_flag(
    const struct bounce_recipient *rcpt, enum bounce_flag flag, bool want, const char *name)
{
    if (bounce_recipient_flag(rcpt, flag) != want)
        fail_msg("%s: want %d", name, want);
}

static void check_flags(const struct bounce_recipient *rcpt, const char *flags)
{
    if (strchr(flags, '*'))
        return;
    if (strchr(flags, 'P') || strchr(flags, 'T'))
        check_flag(rcpt, BOUNCE_PERMANENT, strchr(flags, 'P') != NULL, "permanent");
    check_flag(rcpt, BOUNCE_EXPIRED, strchr(flags, 'E') != NULL, "expired");
}

/* "\n" in the text column is a line end. */
static void unescape(char *text)
{
    char *to = text;

    for (const char *p = text; *p; p++) {
        if (p[0] == '\\' && p[1] == 'n') {
            *to++ = '\n';
            p++;
        } else {
            *to++ = *p;
        }
    }
    *to = '\0';
}

/* Mail that is about no failure: only its kind is checked. */
static bool only_kind(const struct line *line, const struct bounce *bounce)
{
    if (strcmp(line->columns[1], "*") != 0)
        return false;
    check_text("kind", bounce_kind_name(bounce_message_kind(bounce)), line->columns[2]);
    return true;
}

static size_t recipient_named(const struct bounce *bounce, const char *address)
{
    size_t i = 0;

    while (i < bounce_recipient_count(bounce) &&
           strcmp(kit_text(bounce, i, BOUNCE_ADDRESS), address) != 0)
        i++;
    if (i == bounce_recipient_count(bounce))
        fail_msg(
            "no recipient %s but %s", address, i ? kit_text(bounce, 0, BOUNCE_ADDRESS) : "none");
    return i;
}

static void check_recipient(const struct line *line, const struct bounce *bounce, size_t i)
{
    check_text("kind", bounce_kind_name(bounce_message_kind(bounce)), line->columns[2]);
    check_text("reason", kit_text(bounce, i, BOUNCE_REASON), line->columns[3]);
    check_text("stage", kit_text(bounce, i, BOUNCE_STAGE), line->columns[4]);
    check_flags(bounce_recipient_at(bounce, i), line->columns[5]);
    if (!strchr(line->columns[5], '*'))
        check_flag(bounce_recipient_at(bounce, i), BOUNCE_ADDRESS_DEAD,
            strchr(line->columns[5], 'D') != NULL, "dead");
    check_text("status", kit_text(bounce, i, BOUNCE_STATUS), line->columns[6]);
}

/* A seed is a bare reply, or the body of a notification. */
static struct bounce *explain_seed(const char *form, const char *text)
{
    char message[4096];

    if (!strcmp(form, "reply"))
        return kit_reply(reader, text, NULL);
    snprintf(message, sizeof message,
        "Return-Path: <>\nFrom: MAILER-DAEMON@mta.example\nTo: me@mta.example\nSubject: %s\n\n%s\n",
        !strcmp(form, "delay") ? "Warning: message delayed" : "Undelivered Mail Returned to Sender",
        text);
    return kit_message(reader, message, strlen(message));
}

static void check_seed(void **state)
{
    struct line *line = *state;
    struct bounce *bounce;

    unescape(line->columns[6]);
    bounce = explain_seed(line->columns[1], line->columns[6]);
    check_text("reason", kit_text(bounce, 0, BOUNCE_REASON), line->columns[2]);
    check_text("actor", kit_text(bounce, 0, BOUNCE_ACTOR), line->columns[3]);
    check_flags(bounce_recipient_at(bounce, 0), line->columns[4]);
    check_text("stage", kit_text(bounce, 0, BOUNCE_STAGE), line->columns[5]);
    bounce_free(bounce);
}

static void check_bounce(void **state)
{
    struct line *line = *state;
    struct bounce *bounce;
    size_t len = 0;
    char *text = kit_file(folder, line->columns[0], &len);

    assert_non_null(text);
    bounce = kit_message(reader, text, len);
    if (!only_kind(line, bounce))
        check_recipient(line, bounce, recipient_named(bounce, line->columns[1]));
    bounce_free(bounce);
    free(text);
}

int main(int argc, char **argv)
{
    char path[1024], *text, *save = NULL, names[LINES_MOST][160];
    size_t len = 0, n = 0;
    bool seeds;
    int failures;

    if (argc != 3)
        return 99;
    folder = argv[1];
    seeds = strstr(argv[2], "seeds") != NULL;
    snprintf(path, sizeof path, "%s", argv[2]);
    text = kit_file(folder, path, &len);
    for (char *row = text ? strtok_r(text, "\n", &save) : NULL; row && n < LINES_MOST;
         row = strtok_r(NULL, "\n", &save)) {
        if (kit_columns(row, lines[n].columns, COLUMNS) != COLUMNS)
            continue;
        snprintf(names[n], sizeof names[n], "%s %s", lines[n].columns[0],
            seeds ? "" : lines[n].columns[1]);
        tests[n] = (struct CMUnitTest){.name = names[n],
            .test_func = seeds ? check_seed : check_bounce,
            .initial_state = &lines[n]};
        n++;
    }
    if (!n || bounce_reader_new(&reader) != BOUNCE_OK)
        return 99;
    failures = _cmocka_run_group_tests(seeds ? "seeds" : "mta", tests, n, NULL, NULL);
    bounce_reader_free(reader);
    free(text);
    return failures;
}
