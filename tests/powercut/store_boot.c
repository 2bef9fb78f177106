/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "store_boot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Operations of the boot that follows a cut. */
#define RECOVERY_OPERATIONS 5u

#define SHAPES ((unsigned)RAM_FLASH_NEARLY + 1u)

/* Built with AddressSanitizer a fork takes three times as long, and looks for
 * something else: every seventh step will do. */
#ifdef __SANITIZE_ADDRESS__
#define STRIDE 7u
#else
#define STRIDE 1u
#endif

enum ending {
    DONE = 10,
    POWER_LOST,
    WRONG
};

bool store_unstable;

static struct ram_flash *ram;
static struct ram_flash *formatted;

void *store_shared(size_t len)
{
    void *ptr = mmap(NULL, len, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (ptr == MAP_FAILED) {
        abort();
    }
    return ptr;
}

_Noreturn void store_wrong(const char *what, uint32_t number)
{
    (void)fprintf(stderr, "wrong: %s (%u)\n", what, (unsigned)number);
    _exit(WRONG);
}

void store_must(bool holds, const char *what, uint32_t number)
{
    if (!holds) {
        store_wrong(what, number);
    }
}

static void power_off(void *ctx)
{
    (void)ctx;
    _exit(POWER_LOST);
}

/* ---- boots ---- */

struct cut {
    uint32_t step; /* 0: none */
    enum ram_flash_cut shape;
};

static enum ending wait_for(pid_t child)
{
    int status = 0;

    if (child < 0 || waitpid(child, &status, 0) != child) {
        abort();
    }
    return WIFEXITED(status) ? (enum ending)WEXITSTATUS(status) : WRONG;
}

static void arm(struct cut cut, uint32_t seed)
{
    ram->steps = 0;
    ram->cut_step = cut.step;
    ram->cut = cut.shape;
    ram->seed = seed;
    ram->shuffle = (seed & 1) != 0;
    ram->power_off = power_off;
}

static enum ending live(const struct store_subject *subject,
                        unsigned operations, struct cut cut, uint32_t seed)
{
    pid_t child = 0;

    arm(cut, seed);
    child = fork();
    if (child == 0) {
        subject->live(ram, operations);
        _exit(DONE);
    }
    return wait_for(child);
}

static enum ending settle(const struct store_subject *subject)
{
    pid_t child = 0;

    arm((struct cut){0, RAM_FLASH_BEFORE}, 99);
    child = fork();
    if (child == 0) {
        subject->settle(ram);
        _exit(DONE);
    }
    return wait_for(child);
}

/* ---- lives ---- */

static void begin(const struct store_subject *subject)
{
    ram_flash_copy(ram, formatted);
    ram->rule_breaks = 0;
    memset(subject->diary, 0, subject->diary_size);
}

static uint32_t seed_of(struct cut first, struct cut second)
{
    return first.step * 64 + (uint32_t)first.shape * 8 + second.step * 4096 +
           (uint32_t)second.shape + 1;
}

/* Two boots that may be cut, then one that settles. Counts the cuts, and says
 * what was wrong. */
static void one_life(const struct store_subject *subject,
                     const struct store_plan *plan, struct cut first,
                     struct cut second, struct store_result *result)
{
    uint32_t seed = seed_of(first, second);
    enum ending ending = DONE;

    begin(subject);
    store_unstable =
        first.shape >= RAM_FLASH_CUTS || second.shape >= RAM_FLASH_CUTS;
    ending = live(subject, plan->operations, first, seed);
    if (first.step > 0 && ending == DONE) {
        ending = WRONG; /* the cut did not happen: nothing was tested */
    }
    if (ending != WRONG) {
        result->cuts += ending == POWER_LOST;
        ending = live(subject, RECOVERY_OPERATIONS, second, seed + 2);
    }
    if (ending != WRONG) {
        result->cuts += ending == POWER_LOST;
        ending = settle(subject);
    }
    if (ending != DONE) {
        result->failures++;
        (void)fprintf(stderr,
                      "%s: blocks %u of %u, unit %u, once %d: cut %u shape %u, "
                      "then %u shape %u\n",
                      subject->name, (unsigned)plan->geometry.blocks,
                      (unsigned)plan->geometry.erase_size,
                      (unsigned)plan->geometry.program_size,
                      plan->geometry.write_once, (unsigned)first.step,
                      (unsigned)first.shape, (unsigned)second.step,
                      (unsigned)second.shape);
    }
}

static const struct cut no_cut = {0, RAM_FLASH_BEFORE};

/* How many steps the boot after a cut takes when it is not cut itself. */
static uint32_t recovery_steps(const struct store_subject *subject,
                               const struct store_plan *plan, struct cut first)
{
    begin(subject);
    store_unstable = first.shape >= RAM_FLASH_CUTS;
    (void)live(subject, plan->operations, first, seed_of(first, no_cut));
    (void)live(subject, RECOVERY_OPERATIONS, no_cut,
               seed_of(first, no_cut) + 2);
    return ram->steps;
}

static void cut_twice(const struct store_subject *subject,
                      const struct store_plan *plan, struct cut first,
                      struct store_result *result)
{
    uint32_t steps = recovery_steps(subject, plan, first);

    for (uint32_t step = 1; step <= steps; step += STRIDE) {
        /* Every shape meets every other one, at some step. */
        struct cut second = {
            step, (enum ram_flash_cut)((step + first.step) % SHAPES)};

        one_life(subject, plan, first, second, result);
    }
}

void store_cut_everywhere(const struct store_subject *subject,
                          const struct store_plan *plan,
                          struct store_result *result)
{
    const struct store_geometry *g = &plan->geometry;
    uint32_t steps = 0;

    ram = ram_flash_shared(g->blocks, g->erase_size, g->program_size,
                           g->write_once);
    formatted = ram_flash_shared(g->blocks, g->erase_size, g->program_size,
                                 g->write_once);
    subject->format(ram);
    ram_flash_copy(formatted, ram);
    begin(subject);
    if (live(subject, plan->operations, no_cut, 1) != DONE ||
        settle(subject) != DONE) {
        result->failures++;
    }
    begin(subject);
    (void)live(subject, plan->operations, no_cut, 1);
    steps = ram->steps;
    for (uint32_t step = 1; step <= steps; step += STRIDE) {
        for (unsigned shape = 0; shape < SHAPES; shape++) {
            struct cut first = {step, (enum ram_flash_cut)shape};

            if (plan->pairs) {
                cut_twice(subject, plan, first, result);
            } else {
                one_life(subject, plan, first, no_cut, result);
            }
        }
    }
    ram_flash_drop(ram);
    ram_flash_drop(formatted);
}
