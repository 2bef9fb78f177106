# SPDX-License-Identifier: MIT
# Tests of lib/base.
signet_add_test(status_list SOURCES test_status_list.c LIBS signet::base)
foreach(subject IN ITEMS bytes crc status flash cbor cbor_vectors)
  signet_add_test(${subject} SOURCES test_${subject}.c
    LIBS signet::base signet::test_support)
endforeach()

signet_add_test(cose SOURCES test_cose.c cose_key.c
  LIBS signet::base signet::test_support)

# Other people's CBOR and COSE against ours.
signet_add_executable(cose_tool SOURCES cose_tool.c cose_key.c
  LIBS signet::base signet::test_support)
add_test(NAME cose_cross
  COMMAND /usr/bin/python3 "${CMAKE_CURRENT_SOURCE_DIR}/cose_cross.py"
    "$<TARGET_FILE:cose_tool>")
set_tests_properties(cose_cross PROPERTIES TIMEOUT 120)
