/* SPDX-License-Identifier: MIT */
#include "attest.h"

#include "registry.h"
#include "signet/identity.h"

#include <string.h>

/* RFC 9783 s4.3.1: 0x3000..0x30FF is "secured". */
#define LIFE_CYCLE_SECURED 0x3000u
#define LIFE_CYCLE_MASK 0xFF00u

static bool check_chain(service *s, attempt *a, signet_status *status)
{
    *status = chain_verify(s->manufacturers, a->certificates, a->request.device,
                           s->now_s, &a->keys);
    return true;
}

static bool check_standing(service *s, attempt *a, signet_status *status)
{
    registry_standing standing = REGISTRY_UNKNOWN;
    if (!registry_standing_of(&s->database, a->request.device, &standing)) {
        return false;
    }
    a->known = standing != REGISTRY_UNKNOWN;
    if (standing == REGISTRY_REVOKED) {
        *status = SIGNET_ERR_DEVICE_REVOKED;
    } else if (!a->known && !s->register_automatically) {
        *status = SIGNET_ERR_UNKNOWN_DEVICE;
    }
    return true;
}

static bool check_evidence(service *s, attempt *a, signet_status *status)
{
    (void)s;
    *status = signet_evidence_open(a->evidence, a->keys.alias_key, &a->claims);
    return true;
}

static bool check_ueid(service *s, attempt *a, signet_status *status)
{
    char id[SIGNET_DEVICE_ID_LEN + 1u];
    uint8_t ueid[SIGNET_UEID_SIZE];
    (void)s;
    *status = signet_identity_names(a->keys.device_key, id, ueid);
    if (*status == SIGNET_OK &&
        !signet_equal(a->claims.ueid, signet_view(ueid, sizeof ueid))) {
        *status = SIGNET_ERR_UEID;
    }
    return true;
}

static bool check_trust_floor(service *s, attempt *a, signet_status *status)
{
    int64_t floor = 0;
    if (!db_number(&s->database, &floor, 0,
                   "SELECT value FROM settings WHERE name = 'trust_floor'",
                   "")) {
        return false;
    }
    if ((int64_t)a->claims.trust_counter < floor) {
        *status = SIGNET_ERR_TRUST_FLOOR;
    }
    return true;
}

static signet_status compare_challenge(const attempt *a,
                                       const uint8_t nonce[NONCE_SIZE])
{
    uint8_t challenge[32];
    signet_status status =
        signet_identity_challenge(nonce, a->csr, a->request.device, challenge);
    if (status != SIGNET_OK) {
        return status;
    }
    return signet_equal(a->claims.challenge,
                        signet_view(challenge, sizeof challenge))
               ? SIGNET_OK
               : SIGNET_ERR_CHALLENGE;
}

/* Used up by the first evidence that answers it, whatever comes after; by
 * nothing else, so that old evidence cannot spoil a fresh nonce. */
static bool check_challenge(service *s, attempt *a, signet_status *status)
{
    uint8_t nonce[NONCE_SIZE];
    bool found = false;
    if (!issue_find(s, &a->request, &a->certificate, &a->repeated)) {
        return false;
    }
    if (a->repeated) {
        return true;
    }
    if (!nonces_find(s, &a->request, nonce, &found)) {
        return false;
    }
    *status = found ? compare_challenge(a, nonce) : SIGNET_ERR_NONCE;
    if (*status != SIGNET_OK) {
        return true;
    }
    if (!nonces_consume(s, a->request.device, nonce, &found)) {
        return false;
    }
    *status = found ? SIGNET_OK : SIGNET_ERR_NONCE;
    return true;
}

static bool check_life_cycle(service *s, attempt *a, signet_status *status)
{
    (void)s;
    if ((a->claims.life_cycle & LIFE_CYCLE_MASK) != LIFE_CYCLE_SECURED) {
        *status = SIGNET_ERR_LIFE_CYCLE;
    }
    return true;
}

static bool check_measurement(service *s, attempt *a, signet_status *status)
{
    const signet_evidence *e = &a->claims;
    sqlite3_stmt *rows = db_select(
        &s->database,
        "SELECT minimum FROM measurements WHERE digest = ?1 AND signer = ?2"
        " AND version = CAST(?3 AS TEXT) AND implementation = ?4",
        "bbbb", e->measurement, e->signer, e->version, e->implementation);
    if (!db_next(rows)) {
        *status = SIGNET_ERR_MEASUREMENT;
    } else if ((int64_t)e->security_counter < db_int(rows, 0)) {
        *status = SIGNET_ERR_DOWNGRADE;
    }
    return db_end(rows);
}

static bool check_csr(service *s, attempt *a, signet_status *status)
{
    signet_csr csr;
    (void)s;
    *status = signet_csr_read(a->csr, &csr);
    if (*status != SIGNET_OK) {
        return true;
    }
    memcpy(a->new_key, csr.key, sizeof a->new_key);
    if (memcmp(csr.key, a->keys.alias_key, 64) == 0 ||
        memcmp(csr.key, a->keys.device_key, 64) == 0) {
        *status = SIGNET_ERR_CSR;
    }
    return true;
}

/* Each check may rely on those before it. */
static const struct {
    const char *name;
    bool (*run)(service *s, attempt *a, signet_status *status);
} checks[] = {
    {"chain", check_chain},
    {"standing", check_standing},
    {"evidence", check_evidence},
    {"ueid", check_ueid},
    {"trust floor", check_trust_floor},
    {"challenge", check_challenge},
    {"life cycle", check_life_cycle},
    {"measurement", check_measurement},
    {"csr", check_csr},
};

bool attest_check(service *s, attempt *a, signet_status *status,
                  const char **step)
{
    *status = SIGNET_OK;
    *step = "";
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        if (!checks[i].run(s, a, status)) {
            return false;
        }
        if (*status != SIGNET_OK) {
            *step = checks[i].name;
            return true;
        }
    }
    return true;
}
