/* SPDX-License-Identifier: BSD-2-Clause */
/* mounts.c - what a box sees of the host's files: everything, read-only, with the MTA laid over it.
 *
 *   /usr /etc            overlays without an upper layer: ours, the MTA's packages, the host's
 *   /run /var/... /dev   the box's own, empty
 *   the rest             the host's, read-only but for --work and --write
 *
 * One overlay over / does not work: the packages lie below / themselves, and the kernel refuses
 * overlapping layers.
 *
 * Directories the box still needs may lie below one that gets hidden (a home in /var/lib, a build
 * in /run/user): all of them are opened first, and bound back from their descriptors. */
#include "box/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "box/files.h"
#include "box/layer.h"

enum { MOST_KEPT = BOX_MOST_DIRS + 4 };

struct kept { /* a directory that must be seen inside under its own name */
    char *path;
    int fd;
    bool writable;
};

struct view { /* what is opened before anything is covered */
    struct kept kept[MOST_KEPT];
    size_t n_kept;
    int root_usr, root_etc; /* -1: no packages */
    int usr, etc;
};

/* In the order in which they are mounted; /run and /dev have their own functions. */
static const struct {
    const char *dir, *options;
} hidden[] = {
    {"/run", "mode=0755"},
    {"/var/spool", "mode=0755"},
    {"/var/lib", "mode=0755"},
    {"/var/log", "mode=1777"},
    {"/var/mail", "mode=1777"},
    {"/dev", "mode=0755"},
};

static int open_dir(const char *path)
{
    return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static bool keep(struct view *v, const char *path, bool writable, struct trouble *t)
{
    if (!path || v->n_kept == MOST_KEPT)
        return true;
    int fd = open_dir(path);
    if (fd < 0 && !writable)
        return true; /* not seen outside either, for us */
    if (fd < 0)
        return trouble_say(t, "open %s: %s", path, strerror(errno));
    v->kept[v->n_kept++] = (struct kept){.path = box_copy(path), .fd = fd, .writable = writable};
    return true;
}

/* Writable ones last: a later bind covers an earlier one below it. */
static bool keep_all(struct view *v, const struct box_plan *plan, struct trouble *t)
{
    char *exe = box_copy(plan->exe);
    bool good = keep(v, plan->cwd, false, t) && keep(v, exe ? dirname(exe) : NULL, false, t) &&
                keep(v, plan->mta ? plan->mta->dir : NULL, false, t) &&
                keep(v, plan->work, true, t);
    for (size_t i = 0; good && i < plan->n_write; i++)
        good = keep(v, plan->write[i], true, t);
    free(exe);
    return good;
}

static bool open_layers(struct view *v, const struct box_plan *plan, struct trouble *t)
{
    v->usr = open_dir("/usr");
    v->etc = open_dir("/etc");
    v->root_usr = v->root_etc = -1;
    if (v->usr < 0 || v->etc < 0)
        return trouble_kernel(t, "open", "/usr and /etc");
    if (!plan->root)
        return true;
    char *usr = box_format("%s/usr", plan->root), *etc = box_format("%s/etc", plan->root);
    v->root_usr = open_dir(usr);
    v->root_etc = open_dir(etc);
    bool good = v->root_usr >= 0;
    if (!good)
        trouble_say(t, "open %s: %s (fetch the packages again)", usr, strerror(errno));
    free(usr);
    free(etc);
    return good;
}

/* Nothing we mount leaves, and nothing of the host can be written, whoever runs in here. */
static bool lock_host(struct trouble *t)
{
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return trouble_kernel(t, "make the mounts private", "/");
    if (mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attr, sizeof attr) < 0)
        return trouble_kernel(t, "make the mounts read-only", "/");
    return true;
}

static bool hide(size_t i, struct trouble *t)
{
    if (mount("tmpfs", hidden[i].dir, "tmpfs", MS_NOSUID, hidden[i].options) == 0)
        return true;
    if (errno == ENOENT)
        return true; /* /var/mail may be a link into the /var/spool that was just hidden */
    return trouble_kernel(t, "mount a tmpfs on", hidden[i].dir);
}

