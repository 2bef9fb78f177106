# SPDX-License-Identifier: MIT
foreach(subject IN ITEMS mqtt_codec mqtt_session messenger backoff outbox)
  signet_add_test(${subject} SOURCES test_${subject}.c
    LIBS signet::cloud signet::test_support)
endforeach()
