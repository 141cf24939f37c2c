/* SPDX-License-Identifier: BSD-2-Clause */
/* bench_explain ROUNDS FILE...: how many bounces libbounce explains in a second of processor time.
 * The messages are read once; what is timed is bounce_explain_message() and bounce_free(). */
#include <bounce.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

struct message {
    char *bytes;
    size_t len;
};

static double seconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int read_message(const char *path, struct message *message)
{
    FILE *f = fopen(path, "rb");
    long size = f && fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;

    if (size < 0 || fseek(f, 0, SEEK_SET) != 0 || !(message->bytes = malloc((size_t)size + 1))) {
        perror(path);
        return -1;
    }
    message->len = fread(message->bytes, 1, (size_t)size, f);
    fclose(f);
    return 0;
}

int main(int argc, char **argv)
{
    int rounds = argc > 2 ? atoi(argv[1]) : 0, count = argc - 2;
    struct message *messages = calloc((size_t)(count > 0 ? count : 1), sizeof *messages);
    struct bounce_reader *reader;
    size_t recipients = 0, bytes = 0;
    double start, setup;
    struct rusage usage;

    if (rounds < 1 || !messages) {
        fprintf(stderr, "usage: bench_explain ROUNDS FILE...\n");
        return 2;
    }
    for (int i = 0; i < count; i++) {
        if (read_message(argv[i + 2], &messages[i]) != 0)
            return 2;
        bytes += messages[i].len;
    }
    start = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (bounce_reader_new(&reader) != BOUNCE_OK)
        return 2;
    setup = seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
    start = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < count; i++) {
            struct bounce *bounce;

            if (bounce_explain_message(reader, messages[i].bytes, messages[i].len, &bounce) !=
                BOUNCE_OK)
                return 2;
            recipients += bounce_recipient_count(bounce);
            bounce_free(bounce);
        }
    double spent = seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"messages\": %d, \"bytes\": %zu, \"recipients\": %zu, \"rounds\": %d, \"setup_s\": "
           "%.6f, "
           "\"cpu_s\": %.6f, \"rss_kib\": %ld}\n",
        count, bytes, recipients / (size_t)rounds, rounds, setup, spent, usage.ru_maxrss);
    bounce_reader_free(reader);
    for (int i = 0; i < count; i++)
        free(messages[i].bytes);
    free(messages);
    return 0;
}
