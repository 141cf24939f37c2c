/* SPDX-License-Identifier: BSD-2-Clause */
/* explain.c - the smallest program that embeds libbounce: what does this bounce mean?
 *
 *     cc explain.c $(pkg-config --cflags --libs bounce) -o explain
 *     ./explain bounce.eml
 *
 * Prints one line for each recipient: kind, address, reason, whether to drop the address. */
#include <bounce.h>
#include <stdio.h>
#include <stdlib.h>

/* The whole file; the caller frees. NULL with a message when it cannot be read. */
static char *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL, *more;
    size_t room = 0;

    *len = 0;
    while (file && !feof(file) && !ferror(file)) {
        if (*len == room) {
            more = realloc(bytes, room += 65536);
            if (!more)
                break;
            bytes = more;
        }
        *len += fread(bytes + *len, 1, room - *len, file);
    }
    if (file && feof(file)) {
        fclose(file);
        return bytes;
    }
    perror(path);
    if (file)
        fclose(file);
    free(bytes);
    return NULL;
}

static void print_recipient(const struct bounce *bounce, size_t i)
{
    const struct bounce_recipient *rcpt = bounce_recipient_at(bounce, i);
    const char *address = bounce_recipient_text(rcpt, BOUNCE_ADDRESS);

    /* Reason and remedy are never NULL; what a bounce may leave out is. */
    printf("%s: %s: %s%s\n", bounce_kind_name(bounce_message_kind(bounce)),
        address ? address : "somebody", bounce_recipient_text(rcpt, BOUNCE_REASON),
        bounce_recipient_flag(rcpt, BOUNCE_ADDRESS_DEAD) ? ": drop this address" : "");
    printf("  %s\n", bounce_recipient_text(rcpt, BOUNCE_REMEDY));
}

int main(int argc, char **argv)
{
    struct bounce_reader *reader = NULL;
    struct bounce *bounce = NULL;
    size_t len = 0;
    char *bytes = argc == 2 ? read_file(argv[1], &len) : NULL;
    int failed = 1;

    if (argc != 2)
        fprintf(stderr, "usage: explain FILE\n");
    /* One reader for many messages: making it costs as much as explaining a hundred of them. */
    if (bytes && bounce_reader_new(&reader) == BOUNCE_OK &&
        bounce_explain_message(reader, bytes, len, &bounce) == BOUNCE_OK) {
        if (bounce_recipient_count(bounce) == 0)
            printf("%s\n", bounce_kind_name(bounce_message_kind(bounce)));
        for (size_t i = 0; i < bounce_recipient_count(bounce); i++)
            print_recipient(bounce, i);
        failed = 0;
    } else if (bytes) {
        fprintf(stderr, "explain: out of memory\n");
    }
    bounce_free(bounce);
    bounce_reader_free(reader);
    free(bytes);
    return failed;
}
