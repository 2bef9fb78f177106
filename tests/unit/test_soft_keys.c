/* SPDX-License-Identifier: MIT */
/* The software key provider keeps the clauses of port/key.h. */
#include "cmocka_all.h"

#include <string.h>

#include "identity_device.h"
#include "soft_keys.h"

static struct kit_key root;
static struct kit_device device;

static int start(void **state)
{
    (void)state;
    kit_key_make(&root);
    kit_device_make(&device);
    kit_device_provision(&device, &root);
    return kit_device_start(&device) == SIGNET_OK ? 0 : -1;
}

static signet_key slot(uint32_t number)
{
    return signet_soft_keys_handle(&device.identity.keys, number);
}

static signet_status sign(signet_key key, uint8_t public_key[64],
                          signet_status *verified)
{
    uint8_t digest[32] = {1, 2, 3};
    uint8_t signature[64];
    signet_status status = key.ops->sign(key.ctx, key.slot, digest, signature);

    if (status == SIGNET_OK) {
        *verified = signet_p256_verify(public_key, digest, signature);
    }
    return status;
}

/* KEY-1, KEY-2 */
static void a_generated_key_signs_and_replaces_the_former(void **state)
{
    signet_key key = slot(SIGNET_KEY_OPERATIONAL + 1);
    uint8_t first[64];
    uint8_t second[64];
    signet_status verified = SIGNET_ERR_CRYPTO;
    (void)state;

    assert_int_equal(key.ops->generate(key.ctx, key.slot), SIGNET_OK);
    assert_int_equal(key.ops->public_key(key.ctx, key.slot, first), SIGNET_OK);
    assert_int_equal(sign(key, first, &verified), SIGNET_OK);
    assert_int_equal(verified, SIGNET_OK);
    assert_int_equal(key.ops->generate(key.ctx, key.slot), SIGNET_OK);
    assert_int_equal(key.ops->public_key(key.ctx, key.slot, second), SIGNET_OK);
    assert_memory_not_equal(first, second, 64);
    assert_int_equal(sign(key, first, &verified), SIGNET_OK);
    assert_int_equal(verified, SIGNET_ERR_SIGNATURE);
}

static void a_key_survives_a_reboot(void **state)
{
    signet_key key = slot(SIGNET_KEY_OPERATIONAL);
    uint8_t before[64];
    uint8_t after[64];
    (void)state;

    assert_int_equal(key.ops->generate(key.ctx, key.slot), SIGNET_OK);
    assert_int_equal(key.ops->public_key(key.ctx, key.slot, before), SIGNET_OK);
    assert_int_equal(kit_device_start(&device), SIGNET_OK);
    assert_int_equal(key.ops->public_key(key.ctx, key.slot, after), SIGNET_OK);
    assert_memory_equal(before, after, 64);
}

/* KEY-3 */
static void a_destroyed_key_is_gone(void **state)
{
    signet_key key = slot(SIGNET_KEY_OPERATIONAL);
    uint8_t public_key[64];
    signet_status verified = SIGNET_OK;
    (void)state;

    assert_int_equal(key.ops->generate(key.ctx, key.slot), SIGNET_OK);
    assert_int_equal(key.ops->destroy(key.ctx, key.slot), SIGNET_OK);
    assert_int_equal(key.ops->public_key(key.ctx, key.slot, public_key),
                     SIGNET_ERR_KEY);
    assert_int_equal(sign(key, public_key, &verified), SIGNET_ERR_KEY);
    assert_int_equal(key.ops->destroy(key.ctx, key.slot), SIGNET_OK);
}

/* KEY-4 */
static void the_alias_key_is_read_only(void **state)
{
    signet_key key = slot(SIGNET_KEY_ALIAS);
    uint8_t public_key[64];
    signet_status verified = SIGNET_ERR_CRYPTO;
    (void)state;

    assert_int_equal(key.ops->generate(key.ctx, key.slot), SIGNET_ERR_KEY);
    assert_int_equal(key.ops->destroy(key.ctx, key.slot), SIGNET_ERR_KEY);
    assert_int_equal(key.ops->public_key(key.ctx, key.slot, public_key),
                     SIGNET_OK);
    assert_int_equal(sign(key, public_key, &verified), SIGNET_OK);
    assert_int_equal(verified, SIGNET_OK);
}

static void other_slots_do_not_exist(void **state)
{
    static const uint32_t numbers[] = {0, 4, 5, 0x80000002u, UINT32_MAX};
    uint8_t public_key[64];
    (void)state;

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        signet_key key = slot(numbers[i]);

        assert_int_equal(key.ops->generate(key.ctx, key.slot), SIGNET_ERR_KEY);
        assert_int_equal(key.ops->destroy(key.ctx, key.slot), SIGNET_ERR_KEY);
        assert_int_equal(key.ops->public_key(key.ctx, key.slot, public_key),
                         SIGNET_ERR_KEY);
    }
}

