/* SPDX-License-Identifier: BSD-2-Clause */
/* mta.c - reads the folder that describes an MTA: mta.conf, what it fetches, users, known-losses,
 * known-conduct. */
#include "box/box.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "box/files.h"

struct lines { /* the meaningful lines of one file, in turn */
    char *path, *text, *next;
    unsigned number;
    char **why;
};

static bool complain(struct lines *at, const char *what, const char *detail)
{
    *at->why = box_format("%s:%u: %s%s", at->path, at->number, what, detail);
    return false;
}

static char *trimmed(char *text)
{
    text += strspn(text, " \t\r");
    size_t n = strlen(text);
    while (n > 0 && strchr(" \t\r", text[n - 1]))
        text[--n] = '\0';
    return text;
}

/* Opens dir/name. A file that is not there has no lines; *why says when it is there and cannot be
 * read. */
static bool lines_open(struct lines *at, const struct mta *mta, const char *name, char **why)
{
    *at = (struct lines){.path = box_format("%s/%s", mta->dir, name), .why = why};
    at->text = at->next = file_read(at->path);
    if (at->text || errno == ENOENT)
        return true;
    *why = box_format("%s: %s", at->path, strerror(errno));
    free(at->path);
    return false;
}

/* The next line that is neither blank nor a comment, or NULL. */
static char *lines_next(struct lines *at)
{
    while (at->next && *at->next) {
        char *line = at->next, *end = strchr(line, '\n');
        at->next = end ? end + 1 : NULL;
        if (end)
            *end = '\0';
        at->number++;
        line = trimmed(line);
        if (*line && *line != '#')
            return line;
    }
    return NULL;
}

static void lines_close(struct lines *at)
{
    free(at->path);
    free(at->text);
}

static char **list_add(char **list, const char *text)
{
    size_t n = 0;
    while (list[n])
        n++;
    list = box_grow(list, n + 2, sizeof *list);
    list[n] = box_copy(text);
    list[n + 1] = NULL;
    return list;
}

/* A whole positive decimal number, or 0. */
static unsigned number(const char *text)
{
    char *end;
    errno = 0;
    unsigned long n = strtoul(text, &end, 10);
    bool whole = *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && n < 1000000;
    return whole ? (unsigned)n : 0;
}

static bool set_text(char **field, char *value, struct lines *at)
{
    if (*field)
        return complain(at, "said twice", "");
    *field = box_copy(value);
    return true;
}

static bool set_submission(struct mta *mta, char *value, struct lines *at)
{
    char *colon = strrchr(value, ':');
    mta->port = colon ? number(colon + 1) : 0;
    if (mta->port == 0 || mta->port > 65535)
        return complain(at, "submission wants ADDRESS:PORT, not ", value);
    *colon = '\0';
    return set_text(&mta->host, value, at);
}

static bool set_seconds(double *field, char *value, struct lines *at)
{
    unsigned n = number(value);
    if (n == 0)
        return complain(at, "a whole number above 0 is wanted, not ", value);
    *field = n;
    return true;
}

static bool add_lack(struct mta *mta, char *value, struct lines *at)
{
    char *colon = strchr(value, ':');
    if (!colon)
        return complain(at, "lacks wants WHAT: WHY, not ", value);
    *colon = '\0';
    mta->lacks = box_grow(mta->lacks, mta->n_lacks + 1, sizeof *mta->lacks);
    mta->lacks[mta->n_lacks++] =
        (struct mta_lack){.what = box_copy(trimmed(value)), .why = box_copy(trimmed(colon + 1))};
    return true;
}

static bool set_count(size_t *count, const char *value, struct lines *at)
{
    char *end;
    unsigned long n = strtoul(value, &end, 10);
    if (!*value || *end || n < 1 || n > 100000)
        return complain(at, "a whole number above 0 is needed, not ", value);
    *count = n;
    return true;
}

