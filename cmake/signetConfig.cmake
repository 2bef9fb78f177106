# SPDX-License-Identifier: MIT
# find_package(signet), then either signet_use_ports(posix wolfssl) or a
# target signet::port of your own, then link signet::<library>.
include("${CMAKE_CURRENT_LIST_DIR}/signetTargets.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/SignetPort.cmake")
