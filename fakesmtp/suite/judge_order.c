/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/judge_order.h"

#include <string.h>
#include "util/mem.h"
#include "util/text.h"

bool judge_told_by_sender(const struct record *record)
{
    for (size_t i = 0; i < record->happening_count; i++)
        if (record->happenings[i].kind == HAPPENED_ATTEMPT)
            return true;
    return false;
}

bool judge_is_attempt(const struct happening *h, bool told)
{
    return told ? h->kind == HAPPENED_ATTEMPT
                : h->kind == HAPPENED_SESSION || h->kind == HAPPENED_KNOCK;
}

/* A refused connection leaves no trace on a server: somebody must have looked at the packets. */
bool judge_all_seen(const struct scenario *scenario, const struct record *record)
{
    for (size_t i = 0; i < scenario->host_count; i++) {
        const struct scenario_host *host = &scenario->hosts[i];
        bool hidden = host->listen == LISTEN_REFUSE || host->listen == LISTEN_BLACKHOLE;
        /* That a black hole ends one day cannot be told from the first packet to it. */
        if (hidden &&
            (!record->watched || (host->listen == LISTEN_BLACKHOLE && host->listen_lasting > 0)))
            return false;
    }
    return true;
}

/* ---- order ---- */

static bool has_label(const char *hostname, const char *label)
{
    size_t n = strlen(label);
    return text_starts(hostname, label) && (hostname[n] == '.' || !hostname[n]);
}

struct walk { /* along the order, within one attempt */
    const struct expect_conduct *client;
    size_t at; /* so many hosts of it were tried */
    bool astray;
    bool whole; /* one attempt tried them all */
};

/* Another address of the same host is no step. */
static void step(struct walk *walk, const char *hostname)
{
    const struct expect_conduct *client = walk->client;
    if (walk->at && has_label(hostname, client->order[walk->at - 1]))
        return;
    if (walk->at < client->order_count && has_label(hostname, client->order[walk->at]))
        walk->at++;
    else
        walk->astray = true;
    walk->whole = walk->whole || walk->at == client->order_count;
}

void judge_order(const struct scenario *scenario, const struct expect_conduct *client,
    const struct record *record, struct result *result)
{
    bool told = judge_told_by_sender(record);
    if (!client->order_count)
        return;
    if (!told && !judge_all_seen(scenario, record)) {
        result_note(result,
            "the order of hosts is not judged: a refused connection leaves no trace on a server");
        return;
    }
    struct walk walk = {.client = client};
    struct buf seen = {0}, want = {0};
    uint64_t attempt = 0;
    for (size_t i = 0; i < record->happening_count; i++) {
        const struct happening *h = &record->happenings[i];
        if (!judge_is_attempt(h, told) || (told && text_starts(h->what, "dns:")))
            continue;
        /* Without the sender's word, where one attempt ends is seen from its beginning again. */
        bool again = told ? h->number != attempt
                          : walk.at == client->order_count && has_label(h->name, client->order[0]);
        walk.at = again ? 0 : walk.at;
        attempt = h->number;
        step(&walk, h->name);
        if (seen.len < 200)
            buf_addf(&seen, "%s%.*s", seen.len ? again ? "; " : ", " : "",
                (int)strcspn(h->name, "."), h->name);
    }
    for (size_t i = 0; i < client->order_count; i++)
        buf_addf(&want, "%s%s", i ? ", " : "", client->order[i]);
    bool fine = walk.whole && !walk.astray;
    result_check(result, true, "order of hosts", buf_text(&want), buf_text(&seen),
        fine ? VERDICT_EXACT : VERDICT_WRONG);
    buf_free(&seen);
    buf_free(&want);
}
