#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check_store.sh MINIMAL_STORE: what the example says it does.
set -euo pipefail
example=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$example" "$folder/flash" | grep -qE '^[0-9]+: run 1$'
"$example" "$folder/flash" >"$folder/second"
grep -qE '^[0-9]+: run 1$' "$folder/second"
grep -qE '^[0-9]+: run 2$' "$folder/second"
# A path that cannot be is one line and a failure.
if "$example" "$folder/none/flash" 2>"$folder/error"; then exit 1; fi
[ "$(wc -l <"$folder/error")" = 1 ]
