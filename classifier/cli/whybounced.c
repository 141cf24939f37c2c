/* SPDX-License-Identifier: BSD-2-Clause */
/* whybounced.c - the command: options, and the exit status. See whybounced.1. */
#include "cli.h"
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: whybounced [--format text|json|jsonl] [FILE|DIR|-]...\n"
    "       whybounced [--format ...] [--stage STAGE] --reply TEXT|-\n"
    "       whybounced --code CODE | --list-reasons | --list-rules | --help | --version\n";

static const char help[] =
    "\nReads bounces (messages, mboxes, Maildirs, folders; standard input without arguments) and "
    "says what failed,\n"
    "at which stage, whose move it is and what to do, with the words that prove it.\n\n"
    "  --format text|json|jsonl  for people (default), indented JSON, one JSON object a line\n"
    "  --reply TEXT              explain one SMTP reply; \"-\" reads one reply a line from "
    "standard input\n"
    "  --stage STAGE             where the replies came: connect ehlo starttls auth mail rcpt data "
    "eom ...\n"
    "  --code CODE               explain a reply code (550) or an enhanced status code (5.1.1)\n"
    "  --list-reasons            all reasons with their classes\n"
    "  --list-rules              all rules\n\n"
    "Exit status: 0 done, 1 some input was no bounce, 2 wrong usage or unreadable input.\n";

void cli_trouble(struct cli *cli, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("whybounced: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    cli->status = EXIT_TROUBLE;
}

void cli_no_bounce(struct cli *cli)
{
    if (cli->status == EXIT_DONE)
        cli->status = EXIT_NO_BOUNCE;
}

/* Nobody reads any more, or the disk is full: there is no sense in going on. */
static void check_output(struct cli *cli)
{
    if (!ferror(stdout))
        return;
    if (errno != EPIPE)
        cli_trouble(cli, "standard output: %s", strerror(errno));
    exit(EXIT_TROUBLE);
}

static void print_bounce(
    struct cli *cli, const char *source, enum bounce_status status, struct bounce *bounce)
{
    if (status != BOUNCE_OK) {
        cli_trouble(cli, "%s: out of memory", source);
        return;
    }
    if (bounce_message_kind(bounce) == BOUNCE_KIND_NOT_A_BOUNCE)
        cli_no_bounce(cli);
    if (cli->format == FORMAT_TEXT)
        text_print(cli, source, bounce);
    else
        json_print(cli, source, bounce);
    cli->printed++;
    bounce_free(bounce);
    check_output(cli);
}

void cli_message(struct cli *cli, const char *source, const char *bytes, size_t len)
{
    struct bounce *bounce = NULL;
    enum bounce_status status = bounce_explain_message(cli->reader, bytes, len, &bounce);

    print_bounce(cli, source, status, bounce);
}

void cli_reply(struct cli *cli, const char *source, const char *text, size_t len, const char *stage)
{
    struct bounce *bounce = NULL;
    enum bounce_status status = bounce_explain_reply(cli->reader, text, len, stage, &bounce);

    print_bounce(cli, source, status, bounce);
}

static int wrong_usage(const char *what, const char *value)
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
    OPT_RULES,
    OPT_HELP,
    OPT_VERSION
};

static const struct option options[] = {
    {"format", required_argument, NULL, OPT_FORMAT},
    {"reply", required_argument, NULL, OPT_REPLY},
    {"stage", required_argument, NULL, OPT_STAGE},
    {"code", required_argument, NULL, OPT_CODE},
    {"list-reasons", no_argument, NULL, OPT_REASONS},
    {"list-rules", no_argument, NULL, OPT_RULES},
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

struct wishes {
    const char *reply, *stage, *code;
    int list; /* OPT_REASONS or OPT_RULES */
};

static void print_version(void)
{
    unsigned v = bounce_version();

    printf("whybounced %u.%u.%u\n", v >> 16, v >> 8 & 0xFF, v & 0xFF);
}

/* -1: go on; otherwise the exit status. */
static int parse_options(struct cli *cli, struct wishes *wishes, int argc, char **argv)
{
    int option;

    opterr = 0;
    while ((option = getopt_long(argc, argv, ":", options, NULL)) != -1) {
        switch (option) {
        case OPT_FORMAT:
            if (!format_named(optarg, &cli->format))
                return wrong_usage("unknown format", optarg);
            break;
        case OPT_REPLY:
            wishes->reply = optarg;
            break;
        case OPT_STAGE:
            if (!stage_known(optarg))
                return wrong_usage("unknown stage", optarg);
            wishes->stage = optarg;
            break;
        case OPT_CODE:
            wishes->code = optarg;
            break;
        case OPT_REASONS:
        case OPT_RULES:
            wishes->list = option;
            break;
        case OPT_HELP:
            printf("%s%s", usage, help);
            return EXIT_DONE;
        case OPT_VERSION:
            print_version();
            return EXIT_DONE;
        case ':':
            return wrong_usage("option needs a value", argv[optind - 1]);
        default:
            return wrong_usage("unknown option", argv[optind - 1]);
        }
    }
    return -1;
}

static void run(struct cli *cli, const struct wishes *wishes, int argc, char **argv)
{
    if (wishes->reply && !strcmp(wishes->reply, "-"))
        input_replies(cli, wishes->stage);
    else if (wishes->reply)
        cli_reply(cli, "reply", wishes->reply, strlen(wishes->reply), wishes->stage);
    else if (optind == argc)
        input_read(cli, "-");
    for (int i = optind; i < argc; i++)
        input_read(cli, argv[i]);
}

static int finish_output(struct cli *cli)
{
    errno = 0;
    if ((fflush(stdout) != 0 || ferror(stdout)) && cli->status != EXIT_TROUBLE) {
        if (errno != EPIPE)
            cli_trouble(cli, "standard output: %s", strerror(errno));
        cli->status = EXIT_TROUBLE;
    }
    return cli->status;
}

int main(int argc, char **argv)
{
    struct cli cli = {0};
    struct wishes wishes = {0};
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    int done = parse_options(&cli, &wishes, argc, argv);

    if (done >= 0) {
        if (done == EXIT_DONE)
            return finish_output(&cli);
        return done;
    }
    cli.color =
        isatty(STDOUT_FILENO) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
    if (wishes.reply && optind < argc)
        return wrong_usage("--reply takes no files", NULL);
    if (wishes.stage && !wishes.reply)
        return wrong_usage("--stage goes with --reply", NULL);
    if (wishes.list == OPT_REASONS) {
        lists_reasons(&cli);
    } else if (wishes.list == OPT_RULES) {
        lists_rules(&cli);
    } else if (wishes.code) {
        if (!lists_code(&cli, wishes.code))
            return wrong_usage("no code", wishes.code);
    } else if (bounce_reader_new(&cli.reader) != BOUNCE_OK) {
        cli_trouble(&cli, "out of memory");
    } else {
        run(&cli, &wishes, argc, argv);
        bounce_reader_free(cli.reader);
    }
    return finish_output(&cli);
}
