/* SPDX-License-Identifier: MIT */
/* DER: what is written, and what is refused on reading. */
#include "cmocka_all.h"

#include <string.h>

#include "der.h"
#include "guard.h"
#include "hex.h"
#include "signet/x509.h"

static struct signet_der_reader reader_of(const char *hex, uint8_t *buffer,
                                          size_t cap)
{
    struct signet_der_reader r;

    signet_der_reader_init(&r,
                           signet_view(buffer, hex_decode(hex, buffer, cap)));
    return r;
}

static void lengths_take_their_shortest_form(void **state)
{
    static const struct {
        size_t len;
        size_t head;
        uint8_t bytes[4];
    } cases[] = {
        {0, 2, {0x04, 0x00}},
        {127, 2, {0x04, 0x7F}},
        {128, 3, {0x04, 0x81, 0x80}},
        {255, 3, {0x04, 0x81, 0xFF}},
        {256, 4, {0x04, 0x82, 0x01, 0x00}},
        {600, 4, {0x04, 0x82, 0x02, 0x58}},
    };
    uint8_t data[600] = {0};
    uint8_t out[640];
    (void)state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct signet_der_writer w;
        struct signet_der_reader r;

        signet_der_writer_init(&w, out, sizeof(out));
        signet_der_put_tlv(&w, DER_OCTET_STRING, data, cases[i].len);
        assert_false(w.full);
        assert_memory_equal(w.ptr, cases[i].bytes, cases[i].head);
        assert_int_equal(out + sizeof(out) - w.ptr,
                         cases[i].head + cases[i].len);
        signet_der_reader_init(
            &r, signet_view(w.ptr, (size_t)(out + sizeof(out) - w.ptr)));
        assert_int_equal(signet_der_take(&r, DER_OCTET_STRING).len,
                         cases[i].len);
        assert_false(r.bad);
        assert_false(signet_der_more(&r));
    }
}

static void a_full_buffer_is_told_and_not_overrun(void **state)
{
    uint8_t out[8] = {0};
    uint8_t data[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    struct signet_der_writer w;
    (void)state;

    for (size_t cap = 0; cap < 8; cap++) {
        signet_der_writer_init(&w, out, cap);
        signet_der_put_tlv(&w, DER_OCTET_STRING, data, 6);
        assert_true(w.full);
        signet_der_put(&w, data, 0);
        assert_true(w.full);
    }
    signet_der_writer_init(&w, out, 8);
    signet_der_put_tlv(&w, DER_OCTET_STRING, data, 6);
    assert_false(w.full);
    signet_der_close(&w, DER_SEQUENCE, out + 8);
    assert_true(w.full);
}

static void lengths_that_only_ber_allows_are_refused(void **state)
{
    static const char *const bad[] = {
        "04",           "0480",           "0485",         "048100",
        "04817f00",     "04820001",       "0482007f",     "04820080",
        "048300000100", "0484000000010a", "0402ff",       "04ff",
        "0400ff",       "0500",           "0482ffff0000", "-",
    };
    uint8_t buffer[32];
    (void)state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct signet_der_reader r = reader_of(bad[i], buffer, 32);
        const uint8_t *end = r.end;

        (void)signet_der_take(&r, DER_OCTET_STRING);
        signet_der_leave(&r, end); /* what follows is bad, too */
        assert_true(r.bad);
    }
}

/* Each is complete but for its form: 04 82 00 FF and 255 bytes, and so on. */
static void longer_forms_of_a_short_length_are_refused(void **state)
{
    static const struct {
        uint8_t head[4];
        size_t head_len;
        size_t len;
        bool bad;
    } cases[] = {
        {{0x04, 0x81, 0x7F}, 3, 127, true},
        {{0x04, 0x81, 0x80}, 3, 128, false},
        {{0x04, 0x82, 0x00, 0xFF}, 4, 255, true},
        {{0x04, 0x82, 0x01, 0x00}, 4, 256, false},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t der[300] = {0};
        struct signet_der_reader r;

        memcpy(der, cases[i].head, cases[i].head_len);
        signet_der_reader_init(
            &r, signet_view(der, cases[i].head_len + cases[i].len));
        (void)signet_der_take(&r, DER_OCTET_STRING);
        assert_true(r.bad == cases[i].bad);
    }
}

