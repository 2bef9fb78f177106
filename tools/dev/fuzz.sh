#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Fuzz every target of tests/fuzz with clang's libFuzzer, ASan and UBSan:
#
#   fuzz.sh [SECONDS]   for each target; 30 when not given
#
# Prints fuzz.<target>.executions and fuzz.<target>.findings; exits non-zero
# when there is a finding. Inputs that failed stay in build/fuzz/findings, to
# be replayed with build/host/tests/fuzz/fuzz_<target> FILE.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

seconds=${1:-30}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || die "fuzz: '$seconds' is no number of seconds"

cd "$signet_root"
build=build/fuzz
findings=$build/findings
bash tools/dev/setup.sh

targets=()
for source in tests/fuzz/fuzz_*.c; do
    targets+=("$(basename "$source" .c)")
done

# The plain build writes the seeds.
cmake --preset host >"$(log_file host)"
cmake --build --preset host -j "$jobs" --target "${targets[@]}" >"$(log_file host)"
cmake -S . -B "$build" -G Ninja -DCMAKE_C_COMPILER=clang \
    -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DCMAKE_C_FLAGS="-fsanitize=address,fuzzer-no-link" \
    -DSIGNET_UBSAN=ON -DSIGNET_FUZZ=ON >"$(log_file fuzz)"
cmake --build "$build" -j "$jobs" --target "${targets[@]}" >"$(log_file fuzz)" ||
    { cat "$(log_file fuzz)" >&2; exit 1; }

failed=0
mkdir -p "$findings"
for target in "${targets[@]}"; do
    corpus=$build/corpus/$target
    log=$build/$target.log
    mkdir -p "$corpus"
    build/host/tests/fuzz/"$target" --seeds "$corpus"
    status=0
    "$build/tests/fuzz/$target" -max_total_time="$seconds" -max_len=4096 \
        -timeout=10 -print_final_stats=1 \
        -artifact_prefix="$findings/$target-" "$corpus" >"$log" 2>&1 ||
        status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    echo "fuzz.${target#fuzz_}.executions ${runs:-0} count"
    echo "fuzz.${target#fuzz_}.findings $((status != 0)) count"
    if [ "$status" -ne 0 ]; then
        failed=1
        tail -n 30 "$log" >&2
    fi
done
exit "$failed"