/* lowerdir takes paths with ':' and ',' in them only escaped, and not very long ones; descriptors
 * are neither. */
static bool overlay(const char *target, const int layers[3], struct trouble *t)
{
    char options[128] = "lowerdir=";
    for (size_t i = 0; i < 3; i++) {
        size_t len = strlen(options);
        if (layers[i] >= 0)
            snprintf(options + len, sizeof options - len, "%s/proc/self/fd/%d", i > 0 ? ":" : "",
                layers[i]);
    }
    if (mount("overlay", target, "overlay", MS_RDONLY, options) < 0)
        return trouble_kernel(t, "mount an overlay on", target);
    return true;
}

/* Docker binds /etc/hosts and others from outside.  Seen from a user namespace they are locked in
 * place, and a directory with such in it cannot be a layer (EINVAL); a copy of it can. */
static bool copy_etc(struct view *v, struct trouble *t)
{
    char *at = NULL;
    if (!file_copy_tree("/etc", BOX_DIR "/host-etc", true, &at)) {
        trouble_say(t, "copy /etc to %s: %s", at, strerror(errno));
        free(at);
        return false;
    }
    close(v->etc);
    v->etc = open_dir(BOX_DIR "/host-etc");
    return v->etc >= 0;
}

static bool cover_etc(struct view *v, struct trouble *t)
{
    int ours = open_dir(BOX_DIR "/etc");
    bool good = overlay("/etc", (int[]){ours, v->root_etc, v->etc}, t);
    if (!good && errno == EINVAL) {
        trouble_forget(t);
        good = copy_etc(v, t) && overlay("/etc", (int[]){ours, v->root_etc, v->etc}, t);
    }
    close(ours);
    return good;
}

static bool cover_usr(struct view *v, struct trouble *t)
{
    int ours = open_dir(BOX_DIR "/usr");
    bool good = overlay("/usr", (int[]){ours, v->root_usr, v->usr}, t);
    close(ours);
    return good;
}

static bool bind_fd(int fd, const char *to, struct trouble *t)
{
    char from[40];
    snprintf(from, sizeof from, "/proc/self/fd/%d", fd);
    if (mount(from, to, NULL, MS_BIND, NULL) < 0)
        return trouble_kernel(t, "bind", to);
    return true;
}

/* Its own /dev: the host's has /dev/log in it, and the MTA would write into the machine's log. */
static bool make_dev(struct trouble *t)
{
    static const char *const nodes[] = {"null", "zero", "full", "random", "urandom", "tty"};
    static const char *const links[][2] = {{"/proc/self/fd", "/dev/fd"},
        {"/proc/self/fd/0", "/dev/stdin"}, {"/proc/self/fd/1", "/dev/stdout"},
        {"/proc/self/fd/2", "/dev/stderr"}};
    enum { N_NODES = sizeof nodes / sizeof *nodes };
    int fds[N_NODES];
    bool good = true;
    for (size_t i = 0; i < N_NODES; i++) {
        char path[32];
        snprintf(path, sizeof path, "/dev/%s", nodes[i]);
        fds[i] = open(path, O_PATH | O_CLOEXEC);
    }
    good = hide(sizeof hidden / sizeof *hidden - 1, t);
    for (size_t i = 0; i < N_NODES; i++) {
        char path[32];
        snprintf(path, sizeof path, "/dev/%s", nodes[i]);
        if (good && fds[i] >= 0)
            good = file_write(path, "", 0666) && bind_fd(fds[i], path, t);
        if (fds[i] >= 0)
            close(fds[i]);
    }
    for (size_t i = 0; good && i < sizeof links / sizeof *links; i++)
        if (symlink(links[i][0], links[i][1]) < 0)
            good = trouble_say(t, "make %s: %s", links[i][1], strerror(errno));
    if (good && (mkdir("/dev/shm", 01777) < 0 || chmod("/dev/shm", 01777) < 0))
        good = trouble_say(t, "make /dev/shm: %s", strerror(errno));
    return good;
}

