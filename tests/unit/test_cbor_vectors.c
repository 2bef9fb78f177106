/* SPDX-License-Identifier: MIT */
/* Runs tests/vectors/cbor_rfc8949.txt; the file says what its lines mean. */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "hex.h"
#include "signet/cbor.h"

struct vector {
    char kind[8];
    char value[64];
    uint8_t encoding[64];
    size_t len;
};

static void put_value(signet_cbor_writer *w, const struct vector *v)
{
    uint8_t body[32] = {0};

    if (strcmp(v->kind, "uint") == 0) {
        signet_cbor_put_uint(w, strtoull(v->value, NULL, 10));
    } else if (strcmp(v->kind, "int") == 0) {
        signet_cbor_put_int(w, strtoll(v->value, NULL, 10));
    } else if (strcmp(v->kind, "bool") == 0) {
        signet_cbor_put_bool(w, v->value[0] == '1');
    } else if (strcmp(v->kind, "bytes") == 0) {
        size_t len = hex_decode(v->value, body, sizeof body);

        signet_cbor_put_bytes(w, signet_view(body, len));
    } else if (strcmp(v->kind, "text") == 0) {
        (void)hex_decode(v->value, body, sizeof body - 1);
        signet_cbor_put_text(w, (const char *)body);
    } else {
        fail_msg("unknown kind '%s'", v->kind);
    }
}

static void check_write(const struct vector *v)
{
    uint8_t out[64];
    signet_cbor_writer w;
    size_t len = 0;

    signet_cbor_writer_init(&w, out, sizeof out);
    put_value(&w, v);
    assert_int_equal(signet_cbor_writer_finish(&w, &len), SIGNET_OK);
    assert_int_equal(len, v->len);
    assert_memory_equal(out, v->encoding, len);
}

static void check_body(const struct vector *v, signet_bytes got)
{
    uint8_t body[32] = {0};
    size_t len = hex_decode(v->value, body, sizeof body);

    assert_true(signet_equal(got, signet_view(body, len)));
}

static void check_read(const struct vector *v, signet_bytes input)
{
    signet_cbor_reader r;

    signet_cbor_reader_init(&r, input);
    if (strcmp(v->kind, "uint") == 0) {
        assert_true(signet_cbor_get_uint(&r) == strtoull(v->value, NULL, 10));
    } else if (strcmp(v->kind, "int") == 0) {
        assert_true(signet_cbor_get_int(&r) == strtoll(v->value, NULL, 10));
    } else if (strcmp(v->kind, "bool") == 0) {
        assert_int_equal(signet_cbor_get_bool(&r), v->value[0] == '1');
    } else if (strcmp(v->kind, "bytes") == 0) {
        check_body(v, signet_cbor_get_bytes(&r));
    } else {
        check_body(v, signet_cbor_get_text(&r));
    }
    assert_int_equal(signet_cbor_reader_finish(&r), SIGNET_OK);
}

/* One item of any kind, whole; and nothing but truncation when cut short. */
static void check_skip(const struct vector *v)
{
    for (size_t len = 0; len <= v->len; len++) {
        uint8_t *input = guard_copy(v->encoding, len);
        signet_cbor_reader r;

        signet_cbor_reader_init(&r, signet_view(input, len));
        assert_int_equal(signet_cbor_skip(&r).len, len == v->len ? len : 0);
        assert_int_equal(signet_cbor_reader_finish(&r),
                         len == v->len ? SIGNET_OK : SIGNET_ERR_TRUNCATED);
        guard_free(input, len);
    }
}

static void check_refused(const struct vector *v, signet_bytes input)
{
    signet_cbor_reader r;

    signet_cbor_reader_init(&r, input);
    assert_int_equal(signet_cbor_skip(&r).len, 0);
    assert_string_equal(signet_status_name(signet_cbor_reader_finish(&r)),
                        v->value);
}

static void check(const struct vector *v)
{
    uint8_t *input = guard_copy(v->encoding, v->len);

    if (strcmp(v->kind, "refuse") == 0) {
        check_refused(v, signet_view(input, v->len));
    } else {
        check_skip(v);
        if (strcmp(v->kind, "item") != 0) {
            check_write(v);
            check_read(v, signet_view(input, v->len));
        }
    }
    guard_free(input, v->len);
}

static void every_vector_holds(void **state)
{
    FILE *file = fopen(SIGNET_TEST_VECTORS "/cbor_rfc8949.txt", "r");
    char line[256];
    unsigned count = 0;

    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        struct vector v;
        char hex[129];

        if (line[0] == '#' || line[0] == '\n') {
            continue;
        }
        print_message("%s", line);
        assert_int_equal(sscanf(line, "%7s %63s %128s", v.kind, v.value, hex),
                         3);
        v.len = hex_decode(hex, v.encoding, sizeof v.encoding);
        check(&v);
        count++;
    }
    (void)fclose(file);
    assert_true(count > 140);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_holds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
