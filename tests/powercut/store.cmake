# SPDX-License-Identifier: MIT
signet_add_test(powercut_store
  SOURCES test_powercut_store.c store_boot.c store_items.c store_log.c
  LIBS signet::store signet::test_support
  LABELS powercut TIMEOUT 900)
