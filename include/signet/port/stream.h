/* SPDX-License-Identifier: MIT */
#ifndef SIGNET_PORT_STREAM_H
#define SIGNET_PORT_STREAM_H

#include "signet/bytes.h"
#include "signet/port/key.h"
#include "signet/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Whom to connect to, and as whom. A plain stream reads host and port only;
 * TLS reads all of it. Everything pointed to stays valid until close.
 */
typedef struct signet_peer {
    const char *host; /**< name or address, NUL-terminated */
    uint16_t port;
    const char *server_name;     /**< SNI, and the name the server must bear */
    const signet_bytes *anchors; /**< trusted CA certificates, DER */
    size_t anchor_count;
    const signet_bytes *chain; /**< own certificates, DER, leaf first */
    size_t chain_count;
    const signet_key *key; /**< private key of chain[0] */
    signet_time now;       /**< for certificate dates; see STREAM-7 */
    uint64_t time_floor_s; /**< no certificate may have ended before this */
} signet_peer;

/**
 * A byte stream that never waits. Implemented by TCP and TLS ports alike.
 *
 * Clauses:
 *  STREAM-1  open starts or continues connecting: PENDING until it is up, OK
 *            once, an error ends the attempt. Resolution may block at most as
 *            long as the port's documentation says.
 *  STREAM-2  write takes 0..len bytes and says how many; PENDING means none
 *            now. After PENDING the caller repeats the same bytes (TLS keeps
 *            a record half sent).
 *  STREAM-3  read gives 1..cap bytes with OK; PENDING means none now; CLOSED
 *            means that the peer ended it in order. "Would block" is never
 *            "closed".
 *  STREAM-4  after an error or CLOSED only close may be called; close can be
 *            called at any time, twice too, and open starts anew after it.
 *            After an error of write, read may be called as well: it gives
 *            what had arrived before (a peer that hangs up may have said
 *            why), or an error.
 *  STREAM-5  bytes arrive in order, none lost, none twice.
 *  STREAM-6  (TLS) version 1.3, the server's chain leads to an anchor and
 *            bears server_name; the private key is used through key only.
 *  STREAM-7  (TLS) while now.wall_s is 0, notBefore is ignored and notAfter
 *            must be at or after time_floor_s; nothing else is relaxed.
 *
 * Errors: SIGNET_ERR_RESOLVE, _CONNECT, _TIMEOUT, _TLS, _TLS_PEER, _TLS_NAME,
 * _TLS_REFUSED, _IO. Context: task, one caller.
 */
typedef struct signet_stream_ops {
    signet_status (*open)(void *ctx, const signet_peer *peer);
    signet_status (*write)(void *ctx, const uint8_t *data, size_t len,
                           size_t *written);
    signet_status (*read)(void *ctx, uint8_t *out, size_t cap, size_t *len);
    void (*close)(void *ctx);
} signet_stream_ops;

typedef struct signet_stream {
    const signet_stream_ops *ops;
    void *ctx;
} signet_stream;

#ifdef __cplusplus
}
#endif
#endif
