/* SPDX-License-Identifier: MIT */
#include "cmocka_all.h"
#include "suites.h"

#include <string.h>

/* Bounds of every loop: calls that may answer PENDING, and bytes until a
 * far end that does not read must have stopped us. */
#define MOST_CALLS 2000
#define MOST_BYTES (64u * 1024u * 1024u)

static conformance_stream *fixture_of(void **state)
{
    return *state;
}

static signet_status open_fully(conformance_stream *f, const signet_peer *peer)
{
    const signet_stream *s = &f->stream;
    for (int i = 0; i < MOST_CALLS; i++) {
        signet_status status = s->ops->open(s->ctx, peer);
        if (status != SIGNET_PENDING) {
            return status;
        }
        f->rest(f->arg);
    }
    return SIGNET_PENDING;
}

static void connect_both(conformance_stream *f)
{
    assert_int_equal(open_fully(f, &f->peer), SIGNET_OK);
    assert_true(f->far_accept(f->arg));
}

/* Read until something other than PENDING. */
static signet_status read_some(conformance_stream *f, uint8_t *out, size_t cap,
                               size_t *len)
{
    const signet_stream *s = &f->stream;
    for (int i = 0; i < MOST_CALLS; i++) {
        signet_status status = s->ops->read(s->ctx, out, cap, len);
        if (status != SIGNET_PENDING) {
            return status;
        }
        f->rest(f->arg);
    }
    return SIGNET_PENDING;
}

static int teardown(void **state)
{
    conformance_stream *f = fixture_of(state);
    f->stream.ops->close(f->stream.ctx);
    f->far_close(f->arg);
    return 0;
}

static void STREAM_1_open_comes_up(void **state)
{
    connect_both(fixture_of(state));
}

static void STREAM_1_refused(void **state)
{
    conformance_stream *f = fixture_of(state);
    assert_int_equal(open_fully(f, &f->refusing), SIGNET_ERR_CONNECT);
}

static void STREAM_1_no_such_name(void **state)
{
    conformance_stream *f = fixture_of(state);
    assert_int_equal(open_fully(f, &f->unnamed), SIGNET_ERR_RESOLVE);
}

/* The byte at a position of the stream: no shift goes unseen. */
static uint8_t byte_at(size_t position)
{
    return (uint8_t)((position * 2654435761u) >> 13);
}

static void fill(uint8_t *out, size_t len, size_t position)
{
    for (size_t i = 0; i < len; i++) {
        out[i] = byte_at(position + i);
    }
}

/* Write until the stream takes no more; returns the bytes it took. */
static size_t write_until_pending(conformance_stream *f)
{
    static uint8_t piece[16384];
    const signet_stream *s = &f->stream;
    size_t total = 0;
    while (total < MOST_BYTES) {
        size_t written = 0;
        fill(piece, sizeof piece, total);
        signet_status status =
            s->ops->write(s->ctx, piece, sizeof piece, &written);
        if (status == SIGNET_PENDING) {
            return total;
        }
        assert_int_equal(status, SIGNET_OK);
        assert_true(written <= sizeof piece);
        total += written;
    }
    fail_msg("a far end that reads nothing never stopped the writer");
    return 0;
}

static void STREAM_2_and_5_write_waits_and_loses_nothing(void **state)
{
    conformance_stream *f = fixture_of(state);
    static uint8_t got[4096];
    static uint8_t want[4096];
    connect_both(f);
    size_t total = write_until_pending(f);
    assert_true(total > 0);
    for (size_t done = 0; done < total;) {
        size_t n = total - done < sizeof got ? total - done : sizeof got;
        assert_true(f->far_read(f->arg, got, n));
        fill(want, n, done);
        assert_memory_equal(got, want, n);
        done += n;
    }
}

static void STREAM_3_nothing_to_read_is_pending(void **state)
{
    conformance_stream *f = fixture_of(state);
    uint8_t byte;
    size_t len = 99;
    connect_both(f);
    assert_int_equal(f->stream.ops->read(f->stream.ctx, &byte, 1, &len),
                     SIGNET_PENDING);
}

