/* SPDX-License-Identifier: BSD-2-Clause */
/* libFuzzer target: any bytes as what a name server answered, as the built-in sender reads it.
 * c-ares does the reading; what is ours decides what the answer means. See fuzz_bounce_message.c.
 */
#include <ares.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "sender/lookup_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Records where there is an answer and nowhere else; words where there is none for now. */
static void check(const struct lookup_answer *answer)
{
    if ((answer->outcome == LOOKUP_OK) != (answer->count > 0))
        abort();
    if ((answer->outcome == LOOKUP_TEMPORARY) != (answer->why != NULL))
        abort();
    for (size_t i = 0; i < answer->count; i++)
        if (!answer->records[i].text || answer->records[i].preference > 65535 ||
            strlen(answer->records[i].text) > 4 * 255) /* \DDD for each octet of a name */
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum lookup_type types[] = {LOOKUP_MX, LOOKUP_A, LOOKUP_AAAA};
    static const int statuses[] = {ARES_SUCCESS, ARES_ENODATA, ARES_ENOTFOUND, ARES_ESERVFAIL};
    if (size > 65535) /* RFC 1035 4.2.2: no message is longer */
        return 0;
    for (size_t t = 0; t < sizeof types / sizeof *types; t++)
        for (size_t s = 0; s < sizeof statuses / sizeof *statuses; s++) {
            struct lookup_answer answer = lookup_parse(types[t], statuses[s], data, (int)size);
            check(&answer);
            lookup_answer_deinit(&answer);
        }
    return 0;
}
