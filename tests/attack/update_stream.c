/* SPDX-License-Identifier: MIT */
/* Attacks on the payload stream: not a byte that the manifest does not vouch
 * for is written. */
#include "update_attack.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK (RELEASE_CHUNK + 32u)

static int begin(void **state)
{
    (void)state;
    if (attack_set_up(state) != 0) {
        return -1;
    }
    return device_offer(&attack.device, &attack.next) == SIGNET_OK ? 0 : -1;
}

static signet_bytes genuine(uint32_t offset)
{
    return release_block(&attack.next, offset);
}

static void attack_bit_flip_in_every_block(void **state)
{
    (void)state;
    uint8_t copy[BLOCK];

    while (attack.device.update.phase == SIGNET_UPDATE_RECEIVING) {
        uint32_t offset = attack.device.update.offset;
        signet_bytes block = genuine(offset);

        for (size_t bit = 0; bit < 8 * block.len; bit++) {
            memcpy(copy, block.ptr, block.len);
            copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
            attack_block_as(offset, signet_view(copy, block.len),
                            SIGNET_ERR_CHUNK_DIGEST);
        }
        assert_int_equal(device_feed(&attack.device, &attack.next), SIGNET_OK);
    }
    assert_int_equal(attack.device.update.phase, SIGNET_UPDATE_READY);
}

/* CVE-2021-43619: more than the buffer, or the slot, can hold. */
static void attack_oversized_block(void **state)
{
    (void)state;
    uint8_t *big = calloc(1, 1u << 17);

    assert_non_null(big);
    memcpy(big, genuine(0).ptr, BLOCK);
    for (size_t len = BLOCK + 1; len <= 1u << 17; len *= 2) {
        attack_block_as(0, signet_view(big, len), SIGNET_ERR_CHUNK_LENGTH);
    }
    free(big);
}

/* CVE-2026-73063: a block comes in pieces. */
static void attack_block_in_pieces(void **state)
{
    (void)state;
    signet_bytes block = genuine(0);

    for (size_t len = 1; len < BLOCK; len++) {
        attack_block_as(0, signet_view(block.ptr, len),
                        SIGNET_ERR_CHUNK_LENGTH);
        attack_block_as((uint32_t)len,
                        signet_view(block.ptr + len, BLOCK - len),
                        SIGNET_ERR_CHUNK_OFFSET);
    }
    attack_block_as(0, signet_view(block.ptr, 0), SIGNET_ERR_CHUNK_LENGTH);
}

/* More after the last block; the last block with a link. */
static void attack_data_after_the_end(void **state)
{
    (void)state;
    uint8_t longer[BLOCK] = {0};
    uint32_t last = RELEASE_SIZE / RELEASE_CHUNK * RELEASE_CHUNK;
    size_t tail = RELEASE_SIZE + 1 - last;

    while (attack.device.update.offset < last) {
        assert_int_equal(device_feed(&attack.device, &attack.next), SIGNET_OK);
    }
    memcpy(longer, genuine(last).ptr, tail);
    attack_block_as(last, signet_view(longer, tail + 1),
                    SIGNET_ERR_CHUNK_LENGTH);
    attack_block_as(last, signet_view(longer, tail + 32),
                    SIGNET_ERR_CHUNK_LENGTH);
    attack_block_as(last, signet_view(longer, tail - 1),
                    SIGNET_ERR_CHUNK_LENGTH);
    assert_int_equal(device_feed(&attack.device, &attack.next), SIGNET_OK);
    attack_block_as(last, signet_view(longer, tail), SIGNET_ERR_STATE);
    attack_block_as(RELEASE_SIZE + 1, signet_view(longer, 1), SIGNET_ERR_STATE);
}

/* offset + size beyond 2^32, and each other place. */
static void attack_offset_overflow(void **state)
{
    (void)state;
    static const uint32_t offsets[] = {
        1,           RELEASE_CHUNK,
        0x80000000u, UINT32_MAX - BLOCK + 1,
        UINT32_MAX,  UINT32_MAX - RELEASE_CHUNK + 1};

    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        attack_block_as(offsets[i], genuine(0), SIGNET_ERR_CHUNK_OFFSET);
    }
}

