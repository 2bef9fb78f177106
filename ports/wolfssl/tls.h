/* SPDX-License-Identifier: MIT */
/* What the files of the TLS stream share. */
#ifndef SIGNET_WOLFSSL_TLS_H
#define SIGNET_WOLFSSL_TLS_H

#include "signet/port/tls.h"

#include <wolfssl/ssl.h>
#include <wolfssl/wolfcrypt/settings.h>

/* tls_session.c: allocate settings and session as peer asks; what was made is
 * freed by signet_wolfssl_end_session, also after a failure. */
signet_status signet_wolfssl_start_session(signet_tls *tls,
                                           const signet_peer *peer);
void signet_wolfssl_end_session(signet_tls *tls);

/* tls_key.c: route signatures made with the session's key to tls->key. */
signet_status signet_wolfssl_start_keys(void);
signet_status signet_wolfssl_use_key(signet_tls *tls);

/* tls_io.c: wolfSSL's two callbacks; ctx is the signet_tls. */
int signet_wolfssl_receive(WOLFSSL *session, char *out, int cap, void *ctx);
int signet_wolfssl_send(WOLFSSL *session, char *data, int len, void *ctx);

/* tls_status.c: what a failed call (result <= 0) of wolfSSL means. */
signet_status signet_wolfssl_status(const signet_tls *tls, int result);
/* true when the server ended the session because of our certificate. */
bool signet_wolfssl_was_refused(const signet_tls *tls);

#endif
