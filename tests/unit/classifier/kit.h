/* SPDX-License-Identifier: BSD-2-Clause */
/* kit.h - what the tests of libbounce share. */
#ifndef KIT_H
#define KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "arena.h"
#include "bounce.h"

/* One recipient's text, "" when absent. */
static inline const char *kit_text(const struct bounce *bounce, size_t i, enum bounce_text what)
{
    const char *text = bounce_recipient_text(bounce_recipient_at(bounce, i), what);

    return text ? text : "";
}

static inline struct bounce *kit_message(struct bounce_reader *reader, const char *text, size_t len)
{
    struct bounce *bounce = NULL;

    assert_int_equal(bounce_explain_message(reader, text, len, &bounce), BOUNCE_OK);
    assert_non_null(bounce);
    return bounce;
}

static inline struct bounce *kit_reply(
    struct bounce_reader *reader, const char *text, const char *stage)
{
    struct bounce *bounce = NULL;

    assert_int_equal(bounce_explain_reply(reader, text, strlen(text), stage, &bounce), BOUNCE_OK);
    assert_int_equal(bounce_recipient_count(bounce), 1);
    return bounce;
}

/* A whole file, NUL behind it; the caller frees. NULL when there is none. */
static inline char *kit_file(const char *folder, const char *name, size_t *len)
{
    char path[1024], *bytes = NULL;
    FILE *file;
    long size;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0) {
        rewind(file);
        bytes = calloc(1, (size_t)size + 1);
        *len = bytes ? fread(bytes, 1, (size_t)size, file) : 0;
    }
    fclose(file);
    return bytes;
}

static inline int kit_reader_setup(void **state)
{
    struct bounce_reader *reader = NULL;

    if (bounce_reader_new(&reader) != BOUNCE_OK)
        return -1;
    *state = reader;
    return 0;
}

static inline int kit_reader_teardown(void **state)
{
    bounce_reader_free(*state);
    return 0;
}

/* Lines of a table file: tabs between columns, '#' comments. Cuts the line in place. */
static inline size_t kit_columns(char *line, char **columns, size_t most)
{
    size_t n = 0;
    char *save = line, *tab;

    line[strcspn(line, "\r\n")] = '\0';
    if (!line[0] || line[0] == '#')
        return 0;
    while (n < most) {
        columns[n++] = save;
        tab = strchr(save, '\t');
        if (!tab)
            break;
        *tab = '\0';
        save = tab + 1;
    }
    return n;
}

#endif
