/* SPDX-License-Identifier: BSD-2-Clause */
/* rulec.c - the rule compiler: rulec TABLES.c EXAMPLES.c FILE...
 *
 * Every mistake is reported as "file:line: what"; nothing is written unless all files are good. */
#include "rulefile.h"
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct book *book = must(calloc(1, sizeof *book));

    if (argc < 4) {
        fputs("usage: rulec TABLES.c EXAMPLES.c FILE...\n", stderr);
        return 2;
    }
    for (int i = 3; i < argc; i++)
        rulefile_read(book, argv[i]);
    rulefile_check(book);
    if (book->errors) {
        fprintf(stderr, "rulec: %d mistake%s\n", book->errors, book->errors == 1 ? "" : "s");
        return 1;
    }
    if (!emit_tables(book, argv[1]) || !emit_examples(book, argv[2])) {
        fputs("rulec: cannot write the tables\n", stderr);
        return 1;
    }
    return 0;
}
