/* SPDX-License-Identifier: BSD-2-Clause */
/* cli.h - the subcommands of fakesmtp. Each takes its own argv (argv[0] is its name) and returns
 * the exit status: 0 done, 1 something failed that was being tested, 2 usage or set-up, 77 not
 * possible on this machine, 128 + n stopped by signal n (run). */
#ifndef FAKESMTP_CLI_CLI_H
#define FAKESMTP_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>

enum { EXIT_FINE = 0, EXIT_FAILED_VERDICT = 1, EXIT_TROUBLE = 2, EXIT_SKIP = 77 };

int cli_serve(int argc, char **argv);
int cli_list(int argc, char **argv);
int cli_run(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_new(int argc, char **argv);

/* Helpers of the option parsers. Each prints its own error and returns false. */
bool cli_number(const char *option, const char *text, double min, double max, double *value);
bool cli_seed(const char *text, uint64_t *seed); /* decimal or 0x... */
uint64_t cli_random_seed(void);
void cli_complain(const char *command, char *why); /* "fakesmtp serve: why" on stderr; frees why */
/* Ends a complaint about a word: which of the names (NULL-terminated) is near, or what there is. */
void cli_suggest(const char *word, const char *const *names);
int cli_try_help(const char *command); /* after a getopt error; returns EXIT_TROUBLE */

#endif
