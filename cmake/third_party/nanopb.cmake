# SPDX-License-Identifier: MIT
# nanopb's runtime: signet::nanopb. The generated sources are in our tree.
if(TARGET nanopb)
  signet_existing_dependency(nanopb)
  return()
endif()
signet_dependency_dir(SIGNET_NANOPB_DIR nanopb pb_decode.c)
signet_add_dependency(nanopb
  SOURCES
    "${SIGNET_NANOPB_DIR}/pb_common.c"
    "${SIGNET_NANOPB_DIR}/pb_decode.c"
    "${SIGNET_NANOPB_DIR}/pb_encode.c"
  INCLUDES "${SIGNET_NANOPB_DIR}"
  # No strings for errors: statuses are ours.
  DEFINITIONS PB_NO_ERRMSG)
