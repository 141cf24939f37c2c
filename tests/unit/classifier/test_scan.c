/* SPDX-License-Identifier: BSD-2-Clause */
/* The automaton of phrases and its scan, against the plainest reading of the language of phrases:
 * sets of places in the text, element by element. */
#include "kit.h"
#include "compile.h"
#include "scan.h"

enum { TEXT_MOST = 400, PHRASES_MOST = 12, ROUNDS = 300 };

/* A place is in the set. */
struct places {
    bool at[TEXT_MOST + 1];
};

static void one_byte(
    struct places *set, const char *text, size_t n, bool (*fits)(char, char), char c)
{
    struct places out = {{false}};

    for (size_t i = 0; i < n; i++)
        out.at[i + 1] = set->at[i] && fits(text[i], c);
    *set = out;
}

static bool same(char a, char b)
{
    return a == b;
}

static bool is_digit(char a, char b)
{
    return byte_digit(a);
}

static bool in_rest(char a, char b)
{
    return byte_alnum(a) || (unsigned char)a >= 0x80;
}

static bool in_line(char a, char b)
{
    return a != '\n';
}

static void unite(struct places *all, const struct places *more)
{
    for (size_t i = 0; i <= TEXT_MOST; i++)
        all->at[i] |= more->at[i];
}

/* At least `least` and at most `most` bytes of a kind. */
static void some_bytes(struct places *set, const char *text, size_t n, bool (*fits)(char, char),
    size_t least, size_t most)
{
    struct places one = *set;

    if (least)
        *set = (struct places){{false}};
    for (size_t i = 1; i <= most; i++) {
        one_byte(&one, text, n, fits, 0);
        if (i >= least)
            unite(set, &one);
    }
}

/* From the places in set to those behind the node. */
static void follow(const struct node *node, struct places *set, const char *text, size_t n)
{
    struct places start = *set, one;

    switch (node->kind) {
    case NODE_CHAR:
        one_byte(set, text, n, same, node->c);
        break;
    case NODE_NUMBER:
        some_bytes(set, text, n, is_digit, 1, 9);
        break;
    case NODE_REST:
        some_bytes(set, text, n, in_rest, 0, TEXT_MOST);
        break;
    case NODE_NEAR:
        some_bytes(set, text, n, in_line, 0, 60);
        break;
    case NODE_GAP:
        one_byte(set, text, n, same, ' ');
        one = *set;
        some_bytes(&one, text, n, in_line, 0, 60);
        one_byte(&one, text, n, same, ' ');
        unite(set, &one);
        break;
    case NODE_CHOICE:
        *set = (struct places){{false}};
        for (const struct node *child = node->first; child; child = child->next) {
            one = start;
            follow(child, &one, text, n);
            unite(set, &one);
        }
        break;
    case NODE_SEQUENCE:
        for (const struct node *child = node->first; child; child = child->next)
            follow(child, set, text, n);
        break;
    default:
        one = start;
        for (int i = 0; i < (node->kind == NODE_REPEAT ? 5 : 1); i++) {
            follow(node->first, &one, text, n);
            unite(set, &one);
        }
    }
}

struct phrase {
    const struct node *tree;
    bool begins_word, ends_word;
};

static bool may_begin(const struct phrase *phrase, const char *text, size_t at)
{
    return at && (!phrase->begins_word || !byte_alnum(text[at - 1]));
}

/* Where the phrase ends, from any place or from one. */
static struct places ends_of(const struct phrase *phrase, const char *text, size_t n, size_t from)
{
    struct places set = {{false}};

    for (size_t i = 1; i < n; i++)
        set.at[i] = may_begin(phrase, text, i) && (!from || i == from);
    follow(phrase->tree, &set, text, n);
    for (size_t i = 0; phrase->ends_word && i < n; i++)
        set.at[i] = set.at[i] && !byte_alnum(text[i]);
    return set;
}

/* Some phrases, compiled. */
struct lab {
    struct rulemem memory;
    struct phrase phrases[PHRASES_MOST];
    struct phrase_use uses[PHRASES_MOST];
    unsigned first[PHRASES_MOST + 1];
    size_t count;
    struct compiled compiled;
    struct step_end *step_ends;
    uint32_t scans;
    struct scan_space *space;
    const char *text;
    size_t n, found, last_to;
    struct places ends[PHRASES_MOST];
};

