/* SPDX-License-Identifier: BSD-2-Clause */
/* rulefile.c - reads rules: one line, one statement; docs/bounce-rules.md describes the format. */
#include "rulefile.h"
#include "bytes.h"
#include <stdio.h>
#include <stdlib.h>

enum { LINE_CAP = 8192 };

/* The block that lines belong to. */
struct reading {
    struct book *book;
    struct place place;
    enum rule_kind kind;
    unsigned says; /* of the rule so far */
    int target;    /* reason, stage or mark; -1 before the first heading */
    const char *target_name;
    struct rule *rule; /* NULL: in the head of the block */
    const char *vetoes[BLOCK_VETOES_CAP];
    size_t veto_count;
    char **continued; /* where "+" lines go */
};

static int name_in(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (names[i] && !strcmp(names[i], name))
            return (int)i;
    return -1;
}

static const char *const stage_names[STAGE_COUNT] = {NULL, "connect", "ehlo", "starttls", "auth",
    "mail", "rcpt", "data", "eom", "rset", "quit", "other", "close"};
static const char *const mark_names[MARK_COUNT] = {"expired", "still-trying", "challenge",
    "auto-reply", "bounce", "complaint", "delivered", "relayed", "doubt"};

static int strength_of(const char *name)
{
    static const struct {
        const char *name;
        int value;
    } strengths[] = {{"filler", STRENGTH_FILLER}, {"topic", STRENGTH_TOPIC},
        {"hint", STRENGTH_HINT}, {"weak", STRENGTH_WEAK}, {"fair", STRENGTH_FAIR},
        {"plain", STRENGTH_PLAIN}, {"firm", STRENGTH_FIRM}, {"sure", STRENGTH_SURE},
        {"token", STRENGTH_TOKEN}};

    for (size_t i = 0; i < COUNT(strengths); i++)
        if (!strcmp(strengths[i].name, name))
            return strengths[i].value;
    return -1;
}

/* What is wrong with the size of a phrase, or NULL. Vetoes of a block count in each of its rules.
 */
static const char *too_much(struct book *book, const struct node *tree)
{
    uint64_t weight = bounce__phrase_weight(tree);

    book->weight += weight;
    if (weight > PHRASE_WEIGHT_MOST)
        return "this phrase has too many gaps, repetitions or optional parts";
    return book->site && book->weight > SITE_WEIGHT_MOST
               ? "too many phrases: some thousand are a set, with the vetoes of each rule"
               : NULL;
}

static void add_use(
    struct reading *r, size_t rule, enum use_role role, unsigned number, const char *phrase)
{
    struct book *book = r->book;
    struct phrase_use *use;
    const struct node *tree;
    const char *why;

    if (book->use_count >= USES_CAP || (book->site && book->weight > SITE_WEIGHT_MOST)) {
        bounce__complain(book, r->place, "too many phrases");
        return;
    }
    bounce__book_room_for_use(book);
    use = &book->uses[book->use_count];
    phrase = bounce__words_replace(book, r->place, phrase);
    if (strlen(phrase) > PHRASE_BYTES_MOST) {
        book->weight += strlen(phrase);
        bounce__complain(book, r->place, "a phrase has %d bytes at most", PHRASE_BYTES_MOST);
        return;
    }
    tree = bounce__phrase_parse(book->memory, phrase, &why);
    if (why)
        book->weight += strlen(phrase);
    else if (!(why = too_much(book, tree)))
        use->chains = bounce__chains(book->memory, tree, &why);
    if (why) {
        bounce__complain(book, r->place, "%s", why);
        return;
    }
    use->spelling = bounce__phrase_spelling(book->memory, &tree, 1);
    use->begins_word = bounce__phrase_edge_is_word(tree, false);
    use->ends_word = bounce__phrase_edge_is_word(tree, true);
    use->place = r->place;
    use->use = (struct rule_use){(uint16_t)rule, (uint8_t)role, (uint8_t)number};
    book->use_count++;
}

static void begin_block(struct reading *r, enum rule_kind kind, int target, const char *name)
{
    if (target < 0)
        bounce__complain(r->book, r->place, "unknown name \"%s\"", name);
    r->kind = kind;
    r->target = target;
    r->target_name = bounce__rulemem_copy(r->book->memory, name);
    r->rule = NULL;
    r->veto_count = 0;
}

