# SPDX-License-Identifier: MIT
# wolfSSL: signet::wolfssl, configured by ports/wolfssl/user_settings.h.
if(TARGET wolfssl)
  signet_existing_dependency(wolfssl)
  return()
endif()
signet_dependency_dir(SIGNET_WOLFSSL_DIR wolfssl wolfssl/ssl.h)
set(SIGNET_WOLFSSL_SETTINGS_DIR "${PROJECT_SOURCE_DIR}/ports/wolfssl"
  CACHE PATH "Folder of user_settings.h")

set(_crypt "${SIGNET_WOLFSSL_DIR}/wolfcrypt/src")
set(_tls "${SIGNET_WOLFSSL_DIR}/src")
set(_sources
  "${_crypt}/aes.c"
  "${_crypt}/asn.c"
  "${_crypt}/coding.c"
  "${_crypt}/cryptocb.c"
  "${_crypt}/ecc.c"
  "${_crypt}/error.c"
  "${_crypt}/hash.c"
  "${_crypt}/hmac.c"
  "${_crypt}/kdf.c"
  "${_crypt}/logging.c"
  "${_crypt}/memory.c"
  "${_crypt}/random.c"
  "${_crypt}/sha256.c"
  "${_crypt}/signature.c"
  "${_crypt}/sp_int.c"
  "${_crypt}/wc_encrypt.c"
  "${_crypt}/wc_port.c"
  "${_crypt}/wolfmath.c"
  "${_tls}/internal.c"
  "${_tls}/keys.c"
  "${_tls}/ssl.c"
  "${_tls}/tls.c"
  "${_tls}/tls13.c"
  "${_tls}/wolfio.c")
set(_definitions WOLFSSL_USER_SETTINGS)

# One P-256: 64-bit words on a workstation, 32-bit C or assembly elsewhere.
if(SIGNET_WOLFSSL_CORTEX_M_ASM)
  list(APPEND _sources "${_crypt}/sp_cortexm.c")
  list(APPEND _definitions SIGNET_WOLFSSL_CORTEX_M_ASM)
elseif(CMAKE_SIZEOF_VOID_P EQUAL 8)
  list(APPEND _sources "${_crypt}/sp_c64.c")
else()
  list(APPEND _sources "${_crypt}/sp_c32.c")
endif()
if(SIGNET_WOLFSSL_LMS)
  list(APPEND _sources "${_crypt}/wc_lms.c" "${_crypt}/wc_lms_impl.c")
  list(APPEND _definitions SIGNET_WOLFSSL_LMS)
  # This file looks at the settings before it includes them.
  set_source_files_properties("${_crypt}/wc_lms_impl.c" PROPERTIES
    COMPILE_OPTIONS "-include;wolfssl/wolfcrypt/settings.h")
endif()

signet_add_dependency(wolfssl
  SOURCES ${_sources}
  INCLUDES "${SIGNET_WOLFSSL_SETTINGS_DIR}" "${SIGNET_WOLFSSL_DIR}"
  DEFINITIONS ${_definitions})
# wolfSSL calls the hooks (heap, time, seed) that the port implements.
target_link_libraries(signet_dep_wolfssl INTERFACE
  "$<LINK_ONLY:signet::port_wolfssl>")
