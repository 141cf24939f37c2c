/* SPDX-License-Identifier: BSD-2-Clause */
/* summary_print.c - what stands out first, then the tables. */
#include "summary.h"
#include <jansson.h>
#include <stdlib.h>

enum { ROWS = 15, DEAD_ROWS = 20, OF_A_KIND = 3 };

static const char *reason_at(size_t number)
{
    const char *name = bounce_reason_at(number);

    return name ? name : "undefined";
}

static void heading(const struct cli *cli, const char *text)
{
    printf("\n%s%s%s\n", text_paint(cli, "\033[1m"), text, text_paint(cli, "\033[0m"));
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void print_kinds(const struct summary *s)
{
    bool first = true;

    printf("%llu message%s", (unsigned long long)s->messages, s->messages == 1 ? "" : "s");
    for (size_t i = 1; i <= KINDS; i++) { /* what is no bounce comes last */
        size_t kind = i % KINDS;
        if (!s->kinds[kind])
            continue;
        printf("%s %llu %s", first ? ":" : ",", (unsigned long long)s->kinds[kind],
            bounce_kind_name((enum bounce_kind)kind));
        first = false;
    }
    printf("\n%llu recipient%s, %llu failed, %llu of these because a queue ran out\n",
        (unsigned long long)s->recipients, s->recipients == 1 ? "" : "s",
        (unsigned long long)s->failed, (unsigned long long)s->expired);
}

/* How many of that kind stand before i. */
static size_t before_of_kind(const struct insight *list, size_t i)
{
    size_t n = 0;

    for (size_t k = 0; k < i; k++)
        n += !strcmp(list[k].kind, list[i].kind);
    return n;
}

static const char *label_of(const char *kind)
{
    static const char *const labels[][2] = {{"one-address", "One address"},
        {"one-sender", "One sender"}, {"network-blocks-ip", "One network"},
        {"network-blocks", "One network"}, {"ip-blocked-widely", "Your IP"},
        {"expiry-wave", "Ran out"}, {"rate-limited", "Too fast"}, {"still-mailed", "Still mailed"},
        {"backscatter", "Not yours"}};

    for (size_t i = 0; i < COUNT(labels); i++)
        if (!strcmp(labels[i][0], kind))
            return labels[i][1];
    return kind;
}

static void print_insight(const struct cli *cli, const struct insight *insight)
{
    char line[2 * SENTENCE_MOST];
    size_t n = 0;

    text_wrapped(cli, label_of(insight->kind), insight->what);
    text_wrapped(cli, "", insight->advice);
    for (size_t k = 0; insight->tally && k < SAMPLES_MOST && insight->tally->samples[k]; k++)
        if (n + 200 < sizeof line)
            n += (size_t)snprintf(line + n, sizeof line - n, "%s%.160s", n ? ", " : "e.g. ",
                insight->tally->samples[k]);
    if (n)
        text_wrapped(cli, "", line);
}

static void print_insights(const struct cli *cli, const struct insight *list, size_t count)
{
    size_t shown = 0;

    if (!count)
        return;
    heading(cli, "What stands out");
    for (size_t i = 0; i < count; i++) {
        if (before_of_kind(list, i) >= OF_A_KIND)
            continue;
        if (shown++)
            putchar('\n');
        print_insight(cli, &list[i]);
    }
    if (count > shown)
        printf("\n  (and %zu more of these kinds; --format json has them)\n", count - shown);
}

static void print_reasons(const struct cli *cli, const struct summary *s)
{
    bool done[REASONS_MOST] = {false};

    heading(cli, "By reason");
    for (size_t row = 0; row < REASONS_MOST; row++) {
        size_t best = REASONS_MOST;

        for (size_t i = 0; i < REASONS_MOST; i++)
            if (!done[i] && s->reasons[i] &&
                (best == REASONS_MOST || s->reasons[i] > s->reasons[best]))
                best = i;
        if (best == REASONS_MOST)
            return;
        done[best] = true;
        printf("  %7llu %5.1f %%  %-22s %s\n", (unsigned long long)s->reasons[best],
            percent(s->reasons[best], s->failed), reason_at(best),
            bounce_reason_class(reason_at(best)));
    }
}

static void print_small(
    const struct cli *cli, const char *title, const struct tallies *tallies, uint64_t whole)
{
    struct tally **list = tallies_sorted(tallies);

    heading(cli, title);
    for (size_t i = 0; list && i < tallies->count; i++)
        printf("  %7u %5.1f %%  %s\n", list[i]->failed, percent(list[i]->failed, whole),
            list[i]->name);
    free(list);
}

static void print_large(const struct cli *cli, const char *title, const struct tallies *tallies)
{
    struct tally **list = tallies_sorted(tallies);
    int width = 12;

    for (size_t i = 0; list && i < tallies->count && i < ROWS; i++)
        if ((int)strlen(list[i]->name) > width)
            width = (int)strlen(list[i]->name) < 34 ? (int)strlen(list[i]->name) : 34;
    if (list && tallies->count) {
        heading(cli, title);
        printf("  %-*s %7s %7s %7s  %s\n", width, "", "failed", "delayed", "passed", "mostly");
    }
    for (size_t i = 0; list && i < tallies->count && i < ROWS; i++) {
        const struct tally *t = list[i];
        uint32_t count;
        size_t reason = tally_reason(t, &count);

        printf("  %-*.*s %7u %7u %7u  %s", width, width, t->name, t->failed, t->delayed, t->passed,
            t->failed ? reason_at(reason) : "");
        if (count && count < t->failed)
            printf(" (%u)", count);
        putchar('\n');
    }
    if (list && tallies->count > ROWS)
        printf("  (and %zu more)\n", tallies->count - ROWS);
    if (tallies->lost)
        printf("  (%llu reports about others: no more than %zu are kept apart)\n",
            (unsigned long long)tallies->lost, tallies->cap);
    free(list);
}

static void print_dead(const struct cli *cli, const struct summary *s)
{
    struct tally **list = tallies_sorted(&s->addresses);
    size_t count = 0;

    for (size_t i = 0; list && i < s->addresses.count; i++)
        count += list[i]->dead && !list[i]->passed;
    if (count) {
        heading(cli, "Dead addresses: take them off your lists");
        for (size_t i = 0, row = 0; i < s->addresses.count && row < DEAD_ROWS; i++) {
            if (!list[i]->dead || list[i]->passed)
                continue;
            printf("  %s\n", list[i]->name);
            row++;
        }
        if (count > DEAD_ROWS)
            printf("  (and %zu more; --format json has them all)\n", count - DEAD_ROWS);
    }
    free(list);
}

static json_t *samples(const struct tally *tally)
{
    json_t *list = json_array();

    for (size_t i = 0; tally && i < SAMPLES_MOST && tally->samples[i]; i++) {
        json_t *text = json_string(tally->samples[i]); /* a file name need not be UTF-8 */
        json_array_append_new(list, text ? text : json_null());
    }
    return list;
}

static json_t *table(const struct tallies *tallies)
{
    struct tally **list = tallies_sorted(tallies);
    json_t *rows = json_array();

    for (size_t i = 0; list && i < tallies->count && i < 1000; i++) {
        const struct tally *t = list[i];
        uint32_t count;
        size_t reason = tally_reason(t, &count);

        json_array_append_new(
            rows, json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:s?, s:o}", "name", t->name, "failed",
                      (json_int_t)t->failed, "delayed", (json_int_t)t->delayed, "passed",
                      (json_int_t)t->passed, "expired", (json_int_t)t->expired, "dead",
                      (json_int_t)t->dead, "reason", t->failed ? reason_at(reason) : NULL,
                      "evidence", samples(t)));
    }
    free(list);
    return rows;
}

