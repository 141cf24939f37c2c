/* SPDX-License-Identifier: BSD-2-Clause */
/* When a message is the same as one before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "server/copies.h"

static uint64_t id(const char *text)
{
    return copies_id(text, strlen(text));
}

static void message_id_or_all_of_it(void **state)
{
    uint64_t a = id("Message-ID: <1@x>\r\n\r\nbody\r\n");
    assert_true(a == id("Received: by me\r\nMESSAGE-id:<1@x>  \r\n\r\nanother body\r\n"));
    assert_true(a != id("Message-ID: <2@x>\r\n\r\nbody\r\n"));
    assert_true(id("Subject: x\r\n\r\nMessage-ID: <1@x>\r\n") != a); /* in the body it is none */
    assert_true(id("Subject: x\r\n\r\nbody\r\n") == id("Subject: x\r\n\r\nbody\r\n"));
    assert_true(id("Subject: x\r\n\r\nbody\r\n") != id("Subject: x\r\n\r\nbodY\r\n"));
    assert_true(id("Message-ID:\r\n\r\nbody\r\n") !=
                id("Message-ID:\r\n\r\nother\r\n")); /* an empty one is none */
    assert_true(id("") == id(""));
    assert_true(id("a") != id("aa"));
    assert_true(copies_id("\0\0", 2) != copies_id("\0", 1));
}

static void counts_by_recipient(void **state)
{
    struct copies *copies = copies_new();
    const char *const one[] = {"a@x"}, *const both[] = {"b@x", "a@x"};
    struct copies_message m = copies_received(copies, 7, one, 1);
    assert_int_equal(m.copy, 1);
    assert_false(m.duplicate);
    m = copies_received(copies, 7, one, 1);
    assert_int_equal(m.copy, 2);
    assert_false(m.duplicate); /* seen, but not kept */
    copies_kept(copies, 7, one, 1);
    assert_false(copies_received(copies, 8, one, 1).duplicate);
    assert_false(copies_received(copies, 7, both, 1).duplicate); /* only b */
    m = copies_received(copies, 7, both, 2);
    assert_true(m.duplicate);
    assert_int_equal(m.copy, 3);
    copies_free(copies);
}

static void forgets_the_oldest_and_only_those(void **state)
{
    struct copies *copies = copies_new();
    const char *const rcpt[] = {"a@x"};
    enum { MANY = 200000, REMEMBERED = 30000 };
    for (uint64_t i = 1; i <= MANY; i++)
        copies_kept(copies, i, rcpt, 1);
    for (uint64_t i = MANY - REMEMBERED; i <= MANY; i++)
        assert_true(copies_received(copies, i, rcpt, 1).duplicate);
    assert_false(copies_received(copies, 1, rcpt, 1).duplicate);
    copies_free(copies);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(message_id_or_all_of_it),
        cmocka_unit_test(counts_by_recipient), cmocka_unit_test(forgets_the_oldest_and_only_those)};
    return cmocka_run_group_tests_name("copies", tests, NULL, NULL);
}
