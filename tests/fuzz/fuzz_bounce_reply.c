/* SPDX-License-Identifier: BSD-2-Clause */
/* libFuzzer target: any bytes as one SMTP reply. See fuzz_bounce_message.c. */
#include "bounce.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bounce_reader *reader;
    struct bounce *bounce;
    size_t offset, length;

    if (!reader && bounce_reader_new(&reader) != BOUNCE_OK)
        return 0;
    if (bounce_explain_reply(reader, (const char *)data, size, NULL, &bounce) != BOUNCE_OK)
        return 0;
    if (bounce_recipient_count(bounce) != 1)
        abort();
    if (bounce_recipient_span(bounce_recipient_at(bounce, 0), &offset, &length) &&
        (offset > size || length > size - offset))
        abort();
    bounce_free(bounce);
    return 0;
}
