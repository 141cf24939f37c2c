/* SPDX-License-Identifier: BSD-2-Clause */
/* phrase.c - the little language of phrases, read into a tree.
 *
 *   words        as they are, after folding (fold.h); one blank stands for any run of blanks
 *   a * b        up to 60 bytes of anything, or nothing, between the two words
 *   a .. b       the same without blanks around it: for scripts that do not part words
 *   exceed~      the rest of a word
 *   #            a number
 *   (a|b)        alternatives
 *   x?  (a)?     something optional
 *   (a)*         up to five times, or not at all
 *   [abc]        one of these characters
 *   \x           the character x itself */
#include "phrase.h"
#include "fold.h"

struct parsing {
    struct rulemem *memory;
    const char *p;
    const char *why;
};

static struct node *node_new(struct parsing *parsing, enum node_kind kind)
{
    struct node *node = bounce__rulemem_new(parsing->memory, sizeof *node);

    node->kind = kind;
    return node;
}

static void node_add(struct node *parent, struct node *child)
{
    if (parent->last)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
}

static struct node *literal(struct parsing *parsing, char c)
{
    struct node *node = node_new(parsing, NODE_CHAR);

    node->c = c;
    return node;
}

static struct node *wrap(struct parsing *parsing, enum node_kind kind, struct node *inner)
{
    struct node *node = node_new(parsing, kind);

    inner->next = NULL;
    node->first = node->last = inner;
    return node;
}

static struct node *parse_choice(struct parsing *parsing, int depth);

static struct node *parse_class(struct parsing *parsing)
{
    struct node *choice = node_new(parsing, NODE_CHOICE);

    for (parsing->p++; *parsing->p && *parsing->p != ']'; parsing->p++)
        node_add(choice, wrap(parsing, NODE_SEQUENCE, literal(parsing, *parsing->p)));
    if (*parsing->p != ']')
        parsing->why = "'[' without ']'";
    else if (!choice->first)
        parsing->why = "nothing stands between '[' and ']'";
    else
        parsing->p++;
    return choice;
}

static struct node *parse_group(struct parsing *parsing, int depth)
{
    struct node *node;

    parsing->p++;
    node = parse_choice(parsing, depth + 1);
    if (*parsing->p == ')')
        parsing->p++;
    else
        parsing->why = "'(' without ')'";
    return node;
}

/* One element without what may follow it. */
static struct node *parse_atom(struct parsing *parsing, int depth)
{
    const char *p = parsing->p;

    if (p[0] == '\\' && p[1]) {
        parsing->p += 2;
        return literal(parsing, p[1]);
    }
    if (!strncmp(p, " * ", 3)) {
        parsing->p += 3;
        return node_new(parsing, NODE_GAP);
    }
    if (!strncmp(p, " .. ", 4)) {
        parsing->p += 4;
        return node_new(parsing, NODE_NEAR);
    }
    if (*p == '(')
        return parse_group(parsing, depth);
    if (*p == '[')
        return parse_class(parsing);
    parsing->p++;
    if (*p == '#')
        return node_new(parsing, NODE_NUMBER);
    if (*p == '~')
        return node_new(parsing, NODE_REST);
    if (*p == '*' || *p == '?')
        parsing->why =
            "'*' is a gap between blanks (\"a * b\") or repeats a group; '?' follows something";
    return literal(parsing, *p);
}

static struct node *parse_sequence(struct parsing *parsing, int depth)
{
    struct node *sequence = node_new(parsing, NODE_SEQUENCE);

    while (*parsing->p && *parsing->p != '|' && *parsing->p != ')' && !parsing->why) {
        bool group = *parsing->p == '(';
        struct node *node = parse_atom(parsing, depth);

        if (*parsing->p == '?') {
            node = wrap(parsing, NODE_OPTION, node);
            parsing->p++;
        } else if (*parsing->p == '*' && group) {
            node = wrap(parsing, NODE_REPEAT, node);
            parsing->p++;
        }
        node_add(sequence, node);
    }
    return sequence;
}

static struct node *parse_choice(struct parsing *parsing, int depth)
{
    struct node *choice = node_new(parsing, NODE_CHOICE);

    if (depth > 8) {
        parsing->why = "parentheses too deep";
        return choice;
    }
    node_add(choice, parse_sequence(parsing, depth));
    while (*parsing->p == '|' && !parsing->why) {
        if (!depth)
            parsing->why = "'|' outside of parentheses";
        parsing->p++;
        node_add(choice, parse_sequence(parsing, depth));
    }
    if (*parsing->p == ')' && !depth)
        parsing->why = "')' without '('";
    return choice;
}

static char *folded(struct rulemem *memory, const char *phrase)
{
    struct fold fold = {.cap = strlen(phrase) * 2 + 1};

    fold.out = bounce__rulemem_new(memory, fold.cap + 1);
    bounce__fold(&fold, bounce__trim(span_str(phrase)), NULL, 0);
    return fold.out;
}

struct node *bounce__phrase_parse(struct rulemem *memory, const char *phrase, const char **why)
{
    char *plain = folded(memory, phrase);
    struct parsing parsing = {.memory = memory, .p = plain};
    struct node *tree = parse_choice(&parsing, 0);
    size_t letters = 0;

    for (size_t i = 0; plain[i]; i++)
        letters += byte_alnum(plain[i]) || (unsigned char)plain[i] >= 0x80;
    if (letters < 2)
        parsing.why = "a phrase needs two letters at least";
    *why = parsing.why;
    return tree;
}

