/* SPDX-License-Identifier: BSD-2-Clause */
/* libFuzzer target: any bytes as the body of a message/delivery-status part, read by report.c
 * alone. See fuzz_bounce_message.c. */
#include "report.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads every byte, so that a sanitizer sees where a span leads; spans are empty or somewhere. */
static void touch(struct span s)
{
    volatile unsigned char last = 0;

    if (s.n && !s.p)
        abort();
    for (size_t i = 0; i < s.n; i++)
        last = (unsigned char)s.p[i];
    (void)last;
}

static void touch_bits(const struct bits *bits, size_t size)
{
    for (const struct bit *bit = bits->first; bit; bit = bit->next) {
        touch(bit->s);
        /* Evidence is told by its place in the input. */
        if (bit->s.n && text_at(bit->text, (size_t)(bit->s.p - bit->text->s.p)) >= size)
            abort();
    }
    if (bits->bytes > BITS_MOST)
        abort();
}

static void touch_record(const struct record *record, size_t size)
{
    touch(record->address);
    touch(record->original);
    touch(record->action);
    touch(record->status);
    touch(record->remote_mta);
    touch(record->last_attempt);
    touch(record->retry_until);
    touch(record->diagnostic_type);
    touch_bits(&record->decisive, size);
    touch_bits(&record->said, size);
    if (!record->address.n && !record->original.n && !record->action.n && !record->status.n)
        abort(); /* says nothing of anybody */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct message message;
    struct charsets charsets = {0};
    struct arena arena = {0};
    struct report report = {0};
    struct span bytes = span_of((const char *)data, size);
    size_t count = 0;

    message = (struct message){.all = bytes, .body = bytes, .charsets = &charsets, .part_count = 1};
    message.parts[0] = (struct part){.type = PART_STATUS, .header = span_of("", 0), .body = bytes};
    bounce__report_read(&report, &arena, &message);
    touch(report.reporting_mta);
    touch(report.arrival);
    for (const struct record *r = report.records.first; r; r = r->next, count++)
        touch_record(r, size);
    if (!report.found || count != report.records.count || count > RECORDS_MOST)
        abort();
    bounce__charsets_close(&charsets);
    bounce__arena_free(&arena);
    return 0;
}
