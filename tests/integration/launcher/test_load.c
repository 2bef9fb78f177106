/* SPDX-License-Identifier: MIT */
/* init, device-key and load: what they make, refuse and leave alone. */
#define _GNU_SOURCE
#include "cmocka_all.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int setup(void **state)
{
    static world w;
    world_open(&w);
    *state = &w;
    return 0;
}

static int teardown(void **state)
{
    world_close(*state);
    return 0;
}

static const char *const launcher = SIGNET_TEST_LAUNCHER;

/* One line that says why, on standard error only. */
static void assert_one_line(const process *p)
{
    const char *end = strchr(p->err, '\n');
    assert_non_null(end);
    assert_string_equal(end, "\n");
    assert_memory_equal(p->err, "signet-launcher: ", 17);
    assert_string_equal(p->out, "");
}

static void assert_says(const process *p, const char *text)
{
    assert_one_line(p);
    if (strstr(p->err, text) == NULL) {
        fail_msg("no \"%s\" in \"%s\"", text, p->err);
    }
}

static bool exists(const world *w, const char *name)
{
    char path[2 * WORLD_PATH];
    (void)snprintf(path, sizeof path, "%s/%s", w->device, name);
    return access(path, F_OK) == 0;
}

static void usage_mistakes(void **state)
{
    static const char *const cases[][8] = {
        {NULL},
        {"fly", "/tmp", NULL},
        {"init", NULL},
        {"init", "a", "b", NULL},
        {"run", "/tmp", "--boots", NULL},
        {"run", "/tmp", "--boots", "0", NULL},
        {"run", "/tmp", "--boots", "-1", NULL},
        {"run", "/tmp", "--boots", "3x", NULL},
        {"run", "/tmp", "--boots", "99999999999999999999", NULL},
        {"run", "/tmp", "--colour", "red", NULL},
        {"load", "/tmp", "--root-key", "x", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *argv[10] = {launcher};
        process p;
        memcpy(argv + 1, cases[i], sizeof cases[i]);
        assert_int_equal(process_run(&p, argv), 2);
        assert_one_line(&p);
    }
}

static void help_goes_to_standard_output(void **state)
{
    process p;
    (void)state;
    assert_int_equal(
        process_run(&p, (const char *[]){launcher, "run", "--help", NULL}), 0);
    assert_non_null(strstr(p.out, "usage: signet-launcher"));
    assert_string_equal(p.err, "");
}

static void init_makes_a_private_directory(void **state)
{
    world *w = *state;
    struct stat info;
    process p;
    world_make_device(w);
    assert_int_equal(stat(w->device, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    assert_int_equal(
        process_run(&p, (const char *[]){launcher, "run", w->device, NULL}), 4);
    assert_says(&p, "blank");
}

static void init_leaves_others_alone(void **state)
{
    world *w = *state;
    process p;
    assert_int_equal(
        process_run(&p, (const char *[]){launcher, "init", w->base, NULL}), 1);
    assert_says(&p, "not empty");
    assert_int_equal(access(w->root_key, F_OK), 0);
    assert_int_equal(process_run(&p, (const char *[]){launcher, "init",
                                                      "/nowhere/at/all", NULL}),
                     1);
    assert_one_line(&p);
    assert_int_equal(
        process_run(&p, (const char *[]){launcher, "run", w->base, NULL}), 1);
    assert_says(&p, "is not a device");
}

static void device_key_is_stable(void **state)
{
    world *w = *state;
    process first;
    process second;
    uint8_t keys[2][64];
    const char *const argv[] = {launcher, "device-key", w->device, NULL};
    world_make_device(w);
    assert_int_equal(process_run(&first, argv), 0);
    assert_int_equal(process_run(&second, argv), 0);
    world_request_key(first.out, keys[0]);
    world_request_key(second.out, keys[1]);
    assert_memory_equal(keys[0], keys[1], 64);
}

static void load_takes_payload_or_stream(void **state)
{
    world *w = *state;
    process p;
    world_load_device(w);
    assert_int_equal(world_load(w, &p, "--image", w->image[0]), 0);
    assert_string_equal(p.err, "");
    assert_false(exists(w, ".flash.new"));
}

/* Every file, in every bad shape: refused in one line, nothing changed. */
static void load_refuses_bad_files(void **state)
{
    static const char *const names[] = {"--root-key",          "--device-cert",
                                        "--manufacturer-cert", "--trust-list",
                                        "--manifest",          "--image"};
    world *w = *state;
    char bad[4][WORLD_PATH];
    uint8_t before[32];
    uint8_t after[32];
    world_make_device(w);
    world_file(w, "empty", signet_view((const uint8_t *)"", 0), bad[0]);
    world_file(w, "noise", signet_view((const uint8_t *)"not that file", 13),
               bad[1]);
    (void)snprintf(bad[2], sizeof bad[2], "%s/missing", w->base);
    (void)snprintf(bad[3], sizeof bad[3], "%s", w->base);
    world_hash(w, "flash.img", before);
    for (size_t i = 0; i < 6; i++) {
        for (size_t j = 0; j < 4; j++) {
            process p;
            assert_int_equal(world_load(w, &p, names[i], bad[j]), 1);
            assert_one_line(&p);
            assert_non_null(strstr(p.err, j == 1 ? ": " : bad[j]));
        }
    }
    world_hash(w, "flash.img", after);
    assert_memory_equal(before, after, 32);
    assert_false(exists(w, ".flash.new"));
    assert_false(exists(w, "first-stage"));
}

static void load_refuses_forgeries(void **state)
{
    world *w = *state;
    process p;
    char path[WORLD_PATH];
    world_make_device(w);
    /* Another device's certificate. */
    assert_int_equal(world_load(w, &p, "--device-cert", w->manufacturer_cert),
                     1);
    assert_says(&p, "ERR_CERT_KEY");
    assert_int_equal(world_load(w, &p, "--manufacturer-cert", w->device_cert),
                     1);
    assert_says(&p, "ERR_CERT_CHAIN");
    /* A list that the root key did not sign. */
    struct release_key foreign;
    signing_buffer pem = {NULL, 0};
    release_key_new(&foreign, KEY_FOREIGN);
    assert_int_equal(signing_public_key_write(foreign.public_key, &pem),
                     SIGNET_OK);
    world_file(w, "foreign.pem", signing_view(&pem), path);
    signing_buffer_free(&pem);
    assert_int_equal(world_load(w, &p, "--root-key", path), 1);
    assert_says(&p, w->trust_list);
    /* Another release's image, and the right one with a bit flipped. */
    assert_int_equal(world_load(w, &p, "--image", w->image[1]), 1);
    assert_says(&p, "ERR_IMAGE_SIZE");
    assert_int_equal(truncate(w->image[1], 0), 0);
    char command[4 * WORLD_PATH];
    (void)snprintf(command, sizeof command,
                   "cp %s %s && printf X | dd of=%s bs=1 seek=5000 "
                   "conv=notrunc status=none",
                   w->image[0], w->image[1], w->image[1]);
    assert_int_equal(system(command), 0);
    assert_int_equal(world_load(w, &p, "--image", w->image[1]), 1);
    assert_says(&p, "ERR_IMAGE_DIGEST");
    assert_false(exists(w, ".flash.new"));
    assert_false(exists(w, "first-stage"));
    /* After all that the device takes the right files. */
    assert_int_equal(world_load(w, &p, NULL, NULL), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usage_mistakes),
        cmocka_unit_test(help_goes_to_standard_output),
        TEST(init_makes_a_private_directory),
        TEST(init_leaves_others_alone),
        TEST(device_key_is_stable),
        TEST(load_takes_payload_or_stream),
        TEST(load_refuses_bad_files),
        TEST(load_refuses_forgeries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
