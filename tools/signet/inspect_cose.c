/* SPDX-License-Identifier: MIT */
#include "inspect.h"

static const char *algorithm_name(int64_t algorithm)
{
    switch (algorithm) {
    case SIGNET_COSE_ES256:
        return "ES256";
    case SIGNET_COSE_HSS_LMS:
        return "HSS-LMS";
    default:
        return "unknown";
    }
}

static void show_signatures(show *s, const signet_cose_object *object)
{
    show_begin_array(s, "signatures");
    for (size_t i = 0; i < object->count; i++) {
        show_begin(s, NULL);
        show_text(s, "algorithm",
                  algorithm_name(object->signatures[i].algorithm));
        show_hex(s, "kid", object->signatures[i].kid);
        show_end(s);
    }
    show_end_array(s);
}

/* COSE_Sign is a manifest; among COSE_Sign1 a trust list is told by its map of
 * three, evidence and replies are seen whole. */
static signet_status show_payload(show *s, const signet_cose_object *object)
{
    if (object->multiple) {
        show_text(s, "object", "manifest");
        return inspect_manifest(s, object->payload);
    }
    if (object->payload.len > 0 && object->payload.ptr[0] == 0xA3u) {
        show_text(s, "object", "trust list");
        return inspect_trust_list(s, object->payload);
    }
    show_text(s, "object", "COSE_Sign1");
    show_hex(s, "payload", object->payload);
    return SIGNET_OK;
}

signet_status inspect_cose(show *s, signet_bytes encoded)
{
    signet_cose_object object;
    signet_status status = signet_cose_parse(encoded, &object);
    if (status == SIGNET_OK) {
        status = show_payload(s, &object);
    }
    if (status == SIGNET_OK) {
        show_signatures(s, &object);
        show_uint(s, "bytes", encoded.len);
    }
    return status;
}