static json_t *insight_list(const struct insight *list, size_t count)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(rows,
            json_pack("{s:s, s:s, s:s, s:I, s:s?, s:o}", "kind", list[i].kind, "what", list[i].what,
                "advice", list[i].advice, "count", (json_int_t)list[i].count, "subject",
                list[i].tally ? list[i].tally->name : NULL, "evidence", samples(list[i].tally)));
    return rows;
}

static json_t *reason_list(const struct summary *s)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < REASONS_MOST; i++)
        if (s->reasons[i])
            json_array_append_new(
                rows, json_pack("{s:s, s:s, s:I}", "reason", reason_at(i), "class",
                          bounce_reason_class(reason_at(i)), "failed", (json_int_t)s->reasons[i]));
    return rows;
}

static json_t *dead_list(const struct summary *s)
{
    struct tally **list = tallies_sorted(&s->addresses);
    json_t *rows = json_array();

    for (size_t i = 0; list && i < s->addresses.count; i++)
        if (list[i]->dead && !list[i]->passed)
            json_array_append_new(rows, json_string(list[i]->name));
    free(list);
    return rows;
}

static void print_json(
    const struct cli *cli, const struct summary *s, const struct insight *list, size_t count)
{
    json_t *object = json_object(), *kinds = json_object();

    for (size_t i = 0; i < KINDS; i++)
        json_object_set_new(
            kinds, bounce_kind_name((enum bounce_kind)i), json_integer((json_int_t)s->kinds[i]));
    json_object_set_new(object, "schema", json_integer(1));
    json_object_set_new(object, "messages", json_integer((json_int_t)s->messages));
    json_object_set_new(object, "kinds", kinds);
    json_object_set_new(object, "recipients", json_integer((json_int_t)s->recipients));
    json_object_set_new(object, "failed", json_integer((json_int_t)s->failed));
    json_object_set_new(object, "expired", json_integer((json_int_t)s->expired));
    json_object_set_new(object, "backscatter", json_integer((json_int_t)s->backscatter));
    json_object_set_new(object, "with_programs", json_integer((json_int_t)s->programs));
    json_object_set_new(object, "insights", insight_list(list, count));
    json_object_set_new(object, "reasons", reason_list(s));
    json_object_set_new(object, "classes", table(&s->classes));
    json_object_set_new(object, "actors", table(&s->actors));
    json_object_set_new(object, "domains", table(&s->domains));
    json_object_set_new(object, "remote_mtas", table(&s->remotes));
    json_object_set_new(object, "dead_addresses", dead_list(s));
    json_object_set_new(object, "not_kept_apart",
        json_integer((json_int_t)(s->addresses.lost + s->domains.lost + s->remotes.lost)));
    json_dumpf(object, stdout, cli->format == FORMAT_JSONL ? JSON_COMPACT : JSON_INDENT(2));
    putchar('\n');
    json_decref(object);
}

