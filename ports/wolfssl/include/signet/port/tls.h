/* SPDX-License-Identifier: MIT */
/**
 * A TLS 1.3 client as a signet_stream, over any other signet_stream: TCP, a
 * modem, a serial line.
 *
 * TLS_AES_128_GCM_SHA256, ECDHE and ECDSA on P-256, mutual authentication.
 * Certificates are X.509 with P-256 keys and SHA-256 signatures. No session is
 * resumed: every connection authenticates in full.
 *
 * The private key stays behind its signet_key: the library is never given it,
 * and asks the handle for one signature a handshake.
 */
#ifndef SIGNET_PORT_TLS_H
#define SIGNET_PORT_TLS_H

#include "signet/port/key.h"
#include "signet/port/stream.h"
#include "signet/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One connection. Fields are private. */
typedef struct signet_tls {
    signet_stream lower;
    signet_key key;
    void *settings; /* allocated by open, freed by close, likewise session */
    void *session;
    signet_status lower_status; /* how the lower stream failed, or OK */
    signet_status key_status;   /* how the key failed, or OK */
    uint32_t state;
} signet_tls;

/**
 * Make a closed stream. Call signet_wolfssl_init first.
 *
 * @param tls    stays valid and unmoved while the stream is in use.
 * @param lower  copied; what its ctx points to stays valid. It belongs to this
 *               stream, which opens and closes it.
 * @retval SIGNET_ERR_STATE    no source of random bytes was named.
 * @retval SIGNET_ERR_ENTROPY  it gives none.
 * @retval SIGNET_ERR_CRYPTO   wolfSSL did not start.
 * Context: start-up, or the task that will use the stream, while no other task
 * is in signet_tls_init.
 */
signet_status signet_tls_init(signet_tls *tls, const signet_stream *lower);

/**
 * The stream's operations (STREAM-1 to STREAM-7).
 *
 * open needs of the peer, beside what lower needs: server_name (a DNS name),
 * at least one anchor; chain and key together, or neither for a server that
 * asks for no certificate. peer->now is read at each call of open. An anchor
 * that is not valid at that time is left out.
 *
 * write takes at most 2048 bytes at a time, which bounds the memory of a
 * record. open and write block for the lower stream never, for computation up
 * to: one key generation, one shared secret, the verification of the server's
 * chain and one signature by key.
 *
 * Errors, beside those of lower, which are passed on:
 *
 *  SIGNET_ERR_TLS_PEER     the server's certificate does not lead to an
 *                          anchor, is out of date or not for servers
 *  SIGNET_ERR_TLS_NAME     it is trusted, but bears another name
 *  SIGNET_ERR_TLS_REFUSED  the server refused our certificate, or wants one;
 *                          in TLS 1.3 mostly seen by the first read
 *  SIGNET_ERR_TLS          any other failure of handshake or record layer
 *  SIGNET_ERR_CONNECT      the connection ended without close_notify: bytes
 *                          may be missing
 *  SIGNET_ERR_CERTIFICATE  an anchor or our own chain is malformed
 *  SIGNET_ERR_KEY ...      what key's sign returned
 *  SIGNET_ERR_ENTROPY      no random bytes
 *  SIGNET_ERR_FULL         the heap is exhausted
 *  SIGNET_ERR_ARGUMENT     the peer lacks something
 *  SIGNET_ERR_STATE        the call does not fit: open while up, read or
 *                          write before, anything but close after an error
 */
signet_stream signet_tls_stream(signet_tls *tls);

#ifdef __cplusplus
}
#endif
#endif
