# SPDX-License-Identifier: MIT
signet_add_test(attack_update
  SOURCES update_main.c update_boot.c update_encoding.c update_manifest.c
    update_stream.c
  LIBS signet::test_update
  LABELS attack TIMEOUT 600)
