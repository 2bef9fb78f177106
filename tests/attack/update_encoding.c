/* SPDX-License-Identifier: MIT */
/* Attacks on the bytes: nothing but the exact object that was signed opens. */
#include "update_attack.h"

#include "guard.h"

#include <stdlib.h>
#include <string.h>

struct target {
    signing_buffer object;
    void (*give)(signet_bytes input);
};

/* A copy that ends at an inaccessible page goes in, so that a read beyond its
 * end is seen as well. */
static void give_guarded(const struct target *target, const uint8_t *bytes,
                         size_t len)
{
    uint8_t *copy = guard_copy(bytes, len);

    target->give(signet_view(copy, len));
    guard_free(copy, len);
}

static void flip_every_bit(const struct target *target)
{
    uint8_t *bytes = target->object.ptr;

    for (size_t bit = 0; bit < 8 * target->object.len; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        give_guarded(target, bytes, target->object.len);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

/* The missing end lies in the device's memory, from the last time. */
static void cut_at_every_length(const struct target *target, uint8_t *memory)
{
    for (size_t len = 0; len < target->object.len; len++) {
        memcpy(memory, target->object.ptr, target->object.len);
        give_guarded(target, target->object.ptr, len);
    }
}

/* Every byte value behind the end, then longer tails up to the limit and one
 * beyond. */
static void extend(const struct target *target)
{
    size_t len = target->object.len;
    uint8_t *longer = calloc(1, SIGNET_MANIFEST_MAX_SIZE + 1);

    assert_non_null(longer);
    memcpy(longer, target->object.ptr, len);
    for (unsigned value = 0; value < 256; value++) {
        longer[len] = (uint8_t)value;
        give_guarded(target, longer, len + 1);
    }
    longer[len] = 0;
    for (size_t more = 2; len + more <= SIGNET_MANIFEST_MAX_SIZE + 1;
         more += more < 64 ? 1 : 61) {
        give_guarded(target, longer, len + more);
    }
    give_guarded(target, longer, SIGNET_MANIFEST_MAX_SIZE + 1);
    free(longer);
}

static struct target manifest_target(void)
{
    struct target target = {attack.next.manifest, attack_offer};

    return target;
}

static void attack_bit_flip_in_a_manifest(void **state)
{
    (void)state;
    struct target target = manifest_target();

    flip_every_bit(&target);
    assert_int_equal(device_install(&attack.device, &attack.next), SIGNET_OK);
}

static void attack_truncated_manifest(void **state)
{
    (void)state;
    struct target target = manifest_target();

    cut_at_every_length(&target, attack.device.memory.manifest);
}

static void attack_data_behind_a_manifest(void **state)
{
    (void)state;
    struct target target = manifest_target();

    extend(&target);
}

/* The genuine list, newer, is accepted at the end: so it was the change. */
static void accept_list(struct target *target)
{
    assert_int_equal(signet_update_trust(&attack.device.update,
                                         signing_view(&target->object)),
                     SIGNET_OK);
    signing_buffer_free(&target->object);
}

static void attack_bit_flip_in_a_trust_list(void **state)
{
    (void)state;
    struct target target = {release_narrow_list(2, KEY_FIRMWARE), attack_list};

    flip_every_bit(&target);
    accept_list(&target);
}

static void attack_truncated_trust_list(void **state)
{
    (void)state;
    struct target target = {release_trust_list(2), attack_list};

    cut_at_every_length(&target, attack.device.memory.trust);
    accept_list(&target);
}

static void attack_data_behind_a_trust_list(void **state)
{
    (void)state;
    struct target target = {release_trust_list(2), attack_list};

    extend(&target);
    accept_list(&target);
}

static void attack_zero_length(void **state)
{
    (void)state;
    attack_offer_as(signet_view(NULL, 0), SIGNET_ERR_TRUNCATED);
    attack_list_as(signet_view(NULL, 0), SIGNET_ERR_TRUNCATED);
}

/* Lengths that promise more than there is, before anything is authentic: at
 * the tag's content, the payload, the signatures, the protected header. */
static void attack_size_trusted_before_authentication(void **state)
{
    (void)state;
    static const char *const inputs[] = {
        "\xD8\x62\x9B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        "\xD8\x62\x84\x40\xA0\x5B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        "\xD8\x62\x84\x40\xA0\x5A\xFF\xFF\xFF\xFF",
        "\xD8\x62\x84\x40\xA0\x41\x61\x9B\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        "\xD8\x62\x84\x40\xBB\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        "\xD2\x84\x5B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
        "\xD2\x84\x43\xA1\x01\x26\xA0\x5B\x80\x01\x01\x01\x01\x01\x01\x01",
    };

    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        const uint8_t *bytes = (const uint8_t *)inputs[i];
        struct target manifest = {{NULL, 0}, attack_offer};
        struct target list = {{NULL, 0}, attack_list};

        give_guarded(&manifest, bytes, strlen(inputs[i]));
        give_guarded(&list, bytes, strlen(inputs[i]));
    }
}

/* Bytes that decode to the same values, in another encoding: each head of
 * the outer structure one size longer. */
static void attack_non_canonical_encoding(void **state)
{
    (void)state;
    static const struct {
        size_t at;      /* of the head */
        size_t old_len; /* bytes of the head */
        const char *head;
        size_t new_len;
    } longer[] = {
        {0, 2, "\xD9\x00\x62", 3}, /* tag 98 in two bytes */
        {2, 1, "\x98\x04", 2},     /* array of 4 */
        {2, 1, "\x9F", 1},         /* indefinite array */
        {3, 1, "\x58\x00", 2},     /* empty body header */
        {4, 1, "\xB8\x00", 2},     /* empty map */
        {4, 1, "\xBF\xFF", 2},     /* indefinite map */
        {0, 0, "\xD9\xD9\xF7", 3}, /* self-described CBOR */
    };

    for (size_t i = 0; i < sizeof longer / sizeof longer[0]; i++) {
        uint8_t bytes[SIGNET_MANIFEST_MAX_SIZE];
        size_t at = longer[i].at;
        size_t rest = attack.next.manifest.len - at - longer[i].old_len;
        struct target target = {{NULL, 0}, attack_offer};

        memcpy(bytes, attack.next.manifest.ptr, at);
        memcpy(bytes + at, longer[i].head, longer[i].new_len);
        memcpy(bytes + at + longer[i].new_len,
               attack.next.manifest.ptr + at + longer[i].old_len, rest);
        give_guarded(&target, bytes, at + longer[i].new_len + rest);
    }
}

/* One field of an array of items behind another, of random bytes. */
static void attack_random_bytes(void **state)
{
    (void)state;
    uint32_t value = 1;

    for (int i = 0; i < 2000; i++) {
        uint8_t bytes[300];
        size_t len = 0;
        struct target target = manifest_target();

        for (size_t j = 0; j < sizeof bytes; j++) {
            value = value * 1664525u + 1013904223u;
            bytes[j] = (uint8_t)(value >> 24);
        }
        len = value % sizeof bytes;
        memcpy(bytes, "\xD8\x62\x84\x40\xA0", 5);
        give_guarded(&target, bytes, len);
    }
}

int attack_run_encoding(void)
{
#define TEST(f)                                                                \
    cmocka_unit_test_setup_teardown(f, attack_set_up, attack_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(attack_bit_flip_in_a_manifest),
        TEST(attack_truncated_manifest),
        TEST(attack_data_behind_a_manifest),
        TEST(attack_bit_flip_in_a_trust_list),
        TEST(attack_truncated_trust_list),
        TEST(attack_data_behind_a_trust_list),
        TEST(attack_zero_length),
        TEST(attack_size_trusted_before_authentication),
        TEST(attack_non_canonical_encoding),
        TEST(attack_random_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
