/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/keep.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "script/script.h"
#include "suite/world.h"
#include "util/mem.h"

static bool write_whole(const char *path, const struct record_bounce *bounce, char **why)
{
    FILE *out = fopen(path, "wb");
    bool fine = out && fwrite(bounce->bytes, 1, bounce->len, out) == bounce->len;
    if (out && fclose(out) != 0)
        fine = false;
    if (!fine)
        *why = mem_format("write %s: %s", path, strerror(errno));
    return fine;
}

bool keep_bounces(const char *dir, const struct world_scenario *scenarios, size_t count, char **why)
{
    for (size_t i = 0; i < count; i++) {
        const struct record *record = &scenarios[i].record;
        for (size_t k = 0; k < record->bounce_count; k++) {
            mkdir(dir, 0755);
            char *path =
                mem_format("%s/%s.%zu.eml", dir, script_scenario(scenarios[i].script)->name, k + 1);
            bool fine = write_whole(path, &record->bounces[k], why);
            free(path);
            if (!fine)
                return false;
        }
    }
    return true;
}