/* More rules of a reason that an earlier file defines; a site has no other, since callers know the
 * reasons by name. */
static void reopen_reason(struct reading *r, const char *name)
{
    for (size_t i = 0; i < r->book->reason_count; i++)
        if (!strcmp(r->book->reasons[i].name, name)) {
            begin_block(r, RULE_REASON, (int)i, name);
            return;
        }
    bounce__complain(r->book, r->place,
        r->book->site ? "no reason \"%s\" (whybounced --list-reasons names them all)"
                      : "no reason \"%s\" so far",
        name);
    r->target = -1;
    r->rule = NULL;
}

static void begin_reason(struct reading *r, const char *name)
{
    struct book *book = r->book;
    struct reason_info *reason = &book->reasons[book->reason_count];

    if (book->site) {
        reopen_reason(r, name);
        return;
    }
    if (book->reason_count >= REASONS_CAP) {
        bounce__complain(book, r->place, "too many reasons");
        return;
    }
    for (size_t i = 0; i < book->reason_count; i++)
        if (!strcmp(book->reasons[i].name, name))
            bounce__complain(book, r->place, "reason \"%s\" is defined twice", name);
    begin_block(r, RULE_REASON, (int)book->reason_count, name);
    reason->name = r->target_name;
    reason->permanent = true;
    book->reason_places[book->reason_count++] = r->place;
}

static void begin_rule(struct reading *r, const char *name)
{
    struct book *book = r->book;
    struct rule *rule;
    static const char *const prefixes[] = {"", "stage-", "mark-"};
    char id[256];

    if (r->target < 0 || book->rule_count >= RULES_CAP) {
        bounce__complain(book, r->place, "a rule stands below reason, stage or mark");
        return;
    }
    snprintf(id, sizeof id, "%s%s/%s", prefixes[r->kind], r->target_name, name);
    for (size_t i = 0; i < book->rule_count; i++)
        if (!strcmp(book->rules[i].id, id))
            bounce__complain(book, r->place, "rule \"%s\" is defined twice", id);
    bounce__book_room_for_rule(book);
    rule = &book->rules[book->rule_count];
    *rule = (struct rule){.id = bounce__rulemem_copy(book->memory, id),
        .kind = (uint8_t)r->kind,
        .strength = STRENGTH_SURE,
        .target = (uint8_t)r->target};
    book->first_conds[book->rule_count] = (uint16_t)book->cond_count;
    book->rule_places[book->rule_count] = r->place;
    r->rule = rule;
    r->says = 0;
    for (size_t i = 0; i < r->veto_count; i++)
        add_use(r, book->rule_count, USE_VETO, 0, r->vetoes[i]);
    book->rule_count++;
}

static bool read_status_cond(struct rule_cond *cond, const char *value)
{
    char parts[3][8] = {"", "", ""};
    int16_t *slots[3] = {&cond->class_, &cond->subject, &cond->detail};

    if (sscanf(value, "%7[^.].%7[^.].%7[^.]", parts[0], parts[1], parts[2]) != 3)
        return false;
    for (int i = 0; i < 3; i++) {
        if (!strcmp(parts[i], "x"))
            *slots[i] = -1;
        else if (byte_digit(parts[i][0]))
            *slots[i] = (int16_t)atoi(parts[i]);
        else
            return false;
    }
    return true;
}

static bool read_reply_cond(struct rule_cond *cond, const char *value)
{
    if (strlen(value) != 3 || !byte_digit(value[0]))
        return false;
    if (!strcmp(value + 1, "xx")) {
        cond->low = (uint16_t)((value[0] - '0') * 100);
        cond->high = (uint16_t)(cond->low + 99);
    } else {
        cond->low = cond->high = (uint16_t)atoi(value);
    }
    return cond->low >= 200;
}

static void read_conds(struct reading *r, bool negated, char *rest)
{
    struct book *book = r->book;
    char *save = NULL, *kind = strtok_r(rest, " ", &save), *value;

    while (kind && (value = strtok_r(NULL, " ", &save))) {
        struct rule_cond cond = {.negated = negated};
        bool good = false;

        if (!strcmp(kind, "reply")) {
            cond.kind = COND_REPLY;
            good = read_reply_cond(&cond, value);
        } else if (!strcmp(kind, "status")) {
            cond.kind = COND_STATUS;
            good = read_status_cond(&cond, value);
        } else if (!strcmp(kind, "stage")) {
            int stage = name_in(stage_names, STAGE_COUNT, value);
            cond.kind = COND_STAGE;
            cond.low = (uint16_t)stage;
            good = stage > 0;
        }
        if (!good || book->cond_count >= CONDS_CAP) {
            bounce__complain(book, r->place, "no condition: \"%s %s\"", kind, value);
            continue;
        }
        book->conds[book->cond_count++] = cond;
        r->rule->cond_count++;
    }
}

