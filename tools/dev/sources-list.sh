#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Refresh SOURCES, the list for builds without CMake, from CMake; with --check
# only compare (ctest does that as well).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$signet_root"
bash tools/dev/setup.sh
cmake --preset host >/dev/null
case ${1:-} in
"") cp build/host/SOURCES SOURCES ;;
--check) diff -u SOURCES build/host/SOURCES ;;
*) die "sources-list: unknown argument '$1'; only --check is known" ;;
esac
