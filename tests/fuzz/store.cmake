# SPDX-License-Identifier: MIT
signet_add_fuzz(store LIBS signet::store)
