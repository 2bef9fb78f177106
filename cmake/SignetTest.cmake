# SPDX-License-Identifier: MIT
include_guard(GLOBAL)

# signet_add_test(NAME SOURCES file... [LIBS target...] [LABELS label...]
#                 [TIMEOUT seconds])
# A cmocka program, run by ctest as NAME. It includes "cmocka_all.h".
function(signet_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;LIBS;LABELS")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(test_${name} ${arg_SOURCES})
  target_link_libraries(test_${name} PRIVATE ${arg_LIBS} signet::cmocka)
  target_include_directories(test_${name} PRIVATE
    "${PROJECT_SOURCE_DIR}/tests/support")
  signet_own_target(test_${name})
  add_test(NAME ${name} COMMAND test_${name})
  set_tests_properties(${name} PROPERTIES
    TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}"
    ENVIRONMENT "ASAN_OPTIONS=detect_stack_use_after_return=1")
endfunction()
