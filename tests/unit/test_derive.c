/* SPDX-License-Identifier: MIT */
/* What is derived from the secret: frozen, because a device whose firmware
 * derives another key is another device. Expected values: Python's
 * cryptography, HKDF(SHA-256, salt, label || 00 || 01) of bytes 00..1f. */
#include "cmocka_all.h"

#include <string.h>

#include "derive.h"
#include "hex.h"
#include "signet/identity.h"

static uint8_t secret[32];
static uint8_t measurement[32];

static int start(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(secret); i++) {
        secret[i] = (uint8_t)i;
    }
    memset(measurement, 0xAA, sizeof(measurement));
    return 0;
}

static void assert_hex(const uint8_t *value, size_t len, const char *hex)
{
    uint8_t expected[64];

    assert_int_equal(hex_decode(hex, expected, sizeof(expected)), len);
    assert_memory_equal(value, expected, len);
}

static void the_device_key_and_its_names_are_stable(void **state)
{
    uint8_t private_key[32];
    uint8_t public_key[64];
    uint8_t ueid[SIGNET_UEID_SIZE];
    char id[SIGNET_DEVICE_ID_LEN + 1];
    (void)state;

    assert_int_equal(signet_derive_device(secret, private_key, public_key),
                     SIGNET_OK);
    assert_hex(
        private_key, 32,
        "b8ce86e8dbf04b105ca82808584372993712e13ba71ec9cfdeff9725351aaa77");
    assert_hex(
        public_key, 64,
        "f907f846b2d45c2d8a4d20d87d358312527ca59c4525443dbf6b1f4e3ffc4a78"
        "0fec62467c41e75fe4175773ab123b442d175382648d9e593f9cbb2358928ebf");
    assert_int_equal(signet_identity_names(public_key, id, ueid), SIGNET_OK);
    assert_string_equal(id, "3e6279e61ac1d06077ff9a69ffbea450");
    assert_hex(
        ueid, sizeof(ueid),
        "013e6279e61ac1d06077ff9a69ffbea450de0ff79fe69e22739b5cb24922da0668");
}

static void the_alias_key_follows_the_measurement(void **state)
{
    uint8_t private_key[32];
    uint8_t public_key[64];
    uint8_t other[64];
    (void)state;

    assert_int_equal(
        signet_derive_alias(secret, measurement, private_key, public_key),
        SIGNET_OK);
    assert_hex(
        private_key, 32,
        "b776e6bbaa3b32be4bebc234e81721f67eb84f9ed1c42b56c410ffac5b710c53");
    measurement[31] ^= 1;
    assert_int_equal(
        signet_derive_alias(secret, measurement, private_key, other),
        SIGNET_OK);
    assert_memory_not_equal(public_key, other, 64);
    measurement[31] ^= 1;
}

static void the_wrap_key_is_its_own(void **state)
{
    uint8_t wrap_key[16];
    (void)state;

    assert_int_equal(signet_derive_wrap(secret, wrap_key), SIGNET_OK);
    assert_hex(wrap_key, 16, "d608567a9a633cbc768c018f18d30534");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_device_key_and_its_names_are_stable),
        cmocka_unit_test(the_alias_key_follows_the_measurement),
        cmocka_unit_test(the_wrap_key_is_its_own),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
