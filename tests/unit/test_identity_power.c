/* SPDX-License-Identifier: MIT */
/* A renewal whose power is cut at every flash step in every shape: the device
 * starts again with the former certificate or the new one, and its key. */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "identity_device.h"
#include "identity_service.h"

static struct kit_key root;
static struct kit_service service;
static struct kit_device device;
static struct ram_flash before; /* items flash with a certificate in force */
static signet_enrol enrol;
static const signet_time now = {1000, 0};
static uint8_t former_key[64];
static jmp_buf power;
static unsigned cuts;
static unsigned failures;

static void power_off(void *ctx)
{
    (void)ctx;
    longjmp(power, 1);
}

static signet_status exchange(void)
{
    uint8_t reply[KIT_REPLY_MAX];
    signet_bytes message;
    size_t len = 0;
    signet_status status = signet_enrol_output(&enrol, now, &message);

    if (status != SIGNET_OK) {
        return status;
    }
    len = kit_service_answer(&service, device.identity.device_id, message,
                             reply, sizeof(reply));
    return signet_enrol_input(&enrol, signet_view(reply, len), now);
}

static signet_status renew(void)
{
    signet_status status = signet_enrol_begin(
        &enrol, &device.identity,
        signet_view(service.issuer_cert, service.issuer_cert_len),
        service.key.public_key, now);

    if (status == SIGNET_OK) {
        status = exchange();
    }
    if (status == SIGNET_OK) {
        status = exchange();
    }
    return status == SIGNET_OK ? signet_enrol_commit(&enrol) : status;
}

/* The key of the certificate in force, which must be that of its handle. */
static bool active_key(uint8_t key[64])
{
    signet_key handle;
    signet_bytes certificate;
    signet_x509 read;

    return signet_identity_operational(&device.identity, now, &handle,
                                       &certificate) == SIGNET_OK &&
           signet_x509_read(certificate, &read) == SIGNET_OK &&
           handle.ops->public_key(handle.ctx, handle.slot, key) == SIGNET_OK &&
           memcmp(read.key, key, 64) == 0;
}

static int start(void **state)
{
    (void)state;
    kit_key_make(&root);
    kit_service_make(&service);
    kit_device_make(&device);
    kit_device_provision(&device, &root);
    if (kit_device_start(&device) != SIGNET_OK || renew() != SIGNET_OK ||
        !active_key(former_key)) {
        return -1;
    }
    ram_flash_new(&before, KIT_FLASH_SIZE, KIT_BLOCK, 4, false);
    ram_flash_copy(&before, &device.items_flash);
    device.items_flash.power_off = power_off;
    return 0;
}

static int end(void **state)
{
    (void)state;
    printf("powercut.identity.cuts %u count\n", cuts);
    printf("powercut.identity.failures %u count\n", failures);
    ram_flash_free(&before);
    kit_device_free(&device);
    return failures == 0 ? 0 : -1;
}

/* Run with a cut at a step (0: none) and boot again. True when power was lost
 * on the way. */
static bool run_and_boot(signet_status (*run)(void), uint32_t step,
                         enum ram_flash_cut shape)
{
    volatile bool lost = false;

    device.items_flash.cut_step = 0;
    ram_flash_copy(&device.items_flash, &before);
    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    device.items_flash.steps = 0;
    device.items_flash.cut = shape;
    device.items_flash.seed = step;
    device.items_flash.cut_step = step;
    if (setjmp(power) != 0) {
        lost = true;
    } else if (run() != SIGNET_OK) {
        failures++;
    }
    device.items_flash.cut_step = 0;
    if (kit_device_start(&device) != SIGNET_OK) {
        failures++;
    }
    cuts += lost ? 1 : 0;
    return lost;
}

static void a_cut_renewal_leaves_one_certificate_in_force(void **state)
{
    uint8_t key[64];
    uint32_t steps = 0;
    unsigned kept = 0;
    unsigned renewed = 0;
    (void)state;

    assert_false(run_and_boot(renew, 0, RAM_FLASH_BEFORE));
    assert_true(active_key(key));
    assert_memory_not_equal(key, former_key, 64);
    steps = device.items_flash.steps;
    assert_true(steps > 100);
    for (int shape = 0; shape < RAM_FLASH_CUTS; shape++) {
        for (uint32_t step = 1; step <= steps; step++) {
            (void)run_and_boot(renew, step, (enum ram_flash_cut)shape);
            if (!active_key(key)) {
                failures++;
            } else if (memcmp(key, former_key, 64) == 0) {
                kept++;
            } else {
                renewed++;
            }
        }
    }
    assert_int_equal(failures, 0);
    assert_true(kept > 0 && renewed > 0);
}

static signet_status forget(void)
{
    return signet_identity_forget(&device.identity);
}

static void a_cut_forget_leaves_all_or_none(void **state)
{
    uint8_t key[64];
    uint32_t steps = 0;
    (void)state;

    assert_false(run_and_boot(forget, 0, RAM_FLASH_BEFORE));
    assert_false(active_key(key));
    steps = device.items_flash.steps;
    for (int shape = 0; shape < RAM_FLASH_CUTS; shape++) {
        for (uint32_t step = 1; step <= steps; step++) {
            (void)run_and_boot(forget, step, (enum ram_flash_cut)shape);
            if (active_key(key) && memcmp(key, former_key, 64) != 0) {
                failures++;
            }
            if (renew() != SIGNET_OK || !active_key(key)) {
                failures++;
            }
        }
    }
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_renewal_leaves_one_certificate_in_force),
        cmocka_unit_test(a_cut_forget_leaves_all_or_none),
    };
    return cmocka_run_group_tests(tests, start, end);
}
