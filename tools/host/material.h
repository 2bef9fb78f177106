/* SPDX-License-Identifier: MIT */
/**
 * Keys and certificates in files. A name without an ending stands for three
 * of them: NAME.key (private key, PKCS#8 PEM, mode 0600), NAME.pem and
 * NAME.der (its certificate).
 */
#ifndef MATERIAL_H
#define MATERIAL_H

#include "files.h"
#include "host_key.h"
#include "signet/x509.h"

#include <limits.h>

/** NAME plus ending; false when the path is too long. */
bool material_path(const char *name, const char *ending, char path[PATH_MAX],
                   failure *f);

/** A private key. */
bool material_private_key(const char *path, signing_host_key *key, failure *f);

/** A public key: PEM or DER, public, private or a certificate's. */
bool material_public_key(const char *path, uint8_t key[64], failure *f);

/** A certificate, PEM or DER, as DER of at most SIGNET_X509_MAX_SIZE bytes. */
typedef struct material_certificate {
    uint8_t der[SIGNET_X509_MAX_SIZE];
    size_t len;
    signet_x509 fields; /**< views point into der: do not copy the struct */
} material_certificate;

bool material_certificate_read(const char *path, material_certificate *out,
                               failure *f);

/** DER of the first PEM block with this label, or the file when it is DER. */
bool material_der(const char *path, const char *label, size_t limit,
                  signing_buffer *out, failure *f);

/** A certification authority: NAME.key and NAME.der, which fit together. */
typedef struct material_ca {
    char name[65]; /**< its CN */
    uint8_t public_key[64];
    signing_host_key key;
} material_ca;

bool material_ca_read(const char *name, material_ca *out, failure *f);
void material_ca_wipe(material_ca *ca);

/** A name for a CN: 1..64 printable ASCII characters. */
bool material_name_ok(const char *what, const char *name, failure *f);

/** NAME.key, NAME.pem and NAME.der into a set that keeps what is there. */
bool material_write(const char *name, const signing_host_key *key,
                    signet_bytes certificate, failure *f);

/** One DER object as PEM file. */
bool material_add_pem(file_set *set, const char *path, const char *label,
                      signet_bytes der, failure *f);

#endif
