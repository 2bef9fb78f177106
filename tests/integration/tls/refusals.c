/* SPDX-License-Identifier: MIT */
/* TLS that must not come up, each with its own status. */
#include "world.h"

#include "cmocka_all.h"

static int nothing_left(void **state)
{
    (void)state;
    return heap_live_blocks() == 0 ? 0 : -1;
}

/* ---- The server's certificate ---------------------------------------------
 */

typedef struct server_case {
    const char *text;
    certificate_spec spec;
    bool foreign;    /**< issued by a CA that the client does not trust */
    uint64_t wall_s; /**< what the client knows of the date; 0: nothing */
    uint64_t floor_s;
    signet_status expected;
} server_case;

static signet_status open_case(const server_case *t)
{
    client c;
    const credential *issuer = t->foreign ? &earth.foreign : &earth.root;
    credential own = credential_make(issuer, t->spec);
    server *s = server_start((server_config){
        .mode = SERVER_ECHO, .own = &own, .client_ca = &earth.makers});
    client_make(&c, server_port(s), &earth.root, &earth.alice);
    c.peer.now.wall_s = t->wall_s;
    c.peer.time_floor_s = t->floor_s;
    signet_status status = client_open(&c);
    client_close(&c);
    server_stop(s);
    credential_free(&own);
    return status;
}

#define SERVER .name = "a server", .usage = "serverAuth"
#define NAMED SERVER, .dns = SERVER_NAME
#define OTHER SERVER, .dns = "other.test"
#define LATER .not_before = TEST_NOW + DAY
#define EARLIER .not_before = TEST_NOW - 9 * DAY, .not_after = TEST_NOW - DAY
#define FLOOR (TEST_NOW - 30 * DAY)

/* The date is known. */
static const server_case dated[] = {
    {"in order", {NAMED}, false, TEST_NOW, FLOOR, SIGNET_OK},
    {"wrong CA", {NAMED}, true, TEST_NOW, FLOOR, SIGNET_ERR_TLS_PEER},
    {"wrong signature",
     {NAMED, .forged = true},
     false,
     TEST_NOW,
     FLOOR,
     SIGNET_ERR_TLS_PEER},
    {"wrong name", {OTHER}, false, TEST_NOW, FLOOR, SIGNET_ERR_TLS_NAME},
    {"name as a part of another",
     {SERVER, .dns = SERVER_NAME ".example"},
     false,
     TEST_NOW,
     FLOOR,
     SIGNET_ERR_TLS_NAME},
    {"right CN, wrong SAN",
     {.name = SERVER_NAME, .usage = "serverAuth", .dns = "other.test"},
     false,
     TEST_NOW,
     FLOOR,
     SIGNET_ERR_TLS_NAME},
    {"expired", {NAMED, EARLIER}, false, TEST_NOW, FLOOR, SIGNET_ERR_TLS_PEER},
    {"not yet valid",
     {NAMED, LATER},
     false,
     TEST_NOW,
     FLOOR,
     SIGNET_ERR_TLS_PEER},
    {"a client's certificate",
     {.name = "x", .usage = "clientAuth", .dns = SERVER_NAME},
     false,
     TEST_NOW,
     FLOOR,
     SIGNET_ERR_TLS_PEER},
    {"unknown critical extension",
     {NAMED, .critical_unknown = true},
     false,
     TEST_NOW,
     FLOOR,
     SIGNET_ERR_TLS_PEER},
    {"ended before the floor, by a clock behind it",
     {NAMED, EARLIER},
     false,
     TEST_NOW - 5 * DAY,
     TEST_NOW,
     SIGNET_ERR_TLS_PEER},
    {"trusted, wrong name and expired",
     {OTHER, EARLIER},
     false,
     TEST_NOW,
     FLOOR,
     SIGNET_ERR_TLS_PEER},
};

