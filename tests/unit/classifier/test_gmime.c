/* SPDX-License-Identifier: BSD-2-Clause */
/* Our bounded MIME walk beside GMime's: the same leaves of the same types, with the same words in
 * them, for every message of the folders given. Where the two differ on purpose, the file is listed
 * with the reason in gmime-differs.tsv; an entry that is not needed any more fails, too.
 *
 * Arguments: the list, then folders (searched to any depth for .eml files). */
#include "kit.h"
#include <dirent.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <sys/stat.h>
#include "message.h"

enum { LEAVES_MOST = PARTS_MOST, WORDS_MOST = 1 << 16 };

struct leaf {
    enum part_type type;
    char *words; /* of a text: what is printable ASCII in it, blanks folded */
};

struct leaves {
    struct leaf list[LEAVES_MOST];
    size_t count;
};

static const char *const type_names[] = {
    "other", "text", "html", "status", "feedback", "disposition", "original"};

static void leaves_free(struct leaves *leaves)
{
    for (size_t i = 0; i < leaves->count; i++)
        free(leaves->list[i].words);
}

/* Charsets are compared elsewhere; here what both must have understood alike. */
static char *words_of(const char *text, size_t n)
{
    char *out = malloc(WORDS_MOST + 2);
    size_t at = 0;

    for (size_t i = 0; i < n && at < WORDS_MOST; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c > ' ' && c < 127)
            out[at++] = (char)c;
        else if (c <= ' ' && at && out[at - 1] != ' ')
            out[at++] = ' ';
    }
    while (at && out[at - 1] == ' ')
        at--;
    out[at] = '\0';
    return out;
}

/* ---- GMime ---- */

static enum part_type type_of(GMimeObject *object)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    char *name = g_mime_content_type_get_mime_type(type);
    char *low = g_ascii_strdown(name, -1);
    enum part_type found = PART_OTHER;

    if (!strcmp(low, "text/html"))
        found = PART_HTML;
    else if (strstr(low, "delivery-status"))
        found = PART_STATUS;
    else if (!strcmp(low, "message/feedback-report"))
        found = PART_FEEDBACK;
    else if (strstr(low, "disposition-notification"))
        found = PART_DISPOSITION;
    else if (GMIME_IS_MESSAGE_PART(object) || GMIME_IS_MESSAGE_PARTIAL(object) ||
             strstr(low, "rfc822") || g_str_has_prefix(low, "message/global"))
        found = PART_ORIGINAL;
    else if (g_str_has_prefix(low, "text/"))
        found = PART_TEXT;
    g_free(name);
    g_free(low);
    return found;
}

static void walk(GMimeObject *object, struct leaves *leaves)
{
    if (GMIME_IS_MULTIPART(object)) {
        GMimeMultipart *multipart = (GMimeMultipart *)object;
        for (int i = 0; i < g_mime_multipart_get_count(multipart); i++)
            walk(g_mime_multipart_get_part(multipart, i), leaves);
        return;
    }
    if (leaves->count == LEAVES_MOST)
        return;
    struct leaf *leaf = &leaves->list[leaves->count++];
    leaf->type = type_of(object);
    leaf->words = NULL;
    if (leaf->type == PART_TEXT && GMIME_IS_TEXT_PART(object)) {
        char *text = g_mime_text_part_get_text((GMimeTextPart *)object);
        if (text)
            leaf->words = words_of(text, strlen(text));
        g_free(text);
    }
}

static bool read_gmime(struct span bytes, struct leaves *leaves)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes.p, bytes.n);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message;

    g_mime_parser_set_format(parser, GMIME_FORMAT_MESSAGE);
    message = g_mime_parser_construct_message(parser, NULL);
    if (message && g_mime_message_get_mime_part(message))
        walk(g_mime_message_get_mime_part(message), leaves);
    if (message)
        g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(stream);
    return leaves->count > 0;
}

/* ---- ours ---- */

static void read_ours(struct span bytes, struct leaves *leaves)
{
    static struct message message;
    struct charsets charsets = {0};
    struct arena arena;

    bounce__arena_init(&arena);
    bounce__message_parse(&message, &charsets, bytes);
    for (size_t i = 0; i < message.part_count; i++) {
        struct leaf *leaf = &leaves->list[leaves->count++];
        leaf->type = message.parts[i].type;
        leaf->words = NULL;
        if (leaf->type == PART_TEXT) {
            struct text text = bounce__part_text(&arena, &message, &message.parts[i]);
            /* GMime gives a text of C, which ends where a NUL was encoded. */
            leaf->words =
                words_of(text.s.p ? text.s.p : "", text.s.p ? strnlen(text.s.p, text.s.n) : 0);
        }
    }
    bounce__charsets_close(&charsets);
    bounce__arena_free(&arena);
}

/* ---- side by side ---- */

static bool same_words(const char *a, const char *b)
{
    return !a || !b || strcmp(a, b) == 0;
}

