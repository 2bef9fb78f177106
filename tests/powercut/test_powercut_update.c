/* SPDX-License-Identifier: MIT */
/* Power cuts over the whole life of an update: factory, a new trust list,
 * download, installation, trial, confirmation or revert.
 *
 * Each boot is a process of its own: nothing but flash and counters survives.
 * First the life is lived without a cut and its steps are counted (a step is
 * the program of one unit, the erase of one block, the raise of a counter).
 * Then it is lived again with a cut at every step, in every shape, and, on a
 * small geometry, with a second cut at every step of the recovery. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "device.h"

#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* How a boot ends. */
enum ending {
    DONE = 10,
    RESET,
    POWER_LOST,
    WRONG
};

struct life {
    struct device_geometry geometry;
    uint32_t size;
    uint32_t chunk_size;
    bool blank; /* begins at the factory */
    bool bad;   /* the new release never confirms itself */
    bool renew; /* a new trust list comes before the release */
};

/* What the boots of one life tell the test. */
struct diary {
    uint32_t steps;
    uint64_t sequence; /* that was started last; 0: none */
    signet_image_state state;
    bool vouched; /* the new release was confirmed, or a cut met it there */
};

struct cut {
    uint32_t step;
    enum ram_flash_cut shape;
};

/* All that survives, and what was written in the diary by then. */
struct moment {
    struct ram_flash flash;
    uint32_t counters[3];
    struct diary diary;
};

static struct device device;
static struct release running;
static struct release next;
static signing_buffer newer_list;
static struct moment birth;
static struct moment wounded; /* after the first of two cuts */
static struct diary *diary;
static const struct life *life;

static unsigned long cuts;
static unsigned long failures;

/* ---- one boot, in a child ---- */

static void end(enum ending ending)
{
    diary->steps = device.ram.steps;
    _exit((int)ending);
}

static void power_off(void *ctx)
{
    (void)ctx;
    end(POWER_LOST);
}

static void renew_trust(void)
{
    if (life->renew && device.update.trust.counter < 2 &&
        signet_update_trust(&device.update, signing_view(&newer_list)) !=
            SIGNET_OK) {
        end(WRONG);
    }
}

/* The application of the running release: fetch the next one. */
static void old_application(void)
{
    if (device_state(&device).slot_state[1] == SIGNET_IMAGE_REVERTED) {
        end(life->bad ? DONE : WRONG);
    }
    renew_trust();
    if (device_install(&device, &next) != SIGNET_OK ||
        device.update.phase != SIGNET_UPDATE_READY) {
        end(WRONG);
    }
    end(RESET);
}

static void new_application(void)
{
    if (device.handoff.state == SIGNET_IMAGE_CONFIRMED) {
        end(life->bad ? WRONG : DONE);
    }
    if (life->bad) {
        end(RESET); /* it crashes */
    }
    diary->vouched = true;
    end(signet_update_confirm(&device.update) == SIGNET_OK ? RESET : WRONG);
}

static void live_one_boot(void)
{
    signet_status status = device_boot(&device);

    diary->sequence = 0;
    if (status == SIGNET_ERR_NOT_FOUND && life->blank) {
        end(device_factory(&device, &running) == SIGNET_OK ? RESET : WRONG);
    }
    if (status != SIGNET_OK) {
        end(WRONG);
    }
    diary->sequence = device.handoff.sequence;
    diary->state = device.handoff.state;
    if (device_start(&device) != SIGNET_OK) {
        end(WRONG);
    }
    if (device.handoff.sequence == next.fields.sequence) {
        new_application();
    }
    old_application();
}

static enum ending boot(const struct cut *cut)
{
    pid_t child = 0;
    int status = 0;

