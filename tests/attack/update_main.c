/* SPDX-License-Identifier: MIT */
#include "update_attack.h"

#include <stdio.h>
#include <string.h>

struct attack attack;
unsigned long attack_inputs;
unsigned long attack_accepted;

static const signet_time no_time = {0, 0};

void attack_renew(void)
{
    device_make(&attack.device, &device_small, &attack.running);
}

int attack_set_up(void **state)
{
    (void)state;
    release_new(&attack.running, 10, RELEASE_SIZE, RELEASE_CHUNK);
    attack.running.fields.security_counter = 3;
    release_sign(&attack.running, KEY_FIRMWARE);
    release_new(&attack.next, 11, RELEASE_SIZE + 1, RELEASE_CHUNK);
    attack.next.fields.security_counter = 3;
    release_sign(&attack.next, KEY_FIRMWARE);
    attack_renew();
    return 0;
}

int attack_tear_down(void **state)
{
    (void)state;
    device_free(&attack.device);
    release_free(&attack.running);
    release_free(&attack.next);
    return 0;
}

void attack_count(signet_status answer)
{
    attack_inputs++;
    if (answer == SIGNET_OK) {
        attack_accepted++;
    }
    assert_int_not_equal(answer, SIGNET_OK);
}

static signet_status offer(signet_bytes manifest)
{
    uint32_t steps = attack.device.ram.steps;
    signet_status status =
        signet_update_offer(&attack.device.update, manifest, no_time);

    attack_count(status);
    assert_int_equal(attack.device.ram.steps, steps);
    return status;
}

void attack_offer(signet_bytes manifest)
{
    (void)offer(manifest);
}

void attack_offer_as(signet_bytes manifest, signet_status expected)
{
    assert_int_equal(offer(manifest), expected);
}

static signet_status give_list(signet_bytes list)
{
    uint32_t steps = attack.device.ram.steps;
    signet_status status = signet_update_trust(&attack.device.update, list);

    attack_count(status);
    assert_int_equal(attack.device.ram.steps, steps);
    return status;
}

void attack_list(signet_bytes list)
{
    (void)give_list(list);
}

void attack_list_as(signet_bytes list, signet_status expected)
{
    assert_int_equal(give_list(list), expected);
}

void attack_block_as(uint32_t offset, signet_bytes block,
                     signet_status expected)
{
    uint32_t steps = attack.device.ram.steps;
    signet_status status = signet_update_block(
        &attack.device.update, attack.device.update.manifest.manifest_digest,
        offset, block);

    attack_count(status);
    assert_int_equal(status, expected);
    assert_int_equal(attack.device.ram.steps, steps);
}

void attack_boot(uint64_t sequence)
{
    signet_status status = device_boot(&attack.device);
    uint64_t started = status == SIGNET_OK ? attack.device.handoff.sequence : 0;

    attack_inputs++;
    if (started != sequence) {
        attack_accepted++;
    }
    assert_int_equal(started, sequence);
}

signet_bytes attack_sign_next(void)
{
    release_sign(&attack.next, KEY_FIRMWARE);
    return release_manifest(&attack.next);
}

/* With an argument: only the attack of that name. */
int main(int argc, char **argv)
{
    int failed = 0;

    if (argc > 1) {
        cmocka_set_test_filter(argv[1]);
    }
    failed += attack_run_encoding();
    failed += attack_run_manifest();
    failed += attack_run_stream();
    failed += attack_run_boot();
    printf("attack.update.inputs %lu count\n", attack_inputs);
    printf("attack.update.accepted %lu count\n", attack_accepted);
    return failed == 0 && attack_accepted == 0 ? 0 : 1;
}
