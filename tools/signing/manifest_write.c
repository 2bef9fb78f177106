/* SPDX-License-Identifier: MIT */
#include "buffer.h"

#include <string.h>

#define TAG_COSE_SIGN 98u
/* {1: alg, 4: kid} with the longest alg that CBOR knows. */
#define HEADER_MAX (1u + 1u + 9u + 1u + 1u + SIGNET_KID_SIZE)

struct header {
    uint8_t bytes[HEADER_MAX];
    size_t len;
};

static const signet_bytes no_bytes = {NULL, 0};

static signet_bytes manifest_aad(void)
{
    return signet_view((const uint8_t *)SIGNET_AAD_MANIFEST,
                       sizeof SIGNET_AAD_MANIFEST - 1);
}

static void put_field(signet_cbor_writer *w, uint64_t key, uint64_t value)
{
    signet_cbor_put_uint(w, key);
    signet_cbor_put_uint(w, value);
}

static void put_bytes(signet_cbor_writer *w, uint64_t key, const uint8_t *bytes,
                      size_t len)
{
    signet_cbor_put_uint(w, key);
    signet_cbor_put_bytes(w, signet_view(bytes, len));
}

static void put_dependencies(signet_cbor_writer *w, const signing_manifest *m)
{
    signet_cbor_put_uint(w, 14);
    signet_cbor_put_array(w, m->dependency_count);
    for (size_t i = 0; i < m->dependency_count; i++) {
        signet_cbor_put_array(w, 2);
        signet_cbor_put_uint(w, m->dependencies[i].component);
        signet_cbor_put_uint(w, m->dependencies[i].min_sequence);
    }
}

static size_t field_count(const signing_manifest *m)
{
    size_t count = 11;

    count += m->slot >= 0 ? 1 : 0;
    count += m->not_after_s != 0 ? 1 : 0;
    count += m->dependency_count != 0 ? 1 : 0;
    return count;
}

static void put_manifest(signet_cbor_writer *w, const void *what)
{
    const signing_manifest *m = what;

    signet_cbor_put_map(w, field_count(m));
    put_field(w, 1, 1);
    put_bytes(w, 2, m->vendor_id, sizeof m->vendor_id);
    put_bytes(w, 3, m->class_id, sizeof m->class_id);
    put_field(w, 4, m->sequence);
    put_field(w, 5, m->security_counter);
    signet_cbor_put_uint(w, 6);
    signet_cbor_put_text(w, m->version);
    put_field(w, 7, m->component);
    if (m->slot >= 0) {
        put_field(w, 8, (uint64_t)m->slot);
    }
    put_field(w, 9, m->size);
    put_bytes(w, 10, m->digest, sizeof m->digest);
    put_field(w, 11, m->chunk_size);
    put_bytes(w, 12, m->first_block, sizeof m->first_block);
    if (m->not_after_s != 0) {
        put_field(w, 13, m->not_after_s);
    }
    if (m->dependency_count != 0) {
        put_dependencies(w, m);
    }
}

signet_status signing_manifest_payload(const signing_manifest *manifest,
                                       signing_buffer *payload)
{
    payload->ptr = NULL;
    payload->len = 0;
    if (manifest->version == NULL ||
        manifest->dependency_count > SIGNET_MANIFEST_MAX_DEPENDENCIES) {
        return SIGNET_ERR_ARGUMENT;
    }
    return signing_encode(put_manifest, manifest, payload);
}

signet_status signing_kid(int64_t algorithm, signet_bytes key,
                          uint8_t kid[SIGNET_KID_SIZE])
{
    signet_sha256 sha;
    uint8_t digest[SIGNET_SHA256_SIZE];
    signet_status status = SIGNET_OK;

    if (algorithm == SIGNET_COSE_ES256 && key.len == 64) {
        return signet_kid(key.ptr, kid);
    }
    if (algorithm != SIGNET_COSE_HSS_LMS) {
        return SIGNET_ERR_ALGORITHM;
    }
    status = signet_sha256_init(&sha);
    if (status == SIGNET_OK) {
        status = signet_sha256_update(&sha, key.ptr, key.len);
    }
    if (status == SIGNET_OK) {
        status = signet_sha256_final(&sha, digest);
    }
    if (status == SIGNET_OK) {
        memcpy(kid, digest, SIGNET_KID_SIZE);
    }
    return status;
}

static void make_header(const signing_signature *signature, struct header *out)
{
    signet_cbor_writer w;

    signet_cbor_writer_init(&w, out->bytes, sizeof out->bytes);
    signet_cbor_put_map(&w, 2);
    signet_cbor_put_uint(&w, 1);
    signet_cbor_put_int(&w, signature->algorithm);
    signet_cbor_put_uint(&w, 4);
    signet_cbor_put_bytes(&w, signet_view(signature->kid, SIGNET_KID_SIZE));
    out->len = w.len;
}

