#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# check_report.sh MINIMAL_REPORT SIGNET: what the example says it does.
set -euo pipefail
example=$1 signet=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

"$example" >report
"$signet" report decode report >text
cat text
grep -Eq 'count[^0-9]*3$' text
