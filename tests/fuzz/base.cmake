# SPDX-License-Identifier: MIT
foreach(subject IN ITEMS cbor cose)
  signet_add_fuzz(${subject} LIBS signet::base signet::test_support)
endforeach()
