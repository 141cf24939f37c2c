/* SPDX-License-Identifier: BSD-2-Clause */
/* rulec.c - the rule compiler: rulec TABLES.c EXAMPLES.c LEARNED.c FILE.rules... LESSONS.tsv...
 *
 * Every mistake is reported as "file:line: what"; nothing is written unless all files are good. */
#include "emit.h"
#include "lessons.h"
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

static void read_input(
    struct book *book, struct lessons *lessons, const char *path, struct rulemem *memory)
{
    const char *base = strrchr(path, '/');
    size_t len;
    char *text = read_file(memory, path, &len);

    base = base ? base + 1 : path;
    if (!text)
        bounce__complain(book, (struct place){base, 0}, "cannot be read");
    else if (bounce__ends(span_str(base), SPAN(".tsv")))
        lessons_read(lessons, book, base, span_of(text, len));
    else
        bounce__rulefile_read(book, base, span_of(text, len));
}

static bool write_tables(const struct book *book, const struct lessons *lessons, char **outputs)
{
    struct weights weights;

    learn(&weights, lessons, book);
    return emit_tables(book, outputs[0]) && emit_examples(book, outputs[1]) &&
           emit_learned(&weights, lessons, outputs[2]);
}

static int compile(struct rulemem *memory, int argc, char **argv)
{
    struct book *book = bounce__rulemem_new(memory, sizeof *book);
    struct lessons lessons = {.memory = memory};

    book->memory = memory;
    book->codes_line = codes_line;
    for (int i = 4; i < argc; i++)
        read_input(book, &lessons, argv[i], memory);
    bounce__rulefile_check(book);
    if (!book->errors)
        lessons_finish(&lessons, book);
    if (book->errors) {
        fprintf(stderr, "%srulec: %d mistake%s\n", book->mistakes, book->errors,
            book->errors == 1 ? "" : "s");
        return 1;
    }
    if (!write_tables(book, &lessons, argv + 1)) {
        fputs("rulec: cannot write the tables\n", stderr);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct rulemem memory;
    int status;

    if (argc < 5) {
        fputs("usage: rulec TABLES.c EXAMPLES.c LEARNED.c FILE.rules... LESSONS.tsv...\n", stderr);
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