/* It is not: notBefore is ignored, and nothing else (STREAM-7). */
static const server_case undated[] = {
    {"in order", {NAMED}, false, 0, FLOOR, SIGNET_OK},
    {"not yet valid", {NAMED, LATER}, false, 0, FLOOR, SIGNET_OK},
    {"not yet valid, wrong name",
     {OTHER, LATER},
     false,
     0,
     FLOOR,
     SIGNET_ERR_TLS_NAME},
    {"not yet valid, wrong signature",
     {NAMED, LATER, .forged = true},
     false,
     0,
     FLOOR,
     SIGNET_ERR_TLS_PEER},
    {"not yet valid, wrong CA",
     {NAMED, LATER},
     true,
     0,
     FLOOR,
     SIGNET_ERR_TLS_PEER},
    {"not yet valid, a client's",
     {.name = "x", .usage = "clientAuth", .dns = SERVER_NAME, LATER},
     false,
     0,
     FLOOR,
     SIGNET_ERR_TLS_PEER},
    {"not yet valid, unknown critical extension",
     {NAMED, LATER, .critical_unknown = true},
     false,
     0,
     FLOOR,
     SIGNET_ERR_TLS_PEER},
    {"ends at the floor",
     {NAMED, .not_after = TEST_NOW},
     false,
     0,
     TEST_NOW,
     SIGNET_OK},
    {"ended before the floor",
     {NAMED, .not_after = TEST_NOW - 1},
     false,
     0,
     TEST_NOW,
     SIGNET_ERR_TLS_PEER},
    {"expired, but after the floor",
     {NAMED, EARLIER},
     false,
     0,
     FLOOR,
     SIGNET_OK},
    {"no floor", {NAMED}, false, 0, 0, SIGNET_OK},
};

