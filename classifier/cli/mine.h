/* SPDX-License-Identifier: BSD-2-Clause */
/* mine.h - what the user knows of his own mail: --mine KIND:VALUE. */
#ifndef MINE_H
#define MINE_H

#include "bytes.h"

enum mine_kind {
    MINE_ID,
    MINE_HOST,
    MINE_ADDRESS,
    MINE_FILE,
    MINE_BATV,
    MINE_SRS,
    MINE_VERP,
    MINE_KINDS
};

struct mine_value {
    char *text;
    struct mine_value *next;
};

struct mine {
    struct mine_value *values[MINE_KINDS]; /* of BATV and SRS: the secrets */
    uint64_t *sent;                        /* hashes of Message-IDs, sorted */
    size_t sent_count, sent_cap;
};

void mine_init(struct mine *mine);
void mine_deinit(struct mine *mine);
/* "id:example.com"; borrowed. False: why says what is wrong with it ("file:line: ..." where it is a
 * file). Call mine_ready when all are there. */
bool mine_add(struct mine *mine, const char *spec, char *why, size_t size);
void mine_ready(struct mine *mine);
bool mine_knows(const struct mine *mine, enum mine_kind kind);
/* Was this Message-ID sent? Brackets and case do not matter. */
bool mine_sent(const struct mine *mine, struct span id);

#endif
