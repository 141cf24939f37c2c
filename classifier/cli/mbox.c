/* SPDX-License-Identifier: BSD-2-Clause */
/* mbox.c - RFC 4155 and what mailers make of it.
 *
 * A message ends before a "From " line that stands behind an empty line and in front of a header
 * field. Where a Content-Length (mboxcl) leads to such a line or to the end, it is believed. ">From
 * " stays as it is, so that offsets into the file remain true. */
#include "mbox.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { STEP = 256 * 1024, LINE_MOST = 2000, HEADER_MOST = 256 * 1024 };

void mbox_init(struct mbox *mbox, int fd)
{
    *mbox = (struct mbox){.fd = fd};
}

void mbox_deinit(struct mbox *mbox)
{
    free(mbox->bytes);
    *mbox = (struct mbox){.fd = -1};
}

/* Reads more; false with errno when that fails. At the end `ended` is set. */
static bool more(struct mbox *mbox)
{
    ssize_t got;

    if (mbox->cap - mbox->n < STEP / 2) {
        size_t cap = mbox->cap + mbox->cap / 2 + STEP;
        char *bytes = realloc(mbox->bytes, cap);
        if (!bytes)
            return false;
        mbox->bytes = bytes;
        mbox->cap = cap;
    }
    do
        got = read(mbox->fd, mbox->bytes + mbox->n, mbox->cap - mbox->n);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return false;
    mbox->n += (size_t)got;
    mbox->ended = got == 0;
    return true;
}

/* "Name:" at p. */
static bool field_at(const char *p, const char *end)
{
    const char *at = p;

    while (at<end && * at> ' ' && *at < 127 && *at != ':' && at - p < 77)
        at++;
    return at > p && at < end && *at == ':';
}

/* Is this a separator line, and not a sentence that begins with "From"? Only a line with one word,
 * or with a clock time in it, and a header behind it. */
static bool separator_at(const char *p, const char *end)
{
    const char *lf, *next;
    bool clock = false, words = false;

    if (end - p < 6 || memcmp(p, "From ", 5))
        return false;
    lf = memchr(p, '\n', (size_t)(end - p < LINE_MOST ? end - p : LINE_MOST));
    if (!lf)
        return false;
    for (const char *at = p + 5; at + 1 < lf; at++) {
        clock |= at[0] == ':' && at[1] >= '0' && at[1] <= '9' && at[-1] >= '0' && at[-1] <= '9';
        words |= at[0] == ' ' && at[1] != ' ' && at[1] != '\r' && at[1] != '\n';
    }
    next = lf + 1;
    return (clock || !words) &&
           (field_at(next, end) || (end - next > 6 && !memcmp(next, ">From ", 6)));
}

/* The start of the line behind an empty line at or after `at`; n when there is none. */
static size_t behind_empty_line(const char *bytes, size_t at, size_t n)
{
    while (at < n) {
        const char *lf = memchr(bytes + at, '\n', n - at);
        size_t next;

        if (!lf)
            return n;
        next = (size_t)(lf - bytes) + 1;
        if (next < n && bytes[next] == '\r')
            next++;
        if (next < n && bytes[next] == '\n')
            return next + 1;
        at = (size_t)(lf - bytes) + 1;
    }
    return n;
}

/* The next separator at or after `at`, or n. */
static size_t next_separator(const char *bytes, size_t at, size_t n)
{
    while ((at = behind_empty_line(bytes, at, n)) < n) {
        if (separator_at(bytes + at, bytes + n))
            return at;
        at--; /* the empty line may be followed by another */
    }
    return n;
}

/* Where Content-Length says that the message ends, counted from its begin; 0 when it is silent. */
static size_t stated_end(const char *p, size_t n)
{
    size_t body = behind_empty_line(p, 0, n < HEADER_MOST ? n : HEADER_MOST);
    const char *line = p, *end = p + body;

    if (body >= n)
        return 0;
    while (line < end) {
        const char *lf = memchr(line, '\n', (size_t)(end - line));
        char *stop;
        unsigned long value;

        if (end - line > 16 && !strncasecmp(line, "Content-Length:", 15)) {
            errno = 0;
            value = strtoul(line + 15, &stop, 10);
            return !errno && stop > line + 15 && value < MESSAGE_MOST ? body + value : 0;
        }
        line = lf ? lf + 1 : end;
    }
    return 0;
}

