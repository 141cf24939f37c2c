/* SPDX-License-Identifier: BSD-2-Clause */
/* TLS on a connection: what a script asks for, what became of it, and what the transcript says of
 * it. */
#include "server/internal.h"

#include <stdlib.h>
#include "net/conn.h"
#include "net/tlscontext.h"
#include "util/mem.h"

static void record(struct connection *c, char *text)
{
    connection_record_text(c, TRANSCRIPT_TLS, text);
    free(text);
}

/* RFC 3207 4.2 and CVE-2011-0411: what anybody on the way may have put behind STARTTLS was not said
 * under TLS. */
static void discard_clear(struct connection *c)
{
    size_t len;
    linebuf_rest(&c->in, &len);
    linebuf_used(&c->in, len);
    if (len)
        record(c, mem_format("discarded: %zu octets sent in clear before the handshake", len));
}

static bool start(struct connection *c, const struct tls_plan *plan, char **why)
{
    struct server *server = c->server;
    struct tls_facts before;
    conn_tls_facts(c->conn, &before);
    if (before.version) {
        *why = mem_text("TLS was begun on this connection already");
        return false;
    }
    if (!server->tls)
        server->tls = tls_context_new();
    struct ssl_ctx_st *context = tls_context_get(server->tls, server->hostname, plan, why);
    if (context && conn_start_tls(c->conn, context, plan))
        return true;
    if (!*why)
        *why = mem_text("no memory for TLS");
    return false;
}

void connection_start_tls(struct connection *c, const struct script_starttls *wish)
{
    if (!wish->keep_clear)
        discard_clear(c);
    connection_flush(c); /* the 220 goes in clear */
    c->wanting = WANT_TLS;
    free(c->tls_trouble);
    c->tls_trouble = NULL;
    bool begun = start(c, &wish->plan, &c->tls_trouble);
    connection_set_timer(
        c, begun ? wish->timeout_s : 0); /* the script cannot be answered while it asks */
}

static void give(struct connection *c, enum script_tls_outcome outcome,
    const struct script_tls *facts, const char *why)
{
    c->wanting = WANT_NOTHING;
    clock_stop(c->server->config.clock, &c->timer);
    connection_after_script(c, script_give_tls(c->run, outcome, facts, why));
    if (!c->over)
        connection_pump(c);
}

void connection_tls_failed(struct connection *c, const char *why)
{
    char *text = mem_text(c->tls_trouble ? c->tls_trouble : why);
    record(c, mem_format("failed: %s", text));
    give(c, SCRIPT_TLS_FAILED, NULL, text);
    free(text);
}

static void up(struct connection *c)
{
    struct tls_facts facts;
    conn_tls_facts(c->conn, &facts);
    record(
        c, mem_format("up: %s, %s%s%s%s%s", facts.version, facts.cipher, facts.sni ? ", SNI " : "",
               facts.sni ? facts.sni : "", facts.client_cert ? ", client certificate of " : "",
               facts.client_cert ? facts.client_cert : ""));
    struct script_tls told = {facts.version, facts.cipher, facts.sni, facts.client_cert};
    give(c, SCRIPT_TLS_UP, &told, NULL);
}

/* TLS broke after it had been up, by a bad record or an alert: nothing more can be understood. */
static void lost(struct connection *c, const char *why)
{
    record(c, mem_format("failed: %s", why));
    connection_gone(c, 0);
}

void connection_on_tls(void *ctx, enum tls_news news, const char *why)
{
    struct connection *c = ctx;
    if (c->over)
        return;
    bool asked = c->wanting == WANT_TLS;
    if (news == TLS_UP && asked) {
        up(c);
    } else if (news == TLS_STOPPED && asked) {
        record(c, mem_text("stopped: as the scenario wants it"));
        give(c, SCRIPT_TLS_STOPPED, NULL, "stopped");
    } else if (news == TLS_FAILED && asked) {
        connection_tls_failed(c, why);
    } else if (news == TLS_FAILED) {
        lost(c, why);
    }
}
