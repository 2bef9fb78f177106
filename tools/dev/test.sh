#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Build and run every test, then print the figures that tests print (power
# cuts, attacks), the line coverage of lib/ and, last, ctest's summary again.
# Arguments go to ctest (for example -R store).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Coverage objects are a build of their own: what users link is not
# instrumented.
preset=host-coverage
build=$signet_root/build/$preset
configure_and_build "$preset"
cd "$signet_root"
find "$build" -name '*.gcda' -delete

status=0
ctest --preset "$preset" -j "$jobs" --no-label-summary "$@" |
    tee "$build/test.log" || status=$?
# Whole lines of the form `name value unit`, as the programs printed them.
grep -hoE '^[a-z_]+(\.[a-z0-9_]+)+ [0-9.]+ [a-z%/]+$' \
    "$build/Testing/Temporary/LastTest.log" || true
bash tools/dev/coverage.sh "$build"
grep -E '^[0-9]+% tests passed' "$build/test.log" || true
exit "$status"
