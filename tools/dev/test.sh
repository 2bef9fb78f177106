#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Build and run the tests, then print the line coverage of lib/.
# Arguments go to ctest (for example -R store).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Coverage objects are a build of their own: what users link is not
# instrumented.
configure_and_build host-coverage
cd "$signet_root"
find build/host-coverage -name '*.gcda' -delete
status=0
ctest --preset host-coverage -j "$jobs" "$@" || status=$?
bash tools/dev/coverage.sh build/host-coverage
exit "$status"
