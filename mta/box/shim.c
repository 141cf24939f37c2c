/* SPDX-License-Identifier: BSD-2-Clause */
/* shim.c - lets daemons that drop their privileges run where only one user exists.
 *
 * A user namespace made by an ordinary user holds a single uid and gid.  There setuid("postfix")
 * and chown() fail with EINVAL, and the daemon gives up.  This library, preloaded into the MTA's
 * processes, keeps the books instead: ids change as POSIX says they would, and getuid() tells what
 * the books say, but the kernel's ids stay.
 *
 * The books travel over exec in an environment variable; an MTA that clears its environment starts
 * again as root, which is what its children expect.
 *
 * Loaded into other people's programs: no stdio, no allocation but setenv's, no constructors. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define BOOKS "FAKESMTP_BOX_IDS"
#define KEEP  ((unsigned)-1)

enum { REAL, EFFECTIVE, SAVED, N_IDS };

static struct {
    unsigned uid[N_IDS], gid[N_IDS];
    int open;
} books;

/* "u:u:u:g:g:g"; anything else is somebody else's variable and leaves us root. */
static void open_books(void)
{
    unsigned ids[2 * N_IDS] = {0};
    size_t n = 0;
    if (books.open)
        return;
    books.open = 1;
    const char *c = getenv(BOOKS);
    for (; c && *c && n < 2 * N_IDS; c++) {
        if (*c == ':')
            n++;
        else if (*c >= '0' && *c <= '9')
            ids[n] = ids[n] * 10 + (unsigned)(*c - '0');
        else
            return;
    }
    if (n != 2 * N_IDS - 1)
        return;
    for (size_t i = 0; i < N_IDS; i++) {
        books.uid[i] = ids[i];
        books.gid[i] = ids[N_IDS + i];
    }
}

static char *put_number(char *at, unsigned n)
{
    char digits[12];
    size_t len = 0;
    do
        digits[len++] = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    while (len)
        *at++ = digits[--len];
    return at;
}

static void write_books(void)
{
    char text[2 * N_IDS * 12], *at = text;
    for (size_t i = 0; i < 2 * N_IDS; i++) {
        at = put_number(at, i < N_IDS ? books.uid[i] : books.gid[i - N_IDS]);
        *at++ = ':';
    }
    at[-1] = '\0';
    setenv(BOOKS, text, 1);
}

/* May a process that is not root take this id?  Only one it already has. */
static int allowed(const unsigned has[N_IDS], unsigned id)
{
    return id == KEEP || books.uid[EFFECTIVE] == 0 || id == has[REAL] || id == has[EFFECTIVE] ||
           id == has[SAVED];
}

static int change(unsigned has[N_IDS], unsigned real, unsigned effective, unsigned saved)
{
    open_books();
    if (!allowed(has, real) || !allowed(has, effective) || !allowed(has, saved)) {
        errno = EPERM;
        return -1;
    }
    if (real != KEEP)
        has[REAL] = real;
    if (effective != KEEP)
        has[EFFECTIVE] = effective;
    if (saved != KEEP)
        has[SAVED] = saved;
    write_books();
    return 0;
}

/* setuid() and setgid() change all three ids for root and one for others. */
static int become(unsigned has[N_IDS], unsigned id)
{
    open_books();
    if (books.uid[EFFECTIVE] == 0)
        return change(has, id, id, id);
    return change(has, KEEP, id, KEEP);
}

static int tell(const unsigned has[N_IDS], unsigned *real, unsigned *effective, unsigned *saved)
{
    open_books();
    *real = has[REAL];
    *effective = has[EFFECTIVE];
    *saved = has[SAVED];
    return 0;
}

static unsigned one(const unsigned has[N_IDS], size_t which)
{
    open_books();
    return has[which];
}

uid_t getuid(void)
{
    return one(books.uid, REAL);
}

uid_t geteuid(void)
{
    return one(books.uid, EFFECTIVE);
}

gid_t getgid(void)
{
    return one(books.gid, REAL);
}

gid_t getegid(void)
{
    return one(books.gid, EFFECTIVE);
}

int getresuid(uid_t *real, uid_t *effective, uid_t *saved)
{
    return tell(books.uid, real, effective, saved);
}

int getresgid(gid_t *real, gid_t *effective, gid_t *saved)
{
    return tell(books.gid, real, effective, saved);
}

int setresuid(uid_t real, uid_t effective, uid_t saved)
{
    return change(books.uid, real, effective, saved);
}

int setresgid(gid_t real, gid_t effective, gid_t saved)
{
    return change(books.gid, real, effective, saved);
}

int setreuid(uid_t real, uid_t effective)
{
    return change(books.uid, real, effective, effective);
}

int setregid(gid_t real, gid_t effective)
{
    return change(books.gid, real, effective, effective);
}

int seteuid(uid_t effective)
{
    return change(books.uid, KEEP, effective, KEEP);
}

int setegid(gid_t effective)
{
    return change(books.gid, KEEP, effective, KEEP);
}

int setuid(uid_t id)
{
    return become(books.uid, id);
}

int setgid(gid_t id)
{
    return become(books.gid, id);
}

int setfsuid(uid_t id)
{
    return (int)one(books.uid, EFFECTIVE);
}

int setfsgid(gid_t id)
{
    return (int)one(books.gid, EFFECTIVE);
}

int setgroups(size_t n, const gid_t *groups)
{
    return 0;
}

int initgroups(const char *user, gid_t group)
{
    return 0;
}

/* Ownership is not kept in books: what the MTA makes belongs to the only user there is, and stat()
 * says root. */

int chown(const char *path, uid_t owner, gid_t group)
{
    return access(path, F_OK);
}

int lchown(const char *path, uid_t owner, gid_t group)
{
    return faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW);
}

int fchown(int fd, uid_t owner, gid_t group)
{
    struct stat is;
    return fstat(fd, &is);
}

int fchownat(int dir, const char *path, uid_t owner, gid_t group, int flags)
{
    struct stat is;
    return fstatat(dir, path, &is, flags & (AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW));
}
