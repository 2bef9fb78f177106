#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# clang-tidy 14 over those sources of lib/ and ports/ that a build folder
# compiles (.clang-tidy says which checks).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

build=${1:?usage: tidy.sh BUILD-FOLDER}
cd "$signet_root"
mapfile -t files < <("$python" - "$build/compile_commands.json" <<'PY'
import json, os, sys
root = os.getcwd()
for entry in json.load(open(sys.argv[1])):
    path = os.path.relpath(os.path.join(entry["directory"], entry["file"]), root)
    if path.startswith(("lib/", "ports/")) and not path.endswith(".pb.c"):
        print(path)
PY
)
if [ ${#files[@]} -eq 0 ]; then
    echo "tidy: no sources yet"
    exit 0
fi
# The database is gcc's: options that clang does not know are no finding.
printf '%s\0' "${files[@]}" |
    xargs -0 -n 4 -P "$jobs" clang-tidy-14 --quiet -p "$build" \
        --extra-arg=-Wno-unknown-warning-option
