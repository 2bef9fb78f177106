# SPDX-License-Identifier: MIT
signet_add_test(attack_update
  SOURCES update_main.c update_boot.c update_encoding.c update_manifest.c
    update_stream.c
  LIBS signet::test_update
  LABELS attack TIMEOUT 600)

# The tests of updates can fail: each on the library broken in one place.
find_program(SIGNET_DEBIAN_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(SIGNET_DEBIAN_PYTHON AND CMAKE_GENERATOR STREQUAL "Ninja")
  add_test(NAME mutation_update
    COMMAND "${SIGNET_DEBIAN_PYTHON}"
      "${CMAKE_CURRENT_SOURCE_DIR}/update_mutate.py"
      "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}")
  set_tests_properties(mutation_update PROPERTIES TIMEOUT 900 LABELS attack)
endif()
