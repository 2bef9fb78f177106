/* SPDX-License-Identifier: MIT */
#include "material.h"

#include <string.h>

/* Any key or certificate file: far more than they need. */
#define MATERIAL_LIMIT 65536u

bool material_path(const char *name, const char *ending, char path[PATH_MAX],
                   failure *f)
{
    int len = snprintf(path, PATH_MAX, "%s%s", name, ending);
    return (len > 0 && len < PATH_MAX) ||
           fail(f, "%.60s...: name too long", name);
}

bool material_private_key(const char *path, signing_host_key *key, failure *f)
{
    file_data data;
    if (!file_read(path, MATERIAL_LIMIT, &data, f)) {
        return false;
    }
    signet_status status = signing_private_key_read(file_view(&data), key);
    file_free(&data);
    return status == SIGNET_OK ||
           fail(f, "%s: no unencrypted P-256 private key in it", path);
}

bool material_der(const char *path, const char *label, size_t limit,
                  signing_buffer *out, failure *f)
{
    file_data data;
    if (!file_read(path, MATERIAL_LIMIT, &data, f)) {
        return false;
    }
    bool ok = true;
    if (data.ptr[0] == 0x30u) { /* DER SEQUENCE; '0' begins no PEM */
        out->ptr = data.ptr;
        out->len = data.len;
    } else {
        signet_status status = signing_pem_read(file_view(&data), label, out);
        file_free(&data);
        ok = status == SIGNET_OK ||
             fail(f, "%s: no %s in it (PEM or DER)", path, label);
    }
    if (ok && out->len > limit) {
        signing_buffer_free(out);
        return fail(f, "%s: longer than %zu bytes", path, limit);
    }
    return ok;
}

bool material_certificate_read(const char *path, material_certificate *out,
                               failure *f)
{
    signing_buffer der = {0};
    if (!material_der(path, "CERTIFICATE", sizeof out->der, &der, f)) {
        return false;
    }
    memcpy(out->der, der.ptr, der.len);
    out->len = der.len;
    signing_buffer_free(&der);
    signet_status status =
        signet_x509_read(signet_view(out->der, out->len), &out->fields);
    return status == SIGNET_OK || fail_status(f, path, status);
}

static bool public_of_private(signet_bytes file, uint8_t key[64])
{
    signing_host_key private_key;
    if (signing_private_key_read(file, &private_key) != SIGNET_OK) {
        return false;
    }
    signet_key handle = signing_host_key_handle(&private_key);
    signet_status status = signing_public_key(&handle, key);
    signing_host_key_wipe(&private_key);
    return status == SIGNET_OK;
}

bool material_public_key(const char *path, uint8_t key[64], failure *f)
{
    file_data data;
    if (!file_read(path, MATERIAL_LIMIT, &data, f)) {
        return false;
    }
    /* Not the bare 64 bytes: any 64 bytes of another file look like them. */
    bool ok = data.len != 64u &&
              (signing_public_key_read(file_view(&data), key) == SIGNET_OK ||
               public_of_private(file_view(&data), key));
    file_free(&data);
    if (ok) {
        return true;
    }
    material_certificate certificate;
    if (!material_certificate_read(path, &certificate, f)) {
        return fail(f, "%s: no P-256 key or certificate in it", path);
    }
    memcpy(key, certificate.fields.key, 64);
    return true;
}

/* The writer of certificates knows an issuer by a CN in UTF-8 alone: another
 * form of name would give certificates that do not chain. The encoding is
 * 30 len 31 len 30 len 06 03 55 04 03 0C len CN. */
static bool has_plain_name(const signet_x509 *certificate)
{
    signet_bytes name = certificate->subject;
    size_t len = certificate->subject_cn.len;
    return len > 0 && len <= 64u && name.len == len + 13u &&
           name.ptr[11] == 0x0Cu;
}

static bool take_ca(const char *path, const material_certificate *certificate,
                    material_ca *out, failure *f)
{
    const signet_x509 *fields = &certificate->fields;
    signet_key handle = signing_host_key_handle(&out->key);
    if (!fields->ca || (fields->key_usage & SIGNET_KEY_USAGE_CERT_SIGN) == 0) {
        return fail(f, "%s: is not the certificate of a CA", path);
    }
    if (!has_plain_name(fields)) {
        return fail(f, "%s: its subject is not a single CN in UTF-8", path);
    }
    if (signing_public_key(&handle, out->public_key) != SIGNET_OK ||
        memcmp(out->public_key, fields->key, 64) != 0) {
        return fail(f, "%s: the private key beside it is another one's", path);
    }
    memcpy(out->name, fields->subject_cn.ptr, fields->subject_cn.len);
    out->name[fields->subject_cn.len] = '\0';
    return true;
}

bool material_ca_read(const char *name, material_ca *out, failure *f)
{
    char path[PATH_MAX];
    material_certificate certificate;
    memset(out, 0, sizeof *out);
    if (!material_path(name, ".key", path, f) ||
        !material_private_key(path, &out->key, f)) {
        return false;
    }
    bool ok = material_path(name, ".der", path, f) &&
              material_certificate_read(path, &certificate, f) &&
              take_ca(path, &certificate, out, f);
    if (!ok) {
        material_ca_wipe(out);
    }
    return ok;
}

void material_ca_wipe(material_ca *ca)
{
    signing_host_key_wipe(&ca->key);
}

bool material_name_ok(const char *what, const char *name, failure *f)
{
    size_t len = strlen(name);
    if (len > 64u) {
        return fail(f, "%s: longer than 64 characters (RFC 5280)", what);
    }
    for (size_t i = 0; i < len; i++) {
        if (name[i] < ' ' || name[i] > '~') {
            return fail(f, "%s: only printable ASCII is allowed", what);
        }
    }
    return true;
}

bool material_add_pem(file_set *set, const char *path, const char *label,
                      signet_bytes der, failure *f)
{
    signing_buffer pem = {0};
    if (signing_pem_write(label, der, &pem) != SIGNET_OK) {
        return fail(f, "%s: out of memory", path);
    }
    bool ok = file_set_add(set, path, signing_view(&pem), 0644, f);
    signing_buffer_free(&pem);
    return ok;
}

static bool add_key(file_set *set, const char *path,
                    const signing_host_key *key, failure *f)
{
    signing_buffer pem = {0};
    signet_status status = signing_private_key_write(key, &pem);
    if (status != SIGNET_OK) {
        return fail_status(f, path, status);
    }
    bool ok = file_set_add(set, path, signing_view(&pem), 0600, f);
    signet_wipe(pem.ptr, pem.len);
    signing_buffer_free(&pem);
    return ok;
}

bool material_write(const char *name, const signing_host_key *key,
                    signet_bytes certificate, failure *f)
{
    char path[PATH_MAX];
    file_set set = {.keep = true};
    bool ok = material_path(name, ".key", path, f) &&
              add_key(&set, path, key, f) &&
              material_path(name, ".pem", path, f) &&
              material_add_pem(&set, path, "CERTIFICATE", certificate, f) &&
              material_path(name, ".der", path, f) &&
              file_set_add(&set, path, certificate, 0644, f) &&
              file_set_commit(&set, f);
    file_set_end(&set);
    return ok;
}
