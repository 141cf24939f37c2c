/* SPDX-License-Identifier: BSD-2-Clause */
/* test_codes.c CORPUS: what --code prints of every code of codes.tsv. In one process: under the
 * sanitizers, starting the command takes longer than all the codes together. */
#include "kit.h"
#include "bytes.h"
#include "cli.h"
#include <unistd.h>

static const char *corpus;

static void lower(char *text)
{
    for (; *text; text++)
        *text = byte_lower(*text);
}

/* Standard output is the TAP of this test, so it is a file only while the code is printed. */
static bool printed(const char *code, char *out, size_t room)
{
    struct cli cli = {.format = FORMAT_TEXT};
    FILE *file = tmpfile();
    int tap = dup(STDOUT_FILENO);
    bool known;
    size_t len;

    assert_non_null(file);
    assert_true(tap >= 0);
    fflush(stdout);
    assert_true(dup2(fileno(file), STDOUT_FILENO) >= 0);
    known = lists_code(&cli, code);
    fflush(stdout);
    assert_true(dup2(tap, STDOUT_FILENO) >= 0);
    close(tap);
    rewind(file);
    len = fread(out, 1, room - 1, file);
    out[len] = '\0';
    fclose(file);
    return known;
}

static void every_code_of_the_table(void **state)
{
    char *save = NULL, out[2048];
    size_t len = 0, count = 0;
    char *table = kit_file(corpus, "codes.tsv", &len);

    assert_non_null(table);
    for (char *line = strtok_r(table, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *words = strchr(line, '\t');
        if (*line == '#')
            continue;
        assert_non_null(words);
        *words++ = '\0';
        if (!printed(line, out, sizeof out))
            fail_msg("%s is no code", line);
        lower(out);
        lower(words);
        if (strncmp(out, line, strlen(line)) != 0 || !strstr(out, words))
            fail_msg("%s: want %s, got %s", line, words, out);
        count++;
    }
    assert_true(count > 0);
    free(table);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(every_code_of_the_table)};

    assert_int_equal(argc, 2);
    corpus = argv[1];
    return cmocka_run_group_tests_name("whybounced codes", tests, NULL, NULL);
}