/* Does a separator (or the end) stand where Content-Length points, but for line ends? */
static bool ends_there(const struct mbox *mbox, size_t at)
{
    while (at < mbox->n && (mbox->bytes[at] == '\n' || mbox->bytes[at] == '\r'))
        at++;
    return (at == mbox->n && mbox->ended) ||
           (at < mbox->n && separator_at(mbox->bytes + at, mbox->bytes + mbox->n));
}

/* The length of the message at `from`; 0 when more has to be read first. */
static size_t message_length(const struct mbox *mbox, size_t *searched)
{
    const char *p = mbox->bytes + mbox->from;
    size_t n = mbox->n - mbox->from, stated = stated_end(p, n), at;

    if (stated && stated + LINE_MOST > n && !mbox->ended)
        return 0;
    if (stated && stated <= n && ends_there(mbox, mbox->from + stated)) {
        while (stated < n && (p[stated] == '\n' || p[stated] == '\r'))
            stated++;
        return stated;
    }
    at = next_separator(p, *searched, n);
    /* What stands near the end may be half a separator. */
    *searched = n > 2 * LINE_MOST ? n - 2 * LINE_MOST : 0;
    if (at < n && (at + LINE_MOST < n || mbox->ended))
        return at;
    return mbox->ended ? n : 0;
}

/* A message beyond all bounds: what is too much is read and forgotten. */
static bool skip_rest(struct mbox *mbox)
{
    size_t keep = mbox->from + MESSAGE_MOST;

    for (;;) {
        size_t tail = mbox->n - keep, at = next_separator(mbox->bytes + keep, 0, tail);
        bool found = mbox->is_mbox && at < tail && (at + LINE_MOST < tail || mbox->ended);

        if (!found && mbox->ended) {
            mbox->n = keep;
            return true;
        }
        if (!found) /* what stands near the end may be half a separator */
            at = tail > 2 * LINE_MOST ? tail - 2 * LINE_MOST : 0;
        memmove(mbox->bytes + keep, mbox->bytes + keep + at, tail - at);
        mbox->n -= at;
        mbox->base += at;
        if (found)
            return true;
        if (!more(mbox))
            return false;
    }
}

static void drop_given(struct mbox *mbox)
{
    size_t gone = mbox->from + mbox->length;

    if (gone < mbox->n / 2 && mbox->n - gone > STEP) {
        mbox->from = gone; /* moving this much each time would cost the square */
    } else {
        memmove(mbox->bytes, mbox->bytes + gone, mbox->n - gone);
        mbox->n -= gone;
        mbox->base += gone;
        mbox->from = 0;
    }
    mbox->length = 0;
}

int mbox_next(struct mbox *mbox, struct mbox_message *message)
{
    size_t length = 0, searched = 0;
    uint64_t base;

    if (mbox->started)
        drop_given(mbox);
    while (mbox->n - mbox->from < 6 && !mbox->ended)
        if (!more(mbox))
            return -1;
    if (!mbox->started)
        mbox->is_mbox = mbox->n > 5 && !memcmp(mbox->bytes, "From ", 5);
    if (mbox->started && mbox->from == mbox->n)
        return 0;
    mbox->started = true;
    base = mbox->base;
    for (;;) {
        if (mbox->is_mbox)
            length = message_length(mbox, &searched);
        else
            length = mbox->ended ? mbox->n : 0;
        if (length || mbox->ended)
            break;
        if (mbox->n - mbox->from >= MESSAGE_MOST) {
            if (!skip_rest(mbox))
                return -1;
            length = MESSAGE_MOST;
            break;
        }
        if (!more(mbox))
            return -1;
    }
    mbox->length = length;
    *message = (struct mbox_message){mbox->bytes + mbox->from, length, base + mbox->from};
    return 1;
}
