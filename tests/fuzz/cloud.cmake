# SPDX-License-Identifier: MIT
signet_add_fuzz(mqtt LIBS signet::cloud)
