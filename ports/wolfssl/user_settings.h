/* SPDX-License-Identifier: MIT */
/*
 * wolfSSL as Signet uses it: a TLS 1.3 client with P-256 and AES-128-GCM, and
 * the primitives behind include/signet/port/crypto.h. One file serves a 64-bit
 * host and a Cortex-M, so that what the host's tests exercise is what the
 * firmware runs. Everything that no Signet code calls is off: code that is
 * absent has no bugs.
 *
 * Names beginning with SIGNET_WOLFSSL_ come from the build (see
 * cmake/third_party/wolfssl.cmake).
 */
#ifndef SIGNET_WOLFSSL_USER_SETTINGS_H
#define SIGNET_WOLFSSL_USER_SETTINGS_H

#include <stdint.h>
#include <time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Hooks: ports/wolfssl implements them ------------------------------- */

/* Fill out with len random bytes; 0 is success. Feeds the hash DRBG. */
int signet_wolfssl_seed(unsigned char *out, unsigned len);
/* Whether a certificate's date fits the application's clock: 1 when it does.
 * which: wolfSSL's BEFORE (a notBefore) or AFTER (a notAfter). */
int signet_wolfssl_validate_date(const unsigned char *date,
                                 unsigned char format, int which);
/* Seconds since 1970 for the check in progress; t may be NULL. */
time_t signet_wolfssl_time(time_t *t);
/* Seconds for session ages (wolfSSL's name); sessions are off. */
unsigned int LowResTimer(void);

#ifdef __cplusplus
}
#endif

/* ---- Platform ----------------------------------------------------------- */

/* No files, no sockets, no threads: bytes go through the caller's stream, and
 * a TLS session has one caller. */
#define NO_FILESYSTEM
#define NO_STDIO_FILESYSTEM
#define NO_WRITEV
#define NO_MAIN_DRIVER
#define WOLFSSL_USER_IO
#define SINGLE_THREADED
#define WOLFSSL_IGNORE_FILE_WARN

/* Heap through XMALLOC, XREALLOC and XFREE in ports/wolfssl: a firmware gives
 * a pool, a test watches every block. Large temporaries go there as well. */
#define XMALLOC_USER
#define WOLFSSL_SMALL_STACK

#define SIZEOF_LONG_LONG 8
#define WOLFSSL_GENERAL_ALIGNMENT 4
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define BIG_ENDIAN_ORDER
#endif

/* ---- Time --------------------------------------------------------------- */

/* Validity dates are checked against the application's clock, never libc's.
 * The conversion is libc's and reentrant. */
#define XTIME(t) signet_wolfssl_time(t)
#define XVALIDATE_DATE(d, f, t) signet_wolfssl_validate_date((d), (f), (t))
#define USE_WOLF_VALIDDATE /* wc_ValidateDate() stays: the hook calls it */
#define HAVE_GMTIME_R
/* LowResTimer() is ours too: it serves session ages, and sessions are off. */
#define USER_TICKS

/* ---- Random numbers ----------------------------------------------------- */

#define HAVE_HASHDRBG
#define CUSTOM_RAND_GENERATE_SEED signet_wolfssl_seed

/* ---- Arithmetic: single precision, P-256 only, constant time ------------ */

#define WOLFSSL_SP_MATH
#define WOLFSSL_HAVE_SP_ECC
#define WOLFSSL_SP_NO_DYN_STACK
#if defined(SIGNET_WOLFSSL_CORTEX_M_ASM)
#define SP_WORD_SIZE 32
#define WOLFSSL_SP_ASM
#define WOLFSSL_SP_ARM_CORTEX_M_ASM
#define WOLFSSL_SP_SMALL
#elif defined(__SIZEOF_INT128__)
#define SP_WORD_SIZE 64
#define HAVE___UINT128_T 1
#else
#define SP_WORD_SIZE 32
#define WOLFSSL_SP_SMALL
#endif

/* ---- Elliptic curve ----------------------------------------------------- */

#define HAVE_ECC
#define ECC_USER_CURVES /* P-256 stays when all others are left out */
#define ECC_MIN_KEY_SZ 256
#define ECC_TIMING_RESISTANT
/* TLS: an imported point is checked to be on the curve, in the group, and not
 * infinity. (The port's own verification checks by itself: CRYPTO-6.) */
#define WOLFSSL_VALIDATE_ECC_IMPORT
/* The port calls the single-precision functions itself. */
#define WOLFSSL_PUBLIC_MP

/* ---- Symmetric ---------------------------------------------------------- */

#define HAVE_AESGCM
#define GCM_TABLE_4BIT
#define NO_AES_CBC
#define NO_AES_192
#define NO_AES_256
#define HAVE_HKDF

/* ---- Left out ----------------------------------------------------------- */

#define NO_RSA
#define NO_DH
#define NO_DSA
#define NO_DES3
#define NO_RC4
#define NO_MD4
#define NO_MD5
#define NO_SHA
#define NO_PSK
#define NO_PWDBASED
#define NO_PKCS12
#define NO_ERROR_STRINGS

/* ---- Certificates ------------------------------------------------------- */

/* DER only. Name constraints are checked (IGNORE_NAME_CONSTRAINTS stays
 * undefined): they stop a device key from signing in another device's name. */
#define WOLFSSL_NO_PEM
#define WOLFSSL_ASN_TEMPLATE

/* ---- TLS 1.3, client ---------------------------------------------------- */

#define WOLFSSL_TLS13
#define WOLFSSL_NO_TLS12
#define NO_OLD_TLS
#define NO_WOLFSSL_SERVER
#define HAVE_TLS_EXTENSIONS
#define HAVE_SUPPORTED_CURVES
#define HAVE_SNI
/* Every connection authenticates in full: nothing to resume, nothing kept. */
#define NO_SESSION_CACHE

/* ---- Private keys stay behind signet_key -------------------------------- */

/* A crypto callback signs with the handle; TLS sees the public key only. */
#define WOLF_CRYPTO_CB
#define WOLF_PRIVATE_KEY_ID

/* ---- LMS verification (RFC 8554), an option of its own ------------------ */

#if defined(SIGNET_WOLFSSL_LMS)
#define WOLFSSL_HAVE_LMS
#define WOLFSSL_WC_LMS
#define WOLFSSL_LMS_VERIFY_ONLY
#define WOLFSSL_WC_LMS_SMALL
#endif

#endif