/* esp-idf#17960: the server ignores the range and sends another part. */
static void attack_server_ignores_the_range(void **state)
{
    (void)state;
    for (uint32_t other = RELEASE_CHUNK; other + RELEASE_CHUNK < RELEASE_SIZE;
         other += RELEASE_CHUNK) {
        attack_block_as(0, genuine(other), SIGNET_ERR_CHUNK_DIGEST);
    }
    assert_int_equal(device_feed(&attack.device, &attack.next), SIGNET_OK);
    attack_block_as(RELEASE_CHUNK, genuine(0), SIGNET_ERR_CHUNK_DIGEST);
    attack_block_as(0, genuine(0), SIGNET_ERR_CHUNK_OFFSET);
}

/* The payload of another release, genuine there. */
static void attack_swapped_payload(void **state)
{
    (void)state;
    struct release other;

    release_new(&other, 12, RELEASE_SIZE + 1, RELEASE_CHUNK);
    release_sign(&other, KEY_FIRMWARE);
    attack_block_as(0, release_block(&other, 0), SIGNET_ERR_CHUNK_DIGEST);
    assert_int_equal(device_feed(&attack.device, &attack.next), SIGNET_OK);
    attack_block_as(RELEASE_CHUNK, release_block(&other, RELEASE_CHUNK),
                    SIGNET_ERR_CHUNK_DIGEST);
    release_free(&other);
}

/* A chain that is right in itself, under a manifest for other bytes. */
static void attack_payload_not_hashed(void **state)
{
    (void)state;
    signet_status status = SIGNET_OK;

    attack_tear_down(NULL);
    attack_set_up(NULL);
    attack.next.fields.digest[31] ^= 1;
    attack_sign_next();
    assert_int_equal(device_offer(&attack.device, &attack.next), SIGNET_OK);
    status = device_download(&attack.device, &attack.next);
    attack_count(status);
    assert_int_equal(status, SIGNET_ERR_IMAGE_DIGEST);
    attack_boot(10);
}

/* The block that one manifest wants arrives under another's name. */
static void attack_block_of_another_manifest(void **state)
{
    (void)state;
    uint8_t digest[32];

    memcpy(digest, attack.device.update.manifest.manifest_digest, 32);
    for (size_t i = 0; i < sizeof digest; i++) {
        digest[i] ^= 1;
        attack_count(
            signet_update_block(&attack.device.update, digest, 0, genuine(0)));
        digest[i] ^= 1;
    }
}

/* The attacker sends the genuine chain, wherever the device thinks it is. */
static void feed_chain(struct device *device)
{
    signet_status status = SIGNET_OK;

    for (uint32_t at = 0; at < RELEASE_SIZE && status == SIGNET_OK;
         at += RELEASE_CHUNK) {
        status = signet_update_block(&device->update,
                                     device->update.manifest.manifest_digest,
                                     device->update.offset, genuine(at));
    }
    attack_count(status);
}

/* A checkpoint that was forged in flash: nothing outside the slot is touched,
 * and what the wrong place makes of the image does not become pending. */
static void attack_forged_checkpoint(void **state)
{
    (void)state;
    static const uint32_t offsets[] = {512, 1, RELEASE_SIZE + 1, 0xFFFFFE00u,
                                       0x80000000u};
    struct device *device = &attack.device;
    uint8_t raw[72];
    size_t len = 0;

    assert_int_equal(signet_items_get(&device->items,
                                      SIGNET_UPDATE_ITEM_CHECKPOINT, raw,
                                      sizeof raw, &len),
                     SIGNET_OK);
    for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        signet_put_be32(raw + 4, offsets[i]);
        assert_int_equal(signet_items_put(&device->items,
                                          SIGNET_UPDATE_ITEM_CHECKPOINT,
                                          signet_view(raw, sizeof raw)),
                         SIGNET_OK);
        assert_int_equal(device_reset(device), SIGNET_OK);
        feed_chain(device);
        assert_int_equal(device_state(device).slot_state[1], SIGNET_IMAGE_NONE);
        assert_true(device_slot_holds(device, 0, &attack.running));
    }
}

int attack_run_stream(void)
{
#define BEGIN(f) cmocka_unit_test_setup_teardown(f, begin, attack_tear_down)
    const struct CMUnitTest tests[] = {
        BEGIN(attack_bit_flip_in_every_block),
        BEGIN(attack_oversized_block),
        BEGIN(attack_block_in_pieces),
        BEGIN(attack_data_after_the_end),
        BEGIN(attack_offset_overflow),
        BEGIN(attack_server_ignores_the_range),
        BEGIN(attack_swapped_payload),
        BEGIN(attack_payload_not_hashed),
        BEGIN(attack_block_of_another_manifest),
        BEGIN(attack_forged_checkpoint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
