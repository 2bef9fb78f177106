# SPDX-License-Identifier: MIT
foreach(subject IN ITEMS report report_fault)
  signet_add_test(${subject} SOURCES test_${subject}.c
    LIBS signet::report signet::nanopb signet::test_support)
  # Records are decoded by the generated code.
  target_include_directories(test_${subject} PRIVATE
    "${PROJECT_SOURCE_DIR}/lib/report")
endforeach()
