/* SPDX-License-Identifier: BSD-2-Clause */
/* learn.c - logistic regression over all reasons, by stochastic gradient descent. Where several
 * reasons are right, what they have together counts. The order of the lessons is mixed by a
 * generator of its own, so that every build learns the same. */
#include "lessons.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 50, WEIGHT_MOST = 127 };

static const double first_step = 2.0, step_decay = 0.15, decay = 2.5e-5, bias_step = 0.075;

static void mix(struct lesson **order, size_t n, uint32_t *state)
{
    for (size_t i = n; i > 1; i--) {
        struct lesson *swap = order[i - 1];
        size_t with;

        *state = *state * 1664525u + 1013904223u;
        with = (size_t)((uint64_t)*state * i >> 32);
        order[i - 1] = order[with];
        order[with] = swap;
    }
}

/* How likely each reason is, from what the weights say now. */
static void judge(const struct weights *weights, const struct lesson *lesson, double *likely)
{
    double most = -1e9, sum = 0, even = 1 / sqrt((double)lesson->term_count + 1);

    memcpy(likely, weights->of_reasons, weights->reason_count * sizeof *likely);
    for (size_t t = 0; t < lesson->term_count; t++) {
        const double *of = weights->of_terms + lesson->terms[t] * weights->reason_count;
        for (size_t r = 0; r < weights->reason_count; r++)
            likely[r] += of[r] * even;
    }
    for (size_t r = 0; r < weights->reason_count; r++)
        most = likely[r] > most ? likely[r] : most;
    for (size_t r = 0; r < weights->reason_count; r++)
        sum += likely[r] = exp(likely[r] - most);
    for (size_t r = 0; r < weights->reason_count; r++)
        likely[r] /= sum;
}

/* From how likely each is to how much more it should have been: half of what is right is shared
 * alike, half as the weights have it. */
static void correct(const struct lesson *lesson, size_t reason_count, double *likely)
{
    double right = 1e-9;

    for (size_t r = 0; r < reason_count; r++)
        right += lesson->right[r] ? likely[r] : 0;
    for (size_t r = 0; r < reason_count; r++) {
        double wanted = lesson->right[r] ? 0.5 * likely[r] / right + 0.5 / lesson->right_count : 0;
        likely[r] = wanted - likely[r];
    }
}

static void take(struct weights *weights, const struct lesson *lesson, double step)
{
    double change[REASONS_CAP], even = 1 / sqrt((double)lesson->term_count + 1);

    judge(weights, lesson, change);
    correct(lesson, weights->reason_count, change);
    for (size_t t = 0; t < lesson->term_count; t++) {
        double *of = weights->of_terms + lesson->terms[t] * weights->reason_count;
        for (size_t r = 0; r < weights->reason_count; r++)
            of[r] += step * (change[r] * even - decay * of[r]);
    }
    for (size_t r = 0; r < weights->reason_count; r++)
        weights->of_reasons[r] += step * bias_step * change[r];
}

void learn(struct weights *weights, const struct lessons *lessons, const struct book *book)
{
    struct rulemem *memory = lessons->memory;
    struct lesson **order = bounce__rulemem_new(memory, (lessons->count + 1) * sizeof(void *));
    uint32_t state = 1;

    *weights = (struct weights){.reason_count = book->reason_count};
    weights->of_terms = bounce__rulemem_new(
        memory, (lessons->hash_count + 1) * weights->reason_count * sizeof *weights->of_terms);
    weights->of_reasons = bounce__rulemem_new(memory, REASONS_CAP * sizeof *weights->of_reasons);
    for (size_t i = 0; i < lessons->count; i++)
        order[i] = &lessons->list[i];
    for (int round = 0; round < ROUNDS; round++) {
        mix(order, lessons->count, &state);
        for (size_t i = 0; i < lessons->count; i++)
            take(weights, order[i], first_step / (1 + step_decay * round));
    }
}

static double largest(const struct weights *weights, size_t n)
{
    double most = 1e-6;

    for (size_t i = 0; i < n; i++)
        most = fabs(weights->of_terms[i]) > most ? fabs(weights->of_terms[i]) : most;
    return most;
}

static void put_slots(FILE *out, const struct lessons *lessons)
{
    size_t slots = 1024;
    uint16_t *slot_of;

    while (slots < lessons->hash_count * 3)
        slots *= 2;
    slot_of = bounce__rulemem_new(lessons->memory, slots * sizeof *slot_of);
    for (size_t i = 0; i < lessons->hash_count; i++) {
        size_t at = lessons->hashes[i] & (slots - 1);
        while (slot_of[at])
            at = (at + 1) & (slots - 1);
        slot_of[at] = (uint16_t)(i + 1);
    }
    fprintf(out, "enum { SLOTS = %zu };\nstatic const uint16_t slots[SLOTS] = {", slots);
    for (size_t i = 0; i < slots; i++)
        fprintf(out, "%u,%s", slot_of[i], i % 24 == 23 ? "\n" : "");
    fputs("};\n", out);
}

static void put_weights(FILE *out, const struct weights *weights, size_t n, double scale)
{
    fputs("static const int8_t weights[] = {\n", out);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%ld,%s", lround(weights->of_terms[i] / scale),
            i % weights->reason_count == weights->reason_count - 1 ? "\n" : "");
    fputs("0};\nstatic const int16_t bias[] = {", out);
    for (size_t r = 0; r < weights->reason_count; r++)
        fprintf(out, "%ld,", lround(weights->of_reasons[r] * 256));
    fputs("};\n", out);
}

bool emit_learned(const struct weights *weights, const struct lessons *lessons, const char *path)
{
    FILE *out = fopen(path, "w");
    size_t n = lessons->hash_count * weights->reason_count;
    double scale = largest(weights, n) / WEIGHT_MOST;

    if (!out)
        return false;
    fputs("/* Written by rulec; learned from the replies of lessons/ and the examples of rules/. "
          "*/\n#include \"learned.h\"\n\nstatic const uint32_t hashes[] = {",
        out);
    for (size_t i = 0; i < lessons->hash_count; i++)
        fprintf(out, "%uu,%s", lessons->hashes[i], i % 10 == 9 ? "\n" : "");
    fputs("0};\n", out);
    put_slots(out, lessons);
    put_weights(out, weights, n, scale);
    fprintf(out,
        "const struct learned_table bounce__learned = {hashes, weights, slots, SLOTS, %zu, bias, "
        "%ld};\n",
        weights->reason_count, lround(scale * 65536));
    return fclose(out) == 0;
}
