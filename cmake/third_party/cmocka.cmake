# SPDX-License-Identifier: MIT
# cmocka: signet::cmocka, for tests on host and target.
if(TARGET cmocka)
  signet_existing_dependency(cmocka)
  return()
endif()
signet_dependency_dir(SIGNET_CMOCKA_DIR cmocka src/cmocka.c)
signet_add_dependency(cmocka
  SOURCES "${SIGNET_CMOCKA_DIR}/src/cmocka.c"
  INCLUDES "${SIGNET_CMOCKA_DIR}/include"
  DEFINITIONS
    HAVE_SIGNAL_H HAVE_MALLOC_H HAVE_STDINT_H HAVE_INTTYPES_H
    HAVE_STRUCT_TIMESPEC)
