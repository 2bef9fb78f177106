# SPDX-License-Identifier: MIT
foreach(subject IN ITEMS x509 csr evidence enrol)
  signet_add_fuzz(${subject} LIBS signet::identity_kit)
endforeach()
