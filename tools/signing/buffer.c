/* SPDX-License-Identifier: MIT */
#include "buffer.h"

#include <stdlib.h>

signet_status signing_buffer_new(signing_buffer *buffer, size_t len)
{
    buffer->len = 0;
    buffer->ptr = malloc(len > 0 ? len : 1);
    if (buffer->ptr == NULL) {
        return SIGNET_ERR_FULL;
    }
    buffer->len = len;
    return SIGNET_OK;
}

void signing_buffer_free(signing_buffer *buffer)
{
    free(buffer->ptr);
    buffer->ptr = NULL;
    buffer->len = 0;
}

signet_status signing_encode(void (*write)(signet_cbor_writer *w,
                                           const void *what),
                             const void *what, signing_buffer *out)
{
    signet_cbor_writer w;
    signet_status status = SIGNET_OK;
    size_t len = 0;

    signet_cbor_writer_init(&w, NULL, 0);
    write(&w, what);
    status = signing_buffer_new(out, w.len);
    if (status != SIGNET_OK) {
        return status;
    }
    signet_cbor_writer_init(&w, out->ptr, out->len);
    write(&w, what);
    status = signet_cbor_writer_finish(&w, &len);
    if (status != SIGNET_OK) {
        signing_buffer_free(out);
    }
    return status;
}
