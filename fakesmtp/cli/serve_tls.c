/* SPDX-License-Identifier: BSD-2-Clause */
/* The --tls options of fakesmtp serve: one CA for all hosts, told to whoever is to trust it. */
#include "cli/serve.h"

#include <stdio.h>
#include <stdlib.h>
#include "cli/cli.h"
#include "net/tlscontext.h"
#include "script/script.h"
#include "util/mem.h"

/* The CRL has to name the revoked certificates before any of them is made. */
static char **host_names(const struct serve *serve, size_t *count)
{
    char **names = mem_new((serve_host_count(serve) + 1) * sizeof *names);
    *count = 0;
    for (size_t i = 0; i < serve->script_count; i++) {
        const struct scenario *scenario = script_scenario(serve->scripts[i]);
        for (size_t h = 0; h < scenario->host_count; h++)
            names[(*count)++] = mem_format("%s.%s.test", scenario->hosts[h].name, scenario->name);
    }
    return names;
}

static bool write_ca(const struct serve *serve, char **why)
{
    size_t count;
    char **names = host_names(serve, &count);
    bool fine =
        tls_context_write_ca(serve->tls, serve->tls_ca, (const char *const *)names, count, why);
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
    return fine;
}

/* Before the workers fork: all of them are to have the same CA. */
bool serve_open_tls(struct serve *serve)
{
    char *why = NULL;
    if (!serve->tls_cert != !serve->tls_key) {
        fputs("fakesmtp serve: --tls-cert and --tls-key go together\n", stderr);
        return false;
    }
    serve->tls = tls_context_new();
    bool fine =
        (!serve->tls_cert || tls_context_use(serve->tls, serve->tls_cert, serve->tls_key, &why)) &&
        (!serve->tls_keylog || tls_context_keylog(serve->tls, serve->tls_keylog, &why)) &&
        (!serve->tls_ca || write_ca(serve, &why));
    if (!fine)
        cli_complain("serve", why);
    return fine;
}
