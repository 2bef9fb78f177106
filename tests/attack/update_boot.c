/* SPDX-License-Identifier: MIT */
/* Attacks by someone who writes the flash, against the boot decision. */
#include "update_attack.h"

#include <string.h>

static void put_item(uint16_t id, signet_bytes value)
{
    assert_int_equal(signet_items_put(&attack.device.items, id, value),
                     SIGNET_OK);
}

static void put_state(uint8_t slot0, uint8_t slot1, uint8_t active)
{
    uint8_t raw[16] = {1, slot0, slot1, 0, active};

    put_item(SIGNET_UPDATE_ITEM_STATE, signet_view(raw, sizeof raw));
}

/* Bytes into slot 1, as an attacker with a programmer would. */
static void put_slot(const struct release *release)
{
    memcpy(attack.device.ram.bytes + attack.device.slots[1].base,
           release->image.ptr, release->fields.size);
}

/* mcuboot#1307: what was verified at install is swapped before the boot. */
static void attack_swap_between_verify_and_boot(void **state)
{
    (void)state;
    struct device *device = &attack.device;

    for (size_t i = 0; i < RELEASE_SIZE; i += 97) {
        assert_int_equal(device_install(device, &attack.next), SIGNET_OK);
        device->ram.bytes[device->slots[1].base + i] ^= 0x10;
        attack_boot(10);
        assert_int_equal(device_start(device), SIGNET_OK);
    }
    assert_int_equal(device_install(device, &attack.next), SIGNET_OK);
    assert_int_equal(device_boot(device), SIGNET_OK);
    assert_int_equal(device->handoff.sequence, 11);
}

/* Image and manifest placed by hand, signed by nobody that counts. */
static void attack_unsigned_image_in_a_slot(void **state)
{
    (void)state;
    static const enum release_key_number keys[] = {KEY_FOREIGN, KEY_SERVICE,
                                                   KEY_DEVELOPMENT, KEY_ROOT};
    static const uint8_t states[] = {SIGNET_IMAGE_PENDING, SIGNET_IMAGE_TRIAL,
                                     SIGNET_IMAGE_CONFIRMED};

    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 3; j++) {
            release_sign(&attack.next, keys[i]);
            put_slot(&attack.next);
            put_item(SIGNET_UPDATE_ITEM_MANIFEST + 1,
                     release_manifest(&attack.next));
            put_state(SIGNET_IMAGE_CONFIRMED, states[j], 1);
            attack_boot(10);
            put_state(SIGNET_IMAGE_CONFIRMED, states[j], 0);
            attack_boot(10);
        }
    }
}

/* The genuine manifest of one image, the bytes of another. */
static void attack_other_bytes_under_a_genuine_manifest(void **state)
{
    (void)state;
    put_slot(&attack.running);
    put_item(SIGNET_UPDATE_ITEM_MANIFEST + 1, release_manifest(&attack.next));
    put_state(SIGNET_IMAGE_CONFIRMED, SIGNET_IMAGE_CONFIRMED, 1);
    attack_boot(10);
}

/* An old image with a hole, genuine, put back with its manifest. */
static void attack_rollback_in_flash(void **state)
{
    (void)state;
    attack.device.counters[SIGNET_COUNTER_SECURITY] = 3;
    attack.next.fields.security_counter = 2;
    attack_sign_next();
    put_slot(&attack.next);
    put_item(SIGNET_UPDATE_ITEM_MANIFEST + 1, release_manifest(&attack.next));
    put_state(SIGNET_IMAGE_CONFIRMED, SIGNET_IMAGE_PENDING, 0);
    attack_boot(10);
    put_state(SIGNET_IMAGE_NONE, SIGNET_IMAGE_CONFIRMED, 1);
    attack_boot(0);
}

/* A size that never ends: refused by the slot's, before a byte is hashed. */
static unsigned long reads;
static signet_flash_ops counting;
static const signet_flash_ops *plain;

static signet_status count_read(void *ctx, uint32_t offset, uint8_t *out,
                                size_t len)
{
    reads++;
    return plain->read(ctx, offset, out, len);
}