static bool ran_out(const struct summary *s)
{
    return s->addresses.failed || s->domains.failed || s->remotes.failed || s->senders.failed ||
           s->blocks.failed || s->sources.failed || s->waves.failed || s->actors.failed ||
           s->classes.failed;
}

void summary_print(struct cli *cli)
{
    const struct summary *s = cli->summary;
    struct insight *list = calloc(INSIGHTS_MOST, sizeof *list);
    size_t count = 0;

    if (!list || ran_out(s) || !insights_find(s, list, &count)) {
        cli_trouble(cli, "out of memory");
        free(list);
        return;
    }
    if (cli->format != FORMAT_TEXT) {
        print_json(cli, s, list, count);
        free(list);
        return;
    }
    print_kinds(s);
    if (s->programs)
        printf("%llu of them carry programs: do not open their attachments\n",
            (unsigned long long)s->programs);
    print_insights(cli, list, count);
    if (s->failed) {
        print_reasons(cli, s);
        print_small(cli, "By class", &s->classes, s->failed);
        print_small(cli, "By who has to act", &s->actors, s->failed);
        print_large(cli, "By domain of the recipient", &s->domains);
        print_large(cli, "By server that refused or did not answer", &s->remotes);
        print_dead(cli, s);
    }
    free(list);
}
