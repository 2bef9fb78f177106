/* SPDX-License-Identifier: MIT */
#include "buffer.h"

/* Room for the COSE_Sign1 around a payload (signet_cose_sign1). */
#define SIGN1_OVERHEAD 128u

struct list {
    uint32_t counter;
    const signing_trust_entry *entries;
    size_t count;
};

static void put_entry(signet_cbor_writer *w, const signing_trust_entry *entry)
{
    signet_cbor_put_map(w, entry->flags != 0 ? 4 : 3);
    signet_cbor_put_uint(w, 1);
    signet_cbor_put_uint(w, entry->purposes);
    signet_cbor_put_uint(w, 2);
    signet_cbor_put_int(w, entry->algorithm);
    signet_cbor_put_uint(w, 3);
    signet_cbor_put_bytes(w, entry->key);
    if (entry->flags != 0) {
        signet_cbor_put_uint(w, 4);
        signet_cbor_put_uint(w, entry->flags);
    }
}

static void put_list(signet_cbor_writer *w, const void *what)
{
    const struct list *list = what;

    signet_cbor_put_map(w, 3);
    signet_cbor_put_uint(w, 1);
    signet_cbor_put_uint(w, 1);
    signet_cbor_put_uint(w, 2);
    signet_cbor_put_uint(w, list->counter);
    signet_cbor_put_uint(w, 3);
    signet_cbor_put_array(w, list->count);
    for (size_t i = 0; i < list->count; i++) {
        put_entry(w, &list->entries[i]);
    }
}

static signet_status sign(const signet_key *root, const signing_buffer *payload,
                          signing_buffer *out)
{
    signet_status status =
        signing_buffer_new(out, payload->len + SIGN1_OVERHEAD);

    if (status != SIGNET_OK) {
        return status;
    }
    status =
        signet_cose_sign1(root,
                          signet_view((const uint8_t *)SIGNET_AAD_TRUST_LIST,
                                      sizeof SIGNET_AAD_TRUST_LIST - 1),
                          signing_view(payload), out->ptr, out->len, &out->len);
    if (status == SIGNET_OK && out->len > SIGNET_TRUST_MAX_SIZE) {
        status = SIGNET_ERR_TOO_LARGE;
    }
    if (status != SIGNET_OK) {
        signing_buffer_free(out);
    }
    return status;
}

signet_status signing_trust_list_write(uint32_t counter,
                                       const signing_trust_entry *entries,
                                       size_t count, const signet_key *root,
                                       signing_buffer *out)
{
    struct list list = {counter, entries, count};
    signing_buffer payload = {NULL, 0};
    signet_status status = SIGNET_OK;

    out->ptr = NULL;
    out->len = 0;
    if (count == 0 || count > SIGNET_TRUST_MAX_ENTRIES) {
        return SIGNET_ERR_ARGUMENT;
    }
    status = signing_encode(put_list, &list, &payload);
    if (status == SIGNET_OK) {
        status = sign(root, &payload, out);
    }
    signing_buffer_free(&payload);
    return status;
}