static const char *from_difference(const char *text, const char *other)
{
    size_t n = 0;

    while (text[n] && text[n] == other[n])
        n++;
    return text + n;
}

/* NULL, or how they differ; the caller frees. */
static char *difference(const struct leaves *ours, const struct leaves *theirs)
{
    size_t n = ours->count < theirs->count ? ours->count : theirs->count;

    for (size_t i = 0; i < n; i++) {
        if (ours->list[i].type != theirs->list[i].type)
            return g_strdup_printf("part %zu is %s here and %s there", i + 1,
                type_names[ours->list[i].type], type_names[theirs->list[i].type]);
        if (!same_words(ours->list[i].words, theirs->list[i].words))
            return g_strdup_printf("part %zu reads otherwise at '%.60s', there '%.60s'", i + 1,
                from_difference(ours->list[i].words, theirs->list[i].words),
                from_difference(theirs->list[i].words, ours->list[i].words));
    }
    if (ours->count == theirs->count)
        return NULL;
    return g_strdup_printf("%zu parts here and %zu there", ours->count, theirs->count);
}

struct tally {
    GHashTable *listed; /* name of the file: the entry was needed */
    unsigned compared, equal, wrong;
};

static char *read_file(const char *path, size_t *n)
{
    gchar *bytes = NULL;

    return g_file_get_contents(path, &bytes, n, NULL) ? bytes : NULL;
}

static void compare(const char *path, struct tally *tally)
{
    static struct leaves ours, theirs;
    size_t n;
    char *bytes = read_file(path, &n), *name = g_path_get_basename(path);

    ours.count = theirs.count = 0;
    /* Lone CRs end lines for us and not for GMime. */
    if (bytes && memchr(bytes, '\n', n) && read_gmime((struct span){bytes, n}, &theirs)) {
        read_ours((struct span){bytes, n}, &ours);
        char *how = difference(&ours, &theirs);
        tally->compared++;
        tally->equal += !how;
        if (how && g_hash_table_contains(tally->listed, name)) {
            g_hash_table_replace(tally->listed, g_strdup(name), GINT_TO_POINTER(1));
        } else if (how) {
            print_error("%s: %s\n", path, how);
            tally->wrong++;
        }
        g_free(how);
        leaves_free(&ours);
        leaves_free(&theirs);
    }
    g_free(bytes);
    g_free(name);
}

static void compare_all(const char *folder, struct tally *tally)
{
    DIR *dir = opendir(folder);

    for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
        char *path = g_build_filename(folder, e->d_name, NULL);
        if (e->d_name[0] != '.' && g_file_test(path, G_FILE_TEST_IS_DIR))
            compare_all(path, tally);
        else if (g_str_has_suffix(e->d_name, ".eml"))
            compare(path, tally);
        g_free(path);
    }
    if (dir)
        closedir(dir);
}

/* "name.eml<TAB>why" a line. */
static GHashTable *read_list(const char *path)
{
    GHashTable *listed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    size_t n;
    char *text = read_file(path, &n);
    char **lines = g_strsplit(text ? text : "", "\n", -1);

    for (size_t i = 0; lines[i]; i++)
        if (lines[i][0] && lines[i][0] != '#')
            g_hash_table_insert(
                listed, g_strndup(lines[i], strcspn(lines[i], "\t")), GINT_TO_POINTER(0));
    g_strfreev(lines);
    g_free(text);
    return listed;
}

static char **folders;
static const char *list_path;

static void gmime_sees_the_same_parts(void **state)
{
    struct tally tally = {.listed = read_list(list_path)};
    GHashTableIter iter;
    gpointer name, needed;

    (void)state;
    for (char **folder = folders; *folder; folder++)
        compare_all(*folder, &tally);
    print_message("# %u messages compared, %u alike to the word\n", tally.compared, tally.equal);
    assert_true(tally.compared > 50);
    assert_int_equal(tally.wrong, 0);
    g_hash_table_iter_init(&iter, tally.listed);
    while (g_hash_table_iter_next(&iter, &name, &needed))
        if (!GPOINTER_TO_INT(needed) && getenv("FAKESMTP_SHARED"))
            fail_msg("%s: the entry for %s is not needed", list_path, (char *)name);
    g_hash_table_destroy(tally.listed);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(gmime_sees_the_same_parts)};
    char *given[16] = {NULL};

    if (argc < 3 || argc > 15)
        return 2;
    list_path = argv[1];
    for (int i = 2; i < argc; i++)
        given[i - 2] = argv[i];
    if (getenv("FAKESMTP_SHARED"))
        given[argc - 2] = g_build_filename(getenv("FAKESMTP_SHARED"), "corpus", "mail", NULL);
    folders = given;
    g_mime_init();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    g_mime_shutdown();
    if (getenv("FAKESMTP_SHARED"))
        g_free(given[argc - 2]);
    return failed;
}
