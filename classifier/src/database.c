/* SPDX-License-Identifier: BSD-2-Clause */
/* database.c - the library is linked with the half of libhs that scans, where there is one by
 * itself: to load the other half, a compiler in C++, takes a process longer than to explain a
 * bounce. The compiler is called in for a site's rules, and when the libhs here is another than at
 * build time. */
#include "database.h"
#include <stdlib.h>
#include <string.h>

#ifdef BOUNCE_LIBHS_SCANS_ONLY
#include <dlfcn.h>
#endif

struct compiler {
    __typeof__(hs_compile_multi) *compile;
    __typeof__(hs_free_compile_error) *free_error;
    void *library;
};

#ifdef BOUNCE_LIBHS_SCANS_ONLY

#define TEXT_OF(x)    #x
#define SONAME(major) "libhs.so." TEXT_OF(major)

/* A function of the same libhs that scans, or there would be two kinds of databases. */
static bool same_libhs(void *library)
{
    __typeof__(hs_version) *version = NULL;

    *(void **)&version = dlsym(library, "hs_version");
    return version && !strcmp(version(), hs_version());
}

static bool compiler_open(struct compiler *compiler)
{
    void *library = dlopen(SONAME(HS_MAJOR), RTLD_NOW | RTLD_LOCAL);

    *compiler = (struct compiler){.library = library};
    if (!library)
        return false;
    *(void **)&compiler->compile = dlsym(library, "hs_compile_multi");
    *(void **)&compiler->free_error = dlsym(library, "hs_free_compile_error");
    if (compiler->compile && compiler->free_error && same_libhs(library))
        return true;
    dlclose(library);
    return false;
}

static void compiler_close(struct compiler *compiler)
{
    dlclose(compiler->library);
}

#else

static bool compiler_open(struct compiler *compiler)
{
    *compiler = (struct compiler){.compile = hs_compile_multi, .free_error = hs_free_compile_error};
    return true;
}

static void compiler_close(struct compiler *compiler)
{
}

#endif

/* From the phrases; some 10 s of them are built in, so that this is for a site's few. */
static enum database_status compile(const struct compiler *compiler, hs_database_t **out,
    const struct rule_table *table, size_t *phrase)
{
    size_t n = table->pattern_count;
    unsigned *flags = calloc(n + 1, sizeof *flags), *ids = calloc(n + 1, sizeof *ids);
    hs_compile_error_t *error = NULL;
    hs_error_t status = HS_NOMEM;

    for (unsigned i = 0; flags && ids && i < n; i++)
        ids[i] = i;
    if (flags && ids)
        status = compiler->compile(
            table->patterns, flags, ids, (unsigned)n, HS_MODE_BLOCK, NULL, out, &error);
    if (status != HS_SUCCESS && error && error->expression >= 0)
        *phrase = (size_t)error->expression;
    compiler->free_error(error);
    free(flags);
    free(ids);
    if (status == HS_SUCCESS)
        return DATABASE_OK;
    return *phrase == SIZE_MAX ? DATABASE_NO_MEMORY : DATABASE_PHRASE_REFUSED;
}

/* The database that was built with the library is used where it lies: all processes share its
 * pages, and only those are read that a scan comes to. Not if this libhs did not make it. */
static bool built_in(struct database *out, const struct rule_table *table)
{
    if (table->rules != bounce__rules || strcmp(hs_version(), bounce__database_version) != 0)
        return false;
    out->all = (hs_database_t *)(uintptr_t)bounce__database; /* never written to */
    out->outline =
        (const hs_database_t *)(bounce__outline_size ? bounce__outline : bounce__database);
    out->built_in = true;
    return true;
}

enum database_status bounce__database_open(
    struct database *out, const struct rule_table *table, size_t *phrase)
{
    struct compiler compiler;
    enum database_status status;

    *phrase = SIZE_MAX;
    *out = (struct database){NULL};
    if (built_in(out, table))
        return DATABASE_OK;
    if (!compiler_open(&compiler))
        return DATABASE_NO_COMPILER;
    status = compile(&compiler, &out->all, table, phrase);
    out->outline = out->all;
    compiler_close(&compiler);
    return status;
}

void bounce__database_free(struct database *database)
{
    if (!database->built_in)
        hs_free_database(database->all);
    *database = (struct database){NULL};
}

bool bounce__database_scratch(const struct database *database, hs_scratch_t **scratch)
{
    return hs_alloc_scratch(database->outline, scratch) == HS_SUCCESS;
}
