/* SPDX-License-Identifier: MIT */
/* The receiver: a stream is verified, written, resumed and installed. */
#include "device.h"

#include "cmocka_all.h"

#include <string.h>

static struct device device;
static struct release first;
static struct release second;

static void make(const struct device_geometry *geometry, uint32_t size,
                 uint32_t chunk_size)
{
    release_new(&first, 1, RELEASE_SIZE, RELEASE_CHUNK);
    release_sign(&first, KEY_FIRMWARE);
    release_new(&second, 2, size, chunk_size);
    release_sign(&second, KEY_FIRMWARE);
    device_make(&device, geometry, &first);
}

static int set_up(void **state)
{
    (void)state;
    make(&device_small, RELEASE_SIZE, RELEASE_CHUNK);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    device_free(&device);
    release_free(&first);
    release_free(&second);
    return 0;
}

static void a_release_is_received_and_installed(void **state)
{
    (void)state;
    uint32_t done = 1;
    uint32_t total = 1;

    signet_update_progress(&device.update, &done, &total);
    assert_int_equal(done + total, 0);
    assert_int_equal(device_offer(&device, &second), SIGNET_OK);
    assert_int_equal(device_feed(&device, &second), SIGNET_OK);
    signet_update_progress(&device.update, &done, &total);
    assert_int_equal(done, RELEASE_CHUNK);
    assert_int_equal(total, RELEASE_SIZE);
    assert_int_equal(device_download(&device, &second), SIGNET_OK);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_READY);
    assert_true(device_slot_holds(&device, 1, &second));
    assert_true(device_slot_holds(&device, 0, &first));
    assert_int_equal(device_state(&device).slot_state[1], SIGNET_IMAGE_PENDING);
    signet_update_progress(&device.update, &done, &total);
    assert_int_equal(done, total);
}

/* Geometries: chunks smaller than, as large as and larger than erase blocks;
 * program units from one byte up; the tail ends anywhere. */
static void every_geometry_and_tail(void **state)
{
    (void)state;
    static const struct device_geometry geometries[] = {
        {256, 1, false, 8192},  {512, 4, false, 8192},  {1024, 8, false, 8192},
        {4096, 16, true, 8192}, {2048, 32, true, 8192},
    };
    static const uint32_t sizes[] = {1,    255,  256,  257,  1024, 2047,
                                     4095, 4096, 4097, 8191, 8192};
    static const uint32_t chunks[] = {256, 1024, 4096, 65536};

    for (size_t g = 0; g < 5; g++) {
        for (size_t i = 0; i < 11 * 4; i++) {
            tear_down(NULL);
            make(&geometries[g], sizes[i / 4], chunks[i % 4]);
            assert_int_equal(device_install(&device, &second), SIGNET_OK);
            assert_int_equal(device.update.phase, SIGNET_UPDATE_READY);
            assert_true(device_slot_holds(&device, 1, &second));
        }
    }
}

