/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_LMS_H
#define SIGNET_PORT_LMS_H

#include "signet/bytes.h"
#include "signet/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * LMS/HSS signature verification (RFC 8554, NIST SP 800-208): a port header of
 * its own, so that a crypto port without LMS leaves it out.
 *
 * LMS-1: the RFC 8554 Appendix F vectors hold. LMS-2: every single-bit change
 * of message, signature or key is refused.
 *
 * @param key        the HSS public key: 4 + 4 + 4 + 16 + 32 bytes.
 * @param message    the bytes that were signed (not a digest).
 * @retval SIGNET_OK               valid.
 * @retval SIGNET_ERR_SIGNATURE    not valid, or lengths do not fit the key.
 * @retval SIGNET_ERR_UNSUPPORTED  parameter set not built in.
 */
signet_status signet_lms_verify(signet_bytes key, signet_bytes message,
                                signet_bytes signature);

#ifdef __cplusplus
}
#endif
#endif
