# SPDX-License-Identifier: MIT
signet_add_test(attack_identity SOURCES test_attack_identity.c
  LIBS signet::identity_kit LABELS attack TIMEOUT 300)
