/* SPDX-License-Identifier: MIT */
#include "release.h"

#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

const uint8_t release_vendor[16] = {0xA0, 1, 2,  3,  4,  5,  6,  7,
                                    8,    9, 10, 11, 12, 13, 14, 15};
const uint8_t release_class[16] = {0xC0, 1, 2,  3,  4,  5,  6,  7,
                                   8,    9, 10, 11, 12, 13, 14, 15};

static void must(signet_status status)
{
    assert_int_equal(status, SIGNET_OK);
}

void release_key_new(struct release_key *key, enum release_key_number number)
{
    uint8_t scalar[32];

    memset(scalar, (int)number, sizeof scalar);
    must(signing_host_key_set(&key->host, scalar));
    key->key = signing_host_key_handle(&key->host);
    must(signing_public_key(&key->key, key->public_key));
}

void release_new(struct release *release, uint64_t sequence, uint32_t size,
                 uint32_t chunk_size)
{
    signing_manifest *m = &release->fields;
    uint32_t value = (uint32_t)sequence * 2654435761u + 1;

    memset(release, 0, sizeof *release);
    memcpy(m->vendor_id, release_vendor, sizeof m->vendor_id);
    memcpy(m->class_id, release_class, sizeof m->class_id);
    m->sequence = sequence;
    m->security_counter = 1;
    m->version = "1.0.0";
    m->slot = -1;
    release->image.ptr = malloc(size);
    assert_non_null(release->image.ptr);
    release->image.len = size;
    for (uint32_t i = 0; i < size; i++) {
        value = value * 1664525u + 1013904223u;
        release->image.ptr[i] = (uint8_t)(value >> 24);
    }
    must(signing_stream_write(signing_view(&release->image), chunk_size,
                              &release->stream, m));
}

void release_sign(struct release *release, enum release_key_number number)
{
    struct release_key key;

    release_key_new(&key, number);
    signing_buffer_free(&release->manifest);
    must(signing_manifest_write(&release->fields, &key.key, 1,
                                &release->manifest));
}

void release_free(struct release *release)
{
    signing_buffer_free(&release->image);
    signing_buffer_free(&release->stream);
    signing_buffer_free(&release->manifest);
}

signet_bytes release_manifest(const struct release *release)
{
    return signing_view(&release->manifest);
}

signet_bytes release_block(const struct release *release, uint32_t offset)
{
    signet_bytes block;

    must(signing_stream_block(signing_view(&release->stream),
                              release->fields.chunk_size, offset, &block));
    return block;
}

static signing_buffer
write_list(uint32_t counter, const signing_trust_entry *entries, size_t count)
{
    struct release_key root;
    signing_buffer out = {NULL, 0};

    release_key_new(&root, KEY_ROOT);
    must(signing_trust_list_write(counter, entries, count, &root.key, &out));
    return out;
}

static signing_trust_entry entry_of(const struct release_key *key,
                                    uint32_t purposes, uint32_t flags)
{
    signing_trust_entry entry = {purposes, SIGNET_COSE_ES256,
                                 signet_view(key->public_key, 64), flags};

    return entry;
}

signing_buffer release_trust_list(uint32_t counter)
{
    static const uint8_t certificate[] = {0x30, 0x03, 0x02, 0x01, 0x05};
    struct release_key firmware;
    struct release_key second;
    struct release_key development;
    struct release_key service;

    release_key_new(&firmware, KEY_FIRMWARE);
    release_key_new(&second, KEY_SECOND);
    release_key_new(&development, KEY_DEVELOPMENT);
    release_key_new(&service, KEY_SERVICE);
    signing_trust_entry entries[] = {
        entry_of(&firmware, SIGNET_PURPOSE_FIRMWARE, 0),
        entry_of(&second, SIGNET_PURPOSE_FIRMWARE, 0),
        entry_of(&development, SIGNET_PURPOSE_FIRMWARE,
                 SIGNET_TRUST_DEVELOPMENT),
        entry_of(&service, SIGNET_PURPOSE_SERVICE | SIGNET_PURPOSE_TIME, 0),
        {SIGNET_PURPOSE_BROKER_CA, SIGNET_COSE_ES256,
         signet_view(certificate, sizeof certificate), 0},
    };
    return write_list(counter, entries, sizeof entries / sizeof entries[0]);
}

signing_buffer release_narrow_list(uint32_t counter,
                                   enum release_key_number number)
{
    struct release_key firmware;
    signing_trust_entry entry;

    release_key_new(&firmware, number);
    entry = entry_of(&firmware, SIGNET_PURPOSE_FIRMWARE, 0);
    return write_list(counter, &entry, 1);
}

signing_buffer release_sign_list(signet_bytes payload,
                                 enum release_key_number number)
{
    static const uint8_t aad[] = SIGNET_AAD_TRUST_LIST;
    struct release_key key;
    signing_buffer out = {malloc(payload.len + 256), 0};

    assert_non_null(out.ptr);
    release_key_new(&key, number);
    must(signet_cose_sign1(&key.key, signet_view(aad, sizeof aad - 1), payload,
                           out.ptr, payload.len + 256, &out.len));
    return out;
}

static void sign_one(signet_bytes payload, enum release_key_number number,
                     signing_signature *out, uint8_t bytes[64])
{
    struct release_key key;
    signing_buffer message = {NULL, 0};
    signet_sha256 sha;
    uint8_t digest[32];

    release_key_new(&key, number);
    out->algorithm = SIGNET_COSE_ES256;
    must(signing_kid(SIGNET_COSE_ES256, signet_view(key.public_key, 64),
                     out->kid));
    must(signing_manifest_to_be_signed(payload, out, &message));
    must(signet_sha256_init(&sha));
    must(signet_sha256_update(&sha, message.ptr, message.len));
    must(signet_sha256_final(&sha, digest));
    must(key.key.ops->sign(key.key.ctx, 0, digest, bytes));
    signing_buffer_free(&message);
    out->signature = signet_view(bytes, 64);
}

signing_buffer release_sign_payload(signet_bytes payload,
                                    const enum release_key_number *numbers)
{
    signing_signature signatures[SIGNET_COSE_MAX_SIGNATURES];
    uint8_t bytes[SIGNET_COSE_MAX_SIGNATURES][64];
    signing_buffer out = {NULL, 0};
    size_t count = 0;

    for (; count < SIGNET_COSE_MAX_SIGNATURES && numbers[count] != 0; count++) {
        sign_one(payload, numbers[count], &signatures[count], bytes[count]);
    }
    must(signing_manifest_assemble(payload, signatures, count, &out));
    return out;
}
