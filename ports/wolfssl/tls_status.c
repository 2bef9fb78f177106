/* SPDX-License-Identifier: MIT */
/* From wolfSSL's errors and the server's alerts to one status each. */
#include "tls.h"

#include <wolfssl/error-ssl.h>
#include <wolfssl/wolfcrypt/error-crypt.h>

/* RFC 8446 s6.2, those that speak of the client's certificate or its proof. */
static bool is_refusal(int alert)
{
    switch (alert) {
    case 42:  /* bad_certificate */
    case 43:  /* unsupported_certificate */
    case 44:  /* certificate_revoked */
    case 45:  /* certificate_expired */
    case 46:  /* certificate_unknown */
    case 48:  /* unknown_ca */
    case 49:  /* access_denied */
    case 51:  /* decrypt_error: our signature does not fit */
    case 116: /* certificate_required */
        return true;
    default:
        return false;
    }
}

bool signet_wolfssl_was_refused(const signet_tls *tls)
{
    WOLFSSL_ALERT_HISTORY alerts;
    if (wolfSSL_get_alert_history(tls->session, &alerts) != WOLFSSL_SUCCESS) {
        return false;
    }
    return alerts.last_rx.level == alert_fatal &&
           is_refusal(alerts.last_rx.code);
}

/* While the server's certificate is checked these are its faults. */
static bool is_distrust(int err)
{
    switch (err) {
    case ASN_NO_SIGNER_E:
    case ASN_SELF_SIGNED_E:
    case ASN_NAME_INVALID_E:
    case ASN_PATHLEN_SIZE_E:
    case ASN_PATHLEN_INV_E:
    case ASN_ECC_KEY_E:
    case ALT_NAME_E:
    case KEYUSAGE_E:
    case EXTKEYUSAGE_E:
    case KEYUSE_SIGNATURE_E:
    case EXTKEYUSE_AUTH_E:
    case VERIFY_CERT_ERROR:
    case NO_PEER_CERT:
    case NO_PEER_VERIFY:
    case PEER_KEY_ERROR:
    case ECC_KEY_SIZE_E:
    case MAX_CHAIN_ERROR:
    case UNSUPPORTED_CERTIFICATE:
        return true;
    default:
        /* The block of parsing, date and signature errors. */
        return err <= ASN_PARSE_E && err >= ASN_ALT_NAME_E;
    }
}

static signet_status status_of_error(int err)
{
    switch (err) {
    case WOLFSSL_ERROR_WANT_READ:
    case WOLFSSL_ERROR_WANT_WRITE:
        return SIGNET_PENDING;
    case WOLFSSL_ERROR_ZERO_RETURN:
        return SIGNET_CLOSED;
    case DOMAIN_NAME_MISMATCH:
        return SIGNET_ERR_TLS_NAME;
    case MEMORY_E:
        return SIGNET_ERR_FULL;
    case RNG_FAILURE_E:
        return SIGNET_ERR_ENTROPY;
    default:
        return is_distrust(err) ? SIGNET_ERR_TLS_PEER : SIGNET_ERR_TLS;
    }
}

signet_status signet_wolfssl_status(const signet_tls *tls, int result)
{
    if (signet_wolfssl_was_refused(tls)) {
        return SIGNET_ERR_TLS_REFUSED;
    }
    if (tls->key_status != SIGNET_OK) {
        return tls->key_status;
    }
    if (tls->lower_status != SIGNET_OK) {
        return tls->lower_status;
    }
    return status_of_error(wolfSSL_get_error(tls->session, result));
}
