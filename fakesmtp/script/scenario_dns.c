/* SPDX-License-Identifier: BSD-2-Clause */
#include "script/scenario_dns.h"

#include <string.h>
#include "util/mem.h"
#include "util/text.h"

static bool in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static bool wants_ipv6(const char *record)
{
    for (const char *at = record; (at = strstr(at, "AAAA")); at++)
        if (at > record && at[-1] == ' ' && at[4] == ' ')
            return true;
    return false;
}

char *scenario_dns_fill(const char *record, scenario_dns_value *value_of, void *ctx, char **why)
{
    struct buf out = {0};
    while (*record) {
        size_t plain = strcspn(record, "$"), n = 0;
        buf_add(&out, record, plain);
        record += plain;
        if (!*record)
            break;
        while (in_word(record[n + 1]))
            n++;
        char *word = mem_bytes(record + 1, n);
        const char *value = n ? value_of(ctx, word, wants_ipv6(buf_text(&out))) : "$";
        if (!value)
            *why = mem_format("no host is called '%s'", word);
        free(word);
        if (!value) {
            buf_free(&out);
            return NULL;
        }
        buf_add(&out, value, strlen(value));
        record += 1 + n;
    }
    char *filled = mem_text(buf_text(&out));
    buf_free(&out);
    return filled;
}

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

void scenario_dns_deinit(struct scenario_dns *dns)
{
    free_texts(dns->records, dns->record_count);
    for (size_t i = 0; i < dns->trouble_count; i++) {
        free(dns->troubles[i].name);
        free(dns->troubles[i].type);
        free_texts(dns->troubles[i].records, dns->troubles[i].record_count);
    }
    free(dns->troubles);
    *dns = (struct scenario_dns){0};
}
