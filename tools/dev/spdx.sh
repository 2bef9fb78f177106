#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every file that can carry a comment names its licence in its first lines.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

cd "$signet_root"
bad=0
while IFS= read -r -d '' file; do
    # Formats without comments, and data that must stay byte for byte.
    case $file in
    *.json | *.md | *.pem | *.der | *.bin | *.cbor | *.hex | *.patch | *.csv | *.rsp) continue ;;
    tests/*/corpus/*) continue ;;
    esac
    [ -s "$file" ] || continue
    if ! head -n 5 "$file" | grep -q 'SPDX-License-Identifier:'; then
        echo "no SPDX line: $file" >&2
        bad=1
    fi
done < <(git ls-files -z)
exit "$bad"
