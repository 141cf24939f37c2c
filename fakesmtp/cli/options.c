/* SPDX-License-Identifier: BSD-2-Clause */
/* What the option parsers of the subcommands share. */
#include "cli/cli.h"
#include "util/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

bool cli_number(const char *option, const char *text, double min, double max, double *value)
{
    char *end;
    *value = strtod(text, &end);
    if (end != text && !*end && !isnan(*value) && *value >= min && *value <= max)
        return true;
    fprintf(stderr, "fakesmtp: %s %s: a number from %g to %g is needed\n", option, text, min, max);
    return false;
}

bool cli_seed(const char *text, uint64_t *seed)
{
    char *end;
    errno = 0;
    *seed = strtoull(text, &end, 0);
    if (end != text && !*end && !errno && text[0] != '-')
        return true;
    fprintf(stderr, "fakesmtp: --seed %s: a whole number is needed\n", text);
    return false;
}

uint64_t cli_random_seed(void)
{
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        seed = (uint64_t)time(NULL);
    return seed & 0xffffffff; /* short enough to be typed again */
}

void cli_complain(const char *command, char *why)
{
    fprintf(stderr, "fakesmtp %s: %s\n", command, why);
    free(why);
}

int cli_try_help(const char *command)
{
    fprintf(stderr, "Try 'fakesmtp %s --help'.\n", command);
    return EXIT_TROUBLE;
}

void cli_suggest(const char *word, const char *const *names)
{
    const char *near = text_nearest(word, names);
    if (near)
        fprintf(stderr, " (did you mean '%s'?)", near);
    for (size_t i = 0; names[i] && !near; i++)
        fprintf(stderr, "%s%s", i ? ", " : "; there are ", names[i]);
    fputc('\n', stderr);
}
