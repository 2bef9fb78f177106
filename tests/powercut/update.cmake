# SPDX-License-Identifier: MIT
signet_add_test(powercut_update SOURCES test_powercut_update.c
  LIBS signet::test_update
  LABELS powercut TIMEOUT 900)
