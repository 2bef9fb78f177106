/* SPDX-License-Identifier: MIT */
/* TLS against a real server: sessions that work, and how they end. */
#include "world.h"

#include "signet/port/wolfssl.h"

#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

static server_config mutual(server_mode mode)
{
    return (server_config){
        .mode = mode, .own = &earth.own, .client_ca = &earth.makers};
}

static int nothing_left(void **state)
{
    (void)state;
    heap_fail_after(SIZE_MAX);
    return heap_live_blocks() == 0 ? 0 : -1;
}

static void fill(uint8_t *out, size_t len, uint32_t seed)
{
    for (size_t i = 0; i < len; i++) {
        seed = seed * 1664525u + 1013904223u;
        out[i] = (uint8_t)(seed >> 24);
    }
}

/* Send len bytes in pieces and compare what comes back. */
static void exchange(client *c, size_t len, size_t piece, uint32_t seed)
{
    uint8_t *sent = malloc(len);
    uint8_t *got = malloc(len);
    assert_non_null(sent);
    assert_non_null(got);
    fill(sent, len, seed);
    for (size_t at = 0; at < len; at += piece) {
        size_t part = len - at < piece ? len - at : piece;
        assert_int_equal(client_write(c, sent + at, part), SIGNET_OK);
        assert_int_equal(client_read(c, got + at, part), SIGNET_OK);
    }
    assert_memory_equal(sent, got, len);
    free(sent);
    free(got);
}

static void test_echo(void **state)
{
    client c;
    (void)state;
    server *s = server_start(mutual(SERVER_ECHO));
    client_make(&c, server_port(s), &earth.root, &earth.alice);
    assert_int_equal(client_open(&c), SIGNET_OK);
    exchange(&c, 100 * 1024, 7000, 1);
    assert_string_equal(server_sni(s), SERVER_NAME);
    assert_int_equal(c.private_key.signatures, 1);
    client_close(&c);
    server_stop(s);
}

/* One byte a call, every other call pending: all is resumed everywhere. */
static void test_one_byte_at_a_time(void **state)
{
    client c;
    (void)state;
    server *s = server_start(mutual(SERVER_ECHO));
    client_make(&c, server_port(s), &earth.root, &earth.alice);
    c.drip = true;
    assert_int_equal(client_open(&c), SIGNET_OK);
    exchange(&c, 10 * 1024, 3000, 2);
    client_close(&c);
    server_stop(s);
}

static void open_together(client *a, client *b)
{
    signet_status first = SIGNET_PENDING;
    signet_status second = SIGNET_PENDING;
    for (int i = 0; i < 1000; i++) {
        if (first == SIGNET_PENDING) {
            first = a->stream.ops->open(a->stream.ctx, &a->peer);
        }
        if (second == SIGNET_PENDING) {
            second = b->stream.ops->open(b->stream.ctx, &b->peer);
        }
        if (first != SIGNET_PENDING && second != SIGNET_PENDING) {
            break;
        }
        client_rest(first == SIGNET_PENDING ? a : b);
    }
    assert_int_equal(first, SIGNET_OK);
    assert_int_equal(second, SIGNET_OK);
}

/* Two devices in one process: each signs with its own key, and each has its
 * own idea of the date. */
static void test_two_at_once(void **state)
{
    client a;
    client b;
    certificate_spec spec = world_server();
    (void)state;
    spec.not_before = TEST_NOW + DAY;
    credential later = credential_make(&earth.foreign, spec);
    server_config config = mutual(SERVER_ECHO);
    config.own = &later;
    server *s = server_start(mutual(SERVER_ECHO));
    server *t = server_start(config);
    client_make(&a, server_port(s), &earth.root, &earth.alice);
    client_make(&b, server_port(t), &earth.foreign, &earth.bob);
    b.peer.now.wall_s = TEST_NOW + 2 * DAY;
    open_together(&a, &b);
    for (uint32_t i = 0; i < 5; i++) {
        exchange(&a, 2000, 500, i);
        exchange(&b, 2000, 500, 100 + i);
    }
    assert_int_equal(a.private_key.signatures, 1);
    assert_int_equal(b.private_key.signatures, 1);
    client_close(&a);
    exchange(&b, 2000, 500, 7);
    client_close(&b);
    server_stop(s);
    server_stop(t);
    credential_free(&later);
}

