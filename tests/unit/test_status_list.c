/* SPDX-License-Identifier: MIT */
/* The frozen list of status codes keeps its own rules. */
#include "cmocka_all.h"

#include <string.h>

#include "signet/status.h"

struct entry {
    const char *name;
    int value;
    const char *meaning;
};

static const struct entry entries[] = {
#define ENTRY(name, value, meaning) {#name, (value), (meaning)},
    SIGNET_STATUS_LIST(ENTRY)
#undef ENTRY
};

#define ENTRY_COUNT (sizeof(entries) / sizeof(entries[0]))

static void ok_is_zero_and_the_rest_negative(void **state)
{
    (void)state;
    assert_int_equal(SIGNET_OK, 0);
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        if (strcmp(entries[i].name, "OK") != 0) {
            assert_true(entries[i].value < 0);
        }
    }
}

static void each_value_and_meaning_is_given_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        for (size_t j = i + 1; j < ENTRY_COUNT; j++) {
            assert_int_not_equal(entries[i].value, entries[j].value);
            assert_string_not_equal(entries[i].meaning, entries[j].meaning);
        }
    }
}

static void each_meaning_is_one_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        assert_true(entries[i].meaning[0] != '\0');
        assert_null(strchr(entries[i].meaning, '\n'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ok_is_zero_and_the_rest_negative),
        cmocka_unit_test(each_value_and_meaning_is_given_once),
        cmocka_unit_test(each_meaning_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
