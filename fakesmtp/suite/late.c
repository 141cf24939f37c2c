/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for the processor, as the kernel counts it: the second number of /proc/PID/schedstat. */
#include "suite/late.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include "util/clock.h"
#include "util/mem.h"

enum { LOOK_MS = 250 };

struct waiter { /* a process, and all that it ever waited */
    long pid;
    uint64_t waited_ns;
};

struct look {
    uint64_t at_ms; /* of the clock */
    uint64_t worst_ns;
};

struct late {
    const struct clock *clock;
    uv_timer_t timer;
    struct waiter *waiters; /* of the last look, by pid */
    size_t waiter_count;
    struct look *looks;
    size_t look_count;
};

/* 0 where the process is gone, and where the kernel does not count. */
static uint64_t waited_by(const char *pid)
{
    char path[64];
    unsigned long long ran, waited = 0;
    snprintf(path, sizeof path, "/proc/%.20s/schedstat", pid);
    FILE *in = fopen(path, "re");
    if (!in)
        return 0;
    if (fscanf(in, "%llu %llu", &ran, &waited) != 2)
        waited = 0;
    fclose(in);
    return waited;
}

static int by_pid(const void *a, const void *b)
{
    const struct waiter *x = a, *y = b;
    return (x->pid > y->pid) - (x->pid < y->pid);
}

/* A pid that was not there, or belongs to another process by now, began at 0. */
static uint64_t since_last(const struct late *late, const struct waiter *now)
{
    const struct waiter *before = NULL;
    if (late->waiter_count)
        before = bsearch(now, late->waiters, late->waiter_count, sizeof *now, by_pid);
    return before && before->waited_ns <= now->waited_ns ? now->waited_ns - before->waited_ns
                                                         : now->waited_ns;
}

static void look(struct late *late)
{
    struct waiter *waiters = NULL;
    size_t count = 0;
    uint64_t worst = 0;
    DIR *dir = opendir("/proc");
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
            continue;
        struct waiter now = {strtol(entry->d_name, NULL, 10), waited_by(entry->d_name)};
        uint64_t waited = since_last(late, &now);
        worst = waited > worst ? waited : worst;
        waiters = mem_grow(waiters, (count + 1) * sizeof *waiters);
        waiters[count++] = now;
    }
    if (dir)
        closedir(dir);
    if (count)
        qsort(waiters, count, sizeof *waiters, by_pid);
    free(late->waiters);
    late->waiters = waiters;
    late->waiter_count = count;
    late->looks = mem_grow(late->looks, (late->look_count + 1) * sizeof *late->looks);
    late->looks[late->look_count++] = (struct look){clock_now_ms(late->clock), worst};
}

static void on_timer(uv_timer_t *timer)
{
    look(timer->data);
}

struct late *late_open(uv_loop_t *loop, const struct clock *clock)
{
    struct late *late = mem_new(sizeof *late);
    late->clock = clock;
    uv_timer_init(loop, &late->timer);
    late->timer.data = late;
    look(late); /* what was waited before is not ours */
    late->looks[0].worst_ns = 0;
    uv_timer_start(&late->timer, on_timer, LOOK_MS, LOOK_MS);
    return late;
}

/* What a look saw lies between it and the one before. */
double late_worst_ms(const struct late *late, uint64_t from_ms, uint64_t to_ms)
{
    uint64_t worst = 0;
    for (size_t i = 1; i < late->look_count; i++)
        if (late->looks[i].at_ms >= from_ms && late->looks[i - 1].at_ms <= to_ms &&
            late->looks[i].worst_ns > worst)
            worst = late->looks[i].worst_ns;
    return (double)worst / 1e6;
}

/* A tenth of what stands for the 300 s of RFC 5321 4.5.3.2 is much for the MTA, too. */
void late_tell(const struct late *late, const struct play_config *config, double stands_for,
    struct result *results)
{
    double patience_ms = 300.0 * 1000 / stands_for;
    for (size_t i = 0; i < config->count; i++) {
        const struct record *r = &config->scenarios[i].record;
        double worst_ms = late_worst_ms(late, r->submitted_ms, r->last_ms);
        if (worst_ms >= patience_ms / 10 && !result_passes(&results[i]))
            result_note(&results[i],
                "the machine was late: a process waited %.0f ms for the processor, where %.0f ms "
                "stand for 300 s; play it again on an idle machine",
                worst_ms, patience_ms);
    }
}

void late_stop(struct late *late)
{
    look(late);
    uv_close((uv_handle_t *)&late->timer, NULL);
}

void late_close(struct late *late)
{
    free(late->waiters);
    free(late->looks);
    free(late);
}
