# SPDX-License-Identifier: MIT
# How targets of Signet are made. Flags are set per target, never globally:
# a project that embeds Signet keeps its own.
include_guard(GLOBAL)

set(SIGNET_SOURCE_DIR "${CMAKE_CURRENT_LIST_DIR}/.." CACHE INTERNAL "")
get_filename_component(SIGNET_SOURCE_DIR "${SIGNET_SOURCE_DIR}" ABSOLUTE)

# signet_own_target(TARGET): the flags of code that we wrote.
function(signet_own_target target)
  set_target_properties(${target} PROPERTIES
    C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wundef
    $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes;-Wmissing-prototypes>
    $<$<BOOL:${SIGNET_WERROR}>:-Werror>)
  if(SIGNET_UBSAN)
    target_compile_options(${target} PRIVATE
      -fsanitize=undefined -fno-sanitize-recover=all)
    target_link_options(${target} PUBLIC -fsanitize=undefined)
  endif()
  if(SIGNET_COVERAGE)
    target_compile_options(${target} PRIVATE --coverage)
    target_link_options(${target} PUBLIC --coverage)
  endif()
endfunction()

# signet_add_library(NAME [SOURCES file...] [PUBLIC target...]
#                    [PRIVATE target...])
# The static library signet::NAME from lib/NAME or ports/NAME. Without sources
# it is an interface, so that the arrows between libraries exist first.
function(signet_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PUBLIC;PRIVATE")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "signet_add_library(${name}): ${arg_UNPARSED_ARGUMENTS}?")
  endif()
  set(target signet_${name})
  if(arg_SOURCES)
    set(scope PUBLIC)
    add_library(${target} STATIC)
    target_sources(${target} PRIVATE ${arg_SOURCES})
    target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
    target_link_libraries(${target} PRIVATE ${arg_PRIVATE})
    signet_own_target(${target})
    set_property(GLOBAL APPEND PROPERTY SIGNET_LIBRARIES ${target})
  else()
    set(scope INTERFACE)
    add_library(${target} INTERFACE)
  endif()
  add_library(signet::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_include_directories(${target} ${scope}
    "$<BUILD_INTERFACE:${SIGNET_SOURCE_DIR}/include>"
    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
  target_link_libraries(${target} ${scope} ${arg_PUBLIC})
  if(SIGNET_INSTALL)
    install(TARGETS ${target} EXPORT signetTargets
      ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
  endif()
endfunction()

# signet_add_executable(NAME SOURCES file... [LIBS target...])
# A program of ours: an example, a tool.
function(signet_add_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBS")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBS})
  signet_own_target(${name})
endfunction()

# signet_dependency_dir(VARIABLE FOLDER MARKER)
# A third-party source folder: by default what `./dev setup` fetched. MARKER
# is a file that must be there, so that a wrong path is told at once.
function(signet_dependency_dir variable folder marker)
  if(DEFINED ENV{SIGNET_CACHE})
    set(cache "$ENV{SIGNET_CACHE}")
  elseif(DEFINED ENV{XDG_CACHE_HOME})
    set(cache "$ENV{XDG_CACHE_HOME}/signet")
  else()
    set(cache "$ENV{HOME}/.cache/signet")
  endif()
  set(${variable} "${cache}/src/${folder}" CACHE PATH "${folder} sources")
  if(NOT EXISTS "${${variable}}/${marker}")
    message(FATAL_ERROR
      "No ${marker} in ${variable}=${${variable}}. Run ./dev setup, or set "
      "${variable}, or define a target ${folder} before adding Signet.")
  endif()
endfunction()

# signet_add_dependency(NAME SOURCES file... [INCLUDES dir...]
#                       [DEFINITIONS definition...])
# A third-party static library signet::NAME, private: it is installed as an
# archive so that ours can be linked, without its headers.
function(signet_add_dependency name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;INCLUDES;DEFINITIONS")
  set(target signet_dep_${name})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(signet::${name} ALIAS ${target})
  # Not ours to repair, so warnings are off; the same optimisation in every
  # build but the smallest, so that debug builds stay usable.
  target_compile_options(${target} PRIVATE
    -w -g $<$<NOT:$<CONFIG:MinSizeRel>>:-O2>)
  foreach(dir IN LISTS arg_INCLUDES)
    target_include_directories(${target} SYSTEM PUBLIC
      "$<BUILD_INTERFACE:${dir}>")
  endforeach()
  foreach(definition IN LISTS arg_DEFINITIONS)
    target_compile_definitions(${target} PUBLIC
      "$<BUILD_INTERFACE:${definition}>")
  endforeach()
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name}
    C_STANDARD 11 C_EXTENSIONS ON C_CLANG_TIDY "")
endfunction()

# Install a dependency's archive next to ours, in a folder of its own.
function(signet_install_dependency name)
  if(SIGNET_INSTALL AND TARGET signet_dep_${name})
    install(TARGETS signet_dep_${name} EXPORT signetTargets
      ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}/signet")
  endif()
endfunction()

# signet_existing_dependency(NAME): use a target NAME that the embedding
# project already has.
function(signet_existing_dependency name)
  add_library(signet_dep_${name} INTERFACE)
  add_library(signet::${name} ALIAS signet_dep_${name})
  set_target_properties(signet_dep_${name} PROPERTIES EXPORT_NAME ${name})
  # By generator expression: the export must not insist on owning the target.
  target_link_libraries(signet_dep_${name} INTERFACE "$<1:${name}>")
endfunction()

# The sources of each library, for those who build without CMake; CI compares
# the file with the one in the tree.
function(signet_write_source_list path)
  set(text "# SPDX-License-Identifier: MIT\n")
  string(APPEND text
    "# Sources of each library, for builds without CMake. Compile with -Iinclude\n"
    "# and nanopb's folder; link agent, then the four, store, base and a port.\n"
    "# Written by CMake; checked by tools/dev/sources-list.sh --check.\n")
  foreach(lib IN ITEMS base store identity update report cloud agent)
    get_target_property(type signet_${lib} TYPE)
    if(NOT type STREQUAL "STATIC_LIBRARY")
      continue()
    endif()
    get_target_property(sources signet_${lib} SOURCES)
    list(SORT sources)
    string(APPEND text "\n[${lib}]\n")
    foreach(source IN LISTS sources)
      string(APPEND text "lib/${lib}/${source}\n")
    endforeach()
  endforeach()
  file(WRITE "${path}" "${text}")
endfunction()
