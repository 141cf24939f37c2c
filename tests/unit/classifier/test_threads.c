/* SPDX-License-Identifier: BSD-2-Clause */
/* test_threads.c - threads with a reader each explain the same messages side by side, each in
 * another order, and say what one thread alone says. */
#include "kit.h"
#include <dirent.h>
#include <pthread.h>

enum { MESSAGES_MOST = 500, THREADS = 6, ANSWER_MOST = 4096 };

static struct mail {
    char *bytes;
    size_t len;
    char answer[ANSWER_MOST]; /* of one thread alone */
} mails[MESSAGES_MOST];
static size_t mail_count;

/* All that is said of the first recipient, and of how many there are. */
static void tell(struct bounce_reader *reader, const struct mail *mail, char *out)
{
    struct bounce *bounce = NULL;
    const struct bounce_recipient *rcpt;
    size_t n;

    if (bounce_explain_message(reader, mail->bytes, mail->len, &bounce) != BOUNCE_OK) {
        snprintf(out, ANSWER_MOST, "no answer");
        return;
    }
    rcpt = bounce_recipient_at(bounce, 0);
    n = (size_t)snprintf(out, ANSWER_MOST, "%s %zu %.6f",
        bounce_kind_name(bounce_message_kind(bounce)), bounce_recipient_count(bounce),
        rcpt ? bounce_recipient_confidence(rcpt) : 0.0);
    for (int what = BOUNCE_ADDRESS; rcpt && what <= BOUNCE_RETRY_STORY && n < ANSWER_MOST; what++) {
        const char *text = bounce_recipient_text(rcpt, (enum bounce_text)what);
        n += (size_t)snprintf(out + n, ANSWER_MOST - n, "|%s", text ? text : "");
    }
    bounce_free(bounce);
}

/* NULL, or the first mail that was answered otherwise. */
static void *work(void *argument)
{
    size_t first = *(const size_t *)argument;
    struct bounce_reader *reader = NULL;
    const void *wrong = NULL;
    char answer[ANSWER_MOST];

    for (int round = 0; round < 2 && !wrong; round++) { /* readers come and go beside others */
        if (bounce_reader_new(&reader) != BOUNCE_OK)
            return (void *)&mails[0];
        for (size_t i = 0; i < mail_count && !wrong; i++) {
            const struct mail *mail = &mails[(first + i) % mail_count];
            tell(reader, mail, answer);
            if (strcmp(answer, mail->answer) != 0)
                wrong = mail;
        }
        bounce_reader_free(reader);
    }
    return (void *)wrong;
}

static void all_say_the_same(void **state)
{
    pthread_t threads[THREADS];
    size_t first[THREADS];

    for (size_t i = 0; i < mail_count; i++) {
        tell(*state, &mails[i], mails[i].answer);
        assert_string_not_equal(mails[i].answer, "no answer");
    }
    for (size_t t = 0; t < THREADS; t++) {
        first[t] = t * mail_count / THREADS;
        assert_int_equal(pthread_create(&threads[t], NULL, work, &first[t]), 0);
    }
    for (size_t t = 0; t < THREADS; t++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[t], &wrong), 0);
        if (wrong)
            fail_msg("thread %zu says otherwise than: %s", t, ((struct mail *)wrong)->answer);
    }
}

static void read_mails(const char *folder)
{
    DIR *listing = opendir(folder);
    struct dirent *entry;

    while (listing && (entry = readdir(listing)) && mail_count < MESSAGES_MOST)
        if (strstr(entry->d_name, ".eml") &&
            (mails[mail_count].bytes = kit_file(folder, entry->d_name, &mails[mail_count].len)))
            mail_count++;
    if (listing)
        closedir(listing);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_say_the_same)};
    int failed;

    for (int i = 1; i < argc; i++)
        read_mails(argv[i]);
    if (mail_count < 50)
        return 99;
    failed = cmocka_run_group_tests(tests, kit_reader_setup, kit_reader_teardown);
    for (size_t i = 0; i < mail_count; i++)
        free(mails[i].bytes);
    return failed;
}
