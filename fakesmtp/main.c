/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: a table of subcommands, nothing else. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "box/box.h"
#include "cli/cli.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *what;
} commands[] = {
    {"run", cli_run, "send mail into the scenarios, have each bounce explained, and judge it"},
    {"serve", cli_serve, "play scenarios on an address, for a client of your own"},
    {"list", cli_list, "show the scenarios"},
    {"check", cli_check, "say what is wrong with scenarios, without playing them"},
    {"new", cli_new, "write a scenario to start from"},
    {"box", box_command, "run a command in the box of a real MTA"},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void usage(FILE *out)
{
    fputs("usage: fakesmtp COMMAND [options] [arguments]\n\n", out);
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].what);
    fputs("\n`fakesmtp COMMAND --help` says more; `fakesmtp --version` names the version.\n", out);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); /* a closed peer or pipe is an error code, not the end */
    if (argc < 2) {
        usage(stderr);
        return EXIT_TROUBLE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        usage(stdout);
        return EXIT_FINE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("fakesmtp " FAKESMTP_VERSION);
        return EXIT_FINE;
    }
    for (size_t i = 0; i < COMMANDS; i++) {
        char name[32]; /* getopt() begins its complaints with it */
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        snprintf(name, sizeof name, "fakesmtp %s", commands[i].name);
        argv[1] = name;
        return commands[i].run(argc - 1, argv + 1);
    }
    fprintf(stderr, "fakesmtp: no command '%s'\n", argv[1]);
    usage(stderr);
    return EXIT_TROUBLE;
}