static void a_bad_reader_gives_nothing_more(void **state)
{
    uint8_t buffer[8];
    struct signet_der_reader r = reader_of("0401aa0401bb", buffer, 8);
    (void)state;

    (void)signet_der_take(&r, DER_INTEGER);
    assert_true(r.bad);
    assert_false(signet_der_more(&r));
    assert_int_equal(signet_der_take(&r, DER_OCTET_STRING).len, 0);
    assert_int_equal(signet_der_element(&r).len, 0);
    assert_ptr_equal(signet_der_enter(&r, DER_OCTET_STRING), r.end);
    signet_der_expect(&r, buffer, 1);
    assert_ptr_equal(r.ptr, buffer);
}

static void integers_are_positive_and_shortest(void **state)
{
    static const char *const bad[] = {
        "0200", "020180", "0202007f", "02020000", "0203010000", "0202ff01",
    };
    uint8_t buffer[8];
    uint8_t out[2];
    struct signet_der_reader r;
    (void)state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        r = reader_of(bad[i], buffer, sizeof(buffer));
        signet_der_take_uint(&r, out, sizeof(out));
        assert_true(r.bad);
    }
}

static void integers_come_back(void **state)
{
    static const struct {
        uint8_t in[2];
        const char *der;
    } cases[] = {
        {{0, 0}, "020100"},           {{0, 0x7F}, "02017f"},
        {{0, 0x80}, "02020080"},      {{1, 0}, "02020100"},
        {{0xFF, 0xFF}, "020300ffff"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t expected[8];
        uint8_t out[8];
        uint8_t value[2];
        size_t len = hex_decode(cases[i].der, expected, sizeof(expected));
        struct signet_der_writer w;
        struct signet_der_reader r;

        signet_der_writer_init(&w, out, len);
        signet_der_put_uint(&w, cases[i].in, 2);
        assert_false(w.full);
        assert_memory_equal(out, expected, len);
        signet_der_reader_init(&r, signet_view(out, len));
        signet_der_take_uint(&r, value, 2);
        assert_false(r.bad);
        assert_memory_equal(value, cases[i].in, 2);
    }
}

static uint64_t take_time(const char *text, uint8_t tag, bool *bad)
{
    size_t len = strlen(text);
    uint8_t *der = guard_new(len + 2);
    struct signet_der_reader r;
    uint64_t value = 0;

    der[0] = tag;
    der[1] = (uint8_t)len;
    memcpy(der + 2, text, len);
    signet_der_reader_init(&r, signet_view(der, len + 2));
    value = signet_der_take_time(&r);
    *bad = r.bad;
    guard_free(der, len + 2);
    return value;
}

/* Values from date(1), GNU coreutils: date -u -d '...' +%s */
static void dates_are_read(void **state)
{
    static const struct {
        const char *text;
        uint64_t time_s;
    } cases[] = {
        {"700101000000Z", 0},
        {"991231235959Z", 946684799},
        {"000101000000Z", 946684800},
        {"000229120000Z", 951825600},
        {"260101000000Z", 1767225600},
        {"280229235959Z", 1835481599},
        {"491231235959Z", 2524607999},
        {"20500101000000Z", 2524608000},
        {"21000228235959Z", 4107542399},
        {"21000301000000Z", 4107542400},
        {"24000229000000Z", 13574563200},
        {"99991231235959Z", SIGNET_X509_NO_END},
    };
    bool bad = true;
    (void)state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t tag =
            strlen(cases[i].text) == 13 ? DER_UTC_TIME : DER_GENERALIZED_TIME;

        assert_int_equal(take_time(cases[i].text, tag, &bad), cases[i].time_s);
        assert_false(bad);
    }
}

