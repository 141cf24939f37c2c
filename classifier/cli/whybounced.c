/* SPDX-License-Identifier: BSD-2-Clause */
/* whybounced.c - the command: from options to explanations, and the exit status. */
#include "cli.h"
#include "origin.h"
#include "own.h"
#include "summary.h"
#include "played.h"
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { PROGRESS_MS = 200 };

static void clear_progress(struct cli *cli)
{
    if (cli->progress_shown)
        fputs("\r\033[K", stderr);
    cli->progress_shown = false;
}

/* Names of files and words of rules may have anything in them, and a terminal obeys some of it. */
static void disarm(char *line)
{
    for (; *line; line++)
        if ((unsigned char)*line < ' ' || *line == 0x7F)
            *line = '?';
}

void cli_trouble(struct cli *cli, const char *format, ...)
{
    char line[8192];
    va_list args;

    clear_progress(cli);
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    disarm(line);
    fprintf(stderr, "whybounced: %s\n", line);
    cli->status = EXIT_TROUBLE;
}

void cli_no_bounce(struct cli *cli)
{
    if (cli->status == EXIT_DONE)
        cli->status = EXIT_NO_BOUNCE;
}

/* Only where nothing else is printed meanwhile. */
static void show_progress(struct cli *cli)
{
    struct timespec now;
    uint64_t ms;

    if (!cli->progress)
        return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    if (cli->progress_at && ms - cli->progress_at < PROGRESS_MS)
        return;
    cli->progress_at = ms;
    cli->progress_shown = true;
    fprintf(stderr, "\r%zu messages", cli->read);
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

static void print_view(struct cli *cli, const struct view *view)
{
    if (cli->fired) {
        fired_add(cli->fired, view->bounce);
        return;
    }
    if (cli->summary) {
        summary_add(cli->summary, view);
        return;
    }
    if (cli->format == FORMAT_TEXT)
        text_print(cli, view);
    else
        json_print(cli, view);
    cli->printed++;
    check_output(cli);
}

void cli_message(
    struct cli *cli, const char *source, const char *bytes, size_t len, uint64_t offset)
{
    struct bounce *bounce = NULL;
    struct origin origin;
    struct joined joined = {0};
    struct view view = {.source = source, .offset = offset, .empty = !len};
    bool bad = bounce_explain_message(cli->reader, bytes, len, &bounce) != BOUNCE_OK;

    cli->read++;
    show_progress(cli);
    view.bounce = bounce;
    if (!bad && bounce_message_kind(bounce) == BOUNCE_KIND_NOT_A_BOUNCE) {
        cli_no_bounce(cli);
    } else if (!bad && !cli->fired) {
        bad = !origin_find(&origin, cli->has_mine ? &cli->mine : NULL, bytes, len, bounce);
        view.origin = &origin;
    }
    if (!bad && cli->transcript) {
        bad = !joined_make(&joined, cli->transcript, bounce);
        view.joined = &joined;
    }
    if (bad)
        cli_trouble(cli, "%s: out of memory", source);
    else
        print_view(cli, &view);
    joined_deinit(&joined);
    bounce_free(bounce);
}

void cli_reply(struct cli *cli, const char *source, const char *text, size_t len, const char *stage)
{
    struct bounce *bounce = NULL;
    struct view view = {.source = source};

    if (bounce_explain_reply(cli->reader, text, len, stage, &bounce) != BOUNCE_OK) {
        cli_trouble(cli, "%s: out of memory", source);
        return;
    }
    view.bounce = bounce;
    print_view(cli, &view);
    bounce_free(bounce);
}

static void look_at_terminal(struct cli *cli)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    struct winsize size;

    cli->width = 80;
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
        cli->width = size.ws_col < 60 ? 60 : size.ws_col > 120 ? 120 : size.ws_col;
    cli->color =
        isatty(STDOUT_FILENO) && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

static bool read_mine(struct cli *cli, const struct wishes *wishes)
{
    char why[400];

    mine_init(&cli->mine);
    for (size_t i = 0; i < wishes->mine_count; i++)
        if (!mine_add(&cli->mine, wishes->mine[i], why, sizeof why)) {
            cli_trouble(cli, "%s", why);
            return false;
        }
    mine_ready(&cli->mine);
    cli->has_mine = wishes->mine_count > 0;
    return true;
}

static void read_inputs(struct cli *cli, const struct wishes *wishes, int argc, char **argv)
{
    if (wishes->reply && !strcmp(wishes->reply, "-"))
        input_replies(cli, wishes->stage);
    else if (wishes->reply)
        cli_reply(cli, "reply", wishes->reply, strlen(wishes->reply), wishes->stage);
    else if (optind == argc)
        input_read(cli, "-");
    for (int i = optind; i < argc; i++)
        input_read(cli, argv[i]);
    clear_progress(cli);
}

/* Whatever is wrong with what the user says of himself is said before anything is read. */
static bool prepare(struct cli *cli, const struct wishes *wishes)
{
    if (!read_mine(cli, wishes))
        return false;
    for (size_t i = 0; i < wishes->rules_count; i++)
        if (!own_add(cli, wishes->rules[i]))
            return false;
    if (wishes->list_rules)
        return true;
    if (wishes->unused_rules && !(cli->fired = fired_new(cli))) {
        cli_trouble(cli, "out of memory");
        return false;
    }
    if (wishes->transcript && !(cli->transcript = transcript_read(cli, wishes->transcript)))
        return false;
    if (wishes->summary && !(cli->summary = summary_new())) {
        cli_trouble(cli, "out of memory");
        return false;
    }
    cli->progress = (cli->fired || cli->summary) && isatty(STDERR_FILENO);
    return true;
}

static void run(struct cli *cli, const struct wishes *wishes, int argc, char **argv)
{
    if (prepare(cli, wishes)) {
        if (wishes->list_rules)
            lists_rules(cli);
        else
            read_inputs(cli, wishes, argc, argv);
        if (cli->fired)
            fired_print(cli);
        if (cli->summary)
            summary_print(cli);
    }
    fired_free(cli->fired);
    summary_free(cli->summary);
    transcript_free(cli->transcript);
    mine_deinit(&cli->mine);
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
    int done = options_read(&cli, &wishes, argc, argv);

    if (done >= 0)
        return done == EXIT_DONE ? finish_output(&cli) : done;
    look_at_terminal(&cli);
    if (wishes.list_reasons) {
        lists_reasons(&cli);
    } else if (wishes.code) {
        if (!lists_code(&cli, wishes.code))
            return options_wrong("no code", wishes.code);
    } else if (optind == argc && !wishes.reply && !wishes.list_rules && isatty(STDIN_FILENO)) {
        return options_wrong("nothing to read; name files, or \"-\" to type", NULL);
    } else if (bounce_reader_new(&cli.reader) != BOUNCE_OK) {
        cli_trouble(&cli, "out of memory");
    } else {
        run(&cli, &wishes, argc, argv);
        bounce_reader_free(cli.reader);
    }
    return finish_output(&cli);
}
