/* SPDX-License-Identifier: MIT */
/* Manifests, as an object that nobody signed, and as a payload behind a valid
 * signature: what was read lies inside the input and within its ranges. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "private.h"
#include "release.h"

static void must(bool ok)
{
    if (!ok) {
        abort();
    }
}

static void inside(signet_bytes view, const uint8_t *data, size_t size,
                   size_t len)
{
    must(view.len == len && view.ptr >= data &&
         (size_t)(view.ptr - data) <= size - len);
}

static void check(const signet_manifest *m, const uint8_t *data, size_t size)
{
    inside(m->vendor_id, data, size, 16);
    inside(m->class_id, data, size, 16);
    inside(m->digest, data, size, 32);
    inside(m->first_chunk, data, size, 32);
    must(m->sequence != 0 && m->sequence != UINT64_MAX);
    must(m->security_counter != UINT32_MAX);
    must(memchr(m->version, '\0', sizeof m->version) != NULL);
    must(m->version[0] != '\0');
    must(m->slot >= -1 && m->slot < (int32_t)SIGNET_SLOT_COUNT);
    must(m->size > 0 && m->chunk_size >= 256 && m->chunk_size <= 65536);
    must((m->chunk_size & (m->chunk_size - 1)) == 0);
    must(m->dependency_count <= SIGNET_MANIFEST_MAX_DEPENDENCIES);
}

static void open_unsigned(const uint8_t *data, size_t size)
{
    static const signet_signature_policy policy = {.min_es256 = 1};
    static signing_buffer list;
    static signet_trust trust;
    signet_manifest m;

    if (list.ptr == NULL) {
        struct release_key root;

        release_key_new(&root, KEY_ROOT);
        list = release_trust_list(1);
        must(signet_trust_open(signing_view(&list), root.public_key, 0,
                               &trust) == SIGNET_OK);
    }
    if (signet_manifest_open(signet_view(data, size), &trust, &policy, &m) !=
        SIGNET_OK) {
        must(m.size == 0 && m.digest.ptr == NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    signet_manifest m;

    memset(&m, 0, sizeof m);
    if (signet_update_read_manifest(signet_view(data, size), &m) == SIGNET_OK) {
        check(&m, data, size);
    }
    open_unsigned(data, size);
    return 0;
}

static size_t copy(signing_buffer *from, uint8_t *out)
{
    size_t len = from->len;

    must(len <= FUZZ_SEED_MAX);
    memcpy(out, from->ptr, len);
    signing_buffer_free(from);
    return len;
}

static void fill(struct release *release)
{
    release_new(release, 7, 1000, 256);
    release->fields.slot = 1;
    release->fields.not_after_s = 2000000000;
    release->fields.dependency_count = 2;
    release->fields.dependencies[1].component = 3;
    release->fields.dependencies[1].min_sequence = 9;
}

size_t fuzz_seed(unsigned n, uint8_t *out)
{
    struct release release;
    signing_buffer made = {NULL, 0};

    if (n > 2) {
        return 0;
    }
    if (n == 0) {
        release_new(&release, 1, 300, 256);
    } else {
        fill(&release);
    }
    if (n == 2) {
        release_sign(&release, KEY_FIRMWARE);
        made = release.manifest;
        release.manifest.ptr = NULL;
    } else {
        must(signing_manifest_payload(&release.fields, &made) == SIGNET_OK);
    }
    release_free(&release);
    return copy(&made, out);
}