static void wrong_dates_are_refused(void **state)
{
    static const char *const utc[] = {
        "260101000000",
        "2601010000Z",
        "260001000000Z",
        "261301000000Z",
        "260100000000Z",
        "260132000000Z",
        "260431000000Z",
        "270229000000Z",
        "260101240000Z",
        "260101006000Z",
        "260101000060Z",
        "2601010000 0Z",
        "26010100000:Z",
        "260101000000+0100",
        "260101000000z",
        "690101000000Z",
        "500101000000Z",
        "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0cZ",
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xffZ",
        "",
    };
    static const char *const generalized[] = {
        "20260101000000Z", "20491231235959Z", "21000229000000Z",
        "20500101000000",  "2050010100000Z",  "20500101000000.5Z",
        "19600101000000Z", "00000101000000Z", "00000000000000Z",
    };
    bool bad = false;
    (void)state;

    for (size_t i = 0; i < sizeof(utc) / sizeof(utc[0]); i++) {
        assert_int_equal(take_time(utc[i], DER_UTC_TIME, &bad), 0);
        assert_true(bad);
    }
    for (size_t i = 0; i < sizeof(generalized) / sizeof(generalized[0]); i++) {
        assert_int_equal(take_time(generalized[i], DER_GENERALIZED_TIME, &bad),
                         0);
        assert_true(bad);
    }
    (void)take_time("260101000000Z", DER_OCTET_STRING, &bad);
    assert_true(bad);
}

static void every_day_to_2500_comes_back(void **state)
{
    (void)state;
    for (uint64_t day = 0; day < 366u * 530u; day++) {
        uint64_t time_s = day * 86400 + day % 86400;
        uint8_t out[DER_TIME_MAX];
        struct signet_der_writer w;
        struct signet_der_reader r;

        signet_der_writer_init(&w, out, sizeof(out));
        signet_der_put_time(&w, time_s);
        signet_der_reader_init(
            &r, signet_view(w.ptr, (size_t)(out + sizeof(out) - w.ptr)));
        assert_true(signet_der_take_time(&r) == time_s && !r.bad);
    }
}

static bool name_is_good(const char *hex, const char *cn)
{
    uint8_t buffer[256];
    struct signet_der_reader r = reader_of(hex, buffer, sizeof(buffer));
    signet_bytes found;
    signet_bytes name = signet_der_take_name(&r, &found);

    if (r.bad) {
        assert_int_equal(found.len, 0);
        assert_int_equal(name.len, 0);
        return false;
    }
    assert_int_equal(found.len, strlen(cn));
    if (found.len > 0) {
        assert_memory_equal(found.ptr, cn, found.len);
    }
    return true;
}

static void names_give_their_only_cn(void **state)
{
    (void)state;
    assert_true(name_is_good("3000", ""));
    assert_true(name_is_good("300d310b300906035504030c026162", "ab"));
    assert_true(name_is_good("300d310b3009060355040313026162", "ab"));
    /* O=xyz, CN=ab */
    assert_true(name_is_good(
        "301b310c300a060355040a0c0378797a310b300906035504030c026162", "ab"));
    /* two CNs; an empty one; BMPString; a control character; two in a SET */
    assert_false(name_is_good(
        "301a310b300906035504030c026162310b300906035504030c026364", ""));
    assert_false(name_is_good("300b3109300706035504030c00", ""));
    assert_false(name_is_good("300d310b300906035504031e026162", ""));
    assert_false(name_is_good("300d310b300906035504030c026100", ""));
    assert_false(name_is_good(
        "30183116300906035504030c026162300906035504030c026364", ""));
    assert_false(name_is_good("30023100", ""));
    assert_false(name_is_good("300d310b300906035504030c0261", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lengths_take_their_shortest_form),
        cmocka_unit_test(a_full_buffer_is_told_and_not_overrun),
        cmocka_unit_test(lengths_that_only_ber_allows_are_refused),
        cmocka_unit_test(longer_forms_of_a_short_length_are_refused),
        cmocka_unit_test(a_bad_reader_gives_nothing_more),
        cmocka_unit_test(integers_are_positive_and_shortest),
        cmocka_unit_test(integers_come_back),
        cmocka_unit_test(dates_are_read),
        cmocka_unit_test(wrong_dates_are_refused),
        cmocka_unit_test(every_day_to_2500_comes_back),
        cmocka_unit_test(names_give_their_only_cn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
