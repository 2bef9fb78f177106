# SPDX-License-Identifier: MIT
# The agent with the real libraries under it.
foreach(subject IN ITEMS refusals session uplink update)
  signet_add_test(agent_${subject} SOURCES test_agent_${subject}.c
    LIBS signet::test_agent)
endforeach()