static void check_all(const server_case *cases, size_t count)
{
    unsigned wrong = 0;
    for (size_t i = 0; i < count; i++) {
        signet_status status = open_case(&cases[i]);
        if (status != cases[i].expected) {
            print_error("%s: %s\n", cases[i].text, signet_status_name(status));
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void test_server_with_known_date(void **state)
{
    (void)state;
    check_all(dated, sizeof(dated) / sizeof(dated[0]));
}

static void test_server_with_unknown_date(void **state)
{
    (void)state;
    check_all(undated, sizeof(undated) / sizeof(undated[0]));
}

/* ---- The CAs above it -----------------------------------------------------
 */

static signet_status open_below(const credential *anchor,
                                const credential *intermediate,
                                const credential *own, uint64_t wall_s)
{
    client c;
    server *s = server_start((server_config){.mode = SERVER_ECHO,
                                             .own = own,
                                             .intermediate = intermediate,
                                             .client_ca = &earth.makers});
    client_make(&c, server_port(s), anchor, &earth.alice);
    c.peer.now.wall_s = wall_s;
    signet_status status = client_open(&c);
    client_close(&c);
    server_stop(s);
    return status;
}

static void test_intermediate_dates(void **state)
{
    (void)state;
    certificate_spec spec = {.name = "servers", LATER};
    credential ca = credential_make(&earth.root, spec);
    credential own = credential_make(&ca, world_server());
    assert_int_equal(open_below(&earth.root, &ca, &own, TEST_NOW),
                     SIGNET_ERR_TLS_PEER);
    assert_int_equal(open_below(&earth.root, &ca, &own, 0), SIGNET_OK);
    credential_free(&own);
    credential_free(&ca);
    spec.forged = true;
    ca = credential_make(&earth.root, spec);
    own = credential_make(&ca, world_server());
    assert_int_equal(open_below(&earth.root, &ca, &own, 0),
                     SIGNET_ERR_TLS_PEER);
    credential_free(&own);
    credential_free(&ca);
}

static void test_anchor_dates(void **state)
{
    (void)state;
    credential root =
        credential_make(NULL, (certificate_spec){.name = "root", LATER});
    credential own = credential_make(&root, world_server());
    assert_int_equal(open_below(&root, NULL, &own, TEST_NOW),
                     SIGNET_ERR_TLS_PEER);
    assert_int_equal(open_below(&root, NULL, &own, 0), SIGNET_OK);
    credential_free(&own);
    credential_free(&root);
}

/* A server's certificate is no CA, whatever it signs. */
static void test_leaf_as_issuer(void **state)
{
    (void)state;
    credential own = credential_make(&earth.own, world_server());
    assert_int_equal(open_below(&earth.root, &earth.own, &own, TEST_NOW),
                     SIGNET_ERR_TLS_PEER);
    assert_int_equal(open_below(&earth.root, &earth.own, &own, 0),
                     SIGNET_ERR_TLS_PEER);
    credential_free(&own);
}

/* ---- Our certificate ------------------------------------------------------
 */

static server *strict_server(void)
{
    return server_start((server_config){
        .mode = SERVER_ECHO, .own = &earth.own, .client_ca = &earth.makers});
}

/* TLS 1.3: the client thinks that all is well until it reads. */
static signet_status refused(const credential *me, const credential *signer)
{
    client c;
    uint8_t byte;
    size_t len;
    server *s = strict_server();
    client_make(&c, server_port(s), &earth.root, me);
    c.private_key.owner = signer;
    signet_status status = client_open(&c);
    if (status == SIGNET_OK) {
        status = client_read_some(&c, &byte, 1, &len);
    }
    client_close(&c);
    server_stop(s);
    return status;
}

static void test_client_without_certificate(void **state)
{
    (void)state;
    assert_int_equal(refused(NULL, NULL), SIGNET_ERR_TLS_REFUSED);
}

static void test_client_of_foreign_ca(void **state)
{
    (void)state;
    credential me = credential_make(&earth.foreign, world_client("mallory"));
    assert_int_equal(refused(&me, &me), SIGNET_ERR_TLS_REFUSED);
    credential_free(&me);
}

static void test_client_expired(void **state)
{
    (void)state;
    certificate_spec spec = world_client("alice");
    spec.not_before = TEST_NOW - 9 * DAY;
    spec.not_after = TEST_NOW - DAY;
    credential me = credential_make(&earth.makers, spec);
    assert_int_equal(refused(&me, &me), SIGNET_ERR_TLS_REFUSED);
    credential_free(&me);
}

static void test_client_with_another_key(void **state)
{
    (void)state;
    assert_int_equal(refused(&earth.alice, &earth.bob), SIGNET_ERR_TLS_REFUSED);
}

/* The one who only writes hears of it too, not merely that TCP broke. */
static void test_refusal_while_writing(void **state)
{
    client c;
    static const uint8_t line[512];
    (void)state;
    server *s = strict_server();
    client_make(&c, server_port(s), &earth.root, NULL);
    assert_int_equal(client_open(&c), SIGNET_OK);
    signet_status status = SIGNET_OK;
    for (int i = 0; i < 1000 && status == SIGNET_OK; i++) {
        status = client_write(&c, line, sizeof(line));
        client_rest(&c);
    }
    assert_int_equal(status, SIGNET_ERR_TLS_REFUSED);
    client_close(&c);
    server_stop(s);
}

static void test_key_fails(void **state)
{
    static const signet_status failures[] = {SIGNET_ERR_KEY, SIGNET_ERR_IO,
                                             SIGNET_ERR_ENTROPY};
    (void)state;
    server *s = strict_server();
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        client c;
        client_make(&c, server_port(s), &earth.root, &earth.alice);
        c.private_key.refusal = failures[i];
        assert_int_equal(client_open(&c), failures[i]);
        client_close(&c);
        c.private_key.refusal = SIGNET_OK;
        assert_int_equal(client_open(&c), SIGNET_OK);
        client_close(&c);
    }
    server_stop(s);
}

/* ---- Servers that cannot talk to us ---------------------------------------
 */

static signet_status open_to(server_config config)
{
    client c;
    server *s = server_start(config);
    client_make(&c, server_port(s), &earth.root, &earth.alice);
    signet_status status = client_open(&c);
    client_close(&c);
    server_stop(s);
    return status;
}

static void test_old_version(void **state)
{
    (void)state;
    assert_int_equal(open_to((server_config){.mode = SERVER_ECHO,
                                             .own = &earth.own,
                                             .old_version = true}),
                     SIGNET_ERR_TLS);
}

static void test_no_tls(void **state)
{
    (void)state;
    assert_int_equal(open_to((server_config){.mode = SERVER_GARBAGE}),
                     SIGNET_ERR_TLS);
}

static void test_nobody_there(void **state)
{
    client c;
    (void)state;
    server *s = strict_server();
    uint16_t port = server_port(s);
    server_stop(s);
    client_make(&c, port, &earth.root, &earth.alice);
    assert_int_equal(client_open(&c), SIGNET_ERR_CONNECT);
    client_close(&c);
}

/* ---- What the caller asks for ---------------------------------------------
 */

static signet_status open_as(const client *asked)
{
    client c = *asked;
    server *s = strict_server();
    uint16_t port = server_port(s);
    client fresh;
    client_make(&fresh, port, &earth.root, &earth.alice);
    fresh.peer = c.peer;
    fresh.peer.port = port;
    signet_status status = client_open(&fresh);
    client_close(&fresh);
    server_stop(s);
    return status;
}

static void test_arguments(void **state)
{
    static const uint8_t junk[] = {0x30, 0x03, 0x02, 0x01, 0x00};
    signet_bytes bad = {junk, sizeof(junk)};
    signet_bytes none = {NULL, 0};
    client c;
    (void)state;
    client_make(&c, 0, &earth.root, &earth.alice);
    signet_peer good = c.peer;

    c.peer.server_name = NULL;
    assert_int_equal(open_as(&c), SIGNET_ERR_ARGUMENT);
    c.peer.server_name = "";
    assert_int_equal(open_as(&c), SIGNET_ERR_ARGUMENT);
    c.peer = good;
    c.peer.anchor_count = 0;
    assert_int_equal(open_as(&c), SIGNET_ERR_ARGUMENT);
    c.peer = good;
    c.peer.key = NULL;
    assert_int_equal(open_as(&c), SIGNET_ERR_ARGUMENT);
    c.peer = good;
    c.peer.chain_count = 0;
    assert_int_equal(open_as(&c), SIGNET_ERR_ARGUMENT);
    c.peer = good;
    c.peer.anchors = &bad;
    assert_int_equal(open_as(&c), SIGNET_ERR_CERTIFICATE);
    c.peer.anchors = &none;
    assert_int_equal(open_as(&c), SIGNET_ERR_CERTIFICATE);
    c.peer = good;
    c.peer.chain = &bad;
    assert_int_equal(open_as(&c), SIGNET_ERR_CERTIFICATE);
    c.peer.chain = &none;
    assert_int_equal(open_as(&c), SIGNET_ERR_CERTIFICATE);
    c.peer = good;
    assert_int_equal(open_as(&c), SIGNET_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_server_with_known_date, nothing_left),
        cmocka_unit_test_teardown(test_server_with_unknown_date, nothing_left),
        cmocka_unit_test_teardown(test_intermediate_dates, nothing_left),
        cmocka_unit_test_teardown(test_anchor_dates, nothing_left),
        cmocka_unit_test_teardown(test_leaf_as_issuer, nothing_left),
        cmocka_unit_test_teardown(test_client_without_certificate,
                                  nothing_left),
        cmocka_unit_test_teardown(test_client_of_foreign_ca, nothing_left),
        cmocka_unit_test_teardown(test_client_expired, nothing_left),
        cmocka_unit_test_teardown(test_client_with_another_key, nothing_left),
        cmocka_unit_test_teardown(test_refusal_while_writing, nothing_left),
        cmocka_unit_test_teardown(test_key_fails, nothing_left),
        cmocka_unit_test_teardown(test_old_version, nothing_left),
        cmocka_unit_test_teardown(test_no_tls, nothing_left),
        cmocka_unit_test_teardown(test_nobody_there, nothing_left),
        cmocka_unit_test_teardown(test_arguments, nothing_left),
    };
    return cmocka_run_group_tests_name("tls_refusals", tests, world_make,
                                       world_end);
}
