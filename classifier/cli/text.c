/* SPDX-License-Identifier: BSD-2-Clause */
/* text.c - the explanation for people. */
#include "cli.h"
#include "origin.h"
#include "played.h"
#include <string.h>

enum { LABEL = 16 };

const char *text_paint(const struct cli *cli, const char *code)
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

void text_wrapped(const struct cli *cli, const char *label, const char *text)
{
    size_t column = LABEL;

    if (!text || !*text)
        return;
    printf("  %s%-*s%s", text_paint(cli, "\033[2m"), LABEL - 2, label, text_paint(cli, "\033[0m"));
    while (*text) {
        size_t n = strcspn(text, " ");

        if (column > LABEL && column + 1 + columns(text, n) > (size_t)cli->width) {
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
    text_wrapped(cli, "May also be", list);
}

static void print_evidence(
    const struct cli *cli, const struct bounce_recipient *rcpt, uint64_t base)
{
    const char *words = bounce_recipient_text(rcpt, BOUNCE_EVIDENCE);
    const char *rule = bounce_recipient_text(rcpt, BOUNCE_RULE);
    char line[1000];
    size_t offset, length;
    int n = 0;

    if (words)
        n = snprintf(line, sizeof line, "\"%.600s\"", words);
    if (words && bounce_recipient_span(rcpt, &offset, &length))
        n += snprintf(line + n, sizeof line - (size_t)n, " at byte %llu,",
            (unsigned long long)(base + offset));
    snprintf(line + n, sizeof line - (size_t)n, "%s%s %s, confidence %.0f %%", n ? " " : "",
        strchr(rule, '/') ? "rule" : "by", rule, 100 * bounce_recipient_confidence(rcpt));
    text_wrapped(cli, "Evidence", line);
}

static void print_headline(const struct cli *cli, const struct bounce_recipient *rcpt)
{
    const char *address = bounce_recipient_text(rcpt, BOUNCE_ADDRESS);
    const char *stage = bounce_recipient_text(rcpt, BOUNCE_STAGE);

    printf("%s%s%s%s%s", text_paint(cli, "\033[1m"), address ? address : "", address ? ": " : "",
        bounce_recipient_text(rcpt, BOUNCE_REASON), text_paint(cli, "\033[0m"));
    if (stage)
        printf(" at %s", stage);
    if (bounce_recipient_flag(rcpt, BOUNCE_EXPIRED))
        fputs(" (until the queue gave up)", stdout);
    if (bounce_recipient_flag(rcpt, BOUNCE_ADDRESS_DEAD))
        printf(" %s[dead address]%s", text_paint(cli, "\033[31m"), text_paint(cli, "\033[0m"));
    putchar('\n');
}

static void print_origin(const struct cli *cli, const struct origin *origin)
{
    static const char *const words[] = {"cannot be told", "yes", "no: you did not send it",
        "probably not: it looks like backscatter"};
    char line[PROOF_MOST + 40];
    bool told = origin->verdict != ORIGIN_UNKNOWN || origin->dressed;

    if (origin->dressed)
        text_wrapped(cli, "Beware",
            "This is no bounce but a program dressed as one. Do not open the attachment; delete "
            "the mail.");
    else if (origin->programs.count)
        text_wrapped(cli, "Beware", "A program comes with it. Do not open it.");
    if (!told && !cli->has_mine && !origin->programs.count)
        return;
    text_wrapped(cli, "Is it mine?", words[origin->verdict]);
    for (size_t i = 0; i < origin->proof_count; i++) {
        snprintf(line, sizeof line, "%c %s", origin->proofs[i].weight > 0 ? '+' : '-',
            origin->proofs[i].text);
        text_wrapped(cli, "", line);
    }
    if (origin->verdict == ORIGIN_BACKSCATTER)
        text_wrapped(cli, "",
            "If you do not remember this message, somebody else used your address as sender: there "
            "is nothing to repair in your mail. --mine tells it for certain.");
    else if (origin->verdict == ORIGIN_NOT_MINE && !origin->dressed)
        text_wrapped(cli, "",
            "Somebody else used your address as sender. There is nothing to repair in your mail; "
            "ignore what the bounce asks of you.");
}

/* What really happened, and what of it the bounce keeps to itself. */
static void print_joined(const struct cli *cli, const struct joined_rcpt *j)
{
    char line[LINE_MOST + 240];

    if (!j->attempts && !j->left_out_count) {
        text_wrapped(cli, "Transcript", "It knows nothing of this recipient.");
        return;
    }
    for (size_t i = 0; i < j->outcome_count; i++) {
        const struct outcome_of *o = &j->outcomes[i];
        int n = snprintf(line, sizeof line, "%zu time%s the server %s%s%s%s%s", j->counts[i],
            j->counts[i] == 1 ? "" : "s", o->reply ? "said \"" : "", o->what, o->reply ? "\"" : "",
            *o->stage ? " at " : "", o->stage);
        if (o->waited > 0 && n > 0 && (size_t)n < sizeof line)
            snprintf(
                line + n, sizeof line - (size_t)n, " (it waited up to %.0f seconds)", o->waited);
        text_wrapped(cli, i ? "" : "Transcript", line);
    }
    for (size_t i = 0; i < j->left_out_count; i++)
        text_wrapped(cli, i ? "" : "It left out", j->left_out[i]);
}

void text_print(const struct cli *cli, const struct view *view)
{
    const struct bounce *bounce = view->bounce;
    size_t count = bounce_recipient_count(bounce);
    const char *subject = bounce_message_text(bounce, BOUNCE_ORIGINAL_SUBJECT);
    const char *mta = bounce_message_text(bounce, BOUNCE_REPORTING_MTA);

    if (cli->printed)
        putchar('\n');
    printf("%s: %s", view->source, bounce_kind_name(bounce_message_kind(bounce)));
    if (mta && strcmp(mta, "unknown") != 0)
        printf(", written by %s", mta);
    if (view->empty)
        fputs(": there is nothing in it", stdout);
    putchar('\n');
    if (subject && count)
        text_wrapped(cli, "Your message", subject);
    if (view->origin)
        print_origin(cli, view->origin);
    for (size_t i = 0; i < count; i++) {
        const struct bounce_recipient *rcpt = bounce_recipient_at(bounce, i);

        print_headline(cli, rcpt);
        text_wrapped(cli, "What happened", bounce_recipient_text(rcpt, BOUNCE_EXPLANATION));
        print_causes(cli, rcpt);
        text_wrapped(cli, "Whose move", actor_words(bounce_recipient_text(rcpt, BOUNCE_ACTOR)));
        text_wrapped(cli, "What to do", bounce_recipient_text(rcpt, BOUNCE_REMEDY));
        text_wrapped(cli, "Who gave up", bounce_recipient_text(rcpt, BOUNCE_RETRY_STORY));
        text_wrapped(cli, "It said", bounce_recipient_text(rcpt, BOUNCE_DIAGNOSTIC));
        print_evidence(cli, rcpt, view->offset);
        if (view->joined)
            print_joined(cli, &view->joined->rcpts[i]);
    }
}