static void a_wrong_block_is_refused_and_writes_nothing(void **state)
{
    (void)state;
    signet_block_request want;
    uint8_t block[RELEASE_CHUNK + 33];
    uint8_t other[32] = {0};
    uint32_t steps = 0;

    assert_int_equal(device_offer(&device, &second), SIGNET_OK);
    assert_int_equal(signet_update_wanted(&device.update, &want), SIGNET_OK);
    assert_int_equal(want.offset, 0);
    assert_int_equal(want.len, RELEASE_CHUNK + 32);
    memcpy(block, release_block(&second, 0).ptr, want.len);
    steps = device.ram.steps;

    assert_int_equal(signet_update_block(&device.update, other, 0,
                                         signet_view(block, want.len)),
                     SIGNET_ERR_MANIFEST_DIGEST);
    assert_int_equal(signet_update_block(&device.update, want.manifest_digest,
                                         RELEASE_CHUNK,
                                         signet_view(block, want.len)),
                     SIGNET_ERR_CHUNK_OFFSET);
    for (size_t len = 0; len < sizeof block; len++) {
        if (len != want.len) {
            assert_int_equal(signet_update_block(&device.update,
                                                 want.manifest_digest, 0,
                                                 signet_view(block, len)),
                             SIGNET_ERR_CHUNK_LENGTH);
        }
    }
    for (size_t bit = 0; bit < 8u * want.len; bit++) {
        block[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_equal(signet_update_block(&device.update,
                                             want.manifest_digest, 0,
                                             signet_view(block, want.len)),
                         SIGNET_ERR_CHUNK_DIGEST);
        block[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(device.ram.steps, steps);
    assert_int_equal(device_download(&device, &second), SIGNET_OK);
}

/* A kill after any number of blocks: the download goes on from the last
 * whole erase block. */
static void a_download_survives_a_reset_anywhere(void **state)
{
    (void)state;
    for (uint32_t blocks = 0; blocks * RELEASE_CHUNK < RELEASE_SIZE; blocks++) {
        signet_block_request want;

        assert_int_equal(device_offer(&device, &second), SIGNET_OK);
        for (uint32_t i = 0; i < blocks; i++) {
            assert_int_equal(device_feed(&device, &second), SIGNET_OK);
        }
        assert_int_equal(device_reset(&device), SIGNET_OK);
        assert_int_equal(device.update.phase, SIGNET_UPDATE_RECEIVING);
        assert_int_equal(signet_update_wanted(&device.update, &want),
                         SIGNET_OK);
        assert_int_equal(want.offset, blocks * RELEASE_CHUNK /
                                          device_small.erase_size *
                                          device_small.erase_size);
        /* The same manifest again changes nothing. */
        assert_int_equal(device_offer(&device, &second), SIGNET_OK);
        assert_int_equal(device.update.offset, want.offset);
        assert_int_equal(device_download(&device, &second), SIGNET_OK);
        assert_int_equal(device.update.phase, SIGNET_UPDATE_READY);
        assert_true(device_slot_holds(&device, 1, &second));
        tear_down(NULL);
        set_up(NULL);
    }
}

static void ready_survives_a_restart_of_the_application(void **state)
{
    (void)state;
    assert_int_equal(device_install(&device, &second), SIGNET_OK);
    assert_int_equal(device_start(&device), SIGNET_OK);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_READY);
    assert_int_equal(device_offer(&device, &second), SIGNET_OK);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_READY);
}

static void a_newer_release_replaces_the_running_download(void **state)
{
    (void)state;
    struct release third;

    release_new(&third, 3, RELEASE_SIZE - 5, 512);
    release_sign(&third, KEY_SECOND);
    assert_int_equal(device_offer(&device, &second), SIGNET_OK);
    assert_int_equal(device_feed(&device, &second), SIGNET_OK);
    assert_int_equal(device_feed(&device, &second), SIGNET_OK);
    assert_int_equal(device_offer(&device, &third), SIGNET_OK);
    assert_int_equal(device.update.offset, 0);
    /* The older one is not taken up again. */
    assert_int_equal(device_offer(&device, &second), SIGNET_ERR_SEQUENCE);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_RECEIVING);
    assert_int_equal(device_download(&device, &third), SIGNET_OK);
    assert_true(device_slot_holds(&device, 1, &third));
    release_free(&third);
}

static void a_newer_release_replaces_an_installed_one(void **state)
{
    (void)state;
    struct release third;

    release_new(&third, 3, RELEASE_SIZE, 512);
    release_sign(&third, KEY_FIRMWARE);
    assert_int_equal(device_install(&device, &second), SIGNET_OK);
    assert_int_equal(device_offer(&device, &third), SIGNET_OK);
    assert_int_equal(device_state(&device).slot_state[1], SIGNET_IMAGE_NONE);
    assert_int_equal(device_reset(&device), SIGNET_OK);
    assert_int_equal(device.handoff.sequence, 1);
    assert_int_equal(device_download(&device, &third), SIGNET_OK);
    assert_int_equal(device_reset(&device), SIGNET_OK);
    assert_int_equal(device.handoff.sequence, 3);
    release_free(&third);
}

/* The memory of the running download's manifest is used to judge another:
 * after a refusal the download goes on where it was, mid-sector as well. */
static void a_refused_offer_does_not_disturb_the_download(void **state)
{
    (void)state;
    struct release forged;

    release_new(&forged, 9, RELEASE_SIZE, RELEASE_CHUNK);
    release_sign(&forged, KEY_FOREIGN);
    assert_int_equal(device_offer(&device, &second), SIGNET_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(device_feed(&device, &second), SIGNET_OK);
    }
    assert_int_equal(device_offer(&device, &forged), SIGNET_ERR_KEY_ID);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_RECEIVING);
    assert_int_equal(device.update.refusal, SIGNET_ERR_KEY_ID);
    assert_int_equal(device.update.offset, 3 * RELEASE_CHUNK);
    assert_int_equal(device_download(&device, &second), SIGNET_OK);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_READY);
    release_free(&forged);
}

