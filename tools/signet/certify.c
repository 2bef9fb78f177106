/* SPDX-License-Identifier: MIT */
#include "certify.h"

#include <string.h>
#include <time.h>

bool certify_begin(signet_x509_template *t, uint64_t life_s, failure *f)
{
    signet_entropy rng = signing_host_entropy();
    memset(t, 0, sizeof *t);
    signet_status status = rng.fill(rng.ctx, t->serial, sizeof t->serial);
    if (status != SIGNET_OK) {
        return fail_status(f, "serial number", status);
    }
    t->path_len = -1;
    t->not_before_s = (uint64_t)time(NULL);
    t->not_after_s =
        life_s == 0 ? SIGNET_X509_NO_END : t->not_before_s + life_s;
    return true;
}

void certify_by(signet_x509_template *t, const material_ca *ca)
{
    t->issuer_cn = ca->name;
    t->issuer_key = ca->public_key;
}

bool certify_sign(const signet_x509_template *t, const signet_key *issuer,
                  uint8_t out[SIGNET_X509_MAX_SIZE], size_t *len, failure *f)
{
    signet_status status =
        signet_x509_write(t, issuer, out, SIGNET_X509_MAX_SIZE, len);
    return status == SIGNET_OK || fail_status(f, "certificate", status);
}
