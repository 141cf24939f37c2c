/* SPDX-License-Identifier: BSD-2-Clause */
/* lists.c - what the library knows: codes, reasons, rules. The same tables decide and explain. */
#include "cli.h"
#include "reply.h"
#include "rules.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *class_words(unsigned class_)
{
    switch (class_) {
    case 2:
        return "success";
    case 4:
        return "temporary failure: the same may work later";
    case 5:
        return "permanent failure: sending it again unchanged will not help";
    default:
        return "no class of RFC 3463";
    }
}

static const char *reason_of(bool has, uint8_t reason)
{
    return has ? bounce__reasons[reason].name : NULL;
}

struct meaning {
    const char *code, *class_, *words, *reason, *advice;
};

static void print_meaning(const struct cli *cli, const struct meaning *meaning)
{
    json_t *object;

    if (cli->format == FORMAT_TEXT) {
        printf("%s: %s\n", meaning->code, meaning->words);
        if (meaning->class_)
            printf("  class    %s\n", meaning->class_);
        if (meaning->reason)
            printf("  usually  %s\n", meaning->reason);
        if (meaning->advice)
            printf("  advice   %s\n", meaning->advice);
        return;
    }
    object =
        json_pack("{s:s, s:s?, s:s, s:s?, s:s?}", "code", meaning->code, "class", meaning->class_,
            "meaning", meaning->words, "reason", meaning->reason, "advice", meaning->advice);
    if (object)
        json_dumpf(object, stdout, cli->format == FORMAT_JSONL ? JSON_COMPACT : JSON_INDENT(2));
    putchar('\n');
    json_decref(object);
}

/* RFC 3463 3: what the second number is about, also where the third is not registered. */
static const char *subject_words(unsigned subject)
{
    static const char *const words[] = {"not registered; of no subject in particular",
        "not registered; something about an address, the sender's or the recipient's",
        "not registered; something about the recipient's mailbox",
        "not registered; something about the mail system of the recipient",
        "not registered; something about the network or the way to the recipient",
        "not registered; something about the commands of the session",
        "not registered; something about the content of the message",
        "not registered; something about security or policy: reputation, authentication, filters"};

    return subject < sizeof words / sizeof *words ? words[subject]
                                                  : "not registered; only its class says something";
}

static bool status_code(const struct cli *cli, const char *code)
{
    char plain[16];
    struct status status;
    const struct status_info *found = NULL;
    size_t used, length = strlen(code);

    if (length >= sizeof plain)
        return false;
    memcpy(plain, code, length + 1);
    if (byte_lower(plain[0]) == 'x') /* "x.1.1" is how the registry writes them */
        plain[0] = '5';
    if (!bounce__status_parse(span_str(plain), &status, &used) || used != length)
        return false;
    for (size_t i = 0; i < bounce__status_count; i++) {
        const struct status_info *info = &bounce__statuses[i];
        if (info->subject == status.subject &&
            (info->detail == status.detail || (info->detail < 0 && !found)))
            found = info;
    }
    print_meaning(
        cli, &(struct meaning){code, byte_digit(code[0]) ? class_words(status.class_) : NULL,
                 found ? found->meaning : subject_words(status.subject),
                 found ? reason_of(found->has_reason, found->reason) : NULL,
                 found ? found->advice : NULL});
    return true;
}

static const char *digit_words(unsigned which, unsigned digit)
{
    for (size_t i = 0; i < bounce__reply_count; i++)
        if (bounce__replies[i].digit == which && bounce__replies[i].code == digit)
            return bounce__replies[i].meaning;
    return "no meaning in RFC 5321 4.2.1";
}

static bool reply_code(const struct cli *cli, const char *code)
{
    size_t length = strspn(code, "0123456789"), i;
    char words[800];
    unsigned value = (unsigned)atoi(code);

    if (code[length] || (length != 1 && length != 3) ||
        (length == 3 && (value < 200 || value > 599)))
        return false;
    if (length == 1) {
        snprintf(words, sizeof words, "as first digit: %s; as second digit: %s",
            digit_words(1, value), digit_words(2, value));
        print_meaning(cli, &(struct meaning){code, NULL, words, NULL, NULL});
        return true;
    }
    for (i = 0; i < bounce__reply_count && bounce__replies[i].code != value; i++)
        ;
    if (i == bounce__reply_count) {
        snprintf(words, sizeof words,
            "not in use by the standard; first digit: %s; second digit: %s",
            digit_words(1, value / 100), digit_words(2, value / 10 % 10));
        print_meaning(cli, &(struct meaning){code, NULL, words, NULL, NULL});
        return true;
    }
    print_meaning(
        cli, &(struct meaning){code, digit_words(1, value / 100), bounce__replies[i].meaning,
                 reason_of(bounce__replies[i].has_reason, bounce__replies[i].reason),
                 bounce__replies[i].advice});
    return true;
}

bool lists_code(const struct cli *cli, const char *code)
{
    return strchr(code, '.') ? status_code(cli, code) : reply_code(cli, code);
}

void lists_reasons(const struct cli *cli)
{
    for (size_t i = 0; i < bounce__reason_count; i++) {
        const struct reason_info *r = &bounce__reasons[i];

        if (cli->format == FORMAT_TEXT) {
            printf("%-21s %-12s %-17s %s\n", r->name, r->class_, r->sisimai, r->actor);
            continue;
        }
        json_t *object = json_pack("{s:s, s:s, s:s, s:s?, s:s}", "reason", r->name, "class",
            r->class_, "sisimai", r->sisimai, "parent", r->parent, "actor", r->actor);
        if (object)
            json_dumpf(object, stdout, cli->format == FORMAT_JSONL ? JSON_COMPACT : JSON_INDENT(2));
        putchar('\n');
        json_decref(object);
    }
}

void lists_rules(const struct cli *cli)
{
    const char *name;

    for (size_t i = 0; (name = bounce_rule_name(cli->reader, i, NULL)); i++) {
        json_t *object;

        if (cli->format == FORMAT_TEXT) {
            puts(name);
            continue;
        }
        object = json_pack("{s:s, s:b}", "rule", name, "built_in", i < bounce__rule_count);
        if (object)
            json_dumpf(object, stdout, cli->format == FORMAT_JSONL ? JSON_COMPACT : JSON_INDENT(2));
        putchar('\n');
        json_decref(object);
    }
}