/* From the folder on, where it is no absolute path. */
static bool set_root(struct mta *mta, char *value, struct lines *at)
{
    char *path = *value == '/' ? box_copy(value) : box_format("%s/%s", mta->dir, value);
    if (mta->root)
        *at->why = box_format("%s:%u: said twice", at->path, at->number);
    else if (!(mta->root = file_absolute(path)))
        *at->why = box_format("%s:%u: %s: %s", at->path, at->number, path, strerror(errno));
    free(path);
    return !*at->why;
}

static bool set_key(struct mta *mta, const char *key, char *value, struct lines *at)
{
    if (strcmp(key, "title") == 0)
        return set_text(&mta->title, value, at);
    if (strcmp(key, "submission") == 0)
        return set_submission(mta, value, at);
    if (strcmp(key, "clock") == 0)
        return set_seconds(&mta->clock, value, at);
    if (strcmp(key, "time") == 0)
        return set_seconds(&mta->time, value, at);
    if (strcmp(key, "patience") == 0)
        return set_seconds(&mta->patience, value, at);
    if (strcmp(key, "at_once") == 0)
        return set_count(&mta->at_once, value, at);
    if (strcmp(key, "lacks") == 0)
        return add_lack(mta, value, at);
    if (strcmp(key, "root") == 0)
        return set_root(mta, value, at);
    return complain(at,
        "the keys are title, submission, clock, time, patience, at_once, lacks, root; not ", key);
}

static bool read_pairs(struct mta *mta, struct lines *at)
{
    char *line;
    while ((line = lines_next(at))) {
        char *equals = strchr(line, '=');
        if (!equals)
            return complain(at, "key = value is wanted, not ", line);
        *equals = '\0';
        if (!set_key(mta, trimmed(line), trimmed(equals + 1), at))
            return false;
    }
    return true;
}

static bool read_conf(struct mta *mta, struct lines *at)
{
    mta->time = 1;
    if (!read_pairs(mta, at))
        return false;
    if (!mta->title || mta->clock <= 0 || mta->patience <= 0) {
        *at->why = box_format("%s: title, clock and patience must be given", at->path);
        return false;
    }
    return true;
}

static bool read_packages(struct mta *mta, struct lines *at)
{
    char *line;
    while ((line = lines_next(at))) {
        /* Debian policy 5.6.1; nothing else may reach apt's command line. */
        bool starts = (*line >= 'a' && *line <= 'z') || (*line >= '0' && *line <= '9');
        if (!starts || line[strspn(line, "abcdefghijklmnopqrstuvwxyz0123456789+.-")])
            return complain(at, "not a Debian package name: ", line);
        mta->packages = list_add(mta->packages, line);
    }
    return true;
}

/* What is in an npm lock is npm's; only one thing can be laid over /usr. */
static bool read_lock(struct mta *mta, struct lines *at)
{
    if (mta->packages[0])
        mta->fetches = "packages";
    if (!at->text)
        return true;
    if (mta->fetches)
        *at->why = box_format("%s: there are packages of Debian beside it already", at->path);
    mta->fetches = "package-lock.json";
    return !*at->why;
}

/* An entry ends up in a passwd line, where ':' would start another field. */
static bool read_user(struct mta *mta, char *line, struct lines *at)
{
    char *save, *word[6] = {0};
    size_t n = 0;
    if (strchr(line, ':'))
        return complain(at, "no colon may be in ", line);
    for (char *w = strtok_r(line, " \t", &save); w && n < 6; w = strtok_r(NULL, " \t", &save))
        word[n++] = w;
    bool group = n == 3 && strcmp(word[0], "group") == 0;
    bool user = n == 5 && strcmp(word[0], "user") == 0;
    if (!group && !user)
        return complain(at, "`group NAME ID` or `user NAME ID GROUP HOME` is wanted", "");
    if (number(word[2]) == 0 && strcmp(word[2], "0") != 0)
        return complain(at, "an id is wanted, not ", word[2]);
    mta->users = box_grow(mta->users, mta->n_users + 1, sizeof *mta->users);
    mta->users[mta->n_users++] = (struct mta_user){.name = box_copy(word[1]),
        .id = number(word[2]),
        .group = box_copy(word[3]),
        .home = box_copy(word[4])};
    return true;
}

