/* SPDX-License-Identifier: MIT */
#include "cose_structure.h"

#include "cbor_head.h"

/* Array head, text head and the longer context, "Signature1". */
#define OPENING_MAX (1u + 1u + 10u)

struct cose_structure signet_cose_structure1(signet_bytes protected_header,
                                             signet_bytes aad,
                                             signet_bytes payload)
{
    struct cose_structure structure = {
        .context = "Signature1",
        .parts = {protected_header, aad, payload},
        .count = 3,
    };

    return structure;
}

struct cose_structure signet_cose_structure(const signet_cose_object *object,
                                            size_t index, signet_bytes aad)
{
    struct cose_structure structure = {
        .context = "Signature",
        .parts = {object->body_protected,
                  object->signatures[index].protected_header, aad,
                  object->payload},
        .count = 4,
    };

    if (!object->multiple) {
        return signet_cose_structure1(object->body_protected, aad,
                                      object->payload);
    }
    return structure;
}

static signet_status hash_opening(signet_sha256 *sha,
                                  const struct cose_structure *structure)
{
    uint8_t opening[OPENING_MAX];
    signet_cbor_writer w;
    size_t len = 0;
    signet_status status = SIGNET_OK;

    signet_cbor_writer_init(&w, opening, sizeof opening);
    signet_cbor_put_array(&w, structure->count + 1);
    signet_cbor_put_text(&w, structure->context);
    status = signet_cbor_writer_finish(&w, &len);
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_sha256_update(sha, opening, len);
}

static signet_status hash_part(signet_sha256 *sha, signet_bytes part)
{
    uint8_t head[CBOR_HEAD_MAX];
    signet_cbor_writer w;
    signet_status status = SIGNET_OK;

    signet_cbor_writer_init(&w, head, sizeof head);
    signet_cbor_put_head(&w, SIGNET_CBOR_BYTES, part.len);
    status = signet_sha256_update(sha, head, w.len);
    if (status != SIGNET_OK || part.len == 0) {
        return status;
    }
    return signet_sha256_update(sha, part.ptr, part.len);
}

signet_status signet_cose_digest(const struct cose_structure *structure,
                                 uint8_t digest[32])
{
    signet_sha256 sha;
    signet_status status = signet_sha256_init(&sha);

    if (status == SIGNET_OK) {
        status = hash_opening(&sha, structure);
    }
    for (size_t i = 0; i < structure->count && status == SIGNET_OK; i++) {
        status = hash_part(&sha, structure->parts[i]);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_sha256_final(&sha, digest);
}

signet_status signet_cose_to_be_signed(const signet_cose_object *object,
                                       size_t index, signet_bytes aad,
                                       uint8_t *out, size_t cap, size_t *len)
{
    struct cose_structure structure;
    signet_cbor_writer w;

    *len = 0;
    if (index >= object->count) {
        return SIGNET_ERR_ARGUMENT;
    }
    structure = signet_cose_structure(object, index, aad);
    signet_cbor_writer_init(&w, out, cap);
    signet_cbor_put_array(&w, structure.count + 1);
    signet_cbor_put_text(&w, structure.context);
    for (size_t i = 0; i < structure.count; i++) {
        signet_cbor_put_bytes(&w, structure.parts[i]);
    }
    return signet_cbor_writer_finish(&w, len);
}
