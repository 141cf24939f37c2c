/* SPDX-License-Identifier: BSD-2-Clause */
/* options.c - the command line of whybounced. See whybounced.1. */
#include "cli.h"
#include <getopt.h>
#include <string.h>

static const char usage[] =
    "usage: whybounced [--format text|json|jsonl] [--mine SPEC] [--rules FILE] "
    "[FILE|DIR|-]...\n"
    "       whybounced --summary | --unused-rules | --transcript FILE [FILE|DIR|-]...\n"
    "       whybounced [--stage STAGE] --reply TEXT|-\n"
    "       whybounced --code CODE | --list-reasons | --list-rules | --help | --version\n";

static const char help[] =
    "\nReads bounces (messages, mboxes, Maildirs, folders; standard input where nothing is named) "
    "and\n"
    "says what failed, at which stage, who gave up, whose move it is and what to do, with the "
    "words\n"
    "that prove it.\n\n"
    "  --format text|json|jsonl  for people (default), indented JSON, one JSON object a line\n"
    "  --summary                 no single messages: what many of them have in common\n"
    "  --mine KIND:VALUE         say what is yours; tells your mail from backscatter. KIND is\n"
    "                            id (a domain of your Message-IDs), host (a sending server or its\n"
    "                            address), address (you@ or @domain), file (Message-IDs you "
    "sent),\n"
    "                            batv or srs (a file of secrets), verp (bounces+{}@example.com).\n"
    "                            May be given many times\n"
    "  --transcript FILE         fakesmtp's record of the same mail: what did the bounce leave "
    "out?\n"
    "  --rules FILE              rules of your own, which win over those built in\n"
    "  --unused-rules            which rules never fired over the files named\n"
    "  --reply TEXT              explain one SMTP reply; \"-\" reads one reply a line from "
    "standard input\n"
    "  --stage STAGE             where the replies came: connect ehlo starttls auth mail rcpt data "
    "eom ...\n"
    "  --code CODE               explain a reply code (550) or an enhanced status code (5.1.1)\n"
    "  --list-reasons            all reasons with their classes\n"
    "  --list-rules              all rules\n\n"
    "Exit status: 0 done, 1 some input was no bounce, 2 wrong usage or unreadable input.\n";

int options_wrong(const char *what, const char *value)
{
    fprintf(stderr, "whybounced: %s%s%s\n%s", what, value ? ": " : "", value ? value : "", usage);
    return EXIT_TROUBLE;
}

static bool format_named(const char *name, enum format *format)
{
    static const char *const names[] = {"text", "json", "jsonl"};

    for (int i = 0; i < 3; i++)
        if (!strcmp(names[i], name)) {
            *format = (enum format)i;
            return true;
        }
    return false;
}

static bool stage_known(const char *name)
{
    static const char *const names[] = {"connect", "ehlo", "starttls", "auth", "mail", "rcpt",
        "data", "eom", "rset", "quit", "other", "close"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i], name))
            return true;
    return false;
}

enum {
    OPT_FORMAT = 256,
    OPT_REPLY,
    OPT_STAGE,
    OPT_CODE,
    OPT_REASONS,
    OPT_LIST_RULES,
    OPT_HELP,
    OPT_VERSION,
    OPT_SUMMARY,
    OPT_MINE,
    OPT_TRANSCRIPT,
    OPT_RULES,
    OPT_UNUSED
};

static const struct option options[] = {
    {"format", required_argument, NULL, OPT_FORMAT},
    {"reply", required_argument, NULL, OPT_REPLY},
    {"stage", required_argument, NULL, OPT_STAGE},
    {"code", required_argument, NULL, OPT_CODE},
    {"list-reasons", no_argument, NULL, OPT_REASONS},
    {"list-rules", no_argument, NULL, OPT_LIST_RULES},
    {"summary", no_argument, NULL, OPT_SUMMARY},
    {"mine", required_argument, NULL, OPT_MINE},
    {"transcript", required_argument, NULL, OPT_TRANSCRIPT},
    {"rules", required_argument, NULL, OPT_RULES},
    {"unused-rules", no_argument, NULL, OPT_UNUSED},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

static void print_version(void)
{
    unsigned v = bounce_version();

    printf("whybounced %u.%u.%u\n", v >> 16, v >> 8 & 0xFF, v & 0xFF);
}

static bool keep(const char **list, size_t *count, size_t most, const char *value)
{
    if (*count == most)
        return false;
    list[(*count)++] = value;
    return true;
}

/* -1: taken; -2: not one of these. */
static int take_value(struct cli *cli, struct wishes *wishes, int option, const char *value)
{
    switch (option) {
    case OPT_FORMAT:
        return format_named(value, &cli->format) ? -1 : options_wrong("unknown format", value);
    case OPT_STAGE:
        wishes->stage = value;
        return stage_known(value) ? -1 : options_wrong("unknown stage", value);
    case OPT_REPLY:
        wishes->reply = value;
        return -1;
    case OPT_CODE:
        wishes->code = value;
        return -1;
    case OPT_TRANSCRIPT:
        wishes->transcript = value;
        return -1;
    case OPT_MINE:
        return keep(wishes->mine, &wishes->mine_count, 64, value)
                   ? -1
                   : options_wrong("too many --mine", NULL);
    case OPT_RULES:
        return keep(wishes->rules, &wishes->rules_count, 16, value)
                   ? -1
                   : options_wrong("too many --rules", NULL);
    default:
        return -2;
    }
}

static int take_option(struct cli *cli, struct wishes *wishes, int option)
{
    int done = take_value(cli, wishes, option, optarg);

    if (done != -2)
        return done;
    switch (option) {
    case OPT_REASONS:
        wishes->list_reasons = true;
        return -1;
    case OPT_LIST_RULES:
        wishes->list_rules = true;
        return -1;
    case OPT_SUMMARY:
        wishes->summary = true;
        return -1;
    case OPT_UNUSED:
        wishes->unused_rules = true;
        return -1;
    case OPT_HELP:
        printf("%s%s", usage, help);
        return EXIT_DONE;
    default:
        print_version();
        return EXIT_DONE;
    }
}

/* What does not go together. */
static int check(const struct wishes *wishes, bool files)
{
    int modes = wishes->summary + wishes->unused_rules + (wishes->transcript != NULL);
    int lists = (wishes->code != NULL) + wishes->list_reasons + wishes->list_rules;

    if (lists > 1 || (lists && (files || wishes->reply || modes)))
        return options_wrong(
            "--code, --list-reasons and --list-rules stand alone; nothing is read", NULL);
    if (wishes->reply && files)
        return options_wrong("--reply takes no files", NULL);
    if (wishes->stage && !wishes->reply)
        return options_wrong("--stage goes with --reply", NULL);
    if (modes > 1)
        return options_wrong("--summary, --unused-rules and --transcript exclude each other", NULL);
    if (wishes->transcript && wishes->reply)
        return options_wrong("--transcript needs messages, not --reply", NULL);
    return -1;
}

int options_read(struct cli *cli, struct wishes *wishes, int argc, char **argv)
{
    int option, done;

    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        if (option == ':')
            return options_wrong("option needs a value", argv[optind - 1]);
        if (option == '?')
            return options_wrong("unknown option", argv[optind - 1]);
        done = take_option(cli, wishes, option);
        if (done != -1)
            return done;
    }
    return check(wishes, optind < argc);
}
