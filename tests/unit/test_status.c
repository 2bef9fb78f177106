/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"

#include "signet/status.h"

static void names_every_status(void **state)
{
    (void)state;
#define CHECK(name, value, meaning)                                            \
    assert_string_equal(signet_status_name(SIGNET_##name), #name);             \
    assert_string_equal(signet_status_text(SIGNET_##name), meaning);           \
    assert_int_equal(SIGNET_##name, value);
    SIGNET_STATUS_LIST(CHECK)
#undef CHECK
}

static void answers_for_unknown_values(void **state)
{
    (void)state;
    assert_string_equal(signet_status_name((signet_status)1), "UNKNOWN");
    assert_string_equal(signet_status_name((signet_status)-32000), "UNKNOWN");
    assert_non_null(signet_status_text((signet_status)1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_every_status),
        cmocka_unit_test(answers_for_unknown_values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