static void add_example(struct reading *r, bool must_match, const char *text)
{
    struct book *book = r->book;
    char *plain = bounce__rulemem_copy(book->memory, text), *to = plain;

    /* "\n" is the only escape: examples of several lines stay on one. */
    for (const char *p = text; *p; p++) {
        if (p[0] == '\\' && p[1] == 'n') {
            *to++ = '\n';
            p++;
        } else {
            *to++ = *p;
        }
    }
    *to = '\0';
    if (book->example_count >= EXAMPLES_CAP) {
        bounce__complain(book, r->place, "too many examples");
        return;
    }
    bounce__book_room_for_example(book);
    book->example_places[book->example_count] = r->place;
    book->examples[book->example_count++] =
        (struct rule_example){(uint16_t)(r->rule - book->rules), must_match, plain};
}

static void keep(struct reading *r, const char **slot, const char *text)
{
    if (*slot)
        bounce__complain(r->book, r->place, "said twice");
    *slot = bounce__rulemem_copy(r->book->memory, text);
    r->continued = (char **)slot;
}

/* Statements that a reason and a rule share. */
static bool shared_line(struct reading *r, const char *keyword, const char *rest)
{
    struct reason_info *reason = &r->book->reasons[r->target];
    bool in_rule = r->rule != NULL;

    if (!in_rule && (r->kind != RULE_REASON || r->book->site))
        return false;
    if (!strcmp(keyword, "actor"))
        keep(r, in_rule ? &r->rule->actor : &reason->actor, rest);
    else if (!strcmp(keyword, "explain"))
        keep(r, in_rule ? &r->rule->explain : &reason->explain, rest);
    else if (!strcmp(keyword, "remedy"))
        keep(r, in_rule ? &r->rule->remedy : &reason->remedy, rest);
    else if (!strcmp(keyword, "causes"))
        keep(r, in_rule ? &r->rule->causes : &reason->causes, rest);
    else if (!strcmp(keyword, "sisimai"))
        keep(r, in_rule ? &r->rule->sisimai : &reason->sisimai, rest);
    else
        return false;
    return true;
}

static void read_flags(struct reading *r, char *rest)
{
    struct reason_info *reason = &r->book->reasons[r->target];
    char *save = NULL;

    for (char *flag = strtok_r(rest, " ", &save); flag; flag = strtok_r(NULL, " ", &save)) {
        if (!strcmp(flag, "transient"))
            reason->permanent = false;
        else if (!strcmp(flag, "retryable"))
            reason->retryable = true;
        else if (!strcmp(flag, "dead"))
            reason->dead = true;
        else if (!strcmp(flag, "may-expire"))
            reason->transient_cause = true;
        else
            bounce__complain(r->book, r->place, "unknown flag \"%s\"", flag);
    }
}

static bool head_line(struct reading *r, const char *keyword, char *rest)
{
    struct reason_info *reason = &r->book->reasons[r->target];

    if (!strcmp(keyword, "unless")) {
        if (r->veto_count >= BLOCK_VETOES_CAP)
            bounce__complain(r->book, r->place, "too many vetoes");
        else
            r->vetoes[r->veto_count++] = bounce__rulemem_copy(r->book->memory, rest);
        return true;
    }
    if (r->kind != RULE_REASON || r->book->site)
        return false;
    if (!strcmp(keyword, "class"))
        keep(r, &reason->class_, rest);
    else if (!strcmp(keyword, "parent"))
        keep(r, &reason->parent, rest);
    else if (!strcmp(keyword, "flags"))
        read_flags(r, rest);
    else
        return false;
    return true;
}

static void read_strength(struct reading *r, const char *rest)
{
    int strength = strength_of(rest);

    if (strength < 0)
        bounce__complain(r->book, r->place, "unknown strength \"%s\"", rest);
    else
        r->rule->strength = (uint8_t)strength;
}

