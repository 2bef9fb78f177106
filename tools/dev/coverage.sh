#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Print the line coverage of lib/ from a build with SIGNET_COVERAGE=ON:
# a file a line, then the figure `coverage.lib.lines <percent> percent`.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

build=${1:?usage: coverage.sh BUILD-FOLDER}
cd "$signet_root"
if [ -z "$(find "$build" -name '*.gcda' -print -quit)" ]; then
    echo "coverage: no test ran code of lib/ yet"
    exit 0
fi
# Generated code is the generator's to test.
# The report goes through a file: gcovr's exit status must not be lost.
# gcovr is run by Debian's interpreter, see lib.sh.
"$python" /usr/bin/gcovr --root . --object-directory "$build" \
    --filter 'lib/' --exclude '.*\.pb\.c' --csv "$build/coverage.csv" \
    "$build" >/dev/null
awk -F, '
    NR > 1 {
        printf "  %-40s %5d/%-5d %5.1f %%\n", $1, $3, $2, $4 * 100
        lines += $2; hit += $3
    }
    END { if (lines) printf "coverage.lib.lines %.1f percent\n", 100 * hit / lines }
' "$build/coverage.csv"
