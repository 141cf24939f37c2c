/* SPDX-License-Identifier: BSD-2-Clause */
/* fakesmtp new: a commented scenario to start from. The templates are scenarios themselves. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "util/mem.h"
#include "util/text.h"

#include "templates.h" /* const char NAME_lua[] of each */

static const struct {
    const char *name, *text, *what;
} templates[] = {
#define X(name, what) {#name, name##_lua, what},
    NEW_TEMPLATES(X)
#undef X
};
enum { TEMPLATES = sizeof templates / sizeof *templates };

static void usage(void)
{
    fputs("usage: fakesmtp new [--like WHAT] NAME\n"
          "\n"
          "Writes NAME.lua, a commented scenario to start from; nothing is overwritten. NAME may "
          "have\n"
          "folders in front; '-' is standard output. The scenario works as it is:\n"
          "  fakesmtp new my-case && fakesmtp check my-case.lua && fakesmtp run my-case.lua\n"
          "\n"
          "  --like WHAT   what it is about (default: rcpt):\n",
        stdout);
    for (size_t i = 0; i < TEMPLATES; i++)
        printf("       %-10s %s\n", templates[i].name, templates[i].what);
    fputs("  --help        this text\n"
          "\n"
          "Exit status: 0 written, 2 usage, or it could not be written.\n",
        stdout);
}

static const char *find(const char *name)
{
    const char *names[TEMPLATES + 1] = {NULL};
    for (size_t i = 0; i < TEMPLATES; i++) {
        if (strcmp(templates[i].name, name) == 0)
            return templates[i].text;
        names[i] = templates[i].name;
    }
    const char *near = text_nearest(name, names);
    fprintf(stderr,
        near ? "fakesmtp new: --like %s: no such template (did you mean '%s'?)\n"
             : "fakesmtp new: --like %s: no such template\n",
        name, near);
    return NULL;
}

/* The file's name becomes a domain label (RFC 1123 2.1), so it must be one. */
static bool is_label(const char *name)
{
    size_t n = strlen(name);
    return n > 0 && n < 64 && name[0] != '-' && name[n - 1] != '-' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == n;
}

/* "dir/NAME" or "dir/NAME.lua" becomes the path; NULL when NAME will not do. */
static char *path_of(const char *word)
{
    size_t n = strlen(word);
    if (n > 4 && strcmp(word + n - 4, ".lua") == 0)
        n -= 4;
    char *stem = mem_bytes(word, n), *path = NULL;
    const char *base = strrchr(stem, '/');
    base = base ? base + 1 : stem;
    if (is_label(base))
        path = mem_format("%s.lua", stem);
    else
        fprintf(stderr,
            "fakesmtp new: '%s': the name must serve as a domain label: small letters, digits and "
            "'-'\n",
            base);
    free(stem);
    return path;
}

static bool write_all(int fd, const char *text)
{
    for (size_t left = strlen(text); left;) {
        ssize_t n = write(fd, text, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        text += n;
        left -= (size_t)n;
    }
    return true;
}

static int write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        fprintf(stderr, "fakesmtp new: %s: %s\n", path, strerror(errno));
        return EXIT_TROUBLE;
    }
    bool fine = write_all(fd, text);
    int error = errno;
    if (close(fd) != 0 && fine) {
        fine = false;
        error = errno;
    }
    if (!fine) { /* half a scenario is none */
        unlink(path);
        fprintf(stderr, "fakesmtp new: %s: %s\n", path, strerror(error));
        return EXIT_TROUBLE;
    }
    const char *dir = strchr(path, '/') ? "" : "./";
    printf("%s is written. Next:\n"
           "  fakesmtp check %s%s    # what is wrong with it\n"
           "  fakesmtp run %s%s      # send mail into it, and judge what comes of that\n"
           "  fakesmtp serve %s%s --listen 127.0.0.1:2525    # for a client of your own\n"
           "fakesmtp-scenario(5) describes the language.\n",
        path, dir, path, dir, path, dir, path);
    return EXIT_FINE;
}

int cli_new(int argc, char **argv)
{
    static const struct option options[] = {
        {"like", required_argument, NULL, 'l'}, {"help", no_argument, NULL, 'h'}, {0}};
    const char *like = "rcpt";
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (c == 'h') {
            usage();
            return EXIT_FINE;
        }
        if (c != 'l')
            return cli_try_help("new");
        like = optarg;
    }
    if (argc - optind != 1) {
        fprintf(stderr, "fakesmtp new: one name is needed\n");
        return cli_try_help("new");
    }
    const char *text = find(like);
    if (!text)
        return cli_try_help("new");
    if (strcmp(argv[optind], "-") == 0) {
        if (write_all(STDOUT_FILENO, text))
            return EXIT_FINE;
        fprintf(stderr, "fakesmtp new: standard output: %s\n", strerror(errno));
        return EXIT_TROUBLE;
    }
    char *path = path_of(argv[optind]);
    int status = path ? write_file(path, text) : EXIT_TROUBLE;
    free(path);
    return status;
}
