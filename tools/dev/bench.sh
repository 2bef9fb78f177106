#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Instruction counts, one a line: `name value unit`. Each program of
# tests/bench lists its operations and runs one of them 1,000 times;
# callgrind counts inside bench_measured, libc included (see tests/bench/bench.h).
# Programs figures_* there print figures of their own.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

command -v valgrind >/dev/null || die "valgrind is missing; run ./dev setup"
cd "$signet_root"
configure_and_build host >/dev/null

# count PROGRAM OPERATION
count() {
    local log
    log=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null \
        --toggle-collect=bench_measured '--toggle-collect=bench_uncounted_*' \
        "$1" "$2" 2>&1) ||
        die "bench: $2 failed: $log"
    awk -v name="$2" '
        / Collected : / { printf "%s %.0f instructions\n", name, $4 / 1000; n++ }
        END { exit n == 1 ? 0 : 1 }' <<<"$log" ||
        die "bench: no count for $2"
}

for program in build/host/tests/bench/bench_*; do
    if [ -f "$program" ] && [ -x "$program" ]; then
        for operation in $("$program"); do
            count "$program" "$operation"
        done
    fi
done

for program in build/host/tests/bench/figures_*; do
    if [ -f "$program" ] && [ -x "$program" ]; then
        "$program"
    fi
done

bash tools/dev/bench-update.sh
