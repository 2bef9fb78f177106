/* SPDX-License-Identifier: MIT */
/**
 * The one list of status codes: X(name, value, meaning).
 *
 * Values are frozen and the list is append-only: a number that was released
 * never changes its meaning and is never used again. docs/errors.md is
 * generated from this file (tools/dev/errors.sh).
 */
#ifndef SIGNET_STATUS_LIST_H
#define SIGNET_STATUS_LIST_H

#define SIGNET_STATUS_LIST(X)                                                  \
    /* general */                                                              \
    X(OK, 0, "done")                                                           \
    X(PENDING, -1, "not finished; call again")                                 \
    X(CLOSED, -2, "the peer ended the connection in order")                    \
    X(ERR_ARGUMENT, -3, "a configuration or argument value is not allowed")    \
    X(ERR_STATE, -4, "the call does not fit the present state")                \
    X(ERR_TOO_SMALL, -5, "the output buffer is too small")                     \
    X(ERR_TOO_LARGE, -6, "the input is larger than its limit")                 \
    X(ERR_NOT_FOUND, -7, "no such entry")                                      \
    X(ERR_FULL, -8, "no room until something is freed")                        \
    X(ERR_CORRUPT, -9, "stored data fails its check")                          \
    X(ERR_VERSION, -10, "a format version that this code does not know")       \
    X(ERR_IO, -11, "the device or file failed")                                \
    X(ERR_FLASH_RULE, -12, "flash was programmed against its rules")           \
    X(ERR_ENTROPY, -13, "no random bytes to be had")                           \
    X(ERR_CLOCK, -14, "the wall time is not known")                            \
    X(ERR_KEY, -15, "the key is absent or refuses this use")                   \
    X(ERR_CRYPTO, -16, "the cryptographic library failed")                     \
    X(ERR_UNSUPPORTED, -17, "this port does not provide it")                   \
    X(ERR_COUNTER, -18, "a monotonic counter failed or is exhausted")          \
    /* connections */                                                          \
    X(ERR_RESOLVE, -30, "the host name has no address")                        \
    X(ERR_CONNECT, -31, "the connection was refused or failed")                \
    X(ERR_TIMEOUT, -32, "no answer in time")                                   \
    X(ERR_TLS, -33, "the TLS handshake or record layer failed")                \
    X(ERR_TLS_PEER, -34, "the server's certificate is not trusted")            \
    X(ERR_TLS_NAME, -35, "the server's certificate bears another name")        \
    X(ERR_TLS_REFUSED, -36, "the server refused this client's certificate")    \
    X(ERR_MQTT_PROTOCOL, -37, "a malformed or unexpected MQTT packet")         \
    X(ERR_MQTT_VERSION, -38, "CONNACK 1: protocol version refused")            \
    X(ERR_MQTT_CLIENT_ID, -39, "CONNACK 2: client identifier refused")         \
    X(ERR_MQTT_UNAVAILABLE, -40, "CONNACK 3: server unavailable")              \
    X(ERR_MQTT_CREDENTIALS, -41, "CONNACK 4: user name or password refused")   \
    X(ERR_MQTT_AUTHORISATION, -42, "CONNACK 5: not authorised")                \
    X(ERR_MQTT_SUBSCRIBE, -43, "the broker refused a subscription")            \
    X(ERR_MQTT_KEEP_ALIVE, -44, "no PINGRESP within the keep-alive")           \
    /* encodings and signatures */                                             \
    X(ERR_TRUNCATED, -60, "the input ends too early")                          \
    X(ERR_TRAILING, -61, "bytes follow the end of the object")                 \
    X(ERR_NON_CANONICAL, -62, "not the deterministic encoding")                \
    X(ERR_TYPE, -63, "an item has another type or a value out of range")       \
    X(ERR_DUPLICATE, -64, "a map key or option occurs twice")                  \
    X(ERR_UNKNOWN_CRITICAL, -65, "an unknown field that must be understood")   \
    X(ERR_RESERVED, -66, "a reserved field or flag is set")                    \
    X(ERR_MISSING, -67, "a required field is absent")                          \
    X(ERR_ALGORITHM, -68, "an algorithm that is not on the allow list")        \
    X(ERR_KEY_ID, -69, "no trusted key has this key identifier")               \
    X(ERR_PURPOSE, -70, "the key is not trusted for this purpose")             \
    X(ERR_SIGNATURE, -71, "the signature does not verify")                     \
    X(ERR_REVOKED, -72, "the key has been revoked")                            \
    X(ERR_DEVELOPMENT_KEY, -73, "a development key in a production build")     \
    X(ERR_TOO_FEW_SIGNATURES, -74, "fewer valid signatures than the policy")   \
    /* trust list and update */                                                \
    X(ERR_TRUST_COUNTER, -90, "the trust list is older than the stored one")   \
    X(ERR_VENDOR, -91, "the image is for another vendor")                      \
    X(ERR_CLASS, -92, "the image is for another device class")                 \
    X(ERR_COMPONENT, -93, "the image is for another component")                \
    X(ERR_SLOT, -94, "the image is for another slot")                          \
    X(ERR_SEQUENCE, -95, "the manifest is not newer than the running one")     \
    X(ERR_DOWNGRADE, -96, "the security counter is below the device's")        \
    X(ERR_EXPIRED, -97, "the manifest's not-after has passed")                 \
    X(ERR_IMAGE_SIZE, -98, "the image does not fit the slot")                  \
    X(ERR_CHUNK_SIZE, -99, "the chunk size does not fit the device")           \
    X(ERR_CHUNK_OFFSET, -100, "a block that was not asked for")                \
    X(ERR_CHUNK_LENGTH, -101, "a block of the wrong length")                   \
    X(ERR_CHUNK_DIGEST, -102, "a block that fails the hash chain")             \
    X(ERR_IMAGE_DIGEST, -103, "the whole image fails its digest")              \
    X(ERR_DEPENDENCY, -104, "a component that the image needs is too old")     \
    X(ERR_REVERTED, -105, "this sequence was tried and reverted before")       \
    X(ERR_NO_IMAGE, -106, "no slot holds an image that may be started")        \
    X(ERR_MANIFEST_DIGEST, -107, "a block of another manifest")                \
    /* certificates, attestation and enrolment */                              \
    X(ERR_CERTIFICATE, -120, "not a well-formed certificate or CSR")           \
    X(ERR_CERT_CHAIN, -121, "the chain does not lead to a trusted root")       \
    X(ERR_CERT_KEY, -122, "the certificate is for another key")                \
    X(ERR_CERT_SUBJECT, -123, "the certificate bears another name")            \
    X(ERR_CERT_VALIDITY, -124, "expired, not yet valid, or valid too long")    \
    X(ERR_CERT_USAGE, -125, "key usage or extended key usage does not fit")    \
    X(ERR_TRANSACTION, -126, "no such transaction is outstanding")             \
    X(ERR_NONCE, -127, "the nonce is unknown, used or too old")                \
    X(ERR_REFUSED, -128, "the service refused; its reason was reported")       \
    X(ERR_PROFILE, -129, "evidence of another profile")                        \
    X(ERR_UEID, -130, "the ueid is not that of the device key")                \
    X(ERR_CHALLENGE, -131, "the evidence answers another challenge")           \
    X(ERR_TRUST_FLOOR, -132, "the device's trust list is below the floor")     \
    X(ERR_LIFE_CYCLE, -133, "the device is not in the secured state")          \
    X(ERR_MEASUREMENT, -134, "a measurement is not in the reference set")      \
    X(ERR_CSR, -135, "the CSR's own signature or key does not fit")            \
    X(ERR_UNKNOWN_DEVICE, -136, "the device is not registered")                \
    X(ERR_DEVICE_REVOKED, -137, "the device has been revoked")                 \
    X(ERR_RATE, -138, "asked too often; try later")                            \
    X(ERR_DEVICE_ID, -139, "a message that names another device")              \
    X(ERR_REQUEST, -140, "the reply answers another request")                  \
    /* reports */                                                              \
    X(ERR_CONSENT, -150, "memory contents without consent")                    \
    X(ERR_DROPPED, -151, "not kept; counted as dropped")

#endif
