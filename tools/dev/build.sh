#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Build everything for this machine. Arguments go to cmake's configure step.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
configure_and_build host "$@"
