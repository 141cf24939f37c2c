/* SPDX-License-Identifier: BSD-2-Clause */
/* layer.c - the files a box puts over those of the host: names, accounts, and the MTA's
 * configuration.
 *
 * They are copies with modes of our choosing, never the files of the checkout themselves: MTAs
 * refuse configuration that others own or may write. */
#include "box/layer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "box/files.h"

#define ETC BOX_DIR "/etc"

static const struct {
    const char *path, *text;
} fixed[] = {
    {ETC "/hostname", "mta.test\n"},
    {ETC "/mailname", "mta.test\n"},
    {ETC "/hosts", "127.0.0.1 localhost\n192.0.2.1 mta.test\n"},
    /* A minimal host has none, and Exim looks its port up by name. */
    {ETC "/services", "smtp 25/tcp mail\nlmtp 24/tcp\nsubmission 587/tcp\nsubmissions 465/tcp\n"
                      "domain 53/tcp\ndomain 53/udp\nauth 113/tcp\n"},
    /* One try of one second: who stays silent is a scenario, and it should be felt once. */
    {ETC "/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"},
    {ETC "/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n"
                           "networks: files\nprotocols: files\nservices: files\n"},
    /* Empty for COMMAND (a sanitizer's runtime wants to be the first library); the MTA's view puts
       BOX_DIR/ld.so.preload over it. */
    {ETC "/ld.so.preload", ""},
};

static bool replaced(const char *line, const struct mta_user *users, size_t n, bool groups)
{
    size_t len = strcspn(line, ":\n");
    for (size_t i = 0; i < n; i++)
        if (groups == !users[i].group && strlen(users[i].name) == len &&
            strncmp(users[i].name, line, len) == 0)
            return true;
    return false;
}

static char *account(const struct mta_user *user, const struct mta_user *users, size_t n)
{
    unsigned group = user->id;
    if (!user->group)
        return box_format("%s:x:%u:\n", user->name, user->id);
    for (size_t i = 0; i < n; i++)
        if (!users[i].group && strcmp(users[i].name, user->group) == 0)
            group = users[i].id;
    return box_format(
        "%s:x:%u:%u::%s:/usr/sbin/nologin\n", user->name, user->id, group, user->home);
}

char *layer_accounts(const char *host, const struct mta_user *users, size_t n, bool groups)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        abort();
    for (const char *line = host, *next; *line; line = next) {
        const char *end = strchr(line, '\n');
        size_t len = end ? (size_t)(end - line) : strlen(line);
        next = line + len + (end != NULL);
        if (!replaced(line, users, n, groups))
            fprintf(out, "%.*s\n", (int)len, line);
    }
    for (size_t i = 0; i < n; i++) {
        if (groups != !users[i].group)
            continue;
        char *line = account(&users[i], users, n);
        fputs(line, out);
        free(line);
    }
    fclose(out);
    return text;
}

static bool write_accounts(
    const struct mta *mta, const char *from, const char *to, bool groups, struct trouble *t)
{
    char *host = file_read(from);
    if (!host)
        return trouble_say(t, "read %s: %s", from, strerror(errno));
    char *text = layer_accounts(host, mta ? mta->users : NULL, mta ? mta->n_users : 0, groups);
    bool good = file_write(to, text, 0644);
    free(host);
    free(text);
    return good ? true : trouble_say(t, "write %s: %s", to, strerror(errno));
}

static bool write_fixed(struct trouble *t)
{
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (!file_write(fixed[i].path, fixed[i].text, 0644))
            return trouble_say(t, "write %s: %s", fixed[i].path, strerror(errno));
    return true;
}

/* 'text' for the shell, whatever is in it. */
static void quote(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text; text++)
        if (*text == '\'')
            fputs("'\\''", out);
        else
            fputc(*text, out);
    fputc('\'', out);
}

static bool write_driver(const struct box_plan *plan, struct trouble *t)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        abort();
    fputs("#!/bin/sh\nexec ", out);
    quote(out, plan->exe);
    fprintf(out, " %s --drive \"$@\"\n", plan->word ? plan->word : "");
    fclose(out);
    bool good = file_write(BOX_DIR "/bin/driver", text, 0755);
    free(text);
    return good ? true : trouble_say(t, "write %s: %s", BOX_DIR "/bin/driver", strerror(errno));
}

static bool copy_etc(const char *from, struct trouble *t)
{
    char *at = NULL;
    if (!file_exists(from) || file_copy_tree(from, ETC, false, &at))
        return true;
    trouble_say(t, "copy %s: %s", at, strerror(errno));
    free(at);
    return false;
}

/* The MTA's own files come last: they may replace any of ours.  A profile may replace any of them.
 */
static bool write_mta(const struct box_plan *plan, struct trouble *t)
{
    char *base = box_format("%s/etc", plan->mta->dir);
    char *profile = box_format("%s/etc.%s", plan->mta->dir, plan->profile);
    bool good = copy_etc(base, t) && copy_etc(profile, t);
    free(base);
    free(profile);
    return good;
}

static int64_t now_ns(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* What clock/scale.c reads: the beginning of the box's time and its factor, the same for all
 * processes. */
static bool write_clock(const struct box_plan *plan)
{
    char *text = box_format("%.0f %" PRId64 " %" PRId64 " %" PRId64 "\n", plan->mta->time,
        now_ns(CLOCK_REALTIME), now_ns(CLOCK_MONOTONIC), now_ns(CLOCK_BOOTTIME));
    bool good = file_write(BOX_DIR "/clock", text, 0644);
    free(text);
    return good;
}

static bool write_shims(const struct box_plan *plan, struct trouble *t)
{
    const char *preload =
        plan->clock_shim ? BOX_DIR "/shim.so\n" BOX_DIR "/clockshim.so\n" : BOX_DIR "/shim.so\n";
    if (!file_copy(plan->shim, BOX_DIR "/shim.so"))
        return trouble_say(
            t, "copy the shim %s: %s (set FAKESMTP_SHIM)", plan->shim, strerror(errno));
    if (plan->clock_shim &&
        !(file_copy(plan->clock_shim, BOX_DIR "/clockshim.so") && write_clock(plan)))
        return trouble_say(t, "set up the clock %s: %s", plan->clock_shim, strerror(errno));
    if (!file_write(BOX_DIR "/ld.so.preload", preload, 0644))
        return trouble_say(t, "write %s: %s", BOX_DIR "/ld.so.preload", strerror(errno));
    return true;
}

bool layer_write(const struct box_plan *plan, struct trouble *t)
{
    static const char *const dirs[] = {
        BOX_DIR, ETC, BOX_DIR "/usr", BOX_DIR "/bin", BOX_DIR "/home", BOX_DIR "/work"};
    for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
        if (mkdir(dirs[i], 0755) < 0)
            return trouble_say(t, "make %s: %s", dirs[i], strerror(errno));
    if (!write_accounts(plan->mta, "/etc/passwd", ETC "/passwd", false, t) ||
        !write_accounts(plan->mta, "/etc/group", ETC "/group", true, t) || !write_fixed(t))
        return false;
    if (!plan->mta)
        return file_write(BOX_DIR "/ld.so.preload", "", 0644);
    return write_shims(plan, t) && write_driver(plan, t) && write_mta(plan, t);
}
