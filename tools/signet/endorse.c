/* SPDX-License-Identifier: MIT */
#include "endorse.h"

#include "verbs.h"

#include <string.h>

#define CSR_LIMIT 16384u

static bool parse_der(const char *what, signet_bytes der, uint8_t key[64],
                      char id[SIGNET_DEVICE_ID_LEN + 1u], failure *f)
{
    signet_csr csr;
    uint8_t ueid[SIGNET_UEID_SIZE];
    signet_status status = signet_csr_read(der, &csr);
    if (status != SIGNET_OK) {
        return fail_status(f, what, status);
    }
    memcpy(key, csr.key, 64);
    status = signet_identity_names(key, id, ueid);
    return status == SIGNET_OK || fail_status(f, what, status);
}

bool endorse_csr_parse(const char *what, signet_bytes file, uint8_t key[64],
                       char id[SIGNET_DEVICE_ID_LEN + 1u], failure *f)
{
    signing_buffer der = {0};
    if (file.len > 0 && file.ptr[0] == 0x30u) {
        return parse_der(what, file, key, id, f);
    }
    if (signing_pem_read(file, "CERTIFICATE REQUEST", &der) != SIGNET_OK) {
        return fail(f, "%s: no certificate request in it (PEM or DER)", what);
    }
    bool ok = parse_der(what, signing_view(&der), key, id, f);
    signing_buffer_free(&der);
    return ok;
}

bool endorse_csr_read(const char *path, uint8_t key[64],
                      char id[SIGNET_DEVICE_ID_LEN + 1u], failure *f)
{
    file_data data;
    if (!file_read(path, CSR_LIMIT, &data, f)) {
        return false;
    }
    bool ok = endorse_csr_parse(path, file_view(&data), key, id, f);
    file_free(&data);
    return ok;
}

bool endorse_key(material_ca *manufacturer, const uint8_t key[64],
                 endorsement *out, failure *f)
{
    char subject[64];
    char permitted[64];
    uint8_t ueid[SIGNET_UEID_SIZE];
    signet_x509_template t;
    signet_key issuer = signing_host_key_handle(&manufacturer->key);
    if (signet_identity_names(key, out->id, ueid) != SIGNET_OK) {
        return fail(f, "device key: its name cannot be made");
    }
    if (!certify_begin(&t, 0, f)) {
        return false;
    }
    snprintf(subject, sizeof subject, "device-%s", out->id);
    snprintf(permitted, sizeof permitted, SIGNET_ENROL_PREFIX "%s", out->id);
    certify_by(&t, manufacturer);
    t.subject_cn = subject;
    t.subject_key = key;
    t.ca = true;
    t.path_len = 0;
    t.key_usage = SIGNET_KEY_USAGE_CERT_SIGN;
    t.permitted_cn = permitted;
    return certify_sign(&t, &issuer, out->der, &out->len, f);
}

static bool run(const cli_args *args, failure *f)
{
    material_ca ca;
    uint8_t key[64];
    endorsement made;
    if (!endorse_csr_read(cli_text(args, "csr"), key, made.id, f) ||
        !material_ca_read(cli_text(args, "ca"), &ca, f)) {
        return false;
    }
    bool ok = endorse_key(&ca, key, &made, f) &&
              file_write(cli_text(args, "out"), signet_view(made.der, made.len),
                         0644, f);
    material_ca_wipe(&ca);
    if (ok) {
        printf("device %s by \"%s\"\n", made.id, ca.name);
    }
    return ok;
}

static const cli_option options[] = {
    {.name = "ca",
     .value = "NAME",
     .help = "the manufacturer: NAME.key and NAME.der",
     .required = true},
    {.name = "csr",
     .value = "FILE",
     .help = "the device key's request, PEM or DER",
     .required = true},
    {.name = "out",
     .value = "FILE",
     .help = "device certificate, DER",
     .required = true},
    {0},
};

const cli_verb verb_endorse = {
    "endorse", "certify a device key (the private part stays on the device)",
    "The certificate names the device by its key's hash and lets the key\n"
    "certify the one name enrol-<id>, nobody else's. It has no end.",
    options, run};
