/* SPDX-License-Identifier: BSD-2-Clause */
/* What can be told of a scenario from its text alone: which line a key stands on, and whether a
 * handler returns a literal that is no reply. Reads tokens of Lua (manual 3.1), not its grammar. */
#include "script/internal.h"

#include <string.h>
#include "smtp/reply.h"
#include "util/mem.h"

enum token_kind { T_END, T_WORD, T_STRING, T_OTHER };

struct token {
    enum token_kind kind;
    const char *at; /* T_STRING: inside of the quotes */
    size_t len;
    int line;
};

struct reader {
    const char *at;
    int line;
};

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* "[[" or "[==[": how many '=' there are, or -1 when it is no long bracket. */
static int long_bracket(const char *at)
{
    int level = 0;
    if (*at++ != '[')
        return -1;
    for (; *at == '='; at++)
        level++;
    return *at == '[' ? level : -1;
}

static void skip_long_bracket(struct reader *r, int level)
{
    r->at += level + 2;
    for (; *r->at; r->at++) {
        if (*r->at == '\n')
            r->line++;
        if (*r->at != ']')
            continue;
        int n = 0;
        while (r->at[1 + n] == '=')
            n++;
        if (n == level && r->at[1 + n] == ']') {
            r->at += n + 2;
            return;
        }
    }
}

static void skip_blank_and_comments(struct reader *r)
{
    for (;;) {
        while (*r->at == ' ' || *r->at == '\t' || *r->at == '\r' || *r->at == '\n')
            r->line += *r->at++ == '\n';
        if (r->at[0] != '-' || r->at[1] != '-')
            return;
        r->at += 2;
        int level = long_bracket(r->at);
        if (level >= 0)
            skip_long_bracket(r, level);
        else
            r->at += strcspn(r->at, "\n");
    }
}

static struct token quoted(struct reader *r)
{
    char quote = *r->at++;
    struct token t = {T_STRING, r->at, 0, r->line};
    while (*r->at && *r->at != quote && *r->at != '\n')
        r->at += r->at[0] == '\\' && r->at[1] ? 2 : 1;
    t.len = (size_t)(r->at - t.at);
    if (*r->at == quote)
        r->at++;
    return t;
}

static struct token next_token(struct reader *r)
{
    skip_blank_and_comments(r);
    struct token t = {T_OTHER, r->at, 1, r->line};
    if (!*r->at) {
        t.kind = T_END;
    } else if (*r->at == '"' || *r->at == '\'') {
        t = quoted(r);
    } else if (long_bracket(r->at) >= 0) {
        skip_long_bracket(r, long_bracket(r->at));
    } else if (is_word_char(*r->at)) {
        t.kind = T_WORD;
        while (is_word_char(*r->at))
            r->at++;
        t.len = (size_t)(r->at - t.at);
    } else {
        r->at++;
    }
    return t;
}

static bool is(const struct token *t, const char *word)
{
    return t->kind != T_STRING && t->len == strlen(word) && memcmp(t->at, word, t->len) == 0;
}

int lint_line_of(const char *text, const char *within, const char *word)
{
    struct reader r = {text, 1};
    int first = 0;
    bool inside = false;
    struct token before = next_token(&r);
    for (struct token t = next_token(&r); before.kind != T_END; before = t, t = next_token(&r)) {
        if (before.kind != T_WORD || !is(&t, "="))
            continue;
        inside = inside || (within && is(&before, within));
        if (!is(&before, word))
            continue;
        if (inside || !within)
            return before.line;
        first = first ? first : before.line;
    }
    return first;
}

void lint_strings(const char *text, lint_string_fn *on_string, void *ctx)
{
    struct reader r = {text, 1};
    for (struct token t = next_token(&r); t.kind != T_END; t = next_token(&r))
        if (t.kind == T_STRING)
            on_string(ctx, t.line, t.at, t.len);
}

int lint_place(const char *text, const char *key, long long n)
{
    struct reader r = {text, 1};
    struct token two = next_token(&r), one = next_token(&r);
    int last_return = 1;
    for (struct token t = next_token(&r); two.kind != T_END;
         two = one, one = t, t = next_token(&r)) {
        if (two.kind == T_WORD && is(&two, "return"))
            last_return = two.line;
        if (two.kind == T_WORD && is(&two, key) && is(&one, "=") && t.kind == T_STRING && --n == 0)
            return two.line;
    }
    return last_return;
}

/* The literal after `return`, when it is all that is returned. */
static char *check_return(struct reader *r)
{
    struct reader ahead = *r;
    struct token value = next_token(&ahead), after = next_token(&ahead);
    if (value.kind != T_STRING || memchr(value.at, '\\', value.len))
        return NULL;
    if (!is(&after, "end") && !is(&after, ";") && !is(&after, "else") && !is(&after, "elseif") &&
        after.kind != T_END)
        return NULL; /* an expression that only begins with a literal */
    const char *problem = reply_problem(value.at, value.len);
    return problem ? mem_format("%d: %s", value.line, problem) : NULL;
}

/* Depth of blocks, and how deep the outermost nested function lies: what that one returns is not a
 * reply. */
struct blocks {
    int depth, nested;
};

static void follow_blocks(struct blocks *b, const struct token *t)
{
    bool opens = is(t, "function") || is(t, "if") || is(t, "do") || is(t, "repeat");
    bool closes = is(t, "end") || is(t, "until");
    if (opens && ++b->depth > 1 && is(t, "function") && !b->nested)
        b->nested = b->depth;
    if (closes && b->depth-- == b->nested)
        b->nested = 0;
}

char *lint_returns(const char *text, int first_line, int last_line)
{
    struct reader r = {text, 1};
    struct blocks blocks = {0, 0};
    struct token t = next_token(&r);
    while (t.kind != T_END && !(t.line >= first_line && is(&t, "function")))
        t = next_token(&r);
    for (; t.kind != T_END && t.line <= last_line; t = next_token(&r)) {
        if (t.kind != T_WORD)
            continue;
        follow_blocks(&blocks, &t);
        if (blocks.depth == 0)
            break; /* the handler's own end */
        if (is(&t, "return") && !blocks.nested) {
            char *problem = check_return(&r);
            if (problem)
                return problem;
        }
    }
    return NULL;
}
