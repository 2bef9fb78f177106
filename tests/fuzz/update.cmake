# SPDX-License-Identifier: MIT
foreach(subject IN ITEMS manifest trust)
  signet_add_fuzz(${subject} LIBS signet::test_update)
  # The readers behind the signature are private to the library.
  target_include_directories(fuzz_${subject} PRIVATE
    "${PROJECT_SOURCE_DIR}/lib/update")
endforeach()
