/* SPDX-License-Identifier: MIT */
#include "inspect.h"

#include "signet/update.h"

#include <string.h>

static const struct {
    uint32_t bit;
    const char *name;
} purposes[] = {
    {SIGNET_PURPOSE_FIRMWARE, "firmware"},
    {SIGNET_PURPOSE_BROKER_CA, "broker-ca"},
    {SIGNET_PURPOSE_OPERATIONAL_ISSUER, "operational-issuer"},
    {SIGNET_PURPOSE_SERVICE, "service"},
    {SIGNET_PURPOSE_TIME, "time"},
    {SIGNET_PURPOSE_UNLOCK, "unlock"},
    {SIGNET_PURPOSE_OWNERSHIP, "ownership"},
};

static void show_purposes(show *s, uint64_t mask)
{
    char text[128] = "";
    for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++) {
        if ((mask & purposes[i].bit) != 0) {
            /* All seven names fit. */
            strcat(text, text[0] == '\0' ? "" : " ");
            strcat(text, purposes[i].name);
        }
    }
    show_text(s, "purposes", text);
}

static void show_key(show *s, signet_bytes key)
{
    uint8_t kid[SIGNET_KID_SIZE];
    if (key.len == 64u && signet_kid(key.ptr, kid) == SIGNET_OK) {
        show_hex(s, "kid", signet_view(kid, sizeof kid));
    }
    if (key.len > 64u) {
        show_begin(s, "certificate");
        (void)inspect_certificate(s, key);
        show_end(s);
    } else {
        show_hex(s, "key", key);
    }
}

static void show_field(show *s, int64_t key, signet_cbor_reader *r)
{
    switch (key) {
    case 1:
        show_purposes(s, signet_cbor_get_uint(r));
        return;
    case 2:
        show_int(s, "algorithm", signet_cbor_get_int(r));
        return;
    case 3:
        show_key(s, signet_cbor_get_bytes(r));
        return;
    case 4:
        show_bool(s, "development",
                  (signet_cbor_get_uint(r) & SIGNET_TRUST_DEVELOPMENT) != 0);
        return;
    default:
        signet_cbor_fail(r, SIGNET_ERR_UNKNOWN_CRITICAL);
    }
}

static void show_entry(show *s, signet_cbor_reader *r)
{
    int64_t key = SIGNET_CBOR_NO_KEY;
    size_t count = signet_cbor_get_map(r, 4);
    show_begin(s, NULL);
    for (size_t i = 0; i < count && r->status == SIGNET_OK; i++) {
        signet_cbor_get_key(r, &key);
        show_field(s, key, r);
    }
    show_end(s);
}

static void show_entries(show *s, signet_cbor_reader *r)
{
    size_t count = signet_cbor_get_array(r, SIGNET_TRUST_MAX_ENTRIES);
    show_begin_array(s, "entries");
    for (size_t i = 0; i < count && r->status == SIGNET_OK; i++) {
        show_entry(s, r);
    }
    show_end_array(s);
}

signet_status inspect_trust_list(show *s, signet_bytes payload)
{
    signet_cbor_reader r;
    int64_t key = SIGNET_CBOR_NO_KEY;
    signet_cbor_reader_init(&r, payload);
    size_t count = signet_cbor_get_map(&r, 3);
    for (size_t i = 0; i < count && r.status == SIGNET_OK; i++) {
        signet_cbor_get_key(&r, &key);
        if (key == 3) {
            show_entries(s, &r);
        } else if (key == 1 || key == 2) {
            show_uint(s, key == 1 ? "format" : "counter",
                      signet_cbor_get_uint(&r));
        } else {
            signet_cbor_fail(&r, SIGNET_ERR_UNKNOWN_CRITICAL);
        }
    }
    return signet_cbor_reader_finish(&r);
}
