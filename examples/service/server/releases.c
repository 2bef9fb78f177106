/* SPDX-License-Identifier: MIT */
#include "releases.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DIGEST_SIZE 32u

static bool copy(signet_bytes from, signet_bytes *to)
{
    uint8_t *bytes = malloc(from.len + 1u);
    if (bytes == NULL) {
        return false;
    }
    if (from.len > 0) {
        memcpy(bytes, from.ptr, from.len);
    }
    *to = signet_view(bytes, from.len);
    return true;
}

static bool offer_release(db *d, const char *device,
                          const registry_image *image, offer *out)
{
    /* A forced release is one that devices are meant to refuse. */
    sqlite3_stmt *rows = db_select(
        d,
        "SELECT id, manifest FROM releases"
        " WHERE (device = '' OR device = ?1) AND (forced = 1 OR"
        " (component = ?2 AND sequence > ?3 AND security_counter >= ?4))"
        " ORDER BY forced DESC, CASE forced WHEN 1 THEN id ELSE sequence END"
        " DESC, id DESC LIMIT 1",
        "siii", device, image->component, image->sequence,
        image->security_counter);
    bool ok = true;
    if (db_next(rows)) {
        out->release = db_int(rows, 0);
        ok = copy(db_blob(rows, 1), &out->manifest);
    }
    return db_end(rows) && ok;
}

static bool offer_trust(db *d, const registry_image *image, offer *out)
{
    sqlite3_stmt *rows =
        db_select(d,
                  "SELECT counter, encoded FROM trust_lists WHERE counter > ?1"
                  " ORDER BY counter DESC LIMIT 1",
                  "i", image->trust_counter);
    bool ok = true;
    if (db_next(rows)) {
        out->trust_counter = db_int(rows, 0);
        ok = copy(db_blob(rows, 1), &out->trust_list);
    }
    return db_end(rows) && ok;
}

bool releases_offer(db *d, const char *device, const registry_image *image,
                    offer *out)
{
    memset(out, 0, sizeof *out);
    if (offer_release(d, device, image, out) && offer_trust(d, image, out)) {
        return true;
    }
    offer_free(out);
    return false;
}

static void free_view(signet_bytes *view)
{
    union {
        const uint8_t *in;
        void *out;
    } u;
    u.in = view->ptr;
    free(u.out);
    *view = signet_view(NULL, 0);
}

void offer_free(offer *o)
{
    free_view(&o->manifest);
    free_view(&o->trust_list);
}

bool releases_find(db *d, const char *device, signet_bytes manifest_digest,
                   release *out, bool *found)
{
    sqlite3_stmt *rows =
        db_select(d,
                  "SELECT id, size, chunk_size, stream FROM releases"
                  " WHERE manifest_digest = ?1 AND (device = '' OR device = ?2)"
                  " AND chunk_size > 0 LIMIT 1",
                  "bs", manifest_digest, device);
    *found = db_next(rows);
    if (*found) {
        out->id = db_int(rows, 0);
        out->size = (uint32_t)db_int(rows, 1);
        out->chunk_size = (uint32_t)db_int(rows, 2);
        snprintf(out->stream, sizeof out->stream, "%s", db_text(rows, 3));
    }
    return db_end(rows);
}

/* Block i starts at i * (chunk size + 32) of the stream and has the next
 * block's digest behind it, unless it is the last (docs/wire-formats.md). */
static uint32_t block_length(const release *r, uint32_t offset)
{
    uint32_t rest = r->size - offset;
    return rest > r->chunk_size ? r->chunk_size + DIGEST_SIZE : rest;
}

static bool read_at(const char *path, uint64_t at, uint8_t *out, size_t len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return false;
    }
    size_t done = 0;
    while (done < len) {
        ssize_t n = pread(fd, out + done, len - done, (off_t)(at + done));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            break;
        }
        done += (size_t)n;
    }
    close(fd);
    return done == len;
}

signet_status releases_block(const release *r, uint32_t offset, uint32_t len,
                             uint8_t **out)
{
    if (offset >= r->size || offset % r->chunk_size != 0) {
        return SIGNET_ERR_CHUNK_OFFSET;
    }
    if (len != block_length(r, offset)) {
        return SIGNET_ERR_CHUNK_LENGTH;
    }
    uint64_t index = offset / r->chunk_size;
    uint64_t at = index * ((uint64_t)r->chunk_size + DIGEST_SIZE);
    uint8_t *block = malloc(len);
    if (block == NULL || !read_at(r->stream, at, block, len)) {
        free(block);
        return SIGNET_ERR_IO;
    }
    *out = block;
    return SIGNET_OK;
}