static bool read_users(struct mta *mta, struct lines *at)
{
    char *line;
    while ((line = lines_next(at)))
        if (!read_user(mta, line, at))
            return false;
    return true;
}

static bool read_file(
    struct mta *mta, const char *name, bool (*read)(struct mta *, struct lines *), char **why)
{
    struct lines at;
    if (!lines_open(&at, mta, name, why))
        return false;
    bool good = read(mta, &at);
    lines_close(&at);
    return good;
}

/* ---- known-losses, known-conduct ---- */

static void free_known(struct mta_known_file *file)
{
    for (size_t i = 0; i < file->count; i++) {
        free(file->list[i].scenario);
        free(file->list[i].what);
        free(file->list[i].sentence);
    }
    free(file->list);
    free(file->name);
    *file = (struct mta_known_file){0};
}

/* An entry is about one scenario, and about one thing that was seen. */
static bool known_is_narrow(struct lines *at, const char *scenario, const char *what)
{
    size_t n = strlen(MTA_KNOWN_BOUNCE) - 1;
    if (strcmp(scenario, "*") == 0)
        return complain(at, "a line for each scenario is wanted, not ", scenario);
    if (strncmp(what, MTA_KNOWN_BOUNCE, n) != 0 || (what[n] == '=' && what[n + 1]))
        return true;
    return complain(at, "bounce=REASON or bounce=none is wanted, not ", what);
}

static bool read_known_lines(struct mta_known_file *file, const char *middle, struct lines *at)
{
    char *line;
    while ((line = lines_next(at))) {
        char *what = strchr(line, '\t');
        char *sentence = what ? strchr(what + 1, '\t') : NULL;
        if (!sentence || !sentence[1 + strspn(sentence + 1, " \t")]) {
            *at->why = box_format("%s:%u: scenario, %s and sentence are wanted, with tabs between",
                at->path, at->number, middle);
            return false;
        }
        *what++ = *sentence++ = '\0';
        file->list = box_grow(file->list, file->count + 1, sizeof *file->list);
        file->list[file->count++] = (struct mta_known){.scenario = box_copy(trimmed(line)),
            .what = box_copy(trimmed(what)),
            .sentence = box_copy(trimmed(sentence)),
            .line = at->number};
        const struct mta_known *known = &file->list[file->count - 1];
        if (!known_is_narrow(at, known->scenario, known->what))
            return false;
    }
    return true;
}

/* Takes name. middle is what the second column holds. */
static bool read_known(
    struct mta *mta, struct mta_known_file *file, char *name, const char *middle, char **why)
{
    struct lines at;
    free_known(file);
    file->name = name;
    if (!lines_open(&at, mta, name, why))
        return false;
    bool good = read_known_lines(file, middle, &at);
    lines_close(&at);
    return good;
}

/* suffix: "" or ".PROFILE"; what a profile does not say of its own stays. */
static bool read_both_known(struct mta *mta, const char *suffix, char **why)
{
    const struct {
        struct mta_known_file *file;
        const char *name, *middle;
    } both[] = {
        {&mta->losses, "known-losses", "reason"}, {&mta->conduct, "known-conduct", "check"}};
    for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
        char *name = box_format("%s%s", both[i].name, suffix);
        char *path = box_format("%s/%s", mta->dir, name);
        bool wanted = !*suffix || file_exists(path);
        free(path);
        if (wanted && !read_known(mta, both[i].file, name, both[i].middle, why))
            return false;
        if (!wanted)
            free(name);
        both[i].file->borrowed = !wanted;
    }
    return true;
}

/* ---- the whole ---- */

static bool plain_name(const char *name)
{
    return *name && *name != '.' &&
           !name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")];
}

