# SPDX-License-Identifier: MIT
# Tests of lib/identity.
foreach(subject IN ITEMS
    csr der derive enrol evidence identity identity_power soft_keys x509 x509_extensions x509_openssl)
  signet_add_test(${subject} SOURCES test_${subject}.c
    LIBS signet::identity_kit TIMEOUT 300)
endforeach()

# What is private to the library.
foreach(subject IN ITEMS der derive soft_keys x509_extensions)
  target_include_directories(test_${subject} PRIVATE
    "${PROJECT_SOURCE_DIR}/lib/identity")
endforeach()
