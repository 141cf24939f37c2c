/* SPDX-License-Identifier: BSD-2-Clause */
#include "util/mem.h"

#include <stdarg.h>
#include <string.h>

static void *checked(void *got)
{
    if (!got) {
        fputs("fakesmtp: out of memory\n", stderr);
        exit(2);
    }
    return got;
}

void *mem_new(size_t size)
{
    return checked(calloc(1, size ? size : 1));
}

void *mem_grow(void *old, size_t size)
{
    return checked(realloc(old, size ? size : 1));
}

char *mem_bytes(const void *bytes, size_t len)
{
    char *copy = checked(malloc(len + 1));
    if (len)
        memcpy(copy, bytes, len);
    copy[len] = '\0';
    return copy;
}

char *mem_text(const char *text)
{
    return text ? mem_bytes(text, strlen(text)) : NULL;
}

char *mem_format(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    return checked(n < 0 ? NULL : text);
}
