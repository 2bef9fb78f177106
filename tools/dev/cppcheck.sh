#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# cppcheck over lib/ and ports/, as configured in a build folder.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

build=${1:?usage: cppcheck.sh BUILD-FOLDER}
cd "$signet_root"
mapfile -t files < <(git ls-files -- 'lib/*.c' 'ports/*.c' ':!*.pb.c' ':!ports/template')
if [ ${#files[@]} -eq 0 ]; then
    echo "cppcheck: no sources yet"
    exit 0
fi
mkdir -p "$build/cppcheck"
# Third-party headers are not looked into (missingInclude stays off); one
# configuration, because #if inside functions is against the house style.
cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 -j "$jobs" \
    --enable=warning,portability,performance \
    --suppress=normalCheckLevelMaxBranches --suppress=unmatchedSuppression \
    --cppcheck-build-dir="$build/cppcheck" -Iinclude "${files[@]}"
