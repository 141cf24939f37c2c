/* SPDX-License-Identifier: BSD-2-Clause */
/* libFuzzer target: any bytes as a site's rules. They are refused with a reason and change nothing,
 * or they are added and the reader works on. See fuzz_bounce_message.c. */
#include "bounce.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
    if (!good)
        abort();
}

static void check_added(struct bounce_reader *reader, const char *text, size_t len)
{
    struct bounce *bounce;

    for (size_t i = 0; i < bounce_rule_count(reader); i++) {
        uint64_t found;
        const char *name = bounce_rule_name(reader, i, &found);
        must(name && strchr(name, '/') && found == 0);
    }
    /* The rules themselves are a text in which all their words stand. */
    must(bounce_explain_reply(reader, text, len, NULL, &bounce) == BOUNCE_OK);
    must(bounce_reason_known(bounce_recipient_text(bounce_recipient_at(bounce, 0), BOUNCE_REASON)));
    must(bounce_recipient_text(bounce_recipient_at(bounce, 0), BOUNCE_EXPLANATION) != NULL);
    bounce_free(bounce);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bounce_reader *reader; /* of built-in rules alone */
    char why[300] = "";
    size_t before;
    enum bounce_status status;

    if (!reader && bounce_reader_new(&reader) != BOUNCE_OK)
        return 0;
    before = bounce_rule_count(reader);
    status = bounce_rules_add(reader, "fuzz", (const char *)data, size, why, sizeof why);
    if (status == BOUNCE_OK) {
        must(bounce_rule_count(reader) > before && !*why);
        check_added(reader, (const char *)data, size);
        bounce_reader_free(reader);
        reader = NULL;
        return 0;
    }
    must(status == BOUNCE_EINVAL); /* none of these inputs is worth all memory */
    must(*why && strlen(why) < sizeof why && bounce_rule_count(reader) == before);
    return 0;
}
