#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Format our C files in place, or with --check only say which need it.
# Generated protobuf sources are left as the generator wrote them.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

command -v clang-format-14 >/dev/null ||
    die "clang-format-14 is missing; run ./dev setup"

mode=(-i)
case ${1:-} in
"") ;;
--check) mode=(--dry-run --Werror) ;;
*) die "format: unknown argument '$1'; only --check is known" ;;
esac

cd "$signet_root"
# New files count before they are added to git, ignored ones never.
git ls-files -z --cached --others --exclude-standard -- \
    '*.c' '*.h' ':!*.pb.c' ':!*.pb.h' |
    while IFS= read -r -d '' f; do
        [ -f "$f" ] && printf '%s\0' "$f"
    done |
    xargs -0 -r clang-format-14 --style=file "${mode[@]}"
