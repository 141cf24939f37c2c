/* SPDX-License-Identifier: BSD-2-Clause */
#include "fakehost.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "util/mem.h"

/* ---- the scenario and its folder ---- */

void play_open(struct play *play)
{
    *play = (struct play){.dir = mem_text("/tmp/test-script-XXXXXX")};
    assert_non_null(mkdtemp(play->dir));
    play->path = mem_format("%s/case.lua", play->dir);
    char *lib = mem_format("%s/lib", play->dir);
    assert_int_equal(mkdir(lib, 0755), 0);
    free(lib);
}

void play_file(struct play *play, const char *name, const char *text)
{
    char *path = mem_format("%s/%s", play->dir, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
    free(path);
}

void play_load(struct play *play, const char *text, const struct script_caps *caps)
{
    static const struct script_caps small = {.memory = 8 << 20, .instructions = 200000};
    char *why = NULL, *lib = mem_format("%s/lib", play->dir);
    if (text)
        play_file(play, "case.lua", text);
    script_free(play->script);
    free(play->why);
    play->why = NULL;
    play->script = script_load(play->path, lib, caps ? caps : &small, &why);
    assert_true(!play->script == (why != NULL));
    if (why) /* without the folder, which has another name each time */
        play->why = mem_text(
            strncmp(why, play->dir, strlen(play->dir)) == 0 ? why + strlen(play->dir) + 1 : why);
    free(why);
    free(lib);
}

static void remove_all(const char *dir)
{
    DIR *d = opendir(dir);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        char *path = mem_format("%s/%s", dir, e->d_name);
        if (e->d_name[0] != '.' && unlink(path) != 0)
            remove_all(path);
        free(path);
    }
    closedir(d);
    rmdir(dir);
}

void play_close(struct play *play)
{
    script_free(play->script); /* aborts when a byte of Lua's memory is left */
    remove_all(play->dir);
    free(play->why);
    free(play->path);
    free(play->dir);
}

void play_start(struct play *play, const char *text)
{
    play_open(play);
    play_load(play, text, NULL);
    if (play->why)
        print_error("%s\n", play->why);
    assert_non_null(play->script);
}

/* ---- the host ---- */

static void on_send(void *ctx, const char *bytes, size_t len)
{
    buf_add(&((struct talk *)ctx)->said, bytes, len);
}

static enum script_input on_line(void *ctx, double timeout_s, const char **line, size_t *len)
{
    struct talk *talk = ctx;
    if (talk->at_once && *talk->at_once) {
        *line = talk->at_once;
        *len = strcspn(*line, "\n");
        talk->at_once += *len + 1;
        return SCRIPT_LINE;
    }
    talk->timeout = timeout_s;
    talk->wants_line = true;
    talk->waits++;
    return SCRIPT_PENDING;
}

static void on_data(void *ctx, double timeout_s)
{
    struct talk *talk = ctx;
    talk->timeout = timeout_s;
    talk->wants_data = true;
    talk->waits++;
}

static void on_sleep(void *ctx, double seconds)
{
    struct talk *talk = ctx;
    talk->slept = seconds;
    talk->waits++;
}

static void on_half_close(void *ctx)
{
    ((struct talk *)ctx)->half_closes++;
}

static double on_now(void *ctx)
{
    return ((struct talk *)ctx)->now;
}

static double on_chance(void *ctx)
{
    return ((struct talk *)ctx)->chance;
}

static void on_stage(void *ctx, const char *stage)
{
    ((struct talk *)ctx)->stage = stage;
}

static void on_command(void *ctx, const char *stage, const char *line, size_t len)
{
    buf_addf(&((struct talk *)ctx)->seen, "%s:%.*s|", stage, (int)len, line);
}

static void on_keep(void *ctx)
{
    ((struct talk *)ctx)->keeps++;
}

static void on_envelope(void *ctx, const char *from, const char *rcpt)
{
    struct buf *envelope = &((struct talk *)ctx)->envelope;
    if (!from)
        buf_addf(envelope, "none ");
    else
        buf_addf(envelope, "from=%s rcpt=%s ", from, rcpt ? rcpt : "-");
}