    device.ram.steps = diary->steps;
    device.ram.cut_step = cut == NULL ? 0 : cut->step;
    device.ram.cut = cut == NULL ? RAM_FLASH_BEFORE : cut->shape;
    device.ram.seed = device.ram.cut_step * 2654435761u + 17;
    device.ram.power_off = power_off;
    child = fork();
    if (child == 0) {
        live_one_boot();
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? (enum ending)WEXITSTATUS(status) : WRONG;
}

/* ---- a life ---- */

static void save(struct moment *moment)
{
    ram_flash_copy(&moment->flash, &device.ram);
    memcpy(moment->counters, device.counters, sizeof moment->counters);
    moment->diary = *diary;
}

static void restore(const struct moment *moment)
{
    ram_flash_copy(&device.ram, &moment->flash);
    memcpy(device.counters, moment->counters, sizeof moment->counters);
    *diary = moment->diary;
}

/* After every boot, cut or not. */
static bool holds(const uint32_t before[3])
{
    uint32_t security = device.counters[SIGNET_COUNTER_SECURITY];

    for (int i = 0; i < 3; i++) {
        if (device.counters[i] < before[i]) {
            return false; /* fell */
        }
    }
    /* Never raised before the confirmation. */
    return security <= running.fields.security_counter || diary->vouched;
}

/* Boot once and check what must always hold. */
static enum ending boot_checked(const struct cut *cut)
{
    uint32_t before[3];
    enum ending ending = WRONG;