static void attack_endless_hash(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {UINT32_MAX, 0x80000000u, 4097};
    struct device *device = &attack.device;

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        attack.next.fields.size = sizes[i];
        attack_sign_next();
        attack_offer_as(release_manifest(&attack.next), SIGNET_ERR_IMAGE_SIZE);
        put_item(SIGNET_UPDATE_ITEM_MANIFEST + 1,
                 release_manifest(&attack.next));
        put_state(SIGNET_IMAGE_NONE, SIGNET_IMAGE_CONFIRMED, 1);
        plain = device->slots[1].ops;
        counting = *plain;
        counting.read = count_read;
        reads = 0;
        device->slots[1].ops = &counting;
        attack_boot(0);
        device->slots[1].ops = plain;
        assert_int_equal(reads, 0);
        put_state(SIGNET_IMAGE_CONFIRMED, SIGNET_IMAGE_NONE, 0);
        assert_int_equal(device_reset(device), SIGNET_OK);
    }
}

/* The counter must not move before the application vouched: a bad image
 * would lock out the good one. */
static void attack_counter_raised_before_confirmation(void **state)
{
    (void)state;
    struct device *device = &attack.device;

    attack.next.fields.security_counter = 9;
    attack_sign_next();
    assert_int_equal(device_install(device, &attack.next), SIGNET_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(device_reset(device), SIGNET_OK);
        assert_int_equal(device->handoff.sequence, 11);
        attack_inputs++;
        assert_int_equal(device->counters[SIGNET_COUNTER_SECURITY], 3);
    }
    attack_boot(10);
}

/* A manifest of another slot, or another device, in this one. */
static void attack_manifest_of_another_place(void **state)
{
    (void)state;
    attack.next.fields.slot = 0;
    attack_sign_next();
    put_slot(&attack.next);
    put_item(SIGNET_UPDATE_ITEM_MANIFEST + 1, release_manifest(&attack.next));
    put_state(SIGNET_IMAGE_CONFIRMED, SIGNET_IMAGE_PENDING, 0);
    attack_boot(10);
    attack.next.fields.slot = -1;
    attack.next.fields.class_id[3] ^= 4;
    attack_sign_next();
    put_item(SIGNET_UPDATE_ITEM_MANIFEST + 1, release_manifest(&attack.next));
    put_state(SIGNET_IMAGE_CONFIRMED, SIGNET_IMAGE_PENDING, 0);
    attack_boot(10);
}

/* A crash right after the start, again and again. */
static void attack_endless_trial(void **state)
{
    (void)state;
    struct device *device = &attack.device;
    int started = 0;

    assert_int_equal(device_install(device, &attack.next), SIGNET_OK);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(device_boot(device), SIGNET_OK);
        started += device->handoff.sequence == 11 ? 1 : 0;
    }
    attack_inputs++;
    assert_int_equal(started, device->config.max_tries);
}

/* Items that are missing or too long: told, and nothing boots. */
static void attack_missing_items(void **state)
{
    (void)state;
    static const uint16_t ids[] = {SIGNET_UPDATE_ITEM_TRUST,
                                   SIGNET_UPDATE_ITEM_MANIFEST,
                                   SIGNET_UPDATE_ITEM_STATE};
    static const uint8_t big[SIGNET_TRUST_MAX_SIZE + 1];

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        attack_tear_down(NULL);
        attack_set_up(NULL);
        assert_int_equal(signet_items_delete(&attack.device.items, ids[i]),
                         SIGNET_OK);
        attack_boot(0);
        put_item(ids[i], signet_view(big, sizeof big));
        attack_boot(0);
    }
}

int attack_run_boot(void)
{
#define TEST(f)                                                                \
    cmocka_unit_test_setup_teardown(f, attack_set_up, attack_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(attack_swap_between_verify_and_boot),
        TEST(attack_unsigned_image_in_a_slot),
        TEST(attack_other_bytes_under_a_genuine_manifest),
        TEST(attack_rollback_in_flash),
        TEST(attack_endless_hash),
        TEST(attack_counter_raised_before_confirmation),
        TEST(attack_manifest_of_another_place),
        TEST(attack_endless_trial),
        TEST(attack_missing_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