/* Many streams at once: no table of them has an end. */
static void test_twenty_at_once(void **state)
{
    static client many[20];
    server *servers[20];
    (void)state;
    for (int i = 0; i < 20; i++) {
        servers[i] = server_start(mutual(SERVER_ECHO));
        client_make(&many[i], server_port(servers[i]), &earth.root,
                    i % 2 == 0 ? &earth.alice : &earth.bob);
        assert_int_equal(client_open(&many[i]), SIGNET_OK);
    }
    for (int i = 0; i < 20; i++) {
        exchange(&many[i], 100, 100, (uint32_t)i);
        assert_int_equal(many[i].private_key.signatures, 1);
        client_close(&many[i]);
        server_stop(servers[i]);
    }
}

static void test_without_client_certificate(void **state)
{
    client c;
    (void)state;
    server *s =
        server_start((server_config){.mode = SERVER_ECHO, .own = &earth.own});
    client_make(&c, server_port(s), &earth.root, NULL);
    assert_int_equal(client_open(&c), SIGNET_OK);
    exchange(&c, 1000, 100, 3);
    client_close(&c);
    server_stop(s);
}

/* The server's chain has an intermediate, and so has the client's. */
static void test_intermediates(void **state)
{
    client c;
    (void)state;
    credential server_ca =
        credential_make(&earth.root, (certificate_spec){.name = "servers"});
    credential own = credential_make(&server_ca, world_server());
    credential client_ca =
        credential_make(&earth.makers, (certificate_spec){.name = "device"});
    credential me = credential_make(&client_ca, world_client("carol"));
    server_config config = mutual(SERVER_ECHO);
    config.own = &own;
    config.intermediate = &server_ca;
    server *s = server_start(config);
    client_make(&c, server_port(s), &earth.root, &me);
    c.chain[1] = client_ca.der;
    c.peer.chain_count = 2;
    assert_int_equal(client_open(&c), SIGNET_OK);
    exchange(&c, 1000, 100, 4);
    client_close(&c);
    server_stop(s);
    credential_free(&server_ca);
    credential_free(&own);
    credential_free(&client_ca);
    credential_free(&me);
}

static void test_second_anchor(void **state)
{
    client c;
    (void)state;
    server *s = server_start(mutual(SERVER_ECHO));
    client_make(&c, server_port(s), &earth.foreign, &earth.alice);
    c.anchors[1] = earth.root.der;
    c.peer.anchor_count = 2;
    assert_int_equal(client_open(&c), SIGNET_OK);
    exchange(&c, 100, 100, 5);
    client_close(&c);
    server_stop(s);
}

/* ---- Endings --------------------------------------------------------------
 */

/* Read to the end: its status, which is the end's for good (STREAM-4). */
static signet_status end_of(server_mode mode)
{
    client c;
    uint8_t byte;
    size_t len;
    server *s = server_start(mutual(mode));
    client_make(&c, server_port(s), &earth.root, &earth.alice);
    assert_int_equal(client_open(&c), SIGNET_OK);
    assert_int_equal(client_write(&c, "bye", 3), SIGNET_OK);
    signet_status status = client_read_some(&c, &byte, 1, &len);
    assert_int_equal(client_read_some(&c, &byte, 1, &len), SIGNET_ERR_STATE);
    assert_int_equal(client_write(&c, "x", 1), SIGNET_ERR_STATE);
    assert_int_equal(client_open(&c), SIGNET_ERR_STATE);
    client_close(&c);
    client_close(&c);
    assert_int_equal(client_open(&c), SIGNET_OK);
    client_close(&c);
    server_stop(s);
    return status;
}