    memcpy(before, device.counters, sizeof before);
    ending = boot(cut);
    return holds(before) ? ending : WRONG;
}

/* The most boots a life takes: the trial's tries, the steps of the story, and
 * two for each of two cuts. */
static unsigned boot_limit(void)
{
    return 4 + device.config.max_tries + 4;
}

/* All is as it must be at the end. */
static bool ends_well(void)
{
    const struct release *last = life->bad ? &running : &next;

    return diary->sequence == last->fields.sequence &&
           diary->state == SIGNET_IMAGE_CONFIRMED &&
           device.counters[SIGNET_COUNTER_TRUST] == (life->renew ? 2 : 1) &&
           device.counters[SIGNET_COUNTER_SECURITY] ==
               last->fields.security_counter;
}

/* Live on from a moment, with a cut or NULL; true when it ends well. */
static bool live(const struct moment *from, const struct cut *cut, bool *fired)
{
    enum ending ending = RESET;

    *fired = false;
    restore(from);
    for (unsigned i = 0; i < boot_limit(); i++) {
        ending = boot_checked(*fired ? NULL : cut);
        *fired = *fired || ending == POWER_LOST;
        if (ending == DONE) {
            return ends_well();
        }
        if (ending == WRONG) {
            return false;
        }
    }
    return false;
}

/* Live to the first cut and remember that moment. */
static bool live_to(const struct cut *cut)
{
    enum ending ending = RESET;

    restore(&birth);
    for (unsigned i = 0; i < boot_limit() && ending == RESET; i++) {
        ending = boot_checked(cut);
    }
    diary->steps = 0;
    save(&wounded);
    return ending == POWER_LOST;
}

static void moment_new(struct moment *moment)
{
    const struct device_geometry *geometry = &life->geometry;

    ram_flash_new(&moment->flash, device.ram.flash.size, geometry->erase_size,
                  geometry->program_size, geometry->write_once);
}

static void be_born(const struct life *new_life)
{
    life = new_life;
    release_new(&running, 10, life->size, life->chunk_size);
    release_sign(&running, KEY_FIRMWARE);
    release_new(&next, 11, life->size + 1, life->chunk_size);
    next.fields.security_counter = 2;
    release_sign(&next, KEY_SECOND);
    newer_list = release_trust_list(2);
    device_new(&device, &life->geometry);
    if (!life->blank) {
        assert_int_equal(device_factory(&device, &running), SIGNET_OK);
    }
    memset(diary, 0, sizeof *diary);
    moment_new(&birth);
    moment_new(&wounded);
    save(&birth);
}

static void die(void)
{
    ram_flash_free(&birth.flash);
    ram_flash_free(&wounded.flash);
    device_free(&device);
    signing_buffer_free(&newer_list);
    release_free(&running);
    release_free(&next);
}

/* Steps of the life without a cut. */
static uint32_t count_steps(void)
{
    bool fired = false;

    assert_true(live(&birth, NULL, &fired));
    assert_true(diary->steps > 20);
    return diary->steps;
}

static void note(const char *what, const struct cut *cut)
{
    failures++;
    if (failures <= 10) {
        print_error("%s: step %u, shape %d\n", what, cut->step,
                    (int)cut->shape);
    }
}

static void cut_everywhere(const struct life *new_life)
{
    uint32_t steps = 0;
    unsigned long before = failures;

    be_born(new_life);
    steps = count_steps();
    for (uint32_t step = 1; step <= steps; step++) {
        for (int shape = 0; shape <= RAM_FLASH_UNSTABLE; shape++) {
            struct cut cut = {step, (enum ram_flash_cut)shape};
            bool fired = false;

            if (!live(&birth, &cut, &fired) || !fired) {
                note("cut", &cut);
            }
            cuts++;
        }
    }
    die();
    assert_int_equal(failures, before);
}

/* Pairs of cuts take the shapes in turn. */
static enum ram_flash_cut shape_of(uint32_t step)
{
    return (enum ram_flash_cut)(step % (RAM_FLASH_UNSTABLE + 1u));
}

/* Every second cut after one first cut. */
static void cut_again(uint32_t first)
{
    bool fired = true;

    for (uint32_t step = 1; fired; step++) {
        struct cut cut = {step, shape_of(first + step)};

        if (!live(&wounded, &cut, &fired)) {
            print_error("after a cut at step %u: ", first);
            note("second cut", &cut);
        }
        cuts += fired ? 1 : 0;
    }
}

/* A second cut at every step of the recovery from the first. */
static void cut_twice(const struct life *new_life)
{
    uint32_t steps = 0;
    unsigned long before = failures;

    be_born(new_life);
    steps = count_steps();
    for (uint32_t step = 1; step <= steps; step++) {
        struct cut cut = {step, shape_of(step)};

        if (!live_to(&cut)) {
            note("first cut", &cut);
        }
        cuts++;
        cut_again(step);
    }
    die();
    assert_int_equal(failures, before);
}

/* ---- the lives ---- */

static void chunks_smaller_than_sectors(void **state)
{
    (void)state;
    static const struct life it = {
        {512, 8, false, 2048}, 1300, 256, false, false, true};

    cut_everywhere(&it);
}

static void chunks_larger_than_sectors_written_once(void **state)
{
    (void)state;
    static const struct life it = {
        {256, 32, true, 2048}, 1900, 512, false, false, true};

    cut_everywhere(&it);
}

static void from_the_factory_on(void **state)
{
    (void)state;
    static const struct life it = {
        {512, 32, false, 1024}, 700, 512, true, false, true};

    cut_everywhere(&it);
}

static void a_release_that_fails_its_trial(void **state)
{
    (void)state;
    static const struct life it = {
        {512, 32, false, 1024}, 700, 512, false, true, true};

    cut_everywhere(&it);
}

static void twice_in_one_life(void **state)
{
    (void)state;
    static const struct life it = {
        {256, 32, true, 512}, 300, 256, false, false, false};

    cut_twice(&it);
}

static int set_up(void **state)
{
    (void)state;
    diary = mmap(NULL, sizeof *diary, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return diary == MAP_FAILED ? -1 : 0;
}

/* With an argument: only the life of that name. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_smaller_than_sectors),
        cmocka_unit_test(chunks_larger_than_sectors_written_once),
        cmocka_unit_test(from_the_factory_on),
        cmocka_unit_test(a_release_that_fails_its_trial),
        cmocka_unit_test(twice_in_one_life),
    };
    int failed = 0;

    if (argc > 1) {
        cmocka_set_test_filter(argv[1]);
    }
    failed = cmocka_run_group_tests(tests, set_up, NULL);

    printf("powercut.update.cuts %lu count\n", cuts);
    printf("powercut.update.failures %lu count\n", failures);
    return failed == 0 && failures == 0 ? 0 : 1;
}