static bool rule_line(struct reading *r, const char *keyword, char *rest)
{
    size_t index = (size_t)(r->rule - r->book->rules);

    if (!strcmp(keyword, "flags") && !strcmp(rest, "transient"))
        r->rule->transient = true;
    else if (!strcmp(keyword, "flags") && !strcmp(rest, "links"))
        r->rule->links = true;
    else if (!strcmp(keyword, "flags") && !strcmp(rest, "own-words"))
        r->rule->own_words = true;
    else if (!strcmp(keyword, "say"))
        add_use(r, index, USE_SAY, r->says++, rest);
    else if (!strcmp(keyword, "and") && r->rule->needs < NEEDS_CAP)
        add_use(r, index, USE_NEED, r->rule->needs++, rest);
    else if (!strcmp(keyword, "unless"))
        add_use(r, index, USE_VETO, 0, rest);
    else if (!strcmp(keyword, "strength"))
        read_strength(r, rest);
    else if (!strcmp(keyword, "if"))
        read_conds(r, false, rest);
    else if (!strcmp(keyword, "not"))
        read_conds(r, true, rest);
    else if (!strcmp(keyword, "like"))
        add_example(r, true, rest);
    else if (!strcmp(keyword, "unlike"))
        add_example(r, false, rest);
    else
        return false;
    return true;
}

static void continue_line(struct reading *r, const char *rest)
{
    char *longer;

    if (!r->continued) {
        bounce__complain(r->book, r->place, "nothing to continue");
        return;
    }
    if (strlen(*r->continued) + strlen(rest) > WORDS_MOST) {
        bounce__complain(r->book, r->place, "a text has %d bytes at most", WORDS_MOST);
        return;
    }
    longer = bounce__rulemem_new(r->book->memory, strlen(*r->continued) + strlen(rest) + 2);
    sprintf(longer, "%s %s", *r->continued, rest);
    *r->continued = longer;
}

static void read_line(struct reading *r, char *keyword, char *rest)
{
    bool known = true;

    if (!strcmp(keyword, "+")) {
        continue_line(r, rest);
        return;
    }
    r->continued = NULL;
    if (r->book->codes_line && r->book->codes_line(r->book, r->place, keyword, rest))
        return;
    if (!strcmp(keyword, "reason"))
        begin_reason(r, rest);
    else if (!strcmp(keyword, "more"))
        reopen_reason(r, rest);
    else if (!strcmp(keyword, "words"))
        bounce__words_add(r->book, r->place, rest);
    else if (!strcmp(keyword, "stage"))
        begin_block(r, RULE_STAGE, name_in(stage_names, STAGE_COUNT, rest), rest);
    else if (!strcmp(keyword, "mark"))
        begin_block(r, RULE_MARK, name_in(mark_names, MARK_COUNT, rest), rest);
    else if (!strcmp(keyword, "rule"))
        begin_rule(r, rest);
    else if (r->target < 0)
        known = false;
    else if (!shared_line(r, keyword, rest))
        known = r->rule ? rule_line(r, keyword, rest) : head_line(r, keyword, rest);
    if (!known)
        bounce__complain(r->book, r->place, "\"%s\" is no statement here", keyword);
}

/* Keyword and rest of a line, both NUL-terminated in `line`. */
static void split_line(struct reading *r, char *line, struct span text)
{
    char *start = line + (text.p - line);
    size_t word = 0;

    start[text.n] = '\0';
    while (word < text.n && text.p[word] != ' ' && text.p[word] != '\t')
        word++;
    start[word] = '\0';
    read_line(r, start, (char *)bounce__trim(span_from(text, word < text.n ? word + 1 : word)).p);
}

void bounce__rulefile_read(struct book *book, const char *name, struct span text)
{
    char line[LINE_CAP];
    struct reading r = {
        .book = book, .target = -1, .place = {.file = bounce__rulemem_copy(book->memory, name)}};
    struct lines lines;
    struct span raw;

    bounce__lines_init(&lines, text);
    while (bounce__lines_next(&lines, &raw)) {
        struct span words;

        r.place.line++;
        if (raw.n >= sizeof line || memchr(raw.p, '\0', raw.n)) {
            bounce__complain(book, r.place, "line too long, or no text");
            continue;
        }
        memcpy(line, raw.p, raw.n);
        words = bounce__trim(span_of(line, raw.n));
        if (words.n && words.p[0] != '#')
            split_line(&r, line, words);
    }
}
