/* SPDX-License-Identifier: BSD-2-Clause */
/* text.c - the explanation for people. */
#include "cli.h"
#include <string.h>

enum { WIDTH = 80, LABEL = 16 };

static const char *paint(const struct cli *cli, const char *code)
{
    return cli->color ? code : "";
}

/* Columns of a word: UTF-8 continuation bytes take none. */
static size_t columns(const char *p, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += ((unsigned char)p[i] & 0xC0) != 0x80;
    return count;
}

static void wrapped(const struct cli *cli, const char *label, const char *text)
{
    size_t column = LABEL;

    if (!text || !*text)
        return;
    printf("  %s%-*s%s", paint(cli, "\033[2m"), LABEL - 2, label, paint(cli, "\033[0m"));
    while (*text) {
        size_t n = strcspn(text, " ");

        if (column > LABEL && column + 1 + columns(text, n) > WIDTH) {
            printf("\n%*s", LABEL, "");
            column = LABEL;
        } else if (column > LABEL) {
            putchar(' ');
            column++;
        }
        fwrite(text, 1, n, stdout);
        column += columns(text, n);
        text += n;
        while (*text == ' ')
            text++;
    }
    putchar('\n');
}

static const char *actor_words(const char *actor)
{
    static const struct {
        const char *actor, *words;
    } all[] = {{"sender", "you, the sender"},
        {"sender-postmaster", "whoever runs the sending mail server"},
        {"recipient", "the recipient"},
        {"recipient-postmaster", "whoever runs the recipient's mail server"},
        {"postmasters", "the postmasters of both sides"},
        {"nobody", "nobody: there is nothing to do"}};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i].actor, actor))
            return all[i].words;
    return actor;
}

static void print_causes(const struct cli *cli, const struct bounce_recipient *rcpt)
{
    char list[400] = "";
    const char *cause;

    for (size_t i = 0; (cause = bounce_recipient_cause(rcpt, i)); i++) {
        size_t n = strlen(list);
        snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "", cause);
    }
    wrapped(cli, "May also be", list);
}

static void print_evidence(const struct cli *cli, const struct bounce_recipient *rcpt)
{
    const char *words = bounce_recipient_text(rcpt, BOUNCE_EVIDENCE);
    const char *rule = bounce_recipient_text(rcpt, BOUNCE_RULE);
    char line[1000];
    size_t offset, length;
    int n = 0;

    if (words)
        n = snprintf(line, sizeof line, "\"%.600s\"", words);
    if (words && bounce_recipient_span(rcpt, &offset, &length))
        n += snprintf(line + n, sizeof line - (size_t)n, " at byte %zu,", offset);
    snprintf(line + n, sizeof line - (size_t)n, "%s%s %s, confidence %.0f %%", n ? " " : "",
        strchr(rule, '/') ? "rule" : "by", rule, 100 * bounce_recipient_confidence(rcpt));
    wrapped(cli, "Evidence", line);
}

static void print_headline(const struct cli *cli, const struct bounce_recipient *rcpt)
{
    const char *address = bounce_recipient_text(rcpt, BOUNCE_ADDRESS);
    const char *stage = bounce_recipient_text(rcpt, BOUNCE_STAGE);

    printf("%s%s%s%s%s", paint(cli, "\033[1m"), address ? address : "", address ? ": " : "",
        bounce_recipient_text(rcpt, BOUNCE_REASON), paint(cli, "\033[0m"));
    if (stage)
        printf(" at %s", stage);
    if (bounce_recipient_flag(rcpt, BOUNCE_EXPIRED))
        fputs(" (until the queue gave up)", stdout);
    if (bounce_recipient_flag(rcpt, BOUNCE_ADDRESS_DEAD))
        printf(" %s[dead address]%s", paint(cli, "\033[31m"), paint(cli, "\033[0m"));
    putchar('\n');
}

void text_print(const struct cli *cli, const char *source, const struct bounce *bounce)
{
    size_t count = bounce_recipient_count(bounce);

    if (cli->printed)
        putchar('\n');
    printf("%s: %s", source, bounce_kind_name(bounce_message_kind(bounce)));
    if (bounce_message_text(bounce, BOUNCE_REPORTING_MTA))
        printf(", written by %s", bounce_message_text(bounce, BOUNCE_REPORTING_MTA));
    putchar('\n');
    for (size_t i = 0; i < count; i++) {
        const struct bounce_recipient *rcpt = bounce_recipient_at(bounce, i);

        print_headline(cli, rcpt);
        wrapped(cli, "What happened", bounce_recipient_text(rcpt, BOUNCE_EXPLANATION));
        print_causes(cli, rcpt);
        wrapped(cli, "Whose move", actor_words(bounce_recipient_text(rcpt, BOUNCE_ACTOR)));
        wrapped(cli, "What to do", bounce_recipient_text(rcpt, BOUNCE_REMEDY));
        wrapped(cli, "Who gave up", bounce_recipient_text(rcpt, BOUNCE_RETRY_STORY));
        wrapped(cli, "It said", bounce_recipient_text(rcpt, BOUNCE_DIAGNOSTIC));
        print_evidence(cli, rcpt);
    }
}
