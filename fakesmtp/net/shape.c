/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/shape.h"

#include <string.h>
#include "util/clock.h"
#include "util/mem.h"
#include "util/text.h"

struct shape {
    struct clock *clock;
    struct clock_timer timer; /* runs from one piece to the time of the next */
    const struct shape_handler *handler;
    void *ctx;
    struct buf waiting;
    size_t *sizes, count, next; /* count 0: nothing is shaped */
    bool repeat;
    uint64_t every_ms;
};

struct shape *shape_new(struct clock *clock, const struct shape_handler *handler, void *ctx)
{
    struct shape *shape = mem_new(sizeof *shape);
    shape->clock = clock;
    shape->handler = handler;
    shape->ctx = ctx;
    return shape;
}

void shape_free(struct shape *shape)
{
    if (!shape)
        return;
    clock_stop(shape->clock, &shape->timer);
    buf_free(&shape->waiting);
    free(shape->sizes);
    free(shape);
}

size_t shape_waiting(const struct shape *shape)
{
    return shape->waiting.len;
}

bool shape_idle(const struct shape *shape)
{
    return !shape->waiting.len && !shape->count;
}

static void forget_sizes(struct shape *shape)
{
    free(shape->sizes);
    shape->sizes = NULL;
    shape->count = shape->next = 0;
}

/* How many bytes go out now. */
static size_t take_size(struct shape *shape)
{
    size_t size = shape->waiting.len;
    if (shape->next < shape->count)
        size = shape->sizes[shape->next];
    if (shape->next + 1 < shape->count || !shape->repeat)
        shape->next++;
    return size < shape->waiting.len ? size : shape->waiting.len;
}

static void on_due(struct clock_timer *timer);

static void send_piece(struct shape *shape)
{
    size_t size = take_size(shape);
    shape->handler->emit(shape->ctx, shape->waiting.data, size);
    buf_drop(&shape->waiting, size);
    if (!shape->waiting.len)
        buf_free(&shape->waiting);
    if (shape->next >= shape->count && !shape->waiting.len)
        forget_sizes(shape);
    if (shape->count) /* also when nothing waits: what comes next keeps its distance */
        clock_start(shape->clock, &shape->timer, shape->every_ms, on_due);
}

static void on_due(struct clock_timer *timer)
{
    struct shape *shape = (struct shape *)((char *)timer - offsetof(struct shape, timer));
    if (!shape->waiting.len)
        return;
    send_piece(shape);
    if (!shape->waiting.len)
        shape->handler->on_empty(shape->ctx);
}

void shape_add(struct shape *shape, const char *bytes, size_t len)
{
    buf_add(&shape->waiting, bytes, len);
    if (shape->waiting.len && !clock_pending(&shape->timer))
        send_piece(shape);
}

void shape_set(struct shape *shape, const struct shape_spec *spec)
{
    forget_sizes(shape);
    if (spec) {
        require(spec->count >= 1 && spec->count <= SHAPE_SIZES_MAX);
        shape->sizes = mem_new(spec->count * sizeof *shape->sizes);
        memcpy(shape->sizes, spec->sizes, spec->count * sizeof *shape->sizes);
        shape->count = spec->count;
        shape->repeat = spec->repeat;
        shape->every_ms = spec->every_ms;
        return;
    }
    clock_stop(shape->clock, &shape->timer);
    if (!shape->waiting.len)
        return;
    shape->handler->emit(shape->ctx, shape->waiting.data, shape->waiting.len);
    buf_free(&shape->waiting);
}
