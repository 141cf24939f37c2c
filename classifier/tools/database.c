/* SPDX-License-Identifier: BSD-2-Clause */
/* database.c - the phrases as one database of libhs, written as C.
 *
 * Beside it goes its outline: a database that has the same head and a few KiB of the rest. libhs
 * reads a database from end to end whenever it is asked for scratch space, to see that it is whole,
 * which takes a process many times as long as the scan does; what it needs to know for the space
 * stands in the head. The outline leans on how this version of libhs lays a database out, so it is
 * tried here, is left out when libhs does not take it or makes other space for it, and is not used
 * with any other version. */
#include "emit.h"
#include <hs.h>
#include <stdlib.h>

/* An outline: far more than the head of any database has. */
enum { OUTLINE_BYTES = 8192 };

/* What stands in front of the bytecode (libhs, database.h). */
struct head {
    uint32_t magic, version, length, reserved0;
    uint64_t platform;
    uint32_t crc, reserved1, reserved2, bytecode;
};

/* As a string: a compiler takes seconds and a quarter of a gigabyte for as many numbers. */
static void put_bytes(FILE *out, const char *name, const char *bytes, size_t size)
{
    fprintf(out, "__extension__ const unsigned char %s[] __attribute__((aligned(%d))) =\n    \"",
        name, DATABASE_ALIGNMENT);
    for (size_t i = 0; i < size; i++)
        fprintf(out, "%s\\%03o", i % 64 || !i ? "" : "\"\n    \"", (unsigned char)bytes[i]);
    fputs("\";\n", out);
}

/* The database as libhs lays it out at an aligned address. Its parts are found by offsets from
 * there, so the library can use the bytes where they lie: nothing to copy, to check or to fault in.
 * NULL: memory ran out, or libhs refused. */
static char *lay_out(const hs_database_t *database, size_t *size)
{
    char *bytes = NULL, *image = NULL;
    size_t n = 0;

    if (hs_serialize_database(database, &bytes, &n) == HS_SUCCESS &&
        hs_serialized_database_size(bytes, n, size) == HS_SUCCESS) {
        *size = (*size + DATABASE_ALIGNMENT - 1) / DATABASE_ALIGNMENT * DATABASE_ALIGNMENT;
        image = aligned_alloc(DATABASE_ALIGNMENT, *size);
    }
    if (image) {
        memset(image, 0, *size);
        if (hs_deserialize_database_at(bytes, n, (hs_database_t *)image) != HS_SUCCESS) {
            free(image);
            image = NULL;
        }
    }
    free(bytes);
    return image;
}

/* CRC-32C (RFC 3720 12.1), as libhs begins and ends it. */
static uint32_t checksum(const char *bytes, size_t n)
{
    uint32_t crc = 0;

    for (size_t i = 0; i < n; i++) {
        crc ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0);
    }
    return crc;
}

static bool same_space(const char *image, const char *outline)
{
    hs_scratch_t *one = NULL, *other = NULL;
    size_t n = 0, m = 1;
    bool same = hs_alloc_scratch((const hs_database_t *)image, &one) == HS_SUCCESS &&
                hs_alloc_scratch((const hs_database_t *)outline, &other) == HS_SUCCESS &&
                hs_scratch_size(one, &n) == HS_SUCCESS &&
                hs_scratch_size(other, &m) == HS_SUCCESS && n == m;

    hs_free_scratch(one);
    hs_free_scratch(other);
    return same;
}

/* NULL: memory ran out, or there is none for this database. */
static char *outline_of(const char *image, size_t size)
{
    struct head head;
    char *outline = size > OUTLINE_BYTES ? aligned_alloc(DATABASE_ALIGNMENT, OUTLINE_BYTES) : NULL;

    if (!outline)
        return NULL;
    memcpy(outline, image, OUTLINE_BYTES);
    memcpy(&head, image, sizeof head);
    if (head.bytecode >= sizeof head && head.bytecode < OUTLINE_BYTES / 2) {
        head.length = (uint32_t)(OUTLINE_BYTES - head.bytecode);
        head.crc = checksum(outline + head.bytecode, head.length);
        memcpy(outline, &head, sizeof head);
        if (same_space(image, outline))
            return outline;
    }
    free(outline);
    return NULL;
}

static void put_image(FILE *out, const char *image, size_t size)
{
    char *outline = outline_of(image, size);

    put_bytes(out, "bounce__database", image, size);
    put_bytes(out, "bounce__outline", outline, outline ? OUTLINE_BYTES : 0);
    fprintf(out, "const size_t bounce__outline_size = %d;\n", outline ? OUTLINE_BYTES : 0);
    fprintf(out, "const char bounce__database_version[] = \"%s\";\n", hs_version());
    free(outline);
}

/* For any CPU of this architecture: neither tuned nor with features of the build host. */
bool emit_database(FILE *out, struct rulemem *memory, const char *const *patterns, size_t n)
{
    hs_platform_info_t generic = {0};
    unsigned *flags = bounce__rulemem_new(memory, n * sizeof *flags);
    unsigned *ids = bounce__rulemem_new(memory, n * sizeof *ids);
    hs_compile_error_t *error = NULL;
    hs_database_t *database = NULL;
    char *image;
    size_t size = 0;

    for (size_t i = 0; i < n; i++)
        ids[i] = (unsigned)i;
    if (hs_compile_multi(patterns, flags, ids, (unsigned)n, HS_MODE_BLOCK, &generic, &database,
            &error) != HS_SUCCESS) {
        fprintf(stderr, "rulec: %s: %s\n",
            error && error->expression >= 0 ? patterns[error->expression] : "phrases",
            error ? error->message : "no reason given");
        hs_free_compile_error(error);
        return false;
    }
    image = lay_out(database, &size);
    hs_free_database(database);
    if (image)
        put_image(out, image, size);
    free(image);
    return image != NULL;
}
