# SPDX-License-Identifier: MIT
# Which ports an application links. signet::base names signet::port in its
# link interface, the ports name signet::base: a declared cycle, because
# static libraries need it. An application with ports of its own makes the
# target itself:
#   add_library(my_port STATIC flash.c clock.c ...)
#   add_library(signet::port ALIAS my_port)

# signet_use_ports(NAME...): choose among Signet's own ports.
function(signet_use_ports)
  # IMPORTED: it is a choice, not something built or installed.
  add_library(signet::port INTERFACE IMPORTED GLOBAL)
  foreach(port IN LISTS ARGN)
    if(NOT TARGET signet::port_${port})
      message(FATAL_ERROR "Signet was built without the port '${port}'")
    endif()
    target_link_libraries(signet::port INTERFACE signet::port_${port})
  endforeach()
endfunction()
