/* SPDX-License-Identifier: BSD-2-Clause */
/* libFuzzer target: any bytes as a message.
 * clang -fsanitize=fuzzer,address,undefined fuzz_bounce_message.c ... ; without libFuzzer, replay.c
 * is the driver. */
#include "bounce.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bounce_reader *reader;
    struct bounce *bounce;

    if (!reader && bounce_reader_new(&reader) != BOUNCE_OK)
        return 0;
    if (bounce_explain_message(reader, (const char *)data, size, &bounce) != BOUNCE_OK)
        return 0;
    for (size_t i = 0; i < bounce_recipient_count(bounce); i++) {
        size_t offset, length;
        const struct bounce_recipient *rcpt = bounce_recipient_at(bounce, i);

        if (!bounce_reason_known(bounce_recipient_text(rcpt, BOUNCE_REASON)))
            abort();
        if (bounce_recipient_span(rcpt, &offset, &length) &&
            (offset > size || length > size - offset))
            abort();
    }
    bounce_free(bounce);
    return 0;
}
