/* SPDX-License-Identifier: BSD-2-Clause */
/* plan.h - what one box is to be, decided outside of it, and how it says what went wrong inside. */
#ifndef MTA_BOX_PLAN_H
#define MTA_BOX_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "box/box.h"

/* Everything the box makes for itself lies here, on a tmpfs that goes with it. */
#define BOX_DIR "/run/box"

enum { BOX_MOST_FDS = 16, BOX_MOST_DIRS = 16 };

struct box_plan {          /* all text is borrowed from the launcher, which outlives the box */
    const struct mta *mta; /* NULL: an empty box, to see whether one can be made */
    const char *root;      /* unpacked packages, or NULL */
    const char *shim, *clock_shim; /* the second is NULL when the MTA lives on the machine's time */
    const char *exe;               /* this program */
    const char *word;              /* the subcommand word to call it by, or NULL */
    const char *cwd;               /* where COMMAND starts, or NULL */
    const char *work;              /* --work, or NULL */
    const char *profile;           /* never NULL */
    const char *write[BOX_MOST_DIRS];
    size_t n_write;
    const char *env[BOX_MOST_DIRS]; /* further variables that may pass */
    size_t n_env;
    int fds[BOX_MOST_FDS];
    size_t n_fds;
    char **command; /* NULL-terminated; NULL: an interactive shell */
    bool own_user;  /* with a user namespace; false only for root where there are none to be had */
};

/* Real-time priorities, where we may: the peers that COMMAND plays are there before the MTA asks.
 */
enum { BOX_PRIORITY_MTA = 1, BOX_PRIORITY_COMMAND = 2 };

struct trouble {  /* why the box could not be made */
    bool refused; /* the kernel does not let us: a skip, not an error */
    char *text;   /* NULL: no trouble */
};

/* All return false, so that a step can end with `return trouble_...`. */
bool trouble_say(struct trouble *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* errno of a namespace or mount call; those that mean "not here, not you" make it a refusal. */
bool trouble_kernel(struct trouble *t, const char *step, const char *object);

void trouble_forget(struct trouble *t);

#endif
