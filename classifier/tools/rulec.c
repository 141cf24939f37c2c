/* SPDX-License-Identifier: BSD-2-Clause */
/* rulec.c - the rule compiler: rulec TABLES.c EXAMPLES.c FILE...
 *
 * Every mistake is reported as "file:line: what"; nothing is written unless all files are good. */
#include "emit.h"
#include <stdio.h>
#include <stdlib.h>

/* All of it; NULL when it cannot be read. */
static char *read_file(struct rulemem *memory, const char *path, size_t *len)
{
    FILE *file = fopen(path, "r");
    char *bytes = NULL;
    long size;

    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0) {
        rewind(file);
        bytes = bounce__rulemem_new(memory, (size_t)size + 1);
        *len = fread(bytes, 1, (size_t)size, file);
    }
    fclose(file);
    return bytes;
}

static int compile(struct rulemem *memory, int argc, char **argv)
{
    struct book *book = bounce__rulemem_new(memory, sizeof *book);

    book->memory = memory;
    book->codes_line = codes_line;
    for (int i = 3; i < argc; i++) {
        const char *base = strrchr(argv[i], '/');
        size_t len;
        char *text = read_file(memory, argv[i], &len);

        base = base ? base + 1 : argv[i];
        if (text)
            bounce__rulefile_read(book, base, span_of(text, len));
        else
            bounce__complain(book, (struct place){base, 0}, "cannot be read");
    }
    bounce__rulefile_check(book);
    if (book->errors) {
        fprintf(stderr, "%srulec: %d mistake%s\n", book->mistakes, book->errors,
            book->errors == 1 ? "" : "s");
        return 1;
    }
    if (!emit_tables(book, argv[1]) || !emit_examples(book, argv[2])) {
        fputs("rulec: cannot write the tables\n", stderr);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct rulemem memory;
    int status;

    if (argc < 4) {
        fputs("usage: rulec TABLES.c EXAMPLES.c FILE...\n", stderr);
        return 2;
    }
    bounce__arena_init(&memory.arena);
    if (setjmp(memory.full)) {
        fputs("rulec: out of memory\n", stderr);
        return 1;
    }
    status = compile(&memory, argc, argv);
    bounce__arena_free(&memory.arena);
    return status;
}
