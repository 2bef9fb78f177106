/* SPDX-License-Identifier: MIT */
/**
 * Host side of signed updates: makes trust lists, payload streams and
 * manifests as docs/wire-formats.md says. For tools, services and tests; it
 * allocates, firmware never links it.
 *
 * Statuses are the library's own. Outputs are written whole or not at all.
 */
#ifndef SIGNET_SIGNING_H
#define SIGNET_SIGNING_H

#include "signet/update.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes that a writer allocated; free them with signing_buffer_free. */
typedef struct signing_buffer {
    uint8_t *ptr;
    size_t len;
} signing_buffer;

/** Free and empty a buffer; an empty one ({NULL, 0}) is left alone. */
void signing_buffer_free(signing_buffer *buffer);

static inline signet_bytes signing_view(const signing_buffer *buffer)
{
    return signet_view(buffer->ptr, buffer->len);
}

/* ---- payload stream and manifest ---- */

/** What a manifest says; fields as in docs/wire-formats.md. */
typedef struct signing_manifest {
    uint8_t vendor_id[16];
    uint8_t class_id[16];
    uint64_t sequence;
    uint32_t security_counter;
    const char *version; /**< 1..32 printable ASCII characters */
    uint32_t component;
    int32_t slot;         /**< 0, 1 or -1: any */
    uint64_t not_after_s; /**< 0: none */
    size_t dependency_count;
    signet_dependency dependencies[SIGNET_MANIFEST_MAX_DEPENDENCIES];
    /* filled by signing_stream_write: */
    uint32_t size;
    uint8_t digest[32];
    uint32_t chunk_size;
    uint8_t first_block[32];
} signing_manifest;

/**
 * Cut an image into the hash-chained stream and fill the payload fields of a
 * manifest. The chain is made backwards, from the last block to the first.
 *
 * @param image       1..UINT32_MAX bytes.
 * @param chunk_size  a power of two, 256..65536.
 * @param[out] stream block i at i * (chunk_size + 32).
 * @retval SIGNET_ERR_CHUNK_SIZE  not such a power of two.
 * @retval SIGNET_ERR_IMAGE_SIZE  empty or too large.
 */
signet_status signing_stream_write(signet_bytes image, uint32_t chunk_size,
                                   signing_buffer *stream,
                                   signing_manifest *manifest);

/**
 * One block of a stream, as signet_update_wanted asks for it.
 *
 * @param offset  of its first payload byte: a multiple of chunk_size.
 * @retval SIGNET_ERR_CHUNK_OFFSET  no block starts there.
 */
signet_status signing_stream_block(signet_bytes stream, uint32_t chunk_size,
                                   uint32_t offset, signet_bytes *block);

/** Encode and sign a manifest with 1..3 P-256 keys. */
signet_status signing_manifest_write(const signing_manifest *manifest,
                                     const signet_key *keys, size_t key_count,
                                     signing_buffer *out);

/* ---- the same in three steps, for a key that is elsewhere ---- */

/** Step 1: the payload of a manifest. */
signet_status signing_manifest_payload(const signing_manifest *manifest,
                                       signing_buffer *payload);

/** One signature to be placed into a manifest. */
typedef struct signing_signature {
    int64_t algorithm; /**< SIGNET_COSE_ES256 or SIGNET_COSE_HSS_LMS */
    uint8_t kid[SIGNET_KID_SIZE];
    signet_bytes signature; /**< ES256: r || s; HSS: as in RFC 8554 */
} signing_signature;

/**
 * Step 2: the bytes that a key must sign (ES256: over their SHA-256; HSS-LMS:
 * over themselves). The signature field is not looked at.
 */
signet_status signing_manifest_to_be_signed(signet_bytes payload,
                                            const signing_signature *signature,
                                            signing_buffer *out);

/** Step 3: payload and signatures together. Nothing is verified. */
signet_status signing_manifest_assemble(signet_bytes payload,
                                        const signing_signature *signatures,
                                        size_t count, signing_buffer *out);

/** The kid of a key as a trust list holds it. */
signet_status signing_kid(int64_t algorithm, signet_bytes key,
                          uint8_t kid[SIGNET_KID_SIZE]);

/* ---- trust list ---- */

typedef struct signing_trust_entry {
    uint32_t purposes; /**< mask of signet_purpose */
    int64_t algorithm; /**< SIGNET_COSE_ES256 or SIGNET_COSE_HSS_LMS */
    signet_bytes key;  /**< X || Y, HSS public key, or DER certificate */
    uint32_t flags;    /**< 0 or SIGNET_TRUST_DEVELOPMENT */
} signing_trust_entry;

/** Encode and sign a trust list by the root key. */
signet_status signing_trust_list_write(uint32_t counter,
                                       const signing_trust_entry *entries,
                                       size_t count, const signet_key *root,
                                       signing_buffer *out);

#ifdef __cplusplus
}
#endif
#endif