/* A failing write leaves the sector half written: the receiver goes back to
 * the checkpoint, erases again, and ends well. */
static void a_failing_write_is_made_again(void **state)
{
    (void)state;
    uint32_t failures = 0;
    bool reached = true;

    for (uint32_t fail = 1; reached; fail++) {
        signet_status status = SIGNET_OK;

        device.ram.steps = 0;
        device.ram.fail_step = fail;
        status = device_install(&device, &second);
        device.ram.fail_step = 0;
        reached = device.ram.steps >= fail;
        failures += status != SIGNET_OK ? 1 : 0;
        assert_true(status == SIGNET_OK || status == SIGNET_ERR_IO);
        assert_int_equal(device_install(&device, &second), SIGNET_OK);
        assert_int_equal(device.update.phase, SIGNET_UPDATE_READY);
        assert_true(device_slot_holds(&device, 1, &second));
        tear_down(NULL);
        set_up(NULL);
    }
    assert_true(failures >= RELEASE_SIZE / device_small.program_size);
}

/* A flash that cannot be read for a while: nothing is taken for good, nothing
 * is given up. */
static void a_failing_read_is_outlived(void **state)
{
    (void)state;
    signing_buffer list = release_trust_list(2);
    uint32_t last = RELEASE_SIZE / RELEASE_CHUNK * RELEASE_CHUNK;

    assert_int_equal(device_offer(&device, &second), SIGNET_OK);
    while (device.update.offset < last) {
        assert_int_equal(device_feed(&device, &second), SIGNET_OK);
    }
    device.ram.fail_reads = true;
    assert_int_equal(device_feed(&device, &second), SIGNET_ERR_IO);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_IDLE);
    assert_int_equal(signet_update_trust(&device.update, signing_view(&list)),
                     SIGNET_ERR_IO);
    assert_int_equal(device_start(&device), SIGNET_ERR_IO);
    assert_int_equal(device_boot(&device), SIGNET_ERR_IO);
    device.ram.fail_reads = false;
    assert_int_equal(device_reset(&device), SIGNET_OK);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_RECEIVING);
    assert_int_equal(device_download(&device, &second), SIGNET_OK);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_READY);
    signing_buffer_free(&list);
}

/* The slot alone fails: what is in it is not its fault. */
static void a_slot_that_cannot_be_read_stays_pending(void **state)
{
    (void)state;
    static struct ram_flash broken;
    signet_flash slot = device.slots[1];

    assert_int_equal(device_install(&device, &second), SIGNET_OK);
    broken.fail_reads = true;
    device.slots[1].ctx = &broken;
    assert_int_equal(device_boot(&device), SIGNET_OK);
    assert_int_equal(device.handoff.sequence, 1);
    device.slots[1] = slot;
    assert_int_equal(device_boot(&device), SIGNET_OK);
    assert_int_equal(device.handoff.sequence, 2);
}

static void a_damaged_checkpoint_is_dropped(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint8_t value;
    } damage[] = {{0, 2}, {1, 2}, {2, 1}, {3, 1}, {8, 0}};

    for (size_t i = 0; i < 6; i++) {
        uint8_t raw[72];
        uint8_t longer[80] = {1, 1};
        size_t len = 0;
        signet_bytes value = signet_view(raw, sizeof raw);

        assert_int_equal(device_offer(&device, &second), SIGNET_OK);
        assert_int_equal(signet_items_get(&device.items,
                                          SIGNET_UPDATE_ITEM_CHECKPOINT, raw,
                                          sizeof raw, &len),
                         SIGNET_OK);
        if (i < 5) {
            raw[damage[i].at] = i == 4 ? (uint8_t)~raw[8] : damage[i].value;
        } else {
            value = signet_view(longer, sizeof longer);
        }
        assert_int_equal(signet_items_put(&device.items,
                                          SIGNET_UPDATE_ITEM_CHECKPOINT, value),
                         SIGNET_OK);
        assert_int_equal(device_reset(&device), SIGNET_OK);
        assert_int_equal(device.update.phase, SIGNET_UPDATE_IDLE);
        assert_int_equal(signet_items_get(&device.items,
                                          SIGNET_UPDATE_ITEM_CHECKPOINT, raw,
                                          sizeof raw, &len),
                         SIGNET_ERR_NOT_FOUND);
    }
}