bool bounce__phrase_may_be_nothing(const struct node *node)
{
    if (node->kind == NODE_CHAR || node->kind == NODE_NUMBER || node->kind == NODE_GAP)
        return false;
    if (node->kind == NODE_SEQUENCE || node->kind == NODE_CHOICE) {
        bool all = node->kind == NODE_SEQUENCE;
        for (const struct node *n = node->first; n; n = n->next)
            if (bounce__phrase_may_be_nothing(n) != all)
                return !all;
        return all;
    }
    return true;
}

bool bounce__phrase_has_gap(const struct node *node)
{
    if (node->kind == NODE_GAP || node->kind == NODE_NEAR)
        return true;
    for (const struct node *n = node->first; n; n = n->next)
        if (bounce__phrase_has_gap(n))
            return true;
    return false;
}

/* One more is as good as any number beyond. */
static uint64_t bounded(uint64_t count)
{
    return count > VARIANTS_MOST ? VARIANTS_MOST + 1 : count;
}

/* How many rows of elements and gaps it is when whatever holds a gap is written out. */
static uint64_t variants_of(const struct node *node)
{
    uint64_t product = 1, sum = 0;

    if (!bounce__phrase_has_gap(node))
        return 1;
    for (const struct node *n = node->first; n; n = n->next) {
        uint64_t count = variants_of(n);
        product = bounded(product * count);
        sum = bounded(sum + count);
    }
    if (node->kind == NODE_CHOICE)
        return sum;
    if (node->kind == NODE_OPTION)
        return bounded(product + 1);
    for (uint64_t i = 0, all = 1, one = product; node->kind == NODE_REPEAT; i++) {
        if (i == REPEATS_MOST)
            return all;
        all = bounded(all + product);
        product = bounded(product * one);
    }
    return product;
}

/* An automaton leads from each element to all that may follow it: behind things that may be nothing
 * those are many, so a row of them costs its square. */
static uint64_t weight_of(const struct node *node)
{
    uint64_t weight = 1, row = 1;

    if (node->kind == NODE_NUMBER)
        return NUMBER_MOST;
    for (const struct node *n = node->first; n; n = n->next) {
        weight += weight_of(n) * row;
        row = node->kind == NODE_SEQUENCE && bounce__phrase_may_be_nothing(n) ? row + 1 : 1;
    }
    return node->kind == NODE_REPEAT ? weight * REPEATS_MOST : weight;
}

uint64_t bounce__phrase_weight(const struct node *tree)
{
    uint64_t variants = variants_of(tree);

    return variants > VARIANTS_MOST ? UINT32_MAX : weight_of(tree) * variants;
}

/* Could a match begin (end) with something that is no letter or digit? Then there is no word
 * boundary to ask for. */
bool bounce__phrase_edge_is_word(const struct node *node, bool at_end)
{
    switch (node->kind) {
    case NODE_CHAR:
        return byte_alnum(node->c);
    case NODE_NUMBER:
        return true;
    case NODE_REST:
        return at_end; /* of "(alias~|conta)" the second does not begin "contains" */
    case NODE_CHOICE:
        for (const struct node *n = node->first; n; n = n->next)
            if (!bounce__phrase_edge_is_word(n, at_end))
                return false;
        return node->first != NULL;
    case NODE_SEQUENCE:
        for (const struct node *n = node->first; n && !at_end; n = n->next) {
            if (n->kind != NODE_OPTION && n->kind != NODE_REPEAT)
                return bounce__phrase_edge_is_word(n, at_end);
            if (!bounce__phrase_edge_is_word(n->first, at_end))
                return false;
        }
        if (at_end) {
            const struct node *last = node->first;
            for (const struct node *n = node->first; n; n = n->next)
                if (n->kind != NODE_OPTION && n->kind != NODE_REPEAT)
                    last = n;
            for (const struct node *n = last ? last->next : NULL; n; n = n->next)
                if (!bounce__phrase_edge_is_word(n->first, at_end))
                    return false;
            return last && bounce__phrase_edge_is_word(last, at_end);
        }
        return false;
    default:
        return false;
    }
}

struct text_out {
    struct rulemem *memory;
    char *out;
    size_t n, cap;
};

static void put(struct text_out *w, const char *s)
{
    size_t n = strlen(s);

    if (w->n + n + 1 > w->cap) {
        char *more;
        w->cap = (w->cap + n) * 2 + 64;
        more = bounce__rulemem_new(w->memory, w->cap);
        if (w->n)
            memcpy(more, w->out, w->n);
        w->out = more;
    }
    memcpy(w->out + w->n, s, n + 1);
    w->n += n;
}

static void put_node(struct text_out *w, const struct node *node)
{
    char two[3] = {'\\', node->c, '\0'};
    const char *after = node->kind == NODE_OPTION ? "?" : node->kind == NODE_REPEAT ? "*" : "";
    bool group = *after || (node->kind == NODE_CHOICE && node->first && node->first->next);

    if (node->kind == NODE_CHAR)
        put(w, (unsigned char)node->c < 0x80 && !byte_alnum(node->c) && node->c != ' ' ? two
                                                                                       : two + 1);
    else if (node->kind == NODE_NUMBER)
        put(w, "#");
    else if (node->kind == NODE_REST)
        put(w, "~");
    else if (node->kind == NODE_GAP)
        put(w, " * ");
    else if (node->kind == NODE_NEAR)
        put(w, " .. ");
    put(w, group ? "(" : "");
    for (const struct node *n = node->first; n; n = n->next) {
        put(w, node->kind == NODE_CHOICE && n != node->first ? "|" : "");
        put_node(w, n);
    }
    put(w, group ? ")" : "");
    put(w, after);
}

char *bounce__phrase_spelling(struct rulemem *memory, const struct node *const *nodes, size_t count)
{
    struct text_out w = {.memory = memory};

    put(&w, "");
    for (size_t i = 0; i < count; i++)
        put_node(&w, nodes[i]);
    return w.out;
}