const struct script_host fake_host = {.send = on_send,
    .line = on_line,
    .data = on_data,
    .sleep = on_sleep,
    .half_close = on_half_close,
    .now = on_now,
    .chance = on_chance,
    .stage = on_stage,
    .command = on_command,
    .keep = on_keep,
    .envelope = on_envelope};

/* ---- the connection ---- */

void talk_begin(struct talk *talk, struct play *play, size_t host_index, uint64_t id)
{
    char *why = NULL;
    struct script_facts facts = {id, 1, "192.0.2.7:40123", "mx.case.test", 1000};
    const char *at_once = talk->at_once;
    *talk = (struct talk){.play = play, .at_once = at_once};
    talk->run =
        script_start(play->script, host_index, &facts, &fake_host, talk, &talk->state, &why);
    if (why)
        print_error("%s\n", why);
    assert_non_null(talk->run);
}

static void expect_line(struct talk *talk)
{
    assert_int_equal(talk->state, SCRIPT_WAITING);
    assert_true(talk->wants_line);
    talk->wants_line = false;
}

void talk_line(struct talk *talk, const char *line)
{
    expect_line(talk);
    talk->state = script_give_line(talk->run, SCRIPT_LINE, line, strlen(line));
}

void talk_input(struct talk *talk, enum script_input input)
{
    expect_line(talk);
    talk->state = script_give_line(talk->run, input, NULL, 0);
}

void talk_message(struct talk *talk, uint64_t size, bool too_big)
{
    struct script_message message = {.size = size, .too_big = too_big};
    assert_true(talk->wants_data);
    talk->wants_data = false;
    talk->state = script_give_data(talk->run, SCRIPT_LINE, &message);
}

void talk_wake(struct talk *talk)
{
    assert_int_equal(talk->state, SCRIPT_WAITING);
    assert_true(talk->slept != 0);
    talk->slept = 0;
    talk->state = script_wake(talk->run);
}

void talk_mail(struct talk *talk)
{
    talk_line(talk, "EHLO client.example");
    talk_line(talk, "MAIL FROM:<a@client.example>");
    assert_has(buf_text(&talk->said), "250 2.1.0");
    talk->said.len = 0;
}

const char *talk_said(struct talk *talk)
{
    const char *text = buf_text(&talk->said);
    talk->said.len = 0; /* the text stays until something is added */
    return text;
}

void talk_end(struct talk *talk)
{
    if (talk->run)
        talk->state = script_closed(talk->run);
    script_run_free(talk->run);
    talk->run = NULL;
    buf_free(&talk->said);
    buf_free(&talk->seen);
    buf_free(&talk->envelope);
}

/* ---- assertions ---- */

void assert_starts(const char *text, const char *start)
{
    assert_non_null(text);
    if (strncmp(text, start, strlen(start)) != 0)
        print_error("\"%s\" does not start with \"%s\"\n", text, start);
    assert_int_equal(strncmp(text, start, strlen(start)), 0);
}

void assert_has(const char *text, const char *part)
{
    assert_non_null(text);
    if (!strstr(text, part))
        print_error("not found: \"%s\" in \"%s\"\n", part, text);
    assert_non_null(strstr(text, part));
}

void assert_broke(struct talk *talk, const char *line_and_text)
{
    const char *why = script_run_why(talk->run);
    assert_int_equal(talk->state, SCRIPT_FAILED);
    assert_starts(why, talk->play->path);
    assert_starts(why + strlen(talk->play->path), line_and_text);
}

void play_breaks(const char *text, const char *line_and_text)
{
    struct play play;
    struct talk talk = {0};
    play_start(&play, text);
    talk_begin(&talk, &play, 0, 1);
    assert_broke(&talk, line_and_text);
    assert_int_equal(talk.waits, 0);
    talk_end(&talk);
    play_close(&play);
}

void play_says(const char *body, const char *greeting)
{
    struct play play;
    struct talk talk = {0};
    char *text = mem_format("return { connect = function(s)\n%s\nend }", body);
    play_start(&play, text);
    talk_begin(&talk, &play, 0, 1);
    if (script_run_why(talk.run))
        print_error("%s\n", script_run_why(talk.run));
    char *want = mem_format("220 %s\r\n", greeting);
    assert_string_equal(talk_said(&talk), want);
    free(want);
    talk_end(&talk);
    play_close(&play);
    free(text);
}