/* At most 32 in a download, however many erase blocks there are. */
static void a_large_image_has_few_checkpoints(void **state)
{
    (void)state;
    static const struct device_geometry large = {256, 1, false, 65536};

    tear_down(NULL);
    make(&large, 65536, 256);
    assert_int_equal(device_offer(&device, &second), SIGNET_OK);
    for (int i = 0; i < 15; i++) {
        assert_int_equal(device_feed(&device, &second), SIGNET_OK);
    }
    assert_int_equal(device_reset(&device), SIGNET_OK);
    assert_int_equal(device.update.offset, 2048);
    assert_int_equal(device_download(&device, &second), SIGNET_OK);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_READY);
}

/* Chain and manifest agree, the image digest does not: refused at the end. */
static void an_image_that_fails_its_digest_is_undone(void **state)
{
    (void)state;
    second.fields.digest[0] ^= 1;
    release_sign(&second, KEY_FIRMWARE);
    assert_int_equal(device_install(&device, &second), SIGNET_ERR_IMAGE_DIGEST);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_REFUSED);
    assert_int_equal(device.update.refusal, SIGNET_ERR_IMAGE_DIGEST);
    assert_int_equal(device_state(&device).slot_state[1], SIGNET_IMAGE_NONE);
    assert_int_equal(device_reset(&device), SIGNET_OK);
    assert_int_equal(device.update.phase, SIGNET_UPDATE_IDLE);
    assert_int_equal(device.handoff.sequence, 1);
}

/* Flash that reads back another value than was written. */
static void damage_between_write_and_install_is_found(void **state)
{
    (void)state;
    assert_int_equal(device_offer(&device, &second), SIGNET_OK);
    assert_int_equal(device_feed(&device, &second), SIGNET_OK);
    device.ram.bytes[device.slots[1].base + 17] ^= 4;
    assert_int_equal(device_download(&device, &second),
                     SIGNET_ERR_IMAGE_DIGEST);
    assert_int_equal(device_install(&device, &second), SIGNET_OK);
}

static void blocks_without_a_download_are_refused(void **state)
{
    (void)state;
    signet_block_request want;
    uint8_t digest[32] = {0};

    assert_int_equal(signet_update_wanted(&device.update, &want),
                     SIGNET_ERR_NOT_FOUND);
    assert_int_equal(signet_update_block(&device.update, digest, 0,
                                         release_block(&second, 0)),
                     SIGNET_ERR_STATE);
}

static void a_blank_device_says_so(void **state)
{
    (void)state;
    device_free(&device);
    device_new(&device, &device_small);
    assert_int_equal(device_boot(&device), SIGNET_ERR_NOT_FOUND);
    assert_int_equal(device_start(&device), SIGNET_ERR_NOT_FOUND);
}

static void a_wrong_configuration_is_told(void **state)
{
    (void)state;
    device.slots[1].program_size = 64;
    assert_int_equal(device_start(&device), SIGNET_ERR_ARGUMENT);
    device.slots[1].program_size = 8;
    device.handoff.slot = 2;
    assert_int_equal(device_start(&device), SIGNET_ERR_ARGUMENT);
    device.handoff.slot = 0;
    device.config.root_key = NULL;
    assert_int_equal(device_start(&device), SIGNET_ERR_ARGUMENT);
    assert_int_equal(device_boot(&device), SIGNET_ERR_ARGUMENT);
    assert_int_equal(device_factory(&device, &first), SIGNET_ERR_ARGUMENT);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_release_is_received_and_installed),
        TEST(every_geometry_and_tail),
        TEST(a_wrong_block_is_refused_and_writes_nothing),
        TEST(a_download_survives_a_reset_anywhere),
        TEST(ready_survives_a_restart_of_the_application),
        TEST(a_newer_release_replaces_the_running_download),
        TEST(a_newer_release_replaces_an_installed_one),
        TEST(a_refused_offer_does_not_disturb_the_download),
        TEST(a_failing_write_is_made_again),
        TEST(a_failing_read_is_outlived),
        TEST(a_slot_that_cannot_be_read_stays_pending),
        TEST(a_damaged_checkpoint_is_dropped),
        TEST(a_large_image_has_few_checkpoints),
        TEST(an_image_that_fails_its_digest_is_undone),
        TEST(damage_between_write_and_install_is_found),
        TEST(blocks_without_a_download_are_refused),
        TEST(a_blank_device_says_so),
        TEST(a_wrong_configuration_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
