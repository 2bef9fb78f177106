/* SPDX-License-Identifier: MIT */
/** Certificates as this program makes them: serial and dates filled in. */
#ifndef CERTIFY_H
#define CERTIFY_H

#include "material.h"

/** Longest life of a CA by default, and of what it certifies. */
#define CERTIFY_CA_LIFE_S (3650u * 86400u)
#define CERTIFY_LEAF_LIFE_S (365u * 86400u)

/**
 * Start a template: random serial, valid from now.
 *
 * @param life_s  0: without an end.
 */
bool certify_begin(signet_x509_template *t, uint64_t life_s, failure *f);

/** A template issued by a CA. */
void certify_by(signet_x509_template *t, const material_ca *ca);

/** Sign it. */
bool certify_sign(const signet_x509_template *t, const signet_key *issuer,
                  uint8_t out[SIGNET_X509_MAX_SIZE], size_t *len, failure *f);

#endif
