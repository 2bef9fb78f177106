# SPDX-License-Identifier: MIT
# install and find_package(signet): our libraries, ports and headers.
# Third-party code goes along as archives only.
include(CMakePackageConfigHelpers)

set(_cmake_dir "${CMAKE_INSTALL_LIBDIR}/cmake/signet")
signet_install_dependency(nanopb)
signet_install_dependency(wolfssl)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/signet"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.h")
install(EXPORT signetTargets NAMESPACE signet:: DESTINATION "${_cmake_dir}")
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/signetConfigVersion.cmake"
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_SOURCE_DIR}/cmake/signetConfig.cmake"
  "${PROJECT_SOURCE_DIR}/cmake/SignetPort.cmake"
  "${PROJECT_BINARY_DIR}/signetConfigVersion.cmake"
  DESTINATION "${_cmake_dir}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/signet")
