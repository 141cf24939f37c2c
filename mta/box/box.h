/* SPDX-License-Identifier: BSD-2-Clause */
/* box.h - real MTAs as test subjects: their folders, their packages, and the box they run in.
 *
 * An MTA is a folder of data below the data directory (see mta/README.md): what to fetch, how to
 * configure it, how to drive it.  A box is a set of Linux namespaces in which that MTA believes it
 * is installed on a host named mta.test, without the machine noticing.  Outside the box nothing of
 * it exists: no user, no port, no file but the cache and the directories given by --work and
 * --write. */
#ifndef MTA_BOX_BOX_H
#define MTA_BOX_BOX_H

#include <stdbool.h>
#include <stddef.h>

/* Exit statuses of box_command() that are not the command's own. */
enum box_exit {
    BOX_EXIT_USAGE = 2,    /* usage or set-up error; one line on standard error says which step */
    BOX_EXIT_REFUSED = 77, /* the kernel refuses namespaces or overlays: a skip */
    BOX_EXIT_LIMIT = 124,  /* --limit ran out (as timeout(1) says it) */
};

struct mta_user { /* a line of `users` */
    char *name;
    unsigned id;
    char *group; /* NULL: this entry is a group */
    char *home;  /* NULL for a group */
};

struct mta_lack { /* `lacks = WHAT: WHY` of mta.conf */
    char *what;   /* a folder of scenarios/, or a scenario in one ("tls", "network/mx-fallback") */
    char *why;
};

/* A line of `known-losses`: what is a reason, and sentence is that of the bounce; or of
 * `known-conduct`: what names the check that the MTA fails ("attempts"), or what it bounces with
 * ("bounce=expired", "bounce=none"), and sentence is the evidence. */
#define MTA_KNOWN_BOUNCE "bounce="
struct mta_known {
    char *scenario, *what, *sentence;
    unsigned line;
};
struct mta_known_file {
    char *name; /* of the file: "known-losses", or "known-losses.stock" */
    struct mta_known *list;
    size_t count;
    bool borrowed; /* written for the profile queue, and another is played */
};

/* An MTA as its folder describes it. All text is the description's own and lives until mta_free. */
struct mta {
    char *name;    /* the folder's name */
    char *datadir; /* the folder it lies in, as given */
    char *dir;     /* its own folder, absolute */
    char *title;   /* for people: "Postfix 3.7" */
    char *host; /* submission address, an IPv4 literal inside the box; NULL: by `driver inject` */
    unsigned port;
    double clock; /* protocol seconds that one real second stands for */
    double time; /* seconds of its own that pass in a real one; 1: it lives on the machine's time */
    bool own_times; /* of a profile other than queue: they are as shipped, nobody set them short */
    bool once; /* of the profile once: it tries each message once; its times are those of queue */
    double patience;     /* real seconds after which a message that has not bounced never will */
    size_t at_once;      /* messages it is given that have come to nothing yet; 0: any number */
    char **packages;     /* of Debian, NULL-terminated */
    const char *fetches; /* the file that says what must be fetched: "packages",
                          * "package-lock.json" (npm); NULL: nothing */
    char *root; /* a tree laid over /usr and /etc in place of packages, absolute; NULL: none */
    struct mta_lack *lacks; /* what this MTA does not do */
    size_t n_lacks;
    struct mta_user *users;
    size_t n_users;
    struct mta_known_file losses, conduct;
};

/* The folder of all MTA folders: $FAKESMTP_DATADIR/mta, else the source tree when the program runs
 * from a build tree, else share/fakesmtp/mta beside the bin/ the program lies in, else that of the
 * configured prefix.  Caller frees. */
char *mta_datadir(void);

/* Where packages are unpacked: $FAKESMTP_CACHE, $XDG_CACHE_HOME/fakesmtp or $HOME/.cache/fakesmtp,
 * and there mta/. NULL when none of the three variables is set.  Caller frees. */
char *mta_cachedir(void);

/* The names of the MTA folders below datadir, sorted, NULL-terminated; NULL when datadir cannot be
 * read. Caller frees with mta_names_free(). */
char **mta_names(const char *datadir);
void mta_names_free(char **names);

/* Reads datadir/name. NULL with *why = "file:line: what is wrong" (caller frees); arguments are
 * borrowed for the call. */
struct mta *mta_load(const char *datadir, const char *name, char **why)
    __attribute__((warn_unused_result));
void mta_free(struct mta *mta); /* NULL is fine */

/* The same for what a user writes: the name of a folder of ours, or, with a '/' in it, the path of
 * one of the user's own ("./my-mta/"). */
struct mta *mta_find(const char *word, char **why) __attribute__((warn_unused_result));

/* Whether the folder has anything of this profile: etc.PROFILE or PROFILE.conf. "queue" always is.
 */
bool mta_has_profile(const struct mta *mta, const char *profile);

/* Lays PROFILE.conf of its folder, if there is one, over what mta_load read: time, clock, patience,
 * lacks; known-losses.PROFILE and known-conduct.PROFILE replace those without suffix.  False with
 * *why (caller frees) when that is malformed, or when nothing in the folder is of this profile. */
bool mta_profile(struct mta *mta, const char *profile, char **why)
    __attribute__((warn_unused_result));

/* Whether the packages this description names lie unpacked in cache; true when it names none. */
bool mta_fetched(const struct mta *mta, const char *cache);

/* The command that fetches its packages into cache: `fetch FOLDER CACHE`, NULL-terminated. It takes
 * seconds and the network; its last line says why it failed. Free with mta_names_free(). */
char **mta_fetch_command(const struct mta *mta, const char *cache);

/* Whether this kernel and this user may make a box: makes an empty one and leaves it.  False with
 * *why, one line that says what refused and what to do (caller frees). */
bool box_possible(char **why);

/* `box NAME [options] [-- COMMAND [ARG...]]` and `box --drive WORD [ARG...]`.  argv[0] is the word
 * this command was called by: "box" makes the program call itself as `PROGRAM box ...`, anything
 * else as `PROGRAM ...`.  Returns the exit status. Must be called before the process has threads.
 *
 * Inside the box COMMAND finds these variables and this program on its PATH:
 * - FAKESMTP_MTA: NAME; FAKESMTP_MTA_DIR: the folder of the MTA; FAKESMTP_PROFILE: the profile
 * - FAKESMTP_WORK: a writable directory, that of --work or one that ends with the box
 * - driver: runs the driver of the MTA with the view of the file system that MTA processes have
 *
 * The helper library for single-uid namespaces is $FAKESMTP_SHIM, else boxshim.so in the build
 * tree the program runs from, else in ../libexec/fakesmtp beside the bin/ the program lies in, else
 * in that of the configured prefix.  That for compressed time, clockshim.so, lies beside it. */
int box_command(int argc, char **argv);

#endif