/* False: it is no phrase. */
static bool add_phrase(struct lab *lab, const char *text)
{
    struct phrase_use *use = &lab->uses[lab->count];
    struct phrase *phrase = &lab->phrases[lab->count];
    const char *why;

    phrase->tree = bounce__phrase_parse(&lab->memory, text, &why);
    if (why || bounce__phrase_weight(phrase->tree) > PHRASE_WEIGHT_MOST)
        return false;
    use->chains = bounce__chains(&lab->memory, phrase->tree, &why);
    if (why)
        return false;
    use->begins_word = phrase->begins_word = bounce__phrase_edge_is_word(phrase->tree, false);
    use->ends_word = phrase->ends_word = bounce__phrase_edge_is_word(phrase->tree, true);
    lab->first[lab->count] = (unsigned)lab->count;
    lab->count++;
    return true;
}

static void compile(struct lab *lab)
{
    struct patterns patterns = {.uses = lab->uses, .first = lab->first, .count = lab->count};

    assert_true(
        bounce__compile(&lab->memory, &lab->memory, &patterns, SITE_STATES_MOST, &lab->compiled));
    lab->step_ends = bounce__rulemem_new(
        &lab->memory, (lab->compiled.automaton.gap_count + 1) * sizeof *lab->step_ends);
    lab->space = bounce__rulemem_new(&lab->memory, sizeof *lab->space);
}

static void on_any_phrase(void *context, unsigned number, size_t from, size_t to)
{
    struct lab *lab = context;

    lab->found++;
}

static void on_phrase(void *context, unsigned number, size_t from, size_t to)
{
    struct lab *lab = context;
    struct places ends = ends_of(&lab->phrases[number], lab->text, lab->n, from);

    if (!from || from >= to || !ends.at[to])
        fail_msg("phrase %u is not at %zu..%zu of \"%s\"", number, from, to, lab->text);
    assert_true(to >= lab->last_to);
    lab->last_to = to;
    lab->ends[number].at[to] = true;
    lab->found++;
}

static void scan_for(struct lab *lab, const char *text, size_t n, scan_found *found)
{
    lab->text = text;
    lab->n = n;
    lab->last_to = 0;
    memset(lab->ends, 0, sizeof lab->ends);
    bounce__scan(&lab->compiled.automaton, lab->space, lab->step_ends, &lab->scans,
        span_of(text, n), 1, found, lab);
}

static void scan(struct lab *lab, const char *text, size_t n)
{
    scan_for(lab, text, n, on_phrase);
}

static void check_against_reference(struct lab *lab, char *const *written)
{
    for (size_t p = 0; p < lab->count; p++) {
        struct places want = ends_of(&lab->phrases[p], lab->text, lab->n, 0);

        for (size_t i = 1; i < lab->n; i++)
            if (want.at[i] != lab->ends[p].at[i])
                fail_msg("\"%s\" %s at %zu of \"%s\"", written[p],
                    want.at[i] ? "should end" : "ends", i, lab->text);
    }
}

struct dice {
    uint64_t state;
};

static size_t roll(struct dice *dice, size_t sides)
{
    dice->state = dice->state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(dice->state >> 33) % sides;
}

static const char *const letters[] = {"a", "b", "ab", "1", "\xd0\xb4", "-", "aa"};

/* Something that is not nothing. */
static void put_solid(struct dice *dice, char *out, int depth)
{
    static const char *const middles[] = {"", "~", " ", "[ab]?", "(ab)?", "(b |a )*", "#", "~a"};

    strcat(out, letters[roll(dice, 7)]);
    strcat(out, middles[roll(dice, 8)]);
    if (depth && !roll(dice, 3)) {
        strcat(out, "(");
        put_solid(dice, out, depth - 1);
        strcat(out, roll(dice, 3) ? "|" : roll(dice, 2) ? " * " : " .. ");
        put_solid(dice, out, depth - 1);
        strcat(out, roll(dice, 3) ? ")" : roll(dice, 2) ? ")?" : ")*");
    }
    strcat(out, letters[roll(dice, 7)]);
}