static bool is_hidden(const char *path)
{
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (file_below(path, hidden[i].dir))
            return true;
    return false;
}

static bool bind_kept(const struct kept *k, struct trouble *t)
{
    struct mount_attr attr = {.attr_clr = MOUNT_ATTR_RDONLY};
    if (!k->writable && !is_hidden(k->path))
        return true;
    if (!file_make_dirs(k->path, 0755))
        return trouble_say(t, "make %s inside: %s", k->path, strerror(errno));
    if (!bind_fd(k->fd, k->path, t))
        return false;
    if (k->writable && mount_setattr(AT_FDCWD, k->path, 0, &attr, sizeof attr) < 0)
        return trouble_kernel(t, "make writable", k->path);
    return true;
}

/* The MTA's log outlives the box when there is a place for it. */
static bool keep_log(const struct box_plan *plan, struct trouble *t)
{
    if (!plan->work)
        return true;
    char *log = box_format("%s/log", plan->work);
    bool good = file_make_dirs(log, 0755) && mount(log, "/var/log", NULL, MS_BIND, NULL) == 0;
    if (!good)
        trouble_say(t, "bind %s to /var/log: %s", log, strerror(errno));
    free(log);
    return good;
}

static bool make_view(struct view *v, const struct box_plan *plan, struct trouble *t)
{
    if (!lock_host(t) || !keep_all(v, plan, t) || !open_layers(v, plan, t) || !hide(0, t))
        return false;
    if (mkdir("/run/tmp", 01777) < 0 || chmod("/run/tmp", 01777) < 0)
        return trouble_say(t, "make /run/tmp: %s", strerror(errno));
    if (!layer_write(plan, t) || !cover_usr(v, t) || !cover_etc(v, t))
        return false;
    for (size_t i = 1; i + 1 < sizeof hidden / sizeof *hidden; i++)
        if (!hide(i, t))
            return false;
    if (!make_dev(t))
        return false;
    for (size_t i = 0; i < v->n_kept; i++)
        if (!bind_kept(&v->kept[i], t))
            return false;
    /* Last: until here /proc/self was looked up in the host's. */
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
        return trouble_kernel(t, "mount", "/proc");
    return keep_log(plan, t);
}

bool mounts_make(const struct box_plan *plan, struct trouble *t)
{
    struct view v = {0};
    bool good = make_view(&v, plan, t);
    for (size_t i = 0; i < v.n_kept; i++) {
        close(v.kept[i].fd);
        free(v.kept[i].path);
    }
    return good; /* the layers' descriptors are close-on-exec and end with us */
}

bool mounts_view_open(struct mounts_view *view, const char *proc)
{
    char *ns = box_format("%s/ns/mnt", proc), *root = box_format("%s/root", proc);
    view->ns = open(ns, O_RDONLY | O_CLOEXEC);
    view->root = open_dir(root);
    free(ns);
    free(root);
    return view->ns >= 0 && view->root >= 0;
}

bool mounts_view_enter(const struct mounts_view *view)
{
    return setns(view->ns, CLONE_NEWNS) == 0 && fchdir(view->root) == 0 && chroot(".") == 0;
}

bool mounts_split(struct mounts_view *plain, struct trouble *t)
{
    if (!mounts_view_open(plain, "/proc/self"))
        return trouble_kernel(t, "open", "/proc/self/ns/mnt");
    if (unshare(CLONE_NEWNS) < 0)
        return trouble_kernel(t, "unshare the mounts of", "the MTA");
    if (mount(BOX_DIR "/ld.so.preload", "/etc/ld.so.preload", NULL, MS_BIND, NULL) < 0)
        return trouble_kernel(t, "bind", "/etc/ld.so.preload");
    return true;
}