signet_status signing_manifest_to_be_signed(signet_bytes payload,
                                            const signing_signature *signature,
                                            signing_buffer *out)
{
    struct header header;
    signet_cose_object object = {.multiple = true, .count = 1};
    size_t need = 0;
    signet_status status = SIGNET_OK;

    make_header(signature, &header);
    object.payload = payload;
    object.signatures[0].protected_header =
        signet_view(header.bytes, header.len);
    (void)signet_cose_to_be_signed(&object, 0, manifest_aad(), NULL, 0, &need);
    status = signing_buffer_new(out, need);
    if (status != SIGNET_OK) {
        return status;
    }
    status = signet_cose_to_be_signed(&object, 0, manifest_aad(), out->ptr,
                                      out->len, &need);
    if (status != SIGNET_OK) {
        signing_buffer_free(out);
    }
    return status;
}

struct assembly {
    signet_bytes payload;
    const signing_signature *signatures;
    size_t count;
};

static void put_signature(signet_cbor_writer *w, const signing_signature *s)
{
    struct header header;

    make_header(s, &header);
    signet_cbor_put_array(w, 3);
    signet_cbor_put_bytes(w, signet_view(header.bytes, header.len));
    signet_cbor_put_map(w, 0);
    signet_cbor_put_bytes(w, s->signature);
}

static void put_assembly(signet_cbor_writer *w, const void *what)
{
    const struct assembly *a = what;

    signet_cbor_put_tag(w, TAG_COSE_SIGN);
    signet_cbor_put_array(w, 4);
    signet_cbor_put_bytes(w, no_bytes);
    signet_cbor_put_map(w, 0);
    signet_cbor_put_bytes(w, a->payload);
    signet_cbor_put_array(w, a->count);
    for (size_t i = 0; i < a->count; i++) {
        put_signature(w, &a->signatures[i]);
    }
}

signet_status signing_manifest_assemble(signet_bytes payload,
                                        const signing_signature *signatures,
                                        size_t count, signing_buffer *out)
{
    struct assembly assembly = {payload, signatures, count};
    signet_status status = SIGNET_OK;

    out->ptr = NULL;
    out->len = 0;
    if (count == 0 || count > SIGNET_COSE_MAX_SIGNATURES) {
        return SIGNET_ERR_ARGUMENT;
    }
    status = signing_encode(put_assembly, &assembly, out);
    if (status == SIGNET_OK && out->len > SIGNET_MANIFEST_MAX_SIZE) {
        signing_buffer_free(out);
        return SIGNET_ERR_TOO_LARGE;
    }
    return status;
}

static signet_status sign_digest(const signet_key *key,
                                 const signing_buffer *message,
                                 uint8_t signature[64])
{
    signet_sha256 sha;
    uint8_t digest[SIGNET_SHA256_SIZE];
    signet_status status = signet_sha256_init(&sha);

    if (status == SIGNET_OK) {
        status = signet_sha256_update(&sha, message->ptr, message->len);
    }
    if (status == SIGNET_OK) {
        status = signet_sha256_final(&sha, digest);
    }
    if (status != SIGNET_OK) {
        return status;
    }
    return key->ops->sign(key->ctx, key->slot, digest, signature);
}

static signet_status sign_payload(signet_bytes payload, const signet_key *key,
                                  signing_signature *out, uint8_t bytes[64])
{
    uint8_t public_key[SIGNET_P256_PUBLIC_SIZE];
    signing_buffer message = {NULL, 0};
    signet_status status =
        key->ops->public_key(key->ctx, key->slot, public_key);

    if (status != SIGNET_OK) {
        return status;
    }
    out->algorithm = SIGNET_COSE_ES256;
    out->signature = signet_view(bytes, SIGNET_P256_SIGNATURE_SIZE);
    status = signet_kid(public_key, out->kid);
    if (status != SIGNET_OK) {
        return status;
    }
    status = signing_manifest_to_be_signed(payload, out, &message);
    if (status == SIGNET_OK) {
        status = sign_digest(key, &message, bytes);
    }
    signing_buffer_free(&message);
    return status;
}

signet_status signing_manifest_write(const signing_manifest *manifest,
                                     const signet_key *keys, size_t key_count,
                                     signing_buffer *out)
{
    signing_signature signatures[SIGNET_COSE_MAX_SIGNATURES];
    uint8_t bytes[SIGNET_COSE_MAX_SIGNATURES][SIGNET_P256_SIGNATURE_SIZE];
    signing_buffer payload = {NULL, 0};
    signet_status status = SIGNET_OK;

    out->ptr = NULL;
    out->len = 0;
    if (key_count == 0 || key_count > SIGNET_COSE_MAX_SIGNATURES) {
        return SIGNET_ERR_ARGUMENT;
    }
    status = signing_manifest_payload(manifest, &payload);
    for (size_t i = 0; i < key_count && status == SIGNET_OK; i++) {
        status = sign_payload(signing_view(&payload), &keys[i], &signatures[i],
                              bytes[i]);
    }
    if (status == SIGNET_OK) {
        status = signing_manifest_assemble(signing_view(&payload), signatures,
                                           key_count, out);
    }
    signing_buffer_free(&payload);
    return status;
}
