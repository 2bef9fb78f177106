/* SPDX-License-Identifier: MIT */
/* What TLS needs before it starts. The tests run in this order: wolfSSL has
 * one source of seeds for the whole process. */
#include "world.h"

#include "signet/port/wolfssl.h"

#include "cmocka_all.h"

/* A source that can dry up. */
static signet_status fill(void *ctx, uint8_t *out, size_t len)
{
    const bool *dry = ctx;
    static uint8_t next;
    if (*dry) {
        return SIGNET_ERR_ENTROPY;
    }
    for (size_t i = 0; i < len; i++) {
        out[i] = next++;
    }
    return SIGNET_OK;
}

static signet_status start_tls(void)
{
    signet_posix_stream tcp;
    signet_stream lower;
    signet_tls tls;
    signet_posix_stream_init(&tcp, 1000, &lower);
    return signet_tls_init(&tls, &lower);
}

static void test_no_source(void **state)
{
    (void)state;
    assert_int_equal(start_tls(), SIGNET_ERR_STATE);
}

static void test_dry_source(void **state)
{
    bool dry = true;
    const signet_entropy source = {fill, &dry};
    (void)state;
    assert_int_equal(signet_wolfssl_init(&source), SIGNET_ERR_ENTROPY);
    assert_int_equal(start_tls(), SIGNET_ERR_STATE);
}

static void test_source_dries_up(void **state)
{
    static bool dry;
    const signet_entropy source = {fill, &dry};
    client c;
    (void)state;
    heap_watch();
    assert_int_equal(signet_wolfssl_init(&source), SIGNET_OK);
    credential root = credential_make(NULL, (certificate_spec){.name = "root"});
    credential own = credential_make(&root, world_server());
    server *s = server_start((server_config){.mode = SERVER_ECHO, .own = &own});
    client_make(&c, server_port(s), &root, NULL);
    dry = true;
    assert_int_equal(client_open(&c), SIGNET_ERR_ENTROPY);
    client_close(&c);
    assert_int_equal(heap_live_blocks(), 0);
    assert_int_equal(start_tls(), SIGNET_ERR_ENTROPY);
    dry = false;
    assert_int_equal(client_open(&c), SIGNET_OK);
    client_close(&c);
    server_stop(s);
    credential_free(&own);
    credential_free(&root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_source),
        cmocka_unit_test(test_dry_source),
        cmocka_unit_test(test_source_dries_up),
    };
    return cmocka_run_group_tests_name("tls_start", tests, NULL, NULL);
}