static void test_closed_in_order(void **state)
{
    (void)state;
    assert_int_equal(end_of(SERVER_CLOSES), SIGNET_CLOSED);
}

/* An attacker can end TCP, so this is no orderly end. */
static void test_truncated(void **state)
{
    (void)state;
    assert_int_equal(end_of(SERVER_DROPS), SIGNET_ERR_CONNECT);
}

static void test_closes_in_order_itself(void **state)
{
    client c;
    char byte;
    (void)state;
    server *s = server_start(mutual(SERVER_HANDED));
    client_make(&c, server_port(s), &earth.root, &earth.alice);
    assert_int_equal(client_open(&c), SIGNET_OK);
    SSL *far = server_accepted(s);
    assert_non_null(far);
    client_close(&c);
    int result = SSL_read(far, &byte, 1);
    assert_int_equal(SSL_get_error(far, result), SSL_ERROR_ZERO_RETURN);
    server_release(s);
    server_stop(s);
}

/* The server changes its sending keys (RFC 8446 s4.6.3): nothing is lost. */
static void test_key_update(void **state)
{
    client c;
    char out[4] = "";
    (void)state;
    server *s = server_start(mutual(SERVER_HANDED));
    client_make(&c, server_port(s), &earth.root, &earth.alice);
    assert_int_equal(client_open(&c), SIGNET_OK);
    SSL *far = server_accepted(s);
    assert_non_null(far);
    assert_int_equal(SSL_key_update(far, SSL_KEY_UPDATE_REQUESTED), 1);
    assert_int_equal(SSL_write(far, "new", 3), 3);
    assert_int_equal(client_read(&c, out, 3), SIGNET_OK);
    assert_string_equal(out, "new");
    assert_int_equal(client_write(&c, "two", 3), SIGNET_OK);
    assert_int_equal(SSL_read(far, out, 3), 3);
    assert_string_equal(out, "two");
    server_release(s);
    client_close(&c);
    server_stop(s);
}

/* ---- Memory ---------------------------------------------------------------
 */

/* Each allocation fails once: an error, no crash, nothing left behind. */
static void test_heap_exhausted(void **state)
{
    client c;
    signet_status status = SIGNET_ERR_FULL;
    size_t count = 0;
    (void)state;
    heap_watch(); /* the peak of one session */
    server *s = server_start(mutual(SERVER_ECHO));
    for (; count < 5000 && status != SIGNET_OK; count++) {
        client_make(&c, server_port(s), &earth.root, &earth.alice);
        heap_fail_after(count);
        status = client_open(&c);
        assert_int_not_equal(status, SIGNET_PENDING);
        client_close(&c);
        assert_int_equal(heap_live_blocks(), 0);
    }
    heap_fail_after(SIZE_MAX);
    assert_int_equal(status, SIGNET_OK);
    assert_true(count > 50);
    print_message("%zu allocations, peak %zu bytes\n", count,
                  heap_peak_bytes());
    server_stop(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_echo, nothing_left),
        cmocka_unit_test_teardown(test_one_byte_at_a_time, nothing_left),
        cmocka_unit_test_teardown(test_two_at_once, nothing_left),
        cmocka_unit_test_teardown(test_twenty_at_once, nothing_left),
        cmocka_unit_test_teardown(test_without_client_certificate,
                                  nothing_left),
        cmocka_unit_test_teardown(test_intermediates, nothing_left),
        cmocka_unit_test_teardown(test_second_anchor, nothing_left),
        cmocka_unit_test_teardown(test_closed_in_order, nothing_left),
        cmocka_unit_test_teardown(test_truncated, nothing_left),
        cmocka_unit_test_teardown(test_closes_in_order_itself, nothing_left),
        cmocka_unit_test_teardown(test_key_update, nothing_left),
        cmocka_unit_test_teardown(test_heap_exhausted, nothing_left),
    };
    return cmocka_run_group_tests_name("tls_session", tests, world_make,
                                       world_end);
}