/* The rest of a word, alone or as one of several. */
static void put_head(struct dice *dice, char *out)
{
    static const char *const heads[] = {"~", "(b|~a)", "(~b|(1|~ab)|a)"};

    if (!roll(dice, 6))
        strcat(out, heads[roll(dice, 3)]);
}

static void put_phrase(struct dice *dice, char *out)
{
    *out = '\0';
    if (!roll(dice, 4))
        strcat(out, "(b)?");
    else
        put_head(dice, out);
    put_solid(dice, out, 1);
    for (size_t gaps = roll(dice, 4); gaps > 1; gaps--) {
        strcat(out, roll(dice, 3) ? " * " : " .. ");
        put_head(dice, out);
        put_solid(dice, out, 0);
    }
    if (!roll(dice, 5))
        strcat(out, "~");
}

/* A line end at both ends; blanks alone, as folding leaves them. */
static size_t put_text(struct dice *dice, char *out)
{
    size_t n = 40 + roll(dice, 250), at = 1;

    out[0] = '\n';
    while (at < n) {
        size_t kind = roll(dice, 100);

        if (kind < 50)
            at += (size_t)sprintf(out + at, "%s", letters[roll(dice, 7)]);
        else if (kind < 85)
            at += (size_t)sprintf(out + at, "%s", out[at - 1] == ' ' ? "b" : " ");
        else if (kind < 87)
            at += (size_t)sprintf(out + at, "\n");
        else if (kind < 91)
            at += (size_t)sprintf(
                out + at, "%.*s", (int)roll(dice, 30), "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        else
            at += (size_t)sprintf(out + at, "%u", (unsigned)roll(dice, 12345));
    }
    out[at++] = '\n';
    out[at] = '\0';
    return at;
}

/* Runs the body with a lab that is freed behind it. */
static void with_lab(void (*body)(struct lab *lab, size_t number), size_t number)
{
    struct lab *lab = calloc(1, sizeof *lab);

    assert_non_null(lab);
    if (setjmp(lab->memory.full))
        fail_msg("out of memory");
    body(lab, number);
    bounce__arena_free(&lab->memory.arena);
    free(lab);
}

static void one_round(struct lab *lab, size_t round)
{
    struct dice dice = {20240229 + round};
    char room[PHRASES_MOST][1000], *written[PHRASES_MOST], text[TEXT_MOST];

    for (size_t tries = 1 + roll(&dice, PHRASES_MOST); tries; tries--) {
        written[lab->count] = room[lab->count];
        put_phrase(&dice, room[lab->count]);
        add_phrase(lab, room[lab->count]);
    }
    compile(lab);
    for (int texts = 0; texts < 4; texts++) {
        scan(lab, text, put_text(&dice, text));
        check_against_reference(lab, written);
    }
}

static void finds_what_the_reference_finds(void **state)
{
    for (size_t round = 0; round < ROUNDS; round++)
        with_lab(one_round, round);
}

/* phrase, text between line ends with X for 58 bytes, where it ends: from behind the first line
 * end; 0 is nowhere. */
static const struct {
    const char *phrase, *text;
    size_t end;
} cases[] = {
    {"ab cd", "ab cd", 5},
    {"ab cd", "ab cde", 0},
    {"ab cd", "zab cd", 0},
    {"ab * cd", "ab Xyy cd", 66},
    {"ab * cd", "ab Xyyz cd", 0},
    {"ab .. cd", "abXyycd", 64},
    {"ab .. cd", "abXyyzcd", 0},
    {"ab * cd", "ab ab X cd", 66 + 1},
    {"ab * cd", "ab\ncd", 0},
    {"ab .. cd", "ab\ncd", 0},
    {"ab .. cd", "ab\n.cd", 0},
    {"ab * cd", "abcd", 0},
    {"ab~ cd", "abXX cd", 121},
    {"ab #", "ab 123456789", 12},
    {"ab #", "ab 1234567890", 0},
    {"\\(s1\\)\\~ab", "z(s1)~ab", 8},
    {"ab( c)? * (d )?ef", "ab c d ef", 9},
    {"(ab * )?cd * ef", "ab cd x ef", 10},
    {"(zz)? * cd", "ab cd", 5},
    {"ab * (cd)?", "ab cd", 5},
    {"(not|~n't) ab", "didn't ab", 9},
    {"(not|~n't) ab", "knot ab", 7}, /* what may begin with "n't" begins anywhere */
    {"cd * (not|~n't) ab", "cd didn't ab", 12},
    {"cd * (not|~n't) ab", "cd n't ab", 9},
    {"cd * (not|~n't) ab", "cd knot ab", 0},
    {"cd * (not|~n't) ab", "cd (didn't ab", 0},
    {"cd * (not|~n't) ab", "cd xx\ndidn't ab", 0},
    {"cd * (not|~n't) ab", "cd Xyy didn't ab", 73},
    {"cd * (not|~n't) ab", "cd Xyyz didn't ab", 0},
    {"cd * (x|(not|~n't) be) * ab", "cd didn't be x ab", 17},
    {"cd * (x|(not|~n't) be) * ab", "cd x y ab", 9},
    {"cd * ~n't ab", "cd didn't ab", 12},
    {"cd .. (not|~n't) ab", "cddidn't ab", 11},
    {"cd .. (not|~n't) ab", "cdXdidn't ab", 69},
};

static void count_bytes(struct lab *lab, size_t number)
{
    char text[TEXT_MOST];
    size_t n = 1, last;

    text[0] = '\n';
    for (const char *p = cases[number].text; *p; p++) {
        memset(text + n, *p == 'X' ? 'x' : *p, 58);
        n += *p == 'X' ? 58 : 1;
    }
    memcpy(text + n, "\n", 2);
    assert_true(add_phrase(lab, cases[number].phrase));
    compile(lab);
    scan(lab, text, n + 1);
    last = lab->found ? lab->last_to - 1 : 0;
    if (last != cases[number].end)
        fail_msg("\"%s\" ends at %zu of \"%s\"", cases[number].phrase, last, cases[number].text);
}

static void counts_bytes(void **state)
{
    for (size_t i = 0; i < COUNT(cases); i++)
        with_lab(count_bytes, i);
}

/* "ab", then x, then " cd": so many bytes in all. */
static void piece_of(struct lab *lab, size_t bytes)
{
    char text[TEXT_MOST];

    assert_true(add_phrase(lab, "ab~ cd"));
    compile(lab);
    memset(text, 'x', sizeof text);
    memcpy(text, "\nab", 3);
    memcpy(text + bytes - 2, " cd\n", 4);
    scan(lab, text, bytes + 2);
    assert_int_equal(lab->found, bytes <= PIECE_MOST);
}

/* Longer pieces than PIECE_MOST are not found, and harm nothing. */
static void pieces_are_bounded(void **state)
{
    with_lab(piece_of, PIECE_MOST);
    with_lab(piece_of, PIECE_MOST + 1);
}

/* More ends at once than there is room for: some are lost, and the space is as good as new. */
static void many_ends(struct lab *lab, size_t number)
{
    char text[2 * 120 + 3] = "\n";
    size_t ends = 0;

    for (int i = 0; i < PHRASES_MOST; i++)
        assert_true(add_phrase(lab, "\xd0\xb4~"));
    compile(lab);
    for (size_t i = 0; i < 120; i++)
        memcpy(text + 1 + 2 * i, "\xd0\xb4", 2);
    memcpy(text + sizeof text - 2, "\n", 2);
    for (int round = 0; round < 3; round++) {
        lab->found = 0;
        scan_for(lab, text, sizeof text - 1, on_any_phrase);
        assert_true(lab->found >= DUE_MOST && (!ends || lab->found == ends));
        assert_int_equal(lab->space->waiting, 0);
        ends = lab->found;
    }
}

static void too_many_ends_are_passed_over(void **state)
{
    with_lab(many_ends, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_the_reference_finds),
        cmocka_unit_test(counts_bytes),
        cmocka_unit_test(pieces_are_bounded),
        cmocka_unit_test(too_many_ends_are_passed_over),
    };

    return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