struct mta *mta_load(const char *datadir, const char *name, char **why)
{
    char *conf = box_format("%s/%s/mta.conf", datadir, name);
    bool known = plain_name(name) && file_exists(conf);
    free(conf);
    if (!known) {
        *why = box_format("%s: no MTA of this name in %s", name, datadir);
        return NULL;
    }
    struct mta *mta = box_new(1, sizeof *mta);
    char *dir = box_format("%s/%s", datadir, name);
    mta->name = box_copy(name);
    mta->dir = file_absolute(dir);
    mta->packages = box_new(1, sizeof *mta->packages);
    mta->datadir = box_copy(datadir);
    free(dir);
    *why = NULL;
    bool good = mta->dir && read_file(mta, "mta.conf", read_conf, why) &&
                read_file(mta, "packages", read_packages, why) &&
                read_file(mta, "package-lock.json", read_lock, why) &&
                read_file(mta, "users", read_users, why) && read_both_known(mta, "", why);
    if (good && mta->root && mta->fetches)
        *why = box_format("%s/%s: it has a root in mta.conf already", mta->dir, mta->fetches);
    if (good && !*why)
        return mta;
    if (!mta->dir)
        *why = box_format("%s/%s: %s", datadir, name, strerror(errno));
    mta_free(mta);
    return NULL;
}

struct mta *mta_find(const char *word, char **why)
{
    bool is_path = strchr(word, '/') != NULL;
    char *dir = is_path ? file_absolute(word) : NULL;
    if (is_path && !dir) {
        *why = box_format("%s: %s", word, strerror(errno));
        return NULL;
    }
    char *slash = dir ? strrchr(dir, '/') : NULL;
    char *datadir = dir ? box_format("%.*s", (int)(slash - dir), dir) : mta_datadir();
    struct mta *mta = mta_load(datadir, dir ? slash + 1 : word, why);
    free(datadir);
    free(dir);
    return mta;
}

/* Our servers share the clock of an MTA whose time is compressed: its stock values are those of the
 * protocol. */
static bool read_profile(struct mta *mta, struct lines *at)
{
    double clock = mta->clock, time = mta->time;
    mta->clock = mta->time = 0;
    if (!read_pairs(mta, at))
        return false;
    if (mta->clock == 0)
        mta->clock = mta->time > 1 ? mta->time : clock;
    if (mta->time == 0)
        mta->time = time;
    return true;
}

bool mta_has_profile(const struct mta *mta, const char *profile)
{
    char *etc = box_format("%s/etc.%s", mta->dir, profile);
    char *conf = box_format("%s/%s.conf", mta->dir, profile);
    bool has = strcmp(profile, "queue") == 0 || file_exists(etc) || file_exists(conf);
    free(etc);
    free(conf);
    return has;
}

bool mta_profile(struct mta *mta, const char *profile, char **why)
{
    char *name = box_format("%s.conf", profile);
    bool known = mta_has_profile(mta, profile);
    if (!known)
        *why = box_format("%s has no profile %s (neither etc.%s nor %s in %s)", mta->name, profile,
            profile, name, mta->dir);
    bool good = known && read_file(mta, name, read_profile, why);
    bool queue = strcmp(profile, "queue") == 0;
    mta->once = strcmp(profile, "once") == 0;
    mta->own_times = !queue && !mta->once;
    if (good && !queue) {
        char *suffix = box_format(".%s", profile);
        good = read_both_known(mta, suffix, why);
        free(suffix);
    }
    free(name);
    return good;
}

void mta_free(struct mta *mta)
{
    if (!mta)
        return;
    for (size_t i = 0; i < mta->n_users; i++) {
        free(mta->users[i].name);
        free(mta->users[i].group);
        free(mta->users[i].home);
    }
    free_known(&mta->losses);
    free_known(&mta->conduct);
    for (size_t i = 0; i < mta->n_lacks; i++) {
        free(mta->lacks[i].what);
        free(mta->lacks[i].why);
    }
    for (char **package = mta->packages; *package; package++)
        free(*package);
    free(mta->packages);
    free(mta->lacks);
    free(mta->users);
    free(mta->name);
    free(mta->datadir);
    free(mta->root);
    free(mta->dir);
    free(mta->title);
    free(mta->host);
    free(mta);
}
