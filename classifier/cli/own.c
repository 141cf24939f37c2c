/* SPDX-License-Identifier: BSD-2-Clause */
/* own.c - --rules and --unused-rules. */
#include "own.h"
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { RULES_FILE_MOST = 4 * 1024 * 1024, WHY_MOST = 8192 };

static char *read_text(const char *path, size_t *len)
{
    FILE *file = fopen(path, "r");
    char *text = file ? malloc(RULES_FILE_MOST) : NULL;
    bool good = text != NULL;

    if (good) {
        *len = fread(text, 1, RULES_FILE_MOST, file);
        good = !ferror(file);
        if (good && *len == RULES_FILE_MOST) {
            errno = EFBIG;
            good = false;
        }
    }
    if (!good) {
        int why = errno;
        free(text);
        text = NULL;
        if (file)
            fclose(file);
        errno = why;
        return NULL;
    }
    fclose(file);
    return text;
}

bool own_add(struct cli *cli, const char *path)
{
    char *why = malloc(WHY_MOST), *text, *save = NULL;
    size_t len = 0;
    enum bounce_status status;

    errno = 0;
    text = why ? read_text(path, &len) : NULL;
    if (!text) {
        cli_trouble(cli, "%s: %s", path, errno ? strerror(errno) : "out of memory");
        free(why);
        return false;
    }
    status = bounce_rules_add(cli->reader, path, text, len, why, WHY_MOST);
    if (status == BOUNCE_ENOMEM)
        cli_trouble(cli, "%s: out of memory", path);
    for (char *line = strtok_r(why, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
        cli_trouble(cli, "%s", line);
    free(text);
    free(why);
    return status == BOUNCE_OK;
}

struct fired {
    size_t count;
    uint64_t messages, *decided;
    const char **names;
};

struct fired *fired_new(const struct cli *cli)
{
    struct fired *fired = calloc(1, sizeof *fired);

    if (!fired)
        return NULL;
    fired->count = bounce_rule_count(cli->reader);
    fired->decided = calloc(fired->count + 1, sizeof *fired->decided);
    fired->names = calloc(fired->count + 1, sizeof *fired->names);
    if (!fired->decided || !fired->names) {
        fired_free(fired);
        return NULL;
    }
    for (size_t i = 0; i < fired->count; i++)
        fired->names[i] = bounce_rule_name(cli->reader, i, NULL);
    return fired;
}

void fired_free(struct fired *fired)
{
    if (!fired)
        return;
    free(fired->decided);
    free(fired->names);
    free(fired);
}

void fired_add(struct fired *fired, const struct bounce *bounce)
{
    fired->messages++;
    for (size_t r = 0; r < bounce_recipient_count(bounce); r++) {
        const char *rule = bounce_recipient_text(bounce_recipient_at(bounce, r), BOUNCE_RULE);

        for (size_t i = 0; rule && i < fired->count; i++)
            if (!strcmp(rule, fired->names[i]))
                fired->decided[i]++;
    }
}

/* Rules of stages and marks decide nothing; that their words were found is all. */
static bool decides(const char *name)
{
    return strncmp(name, "stage-", 6) != 0 && strncmp(name, "mark-", 5) != 0;
}

static size_t print_list(
    const struct cli *cli, const struct fired *fired, bool found_ones, json_t *list, bool print)
{
    size_t n = 0;

    for (size_t i = 0; i < fired->count; i++) {
        uint64_t found;
        const char *name = bounce_rule_name(cli->reader, i, &found);

        if (found_ones ? !found || fired->decided[i] || !decides(name) : found != 0)
            continue;
        n++;
        if (list)
            json_array_append_new(list, json_string(name));
        else if (print)
            printf("  %s\n", name);
    }
    return n;
}

void fired_print(const struct cli *cli)
{
    const struct fired *fired = cli->fired;
    json_t *object, *never_found, *never_decided;

    if (cli->format == FORMAT_TEXT) {
        printf("%zu of %zu rules were never found in %llu messages:\n",
            print_list(cli, fired, false, NULL, false), fired->count,
            (unsigned long long)fired->messages);
        print_list(cli, fired, false, NULL, true);
        printf("\n%zu rules were found, but something else always decided:\n",
            print_list(cli, fired, true, NULL, false));
        print_list(cli, fired, true, NULL, true);
        return;
    }
    object = json_object();
    never_found = json_array();
    never_decided = json_array();
    print_list(cli, fired, false, never_found, false);
    print_list(cli, fired, true, never_decided, false);
    json_object_set_new(object, "messages", json_integer((json_int_t)fired->messages));
    json_object_set_new(object, "rules", json_integer((json_int_t)fired->count));
    json_object_set_new(object, "never_found", never_found);
    json_object_set_new(object, "never_decided", never_decided);
    json_dumpf(object, stdout, cli->format == FORMAT_JSONL ? JSON_COMPACT : JSON_INDENT(2));
    putchar('\n');
    json_decref(object);
}