static void a_provider_that_was_not_started_refuses(void **state)
{
    static signet_soft_keys keys;
    signet_key key = signet_soft_keys_handle(&keys, SIGNET_KEY_ALIAS);
    uint8_t public_key[64];
    (void)state;

    assert_int_equal(key.ops->public_key(key.ctx, key.slot, public_key),
                     SIGNET_ERR_KEY);
    key = signet_soft_keys_operational(&keys, 0);
    assert_int_equal(key.ops->generate(key.ctx, key.slot), SIGNET_ERR_KEY);
    assert_int_equal(key.ops->destroy(key.ctx, key.slot), SIGNET_ERR_KEY);
}

/* The sealed item: moved to the other slot, damaged, cut short. */
static void a_tampered_item_is_refused(void **state)
{
    signet_key key = slot(SIGNET_KEY_OPERATIONAL);
    signet_key other = slot(SIGNET_KEY_OPERATIONAL + 1);
    uint8_t item[60];
    uint8_t public_key[64];
    size_t len = 0;
    (void)state;

    assert_int_equal(key.ops->generate(key.ctx, key.slot), SIGNET_OK);
    assert_int_equal(signet_items_get(&device.items, SIGNET_IDENTITY_ITEM_KEY,
                                      item, sizeof(item), &len),
                     SIGNET_OK);
    assert_int_equal(len, sizeof(item));
    assert_int_equal(signet_items_put(&device.items,
                                      SIGNET_IDENTITY_ITEM_KEY + 1,
                                      signet_view(item, len)),
                     SIGNET_OK);
    assert_int_equal(other.ops->public_key(other.ctx, other.slot, public_key),
                     SIGNET_ERR_KEY);
    for (size_t i = 0; i < len; i++) {
        item[i] ^= 0x40;
        assert_int_equal(signet_items_put(&device.items,
                                          SIGNET_IDENTITY_ITEM_KEY,
                                          signet_view(item, len)),
                         SIGNET_OK);
        assert_int_equal(key.ops->public_key(key.ctx, key.slot, public_key),
                         SIGNET_ERR_KEY);
        item[i] ^= 0x40;
    }
    assert_int_equal(signet_items_put(&device.items, SIGNET_IDENTITY_ITEM_KEY,
                                      signet_view(item, len - 1)),
                     SIGNET_OK);
    assert_int_equal(key.ops->public_key(key.ctx, key.slot, public_key),
                     SIGNET_ERR_KEY);
}

/* KEY-5 */
static void failing_flash_and_entropy_are_told(void **state)
{
    signet_key key = slot(SIGNET_KEY_OPERATIONAL);
    signet_entropy rng = device.identity.keys.rng;
    uint8_t public_key[64];
    (void)state;

    assert_int_equal(key.ops->generate(key.ctx, key.slot), SIGNET_OK);
    kit_device_break_flash(&device, true);
    assert_int_equal(key.ops->public_key(key.ctx, key.slot, public_key),
                     SIGNET_ERR_IO);
    assert_int_equal(key.ops->generate(key.ctx, key.slot), SIGNET_ERR_IO);
    kit_device_break_flash(&device, false);
    device.identity.keys.rng = kit_no_entropy();
    assert_int_equal(key.ops->generate(key.ctx, key.slot), SIGNET_ERR_ENTROPY);
    device.identity.keys.rng = rng;
}

/* At rest and in the context there is no private operational key. */
static void the_private_key_lies_nowhere_in_the_clear(void **state)
{
    signet_key key = slot(SIGNET_KEY_OPERATIONAL);
    uint8_t public_key[64];
    uint8_t candidate[64];
    const uint8_t *const places[2] = {device.items_flash.bytes,
                                      (const uint8_t *)&device.identity};
    const size_t sizes[2] = {KIT_FLASH_SIZE, sizeof(device.identity)};
    (void)state;

    assert_int_equal(key.ops->generate(key.ctx, key.slot), SIGNET_OK);
    assert_int_equal(key.ops->public_key(key.ctx, key.slot, public_key),
                     SIGNET_OK);
    for (size_t place = 0; place < 2; place++) {
        for (size_t i = 0; i + 32 <= sizes[place]; i++) {
            /* Most places are erased flash: no scalar, or a cheap one. */
            if (places[place][i] == 0xFF && places[place][i + 8] == 0xFF) {
                continue;
            }
            if (signet_p256_public(places[place] + i, candidate) == SIGNET_OK) {
                assert_memory_not_equal(candidate, public_key, 64);
            }
        }
    }
}

static int end(void **state)
{
    (void)state;
    kit_device_free(&device);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_generated_key_signs_and_replaces_the_former),
        cmocka_unit_test(a_key_survives_a_reboot),
        cmocka_unit_test(a_destroyed_key_is_gone),
        cmocka_unit_test(the_alias_key_is_read_only),
        cmocka_unit_test(other_slots_do_not_exist),
        cmocka_unit_test(a_provider_that_was_not_started_refuses),
        cmocka_unit_test(a_tampered_item_is_refused),
        cmocka_unit_test(failing_flash_and_entropy_are_told),
        cmocka_unit_test(the_private_key_lies_nowhere_in_the_clear),
    };
    return cmocka_run_group_tests(tests, start, end);
}