static void STREAM_3_closed_comes_after_the_data(void **state)
{
    conformance_stream *f = fixture_of(state);
    uint8_t byte;
    size_t len;
    connect_both(f);
    assert_true(f->far_write(f->arg, (const uint8_t *)"xyz", 3));
    f->far_close(f->arg);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(read_some(f, &byte, 1, &len), SIGNET_OK);
        assert_int_equal(len, 1);
        assert_int_equal(byte, 'x' + i);
    }
    assert_int_equal(read_some(f, &byte, 1, &len), SIGNET_CLOSED);
}

static void STREAM_4_close_twice_then_open_anew(void **state)
{
    conformance_stream *f = fixture_of(state);
    const signet_stream *s = &f->stream;
    uint8_t byte;
    size_t len;
    s->ops->close(s->ctx);
    connect_both(f);
    f->far_close(f->arg);
    assert_int_equal(read_some(f, &byte, 1, &len), SIGNET_CLOSED);
    s->ops->close(s->ctx);
    s->ops->close(s->ctx);
    connect_both(f);
    assert_true(f->far_write(f->arg, (const uint8_t *)"n", 1));
    assert_int_equal(read_some(f, &byte, 1, &len), SIGNET_OK);
    assert_int_equal(byte, 'n');
}

static void STREAM_4_open_anew_after_a_refusal(void **state)
{
    conformance_stream *f = fixture_of(state);
    assert_int_equal(open_fully(f, &f->refusing), SIGNET_ERR_CONNECT);
    f->stream.ops->close(f->stream.ctx);
    connect_both(f);
}

/* A peer that hangs up may have said why. */
static void STREAM_4_read_after_failed_write(void **state)
{
    conformance_stream *f = fixture_of(state);
    const signet_stream *s = &f->stream;
    const uint8_t data[64] = {0};
    signet_status status = SIGNET_OK;
    size_t len = 0;
    uint8_t why = 0;
    connect_both(f);
    assert_true(f->far_write(f->arg, (const uint8_t *)"!", 1));
    f->far_close(f->arg);
    for (int i = 0; i < MOST_CALLS && status == SIGNET_OK; i++) {
        status = s->ops->write(s->ctx, data, sizeof data, &len);
        f->rest(f->arg);
    }
    assert_int_not_equal(status, SIGNET_OK);
    assert_int_not_equal(status, SIGNET_PENDING);
    status = read_some(f, &why, 1, &len);
    assert_true(status == SIGNET_OK || !f->keeps_arrived);
    if (status == SIGNET_OK) {
        assert_int_equal(why, '!');
        status = read_some(f, &why, 1, &len);
    }
    assert_int_not_equal(status, SIGNET_OK);
    assert_int_not_equal(status, SIGNET_PENDING);
}

static void STREAM_5_reads_arrive_in_order(void **state)
{
    conformance_stream *f = fixture_of(state);
    static uint8_t sent[20000];
    uint8_t got[777];
    uint8_t want[777];
    size_t len;
    connect_both(f);
    fill(sent, sizeof sent, 0);
    assert_true(f->far_write(f->arg, sent, sizeof sent));
    for (size_t done = 0; done < sizeof sent; done += len) {
        assert_int_equal(read_some(f, got, sizeof got, &len), SIGNET_OK);
        assert_in_range(len, 1, sizeof got);
        fill(want, len, done);
        assert_memory_equal(got, want, len);
    }
}

#define TEST(f)                                                                \
    cmocka_unit_test_prestate_setup_teardown(f, NULL, teardown, fixture)

int conformance_stream_run(conformance_stream *fixture)
{
    const struct CMUnitTest tests[] = {
        TEST(STREAM_1_open_comes_up),
        TEST(STREAM_1_refused),
        TEST(STREAM_1_no_such_name),
        TEST(STREAM_2_and_5_write_waits_and_loses_nothing),
        TEST(STREAM_3_nothing_to_read_is_pending),
        TEST(STREAM_3_closed_comes_after_the_data),
        TEST(STREAM_4_close_twice_then_open_anew),
        TEST(STREAM_4_open_anew_after_a_refusal),
        TEST(STREAM_4_read_after_failed_write),
        TEST(STREAM_5_reads_arrive_in_order),
    };
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
